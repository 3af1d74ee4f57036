"""The sort key of a URL in an archive index: https://www.bdocx.com/Doc/1.html?b=2&a=1 -> com,bdocx)/doc/1.html?a=1&b=2

The rules are those of the Internet Archive's default canonicaliser, which pywb applies to what a person looks up. Its
package `surt` is AGPL and warns on import; tests compare this with it where it is installed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

_URL = re.compile(rb"(?i)(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?")
_SAFE = b"!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_WWW = re.compile(rb"www\d*\.")
_PATH_SESSIONS = (
    re.compile(rb"(?i)^(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$"),
    re.compile(rb"(?i)^(.*/)(?:\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$"),
)
_QUERY_SESSIONS = (
    re.compile(rb"(?i)^(.*)(?:jsessionid=[0-9a-z]{32})(?:&(.*))?$"),
    re.compile(rb"(?i)^(.*)(?:phpsessid=[0-9a-z]{32})(?:&(.*))?$"),
    re.compile(rb"(?i)^(.*)(?:sid=[0-9a-z]{32})(?:&(.*))?$"),
    re.compile(rb"(?i)^(.*)(?:ASPSESSIONID[a-z]{8}=[a-z]{24})(?:&(.*))?$"),
    re.compile(rb"(?i)^(.*)(?:cfid=[^&]+&cftoken=[^&]+)(?:&(.*))?$"),
)


def surt(url: str) -> str:
    """The key of an http or https URL; anything else is its own key."""
    parts = _URL.match(url.encode("utf-8", "surrogatepass"))
    if not parts:
        return url
    scheme, authority, path, query = parts.groups()
    key = _host(authority, b"443" if scheme.lower() == b"https" else b"80") + b")" + _path(path)
    if query:
        query = _query(query)
    return (key + (b"?" + query if query else b"")).decode("ascii")


def _host(authority: bytes, default_port: bytes) -> bytes:
    host, _, port = authority.rpartition(b"@")[2].partition(b":")
    host = _unescape(host)
    if not host.isascii():
        with suppress(UnicodeError):  # not UTF-8, or a label over 63 bytes: escaped below
            host = host.decode().encode("idna")
    host = _WWW.sub(b"", _escape(host.replace(b"..", b".").strip(b".").lower()), count=1)
    reverse = b",".join(reversed(host.split(b".")))
    return reverse + b":" + port if port and port != default_port else reverse


def _path(path: bytes) -> bytes:
    kept: list[bytes] = []
    segments = _unescape(path).split(b"/")[1:]
    for segment in segments:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    path = b"/" + b"/".join([segment for segment in kept[:-1] if segment] + kept[-1:])
    path = _escape(path).lower()
    for session in _PATH_SESSIONS:
        path = session.sub(rb"\1\2", path)
    return path[:-1] if path.endswith(b"/") and path != b"/" else path


def _query(query: bytes) -> bytes:
    query = _escape(_unescape(query))
    for session in _QUERY_SESSIONS:
        query = session.sub(lambda found: found[1] + (found[2] or b""), query)
    return b"&".join(b"=".join(pair) for pair in sorted(tuple(one.split(b"=", 1)) for one in query.lower().split(b"&")))


def _escape(raw: bytes) -> bytes:
    return quote_from_bytes(raw, _SAFE).encode()


def _unescape(raw: bytes) -> bytes:
    while b"%" in raw and (once := unquote_to_bytes(raw)) != raw:
        raw = once
    return raw
