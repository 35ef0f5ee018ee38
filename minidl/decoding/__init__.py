"""Decoding: from a language model's next-token logits to texts.

Shapes in this package: B prompts, T tokens of a prompt, R rows that are decoded at a
time, V vocabulary, W beams.
"""
from minidl.decoding.beam import beam_search
from minidl.decoding.candidate import Candidate
from minidl.decoding.filters import temperature, top_p_filter
from minidl.decoding.sampling import greedy, sample

__all__ = ["Candidate", "beam_search", "greedy", "sample", "temperature", "top_p_filter"]
