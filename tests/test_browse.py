"""`scrapy browse`: a row beside its archived page, for one person on one machine, whatever the page tries."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from crawler.browse.align import OUTSIDE, align
from crawler.browse.archived import spellings
from crawler.browse.rebuild import Rebuilt
from crawler.browse.room import ReadingRoom
from crawler.browse.search import Question, search
from crawler.browse.spans import dense, rules_in, runs, with_hits
from crawler.extract.article import Article, RejectedPage, Removed
from pipelines.text.tracked import restore
from tests.archive_kit import archive
from tests.browser import chromium, colours, needs_chromium, screenshot
from tests.report_kit import articles, night
from tests.site.crawl import PROJECT, scrapy

pytestmark = pytest.mark.slow

SENTENCES = "".join(
    f"<p>临汾市尧都区的第{n}次会议在新闻发布厅举行，会议强调要进一步加强学习，把各项工作落到实处。</p>"
    for n in range(6)
)
NOTICE = "本文首发于39深呼吸公众号（shenhuxi39）"


def page(title: str = "第一次会议召开", more: str = "", head: str = "") -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>{title}_澜江新闻网</title>{head}</head><body><a href='/'>首页</a>"
        f"<h1>{title}</h1><p>2026年11月3日 来源：澜江日报</p>"
        f"<div class=content>{SENTENCES}<p>{NOTICE}</p></div>{more}</body></html>"
    ).encode()


# Everything that makes a browser run or fetch something; CANARY is an address that nobody may ask.
HOSTILE_HEAD = """
    <base href='CANARY/base/'><link rel=stylesheet href='CANARY/css'><link rel=preconnect href='CANARY'>
    <link rel=dns-prefetch href='CANARY'><link rel=icon href='CANARY/icon'><link rel=prefetch href='CANARY/prefetch'>
    <meta http-equiv=refresh content='0;url=CANARY/refresh'>
    <style>@import 'CANARY/import'; body { background: url(CANARY/background) }</style><script src='CANARY/js'></script>
"""
HOSTILE_BODY = """
    <img src='CANARY/img' srcset='CANARY/srcset 2x' onerror="document.title='run'">
    <iframe src='CANARY/frame'></iframe><object data='CANARY/object'></object><embed src='CANARY/embed'>
    <video autoplay src='CANARY/video' poster='CANARY/poster'></video><audio src='CANARY/audio' autoplay></audio>
    <svg><script href='CANARY/svg'/></svg>
    <svg><image href='CANARY/image'/><style><img src='CANARY/mutated'></style></svg>
    <form action='CANARY/form'><input autofocus onfocus="location='CANARY/focus'"></form>
    <p style="background:url('CANARY/style')" onclick="location='CANARY'">x</p>
    <a href='CANARY/link' ping='CANARY/ping'>link</a><a href='javascript:alert(1)'>script</a>
    <noscript><p title="</noscript><img src='CANARY/noscript'>"></noscript>
    <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src='CANARY/mxss'&gt;">
