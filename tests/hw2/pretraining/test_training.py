"""The training of the small model: continuing after a stop changes nothing, and the result has the standard layout."""
import csv
import itertools
import json
from copy import copy
from pathlib import Path

import pytest
import torch

from hw2.pretraining import chats, checkpoint, training
from hw2.pretraining.checkpoint import load_checkpoint, save_checkpoint
from hw2.pretraining.training import SMOKE, Training, learning_rate, token_accuracy
from hw2.train_tiny import main
from minidl.decoding.model import load_model
from minidl.results import save_result
from tests.results import unwrapped

HALF = 2e-3  # a float16 weight has a relative error of 2 ** -11 at most; two small layers


@pytest.fixture(scope="module")
def uninterrupted():
    result = Training(SMOKE._replace(dtype="float32"))
    for _ in range(SMOKE.epochs):
        result.epoch()
    return result


def test_a_continued_training_equals_an_uninterrupted_one(uninterrupted, tmp_path):
    stopped = Training(uninterrupted.settings)
    stopped.epoch()
    save_checkpoint(stopped, tmp_path)
    continued = Training(uninterrupted.settings)
    load_checkpoint(continued, tmp_path)
    for _ in range(SMOKE.epochs - 1):
        continued.epoch()
    assert continued.history == uninterrupted.history
    for ours, theirs in zip(continued.decoder.parameters(), uninterrupted.decoder.parameters()):
        assert torch.equal(ours, theirs)


def test_the_losses_fall_and_the_learning_rate_rises_and_falls(uninterrupted):
    first_row, last_row = uninterrupted.history[0], uninterrupted.history[-1]
    assert all(last_row[f"{kind}_loss"] < first_row[f"{kind}_loss"] < 6.0 for kind in ("story", "transfer", "faq"))
    assert last_row["tokens"] == 3 * 40 * SMOKE.length
    steps = 3 * uninterrupted.steps_per_epoch
    rates = [learning_rate(step, steps, SMOKE) for step in range(steps + 1)]
    assert max(rates) == SMOKE.lr == rates[SMOKE.warmup - 1] == rates[SMOKE.warmup] and rates[-1] == 0
    assert rates[:SMOKE.warmup] == sorted(rates[:SMOKE.warmup])
    assert rates[SMOKE.warmup:] == sorted(rates[SMOKE.warmup:], reverse=True)
    assert rates[(steps + SMOKE.warmup) // 2] == pytest.approx(SMOKE.lr / 2)
    assert uninterrupted.optimizer.param_groups[0]["lr"] == 0


def test_each_epoch_and_seed_has_different_text_and_the_shares_change(uninterrupted, monkeypatch):
    texts, mixes = [], []

    def mixed_batch(tokenizer, rng, rows, length, mix):
        texts.append(chats.mixed_batch(tokenizer, rng, rows, length, mix))
        mixes.append(mix)
        return texts[-1]
    monkeypatch.setattr(training, "mixed_batch", mixed_batch)
    for seed in (0, 1):
        run = Training(uninterrupted.settings._replace(seed=seed))
        for _ in range(3):
            run.epoch()
    assert not any(torch.equal(first[0], second[0]) for first, second in itertools.combinations(texts, 2))
    assert mixes == 2 * [chats.FIRST_SHARES, chats.shares(0.5), chats.LAST_SHARES]
    assert all(sum(mix.values()) == pytest.approx(1) for mix in mixes)


def test_token_accuracy_ignores_tokens_that_are_not_learned():
    logits = torch.tensor([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    assert token_accuracy(torch.tensor([1, 0, -100]), logits.flatten()) == 0.5


def test_the_exported_model_loads_like_any_other(uninterrupted, tmp_path):
    uninterrupted.export(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= names
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["architectures"] == ["Qwen2ForCausalLM"] and config["dtype"] == "float16"
    assert {weight.dtype for weight in uninterrupted.decoder.parameters()} == {torch.float32}, "export changes nothing"
    model, tokenizer = load_model(str(tmp_path))
    ids = torch.tensor([tokenizer("Once upon a time")["input_ids"]])
    with torch.no_grad():
        ours, theirs = model(ids).logits, uninterrupted.decoder(ids).logits
    assert (ours - theirs).abs().max() < HALF * theirs.abs().max()
    assert tokenizer.eos_token == "<|im_end|>" and model.config.eos_token_id == tokenizer.eos_token_id


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


def test_the_command_continues_after_a_stop_and_writes_model_history_and_measurements(tmp_path, capsys, monkeypatch):
    real_epoch = Training.epoch

    def epoch(self, on_batch):
        if self.history:
            raise KeyboardInterrupt
        return real_epoch(self, on_batch)
    arguments = ["--smoke", "--dtype", "float32", "--out", str(tmp_path)]
    monkeypatch.setattr(Training, "epoch", epoch)
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 130 and "continues after the last finished epoch" in capsys.readouterr().err
    monkeypatch.setattr(Training, "epoch", real_epoch)
    main(arguments)
    printed, folder = capsys.readouterr().out, tmp_path / "hw2" / "tiny"
    assert "1 of them from an earlier call" in printed and "20 held-out transfers" in printed
    with open(folder / "history.csv", newline="", encoding="utf-8") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    assert (folder / "heldout.md").read_text(encoding="utf-8").strip() in printed
    assert json.loads((folder / "heldout.json").read_text(encoding="utf-8"))["stories"]["4 beams"]["EOS"] <= 1
    assert load_model(str(folder / "model"))[0].config.hidden_size == SMOKE.hidden
    capsys.readouterr()
    main([*arguments[:1], "--measure", str(folder / "model"), "--out", str(tmp_path / "again")])
    assert "epoch" not in capsys.readouterr().out
    assert json.loads((tmp_path / "again/hw2/tiny/heldout.json").read_text(encoding="utf-8")) == (
        json.loads((folder / "heldout.json").read_text(encoding="utf-8")))
