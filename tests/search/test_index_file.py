import json
import mmap
import re
import zlib
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.bm25 import BM25Vectorizer
from minidl.mapped import save_mapped
from minidl.search import InvertedIndex
from minidl.search.saved import KIND
from minidl.tfidf import TfidfVectorizer
from tests.search.corpora import corpus, documents_and_queries
from tests.strategies import documents
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
               "flipped": bytes(flipped), "pickle": b"\x80\x04N.", "longer": whole + b"\0",
               "newer": whole.replace(b"index 3", b"index 4", 1), "only the kind": b"minidl inverted index 3\n"}
    for name, content in damages.items():
        path.write_bytes(content)
        with pytest.raises(ValueError, match="docs.index: must be a complete minidl inverted index 3 file, "
                           "got another or a damaged one") as error:
            InvertedIndex.load(path)
        assert "\n" not in str(error.value), name
    with pytest.raises(FileNotFoundError):
        InvertedIndex.load(tmp_path / "nowhere")


def test_a_wrong_byte_anywhere_is_refused_in_one_line_or_changes_nothing(tmp_path):
    path = tmp_path / "docs.index"
    index = InvertedIndex(csr(np.eye(3)))
    index.save(path)
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1:])
        try:
            loaded = InvertedIndex.load(path)
        except ValueError as error:
            assert str(error).startswith(str(path)) and "\n" not in str(error)
        else:
            assert loaded.shape == index.shape
            for array, expected in zip(loaded.postings.arrays, index.postings.arrays):
                np.testing.assert_array_equal(array, expected)


parts = st.none() | st.integers(-9, 2**70) | st.sampled_from(["<f8", "<i8", "O", "<U3", "i4,f4", "3<f8", "x"])
headers = st.fixed_dictionaries({"note": parts, "size": st.just(0), "checksum": st.just(0), "arrays": parts | (
    st.dictionaries(st.sampled_from(["shape", "weights", "starts"]), st.lists(parts | st.lists(parts, max_size=3),
                                                                              max_size=3)))}) | st.lists(parts)


@given(headers)
def test_another_header_with_a_right_checksum_is_refused(tmp_path_factory, header):
    path, line = tmp_path_factory.mktemp("index") / "a.index", json.dumps(header).encode()
    path.write_bytes(b"minidl inverted index 3\n%08x " % zlib.crc32(line) + line + b"\n")
    with pytest.raises(ValueError, match="^[^\n]*a.index: must (be|hold) [^\n]*$"):
        InvertedIndex.load(path)


@pytest.mark.parametrize("name, value, reason", [
    ("documents", np.array([0, 1]), "documents must have 3 numbers, got shape (2,)"),
    ("weights", np.array([[0.0, 1.0, 9.0]]), "weights must have 3 numbers, got shape (1, 3)"),
    ("starts", np.array([0, 1, 2]), "starts must have 4 numbers, got shape (3,)"),
    ("largest", np.ones(2), "largest must have 3 numbers, got shape (2,)"),
    ("weights", np.array(1.0), "documents must have 1 numbers, got shape (3,)"),
    ("shape", (3,), "shape must be two sizes, got [3]"),
    ("shape", (3.0, 3.0), "shape must be two sizes, got [3.0, 3.0]"),
])
def test_refuses_arrays_that_do_not_fit(tmp_path, name, value, reason):
    index = InvertedIndex(csr(np.eye(3)))
    if name == "shape":
        index.shape = value
    else:
        index.postings.arrays = index.postings.arrays._replace(**{name: value})
    index.save(tmp_path / "a.index")
    with pytest.raises(ValueError) as error:
        InvertedIndex.load(tmp_path / "a.index")
    assert str(error.value) == f"{tmp_path}/a.index: must hold an index, got arrays that do not fit ({reason})"


texts = documents.filter(lambda texts: any("red" in text.lower() for text in texts))
vectorizers = st.sampled_from([TfidfVectorizer, BM25Vectorizer]).flatmap(lambda kind: st.builds(
    partial, st.just(kind), ngram_range=st.sampled_from([(1, 1), (1, 2)]), stop_words=st.sampled_from([None, {"кот"}])))


@given(texts, vectorizers, st.integers(1, 4))
def test_a_loaded_vectorizer_and_index_answer_like_the_built_ones(tmp_path_factory, texts, make, k):
    path, vectorizer, loaded = tmp_path_factory.mktemp("index") / "docs.index", make(), make()
    index = InvertedIndex(vectorizer.fit_transform(texts))
    index.save(path, vectorizer)
    mapped = InvertedIndex.load(path, loaded)
    assert loaded.vocabulary_ == vectorizer.vocabulary_ and list(loaded.vocabulary_) == list(vectorizer.vocabulary_)
    assert vars(loaded).keys() == vars(vectorizer).keys()
    queries, expected = loaded.transform_queries(texts), vectorizer.transform_queries(texts)
    for ours, theirs in ((queries.parts, expected.parts), (mapped.postings.arrays, index.postings.arrays),
                         (loaded.transform(texts).parts, vectorizer.transform(texts).parts),
                         (mapped.search(queries, k), index.search(expected, k))):
        for array, wanted in zip(ours, theirs):
            np.testing.assert_array_equal(array, wanted, strict=True)
    targets = np.zeros(len(texts), int)
    assert mapped.rank_of(queries, targets).tolist() == index.rank_of(expected, targets).tolist()


