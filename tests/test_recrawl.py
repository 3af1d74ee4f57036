"""Nights over the same pages: what is as it was gives no new row, neither live nor from the archive (invariant 3)."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.reader import records
from crawler.frontier.entry import Held, held_json
from tests.command_kit import call, scrapy_here
from tests.nights import Nights, page, serving
from tests.site.crawl import SETTINGS, crawl, rows, scrapy

pytestmark = pytest.mark.slow

CHALLENGE = b"<title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script>"


@pytest.fixture
def nights() -> Iterator[Nights]:
    with serving() as made:
        yield made


def night(nights: Nights, folder: Path, *changes: tuple[str, tuple[str, ...]], status: int = 0) -> dict[str, int]:
    """One crawl with every article due; how many rows each page has now, rejects with their reasons.

    `changes`: SQL on the frontier's tables before it; `status`: that of the command.
    """
    sites, output = nights.write_sites(folder / "sites"), folder / "out"
    if (output / "state").is_dir():
        connection = sqlite3.connect(output / "state" / "frontier.sqlite3")
        connection.execute("UPDATE url SET next_due = 1 WHERE role = 'article' AND NOT chain")
        for change in changes:
            connection.execute(*change)
        connection.commit()
        connection.close()
    done = crawl("news", sites, output, RETRY_TIMES="1", CONCURRENT_REQUESTS_PER_DOMAIN="1")
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return told(output)


def told(output: Path) -> dict[str, int]:
    names = [Path(row["url"]).stem for row in plain(output, "articles")]
    rejects = [f"{Path(row['url']).stem}: {row['reason']}" for row in plain(output, "rejects")]
    return dict(Counter([*names, *rejects]))


def plain(output: Path, kind: str) -> list[dict[str, Any]]:
    """Rows without run and marks, in the order of their records."""
    if not (output / kind).is_dir():
        return []
    aside = {"run_id", "crawl_month", "duplicate_of", "near_duplicate_of", "similarity"}
    found = [{name: value for name, value in row.items() if name not in aside} for row in rows(output, kind)]
    return sorted(found, key=lambda row: str(row.get("captures") or row.get("capture")))


def the_archive_says_the_same(folder: Path) -> None:
    """reextract gives the rows of the live crawls, --diff finds nothing, verify is content."""
    output, sites, again = folder / "out", folder / "sites", folder / "again"
    settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output)}
    shutil.rmtree(again, ignore_errors=True)
    done = scrapy_here("reextract", "--to", str(again), "--processes", "1", settings=settings)
    assert done.returncode == 0, done.stderr
    for kind in ("articles", "rejects"):
        assert plain(again, kind) == plain(output, kind)
    differs = call("reextract", output, "--diff", "--processes", "1", sites=sites)
    assert "0 new, 0 gone, 0 changed" in differs.out, differs
    assert "rejects" not in differs.out, differs
    assert call("verify", output, "--processes", "1", sites=sites).status == 0


def test_an_article_of_any_size_that_is_as_it_was_has_one_row(nights: Nights, tmp_path: Path) -> None:
    assert len(page("短")) < 1024 < len(page("长", 9))
    several, last = page("多", 9, "/a/several_2.html"), page("多二", 9)
    nights.show(
        short=[(200, page("短"))],
        long=[(200, page("长", 9))],
        several=[(200, several)],
        several_2=[(200, last)],
        empty=[(200, b"<html><body>1")],
        back=[(200, page("甲")), (200, page("乙")), (200, page("甲"))],
    )
    first = night(nights, tmp_path)
    assert first == dict.fromkeys(("short", "long", "several", "back", "empty: too_short"), 1)
    second = night(nights, tmp_path)
    assert second == first | {"back": 2}
    assert night(nights, tmp_path) == second | {"back": 3}
    the_archive_says_the_same(tmp_path)


def test_an_error_is_never_taken_for_the_page(nights: Nights, tmp_path: Path) -> None:
    nights.show(
        flaky=[(200, page("短")), (500, b"busy"), (200, page("短"))],  # an unchanged page behind it: no reject
        gone=[(200, page("落")), (404, page("落"))],  # with the payload of the good page
        stays=[(200, page("长"))],
        dying=[(500, b"busy"), (0, b"")],  # the server says no more: a reject
        dead=[(0, b"")],
    )
    first = night(nights, tmp_path)
    assert first == {"flaky": 1, "gone": 1, "stays": 1, "dying: http_error": 1}
    assert night(nights, tmp_path) == first | {"gone: http_error": 1}
    the_archive_says_the_same(tmp_path)


def test_an_unchanged_page_that_a_killed_run_had_fetched_has_one_row(nights: Nights, tmp_path: Path) -> None:
    nights.show(short=[(200, page("短"))])
    assert night(nights, tmp_path) == {"short": 1}
    assert night(nights, tmp_path) == {"short": 1}
    [*_, last] = sorted((tmp_path / "out" / "warc").rglob("*.warc.gz"))
    [again] = [stored.capture for stored in records(last) if stored.metadata.get("role") == "article"]
    # As a run leaves it that died after it had archived the answer: the next one is answered from the archive.
    held = "UPDATE url SET state = 'pending', held = ? WHERE role = 'article'"
    assert night(nights, tmp_path, (held, (held_json(Held(again)),))) == {"short": 1}
    the_archive_says_the_same(tmp_path)


def test_a_block_page_is_blocked_with_any_status_and_a_plea_to_wait_is_no_failure(
    nights: Nights, tmp_path: Path
) -> None:
    nights.show(
        first=[(403, CHALLENGE)],
        second=[(503, CHALLENGE)],
        ordinary=[(403, b"Forbidden")],
        busy=[(429, b"slow down"), (200, page("短"))],
    )
    rejects = {"first: blocked": 1, "second: blocked": 1, "ordinary: http_error": 1}
    assert night(nights, tmp_path, status=3) == rejects
    the_archive_says_the_same(tmp_path)
    nights.show(first=[(200, page("甲"))], second=[(200, page("乙"))])
    rested = ("UPDATE host SET rest_until = 0", ()), ("UPDATE url SET state = 'pending' WHERE role = 'article'", ())
    assert night(nights, tmp_path, *rested) == rejects | {"first": 1, "second": 1, "busy": 1} | {
        "ordinary: http_error": 2
    }
    the_archive_says_the_same(tmp_path)


def test_articles_that_a_firewall_answers_with_success_rest_the_host(nights: Nights, tmp_path: Path) -> None:
    names = [f"wall{number}" for number in range(9)]
    nights.show(**{name: [(200, CHALLENGE)] for name in names})
    rejects = night(nights, tmp_path, status=3)
    # Three in a row, and what was on its way when the third had been looked at.
    assert 3 <= len(rejects) <= 5
    assert rejects == {f"{name}: blocked": 1 for name in names if f"{name}: blocked" in rejects}
    connection = sqlite3.connect(tmp_path / "out" / "state" / "frontier.sqlite3")
    states = Counter(connection.execute("SELECT state, reason FROM url WHERE role = 'article'").fetchall())
    [rest_until] = connection.execute("SELECT rest_until FROM host").fetchone()
    connection.close()
    assert states == {("failed", "blocked: Cloudflare"): len(rejects), ("pending", None): len(names) - len(rejects)}
    assert rest_until > 0
    the_archive_says_the_same(tmp_path)


def test_what_a_lost_frontier_knew_the_dataset_knows(nights: Nights, tmp_path: Path) -> None:
    """Its pages are not asked for again: each would have a second row. An article of which pages are missing is, and
    what failed."""
    missing = [(500, b"busy")] * 5
    nights.show(one=[(200, page("一"))], many=[(200, page("多", further="many_2.html"))], many_2=missing)
    nights.show(dead=[(404, b"Not Found")], short=[(200, b"<html>")], wall=[(403, b"Forbidden")])
    before = night(nights, tmp_path)
    (tmp_path / "out/state/frontier.sqlite3").unlink()
    nights.asked.clear()
    nights.show(many_2=[(200, page("尾"))], late=[(200, page("晚"))])
    sites, output = nights.write_sites(tmp_path / "sites"), tmp_path / "out"
    done = crawl("news", sites, output)
    assert "what the dataset has (articles: 1, rejected pages: 2)" in done.stderr
    again = ("many", "many_2", "late", "wall")
    assert set(nights.asked) == {"/robots.txt", "/", *(f"/a/{name}.html" for name in again)}
    found = told(output)
    assert (found["one"], found["late"]) == (1, 1)
    assert {name: found[name] for name in before if name.startswith(("dead", "short"))} == {
        "dead: http_error": 1,
        "short: too_short": 1,
    }
    the_archive_says_the_same(tmp_path)


def test_a_part_that_a_lost_frontier_cannot_learn_from_is_told(nights: Nights, tmp_path: Path) -> None:
    """Its articles are asked for again, which nobody would have known."""
    nights.show(one=[(200, page("一"))])
    night(nights, tmp_path)
    (tmp_path / "out/state/frontier.sqlite3").unlink()
    [part] = (tmp_path / "out/articles").rglob("*.parquet")
    part.write_bytes(b"PAR1" + bytes(part.stat().st_size - 4))
    shutil.rmtree(tmp_path / "out/state/duplicates")
    done = crawl("news", nights.write_sites(tmp_path / "sites"), tmp_path / "out")
    assert done.returncode == 3, done.stderr
    assert f"{part.name}: " in done.stderr.splitlines()[-1]
    assert "copies are not marked in rows of this run" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_an_error_behind_which_the_server_says_no_more_is_a_reject(nights: Nights, tmp_path: Path) -> None:
    nights.show(dying=[(500, b"busy"), (0, b"")], dead=[(0, b"")], fine=[(200, page("短"))])
    assert night(nights, tmp_path) == {"fine": 1, "dying: http_error": 1}
    the_archive_says_the_same(tmp_path)


def by_hand(nights: Nights, folder: Path, name: str) -> tuple[int, str]:
    """Status and what `scrapy crawl news -a url=…` prints."""
    settings = SETTINGS | {"SITES_DIR": str(nights.write_sites(folder / "sites")), "OUTPUT_DIR": str(folder / "out")}
    url = f"http://127.0.0.1:{nights.port}/a/{name}.html"
    done = scrapy("crawl", "news", "-a", f"url={url}", settings=settings | {"RETRY_TIMES": "0"})
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_one_page_by_hand_says_what_came_and_has_no_second_row_while_it_is_as_it_was(
    nights: Nights, tmp_path: Path
) -> None:
    nights.show(
        short=[(200, page("短")), (200, page("短")), (200, page("变"))],
        empty=[(200, b"<html><body>1")],
        gone=[(404, b"")],
        moved=[(301, b"/a/short.html")],
    )
    status, said = by_hand(nights, tmp_path, "short")
    assert (status, said.split(": ")[1].split(" (")[0]) == (0, "短会议召开")
    assert by_hand(nights, tmp_path, "short") == (0, "the page is as it was when it got its row: no second one\n")
    status, said = by_hand(nights, tmp_path, "short")
    assert (status, said.split(": ")[1].split(" (")[0]) == (0, "变会议召开")
    assert by_hand(nights, tmp_path, "moved") == (0, "the page is as it was when it got its row: no second one\n")
    status, said = by_hand(nights, tmp_path, "empty")
    assert (status, said[:18]) == (3, "no row: too_short:")
    status, said = by_hand(nights, tmp_path, "gone")
    assert (status, said[:30]) == (3, "no row: http_error: status 404")
    assert told(tmp_path / "out") == {"short": 2, "empty: too_short": 1, "gone: http_error": 1}
    the_archive_says_the_same(tmp_path)
