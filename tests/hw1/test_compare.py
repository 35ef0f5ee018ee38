from pathlib import Path

import numpy as np
import pytest

from hw1.compare import main
from minidl.files import write_csv
from minidl.metrics import delong_test
from minidl.results import save_result


def save(folder, number, target, score):
    write_csv(folder / "hw1" / f"exp{number}" / "scores.csv",
              [{"target": int(y), "score": s} for y, s in zip(target, score)])


def test_the_experiments_of_both_folders_are_compared_on_the_same_rows(tmp_path, capsys):
    rng, target = np.random.default_rng(0), np.arange(60) % 2
    first, second = (target + rng.normal(size=60) for _ in range(2))
    save(tmp_path / "a", 1, target, first)
    save(tmp_path / "b", 1, target, second)
    save(tmp_path / "a", 2, target, first)
    main([str(tmp_path / "a"), str(tmp_path / "b")])
    _, row = capsys.readouterr().out.splitlines()
    test = delong_test(target, second, first)
    margin = 1.96 * test.standard_error
    assert test.p_value > 0.001
    assert row.split() == ["1", f"{test.difference:+.4f}", f"{test.difference - margin:+.4f}",
                           f"{test.difference + margin:+.4f}", f"{test.p_value:.3f}"]


@pytest.mark.parametrize("other", ["nothing", "other rows", "no numbers", "changed since"])
def test_folders_that_cannot_be_compared_give_one_line(tmp_path, capsys, other):
    target = np.arange(10) % 2
    save(tmp_path / "a", 1, target, target)
    if other == "other rows":
        save(tmp_path / "b", 1, 1 - target, target)
    file = tmp_path / "b" / "hw1" / "exp1" / "scores.csv"
    if other == "no numbers":
        save(tmp_path / "b", 1, target, target)
        file.write_text("target,score\n1,one\n")
    if other == "changed since":
        save_result(file.with_name("result.json"), {"seed": 0}, None, {"scores.csv": Path.touch})
        save(tmp_path / "b", 1, target, target)
    with pytest.raises(SystemExit) as stop:
        main([str(tmp_path / "a"), str(tmp_path / "b")])
    error = capsys.readouterr().err
    assert stop.value.code == 2 and error.count("\n") == 1
    assert ("scores.csv has changed" if other == "changed since" else ": must have ") in error
