"""report.md, the texts on the terminal, and the folder of one's own prompt."""
import re
from argparse import Namespace
from pathlib import Path
from random import Random

import pytest

from hw2.conclusions import conclusion
from hw2.folders import results_folder
from hw2.pretraining.checks import story_fault
from hw2.pretraining.stories import story
from hw2.report import SENTENCES, write_report
from hw2.stream import Stream, show_texts
from hw2.tasks import PROMPTS, TASKS
from hw2.texts import transfer_fault
from minidl.sentences import Sentences
from minidl.terminal import printable
from tests.hw2.test_findings import EN, result
from tests.languages import assert_translated


def report_of(tmp_path, number, results, **options):
    write_report(tmp_path / "report.md", TASKS[number], "a|b", PROMPTS, results, **options)
    return (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_report_has_its_pictures_its_checks_each_text_once_and_a_conclusion(tmp_path):
    text = report_of(tmp_path, 5, [result("one text", task=5, num_beams=w, length_penalty=a, score=-6.0)
                                   for w, a in ((1, 1), (4, 2))], pictures=["beams.png"])
    assert "![beams](beams.png)" in text and "Automatic checks: the score per token" in text
    assert text.count("> one text") == 1 and "num_beams 1, length_penalty 1; num_beams 4, length_penalty 2" in text
    assert "score / length ** a |" in text and "| -0.6000 |" in text and "| -0.0600 |" in text
    assert text.index("## Texts") < text.index("## Conclusion") and "faultless" not in text
    assert "too few for a test" in text.splitlines()[-1]


def test_a_report_shows_the_characters_of_a_text_as_they_are(tmp_path):
    text = report_of(tmp_path, 3, [result("<|im_start|> *a* [b](c)\n# d\n\u202e1. e", temperature=10.0)])
    assert "&lt;\\|im\\_start\\|&gt; \\*a\\* \\[b\\](c)\n>\n> \\# d" in text
    assert "Model: a\\|b." in text and "\u202e" not in text
    assert printable("a\u2028b\ud800\x07") == "a\ufffdb\ufffd\ufffd"


def test_the_conclusion_names_what_passed_and_what_failed():
    texts = [result(text, temperature=0.5) for text in "ab"] + [result(text, temperature=9.0, score=-99.0)
                                                                for text in "cd"]
    first, last = conclusion(EN, texts).splitlines()
    assert "No automatic check failed with temperature 0.5; one failed with temperature 9.0." in first
    assert "temperature 0.5 is the most varied setting for which no check failed" in first
    assert "These are 4 texts." in last
    assert "no setting to recommend" in conclusion(EN, texts[2:])
    beams = [result(text, task=5, num_beams=w, length_penalty=a, score=-float(10 - w))
             for text, w, a in (("a", 1, 1), ("b", 4, 1), ("c", 4, 2))]
    assert "With 1 and 4 beams the mean score was -9.00 and -6.00. The length penalty changed a text." in (
        conclusion(EN, beams))


@pytest.mark.parametrize("number, results", [
    (1, [result("a", task=1, finished=False), result("b", task=1, prompt="json", fault="wrong sum and currency")]),
    (2, [result(text, task=2, num_samples=3) for text in "abc"]),
    (3, [result(text, temperature=t, score=score) for text in "ab" for t, score in ((0.5, -5.0), (9.0, -99.0))]),
    (4, [result("a", task=4, temperature=t, top_p=0.9, prompt="json", fault="right") for t in (0.5, 0.5, 1)]),
    (5, [result(text, task=5, num_beams=w, length_penalty=a)
         for text, w, a in (("a", 1, 1), ("b", 4, 1), ("c", 4, 2))]),
])
def test_a_russian_report_has_no_english_sentence(tmp_path, number, results):
    options = {"pictures": ["beams.png", "next_token.png", "../methods.png"], "checks_stories": True}
    english = report_of(tmp_path, number, results, **options)
    russian = report_of(tmp_path, number, results, **options, language="ru")
    assert_translated(russian, english)


@pytest.mark.parametrize("fault", [
    "right", "is incoherent (score per token below -5)", "repeats itself (distinct-2 below 0.5)", "does not end",
    *filter(None, map(transfer_fault, (
        "", "[]", "{}", '{"contractor": 1, "sum": 1, "currency": "EUR"}',
        '{"contractor": "A", "sum": "1", "currency": "EUR"}', '{"contractor": "A", "sum": 1, "currency": "eur"}'))),
    "wrong sum", "wrong sum and currency", "wrong contractor and sum and currency",
    *map(story_fault, ("He computed it.", "Theo and Mia and Pip", "Pip was a tiny mole. The grass hid her."))])
def test_each_fault_has_russian_words(fault):
    assert re.search("[а-я]", Sentences(SENTENCES, "ru").translated("fault", fault)), fault


def test_stories_of_the_grammar_pass_and_broken_ones_fail():
    assert all(story_fault(story(Random(seed))[1]) is None for seed in range(300))
    good = story(Random(1))[1]
    assert "not in the grammar" in story_fault(good + " He computed it.")
    assert "changes names (" in story_fault(good + " Theo and Mia and Pip and Ella rested.")


def test_own_prompts_and_settings_have_a_folder_of_their_own():
    plain = Namespace(out=Path("runs"), prompt=None, system=None, temperature=None, seed=1)
    assert results_folder(plain) == Path("runs/hw2")
    folders = {results_folder(Namespace(**vars(plain) | own)) for own in (
        {"prompt": "Pay Anna!"}, {"prompt": "Pay Anna?"}, {"temperature": 0.7}, {"system": "Shout."}, {"prompt": "中"})}
    assert len(folders) == 5 and all(folder.parent == Path("runs/hw2/own") for folder in folders)
    assert any(folder.name.startswith("pay-anna-") for folder in folders)


class Words:
    def decode(self, tokens, **_):
        return " ".join(f"word{token}" for token in tokens)


@pytest.mark.parametrize("columns", [20, 80])
def test_a_streamed_text_is_wrapped_and_an_equal_one_is_not_printed_again(capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = {}
    for label, tokens in (("first", [*range(9)]), ("second", [*range(9)]), ("third", [0, 1, 7])):
        stream = Stream(Words(), {99}, shown)
        for token in tokens:
            stream(0, token)
        stream.close(label)
        output = capsys.readouterr().out
        if label == "second":
            assert output == "[the same text as first]\n"
        else:
            assert " ".join(output.split()) == Words().decode(tokens)
            assert max(map(len, (line.rstrip() for line in output.splitlines()))) <= columns
    show_texts(["new", "new", Words().decode([0, 1, 7])], "fourth", shown)
    assert capsys.readouterr().out == "new\n[the same text as third]\n"
