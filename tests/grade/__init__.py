"""Grades anybody's implementation of the pieces: `python -m tests.grade my.py [PIECE ...]`.

A file per piece states what the assignment demands: the contract, the readings that are allowed and the
mistakes that are known by name.  tests/ runs the same properties on minidl, and adds minidl's own contract.

To add a piece:

1. Write tests/grade/NAME.py: the contract in the module docstring, a hypothesis strategy for the cases, the oracle with
   its readings as keywords, the known mistakes as further oracles.  roc_auc_score.py is the shortest example.  Enter
   its PIECE in pieces.py, and minidl's implementation in reference.py.
2. Put right and wrong implementations, as students write them, into students/NAME.py, each with the verdict that it
   must get.  A counterexample that a reader cannot follow is a fault of the grader.
"""
