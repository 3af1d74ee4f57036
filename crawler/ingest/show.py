"""One page as a person reads it on a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from crawler.archive.reader import to_page
from crawler.display import harmless, padded
from crawler.extract.article import Article, Reject
from crawler.extract.url import host_of
from crawler.ingest.extract import Options, stored_pages
from crawler.ingest.inputs import Input
from crawler.language import message
from crawler.sandbox.processor import ProcessorBeside
from crawler.siteconfig.site import Folders, load_sites
from pipelines.dataset.plain import plain
from pipelines.dataset.schema import row
from pipelines.process import process_page

_FIELDS = (
    message("published"),
    message("source"),
    message("author"),
    message("editor"),
    message("lead"),
    message("category"),
    message("keywords"),
    message("template"),
    message("charset"),
)


def read_page(given: Input, sites_dir: Folders, options: Options) -> tuple[Article | Reject, str | None]:
    """The article of an HTML file, or why it is none; and the URL of its next page. Raises OSError."""
    damage: list[str] = []
    stored = next(stored_pages(given, options, damage), None)
    if stored is None:
        raise OSError(damage[0])
    page = to_page(stored)
    sites = load_sites(sites_dir)
    site = next((each for each in sites.values() if host_of(page.url) and each.owns(page.url)), None)
    with ProcessorBeside() as processor:
        outcome = processor.result(process_page, page, family=options.family, site=site)
    if isinstance(outcome, Reject):
        return outcome, None
    return (outcome.reject or outcome.articles[0]), outcome.next_page


def as_json(article: Article) -> str:
    """One line with the columns of a row."""
    return json.dumps(plain(row(article)), ensure_ascii=False)


def lines(article: Article, next_page: str | None, say: Callable[[str], str] = str) -> Iterator[str]:
    """Title, fields that the page prints, with their names in a person's language, text: harmless to a terminal."""
    yield harmless(article.title)
    yield ""
    fields = {name: getattr(article, name) for name in _FIELDS} | {message("next page"): next_page}
    for name, value in fields.items():
        if value:
            shown = ", ".join(value) if isinstance(value, list) else str(value)
            yield harmless(f"{padded(say(name), 10)} {shown}".replace("\n", " "))
    yield ""
    yield from harmless(article.text).split("\n")
