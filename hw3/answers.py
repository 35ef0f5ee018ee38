"""Answers to a user's own question, by an index over all answers that is saved for later calls."""
import contextlib
import os
from functools import partial
from typing import NamedTuple

import hw3
import minidl
from hw3.misses import named_shares
from hw3.report import shares_text, shortened
from hw3.words import WORDS, prepared, words_of
from minidl.bm25 import BM25Vectorizer
from minidl.checks import require
from minidl.data.columns import listing
from minidl.errors import first_line
from minidl.results import code_digest, load_result, save_result
from minidl.search import InvertedIndex
from minidl.sentences import counted
from minidl.terminal import wrapped
from minidl.tfidf import TfidfVectorizer

VECTORIZERS = {"tfidf": partial(TfidfVectorizer, sublinear_tf=True, **WORDS), "bm25": partial(BM25Vectorizer, **WORDS)}
CANDIDATES_PER_ANSWER = 20  # more than one, since candidates in another script may be left out


class Answerer(NamedTuple):
    """The answers, a vectorizer fitted on them and their questions, and the index of its weights."""

    answers: list
    vectorizer: object
    index: InvertedIndex

    def answer(self, query, count):
        """Return at most `count` answers, best first, as (answer, score, [(term, share), ...]).

        An answer must contain a term of the query.  If some of the candidates are in the
        query's script, Cyrillic or not, only these are returned.
        """
        vector = self.vectorizer.transform_queries([prepared(query)])
        (ids,), (scores,) = self.index.search(vector, CANDIDATES_PER_ANSWER * count)
        candidates = [(document, score) for document, score in zip(ids.tolist(), scores.tolist()) if score > 0]
        script = is_cyrillic(query, share=0)
        same_script = [(document, score) for document, score in candidates
                       if is_cyrillic(self.answers[document]) == script]
        names = self.vectorizer.get_feature_names_out()
        return [(self.answers[document], score, named_shares(self.index, names, vector, document))
                for document, score in (same_script or candidates)[:count]]


def is_cyrillic(text, share=0.5):
    """Return whether more than this share of a text's letters are Cyrillic.

    >>> is_cyrillic("Adam хранит два"), is_cyrillic("search в torch"), is_cyrillic("search в torch", share=0)
    (True, False, True)
    """
    letters = [character for character in text.lower() if character.isalpha()]
    return sum("а" <= letter <= "я" or letter == "ё" for letter in letters) > share * len(letters)


def open_index(collection, method, folder):
    """Return (Answerer, text); the text says whether its index was loaded or built, and if built, whether it is saved.

    An answer is indexed with its questions.  The index is saved with what the vectorizer
    has learned; the record beside it, of minidl.results, says what it was made from.
    """
    record, file = folder / f"{method}.json", folder / f"{method}.index"
    depends = {"data": collection.sha256, "method": method, "code": code_digest(minidl, hw3)}
    pairs, vectorizer = collection.pairs, VECTORIZERS[method]()
    saved = load_result(record, depends, read=lambda _: loaded(file, vectorizer, len(pairs.answers)))
    if saved is not None:
        return Answerer(pairs.answers, vectorizer, saved), "loaded"
    texts = list(pairs.answers)
    for query, documents in zip(pairs.queries, pairs.right_answers()):
        for document in documents:
            texts[document] += "\n" + query
    index, state = InvertedIndex(vectorizer.fit_transform(map(prepared, texts))), "built and saved"
    try:
        save_result(record, depends, {"terms": len(vectorizer.vocabulary_)},
                    {file.name: partial(index.save, vectorizer=vectorizer)})
    except OSError as error:
        state = f"built, not saved ({first_line(error)})"
    return Answerer(pairs.answers, vectorizer, index), state


def loaded(file, vectorizer, n_answers):
    """Return the index of a file, with the vectorizer; raise ValueError unless it is of so many answers."""
    index = InvertedIndex.load(file, vectorizer)
    shape = n_answers, len(vectorizer.vocabulary_)
    require(index.shape == shape, file.name, f"must have shape {shape}", str(index.shape))
    return index


def answer_questions(collection, options, folder):
    """Answer the question of the command line, then those from the terminal, if the options ask for them."""
    answerer, state = open_index(collection, options.method, folder)
    opened = f"{collection.name}: {counted(len(answerer.answers), 'answer')}, index {state}"
    print(wrapped("\n".join([opened, *collection.pairs.notes, ""])))
    if options.query is not None:
        print_answers(answerer, options.query, options.top)
    if options.interactive:
        prompt = "question> " if os.isatty(0) else ""
        with contextlib.suppress(EOFError):
            while query := input(prompt).strip():
                print_answers(answerer, query, options.top)


def print_answers(answerer, query, count):
    """Print the best answers to a question, with the terms that add most to each score."""
    answers = answerer.answer(query, count)
    if not answers:
        print(wrapped(no_answer(query, answerer.vectorizer.vocabulary_)))
    for rank, (answer, score, shares) in enumerate(answers, start=1):
        print(wrapped(f"{rank}. {shortened(answer, 1000)}\n   score {score:.3f}: {shares_text(shares[:8])}\n", "   "))


def no_answer(query, vocabulary):
    """Return why no answer matches: the words of the question that are not in the vocabulary.

    >>> no_answer("Zebra stripes?", {"fish": 0})
    "no answer has a word of this question; not in the vocabulary: 'zebra', 'stripes'"
    """
    words = dict.fromkeys(words_of(query))
    if not words:
        return "no answer: the question must have a word of two letters or more"
    unknown = [word for word in words if word not in vocabulary]
    return f"no answer has a word of this question; not in the vocabulary: {listing(unknown, 10)}"
