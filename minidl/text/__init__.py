"""Texts as counts of terms, in numpy: the common part of TF-IDF and BM25."""
from minidl.text.analysis import TOKEN_PATTERN, Analyzer
from minidl.text.characters import marked_token_pattern
from minidl.text.csr import CSR
from minidl.text.terms import TermVectorizer

__all__ = ["CSR", "TOKEN_PATTERN", "Analyzer", "TermVectorizer", "marked_token_pattern"]
