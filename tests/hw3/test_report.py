"""HW3's misses and report, its picture, and the faq."""
import json

import numpy as np
import pytest

from hw3 import datasets
from hw3.figures import plot_recall
from hw3.measures import measure
from hw3.misses import OTHER_FORM, OTHER_WORDS, STRONGER, UNSEEN, misses, other_forms
from hw3.ranking import rank
from hw3.report import SENTENCES, conclusion, limits, shortened
from minidl.data import QuestionAnswers
from minidl.sentences import Sentences


@pytest.mark.parametrize("ranks, max_k", [([1, 2, 2, 300], 100), ([1, 2, 5, 7], 7), ([1, 1], 1)])
def test_the_curve_has_the_measured_recall_and_ends_at_the_largest_rank(tmp_path, figures, ranks, max_k):
    measured = measure(np.array(ranks), 0)
    plot_recall(tmp_path / "a.png", {"a": np.array(ranks)}, {"a": measured}, "title")
    curve = dict(figures[0].axes[0].get_lines()[0].get_xydata().tolist())
    assert list(curve) == list(range(1, max_k + 1))
    assert all(curve[k] == measured[f"Recall@{k}"].mean for k in (1, 3, 10) if k in curve)


def test_the_reasons_of_misses():
    test = QuestionAnswers.of(
        ["zebra stripes", "training losses", "blue fish"],
        ["animals in Africa", "the training loss falls", "a fish is long and has many other words here", "blue blue"])
    test = test._replace(answer_of=np.array([0, 1, 2]), answers=[*test.answers, "blue fish"])
    ranking = rank("TF-IDF", test, test)
    unlike, inflected, rival = misses(test, ranking, cut=0)
    assert [unlike.reason, inflected.reason, rival.reason] == [OTHER_WORDS, OTHER_FORM, STRONGER]
    assert inflected.forms == [("losses", "loss")] and rival.top_answer == "blue fish"
    assert [term for term, _ in rival.top_shared] == ["blue", "fish"] and unlike.shared == []
    pasadena = QuestionAnswers.of(["way to pasadena"], ["pasadena song"])
    unseen, = misses(pasadena, rank("TF-IDF", test, pasadena), cut=0)
    assert unseen.reason == UNSEEN
    assert [miss.rank for miss in misses(test, ranking._replace(ranks=np.array([11, 10, 12])))] == [11, 12]
    assert misses(test, ranking._replace(ranks=np.array([1, 2, 10]))) == []


def test_a_report_without_misses_says_so():
    test = QuestionAnswers.of(["red fish"], ["a red fish"])
    text = limits(Sentences(SENTENCES), misses(test, rank("TF-IDF", test, test)), 1)
    assert text.startswith("Every question has its answer among the first ten")


@pytest.mark.parametrize("query, answer, pairs", [
    (["потери"], ["потерь", "рост"], [("потери", "потерь")]), (["cat"], ["cats"], []),
    (["loss"], ["loss", "losses"], []), (["transform"], ["transformers"], [("transform", "transformers")]),
    (["train"], ["trainability"], []),
])
def test_forms_of_a_word_differ_only_in_their_endings(query, answer, pairs):
    assert other_forms(query, answer) == pairs


def test_equal_methods_have_no_best():
    def last_line(*values):
        return conclusion(Sentences(SENTENCES), [], {name: {"MRR": value} for name, value in zip("ABC", values)})
    assert last_line(0.25, 0.5, 0.125) == "- Highest MRR: B."
    assert last_line(0.5, 0.5001, 0.125) == "- Highest MRR: A; B."
    assert last_line(0.5, 0.5, 0.5) == "- MRR is the same for all methods."


def test_long_texts_are_cut_at_a_space():
    assert shortened("one two", 20) == "one two" and shortened("one\n two three", 10) == "one two …"


def test_the_faq_has_two_languages_and_at_least_two_questions_per_answer():
    lines = [json.loads(line) for line in datasets.FAQ.read_text(encoding="utf-8").splitlines()]
    by_answer = {}
    for line in lines:
        assert list(line) == ["query", "answer", "language", "topic"] and line["language"] in ("en", "ru")
        by_answer.setdefault((line["answer"], line["language"], line["topic"]), []).append(line["query"])
    languages = [language for _, language, _ in by_answer]
    assert languages.count("en") >= 300 and languages.count("ru") >= 120
    assert len(by_answer) == len({answer for answer, *_ in by_answer}), "an answer has two topics or languages"
    assert all(len(queries) >= 2 for queries in by_answer.values())
    assert len({line["query"].lower() for line in lines}) == len(lines), "a question occurs twice"
