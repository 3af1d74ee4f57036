"""The reading room's queries. They search for substrings: Chinese does not mark where words end, and up to some million
rows no index is needed, since DuckDB reads the text column at several hundred megabytes a second on each core.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import Any, Self

import duckdb

from crawler.language import message
from pipelines.dataset.query import connect, rows

PAGE = 40  # results shown at once
SECONDS = 20  # a question may take
_TERMS = 8
_LONGEST_TERM = 200
_ADDRESS = ("http://", "https://")
_ID = re.compile(r"[0-9a-f]{32}")

_TAKEN = "coalesce(list_sum([len(r.text) FOR r IN removed]), 0)"
_REMOVED_SHARE = f"{_TAKEN} / ({_TAKEN} + quality.characters + 1)"
ORDERS: dict[str, str] = {
    message("newest"): "fetched_at DESC, id",
    message("oldest"): "fetched_at, id",
    message("a sample"): "hash(id)",  # the same one every time, so that before and after a change can be compared
    message("most removed"): f"{_REMOVED_SHARE} DESC, id",
    message("shortest"): "quality.characters, id",
    message("longest"): "quality.characters DESC, id",
}
MARKS: dict[str, str] = {
    message("cut short"): "truncated",
    message("copies"): "duplicate_of IS NOT NULL",
    message("near copies"): "near_duplicate_of IS NOT NULL",
    message("no date"): "published IS NULL",
    message("no source"): "source IS NULL",
    message("masked or garbled"): "quality.masked + quality.replaced > 0",
}
_FILTERS = ("site", "family", "template", "rule", "mark", "reason")


class TooSlowError(Exception):
    """The question took longer than SECONDS."""


@dataclass(frozen=True, slots=True)
class Question:
    """The fields of the search form. Unknown values are not refused: they find nothing, or are left out."""

    q: str = ""
    kind: str = "articles"
    site: str = ""
    family: str = ""
    template: str = ""
    rule: str = ""
    mark: str = ""
    reason: str = ""
    order: str = "newest"
    page: int = 0

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Self:
        page = arguments.get("page", "0")
        return cls(
            q=arguments.get("q", "").strip(),
            kind="rejects" if arguments.get("kind") == "rejects" else "articles",
            order=arguments.get("order", "") if arguments.get("order") in ORDERS else "newest",
            page=min(int(page), 999) if page.isascii() and page.isdigit() and len(page) < 6 else 0,
            **{name: arguments.get(name, "")[:_LONGEST_TERM] for name in _FILTERS},
        )

    @property
    def terms(self) -> list[str]:
        return [term[:_LONGEST_TERM] for term in self.q.split()[:_TERMS]]

    @property
    def words(self) -> list[str]:
        """The terms that are looked for in texts."""
        return [term for term in self.terms if not _ID.fullmatch(term) and not term.startswith(_ADDRESS)]

    def arguments(self, **changed: str | int) -> dict[str, str | int]:
        """For a link to another page of the same answer: what differs from the defaults."""
        names = ("q", "kind", *_FILTERS, "order", "page")
        asked = {name: getattr(self, name) for name in names} | changed
        return {name: value for name, value in asked.items() if value != getattr(Question(), name)}

    def about(self, row: Mapping[str, Any]) -> dict[str, str]:
        """For a link to a row, which shows the hits."""
        return {"id": row["id"], "run": row["run_id"], **({"q": self.q} if self.words else {})}

    def turned(self, pages: int) -> Question:
        return replace(self, page=self.page + pages)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` rows match; `rows` are those of the page that was asked for."""

    total: int
    rows: Sequence[Mapping[str, Any]]


def search(output: Path, question: Question) -> SearchResult:
    """Rows without their texts. Raises TooSlowError, duckdb.Error."""
    tests, values = _tests(question)
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    limit = f"LIMIT {PAGE} OFFSET {PAGE * question.page}"
    with _asking(output) as db:
        if question.kind == "rejects":
            columns, order = f"{_REJECT}, count(*) OVER () AS total", "capture.fetched_at DESC, url"
            found = rows(db, f"SELECT {columns} FROM rejects {where} ORDER BY {order} {limit}", values)
            return SearchResult(found[0]["total"] if found else 0, found)
        # The texts are read once: which rows, and how many. What is shown of the rows on the page is little.
        keys = f"SELECT id, run_id, count(*) OVER () AS total FROM articles {where} ORDER BY {ORDERS[question.order]}"
        found = rows(db, f"{keys} {limit}", values)
        place = {(row["id"], row["run_id"]): number for number, row in enumerate(found)}
        wanted = [row["id"] for row in found]
        term = next(iter(question.terms), "")
        shown = rows(db, f"SELECT {_ARTICLE} FROM articles WHERE id IN (SELECT unnest(?))", [term, wanted])
        shown = [row for row in shown if (row["id"], row["run_id"]) in place]
        shown.sort(key=lambda row: place[row["id"], row["run_id"]])
        return SearchResult(found[0]["total"] if found else 0, shown)


