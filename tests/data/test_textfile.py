import gzip

import pytest

from minidl.data.textfile import open_text

TEXT = "имя,b\r\n1,2\n"


def read(path):
    with open_text(path) as file:
        return file.read()


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_plain_and_gzip_with_and_without_a_byte_order_mark(tmp_path, name, mark):
    data = (mark + TEXT).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert read(path) == read(str(path)) == TEXT


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_the_line_that_is_not_utf8_is_named(tmp_path, name):
    data = "\ufeffимя\nдом\n".encode() + "дом\n".encode("cp1251")
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with pytest.raises(ValueError, match=rf"{name}, line 3: must be UTF-8 text$"):
        read(path)


def test_a_file_that_is_not_whole_gzip_is_named(tmp_path):
    path = tmp_path / "a.csv.gz"
    data = gzip.compress(b"1,2\n" * 5000)
    damaged_gzips = [
        (data[:-20], "Compressed file ended"),
        (data[:15] + b"\xff" * 10 + data[25:], "Error -3"),
    ]
    for damaged, reason in damaged_gzips:
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=rf"a.csv.gz: must be a whole gzip file, got {reason}") as error:
            read(path)
        assert "\n" not in str(error.value)


def test_a_damaged_gzip_that_is_not_utf8_either(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"\xff" * 10**6)[:-8])
    with pytest.raises(ValueError, match="a.csv.gz: must be a whole gzip file, got Compressed file ended"):
        with open_text(path) as file:
            file.readline()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OSError, match="nowhere.csv"):
        read(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("data, kind", [
    (b"\xef\xbb\xbf\n <!DOCTYPE html><title>loan_train.csv</title>", "a web page; download the file itself"),
    (b"<HTML>", "a web page; download the file itself"), (b'<?xml version="1.0"?>', "XML"),
    (b"{\\rtf1 a", "a document; save it as plain text"), (gzip.compress(b"<html>", mtime=0), "a web page; "),
    (b"categories:\n- AI\nconversations:\n- - What?\n  - Yes.\n", "YAML; save it as JSON or CSV"),
    (b"---\nquestion: a\n", "YAML; "), (b"%YAML 1.2\n", "YAML; ")])
def test_a_page_or_a_document_is_named(tmp_path, data, kind):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=rf"a\.csv: must be a file of data, got {kind}"):
        read(path)


@pytest.mark.parametrize("text", ["<b>front</b>,back\n", "", "<", "{\"a\": 1}", "\n\n", "name:\nx\n", "a: b\n- c\n",
                                  "---,b\n"])
def test_other_texts_are_read(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert read(path) == text
