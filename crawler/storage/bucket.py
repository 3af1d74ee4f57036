"""One bucket of an S3-compatible store, through pyarrow.fs. Credentials and region come the way AWS tools have them.

Those are AWS_ACCESS_KEY_ID and its like, AWS_PROFILE with ~/.aws, or the machine's role; AWS_ENDPOINT_URL names another
server than Amazon's. This code never sees a secret, so that none can be logged.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.fs as pf

from crawler.language import message
from crawler.storage.address import BucketError, Entry

CONNECT_SECONDS = 5.0
REQUEST_SECONDS = 30.0
PATIENCE = 60.0  # seconds for which a request is made again, while the store does not answer or says that it cannot
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 8.0
_PIECE = 1 << 20
# A single record is some 20 KB; who reads on gets twice as much with each request.
_FIRST_WINDOW, _LARGEST_WINDOW = 256 << 10, 8 << 20
_CODE = re.compile(r"AWS Error (\w+) during (\w+)")
_LASTING = {
    "NO_SUCH_BUCKET": message("no such bucket"),
    "ACCESS_DENIED": message("access denied: the credentials are wrong, or may not do this"),
    "SIGNATURE_DOES_NOT_MATCH": message("access denied: the secret key is wrong"),
    "INVALID_ACCESS_KEY_ID": message("access denied: no such access key"),
    "INVALID_CLIENT_TOKEN_ID": message("access denied: no such access key"),
}

_T = TypeVar("_T")


def _filesystem() -> pf.S3FileSystem:
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return _connected(endpoint or None, os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"))


@cache
def _connected(endpoint: str | None, region: str | None) -> pf.S3FileSystem:
    with suppress(pa.ArrowException):  # done before, by whoever uses pyarrow in this process
        pf.initialize_s3(pf.S3LogLevel.Off)
    address = urlsplit(endpoint) if endpoint else None
    if address and (address.scheme not in ("http", "https") or not address.netloc):
        raise BucketError("AWS_ENDPOINT_URL: http://HOST or https://HOST is needed", lasting=True)
    return pf.S3FileSystem(
        endpoint_override=address.netloc if address else None,
        scheme=address.scheme if address else "https",
        region=region or ("us-east-1" if endpoint else None),  # other servers know no regions
        connect_timeout=CONNECT_SECONDS,
        request_timeout=REQUEST_SECONDS,
        # Written in the background, a file would be read as fast as the disk is, and wait in memory for a slow store.
        background_writes=False,
        retry_strategy=pf.AwsStandardS3RetryStrategy(max_attempts=2),
    )


class Bucket:
    """Every method asks again for up to PATIENCE seconds (`patience`) and raises BucketError after that."""

    def __init__(self, name: str, patience: float = PATIENCE) -> None:
        self.name = name
        self._patience = patience

    def check(self) -> None:
        """Raises BucketError where there is no such bucket."""
        if self._tried("", lambda: _filesystem().get_file_info(self.name)).type == pf.FileType.NotFound:
            raise BucketError(message("s3://{bucket}: no such bucket", bucket=self.name), lasting=True)

    def listing(self, prefix: str) -> dict[str, Entry]:
        """All objects below `prefix`, by the rest of their keys."""
        top = f"{self.name}/{prefix}".rstrip("/")

        def listed() -> dict[str, Entry]:
            selector = pf.FileSelector(top, recursive=True, allow_not_found=bool(prefix))
            found = _filesystem().get_file_info(selector)
            return {
                each.path.removeprefix(f"{top}/"): Entry(each.size, each.mtime_ns)
                for each in found
                if each.type == pf.FileType.File
            }

        return self._tried(prefix, listed)

    def entry(self, key: str) -> Entry | None:
        """The object with this key; null where there is none."""
        found = self._tried(key, lambda: _filesystem().get_file_info(self._path(key)))
        return Entry(found.size, found.mtime_ns) if found.type == pf.FileType.File else None

    def put(self, path: Path, key: str) -> None:
        """Upload a file, unless the object is the same already. Done when the object, read again, has its digest.

        Nobody sees an object that is not whole: it appears with the last request of its upload.
        """
        digest = _digest_of(path)
        there = self.entry(key)
        if there is not None and there.size == path.stat().st_size and self.digest(key) == digest:
            return

        def uploaded() -> None:
            local = pf.LocalFileSystem()
            pf.copy_files(str(path), self._path(key), source_filesystem=local, destination_filesystem=_filesystem())
            if self.digest(key) != digest:
                raise OSError(message("it is not what was sent"))

        self._tried(key, uploaded)

    def put_bytes(self, content: bytes, key: str) -> None:
        """Make a small object."""

        def written() -> None:
            with _filesystem().open_output_stream(self._path(key)) as file:
                file.write(content)

        self._tried(key, written)

    def get(self, key: str, path: Path) -> None:
        """Download an object into a file, which appears when it is whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with self.open(key) as source, draft.open("wb") as target:
            while piece := source.read(_PIECE):
                target.write(piece)
        draft.replace(path)

    def read(self, key: str) -> bytes | None:
        """The bytes of a small object; null where there is none."""

        def content() -> bytes | None:
            try:
                with _filesystem().open_input_stream(self._path(key)) as file:
                    return cast(bytes, file.read())
            except FileNotFoundError:
                return None

        return self._tried(key, content)

    def delete(self, key: str) -> None:
        """Take the object away, if it is there."""

        def gone() -> None:
            try:
                _filesystem().delete_file(self._path(key))
            except FileNotFoundError:
                return

        self._tried(key, gone)

    def open(self, key: str) -> io.BufferedReader:
        """The object as a file that is read by ranges. Raises FileNotFoundError."""
        return io.BufferedReader(_Ranges(self, key), 64 << 10)

    def digest(self, key: str) -> str:
        """SHA-256 over the object, which is read for it."""
        with self.open(key) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def handle(self, key: str) -> Any:
        """Pyarrow's own file, whose read_at() is one request."""
        return self._tried(key, lambda: _filesystem().open_input_file(self._path(key)))

    def range(self, file: Any, key: str, start: int, size: int) -> bytes:
        """Bytes of an open object."""
        return self._tried(key, lambda: cast(bytes, file.read_at(size, start)))

    def _path(self, key: str) -> str:
        return f"{self.name}/{key}"

    def _tried(self, key: str, work: Callable[[], _T]) -> _T:
        deadline, wait = time.monotonic() + self._patience, _FIRST_WAIT
        while True:
            try:
                return work()
            except FileNotFoundError:
                raise
            except (OSError, pa.ArrowException) as error:
                failure = _failure(f"s3://{self.name}/{key}".rstrip("/"), error)
                if failure.lasting or time.monotonic() + wait > deadline:
                    raise failure from None
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def _failure(url: str, error: Exception) -> BucketError:
    if isinstance(error, BucketError):
        return error
    text = " ".join(str(error).split())
    code = _CODE.search(text)
    if code and code[1] in _LASTING:
        told = message("{url}: {why} ({code})", url=url, why=_LASTING[code[1]], code=code[2])
        return BucketError(told, lasting=True)
    return BucketError(f"{url}: {text.partition(' (Request ID')[0]}")


class _Ranges(io.RawIOBase):
    """An object as a file: each request brings a window, larger while the reader goes straight on."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket = bucket
        self._key = key
        self._file = bucket.handle(key)
        self._size: int = self._file.size()
        self._position = 0
        self._start = 0
        self._window = b""
        self._step = _FIRST_WINDOW

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        at = self._position - self._start
        if not 0 <= at < len(self._window):
            if self._position >= self._size:
                return 0
            straight_on = self._window and at == len(self._window)
            self._step = min(2 * self._step, _LARGEST_WINDOW) if straight_on else _FIRST_WINDOW
            size = min(self._step, self._size - self._position)
            self._window = self._bucket.range(self._file, self._key, self._position, size)
            if not self._window:
                raise BucketError(
                    message("s3://{bucket}/{key}: shorter than it was", bucket=self._bucket.name, key=self._key),
                    lasting=True,
                )
            self._start, at = self._position, 0
        piece = self._window[at : at + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
