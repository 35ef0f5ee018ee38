"""The report's answers, for small lists of results whose answers are known."""
import pytest

from hw2.conclusions import advice
from hw2.findings import answers, choice, diversity, effects, fault, faults, repeated, setting_name
from hw2.report import SENTENCES
from hw2.tasks import TASKS
from minidl.sentences import Sentences

EN = Sentences(SENTENCES)


def result(text, *, task=3, prompt="story", score=-10.0, length=10, finished=True, distinct=0.9, fault=None,
           tokens=None, **settings):
    return {"key": {"task": task, "settings": settings}, "method": TASKS[task].title, "prompt": prompt, "text": text,
            "score": score, "tokens": tokens or list(range(length)), "finished": finished, "distinct_2": distinct,
            "fault": fault}


@pytest.mark.parametrize("text, expected", [
    (result("a"), None), (result("a", score=-50.1), "is incoherent (score per token below -5)"),
    (result("a", score=-50.0), None), (result("a", distinct=0.49), "repeats itself (distinct-2 below 0.5)"),
    (result("a", distinct=0.5), None), (result("a", finished=False), "does not end"),
    (result("a", fault="no JSON"), "no JSON"), (result("a", fault="right", distinct=0.1), None),
    (result("a", fault="right", finished=False), "does not end"),
])
def test_fault_names_the_first_failed_check(text, expected):
    assert fault(text) == expected


def test_the_number_of_different_texts_of_repeated_runs():
    same = [result("a", temperature=0.1), result("a", temperature=0.1)]
    other = [result(text, temperature=1.0) for text in "abb"]
    assert repeated(EN, same + other) == ["- story, temperature 0.1: 2 runs, the same text each time",
                                          "- story, temperature 1.0: 3 runs, 2 different texts"]
    assert repeated(EN, [result("a", task=5, num_beams=4)]) == ["- each setting was decoded once"]


def test_faults_are_counted_per_prompt_and_setting():
    results = [result("a", temperature=0.1), result("b", temperature=9.0, score=-90.0), result("c", temperature=9.0),
               result("d", prompt="json", fault="no JSON", temperature=0.1)]
    assert faults(EN, results) == [
        "- story, is incoherent (score per token below -5): temperature 9.0 1 of 2",
        "- story, no check failed: temperature 0.1 1 of 1, temperature 9.0 1 of 2",
        "- json, no JSON: temperature 0.1 1 of 1",
        "- json, no check failed: none"]


def test_diversity_is_the_mean_distinct_2_of_two_runs():
    same, other = result("a", tokens=[1, 2, 3, 0]), result("b", tokens=[1, 2, 4, 0])
    assert diversity([same]) == diversity([same, same]) == 0.5, "EOS is in no pair"
    assert diversity([same, other]) == 0.75
    assert diversity([same, same, other]) == pytest.approx((0.5 + 0.75 + 0.75) / 3)
    assert diversity([result("a", tokens=[1, 1, 1], finished=False)]) == 0.25


def test_values_of_a_setting_are_compared_with_equal_other_settings():
    texts = {0.9: ([1, 2, 3, 4, 0], [5, 6, 7, 8, 0]), 0.15: 2 * ([1, 2, 3, 1, 2, 0],)}
    grid = [result("a", task=4, score=(-10.0 * t - p) / 2, temperature=t, top_p=p, tokens=tokens)
            for t in (1, 0.5) for p in (0.9, 0.15) for tokens in texts[p]]
    assert effects(EN, grid) == [
        "- story, temperature 0.5 -> 1 with top_p 0.9: score per token -0.590 -> -1.090; "
        "distinct-2 of two runs 1.000 -> 1.000; length 5 -> 5",
        "- story, temperature 0.5 -> 1 with top_p 0.15: score per token -0.429 -> -0.846; "
        "distinct-2 of two runs 0.375 -> 0.375; length 6 -> 6",
        "- story, top_p 0.15 -> 0.9 with temperature 1: score per token -0.846 -> -1.090; "
        "distinct-2 of two runs 0.375 -> 1.000; length 6 -> 5",
        "- story, top_p 0.15 -> 0.9 with temperature 0.5: score per token -0.429 -> -0.590; "
        "distinct-2 of two runs 0.375 -> 1.000; length 6 -> 5"]
    assert effects(EN, [result("a", task=1)]) == ["- this method has no setting that was varied"]


def test_the_choice_of_a_method():
    greedy = [result("g", task=1, score=-5.0), result("g", task=1, score=-5.0)]
    sampled = [result(text, task=2, score=-20.0, num_samples=3, tokens=[*range(9), ord(text), 0]) for text in "xyz"]
    hot = [result(text, temperature=10.0, score=-99.0, num_samples=3) for text in "pqr"]
    assert choice(EN, greedy + sampled + hot) == [
        "- story: no check failed: greedy, sampling. Highest score per token: greedy, -0.500.",
        "- story: different texts, and no check failed: sampling; the most varied is sampling, "
        "distinct-2 of two runs 0.556."]
    assert choice(EN, hot) == ["- story: with every method, a check failed"]
    wrong = [result("w", prompt="json", task=2, fault="no JSON"), result("w", prompt="json", task=2, fault="right")]
    right = [result(text, prompt="json", task=1, fault="right") for text in "rs"]
    assert choice(EN, wrong + right) == [
        "- json: no check failed: greedy. Highest score per token: greedy, -1.000."]


def test_settings_whose_shown_scores_are_equal_have_no_best():
    def scored(task, score):
        return result("r", prompt="json", task=task, fault="right", score=score)
    near = [scored(1, -2e-4), scored(2, -1e-4)]
    assert choice(EN, near) == ["- json: no check failed: greedy, sampling. All have the same score per token, -0.000."]
    assert advice(EN, {"greedy": near[:1], "sampling": near[1:]}) == [
        "One answer is right, so variety has no use here: greedy and sampling gave it."]
    far = [*near, scored(3, -9.0)]
    assert choice(EN, far)[0].endswith("Highest score per token: greedy, sampling, -0.000.")
    assert advice(EN, {str(n): [text] for n, text in enumerate(far)}) == [
        "One answer is right, so variety has no use here: 0 and 1 gave it with the highest score per token."]


def test_settings_have_short_names():
    assert [setting_name(text) for text in (
        result("a", task=1), result("a", temperature=0.5), result("a", task=4, temperature=1, top_p=0.9))] == [
        "greedy", "temperature 0.5", "nucleus (temperature 1, top_p 0.9)"]


def test_all_questions_are_answered_in_markdown():
    text = "\n\n".join(answers(EN, [result("a", temperature=1.0)], []))
    assert text.count("## ") == 4 and "`--task all` compares all five" in text
    assert "`--task all`" not in "\n\n".join(answers(EN, [result("a", temperature=1.0)], [result("g", task=1)]))
