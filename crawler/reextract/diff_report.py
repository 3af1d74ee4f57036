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
from pipelines.dataset.compare import Change, Difference

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
    return (
        f"{found.rows_before} rows stored, {found.rows_after} with today's rules: "
        f"{found.new} new, {found.gone} gone, {found.changed} changed"
    )


def as_text(found: Difference) -> RenderableType:
    """For rich's Console. Page content is text in it, never markup, and holds nothing that a terminal obeys."""
    pieces: list[RenderableType] = [Text(headline(found))]
    if found.columns:
        table = Table("column", "rows changed", box=None, pad_edge=False)
        for name, number in found.columns.most_common():
            table.add_row(name, str(number))
        pieces += [Text(), table]
    rejects = [(reason, a, b) for reason, (a, b) in found.rejects.items() if a != b]
    if rejects:
        table = Table("reject", "stored", "today", box=None, pad_edge=False)
        for reason, a, b in rejects:
            table.add_row(reason, str(a), str(b))
        pieces += [Text(), table]
    for name, rows in (("new", found.new_rows), ("gone", found.gone_rows)):
        pieces += [Text(harmless(f"{name}: {url} {title}")) for url, title in rows]
    for change in found.texts[:IN_TEXT]:
        table = Table("stored", "today", title=Text(harmless(f"{change.url} {change.title}")), expand=True)
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


def as_page(found: Difference) -> str:
    """A self-contained HTML page: no script, no request; all content of pages is escaped."""
    pieces = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(headline(found))}</title><style>{_STYLE}</style>",
        f"<h1>What today's rules would change</h1><p>{escape(headline(found))}</p>",
    ]
    if found.columns:
        pieces += ["<h2>Columns</h2>", _table(("column", "rows changed"), found.columns.most_common())]
    if found.rejects:
        rows = [(reason, a, b) for reason, (a, b) in found.rejects.items()]
        pieces += ["<h2>Rejects</h2>", _table(("reason", "stored", "today"), rows)]
    for name, some, number in (("New", found.new_rows, found.new), ("Gone", found.gone_rows, found.gone)):
        if some:
            pieces += [f"<h2>{name}: {number} rows</h2>", _table(("url", "title"), some)]
    if found.texts:
        pieces.append(f"<h2>The {len(found.texts)} largest changes of a text</h2>")
    for change in found.texts:
        pieces.append(f"<h3>{escape(change.title)}</h3><p>{escape(change.url)}: {change.size} characters</p>")
        pieces.append('<table class="diff"><tr><th>stored<th>today</tr>')
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
