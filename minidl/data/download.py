"""Downloads: a file is fetched once, and used only if its SHA-256 is right."""
import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path

from tqdm import tqdm

from minidl.files import replacing, sha256

BLOCK_SIZE = 1 << 16  # bytes


class DownloadError(OSError):
    """A file could not be fetched; the message gives the URL, the reason and what to do."""


def cache_folder() -> Path:
    """Return the folder of fetched files: $MINIDL_CACHE, else minidl in $XDG_CACHE_HOME or in ~/.cache."""
    folder = os.environ.get("MINIDL_CACHE")
    if folder:
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "minidl"


def fetch(url: str, digest: str, folder: Path | str, *, timeout: float = 30.0) -> Path:
    """Return the path of the URL's file in `folder`; download it unless it is already there.

    Args:
        digest: the file's SHA-256; a file with another SHA-256 is never used.
        timeout: seconds without an answer from the server after which the download fails.

    Raises:
        DownloadError: no connection, no such file, a broken connection, or another SHA-256.
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
        received = sha256(temporary)
        if received != digest:
            raise DownloadError(f"{url}: must have sha256 {digest}, got {received}; the download was discarded")
    return path


def _download(url: str, path: Path, timeout: float) -> None:
    with urllib.request.urlopen(url, timeout=timeout) as answer, open(path, "wb") as file:
        size = int(answer.headers.get("Content-Length", 0))
        with tqdm(total=size or None, unit="B", unit_scale=True, desc=url.rsplit("/", 1)[1], leave=False,
                  disable=None) as bar:
            while block := answer.read(BLOCK_SIZE):
                bar.update(file.write(block))
            if file.tell() < size:  # read() raises no error if the connection breaks
                raise http.client.IncompleteRead(b"", size - file.tell())


def _reason(error: Exception) -> str:
    """Return why a download failed, in a few words."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "the server stopped answering"
    if isinstance(error, http.client.IncompleteRead):
        return f"the connection was cut {error.expected:,} bytes before the end"
    return f"no download ({reason})"
