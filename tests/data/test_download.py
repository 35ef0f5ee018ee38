from pathlib import Path

import pytest

from minidl.data import DownloadError, cache_folder, fetch
from tests.file_server import BODY, DIGEST


def test_a_file_is_fetched_once(server, tmp_path):
    path = fetch(server.url + "good.csv", DIGEST, tmp_path / "cache")
    assert path == tmp_path / "cache" / "good.csv" and path.read_bytes() == BODY
    fetch(server.url + "good.csv", DIGEST, tmp_path / "cache")
    assert server.requested == ["/good.csv"]


def test_a_damaged_copy_is_fetched_again(server, tmp_path):
    (tmp_path / "good.csv").write_bytes(BODY[:-1])
    assert fetch(server.url + "good.csv", DIGEST, tmp_path).read_bytes() == BODY


@pytest.mark.parametrize("name, message", [
    ("other.csv", f"must have sha256 {DIGEST}, got "),
    ("cut.csv", "the connection was cut 7,000 bytes before the end; get the file by other means and put it into "),
    ("slow.csv", "the server stopped answering; get the file by other means"),
    ("absent.csv", "the server answered 404 Not Found; get the file"),
])
def test_a_failed_download_leaves_no_file(server, tmp_path, name, message):
    with pytest.raises(DownloadError, match=message) as error:
        fetch(server.url + name, DIGEST, tmp_path, timeout=0.3)
    assert str(error.value).startswith(server.url + name) and "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name, limit, message", [
    ("endless.csv", {"max_size": 20_000}, "the file is larger than 20,000 bytes; get the file"),
    ("drip.csv", {"max_seconds": 0.2}, "the download takes longer than 0.2 seconds; get the file"),
])
def test_a_download_has_limits(server, tmp_path, name, limit, message):
    with pytest.raises(DownloadError, match=message):
        fetch(server.url + name, DIGEST, tmp_path, **limit)
    assert not list(tmp_path.iterdir())


def test_without_a_network_the_error_says_what_to_do(server, tmp_path):
    server.shutdown()
    server.server_close()
    with pytest.raises(DownloadError, match=r"no download \(.*\); get the file by other means and put it into"):
        fetch(server.url + "good.csv", DIGEST, tmp_path, timeout=1)


def test_the_cache_folder(monkeypatch):
    monkeypatch.setenv("MINIDL_CACHE", "/somewhere")
    assert cache_folder() == Path("/somewhere")
    monkeypatch.delenv("MINIDL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder() == Path("/caches/minidl")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert cache_folder() == Path("/home/me/.cache/minidl")
