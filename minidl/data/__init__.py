"""Tables in numpy: read, split, encode.  This package never imports torch.

A table is a dict from column name to an array of cells; all arrays have the same length N.
"""
from minidl.data.columns import MissingTargetError, binary_target
from minidl.data.csvfile import read_csv
from minidl.data.download import DownloadError, cache_folder, fetch
from minidl.data.encoding import TabularEncoder
from minidl.data.features import convert
from minidl.data.kinds import Column, describe, file_decimal
from minidl.data.numbers import column_as_numbers
from minidl.data.qa import QuestionAnswers, repeated_questions
from minidl.data.qa_columns import Source
from minidl.data.qa_file import pairs_of, read_qa
from minidl.data.split import stratified_folds, stratified_split
from minidl.data.table import Table, drop_columns, location, take_rows
from minidl.data.textfile import UndecodableError

__all__ = ["Column", "DownloadError", "MissingTargetError", "QuestionAnswers", "Source", "Table", "TabularEncoder",
           "UndecodableError", "binary_target", "cache_folder", "column_as_numbers", "convert", "describe",
           "drop_columns", "fetch", "file_decimal", "location", "pairs_of", "read_csv", "read_qa",
           "repeated_questions", "stratified_folds", "stratified_split", "take_rows"]
