"""hw3.run without --query: the evaluation, the files it writes, and its data."""
import csv
import json
import sys

import datasets as library
import numpy as np
import pytest

from hw3 import measures
from hw3.datasets import Choices, load_dataset
from hw3.measures import measure
from hw3.ranking import METHODS, rank
from hw3.words import prepared
from minidl.data import QuestionAnswers
from minidl.metrics import mean_reciprocal_rank, recall_at_k
from tests.artists import lines
from tests.hw3.conftest import PAIRS, run


def test_the_faq_is_evaluated_by_default(tmp_path, capsys):
    folder = run(tmp_path) / "faq"
    printed = capsys.readouterr().out
    assert "1,145 questions, 480 distinct answers" in printed and "229 test questions" in printed
    measured = json.loads((folder / "results.json").read_text())["seeds"]["0"]
    assert list(measured) == list(METHODS)
    for name, metrics in measured.items():
        assert f"{metrics['MRR']['mean']:.3f}" in printed
        for interval in metrics.values():
            assert interval["low"] <= interval["mean"] <= interval["high"]
        assert 0.4 < metrics["Recall@1"]["mean"] < metrics["MRR"]["mean"] < metrics["Recall@10"]["mean"] < 0.9
    with open(folder / "ranks.csv", newline="", encoding="utf-8") as table:
        ranks = [float(row["TF-IDF"]) for row in csv.DictReader(table)]
    ranks = np.array(ranks)
    assert (1 / ranks).mean() == pytest.approx(measured["TF-IDF"]["MRR"]["mean"])
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert f"| TF-IDF | {measured['TF-IDF']['Recall@1']['mean']:.3f} (" in report and "other forms: " in report
    assert f"{(ranks > 10).sum()} of 229 questions have their answer at a rank above 10" in report
    assert (folder / "recall.png").read_bytes().startswith(b"\x89PNG")


def test_the_seed_determines_the_ranks(tmp_path, file):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        run(tmp_path / name, "--data", file, "--seed", seed)
    first, again, other = ((tmp_path / name / "out" / "hw3" / "pairs.jsonl" / "ranks.csv").read_bytes()
                           for name in "abc")
    assert first == again != other


@pytest.mark.parametrize("name", METHODS)
def test_metrics_of_ranks_equal_the_metrics_of_the_predicted_documents(name):
    pairs = load_dataset("faq").pairs
    train, test = pairs.split(0.2, rng=np.random.default_rng(3))
    ranking = rank(name, train, test)
    queries = ranking.vectorizer.transform_queries(map(prepared, test.queries))
    predict, scores = ranking.index.search(queries, len(test.answers))
    predict[scores == 0] = -1  # not found
    measured = measure(ranking.ranks, 0)
    for k in (1, 3, 10):
        assert measured[f"Recall@{k}"].mean == pytest.approx(recall_at_k(test.answer_of, predict, k))
    assert measured["MRR"].mean == pytest.approx(mean_reciprocal_rank(test.answer_of, predict))


def test_the_metrics_of_the_run_and_of_the_picture_are_those_of_minidl_metrics(tmp_path, file, monkeypatch, figures):
    monkeypatch.setattr(measures, "hits_at_k", lambda ranks, k: np.full(len(ranks), k / 100))
    monkeypatch.setattr(measures, "reciprocal_ranks", lambda ranks: np.full(len(ranks), 0.75))
    monkeypatch.setattr("hw3.figures.hits_at_k", lambda ranks, k: np.full(len(ranks), k / 64))
    folder = run(tmp_path, "--data", file, "--whole") / "pairs.jsonl"
    for metrics in json.loads((folder / "results.json").read_text())["seeds"]["0"].values():
        assert [interval["mean"] for interval in metrics.values()] == pytest.approx([0.01, 0.03, 0.1, 0.75])
    for heights, _, _ in lines(figures[0].axes[0]).values():
        assert heights == [k / 64 for k in range(1, len(heights) + 1)]


