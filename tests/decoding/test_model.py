"""Tests of loading from a folder: complete models work, damaged ones raise with the folder's name."""
import json
import re
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from minidl.decoding import greedy
from minidl.decoding.chat import answer_ends, encode_chat
from minidl.decoding.model import load_model
from tests.decoding.damage import (config_with, encoder, other_type, pickled_weights, replaced, weights_changed,
                                   weights_cut, without)
from tests.decoding.folders import byte_tokenizer, save_model


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("models") / "saved")


@pytest.fixture
def folder(saved, tmp_path):
    return Path(shutil.copytree(saved, tmp_path / "model"))


def test_a_folder_is_loaded_as_it_was_saved(saved):
    model, tokenizer = load_model(str(saved))
    assert not model.training and model.dtype == torch.float32
    weights = load_file(saved / "model.safetensors")
    assert all(torch.equal(model.state_dict()[name], weight) for name, weight in weights.items())
    ids = encode_chat(tokenizer, "Be brief.", "Hä?")
    assert tokenizer.decode(ids[0]) == ("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHä?<|im_end|>\n"
                                        "<|im_start|>assistant\n")
    assert ids.shape == (1, len(ids[0])) and ids[0].tolist().count(tokenizer.eos_token_id) == 2
    assert answer_ends(model, tokenizer) == {tokenizer.eos_token_id}
    assert len(greedy(model, ids, max_new_tokens=3)[0][0].tokens) <= 3
    assert load_model(str(saved), dtype="bfloat16")[0].dtype == torch.bfloat16


def test_a_tokenizer_without_a_template_gets_chatml():
    tokenizer = byte_tokenizer()
    expected = encode_chat(tokenizer, "a", "b")
    tokenizer.chat_template = None
    assert torch.equal(encode_chat(tokenizer, "a", "b"), expected)


NORM = "model.layers.1.input_layernorm.weight"


