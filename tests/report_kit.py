"""An OUTPUT_DIR with a history, made without crawling: rows, rejects, indexes and run reports of some nights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from crawler.archive import cdxj
from crawler.extract.article import Article, Capture, Quality, Reject, RejectedPage, Removed
from crawler.monitor.counts import FIELDS
from pipelines.dataset.manifest import write_json
from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, row, to_table

NIGHT = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)


def article(site: str, number: int, *, family: str = "news", key: str = "000000", at: datetime = NIGHT) -> Article:
    """A plain article; every third has no author."""
    url = f"http://{site}.example.org/a/{key}/{number}.html"
    return Article(
        id=f"{abs(hash(url)):032x}"[-32:],
        url=url,
        canonical_url=url,
        site=site,
        family=family,
        template="dedecms",
        title=f"第{number}号会议在{site}召开",
        text=f"第{number}段说明了情况。\n会议强调要进一步加强学习。",
        published="2026-11-01",
        source="澜江日报",
        author="林涛" if number % 3 else None,
        category=["要闻"],
        removed=[Removed("reprint", "未经授权不得转载。\n", 0)],
        charset="utf-8",
        quality=Quality(characters=120 * (1 + number % 9)),
        language="zh",
        script="Hans",
        fetched_at=at + timedelta(seconds=2 * number),
        captures=[capture(site, number, family=family, key=key, at=at)],
        run_id=f"{at:%Y%m%dT%H%M%SZ}-{family}-{key}",
        rules_version="2026.11.1",
    )


def capture(site: str, number: int, *, family: str, key: str, at: datetime) -> Capture:
    return Capture(
        record_id=f"<urn:uuid:{key}-{site}-{number}>",
        warc_file=f"{family}-{at:%Y%m%d%H%M%S}000-00000-{key}.warc.gz",
        offset=1000 * number,
        length=900,
        url=f"http://{site}.example.org/a/{key}/{number}.html",
        payload_digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        fetched_at=at + timedelta(seconds=2 * number),
    )


def night(
    output: Path,
    number: int,
    sites: Mapping[str, Sequence[Article]],
    *,
    rejects: Sequence[RejectedPage] = (),
    family: str = "news",
    at: datetime | None = None,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
    **told: Any,
) -> str:
    """One crawl of all `sites`: everything that it would have left behind but the pages themselves. Its key."""
    at = at or NIGHT + timedelta(days=number)
    key = f"{family[0]}{number:05d}"
    run_id = f"{at:%Y%m%dT%H%M%SZ}-{family}-{key}"
    articles = [each for found in sites.values() for each in found]
    part = f"crawl_month={at:%Y-%m}/{run_id}-0000.parquet"
    _write(output / "articles" / part, to_table([row(each) for each in articles], SCHEMA))
    rows = [reject_row(each, run_id=run_id, rules_version="2026.11.1") for each in rejects]
    _write(output / "rejects" / part, to_table(rows, REJECT_SCHEMA))
    captures = [each.captures[0] for each in articles] + [each.capture for each in rejects if each.capture]
    warc = output / "warc" / family / f"{family}-{at:%Y%m%d%H%M%S}000-00000-{key}.warc.gz"
    warc.parent.mkdir(parents=True, exist_ok=True)
    lines = [cdxj.line(each, status=200, content_type="text/html", revisit=False) for each in captures]
    cdxj.write(warc, sorted(lines))
    write_json(output, f"state/runs/{run_id}.json", _told(run_id, family, at, sites, rejects, sections or {}) | told)
    return key


def _told(
    run_id: str,
    family: str,
    at: datetime,
    sites: Mapping[str, Sequence[Article]],
    rejects: Sequence[RejectedPage],
    sections: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """As crawler.monitor.run_report writes it."""
    told = {}
    for site, found in sites.items():
        missed = Counter(each.reject.reason for each in rejects if each.site == site)
        pages = len(found) + missed.total()
        told[site] = {
            "requests": pages,
            "responses": {"article": {"200": pages}},
            "failures": {},
            "rests": [],
            "bytes": 900 * pages,
            "seconds": 2.0 * pages,
            "requests_per_second": 0.5,
            "articles": len(found),
            "joined_pages": 0,
            "rejects": dict(missed),
            "fields": {name: sum(bool(getattr(each, name)) for each in found) for name in FIELDS},
            "characters": {"median": median(each.quality.characters for each in found)} if found else {},
            "end": "drained",
            **sections.get(site, {}),
        }
    return {
        "run_id": run_id,
        "family": family,
        "arguments": {},
        "started": at,
        "finished": at + timedelta(hours=1),
        "seconds": 3600.0,
        "exit_status": 0,
        "cause": "finished",
        "sites": told,
        "stats": {},
    }


def articles(site: str, night: int, number: int, *, family: str = "news", **fields: Any) -> list[Article]:
    """`number` articles that the crawl of `night` found on `site`, all with `fields`."""
    at = NIGHT + timedelta(days=night)
    made = [article(site, each, family=family, key=f"{family[0]}{night:05d}", at=at) for each in range(number)]
    return [replace(each, **fields) for each in made]


def rejects(
    site: str, night: int, *reasons: str, family: str = "news", detail: str = "7 characters"
) -> list[RejectedPage]:
    at = NIGHT + timedelta(days=night)
    captures = [
        capture(site, 5000 + each, family=family, key=f"{family[0]}{night:05d}", at=at) for each in range(len(reasons))
    ]
    return [
        RejectedPage(found.url, site, family, Reject(reason, detail), found)
        for reason, found in zip(reasons, captures, strict=True)
    ]


def _write(path: Path, table: Any) -> None:
    if not table.num_rows:  # nobody writes an empty part
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
