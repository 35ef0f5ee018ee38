"""Answering a user's own question from all the data, with an index that is kept from call to call."""
import contextlib
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

import minidl
from hw3.report import shortened
from minidl.bm25 import BM25Vectorizer
from minidl.search import InvertedIndex
from minidl.storage import load_arrays, save_arrays
from minidl.text import CSR
from minidl.tfidf import TfidfVectorizer

VECTORIZERS = {"tfidf": lambda: TfidfVectorizer(sublinear_tf=True), "bm25": BM25Vectorizer}
KIND = "minidl hw3 index 1"
DEPTH = 20  # times the answers that are asked for: so many are looked at


class Answerer(NamedTuple):
    """The answers, and an index over each of them with its questions."""

    answers: list
    vectorizer: object
    index: InvertedIndex

    def answer(self, query, count):
        """Return a list of (answer, score, [(term, share), ...]), the best first; none where no word is known.

        Of answers in several scripts, those in the question's come alone, where there is one.
        """
        vector = self.vectorizer.transform_queries([query])
        ids, scores = self.index.search(vector, DEPTH * count)
        found = [(number, score) for number, score in zip(ids[0].tolist(), scores[0].tolist()) if score > 0]
        script = cyrillic(query, share=0)
        readable = [pair for pair in found if cyrillic(self.answers[pair[0]]) == script]
        names = self.vectorizer.get_feature_names_out()
        return [(self.answers[number], score, [(names[term], share) for term, share in
                                               zip(*self.index.shares(vector, number))])
                for number, score in (readable or found)[:count]]


def cyrillic(text, share=0.5):
    """Return whether more than this share of the letters of a text are Cyrillic.

    >>> cyrillic("Adam хранит два буфера"), cyrillic("Adam keeps two"), cyrillic("beam search в torch", share=0)
    (True, False, True)
    """
    letters = [character for character in text.lower() if character.isalpha()]
    return sum("а" <= character <= "я" or character == "ё" for character in letters) > share * len(letters)


def open_index(dataset, method, path):
    """Return (Answerer, how its index was come by, in words); one built anew is saved at `path`."""
    pairs = dataset.pairs
    digest = f"{dataset.sha256} {method} {_code_digest()}"
    with contextlib.suppress(OSError, ValueError, TypeError, IndexError):  # none yet, or damaged: it is made anew
        found = load_arrays(path, KIND, ("digest", "terms", "idf", "mean_length", *CSR._fields))
        if str(found["digest"]) == digest:
            vectorizer = VECTORIZERS[method]()
            terms = bytes(found["terms"]).decode("utf-8", "surrogatepass").split("\n")
            vectorizer.vocabulary_ = dict(zip(terms, range(len(terms))))
            vectorizer.idf_, vectorizer.mean_length_ = found["idf"], float(found["mean_length"])
            return Answerer(pairs.answers, vectorizer, InvertedIndex(CSR.from_arrays(found))), "as saved"
    texts, vectorizer = list(pairs.answers), VECTORIZERS[method]()
    for query, number in zip(pairs.queries, pairs.answer_of):
        texts[number] += "\n" + query
    matrix = vectorizer.fit_transform(texts)
    terms = np.frombuffer("\n".join(vectorizer.vocabulary_).encode("utf-8", "surrogatepass"), np.uint8)
    try:
        save_arrays(path, KIND, digest=np.array(digest), terms=terms, idf=vectorizer.idf_,
                    mean_length=np.array(getattr(vectorizer, "mean_length_", np.nan)), **matrix.arrays())
        made = "built and saved"
    except OSError as error:
        made = f"built, not saved ({error})"
    return Answerer(pairs.answers, vectorizer, InvertedIndex(matrix)), made


def _code_digest():
    """Return what changes with the code that makes an index."""
    folder = Path(minidl.__file__).parent
    files = [folder / "bm25.py", folder / "tfidf.py", *sorted((folder / "text").glob("*.py")), Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def show(answerer, query, count):
    """Print the best answers to a question, and what earned them their score."""
    found = answerer.answer(query, count)
    if not found:
        print("no answer has a word of this question")
    for place, (answer, score, shares) in enumerate(found, start=1):
        print(f"{place}. {shortened(answer, 1000)}")
        print(f"   score {score:.3f}: {', '.join(f'{term} {share:.3f}' for term, share in shares[:8])}\n")


def converse(answerer, count):
    """Answer questions from the terminal until an empty line or the end of the input."""
    prompt = "question> " if os.isatty(0) else ""
    while True:
        try:
            query = input(prompt).strip()
        except EOFError:
            return
        if not query:
            return
        show(answerer, query, count)
