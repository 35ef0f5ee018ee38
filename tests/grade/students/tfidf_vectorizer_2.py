"""TF-IDF vectorizers with another idf or norm, which are readings, and wrong ones."""
import math
from collections import Counter

import numpy as np

from tests.grade.students import student


class Base:
    """What a student writes around the formula; each class below changes one method."""

    def words(self, text):
        return text.lower().split()

    def count(self, docs):
        X = np.zeros((len(docs), len(self.vocab)))
        for i, doc in enumerate(docs):
            for word in self.words(doc):
                if word in self.vocab:
                    X[i, self.vocab[word]] += 1
        return X

    def compute_idf(self, X):
        return np.log((1 + len(X)) / (1 + (X > 0).sum(0))) + 1

    def norm(self, X):
        length = np.sqrt((X ** 2).sum(1, keepdims=True))
        return X / np.where(length > 0, length, 1)

    def fit(self, docs):
        self.vocab = {w: i for i, w in enumerate(sorted({w for d in docs for w in self.words(d)}))}
        self.idf = self.compute_idf(self.count(docs))
        return self

    def transform(self, docs):
        return self.norm(self.count(docs) * self.idf)

    def fit_transform(self, docs):
        return self.fit(docs).transform(docs)


@student("TfidfVectorizer", "reading", "idf")
class TfidfWithTheTextbookIdf(Base):
    def compute_idf(self, X):
        return np.log(len(X) / (X > 0).sum(0))


@student("TfidfVectorizer", "reading", "idf")
class TfidfWithoutSmoothing(Base):
    def compute_idf(self, X):
        return np.log(len(X) / np.count_nonzero(X, axis=0)) + 1


@student("TfidfVectorizer", "reading", "idf")
class TfidfWithOneInTheDenominator(Base):
    def compute_idf(self, X):
        return np.log(len(X) / (1 + (X > 0).sum(0))) + 1


@student("TfidfVectorizer", "reading", "norm")
class TfidfWithoutNorm(Base):
    def norm(self, X):
        return X


@student("TfidfVectorizer", "reading", "norm")
class TfidfWithShares(Base):
    def norm(self, X):
        return X / np.maximum(np.abs(X).sum(1, keepdims=True), 1e-12)


@student("TfidfVectorizer", "WRONG")
class TfidfFittedAgainOnTransform(Base):
    """The columns of two calls are not the same words."""

    def transform(self, docs):
        self.fit(docs)
        return super().transform(docs)


@student("TfidfVectorizer", "WRONG")
class TfidfWithIdfOfTheNewDocuments(Base):
    def transform(self, docs):
        X = self.count(docs)
        return self.norm(X * self.compute_idf(X))


@student("TfidfVectorizer", "WRONG")
class TfidfWithIdfOfOccurrences(Base):
    """It counts a word twice if a document has it twice."""

    def compute_idf(self, X):
        return np.log((1 + len(X)) / (1 + X.sum(0))) + 1


@student("TfidfVectorizer", "WRONG")
class TfidfWithPresenceForFrequency(Base):
    def count(self, docs):
        return (super().count(docs) > 0).astype(float)


@student("TfidfVectorizer", "WRONG")
class TfidfWithInvertedIdf(Base):
    def compute_idf(self, X):
        return np.log((1 + (X > 0).sum(0)) / (1 + len(X))) + 1


@student("TfidfVectorizer", "WRONG")
class TfidfWithNormOfColumns(Base):
    def norm(self, X):
        return X / np.maximum(np.sqrt((X ** 2).sum(0)), 1e-12)


@student("TfidfVectorizer", "WRONG")
class TfidfThatFailsOnNewWords(Base):
    def count(self, docs):
        X = np.zeros((len(docs), len(self.vocab)))
        for i, doc in enumerate(docs):
            for word, number in Counter(self.words(doc)).items():
                X[i, self.vocab[word]] = number
        return X


@student("TfidfVectorizer", "WRONG")
class TfidfWithTheWordsOfASet(Base):
    """A set keeps one of each word, so a word that is said twice counts once."""

    def transform(self, docs):
        rows = []
        for doc in docs:
            row = [0.0] * len(self.vocab)
            for word in set(self.words(doc)):
                if word in self.vocab:
                    row[self.vocab[word]] += self.idf[self.vocab[word]]
            length = math.sqrt(sum(x * x for x in row)) or 1.0
            rows.append([x / length for x in row])
        return np.array(rows)


@student("TfidfVectorizer", "WRONG")
class TfidfWithoutIdf(Base):
    def transform(self, docs):
        return self.norm(self.count(docs))


@student("TfidfVectorizer", "WRONG")
class TfidfWithSquaredIdf(Base):
    """fit_transform multiplies by idf, then calls transform, which does it again."""

    def transform(self, docs):
        return self.norm(self.count(docs) * self.idf * self.idf)
