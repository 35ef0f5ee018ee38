"""A file from the web, fetched once, used only if it is whole."""
import hashlib
import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path

from tqdm import tqdm

from minidl.files import replacing

BLOCK = 1 << 16


class DownloadError(OSError):
    """A file could not be fetched; the message says which, why, and what to do."""


def cache_folder() -> Path:
    """Return where fetched files are kept: $MINIDL_CACHE, else minidl in $XDG_CACHE_HOME or ~/.cache."""
    own = os.environ.get("MINIDL_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "minidl"


def sha256(path: Path | str) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fetch(url: str, digest: str, folder: Path | str, *, timeout: float = 30.0) -> Path:
    """Return the path of the URL's file in `folder`, downloaded unless it is there already.

    Args:
        digest: the file's SHA-256; a file with another one is never used.
        timeout: seconds without an answer after which the server is given up.

    Raises:
        DownloadError: no connection, no such file, a cut connection, another digest.
    """
    path = Path(folder) / url.rsplit("/", 1)[1]
    if path.is_file() and sha256(path) == digest:
        return path
    with replacing(path) as temporary:
        try:
            _download(url, temporary, timeout)
        except (OSError, http.client.HTTPException) as error:  # URLError and timeouts are OSErrors
            raise DownloadError(f"{url}: {_reason(error)}; get the file by other means and put it into {folder}"
                                ) from None
        found = sha256(temporary)
        if found != digest:
            raise DownloadError(f"{url}: must have sha256 {digest}, got {found}; what was sent is not used")
    return path


def _download(url: str, path: Path, timeout: float) -> None:
    with urllib.request.urlopen(url, timeout=timeout) as answer, open(path, "wb") as file:
        size = int(answer.headers.get("Content-Length", 0))
        with tqdm(total=size or None, unit="B", unit_scale=True, desc=url.rsplit("/", 1)[1], leave=False,
                  disable=None) as bar:
            while block := answer.read(BLOCK):
                bar.update(file.write(block))
            if file.tell() < size:  # a connection cut short reads as the end of the file
                raise http.client.IncompleteRead(b"", size - file.tell())


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "the server stopped answering"
    if isinstance(error, http.client.IncompleteRead):
        return f"the connection was cut {error.expected:,} bytes before the end"
    return f"no download ({reason})"
