"""Exact search over sparse rows: the k best documents of a query, or the rank of a given document."""
from minidl.search.index import InvertedIndex

__all__ = ["InvertedIndex"]
