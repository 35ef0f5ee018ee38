"""The rows of the packages in numpy: metrics, text, tfidf, bm25, search, data."""
from pathlib import Path

import numpy as np
import torch

from minidl import bm25, data, metrics, search, text, tfidf
from minidl.files import sha256
from tests.bad_inputs.values import (INF, NAN, NOT_COUNTS, NOT_LABELS, NOT_PREDICTIONS, NOT_PROBABILITIES, NOT_RANKS,
                                     NOT_REAL, NOT_SCORES, NOT_TARGETS, NOT_TEXTS, NOT_VECTORS, Row)

CREDIT = Path(__file__).parents[2] / "hw1" / "data" / "credit.csv"


def matrix(**changes):
    """Return a valid matrix of two rows and three columns, with other parts."""
    parts = {"data": np.array([1.0, 2.0]), "indices": np.array([0, 2]), "indptr": np.array([0, 1, 2]), "shape": (2, 3)}
    return text.CSR(**{**parts, **changes})


NOT_MATRICES = [None, "ab", 1, [[1.0]], {}, np.ones(3), -np.eye(3), torch.eye(3), (1, 2, 3, 4), matrix(data=None),
                matrix(data=[1.0, 2.0]), matrix(indices=[0, 2]), matrix(indptr=(0, 1, 2)), matrix(shape=None),
                matrix(shape=(2,)), matrix(shape=("a", "b")), matrix(data=np.array(["a", "b"])),
                matrix(data=np.array([1j, 2])), matrix(data=np.array([None, 1.0])), matrix(data=np.ones((2, 1))),
                matrix(indices=np.array([0.0, 2.0])), matrix(indptr=np.array([0.0, 1.0, 2.0])),
                matrix(data=np.array([1.0, NAN])), matrix(data=np.array([1.0, -1.0])),
                matrix(data=np.array([1.0, INF])),
                matrix(indices=np.array([0, 3])), matrix(indptr=np.array([0, 2])), matrix(data=np.ones(3)),
                matrix(shape=(-1, 3)), matrix(data=np.array([True, False]))]
COLUMN = np.array(["1", "2", "no"], dtype=object)
TABLE = {"x": COLUMN, "y": np.array(["a", "b", "a"], dtype=object)}
NOT_TABLES = [None, 7, "x", [1], {"x": None}, {"x": ["1"]}, {"x": COLUMN[:2], "y": COLUMN}, {"x": COLUMN[None]}]
NOT_COLUMNS = [*NOT_TABLES, {"x": np.array([1, 2, 3])}, {"x": np.array([None, "1", "2"], dtype=object)}]
NOT_NAMES = [None, 7, "x"]
NOT_MARKS = [None, 7, "", ";", ".,"]
VECTORIZER = {"strip_accents": [7, "x", [], True], "analyzer": [None, 7, "char", []],
              "lowercase": [None, "yes", 2], "token_pattern": [None, 7, "(", "[a", "(a)(b)", b"a"],
              "stop_words": ["the", 7, [1], [None], [["a"]]],
              "ngram_range": [None, 1, "12", (1,), (1, 2, 3), (2, 1), (0, 1), (1.0, 2), ("1", "2"), (1, NAN),
                              (True, 2)],
              "min_df": [None, "1", [1], NAN, INF, 0, -1, 1.5, -0.1, True],
              "max_df": [None, "1", NAN, 0, -1, 1.5, True],
              "max_features": ["1", [1], NAN, 0, -1, 1.5, True]}
