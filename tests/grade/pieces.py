"""PIECES: dict from the name of a piece to its specification, in the order of the assignments."""
from tests.grade import (batch_norm, beam_search, dropout, exp_cos, greedy, linear, lion, mean_reciprocal_rank,
                         recall_at_k, rms_norm, roc_auc_score, sample, sgd, temperature, tfidf_vectorizer, top_p_filter)

PIECES = {module.PIECE.name: module.PIECE for module in (
    roc_auc_score, recall_at_k, mean_reciprocal_rank, tfidf_vectorizer, temperature, top_p_filter, greedy, sample,
    beam_search, rms_norm, exp_cos, lion, batch_norm, dropout, linear, sgd)}
