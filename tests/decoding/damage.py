"""Ways to damage the folder of a model: functions of the folder, or functions that return one."""
import json

from safetensors.torch import load_file, save_file
from transformers import AutoConfig

from tests.decoding.architectures import small_model


def weights_cut(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])


def replaced(name, text):
    def damage(folder):
        (folder / name).write_text(text)
    return damage


def weights_changed(change):
    def damage(folder):
        weights = load_file(folder / "model.safetensors")
        change(weights)
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
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


def other_type(name):
    def damage(folder):
        AutoConfig.for_model(name).save_pretrained(folder)
    return damage


def encoder(folder):
    small_model("bert", vocab_size=300).save_pretrained(folder)
