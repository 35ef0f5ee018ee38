"""Texts as counts of terms, in numpy: the common part of TF-IDF and BM25."""
from minidl.text.analysis import Analyzer, Tokenizer
from minidl.text.characters import marked_token_pattern
from minidl.text.csr import CSR
from minidl.text.terms import TermVectorizer
from minidl.text.vocabulary import Vocabulary
from minidl.text.words import TOKEN_PATTERN

__all__ = ["CSR", "TOKEN_PATTERN", "Analyzer", "TermVectorizer", "Tokenizer", "Vocabulary", "marked_token_pattern"]
