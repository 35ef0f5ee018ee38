"""What hw1.run prints and writes about the columns of a table."""
import json

from hw1.run import main
from tests.histories import read_rows


def file_of(tmp_path, n=60):
    path = tmp_path / "my.csv"
    words = ["a long free text about", "another text of", "words for"]
    rows = [f"{k},{k * 7 % 13 if k % 6 else '?'},{k % 3},2024-01-{k % 28 + 1:02d},{words[k % 3]} {k},"
            f"{['no', 'yes', ''][k % 3 if k % 20 == 2 else k % 2]}" for k in range(n)]
    path.write_text("\n".join([",x,group,a column whose name is too long,text,paid", *rows]) + "\n")
    return path


def test_the_columns_are_shown_before_the_training_in_80_columns_and_stand_in_config_and_report(tmp_path, capsys):
    main(["--exp", "all", "--data", str(file_of(tmp_path)), "--target", "paid", "--epochs", "1", "--category", "group",
          "--drop-missing-target", "--out", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    shown = lines[next(number for number, line in enumerate(lines) if line.startswith("column ")):lines.index("")]
    assert [line.split()[0] for line in shown[:4]] == ["column", "row", "x", "group"] and max(map(len, shown)) <= 80
    assert shown[4].startswith("a column whose name is …  date             28        0  2024-01-01")
    assert "1 row without a target: dropped" in shown and "column 'x': 10 cells are missing: '?'" in shown
    assert shown[-2:] == ["not used, because they only identify the rows: row label",
                          "not used, because they are free text: text"]
    config = json.loads((tmp_path / "hw1" / "exp1" / "config.json").read_text())
    assert config["data"]["columns"]["group"] == {"kind": "category", "distinct": 3, "missing": 0, "example": "0"}
    report = (tmp_path / "hw1" / "report.md").read_text()
    assert "| x | number | 13 | 10 | 7 |" in report and "Column 'x': 10 cells are missing: '?'." in report


def test_an_ignored_column_can_be_kept(tmp_path, capsys):
    path = file_of(tmp_path)
    main(["--exp", "1", "--data", str(path), "--target", "paid", "--epochs", "1", "--keep", "text",
          "--keep", "row label", "--drop-missing-target", "--out", str(tmp_path)])
    assert "not used" not in capsys.readouterr().out


def test_a_curve_that_still_rises_is_noted(tmp_path, capsys):
    path, noted = tmp_path / "table.csv", set()
    path.write_text("x,y\n" + "".join(f"{k * 37 % 101},{int(k * 37 % 101 + k % 30 > 60)}\n" for k in range(200)))
    for seed in range(4):
        main(["--exp", "1", "--data", str(path), "--target", "y", "--epochs", "2", "--seed", str(seed),
              "--out", str(tmp_path)])
        scores = [float(row["test_roc_auc"]) for row in read_rows(tmp_path / "hw1" / "exp1" / "history.csv")]
        rises = scores[-1] > max(scores[:-1])
        assert ("test ROC-AUC still rises after 10 steps" in capsys.readouterr().out) == rises
        noted.add(rises)
    assert noted == {True, False}
