"""Several workers on one frontier: a record whose page another worker has the row of makes no second row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from crawler.archive.exchange import Exchange
from crawler.archive.reader import records
from crawler.archive.superseded import set_aside, superseded
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Capture
from crawler.extract.url import article_id
from crawler.frontier.database import open_database
from crawler.frontier.entry import further_key, record_columns
from crawler.frontier.recover import recover
from crawler.frontier.tables import superseded as refetched
from crawler.frontier.tables import url, worker
from crawler.navigation.chain import Chain
from tests.command_kit import scrapy_here
from tests.dataset_kit import FAMILY, NAME, archive, places, run_id, scaled, write_site
from tests.extract_kit import PARAGRAPHS, html
from tests.site.crawl import rows

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
OTHER = "<urn:uuid:00000000-0000-0000-0000-000000000000>"


def row(page: str, last: str, record: str | None = None) -> dict[str, object]:
    """A URL that a visit has ended at; `record`: the page as it was last."""
    more = {"warc_file": "w", "offset": 0, "length": 1, "payload_digest": "d", "captured_at": 0.0} if record else {}
    return {
        **{"key": article_id(page), "host_id": 1, "url": page, "site": NAME, "family": FAMILY, "role": "article"},
        **{"state": "done", "depth": 0, "priority": 0, "barren": 0, "chain": False, "round": 1, "met": 1},
        **{"discovered": 0.0, "run": "another", "last_record_id": last, "record_id": record, **more},
    }


def test_a_killed_worker_makes_rows_of_its_acknowledged_records_only(tmp_path: Path) -> None:
    site = scaled(6)
    sites, output = write_site(tmp_path / "sites", site), tmp_path / "out"
    some = [place for place in places(site) if len(list(place[0].replies(place[1], "http://h", ""))) == 1][:3]
    [path] = archive(output, some, run_id(1, AT), AT)
    mine, theirs, before, *_ = [each for each in records(path) if each.metadata.get("role") == "article"]
    address = f"sqlite:///{output / 'state' / 'frontier.sqlite3'}"
    engine = open_database(address)
    with engine.begin() as connection:
        connection.execute(
            insert(url),
            [
                row(mine.url, mine.capture.record_id),
                row(theirs.url, OTHER),
                row(before.url, OTHER, before.capture.record_id),  # found as it was by another worker: its row is ours
            ],
        )
    [line] = recover(output, engine, sites)
    assert "recovered 2 articles" in line
    assert {each["url"] for each in rows(output)} == {mine.url, before.url}
    assert superseded(path.parent) == {theirs.capture.record_id}
    settings = {"OUTPUT_DIR": str(output), "SITES_DIR": str(sites)}
    checked = scrapy_here("verify", "--processes", "1", settings=settings)
    assert checked.returncode == 0, checked.stdout
    assert "records (1 superseded)," in checked.stdout
    again = scrapy_here("reextract", "--to", str(tmp_path / "again"), "--processes", "1", settings=settings)
    assert again.returncode == 0, again.stderr
    assert {each["url"] for each in rows(tmp_path / "again")} == {mine.url, before.url}


def test_an_answer_held_here_and_fetched_anew_elsewhere_is_set_aside_at_the_next_start(tmp_path: Path) -> None:
    site = scaled(2)
    sites, output = write_site(tmp_path / "sites", site), tmp_path / "out"
    [path] = archive(output, places(site)[:1], run_id(1, AT), AT)
    [first, *_] = [each for each in records(path) if each.metadata.get("role") == "article"]
    engine = open_database(f"sqlite:///{output / 'state' / 'frontier.sqlite3'}")
    values = [
        {"record_id": first.capture.record_id, "warc_file": path.name},
        {"record_id": OTHER, "warc_file": "of-another-folder.warc.gz"},
    ]
    with engine.begin() as connection:
        connection.execute(insert(refetched), values)
    recover(output, engine, sites)
    assert superseded(path.parent) == {first.capture.record_id}
    with engine.begin() as connection:
        assert [each.record_id for each in connection.execute(refetched.select())] == [OTHER]


def test_records_are_set_aside_once_and_by_several_runs(tmp_path: Path) -> None:
    assert superseded(tmp_path) == frozenset()
    set_aside(tmp_path, "one", {"a", "b"})
    set_aside(tmp_path, "one", {"b", "c"})
    set_aside(tmp_path, "two", {"d"})
    set_aside(tmp_path, "three", set())
    assert superseded(tmp_path) == {"a", "b", "c", "d"}
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["one.superseded", "two.superseded"]


def test_an_error_that_was_not_acknowledged_is_set_aside_where_its_page_is_asked_for_again(tmp_path: Path) -> None:
    """Its page gets its row or reject then; from the archive there would be another reject."""
    output, page = tmp_path / "out", "http://127.0.0.1/c0/1.html"
    writer = WarcWriter(output / "warc" / FAMILY, prefix=FAMILY, run_id=run_id(1, AT))
    head, meta = (
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        (("site", NAME), ("family", FAMILY), ("role", "article")),
    )
    capture = writer.write(Exchange(page, AT, b"GET /c0/1.html HTTP/1.1\r\n\r\n", head, b"", metadata=meta))
    [path] = writer.close()
    engine = open_database(f"sqlite:///{output / 'state' / 'frontier.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(insert(url), [row(page, OTHER) | {"state": "pending"}])
    recover(output, engine, write_site(tmp_path / "sites", scaled(1)))
    assert superseded(path.parent) == {capture.record_id}
    assert not (output / "rejects").exists()


@pytest.mark.parametrize(("leads_to", "truncated"), [("1_2.html", False), ("1_3.html", True)])
def test_the_pages_of_an_article_whose_last_one_a_killed_run_had_visited_are_one_row(
    tmp_path: Path, leads_to: str, truncated: bool
) -> None:
    output, sites, run = tmp_path / "out", tmp_path / "sites", run_id(1, AT)
    sites.mkdir()
    (sites / "fair.toml").write_text(
        "family = 'news'\ndomains = ['h.test']\nseeds = ['http://h.test/']\narticle = ['^/a/']\n"
    )
    writer = WarcWriter(output / "warc" / "news", prefix="news", run_id=run)
    captures: list[Capture] = []
    for number, link in ((1, "1_2.html"), (2, leads_to)):
        body = html(body="".join(f"<p>{number}{line}</p>" for line in PARAGRAPHS), below=f"<a href={link}>下一页</a>")
        meta = {"site": "fair", "family": "news", "role": "article"}
        if captures:
            meta |= {"first-record": captures[0].record_id, "page": "2"}
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        page = "http://h.test/a/1.html" if number == 1 else "http://h.test/a/1_2.html"
        exchange = Exchange(page, AT, b"GET / HTTP/1.1\r\n\r\n", head, body.encode(), metadata=tuple(meta.items()))
        captures.append(writer.write(exchange))
    writer.close()
    first, last = captures
    key = further_key(last.url, first.record_id, 2)
    payload = json.dumps({"meta": {"article": Chain((first,)).further()}})
    further = {"key": key, "chain": True, "run": run, "payload": payload, **record_columns(last)}
    common = {"site": "fair", "family": "news"}
    engine = open_database(f"sqlite:///{output / 'state' / 'frontier.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(insert(url), [row(first.url, first.record_id, first.record_id) | common])
        connection.execute(insert(url), [row(last.url, last.record_id, last.record_id) | common | further])
        connection.execute(
            insert(worker), [{"owner": run, "node": f"here:{output}", "sites": "[]", "lease_until": 0.0}]
        )
    recover(output, engine, sites)
    [made] = rows(output)
    assert (made["url"], made["page_count"], made["truncated"]) == (first.url, 2, truncated)
