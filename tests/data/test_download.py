import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from minidl.data import DownloadError, cache_folder, fetch

BODY = b"id,age\n1,20\n" * 1000
DIGEST = hashlib.sha256(BODY).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves BODY in the ways that a server can fail; the path says which."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/absent.csv":
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.path == "/slow.csv":
            self.wfile.write(BODY[:100])
            self.wfile.flush()
            self.server.over.wait(10)
        elif self.path == "/cut.csv":
            self.wfile.write(BODY[:5000])
        elif self.path == "/other.csv":
            self.wfile.write(BODY[::-1])
        else:
            self.wfile.write(BODY)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.over = [], threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched_once(server, tmp_path):
    path = fetch(server.url + "good.csv", DIGEST, tmp_path / "cache")
    assert path == tmp_path / "cache" / "good.csv" and path.read_bytes() == BODY
    fetch(server.url + "good.csv", DIGEST, tmp_path / "cache")
    assert server.asked == ["/good.csv"]


def test_a_damaged_copy_is_fetched_again(server, tmp_path):
    (tmp_path / "good.csv").write_bytes(BODY[:-1])
    assert fetch(server.url + "good.csv", DIGEST, tmp_path).read_bytes() == BODY


@pytest.mark.parametrize("name, message", [
    ("other.csv", f"must have sha256 {DIGEST}, got "),
    ("cut.csv", "the connection was cut 7,000 bytes before the end; get the file by other means and put it into "),
    ("slow.csv", "the server stopped answering; get the file by other means"),
    ("absent.csv", "the server answered 404 Not Found; get the file"),
])
def test_what_is_not_whole_is_not_used(server, tmp_path, name, message):
    with pytest.raises(DownloadError, match=message) as error:
        fetch(server.url + name, DIGEST, tmp_path, timeout=0.3)
    assert str(error.value).startswith(server.url + name) and "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_without_a_network_it_says_what_to_do(server, tmp_path):
    server.shutdown()
    server.server_close()
    with pytest.raises(DownloadError, match=r"no download \(.*\); get the file by other means and put it into"):
        fetch(server.url + "good.csv", DIGEST, tmp_path, timeout=1)


def test_where_files_are_kept(monkeypatch):
    monkeypatch.setenv("MINIDL_CACHE", "/somewhere")
    assert cache_folder() == Path("/somewhere")
    monkeypatch.delenv("MINIDL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder() == Path("/caches/minidl")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert cache_folder() == Path("/home/me/.cache/minidl")
