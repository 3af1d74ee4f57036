"""From lines to the text of an article: paragraphs, numbered items, and rows of tables with their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.extract.dom import Dom, Node

# "1、", "（二）", "③": the author numbers the item, whatever a browser prints before it.
_NUMBERED = re.compile(
    r"[\[(（【第]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])\s*[、.．:：)）\]】条章节项]|[①-⑳⑴-⒇⒈-⒛㈠-㈩]"
)
_MAX_COLUMNS = 100


def assemble(dom: Dom, indices: Iterable[int]) -> str:
    """The text of the lines: one paragraph per line, the cells of a table row joined by tabs so that columns agree."""
    parts: list[str] = []
    columns: dict[Node, int] = {}
    tables: set[Node] = set()
    last_row: Node | None = None
    reached = 0  # the column of the last cell
    for index in indices:
        line = dom.lines[index]
        text = line.own_text()
        marker = dom.markers.get(index)
        if marker and not _NUMBERED.match(text):
            text = marker + text
        cell = _cell(line.node)
        row = cell.parent if cell is not None else None
        if cell is None or row is None:
            parts.append(text)
        else:
            table = _table(row)
            if table not in tables:
                tables.add(table)
                columns.update(_columns(dom, table))
            column = columns.get(cell, 0)
            if row is last_row:
                parts[-1] += "\t" * max(1, column - reached) + text
            else:
                parts.append("\t" * (column if index == row.start else 0) + text)
            reached = column
        last_row = row
    return "\n".join(parts)


def _cell(node: Node) -> Node | None:
    """The cell around a line if it is one of data: in a layout table rows are long or cells have several lines."""
    while node.tag not in ("td", "th"):
        if node.parent is None or node.tag in ("table", "body"):
            return None
        node = node.parent
    row = node.parent
    if row is None or row.tag != "tr" or node.end - node.start != 1 or row.end - row.start > 12:
        return None
    return node


def _table(row: Node) -> Node:
    node = row
    while node.tag != "table" and node.parent is not None:
        node = node.parent
    return node


def _columns(dom: Dom, table: Node) -> dict[Node, int]:
    """The column of each cell of the table, from 0: after empty cells, colspans and the rowspans of the rows above."""
    columns: dict[Node, int] = {}
    taken: dict[int, int] = {}  # column -> how many more rows a cell of a row above covers
    row: Node | None = None
    column = 0
    for cell in dom.inside(table):
        if cell.tag not in ("td", "th") or cell.parent is None or cell.parent.tag != "tr" or _table(cell) is not table:
            continue
        if cell.parent is not row:
            row, column = cell.parent, 0
            taken = {place: left - 1 for place, left in taken.items() if left > 1}
        while column in taken and column < _MAX_COLUMNS:
            column += 1
        columns[cell] = column
        wide, high = dom.spans.get(cell, (1, 1))
        for place in range(column, column + wide):
            taken[place] = high
        column = min(column + wide, _MAX_COLUMNS)
    # A column that is empty in all rows is a margin.
    used = sorted({column for cell, column in columns.items() if cell.end > cell.start})
    places = {column: place for place, column in enumerate(used)}
    return {cell: places[column] for cell, column in columns.items() if column in places}