"""


def hostile(canary: str) -> bytes:
    title = "&lt;script&gt;document.title='run'&lt;/script&gt;会议召开"
    return page(title, HOSTILE_BODY.replace("CANARY", canary), HOSTILE_HEAD.replace("CANARY", canary))


# What the pages are made from.

SPANS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.text("字 \n", max_size=5), st.integers(0, 30)), max_size=6)


@given(st.text("文本\n", max_size=30), SPANS)
def test_runs_are_the_body_and_those_that_stayed_are_the_text(text: str, spans: list[tuple[str, str, int]]) -> None:
    placed = sorted((Removed(rule, taken, min(at, len(text))) for rule, taken, at in spans), key=lambda span: span.at)
    found = runs(text, placed)
    assert "".join(run.text for run in found) == restore(text, placed)
    assert "".join(run.text for run in found if run.rule is None) == text
    lines, labels = dense(found, rules_in(placed))
    assert "".join(lines) == "".join(restore(text, placed).split())
    assert [len(line) for line in lines] == [len(label) for label in labels]


def test_lines_are_found_in_order_and_chrome_is_left_alone() -> None:
    body = [("会议强调要加强学习。", 0), ("转载请注明。", 1), ("把工作落到实处。", 0)]
    text = "首页新闻" + "广告".join(line for line, _ in body) + "版权所有"
    marks = align(text, [line for line, _ in body], [[label] * len(line) for line, label in body])
    assert [text[i] for i, mark in enumerate(marks) if mark == OUTSIDE] == list("首页新闻广告广告版权所有")
    assert {mark for i, mark in enumerate(marks) if text[i] in "转载注"} == {1}


def test_a_line_with_furniture_in_it_is_found_in_pieces() -> None:
    text = "会议强调要进一步加强学习，把各项[37]工作落到实处，推动高质量发展。"
    line = text.replace("[37]", "")
    marks = align(text, [line], [array("h", [0] * len(line))])
    assert marks.count(0) > 0.6 * len(line)


def test_a_body_that_is_not_on_the_page_costs_little() -> None:
    lines = [f"第{n}段不在这一页上，因为它在另一页上，而且这一页很长。" for n in range(20_000)]
    assert set(align("无关的文字。" * 100_000, lines, [[0] * len(line) for line in lines])) == {OUTSIDE}


SOURCES = st.text(max_size=200) | st.lists(
    st.sampled_from(
        ["<", ">", "/", '"', "'", "=", " a", "!--", "<svg>", "<p ", "onclick", "</", "]]>", "style", "<img "]
    )
).map("".join)


@given(SOURCES)
def test_nothing_but_allowed_tags_gets_through(source: str) -> None:
    rebuilt = Rebuilt(source)
    written = str(rebuilt.html([0] * len(rebuilt.text), lambda label: ("kept", "text")))
    tree = html.fromstring(f"<div>{written}</div>")
    for element in tree.iter():
        assert element.tag not in (
            "script",
            "style",
            "img",
            "iframe",
            "object",
            "svg",
            "link",
            "meta",
            "form",
            "input",
            "a",
        )
        assert set(element.keys()) <= {"class", "title", "colspan", "rowspan"}


def test_a_page_deeper_than_any_stack_is_shown() -> None:
    rebuilt = Rebuilt("正文" + "<div>" * 50_000)
    assert "正文" in rebuilt.html([0, 0], lambda label: None)


def test_dates_are_found_as_they_are_printed() -> None:
    assert "2026年11月3日" in list(spellings("published", "2026-11-03T10:20"))


@given(
    text=st.text("加强A学习a ", max_size=30),
    taken=st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["x", "加强"])), max_size=4),
    terms=st.lists(st.text("加强Aa学", max_size=2), max_size=3),
)
def test_hits_are_what_was_searched_for_and_the_body_stays(
    text: str, taken: list[tuple[int, str]], terms: list[str]
) -> None:
    removed = [Removed("rule", words, min(at, len(text))) for at, words in sorted(taken)]
    body = runs(text, removed)
    cut = with_hits(body, terms)
    assert "".join(run.text for run in cut) == "".join(run.text for run in body)
    assert [run for run in cut if run.rule] == [run for run in body if run.rule]
    hits: dict[int, str] = {}
    for run in cut:
        if run.hit:
            hits[run.hit] = hits.get(run.hit, "") + run.text
    assert list(hits) == list(range(1, len(hits) + 1))
    assert all(hit.lower() in {term.lower() for term in terms} for hit in hits.values())
    shown = "".join("\0" if run.hit else run.text for run in cut if run.rule is None)
    assert not any(term and term.lower() in shown.lower() for term in terms)


# The room.


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody may ask anything."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory, canary: tuple[str, list[str]]) -> Path:
    folder = tmp_path_factory.mktemp("browse")
    pages = {
        "http://local.example.org/a/1.html": page(),
        "http://local.example.org/a/2.html": hostile(canary[0]),
        "http://local.example.org/a/3.html": page("Windows系统升级的办法"),
        "http://local.example.org/a/4.html": "<html><title>x</title><body><p>太短</p>".encode(),
    }
    first, second, third, fourth = archive(folder, pages)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(third, Article)
    assert isinstance(fourth, RejectedPage)
    assert [span.rule for span in first.removed] == ["reprint"]
    return folder


def ask(output: Path, name: str = "", **arguments: str) -> str:
    answer = ReadingRoom(output).answer(name, arguments)
    assert answer.status == 200, answer.body
    return answer.body


def found(output: Path, **arguments: str) -> list[str]:
    rows = search(output, Question.of(arguments)).rows
    return sorted(str(row["url"] if "url" in row else row["title"]) for row in rows)


def first_id(output: Path, title: str) -> str:
    [row] = [row for row in search(output, Question()).rows if title in row["title"]]
    return str(row["id"])


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({}, 3),
        ({"q": "会议强调"}, 3),
        ({"q": "windows"}, 1),  # in any case
        ({"q": "加强 升级的办法"}, 1),  # all words
        ({"q": "没有这个词"}, 0),
        ({"q": "%_' OR 1=1 --"}, 0),
        ({"q": "http://local.example.org/a/1.html"}, 1),
        ({"rule": "reprint"}, 3),
        ({"rule": "' OR ''='"}, 0),
        ({"site": "local", "family": "news"}, 3),
        ({"site": "elsewhere"}, 0),
        ({"mark": "no date"}, 0),
        ({"page": "1"}, 0),
        ({"page": "-1", "order": "; DROP", "kind": "no such", "mark": "none"}, 3),
        ({"kind": "rejects", "reason": "too_short"}, 1),
        ({"kind": "rejects", "q": "a/4"}, 1),
    ],
)
def test_search(output: Path, asked: dict[str, str], number: int) -> None:
    assert len(found(output, **asked)) == number
    assert f"{number} found" in ask(output, **asked)


@pytest.mark.parametrize("order", ["newest", "oldest", "a sample", "most removed", "shortest", "longest"])
def test_every_order_answers(output: Path, order: str) -> None:
    assert len(found(output, order=order)) == 3


def test_a_row_shows_what_was_taken_and_by_which_rule(output: Path) -> None:
    shown = ask(output, "row", id=first_id(output, "第一次"))
    assert re.search(rf'<mark class="gone r0" title="reprint">\s*{NOTICE}</mark>', shown)
    assert "澜江日报" in shown
    assert "<iframe sandbox " in shown


def test_hits_are_marked_in_results_and_in_the_row_with_a_way_to_the_next(output: Path) -> None:
    results = html.fromstring(ask(output, q="加强 会议"))
    assert {mark.text for mark in results.xpath("//ol//mark[@class='hit']")} == {"加强", "会议"}
    [link] = [each.get("href") for each in results.xpath("//ol//a") if "第一次" in each.text_content()]
    asked = dict(parse_qsl(urlsplit(link).query))
    assert asked["q"] == "加强 会议"
    row = html.fromstring(ask(output, "row", **asked))
    assert [mark.text for mark in row.xpath("//h1/mark")] == ["会议"]
    hits = row.xpath("//div[@class='text']//mark[@class='hit']")
    assert [mark.get("id") for mark in hits] == [f"hit-{n}" for n in range(1, 19)]  # three in each of six sentences
    assert row.xpath("//p[@class='hint']/a")[0].text == "18 hits in the text ↓"
    steps = [[a.get("href") for a in span] for span in row.xpath("//span[@class='steps']")]
    assert steps[0] == ["#hit-18", "#hit-2"]
    assert steps[-1] == ["#hit-17", "#hit-1"]
    plain = html.fromstring(ask(output, "row", id=asked["id"]))
    assert not plain.xpath("//*[@class='hit' or @class='steps']")


def test_copies_lead_to_what_they_are_copies_of(tmp_path: Path) -> None:
    first, second = articles("lanjiang", 0, 2)
    night(tmp_path, 0, {"lanjiang": [first, replace(second, near_duplicate_of=first.id, similarity=0.9)]})
    row = html.fromstring(ask(tmp_path, "row", id=second.id))
    [link] = row.xpath("//td/a[code]")
    assert link.text_content() == first.id
    led_to = html.fromstring(ask(tmp_path, "row", **dict(parse_qsl(urlsplit(link.get("href")).query))))
    assert led_to.xpath("//h1")[0].text_content() == first.title


def test_the_archived_page_is_marked(output: Path) -> None:
    shown = ask(output, "page", id=first_id(output, "第一次"))
    assert f'<mark class="gone r0" title="reprint">{NOTICE}</mark>' in shown
    assert '<mark class="field" title="title">第一次会议召开</mark>' in shown
    assert '<mark class="field" title="published">2026年11月3日</mark>' in shown
    assert '<mark class="field" title="source">澜江日报</mark>' in shown
    assert shown.count('<mark class="kept" title="text">临汾市') == 6
    assert '<span class="link" title="/">首页</span>' in shown


def test_source_and_record_are_text(output: Path) -> None:
    identity = first_id(output, "第一次")
    assert "&lt;h1&gt;第一次会议召开&lt;/h1&gt;" in ask(output, "page", id=identity, view="source")
    record = ask(output, "page", id=identity, view="record")
    assert "HTTP/1.1 200 OK" in record
    assert "role: article" in record


def test_a_rejected_page_is_shown_too(output: Path) -> None:
    [row] = search(output, Question(kind="rejects")).rows
    assert "too_short" in ask(output, "reject", record=row["record"])
    assert "太短" in ask(output, "page", record=row["record"])


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [
        ("row", {"id": "../../etc/passwd"}, 404),
        ("row", {}, 404),
        ("page", {"id": "0" * 32}, 404),
        ("page", {"record": "<urn:uuid:0>"}, 404),
        ("reject", {"record": "x' OR '1'='1"}, 404),
        ("../output", {}, 404),
    ],
)
def test_what_is_not_there_is_said(output: Path, name: str, arguments: dict[str, str], status: int) -> None:
    answer = ReadingRoom(output).answer(name, arguments)
    assert answer.status == status
    assert "Traceback" not in answer.body


def test_a_lost_archive_file_is_said_in_the_frame(output: Path, tmp_path: Path) -> None:
    (tmp_path / "articles").symlink_to(output / "articles")
    answer = ReadingRoom(tmp_path).answer("page", {"id": first_id(output, "第一次")})
    assert answer.status == 404
    assert "Not in the archive" in answer.body


def test_an_empty_folder_is_an_empty_room(tmp_path: Path) -> None:
    assert "0 found" in ask(tmp_path)


# Over HTTP.


@contextmanager
def open_room(output: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "scrapy", "browse", "--port", "0", "-s", f"OUTPUT_DIR={output}"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        line = process.stdout.readline()
        try:
            yield line.removeprefix("Reading room: ").strip()
        finally:
            process.terminate()
            assert process.wait(60) == 0
            assert process.stderr.read() == ""


@pytest.fixture(scope="module")
def room(output: Path) -> Iterator[str]:
    with open_room(output) as address:
        yield address


def fetch(address: str, *, method: str = "GET", host: str | None = None) -> tuple[int, dict[str, str], str]:
    parts = urlsplit(address)
    connection = HTTPConnection("127.0.0.1", parts.port or 0, timeout=60)
    connection.request(method, f"{parts.path}?{parts.query}", headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_the_room_is_open_to_who_knows_the_token_on_this_machine_only(room: str) -> None:
    port = urlsplit(room).port
    assert fetch(room)[0] == 200
    assert fetch(room, host=f"localhost:{port}")[0] == 200
    assert fetch(room, host=f"evil.example.org:{port}")[0] == 421  # DNS rebinding
    assert fetch(f"http://127.0.0.1:{port}/")[0] == 403
    assert fetch(f"http://127.0.0.1:{port}/{'x' * 24}/")[0] == 403
    assert fetch(room, method="POST")[0] == 405
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening


@pytest.mark.parametrize("path", ["../", "..%2f..%2fetc/passwd", "row/../../x", "%00", "templates/base.html", "page/"])
def test_no_path_leads_out(room: str, path: str) -> None:
    assert fetch(room + path)[0] in (403, 404)


def test_answers_forbid_what_they_do_not_need(room: str, output: Path) -> None:
    identity = first_id(output, "第一次")
    for name in ("", f"row?id={identity}", f"page?id={identity}"):
        _, headers, _ = fetch(room + name)
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("POST", 405), ("PUT", 405), ("OPTIONS", 405), ("TRACE", 405), ("BREW", 501)]
)
def test_every_method_is_answered_with_the_same_headers(room: str, method: str, status: int) -> None:
    usual = fetch(room)[1]
    found, headers, body = fetch(room, method=method)
    assert found == status
    assert "default-src 'none'" in headers["content-security-policy"]
    assert usual.keys() <= headers.keys()
    assert {headers[name] for name in ("server", "cache-control")} == {
        usual[name] for name in ("server", "cache-control")
    }
    assert headers.get("allow") == (None if method == "HEAD" else "GET, HEAD")
    assert "<" not in body


def test_a_client_that_hangs_up_harms_nobody(room: str) -> None:
    parts = urlsplit(room)
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", parts.port or 0)) as link:
            link.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: 127.0.0.1:{parts.port}\r\n\r\n".encode())
    assert fetch(room)[0] == 200


@needs_chromium
def test_a_browser_shows_both_sides_in_colour(room: str, output: Path, tmp_path: Path) -> None:
    file = screenshot(f"{room}row?id={first_id(output, '第一次')}", tmp_path / "row.png", width=1200, height=900)
    kept, gone, field = (0xDF, 0xF3, 0xE4), (0xFF, 0xD5, 0xD0), (0xFF, 0xF1, 0xB8)
    assert {kept, gone, field} <= colours(file)
    # The frame alone: what stands in the row's own half is not counted.
    file = screenshot(f"{room}page?id={first_id(output, '第一次')}", tmp_path / "page.png", width=1200, height=900)
    assert {kept, gone, field} <= colours(file)


@needs_chromium
def test_on_a_phone_a_link_leads_to_the_archived_page_and_nothing_is_too_wide(output: Path, tmp_path: Path) -> None:
    body = ask(output, "row", id=first_id(output, "第一次"), q="会议")
    script = (
        "<script>const shown = [...document.querySelectorAll('.jump')].map(a => getComputedStyle(a).display != 'none');"
        "document.title = JSON.stringify([document.documentElement.scrollWidth <= innerWidth, shown])</script></body>"
    )
    (tmp_path / "row.html").write_text(body.replace("</body>", script))
    for width, expected in ((500, "[true,[true,true]]"), (1200, "[true,[false,false]]")):
        dom = chromium(f"file://{tmp_path}/row.html", "--dump-dom", width=width)
        assert f"<title>{expected}</title>" in dom


@needs_chromium
def test_a_hostile_page_runs_nothing_and_asks_nobody(
    room: str, output: Path, canary: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = canary
    (tmp_path / "control.html").write_text(f"<img src='{address}/control'>")
    chromium(f"file://{tmp_path}/control.html", "--dump-dom")
    assert asked == ["/control"]  # this browser does ask, where nothing hinders it
    asked.clear()
    [row] = [row for row in search(output, Question()).rows if "script" in row["title"]]
    for name in ("row", "page"):
        for view in ("page", "source", "record"):
            dom = chromium(f"{room}{name}?{urlencode({'id': row['id'], 'view': view})}", "--dump-dom")
            assert ("临汾市" in dom) == (name == "row" or view != "record")
            assert not re.search(r"<(script|img|object|embed|video|svg|base|link|form)\b", dom)
            assert "<title>run" not in dom
    assert asked == []


# The command.


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "70000"], "--port 70000: a number from 0 to 65535 is needed"),
        (["now"], "no argument 'now'; usage: scrapy browse [--port N]"),
    ],
)
def test_mistakes_are_one_line_and_status_2(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    done = scrapy("browse", *arguments, settings={"OUTPUT_DIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (2, f"scrapy browse: {complaint}\n")


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = scrapy("browse", "--port", str(port), settings={"OUTPUT_DIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (1, f"scrapy browse: port {port} is taken; add --port 0 for a free one\n")
