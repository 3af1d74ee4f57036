"""An OUTPUT_DIR with a real archive: pages put into WARC as a crawl would, and the rows they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from crawler.archive.exchange import Exchange
from crawler.archive.reader import read_capture, to_page
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Article, RejectedPage
from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, row, to_table
from pipelines.process import process_page

FETCHED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
RUN = "20261120T080000Z-news-3f9a2c"


def archive(output: Path, pages: Mapping[str, bytes], *, run_id: str = RUN) -> list[Article | RejectedPage]:
    """`pages`: URL -> body, sent as text/html without a charset. What came of each, in order."""
    writer = WarcWriter(output / "warc" / "news", prefix="news", run_id=run_id, max_age=None, info={})
    captures = [
        writer.write(
            Exchange(
                url=url,
                fetched_at=FETCHED,
                request=b"GET / HTTP/1.1\r\n\r\n",
                response_head=HEAD % len(body),
                body=body,
                ip=None,
                protocols=("http/1.1",),
                cipher=None,
                truncated=None,
                metadata=(("site", "local"), ("role", "article")),
            )
        )
        for url, body in pages.items()
    ]
    writer.close()
    made: list[Article | RejectedPage] = []
    for capture in captures:
        outcome = process_page(to_page(read_capture(output / "warc", capture)), family="news")
        if outcome.reject:
            made.append(RejectedPage(capture.url, "local", "news", outcome.reject, capture))
        else:
            made.append(replace(outcome.articles[0], site="local", captures=[capture], run_id=run_id))
    found = [row(each) for each in made if isinstance(each, Article)]
    missed = [
        reject_row(each, run_id=run_id, rules_version="2026.11.1") for each in made if isinstance(each, RejectedPage)
    ]
    for kind, rows, schema in (("articles", found, SCHEMA), ("rejects", missed, REJECT_SCHEMA)):
        folder = output / kind / "crawl_month=2026-11"
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(to_table(rows, schema), folder / f"{run_id}-0000.parquet")
    return made