def test_no_method_is_fitted_on_the_test_part(monkeypatch):
    fitted = []
    train, test = QuestionAnswers.of(["a b"], ["red fish"]), QuestionAnswers.of(["blue fish"], ["blue sea"])
    for name, method in METHODS.items():
        vectorizer = method()
        monkeypatch.setattr(type(vectorizer), "fit", lambda self, texts, real=type(vectorizer).fit: (
            fitted.append(texts := list(texts)) or real(self, texts)))
        rank(name, train, test)
        monkeypatch.undo()
        assert fitted[-1] == (["red fish", "a b"] if "questions" in name else ["red fish"])
    assert len(fitted) == len(METHODS)


def test_without_a_split_nothing_is_fitted_on_the_questions(tmp_path, file):
    folder = run(tmp_path, "--data", file, "--whole") / "pairs.jsonl"
    measured = json.loads((folder / "results.json").read_text())["seeds"]["0"]
    assert list(measured) == [name for name in METHODS if "questions" not in name]


def test_several_seeds_show_mean_and_deviation(tmp_path, file, capsys):
    folder = run(tmp_path, "--data", file, "--seeds", 3, "--seed", 5) / "pairs.jsonl"
    seeds = json.loads((folder / "results.json").read_text())["seeds"]
    assert list(seeds) == ["5", "6", "7"]
    means = [methods["TF-IDF"]["MRR"]["mean"] for methods in seeds.values()]
    assert f"{np.mean(means):.3f} ± {np.std(means, ddof=1):.3f}" in capsys.readouterr().out


def test_parquet_files_are_read_by_the_datasets_library(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    queries, texts = zip(*PAIRS)
    path = tmp_path / "nq.parquet"
    library.Dataset.from_dict({"query": queries, "answer": texts}).to_parquet(path)
    collection = load_dataset(str(path))
    assert collection.pairs.queries == list(queries) and len(collection.pairs.answers) == 4
    calls = []
    monkeypatch.setattr(library, "load_dataset", lambda path, split: calls.append((path, split)) or (
        library.Dataset.from_dict({"query": queries, "answer": texts})))
    assert load_dataset("nq").pairs.queries == list(queries)
    assert calls == [("sentence-transformers/natural-questions", "train")]
    with pytest.raises(ValueError, match="must have a column 'text', got 'query', 'answer'"):
        load_dataset("nq", Choices(answer_column="text"))
    monkeypatch.undo()
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    renamed = tmp_path / "renamed"
    library.Dataset.from_dict({"question": queries, "passage": texts}).to_parquet(renamed)
    assert load_dataset(str(renamed)).pairs[:2] == collection.pairs[:2]
    for empty in (None, " "):
        library.Dataset.from_dict({"query": ["a", "b"], "answer": ["a", empty]}).to_parquet(path)
        assert load_dataset(str(path)).pairs[:2] == (["a"], ["a"])
        with pytest.raises(ValueError, match="nq.parquet, row 1, column 'answer': must be text, got nothing$"):
            load_dataset(str(path), Choices(strict=True))


def test_without_the_library_or_a_network_one_line_says_what_to_do(monkeypatch):
    def fails(*_, **__):
        raise ConnectionError("Couldn't reach the Hub\nmore lines")
    monkeypatch.setattr(library, "load_dataset", fails)
    with pytest.raises(OSError, match=r"natural-questions could not be loaded \(Couldn't reach the Hub\); without a "
                                      "network, use --data faq or a file$"):
        load_dataset("nq")
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ValueError, match=r"needs the datasets library, got an import that fails \([^\n]*datasets[^\n]*"
                                         r"\); install it with: pip install 'minidl\[nq\]'$"):
        load_dataset("nq")


@pytest.mark.parametrize("arguments, message", [
    (["--data", "nowhere"], "--data: must be faq, nq or a file, got 'nowhere'"),
    (["--whole", "--seeds", "2"], "--whole, --seeds: must not be given together: without a split"),
    (["--top", "0"], "argument --top: must be a whole number, at least 1, got '0'"),
    (["--method", "x"], "argument --method: invalid choice: 'x'"),
])
def test_a_bad_argument_gives_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, *arguments)
    assert stop.value.code == 2 and message in capsys.readouterr().err.splitlines()[-1]
