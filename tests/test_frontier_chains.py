"""An article of several pages whose last visit ended in a killed run: joined from the chain in its last page's row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine, insert

from crawler.archive.exchange import Exchange
from crawler.archive.superseded import set_aside
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Capture
from crawler.frontier.chains import Chains
from crawler.frontier.database import open_database
from crawler.frontier.entry import record_columns
from crawler.frontier.tables import url
from crawler.navigation.chain import Chain
from crawler.reextract.files import Job
from crawler.sandbox.processor import Processor
from crawler.siteconfig.site import load_sites
from tests.extract_kit import PARAGRAPHS, html

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
RUN = "20261120T080000Z-news-000001"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
SITE = "family = 'news'\ndomains = ['h.test']\nseeds = ['http://h.test/']\narticle = ['^/a/']\n"


class Archive:
    """Pages of an article at http://h.test/a/1.html in the archive, and their rows in a frontier."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.writer = WarcWriter(output / "warc" / "news", prefix="news", run_id=RUN)
        (output / "sites").mkdir(parents=True)
        (output / "sites" / "fair.toml").write_text(SITE)
        self.engine: Engine = open_database(f"sqlite:///{output / 'frontier.sqlite3'}")

    def page(self, number: int, *, links: bool, text: bool = True) -> Capture:
        words = "".join(f"<p>第{number}页：{line}</p>" for line in PARAGRAPHS) if text else ""
        below = f"<a href=1_{number + 1}.html>下一页</a>" if links else ""
        name = "1" if number == 1 else f"1_{number}"
        exchange = Exchange(
            f"http://h.test/a/{name}.html", AT, b"GET / HTTP/1.1\r\n\r\n", HEAD, html(body=words, below=below).encode()
        )
        return self.writer.write(exchange)

    def row(self, last: Capture, earlier: tuple[Capture, ...], **more: Any) -> None:
        payload = json.dumps({"meta": {"article": Chain(earlier).further()}})
        usual = {
            **{"host_id": 1, "url": last.url, "site": "fair", "family": "news", "role": "article", "state": "done"},
            **{"depth": 0, "priority": 0, "barren": 0, "chain": True, "round": 1, "met": 1, "discovered": 0.0},
            **{"run": RUN, "last_record_id": last.record_id, "key": last.record_id, "payload": payload},
            **record_columns(last),
        }
        with self.engine.begin() as connection:
            connection.execute(insert(url), [usual | more])

    def joined(self, *runs: str, opened: frozenset[str] = frozenset()) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows that are made, and what is told."""
        self.writer.close()
        damage: list[str] = []
        sites = self.output / "sites"
        job = Job(self.output, sites, "20261121T080000Z-recovery-000002", AT)
        with self.engine.connect() as connection:
            chains = Chains(self.output, connection, load_sites(sites), job, Processor(), damage)
            made = chains.join(list(runs or (RUN,)), set(opened), 0)
        return [row for part in made.parts for row in pq.read_table(self.output / part.path).to_pylist()], damage


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path / "out")
    yield made
    made.engine.dispose()


def test_pages_of_an_article_become_one_row(archive: Archive) -> None:
    first, second, third = (archive.page(number, links=number < 3) for number in (1, 2, 3))
    archive.row(second, (first,))
    archive.row(third, (first, second))
    [row], damage = archive.joined()
    assert (row["url"], row["page_count"], row["truncated"], row["site"]) == (first.url, 3, False, "fair")
    assert [each["record_id"] for each in row["captures"]] == [each.record_id for each in (first, second, third)]
    assert [f"第{number}页" in row["text"] for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert damage == []


def test_an_article_that_goes_on_behind_its_last_page_is_truncated(archive: Archive) -> None:
    first, second = archive.page(1, links=True), archive.page(2, links=True)
    archive.row(second, (first,))
    [row], _ = archive.joined()
    assert (row["page_count"], row["truncated"]) == (2, True)


def test_a_last_page_without_text_or_without_a_record_leaves_the_pages_before_it(archive: Archive) -> None:
    first, second = archive.page(1, links=True), archive.page(2, links=False, text=False)
    archive.row(second, (first,))
    [row], _ = archive.joined()
    assert (row["page_count"], row["truncated"]) == (1, True)


def test_a_page_that_failed_leaves_the_pages_before_it(archive: Archive) -> None:
    first, second = archive.page(1, links=True), archive.page(2, links=False)
    archive.row(second, (first,), state="failed", **dict.fromkeys(record_columns(second)))
    [row], _ = archive.joined()
    assert (row["page_count"], row["truncated"]) == (1, True)


@pytest.mark.parametrize("why", ["open", "aside", "another run", "leased"])
def test_articles_of_others_are_left_to_them(archive: Archive, why: str) -> None:
    first, second = archive.page(1, links=True), archive.page(2, links=False)
    archive.row(second, (first,), state="leased" if why == "leased" else "done")
    if why == "aside":
        set_aside(archive.output / "warc" / "news", RUN, {first.record_id})
    opened = frozenset({first.record_id}) if why == "open" else frozenset[str]()
    assert archive.joined("another" if why == "another run" else RUN, opened=opened) == ([], [])


def test_one_article_that_cannot_be_read_fails_alone(archive: Archive) -> None:
    first, second, third = (archive.page(number, links=number < 3) for number in (1, 2, 3))
    archive.row(third, (second,), warc_file="news-gone.warc.gz")
    archive.row(second, (first,))
    [row], [told] = archive.joined()
    assert (row["url"], row["page_count"]) == (first.url, 2)
    assert told.startswith(f"{third.url}: its article is not made: news-gone.warc.gz")


def test_of_several_ends_the_one_that_is_furthest_counts(archive: Archive) -> None:
    first, second, third = (archive.page(number, links=number < 3) for number in (1, 2, 3))
    archive.row(third, (first, second))
    archive.row(second, (first,))
    [row], _ = archive.joined()
    assert row["page_count"] == 3
