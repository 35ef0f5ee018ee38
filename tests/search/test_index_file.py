import numpy as np
import pytest
from hypothesis import given

from minidl.search import InvertedIndex
from tests.search.corpora import corpus, documents_and_queries
from tests.text.matrices import csr


@given(documents_and_queries.filter(lambda drawn: len(drawn[0])))
def test_a_loaded_index_equals_the_saved_one(tmp_path_factory, drawn):
    path = tmp_path_factory.mktemp("index") / "docs.index"
    index = InvertedIndex(csr(drawn[0]))
    index.save(path)
    assert [file.name for file in path.parent.iterdir()] == ["docs.index"]
    for loaded, saved in zip(InvertedIndex.load(path).search(csr(drawn[1]), 3), index.search(csr(drawn[1]), 3)):
        np.testing.assert_array_equal(loaded, saved)


def test_refuses_a_damaged_file_and_another_kind_of_file(tmp_path):
    path = tmp_path / "docs.index"
    InvertedIndex(csr(corpus(0, 200, 20, 0.2))).save(path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    damages = {"cut": whole[:-100], "half": whole[:len(whole) // 2], "empty": b"", "text": b"hello\n" * 100,
               "flipped": bytes(flipped), "pickle": b"\x80\x04N."}
    for name, content in damages.items():
        path.write_bytes(content)
        with pytest.raises(ValueError, match="docs.index: must be a complete minidl inverted index 1 file, "
                           "got another or a damaged one") as error:
            InvertedIndex.load(path)
        assert "\n" not in str(error.value), name
    np.savez(tmp_path / "other.npz", data=np.zeros(3))
    np.savez(tmp_path / "newer.npz", kind=np.array("minidl inverted index 2"), data=np.zeros(3))
    np.save(tmp_path / "array.npy", np.zeros(3))
    for name, reason in (("other.npz", "a file without a kind"), ("newer.npz", "a minidl inverted index 2"),
                         ("array.npy", "a single array")):
        with pytest.raises(ValueError, match=rf"{name}: must be .*, got another or a damaged one \({reason}\)"):
            InvertedIndex.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        InvertedIndex.load(tmp_path / "nowhere")


def test_a_wrong_byte_anywhere_is_refused_in_one_line_or_changes_nothing(tmp_path):
    path = tmp_path / "docs.index"
    index = InvertedIndex(csr(np.eye(3)))
    index.save(path)
    whole = path.read_bytes()
    for position in range(len(whole)):
        for mask in (1, 64, 255):
            path.write_bytes(whole[:position] + bytes([whole[position] ^ mask]) + whole[position + 1:])
            try:
                loaded = InvertedIndex.load(path)
            except ValueError as error:
                assert str(error).startswith(str(path)) and "\n" not in str(error)
            else:
                np.testing.assert_array_equal(loaded.matrix.toarray(), index.matrix.toarray())


@pytest.mark.parametrize("name, value, reason", [
    ("data", np.array([1.0, -1.0, 1.0]), "matrix: weights must be finite and at least 0, got -1.0"),
    ("indices", np.array([0, 1, 9]), "matrix: columns must ascend in each row, from 0 to 2"),
    ("indptr", np.array([0, 1, 2]), "matrix: indptr must ascend from 0 to the 3 weights in 3 steps"),
    ("shape", (3,), "matrix: shape must be two sizes, got (3,)"),
])
def test_refuses_arrays_that_do_not_fit(tmp_path, name, value, reason):
    index = InvertedIndex(csr(np.eye(3)))
    index.matrix = index.matrix._replace(**{name: value})
    index.save(tmp_path / "a.index")
    with pytest.raises(ValueError) as error:
        InvertedIndex.load(tmp_path / "a.index")
    assert str(error.value) == f"{tmp_path}/a.index: must hold an index, got arrays that do not fit ({reason})"
