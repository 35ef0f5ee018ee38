"""Bad inputs of every public callable of minidl.

ROWS: a dict from a name in an `__all__` ("metrics.roc_auc_score"), or from a class and a method, to a Row.
"""
import math
from typing import Any, Callable, NamedTuple

import numpy as np
import torch

from minidl import autograd, bm25, data, decoding, metrics, nn, optim, search, text, tfidf
from tests.decoding.models import tiny_qwen2


class Row(NamedTuple):
    """A callable, arguments that it takes, and for some of them a list of values that it must refuse."""

    call: Callable[..., Any]
    good: dict[str, Any]
    bad: dict[str, list[Any]]


NAN, INF = math.nan, math.inf
NOT_REAL = [None, "1", [1.0], 1j, True, NAN, np.ones(2)]
NOT_WHOLE = [*NOT_REAL, 1.5, -INF]
NOT_COUNTS = [*NOT_WHOLE, 0, -1]
NOT_RATES = [None, "1", [0.1], NAN, INF, -0.1]
NOT_PROBABILITIES = [*NOT_REAL, 0, 1.5, -0.1]  # or shares; 0 must be refused
NOT_VECTORS = [None, "ab", 1.0, [], [[0.0, 1.0]], [[0], [0, 1]], ["a", "b"], [1j, 0], [None, 0.5], {}]
NOT_TENSORS = [None, [0.5], "x", 0.5, np.ones((2, 2))]
NOT_FLOATING = [*NOT_TENSORS, torch.tensor([[1, 2]]), torch.tensor([[True, False]]), torch.tensor([[1j, 2j]])]
NOT_ROWS = [*NOT_FLOATING, torch.tensor(1.0), torch.ones(3), torch.ones(0, 3), torch.ones(3, 0), torch.ones(1, 2, 3)]
NOT_DISTRIBUTIONS = [torch.tensor([[0.0, 1.0], row]) for row in ([0.0, NAN], [0.0, INF], 2 * [-INF])]
NOT_LABELS = [*NOT_VECTORS, [1, 1, 1, 1], [0, 1, 2, 1], [0, NAN, 1, 1], [0, INF, 1, 1]]
NOT_SCORES = [*NOT_VECTORS, [0.1, 0.2], [0.1, NAN, 0.3, 0.4]]
NOT_TEXTS = [None, 7, "red fish", b"red", [1], [None], ["red", b"sea"], [["red"]], []]
NOT_RANKS = [*NOT_VECTORS, [0], [-1], [NAN], [0.5], [1, True, "2"]]
NOT_TARGETS = [None, 7, "ab", [], [[7, 5]], [[7], [5, 3]], [7.0, NAN], [None, 5], ["7", "5"], [7, "5"], [b"7", b"5"],
               [True, False], [1j, 2j], {}, np.array(["7", "5"], dtype=object)]
NOT_PREDICTIONS = [None, 7, "ab", [], [7, 5], ["7", "5"], [["7"], ["5"]], [[7, "1"], [5, 2]], [[7, 1], ["5"]],
                   [[[7]], [[5]]], [[7, [1]], [5, 2]], [[7, 1]], [{7}, {5}], [None, [5]], [[True], [False]], {},
                   np.array([["7", 1], ["5", 2]], dtype=object), np.ones(2), np.ones((2, 2, 2)), (n for n in "ab")]


def scalars_of(*names):
    return {name: NOT_COUNTS for name in names}


def matrix(**changes):
    """Return a valid matrix of two rows and three columns, with other parts."""
    parts = {"data": np.array([1.0, 2.0]), "indices": np.array([0, 2]), "indptr": np.array([0, 1, 2]), "shape": (2, 3)}
    return text.CSR(**{**parts, **changes})


NOT_MATRICES = [None, "ab", 1, [[1.0]], {}, np.eye(3), torch.eye(3), (1, 2, 3, 4), matrix(data=None),
                matrix(data=[1.0, 2.0]), matrix(indices=[0, 2]), matrix(indptr=(0, 1, 2)), matrix(shape=None),
                matrix(shape=(2,)), matrix(shape=("a", "b")), matrix(data=np.array(["a", "b"])),
                matrix(data=np.array([1j, 2])), matrix(data=np.array([None, 1.0])), matrix(data=np.ones((2, 1))),
                matrix(indices=np.array([0.0, 2.0])), matrix(indptr=np.array([0.0, 1.0, 2.0])),
                matrix(data=np.array([1.0, NAN])), matrix(data=np.array([1.0, -1.0])), matrix(data=np.array([1.0, INF])),
                matrix(indices=np.array([0, 3])), matrix(indptr=np.array([0, 2])), matrix(data=np.ones(3)),
                matrix(shape=(-1, 3)), matrix(data=np.array([True, False]))]
