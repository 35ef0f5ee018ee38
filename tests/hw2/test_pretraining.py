"""Training the small model: taken up after a kill as if nothing had been, and left in the standard layout."""
import csv
import itertools
import json

import pytest
import torch

from hw2 import chats, pretraining
from hw2.pretraining import SMOKE, Training, rate, right_share
from hw2.train_tiny import main
from minidl.decoding.model import load_model

HALF = 2e-3  # a float16 weight is wrong by 2 ** -11 of itself at most; over two small layers


@pytest.fixture(scope="module")
def undisturbed():
    training = Training(SMOKE._replace(dtype="float32"))
    for _ in range(SMOKE.epochs):
        training.epoch()
    return training


def test_a_training_that_is_taken_up_equals_one_that_was_not_disturbed(undisturbed, tmp_path):
    first = Training(undisturbed.settings)
    first.epoch()
    first.save(tmp_path / "checkpoint.pt")
    second = Training(undisturbed.settings)
    second.load(tmp_path / "checkpoint.pt")
    for _ in range(SMOKE.epochs - 1):
        second.epoch()
    assert second.history == undisturbed.history
    for ours, theirs in zip(second.decoder.parameters(), undisturbed.decoder.parameters()):
        assert torch.equal(ours, theirs)


def test_it_learns_and_the_rate_rises_and_falls(undisturbed):
    first, last = undisturbed.history[0], undisturbed.history[-1]
    assert all(last[f"{kind}_loss"] < first[f"{kind}_loss"] < 6.0 for kind in ("story", "transfer", "faq"))
    assert last["tokens"] == 3 * 40 * SMOKE.length
    steps = 3 * undisturbed.steps_an_epoch
    rates = [rate(step, steps, SMOKE) for step in range(steps + 1)]
    assert max(rates) == SMOKE.lr == rates[SMOKE.warmup - 1] == rates[SMOKE.warmup] and rates[-1] == 0
    assert rates[:SMOKE.warmup] == sorted(rates[:SMOKE.warmup])
    assert rates[SMOKE.warmup:] == sorted(rates[SMOKE.warmup:], reverse=True)
    assert rates[(steps + SMOKE.warmup) // 2] == pytest.approx(SMOKE.lr / 2)
    assert undisturbed.optimizer.param_groups[0]["lr"] == 0


def test_the_text_of_each_epoch_and_seed_is_its_own_and_its_shares_change(undisturbed, monkeypatch):
    texts, mixes = [], []

    def mixed_batch(tokenizer, rng, count, length, mix):
        texts.append(chats.mixed_batch(tokenizer, rng, count, length, mix))
        mixes.append(mix)
        return texts[-1]
    monkeypatch.setattr(pretraining, "mixed_batch", mixed_batch)
    for seed in (0, 1):
        training = Training(undisturbed.settings._replace(seed=seed))
        for _ in range(3):
            training.epoch()
    assert not any(torch.equal(one[0], other[0]) for one, other in itertools.combinations(texts, 2))
    assert mixes == 2 * [chats.FIRST_SHARES, chats.shares(0.5), chats.LAST_SHARES]
    assert all(sum(mix.values()) == pytest.approx(1) for mix in mixes)


def test_the_share_of_right_tokens_counts_learned_ones_alone():
    logits = torch.tensor([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    assert right_share(torch.tensor([1, 0, -100]), logits.flatten()) == 0.5


def test_what_is_left_loads_as_any_model_does(undisturbed, tmp_path):
    undisturbed.export(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= names
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["architectures"] == ["Qwen2ForCausalLM"] and config["dtype"] == "float16"
    model, tokenizer = load_model(str(tmp_path))
    ids = torch.tensor([tokenizer("Once upon a time")["input_ids"]])
    with torch.no_grad():
        ours, theirs = model(ids).logits, undisturbed.decoder(ids).logits
    assert (ours - theirs).abs().max() < HALF * theirs.abs().max()
    assert tokenizer.eos_token == "<|im_end|>" and model.config.eos_token_id == tokenizer.eos_token_id


@pytest.mark.parametrize("content, message", [
    (None, "must be of the same settings and text, got others; --fresh starts anew"),
    (b"no checkpoint", "must be a training's checkpoint, got one that cannot be read"),
])
def test_another_checkpoint_is_refused(undisturbed, tmp_path, content, message):
    path = tmp_path / "checkpoint.pt"
    undisturbed.save(path)
    if content:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        Training(undisturbed.settings._replace(lr=0.5)).load(path)


def test_the_command_goes_on_after_a_kill_and_leaves_model_curve_and_measures(tmp_path, capsys, monkeypatch):
    real = Training.epoch

    def epoch(self, on_batch):
        if self.history:
            raise KeyboardInterrupt
        return real(self, on_batch)
    arguments = ["--smoke", "--dtype", "float32", "--out", str(tmp_path)]
    monkeypatch.setattr(Training, "epoch", epoch)
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 130 and "continues after the last epoch" in capsys.readouterr().err
    monkeypatch.setattr(Training, "epoch", real)
    main(arguments)
    printed, folder = capsys.readouterr().out, tmp_path / "hw2" / "tiny"
    assert "the first 1 from an earlier call" in printed and "20 held-out transfers" in printed
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
