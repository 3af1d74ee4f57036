"""Sites -> spiders -> WARC -> Parquet, as a person runs it: `scrapy crawl` for each family over the demo web."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.reader import read_capture, records, to_page
from crawler.extract.article import Capture
from crawler.extract.url import canonical_url
from crawler.siteconfig.site import FAMILIES
from tests.command_kit import scrapy_here
from tests.site import Web, serve
from tests.site.compare import differences
from tests.site.crawl import SETTINGS, Crawl, crawl, last_crawl, rows

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Crawled:
    """The demo web after the three spiders have been there."""

    web: Web
    sites: Path
    output: Path
    crawls: dict[str, Crawl]
    rows: list[dict[str, Any]]
    rejects: list[dict[str, Any]]

    def warcs(self) -> list[Path]:
        return sorted(self.output.glob("warc/*/*.warc.gz"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("end_to_end")
    output = folder / "output"
    with serve() as web:
        sites = web.write_sites(folder / "sites")
        for family in FAMILIES:
            done = crawl(family, sites, output)
            assert done.returncode == 0, done.stderr
        crawls = {family: last_crawl(family, output) for family in FAMILIES}
        yield Crawled(web, sites, output, crawls, rows(output), rows(output, "rejects"))


def test_every_article_is_one_row_and_nothing_else_is(crawled: Crawled) -> None:
    found = Counter(row["canonical_url"] for row in crawled.rows)
    assert set(found) == {canonical_url(url) for url in crawled.web.truth()}
    assert max(found.values()) == 1


def test_what_is_no_article_is_a_reject_with_its_reason(crawled: Crawled) -> None:
    found = {canonical_url(row["url"]): row["reason"] for row in crawled.rejects}
    expected = {canonical_url(url): reason for url, reason in crawled.web.rejects().items()}
    assert {url: found.get(url) for url in expected} == expected


def test_rows_say_what_was_put_on_the_pages(crawled: Crawled) -> None:
    truths = {canonical_url(url): truth for url, truth in crawled.web.truth().items()}
    wrong = [
        f"{row['url']} ({truth.skin}): {line}"
        for row in crawled.rows
        if (truth := truths.get(row["canonical_url"]))
        for line in differences(row, truth)
    ]
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong)


def test_article_pages_fetched_are_articles_joined_pages_and_rejects(crawled: Crawled) -> None:
    for family, done in crawled.crawls.items():
        joined, rejects = done.stat("articles/joined_pages"), sum(done.rejects.values())
        assert done.stat("pages/article") == done.stat("dataset/articles") + joined + rejects, family
    assert sum(row["page_count"] - 1 for row in crawled.rows) == sum(
        done.stat("articles/joined_pages") for done in crawled.crawls.values()
    )


def test_every_request_is_made_once_and_none_that_robots_txt_forbids(crawled: Crawled) -> None:
    hits = Counter((hit.site, canonical_url("http://h" + hit.target)) for hit in crawled.web.hits)
    assert [hit for hit, times in hits.items() if times > 1] == []
    targets = [hit.target for hit in crawled.web.hits]
    for forbidden in ("/m/neibu/", "/search", "/xw/neican/", "/admin/", "/download/"):
        assert not [target for target in targets if target.startswith(forbidden)]
    assert targets.count("/robots.txt") == 3


def test_pages_are_known_without_session_and_tracking_parameters(crawled: Crawled) -> None:
    """Links are asked for as they stand; what is one page for the dataset is asked for once."""
    noise = ("utm_", "PHPSESSID", "spm=", "jsessionid")
    assert any(name in hit.target for hit in crawled.web.hits for name in noise)
    known = [row["canonical_url"] for row in crawled.rows]
    assert not [url for url in known if any(name in url for name in noise)]
    assert len(known) == len(set(known))


def test_every_response_is_in_the_archive(crawled: Crawled) -> None:
    archived = Counter(stored.url for path in crawled.warcs() for stored in records(path))
    assert archived == Counter(crawled.web[hit.site] + hit.target for hit in crawled.web.hits)


def test_the_archive_passes_every_checker(crawled: Crawled) -> None:
    assert len(crawled.warcs()) == 3
    assert not list(crawled.output.glob("warc/*/*.open"))
    for path in crawled.warcs():
        with gzip.open(path) as stream:  # reads to the end: what `gzip -t` does
            while stream.read(1 << 20):
                pass
        assert path.with_name(path.name.replace(".warc.gz", ".cdxj")).stat().st_size
        for checker in ("warcio", "fastwarc"):
            done = subprocess.run([BIN / checker, "check", path], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


def test_every_row_points_at_the_records_it_was_made_from(crawled: Crawled) -> None:
    for row in crawled.rows:
        captures = [Capture(**each) for each in row["captures"]]
        assert row["fetched_at"] == captures[0].fetched_at
        for capture in captures:
            stored = read_capture(crawled.output / "warc", capture)
            assert stored.capture == capture
            assert to_page(stored).url == capture.url


def test_reextract_makes_the_same_rows(crawled: Crawled, tmp_path: Path) -> None:
    settings = SETTINGS | {"SITES_DIR": str(crawled.sites), "OUTPUT_DIR": str(crawled.output)}
    done = scrapy_here("reextract", "--to", str(tmp_path), "--processes", "1", settings=settings)
    assert done.returncode == 0, done.stderr
    # Duplicate marks depend on what came before, the run on the clock: docs/design.md, invariant 3.
    spare = {"run_id", "duplicate_of", "near_duplicate_of", "similarity"}

    def comparable(found: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
        return sorted(({k: v for k, v in row.items() if k not in spare} for row in found), key=lambda row: row[key])

    assert comparable(rows(tmp_path), "id") == comparable(crawled.rows, "id")
    assert comparable(rows(tmp_path, "rejects"), "url") == comparable(crawled.rejects, "url")


def test_crawling_again_adds_no_row_for_what_has_not_changed(crawled: Crawled, tmp_path: Path) -> None:
    output = tmp_path / "output"
    shutil.copytree(crawled.output, output)
    done = crawl("wenku", crawled.sites, output)
    assert done.returncode == 0, done.stderr
    found = Counter(row["canonical_url"] for row in rows(output))
    assert found == Counter(row["canonical_url"] for row in crawled.rows)
