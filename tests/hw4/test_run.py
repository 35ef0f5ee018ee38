"""hw4.run: the numbers of its tasks, its files and its errors."""
import json
import sys

import pytest
import torch

from hw2 import TINY
from hw4 import functions, norms, optimizers
from hw4.run import main
from minidl.decoding.model import load_model
from minidl.nn import RMSNorm
from tests.histories import read_rows


def run(tmp_path, *arguments):
    """Run hw4.run with these arguments; return the task's numbers."""
    main([*arguments, "--out", str(tmp_path)])
    return json.loads((tmp_path / "hw4" / f"task{arguments[1]}" / "numbers.json").read_text())


def test_rmsnorm_equals_torchs_alone_and_in_a_language_model(tmp_path, capsys):
    numbers = run(tmp_path, "--task", "1")
    printed = capsys.readouterr().out
    differences = numbers["differences"]
    assert differences["bfloat16"][0] == differences["float16"][0] == 0
    assert max(differences["float32"]) < 2e-6 and max(differences["float64"]) < 1e-14
    model = numbers["qwen2"]
    assert model["norms"] == 9 and model["logits"] < 1e-5 and model["equal tokens"] == model["tokens"] == 100
    assert "hedgehog" in model["text"], "equal tokens prove little if the model repeats one token"
    assert f"{model['tokens']} of {model['tokens']} greedy tokens are the same" in " ".join(printed.split())
    assert "bfloat16    0.0e+00" in printed
    for k, error in numbers["partial"].items():
        if int(k) >= 16:  # theory's first term; 2,000 rows measure a deviation to about 1.6 %
            assert error == pytest.approx(((1 - int(k) / 896) / (2 * int(k))) ** 0.5, rel=0.08)
    assert (tmp_path / "hw4" / "task1" / "partial.png").read_bytes().startswith(b"\x89PNG")


def test_swap_norms_replaces_every_norm_and_keeps_the_weights():
    model, _ = load_model(str(TINY))
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    assert norms.swap_norms(model) == 9 and norms.swap_norms(model) == 0
    assert sum(isinstance(module, RMSNorm) for module in model.modules()) == 9
    assert weights.keys() == model.state_dict().keys()
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())


def test_a_wrong_norm_changes_the_logits():
    model, _ = load_model(str(TINY))
    ids = torch.arange(16)[None]
    with torch.no_grad():
        before = model(ids).logits
        norms.swap_norms(model)
        model.model.layers[0].input_layernorm.eps = 0.1
        assert norms.difference(model(ids).logits, before) > 1e-3


def test_exp_cos_passes_every_check(tmp_path, capsys):
    numbers = run(tmp_path, "--task", "2")
    printed = capsys.readouterr().out
    assert set(numbers["checks"].values()) == {"passed"} and printed.count(": passed") == 4
    assert numbers["largest difference"] == 0 and len(numbers["points"]) == 6
    point = numbers["points"][0]
    assert f"{point['z']:.6f} {point['z']:.6f} {point['dz/dx']:.6f}" in " ".join(printed.split())
    assert (tmp_path / "hw4" / "task2" / "field.png").read_bytes().startswith(b"\x89PNG")


def test_a_wrong_gradient_fails_the_checks(monkeypatch):
    monkeypatch.setattr(functions, "exp_cos", lambda x, y: x.exp() + (y.cos().detach() + y - y.detach()))
    verdicts = list(functions.verdicts(torch.Generator().manual_seed(0)).values())
    assert len(verdicts) == 4
    assert all(verdict.startswith("failed: ") and "\n" not in verdict for verdict in verdicts[:3])


def test_three_optimisers_are_searched_and_compared_on_the_same_data(tmp_path, loan, capsys, monkeypatch):
    monkeypatch.setattr(optimizers, "GRIDS", {"SGD": (1e30, 1e-3), "AdamW": (1e-3,), "Lion": (1e-4, 1e-3)})
    numbers = run(tmp_path, "--task", "3", "--data", str(loan), "--jobs", "2")
    folder, printed = tmp_path / "hw4" / "task3", capsys.readouterr().out
    assert [row["optimiser"] for row in numbers["optimisers"]] == ["SGD", "AdamW", "Lion"] and "diverged" in printed
    losses = set()
    for row in numbers["optimisers"]:
        history = read_rows(folder / row["optimiser"] / "history.csv")
        losses.add(history[-1]["train_loss"])
        assert float(history[-1]["test_roc_auc"]) == row["test_roc_auc"]
        assert row["low"] <= row["test_roc_auc"] <= row["high"] and f"{row['test_roc_auc']:.4f}" in printed
        candidates = read_rows(folder / row["optimiser"] / "search.csv")
        best = max(candidates, key=lambda candidate: float(candidate["valid_roc_auc"] or 0))
        assert float(best["lr"]) == row["lr"]
    assert len(losses) == 3, "each optimiser has its own losses"
    starts = {read_rows(folder / name / "history.csv")[0]["test_loss"] for name in optimizers.GRIDS}
    assert len(starts) == 1, "all optimisers start from the same weights"
    assert (folder / "optimisers.png").read_bytes().startswith(b"\x89PNG")
    assert run(tmp_path, "--task", "3", "--data", str(loan), "--jobs", "1") == numbers


def test_without_matplotlib_only_the_numbers_are_written(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    run(tmp_path, "--task", "2", "--lang", "ru")
    assert "Все проверки пройдены." in (tmp_path / "hw4" / "report.md").read_text(encoding="utf-8")
    assert "pip install 'minidl[plot]'" in " ".join(capsys.readouterr().out.split())
    assert [file.name for file in (tmp_path / "hw4" / "task2").iterdir()] == ["numbers.json"]


def test_the_same_seed_gives_the_same_numbers(tmp_path):
    first, repeated, other = (run(tmp_path / name, "--task", "1", "--seed", seed)
                              for name, seed in (("a", "0"), ("b", "0"), ("c", "1")))
    assert first == repeated and first != other


@pytest.mark.parametrize("arguments, message", [
    (["--task", "4"], "argument --task: invalid choice: '4'"),
    ([], "the following arguments are required: --task"),
    (["--task", "1", "--seed", "-1"], "argument --seed: must be a whole number, at least 0, got '-1'"),
    (["--task", "3", "--data", "nowhere"], "--data: must be credit, loan, a CSV file or a folder, there is no"),
])
def test_a_bad_argument_gives_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--out", str(tmp_path)])
    assert stop.value.code == 2 and message in capsys.readouterr().err.splitlines()[-1]
