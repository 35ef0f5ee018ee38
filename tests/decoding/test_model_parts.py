"""Loading, piece by piece: what is asked of transformers and the Hub, and what is said of their answers."""
import importlib
import os
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.processors import TemplateProcessing

from minidl.decoding import model as module
from minidl.decoding.model import encode_chat, end_token, load_model
from tests.decoding.folders import byte_tokenizer


class Whole(torch.nn.Linear):
    """What passes for a model: finite weights and a vocabulary."""

    config = SimpleNamespace(vocab_size=12)


class Tokens(list):
    """What passes for a tokenizer."""

    eos_token_id = 1

    def get_vocab(self):
        return {}


@pytest.fixture
def asked(monkeypatch):
    """What the loader asks `_load` for, which always has a model."""
    calls = []

    def load(*arguments, **options):
        calls.append((*arguments, options))
        return Whole(2, 2), Tokens(range(10))
    monkeypatch.setattr(module, "_load", load)
    return calls


def test_files_are_asked_for_where_they_are(asked, tmp_path):
    file = tmp_path / "model.gguf"
    file.touch()
    load_model(str(file))
    load_model(str(tmp_path), dtype="float16")
    assert asked == [(str(file), str(tmp_path), torch.float32, {"gguf_file": "model.gguf"}),
                     (str(tmp_path), str(tmp_path), torch.float16, {"local_files_only": True})]


@pytest.mark.parametrize("cached", [True, False])
def test_the_hub_is_asked_for_what_the_cache_lacks_and_not_for_long(asked, monkeypatch, cached):
    looked, heads = [], []
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache",
                        lambda *what: looked.append(what) or ("/cache/config.json" if cached else None))
    monkeypatch.setattr("huggingface_hub.utils.get_session", lambda: SimpleNamespace(
        head=lambda url, **options: heads.append(options)))
    model, tokenizer = load_model("some/model")
    assert isinstance(model, Whole) and isinstance(tokenizer, Tokens) and not model.training
    assert looked == [("some/model", "config.json")]
    assert asked == [("some/model", "some/model", torch.float32, {"local_files_only": True} if cached else {})]
    assert len(heads) == (not cached) and all(0 < options["timeout"] <= 10 for options in heads)


def test_what_the_hub_has_not_whole_is_no_file_of_the_users(monkeypatch):
    def load(*_, **__):
        raise ValueError("some/model: must be a whole model")
    monkeypatch.setattr(module, "_load", load)
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr("huggingface_hub.utils.get_session", lambda: SimpleNamespace(head=lambda *_, **__: None))
    with pytest.raises(OSError, match="^some/model: must be a whole model: from the Hugging Face Hub$"):
        load_model("some/model")


def test_a_hub_that_does_not_answer_is_one_line(monkeypatch):
    def head(*_, **__):
        raise ConnectionError("no route\nto host")
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr("huggingface_hub.utils.get_session", lambda: SimpleNamespace(head=head))
    with pytest.raises(OSError, match=r"^some/model: the Hugging Face Hub cannot be reached \(no route\)$"):
        load_model("some/model")


@pytest.fixture
def transformers_gives(monkeypatch):
    """Let transformers give what a test wants: a model and what is to be said of it, or an error."""
    def gives(info=None, error=None):
        options_seen = []

        def model(source, **options):
            options_seen.append(options)
            if error:
                raise error
            return Whole(2, 2), info or {}

        def tokenizer(source, **options):
            options_seen.append(options)
            return Tokens(range(10))
        monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", model)
        monkeypatch.setattr("transformers.AutoTokenizer.from_pretrained", tokenizer)
        return options_seen
    return gives


def test_model_and_tokenizer_are_loaded_with_the_same_options(transformers_gives, tmp_path):
    seen = transformers_gives({"unexpected_keys": ["rotary.inv_freq"]})  # outside the layers: does no harm
    load_model(str(tmp_path))
    assert seen == [{"dtype": torch.float32, "output_loading_info": True, "local_files_only": True},
                    {"local_files_only": True}]


FIVE = ["e", "d", "c", "b", "a"]


