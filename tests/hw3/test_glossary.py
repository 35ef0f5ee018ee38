"""The shipped faq and glossary answer what beginners ask."""
import pytest

from hw3.answers import open_index
from hw3.datasets import GLOSSARY, load_dataset
from minidl.data import read_qa
from tests.hw3.plain_questions import PLAIN

WANTED = 45  # of the 50 questions, in the first three answers


@pytest.mark.parametrize("method", ["tfidf", "bm25"])
def test_plain_questions_are_answered_in_the_first_three(tmp_path, method):
    collection = load_dataset(glossary=True)
    answerer, _ = open_index(collection, method, tmp_path)
    pairs = collection.pairs
    answer_to = dict(zip(pairs.queries, (pairs.answers[row] for row in pairs.answer_of)))
    missed = [query for query, wanted in PLAIN.items()
              if not {answer_to[question] for question in wanted} & {found[0] for found in answerer.answer(query, 3)}]
    assert len(PLAIN) == 50 and len(PLAIN) - len(missed) >= WANTED, missed


def test_the_glossary_is_for_questions_and_not_for_the_evaluation():
    assert len(load_dataset().pairs.answers) == 480
    glossary = read_qa(GLOSSARY)
    russian = [answer for answer in glossary.answers if any("а" <= letter <= "я" for letter in answer.lower())]
    assert len(glossary.answers) >= 60 and 2 * len(russian) >= 0.9 * len(glossary.answers)
    assert len(load_dataset(glossary=True).pairs.answers) == 480 + len(glossary.answers)