_REJECT = "url, site, family, reason, detail, capture.record_id AS record, capture.fetched_at AS fetched_at"
_ARTICLE = f"""
    id, run_id, site, template, title, published, quality.characters AS characters, fetched_at,
    {_REMOVED_SHARE} AS removed_share, len(removed) AS spans,
    substr(text, greatest(1, strpos(text, ?) - 24), 110) AS snippet"""


def _tests(question: Question) -> tuple[list[str], list[Any]]:
    """SQL tests and the values of their question marks."""
    tests: list[str] = []
    values: list[Any] = []
    for name in ("site", "family", *(("reason",) if question.kind == "rejects" else ("template",))):
        if value := getattr(question, name):
            tests.append(f"{name} = ?")
            values.append(value)
    texts = ("url", "detail") if question.kind == "rejects" else ("title", "text")
    if question.kind == "articles":
        if question.rule:
            tests.append("list_contains([r.rule FOR r IN removed], ?)")
            values.append(question.rule)
        if question.mark in MARKS:
            tests.append(MARKS[question.mark])
    for term in question.terms:
        if question.kind == "articles" and _ID.fullmatch(term):
            tests.append("id = ?")
            values.append(term)
        elif term.startswith(_ADDRESS):
            tests.append("contains(url, ?)")
            values.append(term)
        else:
            # contains() on the text as it is costs a fifth of making it lower case first.
            spelt = sorted({term, term.lower(), term.upper(), term.capitalize()})
            tests.append(f"({' OR '.join(f'contains({text}, ?)' for text in texts for _ in spelt)})")
            values += spelt * len(texts)
    return tests, values


def article(output: Path, article_id: str, run_id: str = "") -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The row, newest or that of one run, and what other rows there are of the article (run_id, fetched_at)."""
    with _asking(output) as db:
        sql = "SELECT run_id, fetched_at FROM articles WHERE id = ? ORDER BY fetched_at DESC, run_id DESC LIMIT 50"
        versions = rows(db, sql, [article_id])
        if not versions:
            return None, []
        wanted = run_id or versions[0]["run_id"]
        found = rows(db, "SELECT * FROM articles WHERE id = ? AND run_id = ? LIMIT 1", [article_id, wanted])
        return (found[0] if found else None), versions


def reject(output: Path, record_id: str) -> dict[str, Any] | None:
    """The reject of this record; null where there is none. Raises TooSlowError, duckdb.Error."""
    with _asking(output) as db:
        found = rows(db, "SELECT * FROM rejects WHERE capture.record_id = ? LIMIT 1", [record_id])
        return found[0] if found else None


def facets(output: Path) -> dict[str, list[str]]:
    """The values of each filter that occur in the dataset, the most frequent first."""
    sources = {
        "site": "SELECT site AS name FROM articles",
        "family": "SELECT family AS name FROM articles",
        "template": "SELECT template AS name FROM articles",
        "rule": "SELECT unnest([r.rule FOR r IN removed]) AS name FROM articles",
        "reason": "SELECT reason AS name FROM rejects",
    }
    with _asking(output) as db:
        return {
            facet: [row["name"] for row in rows(db, f"{_COUNTED.format(source)} LIMIT 500", [])]
            for facet, source in sources.items()
        }


_COUNTED = "SELECT name FROM ({}) WHERE name IS NOT NULL GROUP BY name ORDER BY count(*) DESC, name"


@contextmanager
def _asking(output: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(output) as db:
        timer = Timer(SECONDS, db.interrupt)
        timer.start()
        try:
            yield db
        except duckdb.InterruptException as error:
            raise TooSlowError from error
        finally:
            timer.cancel()
