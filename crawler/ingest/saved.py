"""Pages as browsers and mirroring programs save them: MHTML, and the address that they note in a page."""

from __future__ import annotations

import email
import re
from email.message import Message
from email.policy import compat32

from crawler.extract.url import host_of
from crawler.language import message

_HEAD = 4096  # bytes at the begin of a page in which a program notes where it has it from
_ORIGINS = (
    # Internet Explorer, Chrome and Firefox: <!-- saved from url=(0040)http://www.xiamu.example/a/1.html -->
    re.compile(rb"<!--\s*saved from url=\(\d{4}\)(https?://[^\s<>]{1,2048}?)\s*-->", re.I),
    # SingleFile: "Page saved with SingleFile \n url: https://www.xiamu.example/a/1.html \n saved date: ..."
    re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s<>]{1,2048})\s", re.I),
    # HTTrack: <!-- Mirrored from www.xiamu.example/a/1.html by HTTrack Website Copier/3.x [XR&CO'2014], Mon, ... -->
    re.compile(rb"<!--\s*Mirrored from ([^\s<>]{1,2048}) by HTTrack ", re.I),
)
_MHTML = re.compile(rb"(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?Content-Type:\s*multipart/related", re.I)


def origin(body: bytes) -> str | None:
    """The URL that the program which saved the page has noted in it; null where there is no such note."""
    head = body[:_HEAD]
    for pattern in _ORIGINS:
        if found := pattern.search(head):
            url = found[1].decode("utf-8", "replace")
            url = url if "://" in url[:8] else f"http://{url}"
            return url if host_of(url) else None
    return None


def is_mhtml(head: bytes) -> bool:
    """Whether a file that begins so is a page saved with all that belongs to it, as one MIME message (RFC 2557)."""
    return _MHTML.match(head.lstrip()[:_HEAD]) is not None


def unfolded(file: bytes) -> tuple[bytes, str, str | None]:
    """The page of an MHTML file: its bytes, its Content-Type, and the URL that it was saved from.

    Raises ValueError for a file without one.
    """
    whole = email.message_from_bytes(file, policy=compat32)
    for part in whole.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                return body, str(part.get("Content-Type", "")), _url(part) or _url(whole)
    raise ValueError(message("an MHTML file without a page"))


def _url(part: Message) -> str | None:
    # Chrome names the page in both headers; Internet Explorer has only the part's Content-Location.
    for name in ("Snapshot-Content-Location", "Content-Location"):
        url = "".join(str(part.get(name, "")).split())
        if host_of(url):
            return url
    return None
