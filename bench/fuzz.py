"""process_page against hostile input.

    python -m bench.fuzz [--seconds 300]    atheris (libFuzzer, guided by coverage), from the project's fixtures on
    python -m bench.fuzz --large            pages of 10 MB, each shaped against one step: seconds for each, limit 2 s

atheris is in the [bench] extra. A crash ends the run and leaves the input in ./crash-…, a slow one in ./slow-unit-….
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "skins"
_LARGE = 10_000_000
_LIMIT = 2.0
_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def guided(seconds: int) -> None:
    """Run atheris for `seconds`; ends the process (libFuzzer does)."""
    import atheris  # noqa: PLC0415  not needed for --large, and no part of the test environment

    os.environ["CORE_PLAIN"] = "1"  # a compiled core tells atheris nothing

    with atheris.instrument_imports(include=["crawler.extract", "pipelines"]):
        from crawler.extract import Page  # noqa: PLC0415
        from pipelines.process import process_page  # noqa: PLC0415

    def one(body: bytes) -> None:
        outcome = process_page(Page("http://www.example.cn/a/1.html", body, "text/html", _NOON))
        if outcome.reject is not None and outcome.reject.reason == "broken":
            raise RuntimeError(outcome.reject.detail)

    with tempfile.TemporaryDirectory() as folder:
        for path in FIXTURES.glob("*.html"):
            (Path(folder) / path.name).write_bytes(path.read_bytes())
        atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-timeout=5", "-max_len=20000", folder], one)
        atheris.Fuzz()


def large() -> Iterator[tuple[str, bytes]]:
    """Name and body of each page; about 10 MB, so that anything quadratic shows."""

    def filled(piece: str) -> bytes:
        return piece.encode() * (_LARGE // len(piece.encode()))

    sentence = "<p>我们在这里说的，是一句话。</p>"
    pieces = {
        "one line": "我们在这里说的，是一句话。",
        "one line, no marks": "我们在这里说的是一句话",
        "spaces": " ",
        "style sheets": "<style>" + "{display:none;" * 1400 + "</style>",
        "tables of data": "<table>" + ("<tr>" + "<td>李早</td>" * 3 + "</tr>") * 4 + "</table>",
        "counters": "1,2人 ",
        "arrows": "<div class=crumb><a href=/a>首页</a> > </div>",
        "digits": "1",
        "capital X": "X",
        "asterisks": "*",
        "brackets": "（(【[",
        "dates in a line": "2019-01-01 ",
        "labels in a line": "作者：",
        "open watermarks": "（转载请注明来自",
        "host names": "a.",
        "attachments": "附件：",
        "glosses": "網(wǎng)絡(luò)",
        "invisible": "我们\u200b在，",
        "mojibake": "锛銆",
        "less than": "<",
        "ampersands": "&",
        "entities": "&#20013;",
        "open comments": "<!--",
        "short lines": "我们<br>",
        "sentences": sentence,
        "verses": "<p>床前明月光</p>",
        "bylines": "<p>2019-01-01 10:00 来源：新华社</p>",
        "page turns": "<p>[1] [2] [3] [4] 上一页 下一页 x</p>",
        "breadcrumbs": "<p>您现在的位置：<a href=/>首页</a> > <a href=/a>新闻</a> > 正文</p>",
        "notices": "<p>本文仅代表作者观点，</p>",
        "links": "<a href='/a_2.html'>2</a> ",
        "lists": "<li><a href='/a/1.html'>我们在这里说的是一个很长的句子</a></li>",
        "headings": "<h1>我们在这里说的标题</h1>",
        "bodies": "<div class='content'><p>我们，是的。</p></div>",
        "hidden": "<div style='display:none'>我们，是的。</div>",
        "rows": "<tr><td>1</td><td>我们，是的。</td></tr>",
        "deep divs": "<div class='content'>我们，是的。",
        "deep comments": "<div class='comment'>我们，是的。",
        "deep lists": "<ul><li>我们，是的。",
        "deep tables": "<table><tr><td>我们，是的。",
        "deep spans": "<span class='x'>我们，是的。",
        "deep links": "<a href='/x'>我们",
        "ordered lists": "<ol><li>我们，是的。</ol>",
        "deep ordered lists": "<ol start=3><li value=7>我们，是的。",
        "preformatted": "<pre>我们，\n是的。\n</pre>",
        "rubies": "<ruby>我<rt>wǒ</rt></ruby>，",
        "superscripts": "<p>10<sup>5</sup>，</p>",
        "white words": "<p>我们<font color=white>在</font>，</p>",
        "deep white words": "<font color=white>我们",
        "spans of cells": "<tr><td rowspan=99 colspan=99>1</td><td>我们</td></tr>",
        "end tags": "我们，</br>是的。</p>",
        "escaped twice": "<p>&amp;ldquo;我们&amp;rdquo;，</p>",
        "control references": "我们&#27;，",
    }
    head = "<html><head><title>标题在这里_某某网</title></head><body><h1>标题在这里</h1>".encode()
    yield from ((name, head + filled(piece)) for name, piece in pieces.items())
    yield "title", b"<title>" + filled("我们_") + b"</title>" + sentence.encode()
    yield "attributes", head + b"<p " + b"".join(b"a%d=1 " % n for n in range(900_000)) + b">" + sentence.encode()
    hidden = (b"a%d=1 " % n if n % 500 else b'a%d="<p>" ' % n for n in range(900_000))
    yield "attributes between tags in values", head + b"<p " + b"".join(hidden) + b">" + sentence.encode()
    yield "class names", head + b"<p class='" + b"".join(b"a%d " % n for n in range(1_200_000)) + b"'>"
    yield "damaged", head + b"\xe6\x88\xff" * (_LARGE // 3)
    yield "utf-16", b"\xff\xfe" + ("<p>" + "我们的，" * (_LARGE // 8)).encode("utf-16-le")
    yield "page blocks", head + b"".join(f"{n}、{'我们的工作是' * 50}<br>".encode() for n in range(1, 10_000))


def timed() -> int:
    """Time each large page; 1 when one took longer than the limit."""
    from crawler.extract import Page  # noqa: PLC0415
    from pipelines.process import process_page  # noqa: PLC0415

    slow = 0
    for name, body in large():
        started = time.process_time()
        outcome = process_page(Page("http://www.example.cn/a/1.html", body, "text/html", _NOON), family="wenku")
        spent = time.process_time() - started
        slow += spent > _LIMIT
        said = outcome.reject.reason if outcome.reject else f"{len(outcome.articles[0].text):,} characters"
        mark = "!" if spent > _LIMIT else " "
        print(f"{mark} {spent:5.2f} s  {len(body) / 1e6:4.1f} MB  {name}: {said}", flush=True)
    return 1 if slow else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--large", action="store_true", help="time pages of 10 MB instead")
    args = parser.parse_args()
    if args.large:
        return timed()
    guided(args.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
