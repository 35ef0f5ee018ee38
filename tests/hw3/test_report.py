"""What HW3 reports of misses, its picture, and the questions that it ships."""
import contextlib
import json

import numpy as np
import pytest

from hw3 import datasets, figures
from hw3.steps import METHODS, measure, rank
from hw3.misses import OTHER_FORM, OTHER_WORDS, STRONGER, UNSEEN, explain, misses, other_forms
from hw3.report import shortened
from minidl.data import QuestionAnswers


@pytest.mark.parametrize("ranks, deepest", [([1, 2, 2, 300], 100), ([1, 2, 5, 7], 7), ([1, 1], 1)])
def test_the_picture_shows_the_metrics(tmp_path, monkeypatch, ranks, deepest):
    drawn, real = [], figures.figure

    @contextlib.contextmanager
    def kept(*arguments, **options):
        with real(*arguments, **options) as (figure, panes):
            yield figure, panes
            drawn.append(panes[0, 0].lines[0].get_xydata())
    monkeypatch.setattr(figures, "figure", kept)
    measured = measure(np.array(ranks), 0)
    figures.plot_recall(tmp_path / "a.png", {"a": np.array(ranks)}, {"a": measured}, "title")
    curve = dict(drawn[0].tolist())
    assert list(curve) == list(range(1, deepest + 1))
    assert all(curve[k] == measured[f"Recall@{k}"].mean for k in (1, 3, 10) if k in curve)


def test_why_questions_miss():
    test = QuestionAnswers.of(
        ["zebra stripes", "training losses", "blue fish"],
        ["animals in Africa", "the training loss falls", "a fish is long and has many other words here", "blue blue"])
    test = test._replace(answer_of=np.array([0, 1, 2]), answers=[*test.answers, "blue fish"])
    ranked = rank(METHODS["TF-IDF"], test, test)
    found = [explain(test, ranked, number) for number in range(3)]
    assert [miss.reason for miss in found] == [OTHER_WORDS, OTHER_FORM, STRONGER]
    assert found[1].forms == [("losses", "loss")] and found[2].first == "blue fish"
    assert [term for term, _ in found[2].first_shared] == ["blue", "fish"] and found[0].shared == []
    pasadena = QuestionAnswers.of(["way to pasadena"], ["pasadena song"])
    assert explain(pasadena, rank(METHODS["TF-IDF"], test, pasadena), 0).reason == UNSEEN
    late, counts = misses(test, ranked._replace(ranks=np.array([11, 10, 12])))
    assert [miss.rank for miss in late] == [11, 12] and sum(counts.values()) == 2


@pytest.mark.parametrize("query, answer, pairs", [
    (["потери"], ["потерь", "рост"], [("потери", "потерь")]), (["cat"], ["cats"], []),
    (["loss"], ["loss", "losses"], []), (["transform"], ["transformers"], [("transform", "transformers")]),
    (["train"], ["trainability"], []),
])
def test_forms_of_a_word_agree_in_all_but_their_ends(query, answer, pairs):
    assert other_forms(query, answer) == pairs


def test_long_texts_are_shortened_at_a_space():
    assert shortened("one two", 20) == "one two" and shortened("one\n two three", 10) == "one two …"


def test_the_faq_keeps_what_it_promises():
    lines = [json.loads(line) for line in datasets.FAQ.read_text(encoding="utf-8").splitlines()]
    by_answer = {}
    for line in lines:
        assert list(line) == ["query", "answer", "language", "topic"] and line["language"] in ("en", "ru")
        by_answer.setdefault((line["answer"], line["language"], line["topic"]), []).append(line["query"])
    languages = [language for _, language, _ in by_answer]
    assert languages.count("en") >= 300 and languages.count("ru") >= 120
    assert len(by_answer) == len({answer for answer, *_ in by_answer}), "an answer has one topic and language"
    assert all(len(queries) >= 2 for queries in by_answer.values())
    assert len({line["query"].lower() for line in lines}) == len(lines), "no question twice"
