"""Hosts that send what no server should, beside good articles of their own: for the kill tests.

Each host is odd in its own way, so that a host which is left alone costs no other its pages. In each stand articles
that must come out once, however the answer is dressed, as long as all of it arrives.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.raw_server import Answer, RawServer, serving_all
from tests.site.scaled import Scaled, ScaledSite

_ALWAYS = 1000  # answers; no page is asked for so often
_MB = 1 << 20
_DOCUMENT = "<p>文档格式：docx 大小：99999999999999999999KB 页数：99999999999999999999 上传时间：2023-13-45</p>"


@dataclass(frozen=True)
class OddHost:
    """`whole`: articles that must have one row each; of all `others` it is only said that they have no two."""

    name: str
    whole: Mapping[str, Answer]
    others: Mapping[str, Answer]


def odd_hosts() -> Iterator[OddHost]:
    """The same at each call."""
    text = _Texts()
    length = "Content-Length: {}\r\n".format
    usual = b"Content-Type: text/html\r\n"
    head = b"HTTP/1.1 200 OK\r\n" + usual
    yield OddHost(
        "heads",
        {
            "/a/no-reason.html": text.answer(b"HTTP/1.1 200\r\n", usual),
            "/a/reason-utf8.html": text.answer("HTTP/1.1 200 成功\r\n".encode(), usual),
            "/a/http10.html": text.answer(b"HTTP/1.0 200 OK\r\n", usual),
            "/a/header-utf8.html": text.answer(
                b"HTTP/1.1 200 OK\r\n", usual, "Server: 服务器\r\nX-标题: 文章\r\n".encode()
            ),
            "/a/header-gbk.html": text.answer(b"HTTP/1.1 200 OK\r\n", usual, "X-Title: 文章\r\n".encode("gbk")),
            "/a/header-huge.html": text.answer(b"HTTP/1.1 200 OK\r\n", usual, b"X-Long: " + b"a" * 200_000 + b"\r\n"),
            "/a/headers-many.html": text.answer(b"HTTP/1.1 200 OK\r\n", usual, b"Set-Cookie: a=b\r\n" * 500),
            "/a/type-codec.html": text.answer(b"HTTP/1.1 200 OK\r\n", b"Content-Type: text/html; charset=idna\r\n"),
            "/a/type-none.html": text.answer(b"HTTP/1.1 200 OK\r\n"),
            "/a/interim.html": text.answer(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", usual),
            "/a/etag.html": text.answer(b"HTTP/1.1 200 OK\r\n", usual, 'ETag: "标签"\r\n'.encode()),
        },
        {
            "/a/header-endless.html": Answer([b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n" * 10_000] * 100], "hang"),
            "/a/header-lines.html": text.answer(head, b"A: b\r\n" * 20_000),
            "/a/nonsense.html": Answer([b"SSH-2.0-OpenSSH_9.2\r\n"]),
            "/a/status-zero.html": Answer([b"HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n"]),
            "/a/status-999.html": Answer([b"HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n"]),
            "/a/nothing.html": Answer([]),
        },
    )
    packed = head + b"Content-Encoding: gzip\r\n"
    bomb = gzip.compress(bytes(256 * _MB), 9)
    article = text.body
    yield OddHost(
        "bodies",
        {
            "/a/chunk-sizes.html": Answer(
                [head + b"Transfer-Encoding: chunked\r\n\r\n" + _chunked(article(), b";x=" + b"y" * 900)], "keep"
            ),
            "/a/trailers.html": Answer(
                [
                    head
                    + b"Transfer-Encoding: chunked\r\n\r\n"
                    + _chunked(article())[:-2]
                    + b"first-record: <x>\r\npage: abc\r\nrole: list\r\n\r\n"
                ],
                "keep",
            ),
            "/a/no-length.html": Answer([head + b"\r\n" + article()]),
            "/a/padded.html": Answer([packed + b"\r\n" + gzip.compress(article()) + bytes(500)]),
            "/a/not-packed.html": Answer([packed + b"\r\n" + article()]),
        },
        {
            "/a/endless.html": Answer([head + b"\r\n", *[b"<p>x</p>" * 8192] * 640], "hang"),
            "/a/slow.html": Answer([head + b"\r\n" + article()], "drip"),
            "/a/too-long.html": Answer([head + length(99_999_999).encode() + b"\r\n" + article()]),
            "/a/too-short.html": Answer([head + length(500).encode() + b"\r\n" + article()], "keep"),
            "/a/length-odd.html": Answer([head + b"Content-Length: -5\r\n\r\n" + article()]),
            "/a/length-twice.html": Answer([head + b"Content-Length: 5\r\nContent-Length: 10\r\n\r\n" + article()]),
            "/a/reset.html": Answer([head + length(99_999).encode() + b"\r\n" + article()], "reset"),
            "/a/chunk-cut.html": Answer([head + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n" + article()], "reset"),
            "/a/bomb.html": Answer([packed + length(len(bomb)).encode() + b"\r\n" + bomb], "keep"),
            "/a/bomb-twice.html": Answer([head + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(bomb)]),
            "/a/packed-cut.html": Answer([packed + b"\r\n" + gzip.compress(article())[:900]]),
        },
    )
    moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
    yield OddHost(
        "places",
        {
            "/a/文章.html": text.answer(head),
            "/a/%u6587.html": text.answer(head),
            "/a/plain.html": text.answer(head),
        },
        {
            "/a/circle.html": Answer([moved + b"/a/circle2.html\r\n\r\n"], "keep"),
            "/a/circle2.html": Answer([moved + b"/a/circle.html\r\n\r\n"], "keep"),
            "/a/self.html": Answer([moved + b"/a/self.html\r\n\r\n"], "keep"),
            "/a/utf8.html": Answer([moved + "/a/去处.html\r\n\r\n".encode()], "keep"),
            "/a/gbk.html": Answer([moved + "/a/去处.html\r\n\r\n".encode("gbk")], "keep"),
            "/a/nowhere.html": Answer([b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n"], "keep"),
            "/a/script.html": Answer([moved + b"javascript:alert(1)\r\n\r\n"], "keep"),
            "/a/brackets.html": Answer([moved + b"http://[/a/1.html\r\n\r\n"], "keep"),
            "/a/long.html": Answer([moved + b"/a/1.html?" + b"x" * 100_000 + b"\r\n\r\n"], "keep"),
        },
    )
    yield OddHost(
        "texts",
        {
            "/a/size.html": text.answer(head, more=_DOCUMENT),
            "/a/escapes.html": text.answer(head, more="<p>&#27;[31m 红 &#xD800; &#0; &#x110000; \x1b[0m</p>"),
            "/a/nul.html": text.answer(head, more="<p>\x00\x00\x01</p>"),
            "/a/dates.html": text.answer(head, more="<p>时间：99999999999-99-99 25:61 来源：" + " " * 50_000 + "x</p>"),
            "/a/attributes.html": text.answer(head, more=f"<p {' '.join(f'a{n}=1' for n in range(5000))}></p>"),
            "/a/deep.html": text.answer(head, more="<b>" * 5000),
        },
        {
            "/a/two-charsets.html": Answer([head + b"\r\n" + article() + "错误的编码，".encode("gbk") * 2000]),
            "/a/utf7.html": Answer([head + b"\r\n<meta charset=utf-7>" + article() + b"\xff\xfe+ADw-"]),
            "/a/title.html": Answer([head + b"\r\n<title>" + "题".encode() * 500_000 + b"</title>" + article()]),
            "/a/line.html": Answer([head + b"\r\n" + article() + "<p>中文".encode() * 300_000]),
            "/a/empty.html": Answer([head + b"Content-Length: 0\r\n\r\n"], "keep"),
        },
    )  # fmt: skip


@contextmanager
def serve_odd(sites: Path) -> Iterator[tuple[Mapping[str, str], list[RawServer]]]:
    """All of them on loopback, each under an address and with a site file of the family wenku in `sites`.

    Gives the site by the URL of each article that must have one row, and the servers.
    """
    hosts = list(odd_hosts())
    servers = [RawServer(_answers(host), host=f"127.0.3.{number}") for number, host in enumerate(hosts, 1)]
    with serving_all(*servers):
        for host, server in zip(hosts, servers, strict=True):
            (sites / f"{host.name}.toml").write_text(
                f"family = 'wenku'\ndomains = [{json.dumps(server.url.split('/')[2])}]\nseeds = ['{server.url}']\n"
                "article = ['^/a/']\nfollow = []\n"
            )
        yield (
            {
                server.url.rstrip("/") + path: host.name
                for host, server in zip(hosts, servers, strict=True)
                for path in host.whole
            },
            servers,
        )


def _answers(host: OddHost) -> Mapping[str, Sequence[Answer]]:
    pages = {**host.whole, **host.others}
    listed = "".join(f'<li><a href="{path}">第{number}篇文章的题目</a></li>' for number, path in enumerate(pages))
    seed = Answer([b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + listed.encode()])
    asked = {"/": seed, **pages}
    return {_as_asked(path): [answer] * _ALWAYS for path, answer in asked.items()}


def _as_asked(path: str) -> str:
    return "".join(char if ord(char) < 128 else "".join(f"%{byte:02X}" for byte in char.encode()) for char in path)


class _Texts:
    """Articles, each another one."""

    def __init__(self) -> None:
        site = Scaled(1000, name="odd", family="wenku").build({"odd": "http://127.0.0.1"})
        assert isinstance(site, ScaledSite)
        self._site, self._next = site, 0

    def body(self) -> bytes:
        """In UTF-8, of a page without further ones."""
        self._next += 1 + (self._next % 20 == 19)
        ready = self._site.make(f"/c0/{self._next}.html")
        assert ready is not None
        return ready.reply.body

    def answer(self, *head: bytes, more: str = "") -> Answer:
        body = self.body().replace(b"</body>", more.encode() + b"</body>")
        return Answer([b"".join(head) + b"Content-Length: %d\r\n\r\n" % len(body) + body], "keep")


def _chunked(body: bytes, extension: bytes = b"") -> bytes:
    pieces = [body[at : at + 700] for at in range(0, len(body), 700)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n\r\n"