@pytest.mark.parametrize("note, terms, message", [
    ([], b'["red"]', "note: must be dict, got list"),
    ({"settings": {}}, b'["red"]', "note: must have settings, numbers, got "),
    ({"settings": {}, "numbers": {"vocabulary_": 1.0}}, b'{"red": 0}', "vocabulary_: must be a list of texts, got "),
    ({"settings": {}, "numbers": {}}, b'[1]', "vocabulary_: must be a list of texts, got [1]"),
    ({"settings": {}, "numbers": {}}, None, "vocabulary_: must be among the arrays, got ['shape', 'documents', "),
])
def test_refuses_another_form_of_what_a_vectorizer_has_learned(tmp_path, note, terms, message):
    path, postings = tmp_path / "a.index", InvertedIndex(csr(np.eye(1))).postings.arrays._asdict()
    learned = {} if terms is None else {"vocabulary_": np.frombuffer(terms, np.uint8)}
    save_mapped(path, KIND, note, {"shape": np.array((1, 1)), **postings, **learned})
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        InvertedIndex.load(path, TfidfVectorizer())


def words_by_space(text):
    return text.split(" ")


@pytest.mark.parametrize("tokenizer, other", [(words_by_space, str.split),
                                              (re.compile("[a-z]+").findall, re.compile("[a-e]+").findall)])
def test_a_saved_tokenizer_is_known_by_its_name_and_what_it_is_bound_to(tmp_path, tokenizer, other):
    vectorizer = TfidfVectorizer(tokenizer=tokenizer)
    index = InvertedIndex(vectorizer.fit_transform(["red fish", "blue fish"]))
    index.save(tmp_path / "docs.index", vectorizer)
    loaded = TfidfVectorizer(tokenizer=tokenizer)
    InvertedIndex.load(tmp_path / "docs.index", loaded)
    assert loaded.vocabulary_ == vectorizer.vocabulary_
    with pytest.raises(ValueError, match="vectorizer: must have the saved one's tokenizer, "):
        InvertedIndex.load(tmp_path / "docs.index", TfidfVectorizer(tokenizer=other))


def test_a_tokenizer_without_a_name_is_not_saved(tmp_path):
    """All lambdas have one name, so an index of another one would be taken."""
    vectorizer = TfidfVectorizer(tokenizer=lambda text: text.split(" "))
    index = InvertedIndex(vectorizer.fit_transform(["red fish"]))
    with pytest.raises(ValueError, match="^tokenizer: must be a function of a module in a saved index, got .*<lambda>; "
                                         "define it by def, outside other functions$"):
        index.save(tmp_path / "docs.index", vectorizer)
    assert not [*tmp_path.iterdir()]


def test_a_vectorizer_of_other_settings_is_refused(tmp_path):
    vectorizer, path = TfidfVectorizer(stop_words=["the"]), tmp_path / "a.index"
    index = InvertedIndex(vectorizer.fit_transform(["the red fish"]))
    index.save(path, vectorizer)
    for other, message in (
            (TfidfVectorizer(), "vectorizer: must have the saved one's stop_words, ['the'], got None"),
            (BM25Vectorizer(stop_words=["the"]),
             "vectorizer: must have the saved one's class, TfidfVectorizer, got BM25Vectorizer")):
        with pytest.raises(ValueError) as error:
            InvertedIndex.load(path, other)
        assert str(error.value) == message and not hasattr(other, "vocabulary_")
    index.save(path)
    with pytest.raises(ValueError, match="a.index: must hold a vectorizer, got an index that was saved without one$"):
        InvertedIndex.load(path, TfidfVectorizer())
    with pytest.raises(ValueError, match="^TfidfVectorizer: call fit before save$"):
        index.save(path, TfidfVectorizer())


def test_the_arrays_are_mapped_and_read_only(tmp_path):
    InvertedIndex(csr(np.eye(3))).save(tmp_path / "a.index")
    loaded = InvertedIndex.load(tmp_path / "a.index")
    for array in loaded.postings.arrays:
        owner = array
        while isinstance(owner, np.ndarray):
            owner = owner.base
        assert isinstance(owner.obj, mmap.mmap)
        assert not array.flags.writeable and array.ctypes.data % 64 == 0


def test_a_weight_takes_12_bytes_in_the_file(tmp_path):
    index = InvertedIndex(csr(corpus(0, 2000, 50, 0.5)))
    index.save(tmp_path / "a.index")
    assert (tmp_path / "a.index").stat().st_size < 12.1 * len(index.postings.weights)
