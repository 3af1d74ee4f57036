"""`scrapy show`: the row, where each part of it came from, and nothing that a terminal would obey."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.reader import records, to_page
from crawler.browse.terminal import article_lines
from crawler.display import harmless
from crawler.extract.article import Removed
from crawler.extract.decode import decode
from crawler.extract.url import article_id
from pipelines.dataset.schema import row
from tests import dataset_kit as kit
from tests.command_kit import Done, call
from tests.site.crawl import PROJECT
from tests.test_dataset import full

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
LONG = f"{kit.BASE}/c0/20.html"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(105)
    sites = kit.write_site(folder / "sites", site)
    some = kit.places(site)[17:22]
    kit.crawl(folder / "out", sites, some, 1, NOON)
    kit.crawl(folder / "out", sites, some[:2], 2, NOON.replace(month=10))
    return folder / "out"


def show(output: Path, *words: str) -> Done:
    return call("show", output, *words)


def test_a_row_by_url_and_by_id(output: Path) -> None:
    by_url, by_id = show(output, LONG), show(output, article_id(LONG))
    assert (by_url.status, by_url.err) == (0, "")
    assert by_url.out == by_id.out
    for part in (f"url                {LONG}", "fetched_at         2026-09-20T", "\nText\n", "\nRemoved: ", "page 2 "):
        assert part in by_url.out, by_url.out
    assert by_url.out.count("there: status 200") == sum(by_url.out.count(f"page {n} ") for n in (1, 2, 3))


def test_the_newest_version_is_shown_and_the_older_ones_named(output: Path) -> None:
    done = show(output, f"{kit.BASE}/c0/18.html")
    assert "fetched_at         2026-10-20T" in done.out
    assert "Older versions\n\n2026-09-20" in done.out


def test_the_raw_records_with_heads_and_decoded_pages(output: Path) -> None:
    done = show(output, LONG, "--record")
    pages = [each for path in (output / "warc").rglob("*.warc.gz") for each in records(path) if "/c0/20" in each.url]
    assert len(pages) > 1
    for each in pages:
        assert f"warc-record-id: {each.capture.record_id}" in done.out
        assert decode(to_page(each).body, each.content_type).text in done.out
    assert "HTTP/1.1 200 OK" in done.out


def test_a_reject_says_why(output: Path) -> None:
    url = next(
        each.url for path in (output / "warc").rglob("*.warc.gz") for each in records(path) if each.status == 404
    )
    done = show(output, url)
    assert "reason             http_error" in done.out
    assert "there: status 404" in done.out


def test_what_was_removed_stands_in_its_place(tmp_path: Path) -> None:
    article = full()
    article.text, article.removed = "春风又绿\n江南岸", [Removed("watermark", "(www)", 4)]
    lines = "\n".join(article_lines(row(article), [], tmp_path))
    assert "watermark          at 4: 春风又绿【(www)】⏎江南岸" in lines
    assert "cannot be read" in lines  # there is no such archive


def test_nothing_that_a_terminal_obeys() -> None:
    assert harmless("a\x1b[31mb\x07\x9b\u202ec\td\n") == "a␛[31mb␇␡␡c\td\n"


@pytest.mark.slow
def test_on_a_terminal_it_goes_through_the_pager(output: Path) -> None:
    main, other = pty.openpty()
    command = [sys.executable, "-m", "scrapy", "show", LONG, "-s", f"OUTPUT_DIR={output}"]
    environment = {**os.environ, "PAGER": "sed s/^/PAGED:/", "TERM": "xterm"}
    with subprocess.Popen(command, cwd=PROJECT, stdout=other, stdin=other, stderr=other, env=environment) as process:
        os.close(other)
        seen = b""
        try:
            while piece := os.read(main, 1 << 16):
                seen += piece
        except OSError:  # the other end is closed
            pass
        os.close(main)
    assert process.returncode == 0, seen.decode()
    assert f"PAGED:url                {LONG}".encode() in seen


def test_mistakes_are_one_line(output: Path, tmp_path: Path) -> None:
    show(output).says(2, "usage: scrapy show")
    show(output, "nonsense").says(2, "neither an id")
    show(output, "0" * 32).says(2, "neither a row nor a reject")
    show(tmp_path / "nowhere", LONG).says(2, "no such folder")
    show(tmp_path, LONG).says(2, "neither a row nor a reject")
