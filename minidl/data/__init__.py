"""Tables in numpy: read, split, encode.  This package never imports torch.

A table is a dict from column name to an array of cells; all arrays have the same length N.
"""
from minidl.data.columns import binary_target, column_as_numbers, id_columns
from minidl.data.download import DownloadError, cache_folder, fetch
from minidl.data.encoding import TabularEncoder
from minidl.data.qa import QuestionAnswers, pairs_of, read_qa
from minidl.data.split import stratified_split
from minidl.data.table import Table, drop_columns, location, read_csv, take_rows

__all__ = ["DownloadError", "QuestionAnswers", "Table", "TabularEncoder", "binary_target", "cache_folder",
           "column_as_numbers", "drop_columns", "fetch", "id_columns", "location", "pairs_of", "read_csv", "read_qa",
           "stratified_split", "take_rows"]
