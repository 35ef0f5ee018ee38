"""The tokenizer of the small model: nothing is lost, and a name has the same tokens everywhere."""
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hw2.pretraining.tokenizer import END
from hw2.pretraining.training import FULL, SMOKE, make_tokenizer


@pytest.fixture(scope="module")
def full_tokenizer():
    """The tokenizer of the shipped model."""
    return make_tokenizer(FULL)


@given(st.text(max_size=30).filter(lambda text: "<|" not in text))
@example("Anna Schmidt  pays 1\u00a0250,50 €\n\n")
@example("don't , do .")
@example("\uf900e\u0301")
def test_decoding_restores_the_text(tokenizer, text):
    decoded = tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"])
    assert decoded == unicodedata.normalize("NFC", text), "Qwen2's tokenizer composes characters"


def test_a_name_has_the_same_tokens_everywhere(full_tokenizer):
    def tokens(text):
        return full_tokenizer(text, add_special_tokens=False)["input_ids"]
    for name in ("Anna", "Zaborov", "LLC", "1250"):
        text_tokens, name_tokens = tokens(f'to {name}."{name}"'), tokens(name)
        windows = [text_tokens[start:start + len(name_tokens)] for start in range(len(text_tokens))]
        assert windows.count(name_tokens) == 2, name
    assert len(tokens("1250")) == 4 and tokens(END) == [full_tokenizer.convert_tokens_to_ids(END)]


def test_the_same_texts_give_the_same_tokenizer(tokenizer):
    assert make_tokenizer(SMOKE).backend_tokenizer.to_str() == tokenizer.backend_tokenizer.to_str()
    assert len(tokenizer) == SMOKE.vocabulary
