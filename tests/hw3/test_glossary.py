"""The shipped faq and glossary answer what beginners ask."""
import pytest

from hw3.answers import open_index
from hw3.datasets import FAQ, GLOSSARY, load_dataset
from minidl.data import read_qa
from tests.hw3.plain_questions import PLAIN

WANTED = 117  # of the 122 questions, in the first three answers

FAQ_PAIRS = read_qa(FAQ)
FAQ_ANSWERS = {query: FAQ_PAIRS.answers[answer] for query, answer in zip(FAQ_PAIRS.queries, FAQ_PAIRS.answer_of)}


@pytest.mark.parametrize("method", ["tfidf", "bm25"])
def test_plain_questions_are_answered_in_the_first_three(tmp_path, method):
    collection = load_dataset(glossary=True)
    answerer, _ = open_index(collection, method, tmp_path)
    pairs = collection.pairs
    answer_to = dict(zip(pairs.queries, (pairs.answers[row] for row in pairs.answer_of)))
    missed = [query for query, wanted in PLAIN.items()
              if not {answer_to[question] for question in wanted} & {found[0] for found in answerer.answer(query, 3)}]
    assert len(PLAIN) == 122 and len(PLAIN) - len(missed) >= WANTED, missed


def test_the_glossary_is_for_questions_and_not_for_the_evaluation():
    assert len(load_dataset().pairs.answers) == 480
    glossary = read_qa(GLOSSARY)
    russian = [answer for answer in glossary.answers if any("а" <= letter <= "я" for letter in answer.lower())]
    assert len(glossary.answers) >= 60 and 2 * len(russian) >= 0.9 * len(glossary.answers)
    replaced = set(FAQ_ANSWERS[query] for query in glossary.queries if query in FAQ_ANSWERS)
    assert len(replaced) == 3
    assert len(load_dataset(glossary=True).pairs.answers) == 480 - 3 + len(glossary.answers)


@pytest.mark.parametrize("query, wanted", [
    ("Как правильно векторизовать запрос с TfidfVectorizer?", "Векторизатор обучают один раз"),
    ("Чем top-p отличается от top-k?", "по правилу задания — токены, чья суммарная вероятность не превышает p"),
    ("Как устроен шаг оптимизатора Adam?", "обычно betas = (0.9, 0.999)"),
])
def test_an_answer_of_the_glossary_replaces_that_of_the_faq_to_the_same_question(query, wanted):
    pairs = load_dataset(glossary=True).pairs
    found = [pairs.answers[answer] for asked, answer in zip(pairs.queries, pairs.answer_of) if asked == query]
    assert len(found) == 1 and wanted in found[0] and FAQ_ANSWERS[query] not in pairs.answers
