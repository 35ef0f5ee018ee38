"""Fuzz targets, one per reader: any bytes are read, or refused by one line.

    python -m pytest tests/test_fuzz.py --hypothesis-profile=deep      1,000 files per reader; a file for each failure
"""
import gzip
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minidl.bm25 import BM25Vectorizer
from minidl.data import read_csv, read_qa
from minidl.decoding.model import load_model
from minidl.files import check_sums, write_sums
from minidl.results import load_result, save_result
from minidl.search import InvertedIndex
from tests.damages.uses import continue_training, make_checkpoint
from tests.decoding.folders import save_model

PIECES = [*(bytes([byte]) for byte in b'"\'\n\r\0,;\t|[{}]:\\# '), b"sep=;\n", b"\xff\xfe", b"\xef\xbb\xbf",
          b"\x1f\x8b", b"1e999", b"-1", b"9" * 5000, b"[" * 2000, "é".encode(), b"\\ud800", b"NaN", b"null", b"true",
          b'"qas"', b'"data"']
edits = st.lists(st.tuples(st.sampled_from(["insert", "replace", "remove", "repeat", "cut", "flip"]),
                           st.integers(0, 2**20), st.sampled_from(PIECES) | st.binary(min_size=1, max_size=6)),
                 min_size=1, max_size=4)


def edited(content, changes):
    """Return the content after some changes, each (what, where, a piece)."""
    for what, number, piece in changes:
        at = number % (len(content) + 1)
        end = at + len(piece)
        content = {"insert": content[:at] + piece + content[at:], "replace": content[:at] + piece + content[end:],
                   "remove": content[:at] + content[end:], "repeat": content[:end] + content[at:],
                   "cut": content[:at],
                   "flip": content[:at] + bytes(byte ^ 1 << number % 8 for byte in content[at:at + 1])
                   + content[at + 1:]}[what]
    return content


def contents(*examples):
    """Return a strategy for bytes: an example with changes, or any."""
    return st.builds(edited, st.sampled_from(examples), edits) | st.binary(max_size=60)


def assert_read_or_refused(call, path):
    """Assert that a call returns, or raises a ValueError of one line that names the file."""
    try:
        call(path)
    except ValueError as error:
        assert "\n" not in str(error) and str(path) in str(error), str(error)


TABLES = (b"a,b,y\n1,2,0\n3,4,1\n", b'sep=;\nname;"va""lue"\nx;"1\n2"\n',
          "имя\tдата\nа\t1.2.2020\n".encode("utf-16"), gzip.compress(b"a,b\n1,2\n"), b'"","x"\n"1",2\n')
QUESTIONS = (b'[{"question": "a?", "answer": ["b", {"text": "c"}]}]',
             b'{"query": "a", "answer": "b"}\n{"query": "c"}\n',
             b'{"columns": ["query", "answer"], "data": [["a", "b"]]}', b'{"query": {"0": "a"}, "answer": {"0": "b"}}',
             b'{"data": [{"paragraphs": [{"context": "c", "qas": [{"question": "q", "answers": [{"text": "c", '
             b'"answer_start": 0}]}]}]}]}', b"#separator:tab\n#html:true\na<br>\tb\n", b"question,answer\na,b\n")


@given(contents(*TABLES))
def test_a_table(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "table"
    path.write_bytes(content)
    assert_read_or_refused(read_csv, path)


@given(contents(*QUESTIONS, *TABLES), st.sampled_from(["first", "all", "spans"]), st.booleans())
def test_a_file_of_questions(tmp_path_factory, content, answers, header):
    path = tmp_path_factory.mktemp("fuzz") / "questions"
    path.write_bytes(content)
    assert_read_or_refused(lambda path: read_qa(path, answers=answers, header=header, answers_alone=True), path)


@cache
def index_file():
    """Return (the bytes of a saved index, the arrays of its postings)."""
    with tempfile.TemporaryDirectory() as folder:
        vectorizer = BM25Vectorizer()
        index = InvertedIndex(vectorizer.fit_transform(["red fish", "blue fish"]))
        index.save(Path(folder) / "index", vectorizer)
        return (Path(folder) / "index").read_bytes(), index.postings.arrays


@given(edits)
def test_an_index(tmp_path_factory, changes):
    path = tmp_path_factory.mktemp("fuzz") / "index"
    content, arrays = index_file()
    path.write_bytes(edited(content, changes))

    def load(path):
        for loaded, saved in zip(InvertedIndex.load(path, BM25Vectorizer()).postings.arrays, arrays, strict=True):
            np.testing.assert_array_equal(loaded, saved)
    assert_read_or_refused(load, path)


@given(edits, st.sampled_from(["result.json", "file.txt"]))
def test_a_result(tmp_path_factory, changes, name):
    folder = tmp_path_factory.mktemp("fuzz")
    save_result(folder / "result.json", {"seed": 0}, {"loss": [0.5, 1e-9]}, {
        "file.txt": lambda path: path.write_text("text")})
    (folder / name).write_bytes(edited((folder / name).read_bytes(), changes))
    lines = []
    value = load_result(folder / "result.json", {"seed": 0}, unusable=lines.append)
    assert value == {"loss": [0.5, 1e-9]} and not lines or value is None and len(lines) == 1 and "\n" not in lines[0]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz") / "checkpoint"
    make_checkpoint(folder, 0)
    return folder, (continue_training(folder), continue_training(folder / "nothing"))


@settings(max_examples=settings().max_examples // 4)  # each takes a hash of the code
@given(edits, st.sampled_from(["checkpoint.json", "checkpoint-3.pt"]))
def test_a_checkpoint(tmp_path_factory, checkpoint, changes, name):
    folder, states = tmp_path_factory.mktemp("fuzz") / "copy", checkpoint[1]
    shutil.copytree(checkpoint[0], folder)
    (folder / name).write_bytes(edited((folder / name).read_bytes(), changes))
    assert continue_training(folder) in states


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("fuzz") / "model", seed=0)


@settings(max_examples=max(settings().max_examples // 10, 6))
@given(edits, st.sampled_from(["config.json", "generation_config.json", "tokenizer_config.json", "tokenizer.json",
                               "model.safetensors"]))
def test_a_model(tmp_path_factory, model, changes, name):
    folder = tmp_path_factory.mktemp("fuzz") / "model"
    shutil.copytree(model, folder)
    if (folder / name).exists():
        (folder / name).write_bytes(edited((folder / name).read_bytes(), changes))
    assert_read_or_refused(lambda path: load_model(str(path)), folder)


@given(edits)
def test_the_sums_of_a_folder(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "config.json").write_text(json.dumps({"a": 1}))
    write_sums(folder)
    sums = folder / "SHA256SUMS"
    sums.write_bytes(edited(sums.read_bytes(), changes))
    assert_read_or_refused(check_sums, folder)
