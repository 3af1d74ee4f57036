"""What other rules would change, for a person: as text for a terminal, and as one page that needs no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from crawler.display import harmless
from crawler.language import Language, about, counted, language, message
from pipelines.dataset.compare import Change, Difference

_ENGLISH = language("en")
_TITLE = message("What today's rules would change")
_STORED, _TODAY, _CHANGED = message("stored"), message("today"), message("rows changed")
_CONTEXT = 1  # lines that are the same, around those that are not
_LONGEST = 2_000  # characters of a line in which single characters are compared
IN_TEXT = 5  # changes shown on a terminal


class LinePair(NamedTuple):
    """A line of each text, None where one has none; both are None where lines are left out. `same`: unchanged."""

    before: str | None
    after: str | None
    same: bool


def side_by_side(change: Change) -> Iterator[LinePair]:
    """The two texts line by line, with what is the same shortened to a line of context."""
    before, after = change.before.split("\n"), change.after.split("\n")
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number:
            yield LinePair(None, None, True)
        for tag, start, end, start_after, end_after in group:
            left, right = before[start:end], after[start_after:end_after]
            for at in range(max(len(left), len(right))):
                yield LinePair(_at(left, at), _at(right, at), tag == "equal")


def headline(found: Difference) -> str:
    return message(
        "{before} rows stored, {after} with today's rules: {new} new, {gone} gone, {changed} changed",
        before=found.rows_before,
        after=found.rows_after,
        new=found.new,
        gone=found.gone,
        changed=found.changed,
    )


def as_text(found: Difference, speaks: Language = _ENGLISH) -> RenderableType:
    """For rich's Console. Page content is text in it, never markup, and holds nothing that a terminal obeys."""
    say = speaks.say
    stored, today, changed = (say(word) for word in (_STORED, _TODAY, _CHANGED))
    pieces: list[RenderableType] = [Text(say(headline(found)))]
    if found.columns:
        table = Table(say(message("column")), changed, box=None, pad_edge=False)
        for name, number in found.columns.most_common():
            table.add_row(name, str(number))
        pieces += [Text(), table]
    rejects = [(reason, a, b) for reason, (a, b) in found.rejects.items() if a != b]
    if rejects:
        table = Table(say(message("reject")), stored, today, box=None, pad_edge=False)
        for reason, a, b in rejects:
            table.add_row(reason, str(a), str(b))
        pieces += [Text(), table]
    for name, rows in ((message("new"), found.new_rows), (message("gone"), found.gone_rows)):
        pieces += [Text(harmless(say(about(name, f"{url} {title}")))) for url, title in rows]
    for change in found.texts[:IN_TEXT]:
        table = Table(stored, today, title=Text(harmless(f"{change.url} {change.title}")), expand=True)
        for line in side_by_side(change):
            style = "dim" if line.same else ""
            cells = ["…", "…"] if line.before is line.after is None else [line.before or "", line.after or ""]
            table.add_row(*(Text(harmless(cell), style=style) for cell in cells))
        pieces += [Text(), table]
    return Group(*pieces)


_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.15rem .6rem}
td.n{text-align:right}.diff{width:100%;table-layout:fixed;border:1px solid #8888;margin:.4rem 0 2rem}
.diff td{width:50%;overflow-wrap:anywhere;white-space:pre-wrap}.same{opacity:.55}
.diff td+td{border-left:1px solid #8888}del,ins{text-decoration:none}del{background:#f663}ins{background:#3b63}
a{color:inherit;overflow-wrap:anywhere}
"""


def as_page(found: Difference, speaks: Language = _ENGLISH) -> str:
    """A self-contained HTML page: no script, no request; all content of pages is escaped."""

    def say(text: str) -> str:
        return escape(speaks.say(text))

    stored, today = speaks.say(_STORED), speaks.say(_TODAY)
    pieces = [
        f'<!doctype html><html lang="{speaks.lang}"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{say(headline(found))}</title><style>{_STYLE}</style>",
        f"<h1>{say(_TITLE)}</h1><p>{say(headline(found))}</p>",
    ]
    if found.columns:
        head = speaks.say(message("column")), speaks.say(_CHANGED)
        pieces += ["<h2>", say(message("Columns")), "</h2>", _table(head, found.columns.most_common())]
    if found.rejects:
        rows = [(reason, a, b) for reason, (a, b) in found.rejects.items()]
        reason = speaks.say(message("reason"))
        pieces += ["<h2>", say(message("Rejects")), "</h2>", _table((reason, stored, today), rows)]
    for name, some in (
        (counted("New: {number} row", "New: {number} rows", found.new), found.new_rows),
        (counted("Gone: {number} row", "Gone: {number} rows", found.gone), found.gone_rows),
    ):
        if some:
            pieces += [
                f"<h2>{say(name)}</h2>",
                _table((speaks.say(message("url")), speaks.say(message("title"))), some),
            ]
    if found.texts:
        largest = message("The {number} largest changes of a text", number=len(found.texts))
        pieces.append(f"<h2>{say(largest)}</h2>")
    for change in found.texts:
        size = about(change.url, message("{number} characters", number=change.size))
        pieces.append(f"<h3>{escape(change.title)}</h3><p>{say(size)}</p>")
        pieces.append(f'<table class="diff"><tr><th>{escape(stored)}<th>{escape(today)}</tr>')
        pieces += map(_row, side_by_side(change))
        pieces.append("</table>")
    return "\n".join(pieces) + "\n"


def _row(line: LinePair) -> str:
    if line.before is None and line.after is None:
        return '<tr class="same"><td>…<td>…</tr>'
    before, after = line.before or "", line.after or ""
    if line.same:
        return f'<tr class="same"><td>{escape(before)}<td>{escape(after)}</tr>'
    if max(len(before), len(after)) > _LONGEST:
        return f"<tr><td><del>{escape(before)}</del><td><ins>{escape(after)}</ins></tr>"
    left, right = [], []
    for tag, start, end, start_after, end_after in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = escape(before[start:end]), escape(after[start_after:end_after])
        left.append(old if tag == "equal" else f"<del>{old}</del>")
        right.append(new if tag == "equal" else f"<ins>{new}</ins>")
    return f"<tr><td>{''.join(left)}<td>{''.join(right)}</tr>"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = "".join(f"<th>{escape(name)}" for name in head)
    lines = ("".join(f"<td{_kind(each)}>{escape(str(each))}" for each in row) for row in rows)
    return f"<table><tr>{cells}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _kind(value: object) -> str:
    return ' class="n"' if isinstance(value, int) else ""


def _at(lines: Sequence[str], number: int) -> str | None:
    return lines[number] if number < len(lines) else None
