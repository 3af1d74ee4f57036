"""Where nothing or little of a site matched, the exit line, the log and the report say what was seen instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command_kit import call
from tests.nights import Nights, page, serving
from tests.site.crawl import crawl

pytestmark = pytest.mark.slow


@pytest.fixture
def web() -> Iterator[Nights]:
    """Links /yaowen/2026/1.html … on the home page, a second list page, and an office elsewhere."""
    with serving() as made:
        made.pages = {f"/yaowen/2026/{n}.html": [(200, page(f"第{n}号"))] for n in range(1, 8)}
        links = "".join(f"<a href='{path}'>一篇</a>" for path in made.pages)
        made.pages["/index_2.html"] = [(200, links.encode())]
        made.pages["/list.html"] = [(200, (links + "<a href='http://elsewhere.example/'>外</a>").encode())]
        made.pages["/"] = [(200, (links + "<a href='/index_2.html'>下一页</a>").encode())]
        made.answer = lambda path: made.pages.get(path, [(404, b"")])[0]  # type: ignore[method-assign]
        yield made


def told(web: Nights, folder: Path, *lines: str, seeds: str = "/") -> tuple[int, str, dict[str, Any]]:
    """Status, cause and section of a crawl of a site file with these lines."""
    base = f"http://127.0.0.1:{web.port}"
    (folder / "sites").mkdir(parents=True, exist_ok=True)
    head = ("family = 'news'", f"domains = ['127.0.0.1:{web.port}']", f"seeds = ['{base}{seeds}']")
    (folder / "sites" / "local.toml").write_text("\n".join([*head, *lines]), "utf-8")
    done = crawl("news", folder / "sites", folder / "out")
    assert "Traceback" not in done.stderr, done.stderr
    report = json.loads(max((folder / "out" / "state" / "runs").glob("*.json")).read_bytes())
    return done.returncode, report["cause"], report["sites"]["local"]


def test_the_links_that_no_pattern_took_are_named_in_the_exit_line_and_in_the_report(
    web: Nights, tmp_path: Path
) -> None:
    status, cause, section = told(web, tmp_path, r"article = ['^/yaowen/\d+\.html$']")
    example = f"http://127.0.0.1:{web.port}/yaowen/2026/1.html"
    shape = f"/yaowen/2026/N.html × 14, e.g. {example}"
    assert (status, cause) == (
        3,
        f"local: no article was found: `article` matches no link of its lists: {shape}",
    )
    assert f"no pattern matches {shape}" in section["seen"]
    assert r"`article` ^/yaowen/\d+\.html$ matches no link of the 2 lists read" in section["seen"]
    call("report", tmp_path / "out")
    html = (tmp_path / "out" / "reports" / "index.html").read_text("utf-8")
    assert f"<li>no pattern matches {shape}</li>" in html


def test_a_seed_that_failed_is_the_cause_and_not_the_patterns(web: Nights, tmp_path: Path) -> None:
    status, cause, section = told(web, tmp_path, r"article = ['^/yaowen/']", seeds="/gone.html")
    url = f"http://127.0.0.1:{web.port}/gone.html"
    assert (status, cause) == (3, f"local: no article was found: the seed {url} failed (status 404)")
    assert section["seen"] == [f"seed {url}: status 404"]
    _, cause, _ = told(
        web, tmp_path / "both", r"article = ['^/none/']", seeds=f"/', 'http://127.0.0.1:{web.port}/gone.html"
    )
    assert cause.startswith(
        f"local: no article was found: the seed {url} failed (status 404), and `article` matches no link"
    )


def test_links_to_other_hosts_and_lists_without_links_are_said_to_be_so(web: Nights, tmp_path: Path) -> None:
    web.pages["/list.html"] = [(200, b"<a href='http://elsewhere.example/1.html'>1</a>")]
    _, cause, _ = told(web, tmp_path, "article = ['^/yaowen/']", seeds="/list.html")
    assert cause.endswith("its lists link to hosts that are not in `domains` only: elsewhere.example × 1")
    web.pages["/list.html"] = [(200, b"<script src='/app.js'></script>")]
    _, cause, _ = told(web, tmp_path / "again", "article = ['^/yaowen/']", seeds="/list.html")
    assert cause.endswith("its lists have no links (are they made by a script?)")


def test_a_follow_that_never_matches_while_lists_are_paged_is_trouble(web: Nights, tmp_path: Path) -> None:
    status, cause, section = told(web, tmp_path, "article = ['^/yaowen/']", "follow = ['^/channel/']")
    assert (status, cause) == (3, "local: `follow` matches no link of the 2 lists that were read")
    assert section["articles"] == 7


def test_a_selector_of_a_layout_that_finds_nothing_is_trouble(web: Nights, tmp_path: Path) -> None:
    layout = ("[[layout]]", "title = 'h1'", "body = 'div.nothing'", "author = 'span.nobody'")
    status, cause, section = told(web, tmp_path, "article = ['^/yaowen/']", *layout)
    assert (status, cause) == (3, "local: the selector [[layout]] body found nothing on 7 pages")
    assert (section["laid_out"], section["selected"]) == (7, {"title": 7})
    assert "[[layout]] author found nothing on 7 pages" in section["seen"]  # seven say little: told, no trouble