VECTORIZER = {"lowercase": [None, "yes", 2], "token_pattern": [None, 7, "(", "[a", "(a)(b)", b"a"],
              "stop_words": ["the", 7, [1], [None], [["a"]]],
              "ngram_range": [None, 1, "12", (1,), (1, 2, 3), (2, 1), (0, 1), (1.0, 2), ("1", "2"), (1, NAN), (True, 2)],
              "min_df": [None, "1", [1], NAN, INF, 0, -1, 1.5, -0.1, True], "max_df": [None, "1", NAN, 0, -1, 1.5, True],
              "max_features": ["1", [1], NAN, 0, -1, 1.5, True]}
TEXTS = ["red fish", "blue fish", "red sea"]
PROBLEM = {"y_true": [0, 0, 1, 1], "y_score": [0.1, 0.4, 0.35, 0.8]}
MODEL = tiny_qwen2(0)
DECODER = {"model": MODEL, "input_ids": torch.tensor([[1, 2, 3]]), "eos_token_id": None, "max_new_tokens": 1}
NOT_PROMPTS = {
    "model": [None, "Qwen2", 7, torch.nn.Linear(1, 1)],
    "input_ids": [None, [[1, 2]], "ab", np.ones((1, 2), int), torch.tensor(1), torch.tensor([1, 2]), torch.ones(1, 2),
                  torch.ones(1, 0, dtype=torch.int64), torch.ones(1, 1, 2, dtype=torch.int64), torch.tensor([[-1]]),
                  torch.tensor([[13]]), torch.tensor([[True]])],
    "attention_mask": ["ab", 1, [1, 1], [[1, 1, 0]], [[1, 0, 1]], [[0, 0, 0]], [[1, 1]], [[1, 1], [1]], [[0.5, 1, 1]],
                       [["a", "b", "c"]], [[NAN, 1, 1]], [[None, 1, 1]]],
    "max_new_tokens": NOT_COUNTS,
    "eos_token_id": ["1", [1], 1.5, NAN, -1, 13, True],
    "on_token": [7, "print", [print]]}


def weight():
    return torch.nn.Parameter(torch.ones(2))


def vectorized(cls, method):
    """Return a function of documents that calls a method of a vectorizer, after fit."""
    return lambda documents: getattr(cls().fit(TEXTS), method)(documents)


def fitted(cls):
    """Return a function of settings that fits a vectorizer."""
    return lambda **settings: cls(**settings).fit(TEXTS)


