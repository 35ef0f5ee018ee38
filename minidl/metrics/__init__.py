"""Metrics in numpy only: they never import torch, but accept its CPU tensors."""
from minidl.metrics.average_precision import average_precisions, mean_average_precision
from minidl.metrics.bootstrap import bootstrap_mean, paired_bootstrap
from minidl.metrics.delong import delong_test, roc_auc_ci
from minidl.metrics.ndcg import ndcg_at_k, normalized_gains
from minidl.metrics.retrieval import hits_at_k, mean_reciprocal_rank, recall_at_k, reciprocal_ranks
from minidl.metrics.roc_auc import roc_auc_score
from minidl.metrics.roc_curve import roc_curve

__all__ = ["average_precisions", "bootstrap_mean", "delong_test", "hits_at_k", "mean_average_precision",
           "mean_reciprocal_rank", "ndcg_at_k", "normalized_gains", "paired_bootstrap", "recall_at_k",
           "reciprocal_ranks", "roc_auc_ci", "roc_auc_score", "roc_curve"]
