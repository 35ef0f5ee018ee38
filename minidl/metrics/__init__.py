"""Metrics in numpy alone: they never import torch, and take its CPU tensors as they come."""
from minidl.metrics.bootstrap import bootstrap_mean
from minidl.metrics.delong import delong_test, roc_auc_ci
from minidl.metrics.retrieval import mean_reciprocal_rank, recall_at_k
from minidl.metrics.roc_auc import roc_auc_score
from minidl.metrics.roc_curve import roc_curve

__all__ = ["bootstrap_mean", "delong_test", "mean_reciprocal_rank", "recall_at_k", "roc_auc_ci", "roc_auc_score",
           "roc_curve"]
