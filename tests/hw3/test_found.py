"""What counts as found, several right answers, several splits, and paired differences."""
import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw3.datasets import load_dataset
from hw3.measures import differences, mean_per_question, measure, over_splits, values_of
from hw3.misses import misses
from hw3.ranking import METHODS, count_unmatched, rank
from hw3.words import prepared
from minidl.data import QuestionAnswers
from minidl.metrics import (bootstrap_mean, mean_average_precision, mean_reciprocal_rank, ndcg_at_k, paired_bootstrap,
                            recall_at_k)
from minidl.metrics._ranks import ranks_of
from tests.artists import lines
from tests.data import question_files
from tests.hw3.conftest import run
from tests.languages import assert_translated

FOREIGN = [("что красное", "a red fish"), ("какая рыба синяя", "a blue fish"), ("кто плывёт", "ships sail")]


@pytest.mark.parametrize("method", METHODS)
def test_an_answer_with_score_0_is_not_found(method):
    pairs = QuestionAnswers.of(["red fish", "zebra", "blue"], ["a red fish", "animals", "ships"])
    ranking = rank(method, pairs, pairs)
    expected = [1, np.inf, np.inf] if "questions" not in method else ranking.ranks.tolist()
    assert ranking.ranks.tolist() == expected and ranking.ranks[0] == 1
    assert count_unmatched(ranking) == 2
    pairs = QuestionAnswers.of(["red", "fish"], ["a red fish", "ships"])
    assert count_unmatched(rank(method, pairs, pairs)) == 0  # "fish" is in an answer, though not in its own


def test_where_nothing_matches_nothing_is_found_and_the_report_says_so(tmp_path, capsys, figures):
    path = question_files.write(tmp_path, "pairs.jsonl", question_files.lines, FOREIGN * 2)
    folder = run(tmp_path, "--data", path, "--whole") / "pairs.jsonl"
    assert "test questions without a word of any answer: 6" in capsys.readouterr().out
    results = json.loads((folder / "results.json").read_text())
    for metrics in results["seeds"]["0"].values():
        assert {interval["mean"] for interval in metrics.values()} == {0}
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "test questions without a word of any answer: 6" in report
    assert "6 of 6 questions have their answer at a rank above 10; 6 of these answers have score 0" in report
    assert "no answer has a word of the question" in report and "no difference shown" in report
    with open(folder / "ranks.csv", newline="", encoding="utf-8") as file:
        assert {row["BM25"] for row in csv.DictReader(file)} == {"inf"}
    run(tmp_path, "--data", path, "--whole", "--lang", "ru")
    assert_translated((folder / "report.md").read_text(encoding="utf-8"), report)
    assert all(heights == [0] for heights, _, _ in lines(figures[0].axes[0]).values())


SEVERAL = [{"question": "red fish sea", "answer": ["the red fish", "a red sea", "a zebra"]},
           {"question": "blue fish", "answer": ["a blue sky"]}, {"question": "who sails", "answer": "sailors"},
           {"question": "warm sun", "answer": ["the sun is warm", "a warm sea"]}]


@pytest.mark.parametrize("name", METHODS)
def test_metrics_of_several_right_answers_are_those_of_minidl(tmp_path, name):
    path = question_files.write(tmp_path, "a.jsonl", lambda rows: "\n".join(map(json.dumps, rows)), SEVERAL)
    pairs = load_dataset(path, load_choices(answers="all")).pairs
    ranking = rank(name, pairs, pairs)
    queries = ranking.vectorizer.transform_queries(map(prepared, pairs.queries))
    predict, scores = ranking.index.search(queries, len(pairs.answers))
    predict[scores == 0] = -1
    measured, right = measure(ranking.ranks, 0), pairs.right_answers()
    np.testing.assert_array_equal(ranking.ranks, ranks_of(right, predict))
    assert ranking.ranks.shape == (4, 3) and list(measured) == ["Recall@1", "Recall@3", "Recall@10", "MRR", "MAP",
                                                                "nDCG@10"]
    for metric, expected in {
            **{f"Recall@{k}": recall_at_k(right, predict, k) for k in (1, 3, 10)},
            "MRR": mean_reciprocal_rank(right, predict), "MAP": mean_average_precision(right, predict),
            "nDCG@10": ndcg_at_k(right, predict, 10)}.items():
        assert measured[metric].mean == pytest.approx(expected, abs=1e-12)
    assert [miss.query for miss in misses(pairs, ranking)] == ["who sails"]


def load_choices(**choices):
    from hw3.datasets import Choices
    return Choices(**choices)


def test_several_right_answers_are_evaluated_and_answered(tmp_path, capsys):
    path = question_files.write(tmp_path, "a.jsonl", lambda rows: "\n".join(map(json.dumps, rows)), SEVERAL * 3)
    folder = run(tmp_path, "--data", path, "--answers", "all", "--seeds", 5) / "a.jsonl"
    printed = capsys.readouterr().out
    assert "6 questions have several right answers" in printed and "MAP" in printed and "nDCG@10" in printed
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "MAP" in report
    run(tmp_path, "--data", path, "--answers", "all", "--seeds", 5, "--lang", "ru")
    assert_translated((folder / "report.md").read_text(encoding="utf-8"), report)
    capsys.readouterr()
    run(tmp_path, "--data", path, "--answers", "all", "--query", "zebra")
    assert "1. a zebra" in capsys.readouterr().out


