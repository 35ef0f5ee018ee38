"""Right TF-IDF vectorizers: dicts, Counter, numpy, scipy's sparse matrices, torch."""
import math
import re
from collections import Counter, defaultdict

import numpy as np
import torch
from scipy.sparse import coo_matrix, csr_matrix, lil_matrix

from tests.grade.students import student


@student("TfidfVectorizer", "right")
class TfidfOfLists:
    """Sorted vocabulary, scikit-learn's formula, lists of lists."""

    def fit(self, docs):
        words = [d.lower().split() for d in docs]
        self.vocab = sorted({w for d in words for w in d})
        self.idf = {w: math.log((1 + len(words)) / (1 + sum(w in d for d in words))) + 1 for w in self.vocab}
        return self

    def transform(self, docs):
        rows = []
        for d in docs:
            words = d.lower().split()
            row = [words.count(w) * self.idf[w] for w in self.vocab]
            length = math.sqrt(sum(x * x for x in row)) or 1
            rows.append([x / length for x in row])
        return rows

    def fit_transform(self, docs):
        return self.fit(docs).transform(docs)


@student("TfidfVectorizer", "right")
class TfidfOfCounters:
    """The columns stand in the order in which the words are met."""

    def fit_transform(self, corpus):
        self.word2id = {}
        df = Counter()
        for text in corpus:
            tokens = re.findall(r"\w\w+", text.lower())
            for token in tokens:
                self.word2id.setdefault(token, len(self.word2id))
            df.update(set(tokens))
        n = len(corpus)
        self.idf = np.array([np.log((n + 1) / (df[w] + 1)) + 1 for w in self.word2id])
        return self.transform(corpus)

    def transform(self, corpus):
        X = np.zeros((len(corpus), len(self.word2id)))
        for i, text in enumerate(corpus):
            for token, c in Counter(re.findall(r"\w\w+", text.lower())).items():
                if token in self.word2id:
                    X[i, self.word2id[token]] = c
        X *= self.idf
        norms = np.linalg.norm(X, axis=1, keepdims=True)
        return X / np.where(norms == 0, 1, norms)


@student("TfidfVectorizer", "right")
class TfidfOfSparseTriples:
    """The term frequency is a share of the document; the length divides that share out."""

    def __init__(self, **options):
        self.slovar = {}

    def fit(self, texts):
        docs = [t.lower().split() for t in texts]
        for doc in docs:
            for w in doc:
                self.slovar.setdefault(w, len(self.slovar))
        df = np.bincount([self.slovar[w] for doc in docs for w in set(doc)], minlength=len(self.slovar))
        self.idf_ = np.log((1 + len(docs)) / (1 + df)) + 1
        return self

    def transform(self, texts):
        rows, columns, values = [], [], []
        for i, text in enumerate(texts):
            words = text.lower().split()
            weights = {self.slovar[w]: c / len(words) * self.idf_[self.slovar[w]]
                       for w, c in Counter(words).items() if w in self.slovar}
            norm = sum(v ** 2 for v in weights.values()) ** 0.5
            rows += [i] * len(weights)
            columns += weights
            values += [v / norm for v in weights.values()]
        return coo_matrix((values, (rows, columns)), shape=(len(texts), len(self.slovar)))

    def fit_transform(self, texts):
        self.fit(texts)
        return self.transform(texts)


@student("TfidfVectorizer", "right")
class TfidfOfCsr:
    def fit(self, raw_documents, y=None):
        self.vocabulary_ = {w: i for i, w in enumerate(sorted(set(" ".join(raw_documents).lower().split())))}
        counts = self._count(raw_documents)
        df = np.asarray((counts > 0).sum(axis=0)).ravel()
        self.idf_ = np.log((1 + counts.shape[0]) / (1 + df)) + 1
        return self

    def _count(self, raw_documents):
        counts = lil_matrix((len(raw_documents), len(self.vocabulary_)))
        for i, text in enumerate(raw_documents):
            for word in text.lower().split():
                if word in self.vocabulary_:
                    counts[i, self.vocabulary_[word]] += 1
        return csr_matrix(counts)

    def transform(self, raw_documents):
        weighted = csr_matrix(self._count(raw_documents).multiply(self.idf_))
        lengths = np.sqrt(weighted.multiply(weighted).sum(axis=1))
        lengths[lengths == 0] = 1
        return csr_matrix(weighted.multiply(1 / lengths))

    def fit_transform(self, raw_documents, y=None):
        return self.fit(raw_documents).transform(raw_documents)


@student("TfidfVectorizer", "right")
class TfidfOfTensors(torch.nn.Module):
    def _matrix(self, docs: list[str]) -> torch.Tensor:
        bag = torch.zeros(len(docs), len(self.index), dtype=torch.float64)
        for row, doc in zip(bag, docs):
            for token in doc.lower().split():
                if token in self.index:
                    row[self.index[token]] += 1
        return bag

    def fit_transform(self, docs: list[str]) -> torch.Tensor:
        self.index = {token: i for i, token in enumerate(dict.fromkeys(" ".join(docs).lower().split()))}
        df = (self._matrix(docs) > 0).sum(0)
        self.idf = torch.log((len(docs) + 1) / (df + 1)) + 1
        return self.transform(docs)

    def transform(self, docs: list[str]) -> torch.Tensor:
        return torch.nn.functional.normalize(self._matrix(docs) * self.idf, dim=1)


@student("TfidfVectorizer", "right")
class TfidfOfAnInvertedIndex:
    """Postings first, then rows; log2 of base two times ln 2 is the natural logarithm."""

    def fit_transform(self, documents):
        postings = defaultdict(set)
        for number, document in enumerate(documents):
            for term in document.lower().split():
                postings[term].add(number)
        n = len(documents)
        self.weights = {term: 1 + math.log(2) * math.log2((n + 1) / (len(p) + 1)) for term, p in postings.items()}
        self.terms = list(postings)
        return self.transform(documents)

    def transform(self, documents):
        def row(document):
            counted = Counter(document.lower().split())
            weighted = np.array([counted[term] * self.weights[term] for term in self.terms])
            return weighted / max(np.sqrt(weighted @ weighted), 1e-12)
        return np.stack([row(document) for document in documents])
