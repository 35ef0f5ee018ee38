"""hw3.run as a newcomer meets it."""
import csv
import json
import sys

import datasets as library
import numpy as np
import pytest

from hw3 import datasets, evaluation
from hw3.datasets import load_dataset
from hw3.steps import METHODS, measure, rank
from hw3.run import main
from minidl.data import QuestionAnswers
from minidl.metrics import mean_reciprocal_rank, recall_at_k
from tests.hw3.conftest import PAIRS


def run(tmp_path, *arguments):
    main([*map(str, arguments), "--out", str(tmp_path / "out")])
    return tmp_path / "out" / "hw3"


def test_the_faq_is_evaluated_by_default(tmp_path, capsys):
    folder = run(tmp_path) / "faq"
    printed = capsys.readouterr().out
    assert "1,145 questions, 480 distinct answers" in printed and "229 test questions" in printed
    found = json.loads((folder / "results.json").read_text())["seeds"]["0"]
    assert list(found) == list(METHODS)
    for name, metrics in found.items():
        assert f"{metrics['MRR']['mean']:.3f}" in printed
        for interval in metrics.values():
            assert interval["low"] <= interval["mean"] <= interval["high"]
        assert 0.4 < metrics["Recall@1"]["mean"] < metrics["MRR"]["mean"] < metrics["Recall@10"]["mean"] < 0.9
    with open(folder / "ranks.csv", newline="", encoding="utf-8") as table:
        ranks = np.array([int(row["TF-IDF"]) for row in csv.DictReader(table)])
    assert (1 / ranks).mean() == pytest.approx(found["TF-IDF"]["MRR"]["mean"])
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert f"| TF-IDF | {found['TF-IDF']['Recall@1']['mean']:.3f} (" in report and "other forms: " in report
    assert f"{(ranks > 10).sum()} of 229 questions have their answer after the tenth place" in report
    assert (folder / "recall.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path, file):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        run(tmp_path / name, "--data", file, "--seed", seed)
    first, again, other = ((tmp_path / name / "out" / "hw3" / "pairs.jsonl" / "ranks.csv").read_bytes()
                           for name in "abc")
    assert first == again != other


@pytest.mark.parametrize("name", METHODS)
def test_ranks_give_what_the_metrics_give_on_the_documents_found(name):
    pairs = load_dataset("faq").pairs
    train, test = pairs.split(0.2, rng=np.random.default_rng(3))
    ranked = rank(METHODS[name], train, test)
    predict, _ = ranked.index.search(ranked.vectorizer.transform_queries(test.queries), len(test.answers))
    found = measure(ranked.ranks, 0)
    for k in (1, 3, 10):
        assert found[f"Recall@{k}"].mean == pytest.approx(recall_at_k(test.answer_of, predict, k))
    assert found["MRR"].mean == pytest.approx(mean_reciprocal_rank(test.answer_of, predict))


def test_the_test_part_is_not_fitted_on(monkeypatch):
    seen = []
    train, test = QuestionAnswers.of(["a b"], ["red fish"]), QuestionAnswers.of(["blue fish"], ["blue sea"])
    for name, method in METHODS.items():
        vectorizer = method.vectorizer()
        monkeypatch.setattr(type(vectorizer), "fit", lambda self, texts, real=type(vectorizer).fit: (
            seen.append(list(texts)) or real(self, texts)))
        rank(method, train, test)
        monkeypatch.undo()
        assert seen[-1] == (["red fish", "a b"] if "questions" in name else ["red fish"])
    assert len(seen) == len(METHODS)


def test_progress_and_chunks_change_nothing(monkeypatch, file):
    pairs = load_dataset(file).pairs
    whole = evaluation.rank_all(pairs, pairs)
    monkeypatch.setattr(evaluation, "CHUNK", 2)
    for name, ranked in evaluation.rank_all(pairs, pairs).items():
        assert ranked.ranks.tolist() == whole[name].ranks.tolist()


def test_several_seeds_show_mean_and_deviation(tmp_path, file, capsys):
    folder = run(tmp_path, "--data", file, "--seeds", 3, "--seed", 5) / "pairs.jsonl"
    found = json.loads((folder / "results.json").read_text())["seeds"]
    assert list(found) == ["5", "6", "7"]
    means = [one["TF-IDF"]["MRR"]["mean"] for one in found.values()]
    assert f"{np.mean(means):.3f} ± {np.std(means, ddof=1):.3f}" in capsys.readouterr().out


def test_parquet_files_are_read_by_the_datasets_library(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    queries, texts = zip(*PAIRS)
    path = tmp_path / "nq.parquet"
    library.Dataset.from_dict({"query": queries, "answer": texts}).to_parquet(path)
    found = load_dataset(str(path))
    assert found.pairs.queries == list(queries) and len(found.pairs.answers) == 4
    seen = []
    monkeypatch.setattr(library, "load_dataset", lambda path, split: seen.append((path, split)) or (
        library.Dataset.from_dict({"query": queries, "answer": texts})))
    assert load_dataset("nq").pairs.queries == list(queries)
    assert seen == [("sentence-transformers/natural-questions", "train")]
    with pytest.raises(ValueError, match="must have a column 'text', got query, answer"):
        load_dataset("nq", answer_column="text")
    monkeypatch.undo()
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    guessed = tmp_path / "guessed.PARQUET"
    library.Dataset.from_dict({"question": queries, "passage": texts}).to_parquet(guessed)
    assert load_dataset(str(guessed)).pairs[:2] == found.pairs[:2]
    for column, wrong, got in ((["a", None], 1, "nothing"), (["a", " "], 1, "nothing"), ([1, 2], 0, "int")):
        library.Dataset.from_dict({"query": ["a", "b"], "answer": column}).to_parquet(path)
        with pytest.raises(ValueError, match=f"nq.parquet, row {wrong}, column 'answer': must be text, got {got}$"):
            load_dataset(str(path))


def test_without_the_library_or_a_network_one_line_says_what_to_do(monkeypatch):
    def fails(*_, **__):
        raise ConnectionError("Couldn't reach the Hub\nmore lines")
    monkeypatch.setattr(library, "load_dataset", fails)
    with pytest.raises(OSError, match=r"natural-questions could not be loaded \(Couldn't reach the Hub\); without a "
                                      "network, use --data faq or a file$"):
        load_dataset("nq")
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ValueError, match=r"needs the datasets library; pip install 'minidl\[nq\]' brings it$"):
        load_dataset("nq")


@pytest.mark.parametrize("arguments, message", [
    (["--data", "nowhere"], "--data: must be faq, nq or a file, there is no 'nowhere'"),
    (["--whole", "--seeds", "2"], "--whole, --seeds: without a split every seed gives the same"),
    (["--top", "0"], "argument --top: must be a whole number, at least 1, got '0'"),
    (["--method", "x"], "argument --method: invalid choice: 'x'"),
])
def test_a_mistake_is_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, *arguments)
    assert stop.value.code == 2 and message in capsys.readouterr().err.splitlines()[-1]
