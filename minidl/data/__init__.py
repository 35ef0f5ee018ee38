"""Tables in numpy: read, split, encode.  Nothing here imports torch.

A table is a dict from column name to an array of cells, all of one length N.
"""
from minidl.data.encoding import TabularEncoder
from minidl.data.split import stratified_split
from minidl.data.table import binary_target, column_as_numbers, read_csv, take_rows

__all__ = ["TabularEncoder", "binary_target", "column_as_numbers", "read_csv",
           "stratified_split", "take_rows"]
