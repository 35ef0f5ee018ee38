"""Why a question missed its answer: what the terms say."""
from collections import Counter
from typing import NamedTuple

from minidl.text import Analyzer

STEM = 4  # letters in which two forms of one word agree at least
OTHER_WORDS, UNSEEN, OTHER_FORM, STRONGER = "other words", "unseen word", "another form", "stronger rival"
REASONS = {
    OTHER_WORDS: "question and answer have no word in common: the answer says it in other words",
    UNSEEN: "the words that question and answer have in common do not occur in the training part, and have no weight",
    OTHER_FORM: "a word of the question seems, by its first letters, to stand in the answer in another form, which "
                "counts as another word",
    STRONGER: "another answer has more of the question's words, or rarer ones, or is shorter",
}


class Miss(NamedTuple):
    """A question whose answer came late: rank, texts, shared terms with their shares, and why."""

    query: str
    answer: str
    rank: int
    first: str
    shared: list
    first_shared: list
    forms: list
    reason: str


def other_forms(query_terms, answer_terms):
    """Return the pairs of a term of the query, and one of the answer, that may be forms of one word.

    >>> other_forms(["losses", "cat", "red"], ["loss", "cat"])
    [('losses', 'loss')]
    """
    pairs = []
    for term in dict.fromkeys(query_terms):
        if term in answer_terms:
            continue
        for other in dict.fromkeys(answer_terms):
            common = next((n for n, (a, b) in enumerate(zip(term, other)) if a != b), min(len(term), len(other)))
            if common >= max(STEM, max(len(term), len(other)) - 3):
                pairs.append((term, other))
                break
    return pairs


def explain(test, ranked, number):
    """Return the Miss of question `number`."""
    vectorizer, index, ranks = ranked
    query, target = vectorizer.transform_queries([test.queries[number]]), int(test.answer_of[number])
    first = int(index.search(query, 1)[0][0, 0])
    names = vectorizer.get_feature_names_out()
    shared, first_shared = ([(names[term], share) for term, share in zip(*index.shares(query, document))]
                            for document in (target, first))
    terms = Analyzer().terms
    forms = other_forms(terms(test.queries[number]), terms(test.answers[target]))
    if not shared and set(terms(test.queries[number])) & set(terms(test.answers[target])):
        reason = UNSEEN
    else:
        reason = OTHER_FORM if forms else STRONGER if shared else OTHER_WORDS
    return Miss(test.queries[number], test.answers[target], int(ranks[number]), test.answers[first], shared,
                first_shared, forms, reason)


def misses(test, ranked, cut=10):
    """Return the Miss of every question whose answer came after `cut`, and how many there are of each reason."""
    found = [explain(test, ranked, int(number)) for number in (ranked.ranks > cut).nonzero()[0]]
    return found, Counter(miss.reason for miss in found)
