"""A local HTTP server for tests of downloads.  The requested path selects how it answers."""
import contextlib
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = b"id,age\n1,20\n" * 1000
DIGEST = hashlib.sha256(BODY).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Send BODY, or fail: /absent.csv, /slow.csv, /cut.csv, /other.csv (other bytes), /endless.csv, /drip.csv."""

    def do_GET(self):
        self.server.requested.append(self.path)
        if self.path == "/absent.csv":
            return self.send_error(404)
        self.send_response(200)
        if self.path in ("/endless.csv", "/drip.csv"):
            self.end_headers()
            return self.send_for_ever(0.02 if self.path == "/drip.csv" else 0)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.path == "/slow.csv":
            self.wfile.write(BODY[:100])
            self.wfile.flush()
            self.server.closing.wait(10)
        elif self.path == "/cut.csv":
            self.wfile.write(BODY[:5000])
        elif self.path == "/other.csv":
            self.wfile.write(BODY[::-1])
        else:
            self.wfile.write(BODY)

    def send_for_ever(self, pause):
        with contextlib.suppress(ConnectionError):
            while not self.server.closing.wait(pause):
                self.wfile.write(BODY[:100])

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def running_server():
    """Yield a running server with its `url` and `requested`, the list of requested paths."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requested, server.closing = [], threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
