"""Why the right answer has a low rank: the terms that it shares with the question, and those of the top answer."""
import math
import os
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from hw3.words import words_of

MIN_PREFIX = 4  # letters that two forms of one word have in common
MAX_ENDING = 3  # letters that they may differ by
OTHER_WORDS, UNSEEN, OTHER_FORM, STRONGER = "no word in common", "unseen word", "another form", "better match"
REASONS = (OTHER_WORDS, UNSEEN, OTHER_FORM, STRONGER)  # report.ini explains them


class Miss(NamedTuple):
    """A question whose answer has a rank above the cut; the shared terms are [(term, share of the score), ...].

    rank: infinity if the answer is not found.
    """

    query: str
    answer: str
    rank: int | float
    reason: str
    shared: list
    forms: list
    top_answer: str  # of rank 1
    top_shared: list  # empty if no answer has a word of the question

    @property
    def is_found(self):
        """Return whether the answer has a score above 0."""
        return self.rank < math.inf


def other_forms(query_terms, answer_terms):
    """Return the pairs (query term, answer term) that seem to be two forms of one word; the first pair of each term.

    >>> other_forms(["losses", "cat", "red"], ["loss", "cat"])
    [('losses', 'loss')]
    """
    pairs = {}
    for term in query_terms:
        for answer_term in answer_terms if term not in answer_terms else ():
            n_common = len(os.path.commonprefix([term, answer_term]))
            if n_common >= max(MIN_PREFIX, max(len(term), len(answer_term)) - MAX_ENDING):
                pairs.setdefault(term, answer_term)
    return list(pairs.items())


def named_shares(index, names, query, document):
    """Return [(term, share), ...] of a document's score for the one row of `query`, the largest shares first."""
    terms, shares = index.shares(query, document)
    return list(zip(names[terms], shares))


def whole_if_finite(rank):
    """Return a rank as an integer, unless it is infinity."""
    return int(rank) if rank < math.inf else math.inf


def misses(test, ranking, cut=10):
    """Return the Miss of every question whose answer has a rank above `cut`; of several, the first answer is shown."""
    vectorizer, index, queries, ranks = ranking
    ranks = np.fmin.reduce(ranks.reshape(len(ranks), -1), axis=1)  # fmin ignores NaN
    names, missed, questions = vectorizer.get_feature_names_out(), [], np.flatnonzero(ranks > cut)
    tops = index.search(queries.take(questions), 1)[0][:, 0]
    for question, top in zip(tqdm(questions.tolist(), "misses", leave=False, disable=None), tops.tolist()):
        target, vector = test.answer_of[question], queries[question]
        query, answer = test.queries[question], test.answers[target]
        shared = named_shares(index, names, vector, target)
        query_terms, answer_terms = words_of(query), words_of(answer)
        forms = other_forms(query_terms, answer_terms)
        if not shared and set(query_terms) & set(answer_terms):
            reason = UNSEEN
        elif forms:
            reason = OTHER_FORM
        else:
            reason = STRONGER if shared else OTHER_WORDS
        missed.append(Miss(query, answer, whole_if_finite(ranks[question]), reason, shared, forms, test.answers[top],
                           named_shares(index, names, vector, top)))
    return missed
