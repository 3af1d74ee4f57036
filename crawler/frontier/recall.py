"""A page as it was last, from the dataset: for one page by hand, which no frontier keeps.

The rule is that of every later visit: a page that is as it was is archived as a revisit and gives no second row. A page
that changed gives one even where its text is the same, because the dataset is a view of the archive.
"""

from __future__ import annotations

from pathlib import Path

from crawler.extract.article import Capture
from crawler.extract.url import article_id
from crawler.frontier.entry import Entry

_ROW = "SELECT captures[1] FROM articles WHERE id = ? ORDER BY fetched_at DESC LIMIT 1"


def last_capture(output: Path, entry: Entry) -> Capture | None:
    """The first capture of the newest row of an article page; null for other pages and without any."""
    import duckdb  # noqa: PLC0415 - a crawl of sites never needs it

    from pipelines.dataset.query import connect  # noqa: PLC0415

    if entry.role != "article" or entry.chain:
        return None
    try:
        with connect(output) as connection:
            row = connection.execute(_ROW, [article_id(entry.url)]).fetchone()
    except duckdb.Error:  # a damaged part: verify tells of it, and the page is fetched as if it were new
        return None
    return Capture.of(row[0]) if row and row[0] else None
