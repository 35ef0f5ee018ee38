"""Where HW2's texts end: what model, tokenizer and template say, the assignment's own rule, and --eos."""
from types import SimpleNamespace

import pytest

from hw2.ends import ASSIGNMENTS_MODEL, QWENS_END, ends_of, facts
from tests.decoding.folders import byte_tokenizer


def saying(eos, generation_config=None, **config):
    config = SimpleNamespace(**{"vocab_size": 300, "eos_token_id": eos, **config})
    config.get_text_config = lambda decoder: config
    return SimpleNamespace(config=config, generation_config=SimpleNamespace(**(generation_config or {})))


class QwensTokenizer:
    """The names and numbers that Qwen2.5's tokenizer has."""

    chat_template, eos_token_id, all_special_tokens = None, QWENS_END, ["<|im_end|>", "<|endoftext|>"]
    vocabulary = {"<|im_end|>": QWENS_END, "<|endoftext|>": 151643}

    def get_vocab(self):
        return self.vocabulary

    get_added_vocab = get_vocab

    def convert_ids_to_tokens(self, token):
        return {number: name for name, number in self.vocabulary.items()}[token]


def test_the_assignments_model_ends_at_im_end_alone():
    says = {"eos_token_id": [151645, 151643]}
    assert ends_of(saying(151645, says, **ASSIGNMENTS_MODEL), QwensTokenizer()) == {151645}
    larger = {**ASSIGNMENTS_MODEL, "hidden_size": 1536}
    assert ends_of(saying(151645, says, **larger), QwensTokenizer()) == {151645, 151643}


def test_another_model_ends_where_it_and_its_tokenizer_say():
    tokenizer = byte_tokenizer()
    assert ends_of(saying(7, {"eos_token_id": [8, 9]}), tokenizer) == {8, 9, tokenizer.eos_token_id}


@pytest.mark.parametrize("eos, expected", [
    ("7", {7}), ("7,8", {7, 8}), (" 7 , <|im_end|> ", {7, "<|im_end|>"}), ("<|endoftext|>", {"<|endoftext|>"}),
    ("none", set())])
def test_the_command_line_overrules_the_model(eos, expected):
    tokenizer = byte_tokenizer()
    numbers = {tokenizer.convert_tokens_to_ids(end) if isinstance(end, str) else end for end in expected}
    assert ends_of(saying(9), tokenizer, eos) == numbers


@pytest.mark.parametrize("eos", ["300", "-1", "1.5", "", "7,", "nothing", "7 8", "None"])
def test_a_token_that_the_model_does_not_have_is_one_line(eos):
    with pytest.raises(ValueError) as error:
        ends_of(saying(9), byte_tokenizer(), eos)
    assert str(error.value) == ("--eos: must be tokens of the model (numbers below 300 or names), separated by commas, "
                                f"or none, got {eos!r}")


def test_what_was_decided_is_said_once():
    tokenizer = byte_tokenizer()
    end = tokenizer.eos_token_id
    assert list(facts(saying(end), tokenizer, {end})) == [f"texts end at token {end} (<|im_end|>); --eos changes this"]
    tokenizer.chat_template = "{{ raise_exception('no') }}"
    asking = {"repetition_penalty": 1.1, "do_sample": True, "top_k": 20, "min_length": 0}
    assert list(facts(saying(end, asking), tokenizer, set())) == [
        "texts end at the limit alone; --eos changes this",
        "the model's generation_config asks for repetition_penalty 1.1, top_k 20: HW2 does not do this",
        "the model's chat template takes no system message: it stands before the prompt"]
    assert not [line for line in facts(saying(end, {"top_k": 20}), byte_tokenizer(), {end}) if "asks" in line]
