"""What a visit costs when nothing, or nothing much, is new: python -m bench.incremental [--articles 3000]

The demo web and a generated site are crawled as on four nights: all is new; nothing is due; all articles are due and
the server knows validators (304); all are due and it knows none (the same payload comes again). Prints a line a night,
then the same figures as JSON. Exit status 1 when an unchanged article made a row, or one was fetched before it was due.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.site import Web, serve
from tests.site.crawl import crawl, last_crawl
from tests.site.scaled import Scaled

NIGHTS = {
    "all is new": "",
    "nothing is due": "",
    "all due, validators": "UPDATE url SET next_due = 1 WHERE role = 'article' AND state = 'done' AND NOT chain",
    "all due, none": (
        "UPDATE url SET next_due = 1, etag = NULL, last_modified = NULL"
        " WHERE role = 'article' AND state = 'done' AND NOT chain"
    ),
}


@dataclass(frozen=True, slots=True)
class Night:
    """Figures of one night over all families. `wire` and `archive` in bytes; `not_modified`: answers with 304."""

    web: str
    night: str
    lists: int
    articles: int
    not_modified: int
    unchanged: int
    rows: int
    wire: int
    archive: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.web:8}  {self.night:20}  {self.lists:5} lists  {self.articles:5} articles  "
            f"{self.not_modified:5} 304  {self.unchanged:5} unchanged  {self.rows:5} rows  "
            f"{self.wire / 1e6:7.2f} MB received  {self.archive / 1e6:7.2f} MB archived  {self.seconds:6.1f} s"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000)
    asked = parser.parse_args()
    nights: list[Night] = []
    with tempfile.TemporaryDirectory(prefix="incremental-") as folder:
        with serve() as web:
            nights += shown(visits("demo", web, ("fanwen", "news", "wenku"), Path(folder, "demo")))
        with serve(Scaled(asked.articles)) as web:
            nights += shown(visits("scaled", web, ("fanwen",), Path(folder, "scaled")))
    print(json.dumps([asdict(night) for night in nights], indent=1))
    wrong = [night for night in nights if night.night != "all is new" and night.rows]
    wrong += [night for night in nights if night.night == "nothing is due" and night.articles]
    return 1 if wrong else 0


def visits(name: str, web: Web, families: Sequence[str], folder: Path) -> Iterator[Night]:
    sites, output = web.write_sites(folder / "sites"), folder / "output"
    for night, sql in NIGHTS.items():
        if sql:
            database = sqlite3.connect(output / "state" / "frontier.sqlite3")
            with database:
                database.execute(sql)
            database.close()
        began, sums = time.monotonic(), Counter[str]()
        for family in families:
            done = crawl(family, sites, output, fresh=True)
            assert done.returncode == 0, done.stderr
            sums += figures(family, output)
        seconds = round(time.monotonic() - began, 1)
        counts = {key: sums[key] for key in Night.__dataclass_fields__ if key not in ("web", "night", "seconds")}
        yield Night(web=name, night=night, seconds=seconds, **counts)


def figures(family: str, output: Path) -> Counter[str]:
    """Of the last run of `family`; robots.txt is none of the lists."""
    run = last_crawl(family, output)
    sums = Counter(rows=run.stat("dataset/articles"), archive=run.stat("archive/bytes"))
    for site in run.report["sites"].values():
        sums["wire"] += site["bytes"]
        sums["unchanged"] += site["frontier"]["unchanged"]
        for role, statuses in site["responses"].items():
            if role != "robots":
                sums["articles" if role == "article" else "lists"] += sum(statuses.values())
                sums["not_modified"] += statuses.get("304", 0)
    return sums


def shown(nights: Iterator[Night]) -> Iterator[Night]:
    for night in nights:
        print(night, flush=True)
        yield night


if __name__ == "__main__":
    sys.exit(main())