def test_all_files_are_of_all_splits(tmp_path, file, figures):
    folder = run(tmp_path, "--data", file, "--seeds", 3) / "pairs.jsonl"
    with open(folder / "ranks.csv", newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    seeds = {seed: [float(row["TF-IDF"]) for row in rows if row["seed"] == seed] for seed in "012"}
    assert [len(ranks) for ranks in seeds.values()] == [2, 2, 2] and len(rows) == 6
    results = json.loads((folder / "results.json").read_text())
    for seed, ranks in seeds.items():
        assert np.mean(1 / np.array(ranks)) == pytest.approx(results["seeds"][seed]["TF-IDF"]["MRR"]["mean"])
    all_ranks = np.array(sum(seeds.values(), []))
    assert lines(figures[0].axes[0])["TF-IDF"][0][0] == np.mean(all_ranks <= 1)
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "Mean ± standard deviation over 3 splits, with the seeds 0, 1, 2." in report
    assert all(f"- seed {seed}: fitted on" in report for seed in seeds)
    by_question = {}
    for row in rows:
        by_question.setdefault(row["query"], []).append(1 / float(row["TF-IDF"]))
    pooled = np.mean([np.mean(values) for values in by_question.values()])
    assert results["all"]["TF-IDF"]["MRR"]["mean"] == pytest.approx(pooled)


def test_the_misses_of_all_splits_are_in_the_report(tmp_path):
    path = question_files.write(tmp_path, "a.jsonl", question_files.lines, [
        (f"x{n} word", f"{'x' if n % 3 == 0 else 'y'}{n} word") for n in range(100)])
    folder = run(tmp_path, "--data", path, "--seeds", 2) / "a.jsonl"
    report = (folder / "report.md").read_text()
    with open(folder / "ranks.csv", newline="", encoding="utf-8") as table:
        ranks = [float(row["TF-IDF"]) for row in csv.DictReader(table)]
    n_missed, n_first = sum(rank > 10 for rank in ranks), sum(rank == 1 for rank in ranks)
    assert f"- TF-IDF ranks the right answer first for {n_first / 40:.1%} of the questions" in report
    assert f"\n| TF-IDF | {n_first / 40:.3f} ±" in report
    assert "\nThe numbers below are sums over the 2 splits: a question counts in each split that tests it.\n" in report
    assert f"\n{n_missed} of 40 questions have their answer at a rank above 10" in report
    assert report.count("> **x") == len({line for line in report.splitlines() if line.startswith("> **x")})


@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=6,
                         unique_by=lambda pair: pair[0]), min_size=1, max_size=4))
def test_a_question_of_several_splits_counts_once_with_its_mean(splits):
    rows, values = zip(*[zip(*split) for split in splits])
    by_question = {}
    for row, value in (pair for split in splits for pair in split):
        by_question.setdefault(row, []).append(value)
    assert mean_per_question(rows, [np.array(split, float) for split in values]).tolist() == pytest.approx(
        [np.mean(by_question[row]) for row in sorted(by_question)])


def test_differences_are_paired_and_the_best_two_are_compared():
    rng = np.random.default_rng(0)
    ranks = {name: rng.integers(1, top, 50).astype(float) for name, top in (("TF-IDF", 90), ("B", 9), ("C", 3))}
    values = over_splits([(np.arange(50), ranks)])
    for name in ranks:
        for metric, of_questions in values_of(ranks[name]).items():
            np.testing.assert_array_equal(values[name][metric], of_questions)
    compared = differences(values, 7)
    assert [(method, other) for method, other, _ in compared] == [("B", "TF-IDF"), ("C", "TF-IDF"), ("C", "B")]
    for method, other, intervals in compared:
        assert intervals["MRR"] == paired_bootstrap(1 / ranks[method], 1 / ranks[other], rng=np.random.default_rng(7))
    assert compared[1].text().endswith("), higher") and list(compared[0].intervals) == list(values["B"])
    low, high = {"TF-IDF": ranks["C"], "B": ranks["B"]}, {"TF-IDF": ranks["C"], "B": ranks["C"]}
    assert differences(over_splits([(np.arange(50), low)]), 0)[0].text().endswith("), lower")
    assert differences(over_splits([(np.arange(50), high)]), 0)[0].text() == (
        "+0.000 (+0.000 to +0.000), no difference shown")


def test_one_split_has_the_intervals_of_its_own_ranks():
    ranks = np.array([1.0, 2, 7, np.inf, 1])
    rng = np.random.default_rng(3)
    expected = [bootstrap_mean(values, rng=rng) for values in (ranks <= 1, ranks <= 3, ranks <= 10, 1 / ranks)]
    assert list(measure(ranks, 3).values()) == expected


def test_questions_are_answered_by_bm25_by_default(tmp_path, file):
    folder = run(tmp_path, "--data", file, "--query", "blue fish") / "pairs.jsonl"
    assert (folder / "bm25.json").exists() and not (folder / "tfidf.json").exists()
