"""Pages as browsers save them: MHTML, and HTML with a note of where it is from."""

from __future__ import annotations

import base64
import os
import quopri
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.ingest.extract import Options, stored_pages
from crawler.ingest.inputs import Input, find_inputs
from crawler.ingest.saved import origin
from tests.extract_kit import PROSE, TITLE

PAGE = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{PROSE}</body></html>"
URL = "http://www.xiamu.example/a/1.html"


def chrome() -> bytes:
    coded = quopri.encodestring(PAGE.encode()).replace(b"\n", b"\r\n")
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: " + URL.encode() + b"\r\n"
        b"Subject: =?utf-8?Q?=E9=9B=86=E5=B8=82?=\r\nDate: Mon, 9 Mar 2026 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----Multi--"\r\n\r\n\r\n'
        b"------Multi--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"Content-Location: " + URL.encode() + b"\r\n\r\n" + coded + b"\r\n"
        b"------Multi--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n"
        b"------Multi----\r\n"
    )


def internet_explorer() -> bytes:
    coded = base64.encodebytes(PAGE.encode("gb18030")).replace(b"\n", b"\r\n")
    return (
        b'From: "Saved by Windows Internet Explorer 8"\r\nSubject: x\r\nMIME-Version: 1.0\r\n'
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="=_Next"\r\n\r\nThis is MIME.\r\n\r\n'
        b'--=_Next\r\nContent-Type: text/html;\r\n\tcharset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n'
        b"Content-Location: " + URL.encode() + b"\r\n\r\n" + coded + b"\r\n--=_Next--\r\n"
    )


@pytest.mark.parametrize("saved", [chrome, internet_explorer])
def test_a_page_saved_as_one_file_is_a_page_with_its_url_and_charset(
    saved: Callable[[], bytes], tmp_path: Path
) -> None:
    (tmp_path / "page.mht").write_bytes(saved())
    [given] = find_inputs([tmp_path]).inputs
    damage: list[str] = []
    [stored] = stored_pages(given, Options(), damage)
    assert (given.kind, stored.url, damage) == ("mhtml", URL, [])
    charset = "gb18030" if saved is internet_explorer else "utf-8"
    assert stored.body.decode(charset).strip() == PAGE
    assert stored.capture.length == given.size
    if saved is internet_explorer:
        assert stored.headers == (("Content-Type", b'text/html;\r\n\tcharset="gb2312"'),)


def test_a_file_without_a_page_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.mht").write_bytes(
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n"
    )
    damage: list[str] = []
    assert list(stored_pages(Input(tmp_path / "page.mht", "mhtml", "page.mht"), Options(), damage)) == []
    assert damage == ["page.mht: an MHTML file without a page"]


@pytest.mark.parametrize(
    ("note", "url"),
    [
        ("<!-- saved from url=(0034)http://www.xiamu.example/a/1.html -->", URL),
        ("<!--\n Page saved with SingleFile \n url: http://www.xiamu.example/a/1.html \n saved date: Mon -->", URL),
        ("<!-- Mirrored from www.xiamu.example/a/1.html by HTTrack Website Copier/3.x [XR&CO'2014], Mon -->", URL),
        ("<!-- saved from url=(0022)about:internet -->", None),
        ("<!-- saved from url=(0034)http:///a/1.html -->", None),
        ("<p>saved from url=(0034)http://www.xiamu.example/a/1.html</p>", None),
    ],
)
def test_a_page_notes_where_it_was_saved_from(note: str, url: str | None, tmp_path: Path) -> None:
    body = f"<!DOCTYPE html>\n{note}\n{PAGE}".encode()
    assert origin(body) == url
    (tmp_path / "page.html").write_bytes(body)
    given = find_inputs([tmp_path]).inputs
    [stored] = stored_pages(given[0], Options(), [])
    assert stored.url == (url or (tmp_path / "page.html").as_uri())
    [stored] = stored_pages(given[0], Options(url_prefix="http://mirror.example/"), [])
    assert stored.url == "http://mirror.example/page.html"


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "page.html")
    found = find_inputs([pipe])
    assert (found.inputs, found.unread) == (
        [],
        [f"{pipe}: neither a file nor a folder; what comes by a pipe is read as -"],
    )
    assert find_inputs([tmp_path]).unread == []
