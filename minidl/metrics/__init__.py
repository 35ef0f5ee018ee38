"""Metrics in numpy only: they never import torch, but accept its CPU tensors."""
from minidl.metrics.bootstrap import bootstrap_mean
from minidl.metrics.delong import delong_test, roc_auc_ci
from minidl.metrics.retrieval import hits_at_k, mean_reciprocal_rank, recall_at_k, reciprocal_ranks
from minidl.metrics.roc_auc import roc_auc_score
from minidl.metrics.roc_curve import roc_curve

__all__ = ["bootstrap_mean", "delong_test", "hits_at_k", "mean_reciprocal_rank", "recall_at_k", "reciprocal_ranks",
           "roc_auc_ci", "roc_auc_score", "roc_curve"]
