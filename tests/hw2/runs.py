"""Runs of hw2.run with a small model, for the tests of HW2."""
import json

from hw2.run import main


def run(tmp_path, model, *arguments):
    """Run hw2.run with this model and these arguments; return the texts of results.jsonl."""
    main(["--model", str(model), "--out", str(tmp_path), "--max-new-tokens", "12", *arguments])
    number = arguments[arguments.index("--task") + 1]
    changed = max(tmp_path.glob(f"hw2/**/task{number}/results.jsonl"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(line) for line in changed.read_text(encoding="utf-8").splitlines()]
