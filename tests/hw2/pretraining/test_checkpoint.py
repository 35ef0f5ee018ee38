"""The training's checkpoint: one of other settings is refused, a damaged one starts the training again."""
from copy import copy
from pathlib import Path

import pytest
import torch

from hw2.pretraining import checkpoint
from hw2.pretraining.checkpoint import load_checkpoint, save_checkpoint
from hw2.pretraining.training import Training
from minidl.results import save_result
from tests.results import unwrapped


def test_a_checkpoint_of_other_settings_is_refused_and_kept(uninterrupted, tmp_path):
    save_checkpoint(uninterrupted, tmp_path)
    with pytest.raises(ValueError, match="made with other settings, data or code; --fresh starts again"):
        load_checkpoint(Training(uninterrupted.settings._replace(lr=0.5)), tmp_path)
    assert (tmp_path / "checkpoint.json").exists()


@pytest.mark.parametrize("damage, words", [
    (lambda file: file.write_bytes(b"no checkpoint"), "checkpoint-3.pt has changed"),
    (lambda file: file.unlink(), "checkpoint-3.pt is missing"),
])
def test_a_damaged_checkpoint_starts_the_training_again_and_one_line_says_so(uninterrupted, tmp_path, damage, words,
                                                                             capsys):
    save_checkpoint(uninterrupted, tmp_path)
    damage(tmp_path / "checkpoint-3.pt")
    capsys.readouterr()
    training = Training(uninterrupted.settings)
    load_checkpoint(training, tmp_path)
    line = unwrapped(capsys.readouterr().out)
    assert words in line and line.count("computing it again") == 1 and not training.history


def wrong(tensors, name, value):
    """Return a state_dict with another value of a name."""
    return {**tensors, name: value}


@pytest.mark.parametrize("part, change", [
    ("model", lambda tensors: {}),
    ("model", lambda tensors: wrong(tensors, "model.norm.weight", torch.ones(7))),
    ("optimizer", lambda tensors: wrong(tensors, "state", {})),
    ("optimizer", lambda tensors: wrong(tensors, "state", wrong(tensors["state"], 0, {"exp_avg": torch.ones(7)}))),
    ("optimizer", lambda tensors: wrong(tensors, "param_groups", [])),
    ("optimizer", lambda tensors: wrong(tensors, "param_groups", [wrong(tensors["param_groups"][0], "lr", "high")])),
    ("optimizer", lambda tensors: wrong(tensors, "param_groups", [wrong(tensors["param_groups"][0], "weight_decay",
                                                                        torch.ones(2))])),
    ("optimizer", lambda tensors: wrong(tensors, "state", wrong(tensors["state"], 0, torch.ones(7)))),
    ("optimizer", lambda tensors: torch.ones(7)),
    ("model", lambda tensors: wrong(tensors, 5, "text")),
    ("more", lambda tensors: {}),
])
def test_a_whole_checkpoint_of_other_tensors_starts_the_training_again_and_changes_no_weight(
        uninterrupted, tmp_path, part, change, capsys):
    tensors = {"model": uninterrupted.decoder.state_dict(), "optimizer": uninterrupted.optimizer.state_dict()}
    tensors[part] = change(tensors.get(part))
    save_result(tmp_path / "checkpoint.json", checkpoint.depends(uninterrupted), uninterrupted.history, {
        "checkpoint-3.pt": lambda path: torch.save(tensors, path)})
    training = copy(uninterrupted)
    training.history, before = [], [weight.clone() for weight in training.decoder.parameters()]
    load_checkpoint(training, tmp_path)
    assert "damaged" in capsys.readouterr().out and not training.history
    assert all(map(torch.equal, before, training.decoder.parameters()))


@pytest.mark.parametrize("content", [b"", b"no tensors", b"PK\x03\x04", b"\x80\x02c__builtin__\neval\n."])
def test_a_whole_checkpoint_of_no_tensors_starts_the_training_again(uninterrupted, tmp_path, content, capsys):
    save_result(tmp_path / "checkpoint.json", checkpoint.depends(uninterrupted), uninterrupted.history, {
        "checkpoint-3.pt": lambda path: path.write_bytes(content)})
    training = copy(uninterrupted)
    training.history = []
    load_checkpoint(training, tmp_path)
    line = unwrapped(capsys.readouterr().out)
    assert line.count("damaged (") == 1 and "checkpoint-3.pt: must be a file of tensors, got another" in line
    assert not training.history


def test_tensors_without_their_record_start_the_training_again_and_one_line_says_so(uninterrupted, tmp_path, capsys):
    save_checkpoint(uninterrupted, tmp_path)
    (tmp_path / "checkpoint.json").unlink()
    training = copy(uninterrupted)
    training.history = []
    load_checkpoint(training, tmp_path)
    assert unwrapped(capsys.readouterr().out) == f"{tmp_path}/checkpoint.json: missing; computing it again"
    assert not training.history


def test_a_checkpoint_depends_on_the_data_files_too(uninterrupted, tmp_path, monkeypatch):
    before = checkpoint.depends(uninterrupted)
    (tmp_path / "animals.ini").write_text("other")
    monkeypatch.setattr(checkpoint, "DATA", tmp_path)
    assert checkpoint.depends(uninterrupted) != before


def test_only_the_last_epochs_tensors_are_kept(uninterrupted, tmp_path):
    save_result(tmp_path / "checkpoint.json", {}, [], {"checkpoint-2.pt": Path.touch})
    save_checkpoint(uninterrupted, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["checkpoint-3.pt", "checkpoint.json"]
