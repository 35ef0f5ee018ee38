"""Downloads: a file is fetched once, and used only if its SHA-256 is right."""
import http.client
import os
import re
import time
import urllib.error
import urllib.request
from pathlib import Path

from tqdm import tqdm

from minidl.checks import checked_path, is_real, require
from minidl.errors import first_line
from minidl.files import replacing, sha256

BLOCK_SIZE = 1 << 16  # bytes
MAX_SIZE = 1 << 30  # bytes
MAX_SECONDS = 3600.0


class _LimitError(OSError):
    """A download that is too large or takes too long."""


class DownloadError(OSError):
    """A file could not be fetched; the message gives the URL, the reason and what to do."""


def cache_folder() -> Path:
    """Return the folder of fetched files: $MINIDL_CACHE, else minidl in $XDG_CACHE_HOME or in ~/.cache."""
    folder = os.environ.get("MINIDL_CACHE")
    if folder:
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "minidl"


def fetch(url: str, digest: str, folder: Path | str, *, timeout: float = 30.0, max_size: int = MAX_SIZE,
          max_seconds: float = MAX_SECONDS) -> Path:
    """Return the path of the URL's file in `folder`; download it unless it is already there.

    Args:
        digest: the file's SHA-256; a file with another SHA-256 is never used.
        timeout: seconds without an answer from the server after which the download fails.
        max_size, max_seconds: limits of the whole download, in bytes and seconds.

    Raises:
        DownloadError: no connection, no such file, a broken connection, a limit reached, or another SHA-256.
    """
    valid = isinstance(url, str) and ":/" in url and not url.endswith("/")
    require(valid, "url", "must be the address of a file, as 'https://host/file'", url)
    valid = isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest) is not None
    require(valid, "digest", "must be a SHA-256, 64 digits in 0 .. 9 and a .. f", digest)
    for name, limit in (("timeout", timeout), ("max_size", max_size), ("max_seconds", max_seconds)):
        require(is_real(limit) and limit > 0, name, "must be a number above 0", limit)
    path = checked_path("folder", folder) / url.rsplit("/", 1)[1]
    if path.is_file() and sha256(path) == digest:
        return path
    with replacing(path) as temporary:
        try:
            _download(url, temporary, timeout, max_size, max_seconds)
        except (OSError, http.client.HTTPException) as error:  # URLError and timeouts are OSErrors
            raise DownloadError(f"{url}: {_reason(error)}; get the file by other means and put it into {folder}"
                                ) from None
        received = sha256(temporary)
        if received != digest:
            raise DownloadError(f"{url}: must have sha256 {digest}, got {received}; the download was discarded")
    return path


def _download(url: str, path: Path, timeout: float, max_size: int, max_seconds: float) -> None:
    end = time.monotonic() + max_seconds
    with urllib.request.urlopen(url, timeout=timeout) as answer, open(path, "wb") as file:
        size = int(answer.headers.get("Content-Length", 0))
        with tqdm(total=size or None, unit="B", unit_scale=True, desc=url.rsplit("/", 1)[1], leave=False,
                  disable=None) as bar:
            while block := answer.read1(BLOCK_SIZE):  # read() would wait for a whole block
                bar.update(file.write(block))
                if file.tell() > max_size:
                    raise _LimitError(f"the file is larger than {max_size:,} bytes")
                if time.monotonic() > end:
                    raise _LimitError(f"the download takes longer than {max_seconds:g} seconds")
            if file.tell() < size:  # no error is raised if the connection breaks
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
    if isinstance(error, _LimitError):
        return str(error)
    return f"no download ({first_line(reason) if isinstance(reason, Exception) else reason})"
