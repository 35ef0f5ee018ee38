"""Unit tests of loading: the calls to transformers and to the Hub, and the errors that follow from their answers."""
import importlib
import os
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.decoding import model as module
from minidl.decoding.model import load_model
from minidl.errors import first_line


class FakeModel(torch.nn.Linear):
    """A stand-in for a model: finite weights and a vocabulary size."""

    config = SimpleNamespace(vocab_size=12)


class FakeTokenizer(list):
    """A stand-in for a tokenizer."""

    eos_token_id = 1

    def get_vocab(self):
        return {}


@pytest.fixture
def load_calls(monkeypatch):
    """Replace `_load` by a function that always succeeds; return the list of its calls' arguments."""
    calls = []

    def load(*arguments, **options):
        calls.append((*arguments, options))
        return FakeModel(2, 2), FakeTokenizer(range(10))
    monkeypatch.setattr(module, "_load", load)
    monkeypatch.setattr(module, "_check_runs", lambda name, model: None)
    return calls


def test_files_are_loaded_from_their_folder(load_calls, tmp_path):
    file = tmp_path / "model.gguf"
    file.touch()
    load_model(str(file))
    load_model(str(tmp_path), dtype="float16")
    assert load_calls == [(str(file), str(tmp_path), torch.float32, {"gguf_file": "model.gguf"}),
                          (str(tmp_path), str(tmp_path), torch.float16, {"local_files_only": True})]


@pytest.mark.parametrize("cached", [True, False])
def test_the_hub_is_asked_only_for_models_outside_the_cache_and_with_a_timeout(load_calls, monkeypatch, cached):
    lookups, heads = [], []
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache",
                        lambda *arguments: lookups.append(arguments) or ("/cache/config.json" if cached else None))
    monkeypatch.setattr("huggingface_hub.utils.get_session", lambda: SimpleNamespace(
        head=lambda url, **options: heads.append(options)))
    model, tokenizer = load_model("some/model")
    assert isinstance(model, FakeModel) and isinstance(tokenizer, FakeTokenizer) and not model.training
    assert lookups == [("some/model", "config.json")]
    assert load_calls == [("some/model", "some/model", torch.float32, {"local_files_only": True} if cached else {})]
    assert len(heads) == (not cached) and all(0 < options["timeout"] <= 10 for options in heads)


def test_a_damaged_model_of_the_hub_is_an_os_error(monkeypatch):
    def load(*_, **__):
        raise ValueError("some/model: must be a complete model")
    monkeypatch.setattr(module, "_load", load)
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr("huggingface_hub.utils.get_session", lambda: SimpleNamespace(head=lambda *_, **__: None))
    with pytest.raises(OSError, match="^some/model: must be a complete model: from the Hugging Face Hub$"):
        load_model("some/model")


def test_an_unreachable_hub_is_one_line(monkeypatch):
    def head(*_, **__):
        raise ConnectionError("no route\nto host")
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr("huggingface_hub.utils.get_session", lambda: SimpleNamespace(head=head))
    with pytest.raises(OSError, match=r"^some/model: the Hugging Face Hub cannot be reached \(no route\)$"):
        load_model("some/model")


@pytest.fixture
def fake_transformers(monkeypatch):
    """Return a function that makes transformers return a model with this loading info, or raise this error.

    It returns the list of the options that transformers is called with.
    """
    def patch(info=None, error=None):
        options_seen = []

        def model(source, **options):
            options_seen.append(options)
            if error:
                raise error
            return FakeModel(2, 2), info or {}

        def tokenizer(source, **options):
            options_seen.append(options)
            return FakeTokenizer(range(10))
        monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", model)
        monkeypatch.setattr("transformers.AutoTokenizer.from_pretrained", tokenizer)
        monkeypatch.setattr(module, "_other_kind", lambda source, **options: None)
        monkeypatch.setattr(module, "_check_runs", lambda name, model: None)
        return options_seen
    return patch


def test_model_and_tokenizer_are_loaded_with_the_same_options(fake_transformers, tmp_path):
    seen = fake_transformers({"unexpected_keys": ["rotary.inv_freq"]})  # not a weight of a layer: harmless
    load_model(str(tmp_path))
    both = {"local_files_only": True, "trust_remote_code": False}
    own = {"dtype": torch.float32, "output_loading_info": True, "ignore_mismatched_sizes": True}
    assert seen == [{**own, **both}, both]


FIVE_KEYS = ["e", "d", "c", "b", "a"]


@pytest.mark.parametrize("answer, message", [
    ({"info": {"missing_keys": FIVE_KEYS}}, "must have all weights, got 5 missing (a, b, c)"),
    ({"info": {"unexpected_keys": ["model.layers.7.w", "other"]}},
     "must have only the layers of its config, got 1 weights of other layers (model.layers.7.w)"),
    ({"error": ImportError("no gguf\nat all")},
     "needs packages that are not installed (no gguf)"),
    ({"error": EOFError()}, "must be a complete model, got one that cannot be loaded (EOFError)"),
])
def test_a_report_of_transformers_becomes_one_line(fake_transformers, tmp_path, answer, message):
    fake_transformers(**answer)
    with pytest.raises(ValueError) as error:
        load_model(str(tmp_path))
    assert str(error.value) == f"{tmp_path}: {message}"


def test_an_unreadable_safetensors_file_is_one_line(fake_transformers, tmp_path):
    from safetensors import SafetensorError
    fake_transformers(error=SafetensorError("header too large"))
    with pytest.raises(ValueError) as error:
        load_model(str(tmp_path))
    assert str(error.value) == (f"{tmp_path}: must have undamaged .safetensors files, got a damaged one "
                                "(header too large)")


@pytest.mark.parametrize("size, change, message", [
    (10, lambda model, tokenizer: None, None),
    (12, lambda model, tokenizer: None, None),
    (13, lambda model, tokenizer: None, None),
    (9, lambda model, tokenizer: None, "must have the files of its tokenizer, got a tokenizer of 9 tokens"),
    (10, lambda model, tokenizer: [weight.data.fill_(float("inf")) for weight in model.parameters()],
     "weights must be finite, got NaN or infinity in weight"),
])
def test_a_model_and_a_tokenizer_that_do_not_fit_raise(size, change, message):
    model, tokenizer = FakeModel(2, 2), FakeTokenizer(range(size))
    change(model, tokenizer)
    if message is None:
        module._check_model("name", model, tokenizer)
        return
    with pytest.raises(ValueError, match=f"^name: {message}$"):
        module._check_model("name", model, tokenizer)


@given(st.lists(st.text("ab \t", max_size=150), max_size=4))
def test_the_first_line_of_an_error_has_at_most_200_characters(lines):
    expected = [line.strip() for line in lines if line.strip()] or ["KeyError"]
    error = type("KeyError", (Exception,), {})("\n".join(lines))
    assert first_line(error) == expected[0]
    assert first_line(Exception(201 * "x")) == 200 * "x"


def test_transformers_is_quiet_unless_the_user_has_set_its_verbosity(monkeypatch):
    for name, value in (("TRANSFORMERS_VERBOSITY", "error"), ("TOKENIZERS_PARALLELISM", "false")):
        monkeypatch.setenv(name, "user setting")
        importlib.reload(module)
        assert os.environ[name] == "user setting"
        monkeypatch.delenv(name)
        importlib.reload(module)
        assert os.environ[name] == value
