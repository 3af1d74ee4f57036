"""`make demo`: serves the demo web, crawls it with the three spiders, says what came out and where it lies.

python -m tests.site.demo [--output FOLDER]    exit status: the first one of a crawl that is not 0
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from crawler.extract.url import canonical_url
from tests.browser import CHROMIUM
from tests.site.compare import differences
from tests.site.crawl import PROJECT, Crawl, crawl, last_crawl, rows
from tests.site.scripted import Scripted, ScriptedSite
from tests.site.server import Web, listen, serve
from tests.site.webs import OUTLINES

# The same addresses every time, so that a second run meets the same URLs: 304 and revisits instead of new articles.
_PORTS = (18081, 18082, 18083)
_SCRIPTED_PORT = 18084


class Line(NamedTuple):
    """One spider's line of the table."""

    family: str
    crawl: Crawl
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.site.demo", description=__doc__)
    parser.add_argument("--output", type=Path, default=PROJECT / "output/demo", metavar="FOLDER")
    output: Path = parser.parse_args().output.resolve()
    console = Console()
    with _served() as web, tempfile.TemporaryDirectory() as folder:
        sites = web.write_sites(Path(folder))
        for name, outline in OUTLINES.items():
            console.print(f"{outline.title} ({outline.family}) on {web[name]}/")
        lines = []
        for outline in OUTLINES.values():
            started = time.monotonic()
            done = crawl(outline.family, sites, output, capture=False, LOG_LEVEL="ERROR")
            if done.returncode:
                print(f"scrapy crawl {outline.family} ended with status {done.returncode}", file=sys.stderr)
                return done.returncode
            lines.append(Line(outline.family, last_crawl(outline.family, output), time.monotonic() - started))
        console.print(_table(lines))
        console.print(_proof(web, output))
    console.print(_scripted(output.with_name(f"{output.name}-scripts")))
    _queries(output)
    return 0


def _scripted(output: Path) -> str:
    """The fourth site, which shows nothing without scripts, and what a browser made of it."""
    if not CHROMIUM:
        return "夏木在线, a site that only a browser shows, is left out: no Chromium (apt-get install chromium)."
    with serve(Scripted(spins=False), ports=(_free(_SCRIPTED_PORT),)) as web, tempfile.TemporaryDirectory() as folder:
        site, sites = web.sites["xiamu"], web.write_sites(Path(folder))
        assert isinstance(site, ScriptedSite)
        started = time.monotonic()
        settings = {"LOG_LEVEL": "ERROR", "RENDER_BROWSER": CHROMIUM, "RENDER_SECONDS": "8"}
        done = crawl("news", sites, output, capture=False, **settings)
        seconds = time.monotonic() - started
        found = rows(output)
        right = sum((row["title"], row["text"]) == site.truths.get(row["url"]) for row in found)
    return (
        f"夏木在线 (news), which only a browser shows: {right} of {len(site.truths)} articles to the character "
        f"by Chromium in {seconds:.0f} s, exit status {done.returncode}, in {output}."
    )


def _free(port: int) -> int:
    try:
        listen(port).close()
    except OSError:
        return 0
    return port


def _served() -> AbstractContextManager[Web]:
    """On the fixed ports where they are free, otherwise anywhere."""
    try:
        for port in _PORTS:
            listen(port).close()
    except OSError:
        return serve()
    return serve(ports=_PORTS)


def _table(lines: list[Line]) -> Table:
    table = Table(title=None, header_style="bold", box=None, pad_edge=False)
    for name in ("spider", "pages", "articles", "joined", "rejects", "WARCs", "bytes", "rows", "seconds"):
        table.add_column(name, justify="left" if name in ("spider", "rejects") else "right")
    for family, done, seconds in lines:
        warcs = done.manifest["warc"]
        table.add_row(
            family,
            f"{done.stat('response_received_count'):,}",
            f"{done.stat('dataset/articles'):,}",
            f"{done.stat('articles/joined_pages'):,}",
            "\n".join(f"{count} {reason}" for reason, count in done.rejects.items()) or "none",
            f"{len(warcs):,}",
            f"{sum(one['end'] - one['start'] for one in warcs):,}",
            f"{sum(one['rows'] for one in done.manifest['files'] if one['path'].startswith('articles/')):,}",
            f"{seconds:.1f}",
        )
    return table


def _proof(web: Web, output: Path) -> str:
    """How many rows say exactly what the generator put on the pages."""
    truths = {canonical_url(url): truth for url, truth in web.truth().items()}
    found = [row for row in rows(output) if row["canonical_url"] in truths]
    right = sum(not differences(row, truths[row["canonical_url"]]) for row in found)
    return f"\n{right} of {len(found)} rows equal in every field what was put on the pages ({len(truths)} articles)."


def _queries(output: Path) -> None:
    where = output.relative_to(PROJECT) if output.is_relative_to(PROJECT) else output
    sql = (
        "select family, template, count(*) as articles, round(avg(length(text))) as characters "
        f"from '{where}/articles/**/*.parquet' group by all order by all"
    )
    columns = "['site', 'title', 'published', 'source', 'author']"
    print(f"""
The archive lies in {where}/warc, the dataset in {where}/articles, the rejects in {where}/rejects.
To look at it, from the project's folder:

.venv/bin/scrapy report -s OUTPUT_DIR={where}      # {where}/reports/index.html: how the crawls went
.venv/bin/scrapy browse -s OUTPUT_DIR={where}      # the reading room: each row beside its archived page

.venv/bin/python -c "import duckdb; duckdb.sql(\'\'\'{sql}\'\'\').show()"

.venv/bin/python -c "import pandas; print(pandas.read_parquet('{where}/articles')[{columns}])"
""")


if __name__ == "__main__":
    sys.exit(main())
