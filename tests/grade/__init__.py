"""Grades anybody's implementation of the pieces: `python -m tests.grade my.py [PIECE ...]`.

A file per piece states what the assignment demands: the contract, the readings that are allowed and the
mistakes that are known by name.  tests/ runs the same properties on minidl, and adds minidl's own contract.
"""