@pytest.mark.parametrize("given, message", [
    ({"info": {"missing_keys": FIVE}}, "must have all weights, got 5 without (a, b, c)"),
    ({"info": {"unexpected_keys": ["model.layers.7.w", "other"]}},
     "must have the layers that its config names, got 1 weights of others (model.layers.7.w)"),
    ({"error": ImportError("no gguf\nat all")},
     "needs packages that are not installed (no gguf); a .gguf file needs gguf and accelerate"),
    ({"error": EOFError()}, "must be a whole model, got one that cannot be loaded (EOFError)"),
])
def test_what_transformers_says_becomes_one_line(transformers_gives, tmp_path, given, message):
    transformers_gives(**given)
    with pytest.raises(ValueError) as error:
        load_model(str(tmp_path))
    assert str(error.value) == f"{tmp_path}: {message}"


def test_an_unreadable_safetensors_file_is_one_line(transformers_gives, tmp_path):
    from safetensors import SafetensorError
    transformers_gives(error=SafetensorError("header too large"))
    with pytest.raises(ValueError) as error:
        load_model(str(tmp_path))
    assert str(error.value) == (f"{tmp_path}: must have whole .safetensors files, got one that is not "
                                "(header too large)")


@pytest.mark.parametrize("size, change, message", [
    (10, lambda model, tokens: None, None),
    (12, lambda model, tokens: None, None),
    (13, lambda model, tokens: None, "the tokenizer has 13 tokens, the model 12"),
    (9, lambda model, tokens: None, "must have its tokenizer's files, got a tokenizer of 9 tokens"),
    (10, lambda model, tokens: setattr(tokens, "eos_token_id", None),
     "the tokenizer must have a token that ends a text, got none"),
    (10, lambda model, tokens: [weight.data.fill_(float("inf")) for weight in model.parameters()],
     "weights must be finite, got others in weight"),
])
def test_a_model_and_a_tokenizer_that_do_not_fit_are_refused(size, change, message):
    model, tokens = Whole(2, 2), Tokens(range(size))
    change(model, tokens)
    if message is None:
        module._check("name", model, tokens)
        return
    with pytest.raises(ValueError, match=f"^name: {message}$"):
        module._check("name", model, tokens)


@pytest.mark.parametrize("vocabulary, eos, wanted", [({"<|im_end|>": 3}, 7, 3), ({"<|im_end|>": 0}, 7, 0),
                                                     ({}, 7, 7), ({}, None, None)])
def test_an_answer_ends_with_chatmls_token_or_the_tokenizers_own(vocabulary, eos, wanted):
    assert end_token(SimpleNamespace(get_vocab=lambda: vocabulary, eos_token_id=eos)) == wanted


def test_a_tokenizer_that_begins_every_text_with_a_token_does_not_begin_a_chat_with_it():
    plain, eager = byte_tokenizer(), byte_tokenizer()
    eager.backend_tokenizer.post_processor = TemplateProcessing(single="<|endoftext|> $A", special_tokens=[
        ("<|endoftext|>", eager.pad_token_id)])
    assert eager("a")["input_ids"] != plain("a")["input_ids"]
    assert torch.equal(encode_chat(eager, "a", "b"), encode_chat(plain, "a", "b"))


@given(st.lists(st.text("ab \t", max_size=150), max_size=4))
def test_an_error_is_told_by_its_first_line_of_at_most_200_characters(lines):
    wanted = [line.strip() for line in lines if line.strip()] or ["KeyError"]
    error = type("KeyError", (Exception,), {})("\n".join(lines))
    assert module._first_line(error) == wanted[0]
    assert module._first_line(Exception(201 * "x")) == 200 * "x"


def test_transformers_is_quiet_unless_the_user_wants_to_hear_it(monkeypatch):
    for name, value in (("TRANSFORMERS_VERBOSITY", "error"), ("TOKENIZERS_PARALLELISM", "false")):
        monkeypatch.setenv(name, "user's own")
        importlib.reload(module)
        assert os.environ[name] == "user's own"
        monkeypatch.delenv(name)
        importlib.reload(module)
        assert os.environ[name] == value
