"""A checkpoint of a training run: weights, optimizer state and history, saved by minidl.results.

The record is checkpoint.json; each epoch has its own file of tensors, so no finished epoch
is lost if the process is killed between two writes.
"""
import hashlib
from functools import partial

import torch

import hw2.pretraining
import minidl.nn
import minidl.optim
import minidl.training
from hw2.pretraining.grammar import DATA
from hw3.datasets import FAQ
from minidl.checks import check_form, require
from minidl.files import sha256
from minidl.history import check_history
from minidl.results import code_digest, files_digest, load_result, save_result
from minidl.tensors import load_tensors, save_tensors


def depends(training):
    """Return what must be equal for a checkpoint to be continued: settings, tokenizer, code and the texts' data."""
    tokenizer = hashlib.sha256(training.tokenizer.backend_tokenizer.to_str().encode()).hexdigest()
    return {"settings": training.settings._asdict(), "tokenizer": tokenizer,
            "code": code_digest(hw2.pretraining, minidl.nn, minidl.optim, minidl.training),
            "data": files_digest(*sorted(DATA.glob("*.ini")), folder=DATA), "faq": sha256(FAQ)}


def save_checkpoint(training, folder):
    """Write what `load_checkpoint` needs; the tensors of the epoch before are removed."""
    tensors = {"model": training.decoder.state_dict(), "optimizer": training.optimizer.state_dict()}
    name = f"checkpoint-{len(training.history)}.pt"
    save_result(folder / "checkpoint.json", depends(training), training.history, {
        name: partial(save_tensors, tensors=tensors)})


def check_tensors(training, tensors):
    """Raise ValueError unless tensors have the form of the training's: names, shapes and dtypes."""
    check_form(tensors, {"model": dict, "optimizer": {"state": dict, "param_groups": [dict]}}, "tensors")
    ours, theirs = forms(training.decoder.state_dict()), forms(tensors["model"])
    require(ours == theirs, "model", "must have the tensors of the model", theirs - ours or "fewer")
    weights, state = list(training.decoder.parameters()), tensors["optimizer"]["state"]
    require(set(state) == set(range(len(weights))), "optimizer", "must have a state of each weight", list(state))
    for number, weight in enumerate(weights):
        check_form(state[number], {"exp_avg": torch.Tensor}, f"state of weight {number}")
        ours, theirs = forms({"exp_avg": weight}), forms(state[number])
        require(ours == theirs, f"state of weight {number}", f"must have {ours}", theirs)
    ours, theirs = (repr([{**group, "lr": None} for group in groups]) for groups in (
        training.optimizer.state_dict()["param_groups"], tensors["optimizer"]["param_groups"]))
    require(ours == theirs, "optimizer", "must have the settings of the training", theirs)
    for group in tensors["optimizer"]["param_groups"]:
        check_form(group.get("lr"), (float, int), "lr")


def forms(tensors):
    """Return the set of (name, shape, dtype) of a dict of tensors; of another value, (name, its type)."""
    return {(name, tuple(tensor.shape), tensor.dtype) if isinstance(tensor, torch.Tensor) else (name, type(tensor))
            for name, tensor in tensors.items()}


def load_checkpoint(training, folder):
    """Continue a training from its last finished epoch; do nothing if the folder has no whole checkpoint.

    Raises:
        ValueError: the checkpoint is of another training run; it is not overwritten.
    """
    def refuse(reason):
        raise ValueError(f"{reason}; --fresh starts again, --out chooses another folder")

    def read(history):
        check_history(history)
        tensors = load_tensors(folder / f"checkpoint-{len(history)}.pt")
        check_tensors(training, tensors)
        return history, tensors

    record = folder / "checkpoint.json"
    if not record.exists() and list(folder.glob("checkpoint-*.pt")):
        print(f"{record}: missing; computing it again")
    whole = load_result(record, depends(training), read=read, other=refuse)
    if whole is not None:
        training.history, tensors = whole
        training.decoder.load_state_dict(tensors["model"])
        training.optimizer.load_state_dict(tensors["optimizer"])