TEXTS = ["red fish", "blue fish", "red sea"]
PROBLEM = {"y_true": [0, 0, 1, 1], "y_score": [0.1, 0.4, 0.35, 0.8]}


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
    "metrics.paired_bootstrap": Row(metrics.paired_bootstrap, {
        "values_a": [1, 2], "values_b": [2, 2], "rng": np.random.default_rng(0)}, {
        "values_a": NOT_VECTORS + [[1, NAN], [INF, 1]], "values_b": NOT_VECTORS + [[1, NAN], [1, 2, 3]],
        "confidence": NOT_PROBABILITIES + [1], "n_resamples": NOT_COUNTS,
        "rng": [None, 0, "rng", np.random.RandomState(0), torch.Generator()]}),
    "metrics.recall_at_k": Row(metrics.recall_at_k, {"target": [7, 5], "predict": [[7, 1], [5, 2]], "k": 1}, {
        "target": NOT_TARGETS, "predict": NOT_PREDICTIONS, "k": NOT_COUNTS}),
    "metrics.mean_reciprocal_rank": Row(metrics.mean_reciprocal_rank, {
        "target": [7, 5], "predict": [[7, 1], [5, 2]]}, {"target": NOT_TARGETS, "predict": NOT_PREDICTIONS}),
    "metrics.mean_average_precision": Row(metrics.mean_average_precision, {
        "target": [7, 5], "predict": [[7, 1], [5, 2]]}, {"target": NOT_TARGETS, "predict": NOT_PREDICTIONS}),
    "metrics.ndcg_at_k": Row(metrics.ndcg_at_k, {"target": [7, 5], "predict": [[7, 1], [5, 2]], "k": 1}, {
        "target": NOT_TARGETS, "predict": NOT_PREDICTIONS, "k": NOT_COUNTS}),
    "metrics.hits_at_k": Row(metrics.hits_at_k, {"ranks": [1, 2], "k": 1}, {"ranks": NOT_RANKS, "k": NOT_COUNTS}),
    "metrics.reciprocal_ranks": Row(metrics.reciprocal_ranks, {"ranks": [1, 2]}, {"ranks": NOT_RANKS}),
    "metrics.average_precisions": Row(metrics.average_precisions, {"ranks": [1, 2]}, {"ranks": NOT_RANKS}),
    "metrics.normalized_gains": Row(metrics.normalized_gains, {"ranks": [1, 2], "k": 1}, {
        "ranks": NOT_RANKS, "k": NOT_COUNTS}),
    "text.Analyzer": Row(text.Analyzer, {}, {name: VECTORIZER[name] for name in (
        "strip_accents", "lowercase", "analyzer", "token_pattern", "stop_words", "ngram_range")}),
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
    "data.binary_target": Row(data.binary_target, {"table": TABLE, "column": "y"}, {
        "table": NOT_TABLES, "column": [None, 7, ["y"]], "drop_missing": [None, 1, "yes"], "decimal": NOT_MARKS}),
    "data.column_as_numbers": Row(data.column_as_numbers, {"cells": COLUMN}, {
        "cells": [None, 7, "12", [1], [None, "1"], [["1"]], [["1"], ["2", "3"]]], "decimal": NOT_MARKS}),
    "data.convert": Row(data.convert, {"table": TABLE, "columns": data.describe(TABLE)}, {
        "table": NOT_TABLES, "columns": [None, 7, [], {"x": "number"}], "decimal": NOT_MARKS}),
    "data.describe": Row(data.describe, {"table": TABLE}, {
        "table": NOT_COLUMNS, "decimal": NOT_MARKS,
        **dict.fromkeys(["ids", "keep", "categories"], [*NOT_NAMES, ["z"]])}),
    "data.drop_columns": Row(data.drop_columns, {"table": TABLE, "names": ["x"]}, {
        "table": NOT_TABLES, "names": NOT_NAMES}),
    "data.file_decimal": Row(data.file_decimal, {"table": TABLE}, {"table": NOT_TABLES}),
    "data.read_csv": Row(data.read_csv, {"path": CREDIT}, {
        "path": [None, 7, ["x"]], "encoding": [7, ["utf-8"], "no such"], "strip": [None, "yes"]}),
    "data.fetch": Row(data.fetch, {"url": CREDIT.as_uri(), "digest": sha256(CREDIT), "folder": CREDIT.parent}, {
        "url": [None, 7, "", "file", "https://host/"], "digest": [None, 7, "", "00", 64 * "g"], "folder": [None, 7],
        **dict.fromkeys(["timeout", "max_size", "max_seconds"], [None, "1", [1], NAN, 0, -1])}),
    "data.location": Row(data.location, {"table": TABLE, "row": 2}, {
        "table": [None, 7, "x", [1]], "row": [None, "a", 0.5, NAN, True, [0], -1, 3]}),
    "data.take_rows": Row(data.take_rows, {"table": TABLE, "rows": [0, 2]}, {
        "table": NOT_TABLES, "rows": [None, "x", [0.5], [3], [-1], [[0]], [True, False], [[0], [1, 2]]]}),
    "data.TabularEncoder": Row(data.TabularEncoder, {}, {"numeric": [None, "a", 1]}),
    "data.stratified_folds": Row(data.stratified_folds, {
        "labels": [0, 1] * 5, "n": 2, "rng": np.random.default_rng(0)}, {
        "labels": [[0, 1], [[0], [1]], [0, NAN] * 5], "n": [NAN, 0, 1, 1.5, "x", None]}),
    "data.stratified_split": Row(data.stratified_split, {"labels": [0, 1] * 5, "rng": np.random.default_rng(0)}, {
        "labels": [[0, 1], [[0], [1]], [0, NAN] * 5], "test_size": [NAN, 0, 1, 1.5, -0.1]}),
}
