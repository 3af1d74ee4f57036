"""A Scrapy request as the bytes that go over the wire, and nothing else does."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy import Request

from crawler.downloader.wire.pool import Origin

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
# Written by the client itself, or what a crawl of public pages never sends: cookies and credentials.
_NOT_SENT = frozenset(
    {b"host", b"connection", b"content-length", b"transfer-encoding", b"expect", b"te"}
    | {b"cookie", b"cookie2", b"authorization", b"proxy-authorization"}
)


class WireRequest(NamedTuple):
    """`url` is the request's without user name, password and fragment: what is recorded is what was asked for."""

    url: str
    origin: Origin
    data: bytes


def wire_request(request: Request) -> WireRequest:
    """The bytes of `request` as HTTP/1.1. Raises ValueError where the URL or a header cannot be sent safely."""
    parts = urlsplit(request.url)
    host, scheme = parts.hostname, parts.scheme
    if not host or scheme not in _DEFAULT_PORTS:
        raise ValueError(f"no http or https URL: {request.url}")
    port = parts.port or _DEFAULT_PORTS[scheme]
    authority = f"[{host}]" if ":" in host else host
    if port != _DEFAULT_PORTS[scheme]:
        authority += f":{port}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if _UNSAFE.search(target + authority):
        raise ValueError(f"white space or control character in the URL: {request.url!r}")
    lines = [f"{request.method} {target} HTTP/1.1".encode(), f"Host: {authority}".encode()]
    for name, values in request.headers.items():
        if name.lower() in _NOT_SENT:
            continue
        for value in values:
            line = name + b": " + value
            if b"\r" in line or b"\n" in line:
                raise ValueError(f"line end in the header {name!r}")
            lines.append(line)
    if request.body or request.method in {"POST", "PUT"}:
        lines.append(f"Content-Length: {len(request.body)}".encode())
    url = f"{scheme}://{authority}{target}"
    return WireRequest(url, Origin(scheme, host, port), b"\r\n".join(lines) + b"\r\n\r\n" + request.body)
