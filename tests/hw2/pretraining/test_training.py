"""The training of the small model: continuing after a stop changes nothing, and the result has the standard layout."""
import csv
import itertools
import json

import pytest
import torch

from hw2.pretraining import chats, training
from hw2.pretraining.checkpoint import load_checkpoint, save_checkpoint
from hw2.pretraining.training import SMOKE, Training, learning_rate, token_accuracy
from hw2.train_tiny import main
from minidl.decoding.model import load_model

HALF = 2e-3  # a float16 weight has a relative error of 2 ** -11 at most; two small layers


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
