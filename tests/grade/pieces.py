"""PIECES: dict from the name of a piece to its specification, in the order of the assignments."""
from tests.grade import (
    beam_search,
    greedy,
    mean_reciprocal_rank,
    recall_at_k,
    roc_auc_score,
    sample,
    temperature,
    tfidf_vectorizer,
    top_p_filter,
)

PIECES = {module.PIECE.name: module.PIECE for module in (
    roc_auc_score, recall_at_k, mean_reciprocal_rank, tfidf_vectorizer, temperature, top_p_filter, greedy, sample,
    beam_search)}
