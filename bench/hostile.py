"""Answers that no server should give, as hypothesis strategies: what bench.fuzz_answers lets a crawl meet."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.extract_kit import PROSE
from tests.raw_server import Answer, Then

NUMBERS = [
    "0",
    "-1",
    "3",
    "007",
    "1e400",
    "nan",
    "2147483648",
    "99999999999999999999",
    "9" * 400,
    "３",
    "十万",
    "1,024",
    "",
]
UNITS = ["KB", "MB", "GB", "", "千字节", "B" * 50]
DATES = [
    "2023-05-06 10:11:12",
    "2023年13月45日",
    "0000-00-00",
    "9999-12-31 23:59:59",
    "99999999999-01-01",
    "2023-02-30T25:61:61Z",
    "二〇二三年五月六日",
    "民國一百年",
    "-1-1-1",
    "Mon, 01 Jan 99999999999 00:00:00 GMT",
    "2023-05-06T10:11:12+99:99",
    "昨天 下午99:99",
]
CHARSETS = [
    "utf-8",
    "gb2312",
    "gb18030",
    "big5",
    "idna",
    "punycode",
    "utf-7",
    "base64",
    "rot13",
    "undefined",
    "x" * 300,
]
CHARSETS += ['"', "utf-8\x00", "utf-16", "utf-32", "hz", "iso-2022-jp", "unicode_escape", "mbcs", "zlib", "gbk; q=1"]
PLACES = [
    "/a/1.html",
    "/a/文章.html",
    "http://[/a/1.html",
    "http://[::1]:1/a/1.html",
    "//",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "/a/\x001.html",
    "/a/%zz%.html",
    "/a/%u6587%u7ae0.html",
    "http://127.0.0.1:99999/a/1.html",
    "http://u:p@127.0.0.1/a/1.html",
    "http://例え。jp/a/1.html",
    "http://169.254.169.254/latest",
    "/a/1.html?" + "x" * 5000,
    "/a/../../../../a/1.html",
    "/a/1.html#" + "y" * 3000,
    "http://1.1.1.1.1.1/a/1.html",
    "\\\\a\\1.html",
    "",
]
STATUS = ["200 OK"] * 8 + [
    "301 Moved",
    "302 Found",
    "307 T",
    "203 N",
    "204 None",
    "206 Part",
    "304 N",
    "300 M",
    "401 U",
]
STATUS += [
    "403 F",
    "404 N",
    "410 G",
    "412 P",
    "416 R",
    "418 T",
    "451 L",
    "500 E",
    "503 S",
    "520 C",
    "999 X",
    "099 X",
]
STATUS += ["200", "200 \u6b63\u5e38", "0200 OK", "-200 OK", "2000 OK", "200\x00OK", "\u0662\u0660\u0660 OK", ""]

odd = st.sampled_from(
    ["\x1b[31m", "\x00", "\ufeff", "\u202e", "\x85", "😀", "\ufffd", "<", "&#27;", "&#0;", "&#xD800;", "\u2028"]
)
words = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | odd | st.sampled_from(["长" * 3000, "a" * 70000])
)
number, date, place = st.sampled_from(NUMBERS), st.sampled_from(DATES), st.sampled_from(PLACES)
charset = st.sampled_from(CHARSETS)


@dataclass(frozen=True, slots=True)
class Page:
    """One path of a host and what it answers."""

    path: str
    answer: Answer


@st.composite
def html(draw: st.DrawFn) -> str:
    """An article, or nearly: any part of it may be odd."""
    maybe = lambda strategy, usual: draw(st.just(usual) | strategy)  # noqa: E731
    head = "".join(
        draw(
            st.lists(
                st.one_of(
                    charset.map('<meta charset="{}">'.format),
                    charset.map('<meta http-equiv="Content-Type" content="text/html; charset={}">'.format),
                    st.tuples(number, place).map(
                        lambda of: f'<meta http-equiv="refresh" content="{of[0]};url={of[1]}">'
                    ),
                    place.map('<base href="{}">'.format),
                    place.map('<link rel="canonical" href="{}">'.format),
                    st.tuples(st.sampled_from(["author", "keywords", "og:title", "publishdate"]), words | date).map(
                        lambda of: f'<meta name="{of[0]}" content="{of[1]}">'
                    ),
                ),
                max_size=3,
            )
        )
    )
    title = maybe(words, "集市上的一个早晨")
    facts = f"<p>时间：{maybe(date, '2023-05-06')} 来源：{maybe(words, '早市报')} 作者：{maybe(words, '张三')}</p>"
    document = draw(
        st.just("")
        | st.builds(
            "<p>文档格式：{} 大小：{}{} 页数：{} 上传时间：{} 价格：{} 金币</p>".format,
            st.sampled_from(["docx", "PPT", "", "x" * 500]),
            number,
            st.sampled_from(UNITS),
            number,
            date,
            number,
        )
    )
    more = draw(
        st.sampled_from(
            ["", "", "<div>" * 3000, "<p a=1" + " b=2" * 3000 + ">", "<table>" * 300, "<!--" * 500, "</" * 3000]
        )
        | st.lists(place, max_size=40).map(lambda of: "".join(f'<a href="{each}">下一页</a>' for each in of))
        | words
    )
    body = f"<h1>{title}</h1>{facts}{document}<div>{PROSE}</div>{more}"
    return f"<html><head>{head}<title>{title}</title></head><body>{body}"


@st.composite
def listed(draw: st.DrawFn) -> str:
    """A sitemap, a feed, or something that begins like one."""
    urls = draw(st.lists(place, max_size=10))
    kind = draw(st.sampled_from(["urlset", "sitemapindex", "rss", "text"]))
    if kind == "rss":
        items = "".join(f"<item><link>{url}</link><pubDate>{draw(date)}</pubDate></item>" for url in urls)
        return f"<?xml version='1.0' encoding='{draw(charset)}'?><rss><channel>{items}</channel></rss>"
    if kind == "text":
        return "\n".join(urls)
    inner = "url" if kind == "urlset" else "sitemap"
    each = "".join(f"<{inner}><loc>{url}</loc><lastmod>{draw(date)}</lastmod></{inner}>" for url in urls)
    return (
        f'<?xml version="1.0"?>{draw(words)}<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{each}</{kind}>'
    )


def _bytes(text: str, codec: str) -> bytes:
    return text.encode(codec, "replace")


bodies = st.one_of(
    st.builds(_bytes, html(), st.sampled_from(["utf-8", "utf-8", "gb18030", "big5", "utf-16"])),
    st.builds(_bytes, html(), st.just("utf-8")),
    st.builds(_bytes, listed(), st.sampled_from(["utf-8", "gb18030"])),
    st.builds(lambda text, at: text.encode()[: at % 3000], html(), st.integers(0, 3000)),
    st.binary(max_size=300),
    st.sampled_from(
        [b"", bytes(200_000), b"\xff" * 1000, b"%PDF-1.4\n\0", gzip.compress(b"x"), "\ufeff".encode() * 100]
    ),
)
robots = st.lists(
    st.one_of(
        place.map("Disallow: {}".format),
        number.map("Crawl-delay: 0.{}".format),
        place.map("Sitemap: {}".format),
        words,
    ),
    max_size=8,
).map(lambda lines: ("User-agent: *\n" + "\n".join(lines)).encode())


def _value(value: str, codec: str) -> bytes:
    return value.encode(codec, "replace").replace(b"\n", b" ").replace(b"\r", b" ")


@st.composite
def headers(draw: st.DrawFn) -> list[bytes]:
    """Lines of a head, most of which a crawler reads."""
    values = {
        "Location": place,
        "Refresh": st.tuples(number, place).map(lambda of: f"{of[0]}; url={of[1]}"),
        "Retry-After": (number | date).filter(lambda value: value not in ("2147483648",)),
        "Content-Type": charset.map("text/html; charset={}".format)
        | st.sampled_from(
            ["text/html", "application/xml", "image/png", "", "text/html\x00", "x/" + "y" * 9000, "文本"]
        ),
        "Last-Modified": date,
        "ETag": words,
        "Set-Cookie": words,
        "Link": place.map("<{}>; rel=canonical".format),
        "X-Odd": words,
        "WARC-Type": st.just("response"),
        "Date": date,
    }
    codec = draw(st.sampled_from(["utf-8", "gb18030", "latin-1"]))
    names = draw(st.lists(st.sampled_from(sorted(values)), max_size=5))
    lines = [name.encode() + b": " + _value(draw(values[name]), codec) for name in names]
    lines += draw(
        st.lists(
            st.sampled_from([b"no colon", b": nothing", b"A:" + b"b" * 20_000, b" folded", b"X\0Y: 1"]), max_size=1
        )
    )
    return lines


@st.composite
def answers(draw: st.DrawFn, body: st.SearchStrategy[bytes] = bodies) -> Answer:
    """Status line, headers, framing, coding, body and the end of the connection."""
    status, content, lines = draw(st.sampled_from(STATUS)), draw(body), draw(headers())
    if status.startswith("503"):  # to wait as it asks is right, and takes a minute or a day
        lines = [line for line in lines if not line.startswith(b"Retry-After")]
    coding = draw(st.sampled_from(["", "", "", "gzip", "deflate", "br", "gzip, gzip", "zstd", "x-none", "gzip cut"]))
    if coding:
        lines.append(b"Content-Encoding: " + coding.partition(" cut")[0].encode())
        content = {
            "gzip": gzip.compress(content),
            "deflate": zlib.compress(content),
            "gzip cut": gzip.compress(content)[:-9],
        }.get(coding, content)
    then: Then = draw(st.sampled_from(["keep", "keep", "keep", "close", "reset"]))
    length = f"Content-Length: {len(content)}".encode()
    match draw(
        st.sampled_from(
            ["length"] * 6 + ["close", "chunked", "trailer", "less", "more", "two", "odd", "cut chunk", "early"]
        )
    ):
        case "length":
            lines.append(length)
        case "close":
            then = "close"
        case "chunked":
            lines.append(b"Transfer-Encoding: chunked")
            content = b"%x;%s\r\n%s\r\n0\r\n\r\n" % (len(content), b"e" * 100, content) if content else b"0\r\n\r\n"
        case "trailer":
            lines.append(b"Transfer-Encoding: chunked")
            content = b"0\r\nrole: list\r\nLocation: /a/2.html\r\nX: " + content[:50].replace(b"\n", b"") + b"\r\n\r\n"
        case "less":
            lines.append(f"Content-Length: {len(content) // 2}".encode())
        case "more":
            lines.append(f"Content-Length: {len(content) + 9}".encode())
            then = "close"
        case "two":
            lines += [length, b"Content-Length: 3"]
        case "odd":
            lines.append(b"Content-Length: " + _value(draw(number), "utf-8"))
            then = "close"
        case "cut chunk":
            lines.append(b"Transfer-Encoding: chunked")
            content, then = b"fffffff\r\n" + content[:20], "close"
        case "early":
            lines.append(b"HTTP/1.1 100 Continue")
            content, then = b"", "close"
    end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n"]))
    first = draw(st.sampled_from([b"HTTP/1.1 ", b"HTTP/1.1 ", b"HTTP/1.1 ", b"HTTP/1.0 ", b"http/9.9 ", b""]))
    return Answer([end.join([first + _value(status, "utf-8"), *lines, b"", b""]) + content], then)


@st.composite
def pages(draw: st.DrawFn, number: int) -> list[Page]:
    """What one host answers: lists first (they are the seeds), then articles; sometimes a robots.txt of its own."""
    found = [Page(f"/a/{at}.html", draw(answers())) for at in range(number)]
    found += [Page(f"/l/{at}", draw(answers())) for at in range(max(1, number // 4))]
    if draw(st.integers(0, 3)) == 3:
        found.append(Page("/robots.txt", draw(answers(robots))))
    return found
