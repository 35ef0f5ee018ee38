"""Why the right answer has a low rank: the terms that it shares with the question, and those of the top answer."""
import os
from typing import NamedTuple

from minidl.text import Analyzer

MIN_PREFIX = 4  # letters that two forms of one word have in common
MAX_ENDING = 3  # letters that they may differ by
OTHER_WORDS, UNSEEN, OTHER_FORM, STRONGER = "other words", "unseen word", "another form", "stronger rival"
REASONS = {
    OTHER_WORDS: "question and answer have no word in common",
    UNSEEN: "the words in common do not occur in the training part, so they have no weight",
    OTHER_FORM: "the answer seems to contain a word of the question in another form, which counts as another word; "
                "this is a guess from the first letters",
    STRONGER: "another answer has more words of the question, or rarer ones, or is shorter",
}


class Miss(NamedTuple):
    """A question whose answer has a low rank; top_answer is the answer of rank 1.

    shared, top_shared: (term, share of the score) for each term that the question has in
    common with its answer, and with the top answer.  forms: what `other_forms` returns.
    """

    query: str
    answer: str
    rank: int
    reason: str
    shared: list
    forms: list
    top_answer: str
    top_shared: list


def other_forms(query_terms, answer_terms):
    """Return the pairs (query term, answer term) that seem to be two forms of one word.

    >>> other_forms(["losses", "cat", "red"], ["loss", "cat"])
    [('losses', 'loss')]
    """
    pairs = []
    for term in dict.fromkeys(query_terms):
        forms = [] if term in answer_terms else [other for other in answer_terms if are_forms(term, other)]
        pairs += [(term, form) for form in forms[:1]]
    return pairs


def are_forms(term, other):
    """Return whether two terms agree in all letters but their endings."""
    n_common = len(os.path.commonprefix([term, other]))
    return n_common >= max(MIN_PREFIX, max(len(term), len(other)) - MAX_ENDING)


def named_shares(index, names, query, document):
    """Return [(term, share), ...] of a document's score for the one row of `query`, the largest shares first."""
    terms, shares = index.shares(query, document)
    return list(zip(names[terms], shares))


def explain(test, ranking, questions):
    """Return the Miss of each of these questions, given by their numbers; at least one."""
    names, terms_of, missed = ranking.vectorizer.get_feature_names_out(), Analyzer().terms, []
    queries = ranking.vectorizer.transform_queries([test.queries[question] for question in questions])
    tops = ranking.index.search(queries, 1)[0][:, 0].tolist()
    for row, (question, top) in enumerate(zip(questions, tops)):
        query, target = test.queries[question], test.answer_of[question]
        answer, vector = test.answers[target], queries.rows(row, row + 1)
        query_terms, answer_terms = terms_of(query), terms_of(answer)
        shared = named_shares(ranking.index, names, vector, target)
        forms = other_forms(query_terms, answer_terms)
        if not shared and set(query_terms) & set(answer_terms):
            reason = UNSEEN
        elif forms:
            reason = OTHER_FORM
        else:
            reason = STRONGER if shared else OTHER_WORDS
        missed.append(Miss(query, answer, int(ranking.ranks[question]), reason, shared, forms, test.answers[top],
                           named_shares(ranking.index, names, vector, top)))
    return missed


def misses(test, ranking, cut=10):
    """Return the Miss of every question whose answer has a rank above `cut`."""
    questions = (ranking.ranks > cut).nonzero()[0].tolist()
    return explain(test, ranking, questions) if questions else []
