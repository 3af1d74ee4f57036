"""One response of the demo web, ready as bytes: rendered once, sent many times."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

_CHUNK = 4096
# Header spelling and order are the server's own, as in the field: the archive must keep them.
_SERVER = (("Server", "nginx/1.14.2"), ("X-Powered-By", "PHP/5.2.17"))
_MODIFIED = 1_600_000_000  # one day for the whole web: recrawls see nothing new


@dataclass(frozen=True, slots=True)
class Reply:
    """What a URL answers. `content_type` None leaves the header out; `gzip` and `chunked` are codings of the wire."""

    body: bytes = b""
    content_type: str | None = "text/html"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    gzip: bool = False
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply as bytes on the wire: for clients that take gzip, for others, and for those who hold the same `etag`."""

    reply: Reply
    plain: bytes
    packed: bytes
    head: bytes
    unchanged: bytes
    etag: bytes
    modified: bytes

    @classmethod
    def of(cls, reply: Reply) -> Ready:
        etag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        modified = formatdate(_MODIFIED, usegmt=True)
        validators = (("ETag", etag), ("Last-Modified", modified)) if reply.status == 200 else ()
        headers = (*_SERVER, ("Date", formatdate(usegmt=True)), *validators, *reply.headers)
        plain = _message(reply, headers, reply.body, coding=None)
        packed = _message(reply, headers, gzip.compress(reply.body, 6, mtime=0), coding="gzip") if reply.gzip else plain
        unchanged = _head(304, (*_SERVER, *validators, *reply.headers)) if validators else b""
        head = plain[: plain.index(b"\r\n\r\n") + 4]
        return cls(reply, plain, packed, head, unchanged, etag.encode(), modified.encode())

    def answer(self, method: bytes, headers: dict[bytes, bytes]) -> bytes:
        """The bytes for a request with these headers (names in lower case): GET or HEAD, conditional or not."""
        if self.unchanged:
            tags = headers.get(b"if-none-match")
            if (tags is not None and self.etag in tags) or (
                tags is None and headers.get(b"if-modified-since") == self.modified
            ):
                return self.unchanged
        if method == b"HEAD":
            return self.head
        return self.packed if b"gzip" in headers.get(b"accept-encoding", b"") else self.plain


def _message(reply: Reply, headers: tuple[tuple[str, str], ...], body: bytes, coding: str | None) -> bytes:
    lines = list(headers)
    if reply.content_type is not None:
        lines.append(("Content-Type", reply.content_type))
    if coding is not None:
        lines += [("Content-Encoding", coding), ("Vary", "Accept-Encoding")]
    if not reply.chunked:
        return _head(reply.status, (*lines, ("Content-Length", str(len(body))))) + body
    chunks = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))
    return _head(reply.status, (*lines, ("Transfer-Encoding", "chunked"))) + framed


def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")
