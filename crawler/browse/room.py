"""The reading room: turns a question into a page. It has no sockets (server.py) and keeps nothing between questions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler.archive.exchange import ArchiveError
from crawler.browse.archived import COLOURS, archived_page
from crawler.browse.search import MARKS, ORDERS, PAGE, Question, TooSlowError, article, facets, reject, search
from crawler.browse.spans import pieces, rules_in, runs, with_hits
from crawler.extract.article import Capture, Removed
from crawler.language import Language, language, message

# Columns of a row, each by its name for a person.
FACTS = (
    message("site"),
    message("family"),
    message("template"),
    message("published"),
    message("source"),
    message("author"),
    message("editor"),
    message("lead"),
    message("category"),
    message("keywords"),
)
REJECT_FACTS = (message("site"), message("family"), message("url"), message("run_id"), message("rules_version"))
MORE_FACTS = (
    message("document"),
    message("page_count"),
    message("truncated"),
    message("script"),
    message("charset"),
    message("duplicate_of"),
    message("near_duplicate_of"),
    message("similarity"),
)


@dataclass(frozen=True, slots=True)
class RoomAnswer:
    """An HTTP status and an HTML page. `framed`: an archived page, which only the room itself may show in a frame."""

    status: int
    body: str
    framed: bool = False


class ReadingRoom:
    """`output`: OUTPUT_DIR. Every question opens the dataset anew, so that what a crawl adds meanwhile is seen.

    It speaks English unless it is given another language.
    """

    def __init__(self, output: Path, speaks: Language | None = None) -> None:
        self._output = output
        self.speaks = speaks or language("en")
        self._environment = Environment(
            extensions=["jinja2.ext.i18n"],
            loader=PackageLoader("crawler.browse"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        callables = self.speaks.gettext, self.speaks.ngettext
        self._environment.install_gettext_callables(*callables, newstyle=True)  # type: ignore[attr-defined]
        self._environment.filters.update(clock=_clock, query=urlencode, pieces=pieces, say=self.speaks.say)
        style = self._environment.get_template("browse.css").render(colours=COLOURS)
        self.style_hash = f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"
        self._environment.globals.update(style=Markup(style), lang=self.speaks.lang)
        self._pages: dict[str, Callable[[Mapping[str, str]], RoomAnswer]] = {
            "": self._search,
            "row": self._row,
            "reject": self._reject,
            "page": self._page,
        }

    def answer(self, name: str, arguments: Mapping[str, str]) -> RoomAnswer:
        """The page `name`; the empty name is the search. Trouble with question or dataset becomes a page, too."""
        page = self._pages.get(name)
        if page is None:
            return self._say(404, message("There is no such page."))
        try:
            return page(arguments)
        except TooSlowError:
            return self._say(503, message("That took too long. Narrow it by a site or a longer word."))
        except (ArchiveError, duckdb.Error, OSError) as error:
            return self._say(500, str(error).splitlines()[0])

    def _search(self, arguments: Mapping[str, str]) -> RoomAnswer:
        question = Question.of(arguments)
        found = search(self._output, question)
        return self._show(
            "search.html",
            question=question,
            found=found,
            facets=facets(self._output),
            orders=list(ORDERS),
            marks=list(MARKS),
            first=PAGE * question.page + 1,
            more=found.total > PAGE * (question.page + 1),
        )

    def _row(self, arguments: Mapping[str, str]) -> RoomAnswer:
        row, versions = article(self._output, arguments.get("id", ""), arguments.get("run", ""))
        if row is None:
            return self._say(404, message("No such article."))
        removed = [Removed(**span) for span in row["removed"]]
        body = runs(row["text"], removed)
        taken = [run for run in body if run.rule]
        question = Question.of({"q": arguments.get("q", "")})
        body = with_hits(body, question.words)
        return self._show(
            "row.html",
            row=row,
            versions=versions,
            runs=body,
            question=question,
            hits=max((run.hit for run in body), default=0),
            rules={rule: sum(len(r.text) for r in taken if r.rule == rule) for rule in rules_in(removed)},
            slots={rule: number % COLOURS for number, rule in enumerate(rules_in(removed))},
            facts=FACTS,
            more_facts=MORE_FACTS,
            number=_number(arguments.get("n", "0"), len(row["captures"])),
            view=arguments.get("view", "page"),
        )

    def _reject(self, arguments: Mapping[str, str]) -> RoomAnswer:
        row = reject(self._output, arguments.get("record", ""))
        if row is None:
            return self._say(404, message("No such rejected page."))
        return self._show("reject.html", row=row, facts=REJECT_FACTS, view=arguments.get("view", "page"))

    def _page(self, arguments: Mapping[str, str]) -> RoomAnswer:
        row: dict[str, Any] | None
        if record := arguments.get("record"):
            row = reject(self._output, record)
            capture = row["capture"] if row else None
        else:
            row, _ = article(self._output, arguments.get("id", ""), arguments.get("run", ""))
            capture = row["captures"][_number(arguments.get("n", "0"), len(row["captures"]))] if row else None
        if row is None or capture is None:
            return self._say(404, message("No such record."), framed=True)
        try:
            shown = archived_page(self._output, row, Capture.of(capture), arguments.get("view", "page"))
        except (ArchiveError, OSError) as error:
            return self._say(404, message("Not in the archive: {error}", error=error), framed=True)
        return self._show("page.html", framed=True, shown=shown)

    def _show(self, template: str, *, framed: bool = False, **values: Any) -> RoomAnswer:
        return RoomAnswer(200, self._environment.get_template(template).render(**values), framed)

    def _say(self, status: int, words: str, *, framed: bool = False) -> RoomAnswer:
        return RoomAnswer(
            status, self._environment.get_template("words.html").render(words=self.speaks.say(words)), framed
        )


def _number(text: str, count: int) -> int:
    """An index below `count`, 0 for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if number < count else 0


def _clock(instant: datetime | None) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}" if instant else "–"
