"""minidl's own pieces under the names that the grader asks for: what `python -m tests.grade minidl` grades."""
from minidl.autograd import exp_cos
from minidl.decoding import beam_search, greedy, sample, temperature, top_p_filter
from minidl.metrics import mean_reciprocal_rank, recall_at_k, roc_auc_score
from minidl.nn import BatchNorm1d, Dropout, Linear, RMSNorm
from minidl.optim import SGD, Lion
from minidl.tfidf import TfidfVectorizer

__all__ = ["BatchNorm1d", "Dropout", "Linear", "Lion", "RMSNorm", "SGD", "TfidfVectorizer", "beam_search", "exp_cos",
           "greedy", "mean_reciprocal_rank", "recall_at_k", "roc_auc_score", "sample", "temperature", "top_p_filter"]
