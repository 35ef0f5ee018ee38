"""Files of another shape with right checksums, as a program with a mistake would write them."""
import json

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from minidl.files import write_sums
from minidl.mapped import load_mapped, save_mapped
from minidl.search.saved import KIND
from minidl.tensors import save_tensors
from tests.damages import reshaped, resign


def reshape_value(file, rng):
    """Give the value of a result another shape."""
    record = file if file.suffix == ".json" else file.with_name("result.json")
    resign(record, reshaped(json.loads(record.read_text(encoding="utf-8"))["value"], rng), {})


def other_tensors(tensors, rng):
    """Return a nested dict of tensors in which one has another shape or type, or is missing."""
    name = rng.choice(list(tensors))
    value = tensors[name]
    if isinstance(value, dict) and value:
        return {**tensors, name: other_tensors(value, rng)}
    wrong = [torch.ones(3), torch.ones(4, 5).int()] if isinstance(value, torch.Tensor) else []
    if rng.random() < 0.3:
        return {key: tensor for key, tensor in tensors.items() if key != name}
    return {**tensors, name: rng.choice([*wrong, None, "text", {"more": torch.ones(1)}])}


def reshape_tensors(file, rng):
    """Give one tensor of a checkpoint another shape, or remove or add one."""
    record, tensors = file.with_name("checkpoint.json"), torch.load(file, weights_only=True)
    path = file.with_name("new.pt")
    save_tensors(path, other_tensors(tensors, rng))
    resign(record, json.loads(record.read_text())["value"], {file.name: path.read_bytes()})
    path.unlink()


def reshape_index(file, rng):
    """Give one array of an index another shape."""
    note, arrays = load_mapped(file, KIND)
    arrays = {name: array.copy() for name, array in arrays.items()}
    name, record = rng.choice(list(arrays)), file.with_name("bm25.json")
    array = arrays[name]
    arrays[name] = rng.choice([array[:-1], array[:0], np.append(array, array[:1]), array[None], array[None, :, None]])
    path = file.with_name("new.index")
    save_mapped(path, KIND, note, arrays)
    resign(record, json.loads(record.read_text())["value"], {file.name: path.read_bytes()})
    path.unlink()


def reshape_weights(file, rng):
    """Give one of the model's tensors another shape."""
    weights = file.with_name("model.safetensors")
    tensors = load_file(weights)
    name = rng.choice(list(tensors))
    tensors[name] = rng.choice([tensors[name][:-1], tensors[name][None], tensors[name].flatten()[:7]]).contiguous()
    save_file(tensors, weights, {"format": "pt"})
    write_sums(file.parent)