ROWS = {
    "metrics.roc_auc_score": Row(metrics.roc_auc_score, PROBLEM, {"y_true": NOT_LABELS, "y_score": NOT_SCORES}),
    "metrics.roc_curve": Row(metrics.roc_curve, PROBLEM, {"y_true": NOT_LABELS, "y_score": NOT_SCORES}),
    "metrics.roc_auc_ci": Row(metrics.roc_auc_ci, {**PROBLEM, "confidence": 0.9}, {
        "y_true": NOT_LABELS + [[0, 0, 0, 1]], "y_score": NOT_SCORES, "confidence": NOT_PROBABILITIES + [1]}),
    "metrics.delong_test": Row(metrics.delong_test, {
        "y_true": [0, 0, 1, 1], "score_a": [1, 2, 3, 4], "score_b": [4, 3, 2, 1]}, {
        "y_true": NOT_LABELS, "score_a": NOT_SCORES, "score_b": NOT_SCORES}),
    "metrics.bootstrap_mean": Row(metrics.bootstrap_mean, {"values": [1, 2], "rng": np.random.default_rng(0)}, {
        "values": NOT_VECTORS + [[1, NAN], [INF]], "confidence": NOT_PROBABILITIES + [1], "n_resamples": NOT_COUNTS,
        "rng": [None, 0, "rng", np.random.RandomState(0), torch.Generator()]}),
    "metrics.recall_at_k": Row(metrics.recall_at_k, {"target": [7, 5], "predict": [[7, 1], [5, 2]], "k": 1}, {
        "target": NOT_TARGETS, "predict": NOT_PREDICTIONS, "k": NOT_COUNTS}),
    "metrics.mean_reciprocal_rank": Row(metrics.mean_reciprocal_rank, {
        "target": [7, 5], "predict": [[7, 1], [5, 2]]}, {"target": NOT_TARGETS, "predict": NOT_PREDICTIONS}),
    "metrics.hits_at_k": Row(metrics.hits_at_k, {"ranks": [1, 2], "k": 1}, {"ranks": NOT_RANKS, "k": NOT_COUNTS}),
    "metrics.reciprocal_ranks": Row(metrics.reciprocal_ranks, {"ranks": [1, 2]}, {"ranks": NOT_RANKS}),
    "text.CSR.columns": Row(matrix().columns, {"mask": np.array([True, False, True])}, {}),
    "text.Analyzer": Row(text.Analyzer, {}, {name: VECTORIZER[name] for name in (
        "lowercase", "token_pattern", "stop_words", "ngram_range")}),
    "text.Analyzer.terms": Row(text.Analyzer().terms, {"document": "red fish"}, {"document": [None, 7, b"red", ["a"]]}),
    "tfidf.TfidfVectorizer": Row(fitted(tfidf.TfidfVectorizer), {}, {
        **VECTORIZER, "norm": ["max", 2, [], True], "use_idf": [None, "yes", 2], "smooth_idf": [None, "yes"],
        "sublinear_tf": [None, "yes"]}),
    "bm25.BM25Vectorizer": Row(fitted(bm25.BM25Vectorizer), {}, {
        **VECTORIZER, "k1": NOT_REAL + [-0.1, INF], "b": NOT_REAL + [-0.1, 1.1]}),
    **{f"{cls.__module__[7:]}.{cls.__name__}.{method}": Row(vectorized(cls, method), {"documents": ["red"]}, {
        "documents": NOT_TEXTS}) for cls in (tfidf.TfidfVectorizer, bm25.BM25Vectorizer)
       for method in ("fit", "fit_transform", "transform", "transform_queries")},
    "search.InvertedIndex": Row(search.InvertedIndex, {"matrix": matrix()}, {"matrix": NOT_MATRICES}),
    "search.InvertedIndex.search": Row(search.InvertedIndex(matrix()).search, {"queries": matrix(), "k": 1}, {
        "queries": NOT_MATRICES + [matrix(shape=(2, 4))], "k": NOT_COUNTS}),
    "search.InvertedIndex.rank_of": Row(search.InvertedIndex(matrix()).rank_of, {
        "queries": matrix(), "targets": [0, 1]}, {"queries": NOT_MATRICES + [matrix(shape=(2, 4))], "targets": [
            None, "ab", 1, [0], [0, 2], [-1, 0], [0.0, 1.0], ["0", "1"], [[0, 1]], [[0], [0, 1]], [True, False],
            [0, None], {}]}),
    "search.InvertedIndex.shares": Row(search.InvertedIndex(matrix()).shares, {
        "query": matrix().rows(0, 1), "document": 0}, {
            "query": NOT_MATRICES + [matrix()], "document": [None, "0", [0], 0.0, NAN, -1, 2, True]}),
    "search.InvertedIndex.load": Row(search.InvertedIndex.load, {}, {"path": [None, 7, ["a"]]}),
    "decoding.temperature": Row(decoding.temperature, {"logits": torch.ones(1, 2), "t": 1.0}, {
        "logits": NOT_ROWS + NOT_DISTRIBUTIONS}),
    "decoding.top_p_filter": Row(decoding.top_p_filter, {"logits": torch.ones(1, 2), "top_p": 0.9}, {
        "logits": NOT_ROWS + NOT_DISTRIBUTIONS, "top_p": NOT_PROBABILITIES, "keep_crossing": [None, "yes", 2]}),
    "decoding.greedy": Row(decoding.greedy, DECODER, NOT_PROMPTS),
    "decoding.sample": Row(decoding.sample, DECODER, {
        **NOT_PROMPTS, "temperature": NOT_REAL + [0, -1, INF], "top_p": NOT_PROBABILITIES, "num_samples": NOT_COUNTS,
        "keep_crossing": [None, "yes", 2], "generator": [0, "seed", np.random.default_rng(0)]}),
    "decoding.beam_search": Row(decoding.beam_search, DECODER, {
        **NOT_PROMPTS, "num_beams": NOT_COUNTS + [14], "length_penalty": NOT_REAL + [-101, 101, INF]}),
    "autograd.exp_cos": Row(autograd.exp_cos, {"x": torch.ones(1, 2), "y": torch.ones(1, 2)}, {
        "x": NOT_FLOATING + [torch.ones(3)], "y": NOT_FLOATING + [torch.ones(3)]}),
    "decoding.temperature()": Row(lambda temperature: decoding.temperature(torch.ones(1, 2), temperature), {
        "temperature": 1.0}, {"temperature": NOT_REAL + [0, -1, INF]}),
}
