"""Tests of loading from a folder: complete models work, damaged ones raise with the folder's name."""
import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from minidl.decoding import greedy
from minidl.decoding.model import encode_chat, end_token, load_model
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
    assert ids.shape == (1, len(ids[0])) and ids[0].tolist().count(end_token(tokenizer)) == 2
    assert len(greedy(model, ids, max_new_tokens=3, eos_token_id=end_token(tokenizer))[0][0].tokens) <= 3
    assert load_model(str(saved), dtype="bfloat16")[0].dtype == torch.bfloat16


def test_a_tokenizer_without_a_template_gets_chatml():
    tokenizer = byte_tokenizer()
    expected = encode_chat(tokenizer, "a", "b")
    tokenizer.chat_template = None
    assert torch.equal(encode_chat(tokenizer, "a", "b"), expected)


def weights_cut(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])


def weights_replaced(text):
    def damage(folder):
        (folder / "model.safetensors").write_text(text)
    return damage


def weights_changed(change):
    def damage(folder):
        weights = load_file(folder / "model.safetensors")
        change(weights)
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return damage


def config_changed(text):
    def damage(folder):
        (folder / "config.json").write_text(text)
    return damage


def pickled_weights(content):
    def damage(folder):
        (folder / "model.safetensors").unlink()
        (folder / "pytorch_model.bin").write_bytes(content)
    return damage


def config_with(**values):
    def damage(folder):
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, **values}))
    return damage


def without(*names):
    def damage(folder):
        for name in names:
            (folder / name).unlink()
    return damage


def tokenizer_replaced(folder):
    (folder / "tokenizer.json").write_text('{"version": "1.0"}')


def smaller_vocabulary(folder):
    config = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")
    for name, weight in weights.items():
        if weight.shape[0] == config["vocab_size"]:
            weights[name] = weight[:100].clone()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps({**config, "vocab_size": 100}))


NORM = "model.layers.1.input_layernorm.weight"


@pytest.mark.parametrize("damage, message", [
    (weights_cut, r"must have undamaged .safetensors files, got a damaged one \("),
    (weights_replaced(""), r"must have undamaged .safetensors files, got a damaged one \("),
    (weights_replaced("<html>not found</html>"), r"must have undamaged .safetensors files, got a damaged one \("),
    (weights_replaced("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
     r"must have undamaged .safetensors files, got a damaged one \("),
    (without("model.safetensors"), r"must be a complete model, got one that cannot be loaded \("),
    (without("config.json"), r"must be a complete model, got one that cannot be loaded \("),
    (config_changed("{}"), r"must be a complete model, got one that cannot be loaded \("),
    (config_changed('{"model_type": '), r"must be a complete model, got one that cannot be loaded \("),
    (weights_changed(lambda weights: weights.pop(NORM)), rf"must have all weights, got 1 missing \({NORM}\)$"),
    (weights_changed(lambda weights: weights.update({NORM: torch.ones(7)})),
     r"must be a complete model, got one that cannot be loaded \("),
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
    (tokenizer_replaced, "must be a complete model, got one that cannot be loaded"),
    (smaller_vocabulary, "the tokenizer must have at most the model's 100 tokens, got 259$"),
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


def test_a_template_that_takes_no_system_message_raises():
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = "{{ raise_exception('System role not supported') }}"
    with pytest.raises(ValueError, match=r"^tokenizer: its chat template must take a system message "
                                         r"\(System role not supported\)$"):
        encode_chat(tokenizer, "a", "b")