@pytest.mark.parametrize("damage, message", [
    (weights_cut, r"must have undamaged .safetensors files, got a damaged one \("),
    (replaced("model.safetensors", ""), r"must have undamaged .safetensors files, got a damaged one \("),
    (replaced("model.safetensors", "<html>not found</html>"),
     r"must have undamaged .safetensors files, got a damaged one \("),
    (replaced("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
     r"must have undamaged .safetensors files, got a damaged one \("),
    (without("model.safetensors"), r"must be a complete model, got one that cannot be loaded \("),
    (without("config.json"), r"must be a complete model, got one that cannot be loaded \("),
    (replaced("config.json", "{}"), r"must be a complete model, got one that cannot be loaded \("),
    (replaced("config.json", '{"model_type": '), r"must be a complete model, got one that cannot be loaded \("),
    (weights_changed(lambda weights: weights.pop(NORM)), rf"must have all weights, got 1 missing \({NORM}\)$"),
    (weights_changed(lambda weights: weights.update({NORM: torch.ones(7)})),
     rf"must have weights of the config's shapes, got 1 of others \({NORM}\)$"),
    (weights_changed(lambda weights: [weight.fill_(float("inf")) for weight in weights.values()]),
     "weights must be finite, got NaN or infinity in model.embed_tokens.weight$"),
    (weights_changed(lambda weights: weights[NORM].fill_(float("nan"))),
     f"weights must be finite, got NaN or infinity in {NORM}$"),
    (without("tokenizer.json", "tokenizer_config.json"),
     "must have the files of its tokenizer, got a tokenizer of 1 tokens$"),
    (pickled_weights(b""), r"must be a complete model, got one that cannot be loaded \("),
    (pickled_weights(b"<html>"), r"must be a complete model, got one that cannot be loaded \("),
    (config_with(num_attention_heads=0), r"must be a complete model, got one that cannot be loaded \("),
    (config_with(hidden_size="a"), r"must be a complete model, got one that cannot be loaded \("),
    (config_with(num_hidden_layers=1, layer_types=None),
     r"must have only the layers of its config, got \d+ weights of other layers \("),
    (replaced("tokenizer.json", '{"version": "1.0"}'), "must be a complete model, got one that cannot be loaded"),
    (other_type("t5"), r"model: must be a causal decoder, got an encoder-decoder \(t5\)$"),
    (other_type("bart"), r"model: must be a causal decoder, got an encoder-decoder \(bart\)$"),
    (other_type("vit"), "model: must be a causal decoder, got a model of type vit$"),
    (encoder, "model: must be a causal decoder with a cache, got BertLMHeadModel without one; if it was trained as a "
              "decoder, set is_decoder in its config$"),
])
def test_a_damaged_folder_raises_one_line_with_its_name(folder, damage, message, capfd):
    damage(folder)
    with pytest.raises(ValueError, match=f"^{folder}: {message}") as error:
        load_model(str(folder))
    assert "\n" not in str(error.value)


def test_a_path_that_does_not_exist_is_named(tmp_path):
    for name in (str(tmp_path / "nowhere"), "./nowhere", "a/b/nowhere"):
        with pytest.raises(OSError, match="nowhere: there is no such folder$"):
            load_model(name)
    with pytest.raises(OSError, match="model.gguf: there is no such file$"):
        load_model(str(tmp_path / "model.gguf"))


def test_a_gguf_file_with_other_content_raises(tmp_path):
    (tmp_path / "model.gguf").write_bytes(b"not gguf" * 100)
    with pytest.raises(ValueError, match="model.gguf: (must be a complete model|needs packages)"):
        load_model(str(tmp_path / "model.gguf"))


def test_a_tokenizer_may_have_more_tokens_than_the_model(folder):
    config, weights = json.loads((folder / "config.json").read_text()), load_file(folder / "model.safetensors")
    for name, weight in weights.items():
        if weight.shape[0] == config["vocab_size"]:
            weights[name] = weight[:200].clone()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps({**config, "vocab_size": 200}))
    model, tokenizer = load_model(str(folder))
    assert len(tokenizer) == 259
    assert len(greedy(model, torch.tensor([[1, 2]]), max_new_tokens=3)[0][0].tokens) == 3
    with pytest.raises(ValueError, match="^input_ids: must be in 0 .. 199, got 258$"):
        greedy(model, torch.tensor([[1, 258]]))


def test_weights_in_float8_are_loaded_in_the_wanted_dtype(folder):
    weights = load_file(folder / "model.safetensors")
    save_file({name: weight.to(torch.float8_e4m3fn) for name, weight in weights.items()}, folder / "model.safetensors",
              metadata={"format": "pt"})
    model, _ = load_model(str(folder))
    assert model.dtype == torch.float32
    assert torch.equal(model.get_parameter(NORM), weights[NORM].to(torch.float8_e4m3fn).float())


@pytest.mark.parametrize("quantization", [
    {"quant_method": "fp8"}, {"quant_method": "bitsandbytes", "load_in_4bit": True},
    {"quant_method": "gptq", "bits": 4}, {"quant_method": "awq", "bits": 4}])
def test_quantised_weights_run_or_are_refused_in_one_line(folder, quantization):
    config_with(quantization_config=quantization)(folder)
    try:
        model, _ = load_model(str(folder))  # with some packages installed, transformers makes float32 of them
    except ValueError as error:
        assert re.fullmatch(f"{folder}: (must be a complete model|must run on|needs packages).*", str(error))
    else:
        assert greedy(model, torch.tensor([[1, 2]]), max_new_tokens=3)[0][0].tokens


def test_a_model_that_fails_in_its_first_steps_is_one_line(saved, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no kernel\nfor this")
    monkeypatch.setattr("transformers.models.qwen2.modeling_qwen2.Qwen2Attention.forward", fail)
    with pytest.raises(ValueError, match=rf"^{saved}: must run on cpu in float32, got an error \(no kernel\)$"):
        load_model(str(saved))
