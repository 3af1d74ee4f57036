"""Charts as inline SVG without script, style or outside reference; the page's style sheet colours them.

pygal draws: pure Python of 130 kB; its SVG is classes without fixed colours, so that one style sheet serves light and
dark, and a chart costs 2 to 20 kB. Plotly inlines 4.5 MB of script, vega about one, and for both the page's content
security policy would have to allow scripts; matplotlib writes its colours into every path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pygal
from lxml import etree
from markupsafe import Markup

from crawler.display import columns

WIDTH, HEIGHT = 400, 200  # near to the size in which they are shown, so that their text keeps its size
FLAT_ROW = 22  # height of one bar of a horizontal chart
_FEWEST = 8  # places along the x axis
_LABEL_CHARACTERS = 60  # along the x axis: more run into each other
_COORDINATES = frozenset(("d", "x", "y", "cx", "cy", "r", "width", "height", "transform"))
_DIGITS = re.compile(r"\d+\.\d{2,}")  # pygal writes femtometres
# What no XML may hold. A name may be a site's or a template's of rows that somebody else has written.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Series:
    """`slot` is its colour, c0 to c9 of the style sheet; a value None is a gap."""

    name: str
    slot: int
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart. `legend`: slot and name of each series, empty where there is only one."""

    title: str
    note: str
    svg: Markup
    legend: Sequence[tuple[int, str]]


def stacked(
    title: str, labels: Sequence[str], series: Sequence[Series], *, note: str = "", grows: bool = True
) -> Chart:
    """Bars of counts, one a label. `grows`: to the right, crawl by crawl."""
    drawn = _padded(labels, series) if grows else (labels, series)
    return _draw(pygal.StackedBar, title, *drawn, note=note, shown=_whole)


def lines(
    title: str, labels: Sequence[str], series: Sequence[Series], *, note: str = "", percent: bool = False
) -> Chart:
    """`percent`: values from 0 to 1 on a fixed axis."""
    shown = (lambda value: f"{value:.0%}") if percent else (lambda value: f"{value:,.3g}")
    return _draw(pygal.Line, title, *_padded(labels, series), note=note, shown=shown, range=(0, 1) if percent else None)


def flat(title: str, counts: Mapping[str, int], *, slot: int = 0, note: str = "") -> Chart:
    """Horizontal bars, the first on top."""
    names = list(counts)[::-1]
    series = [Series("", slot, [counts[name] for name in names])]
    # Rows of one height, however many: otherwise a chart of two bars shows two walls.
    height = 46 + FLAT_ROW * max(2, len(names))
    return _draw(
        pygal.HorizontalBar,
        title,
        names,
        series,
        note=note,
        shown=lambda value: f"{value:,.0f}",
        height=height,
        every_label=True,
    )


def _padded(labels: Sequence[str], series: Sequence[Series]) -> tuple[Sequence[str], Sequence[Series]]:
    """Room for the crawls to come: one bar alone would be a wall. Blanks of different length, since labels are keys."""
    blanks = [" " * (each + 1) for each in range(_FEWEST - len(labels))]
    return [*labels, *blanks], [replace(each, values=[*each.values, *(None for _ in blanks)]) for each in series]


def _draw(
    kind: Callable[..., pygal.Graph],
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    note: str,
    shown: Callable[[float], str],
    range: tuple[float, float] | None = None,
    height: int = HEIGHT,
    every_label: bool = False,
) -> Chart:
    labels = [_NOT_XML.sub("\ufffd", each) for each in labels]
    named = [replace(each, name=_NOT_XML.sub("\ufffd", each.name)) for each in series]
    filled = [each for each in named if any(value for value in each.values)] or named[:1]
    chart = kind(
        width=WIDTH,
        height=height,
        explicit_size=False,
        show_legend=False,
        js=[],
        css=[],
        margin=4,
        margin_top=10,
        margin_right=16,  # half of the last label
        truncate_label=18,
        range=range,
        include_x_axis=True,
        min_scale=2,
        max_scale=5,
        dots_size=3,
        print_values=every_label,
        print_values_position="top",
        show_minor_x_labels=False,
        value_formatter=lambda value: "" if value is None else shown(value),
        no_data_text="–",
    )
    chart.x_labels = list(labels)
    chart.x_labels_major = list(labels) if every_label else _spaced(labels)
    for each in filled:
        chart.add(each.name, list(each.values), allow_interruptions=True)
    svg = Markup(_bare(chart.render_tree(), title, filled))
    legend = [(each.slot, each.name) for each in filled] if len(series) > 1 else []
    return Chart(title, note, svg, legend)


def _whole(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"


def _spaced(labels: Sequence[str]) -> list[str]:
    step = -(-max(columns(label) + 2 for label in [*labels, ""]) * len(labels) // _LABEL_CHARACTERS) or 1
    shown = [label for label in labels if label.strip()]
    return shown[::-1][::step]  # the newest always has its label


def _bare(root: etree._Element, title: str, series: Sequence[Series]) -> str:
    """Without styles and scripts; what a mark stands for as its <title>, which browsers show without any script."""
    for defs in root.findall(f"{_SVG}defs") or root.findall("defs"):
        root.remove(defs)
    etree.strip_tags(root, etree.Comment)
    for element in list(root.iter()):
        name = str(element.get("class", ""))
        if name.endswith("tooltip-overlay"):
            holder = element.getparent()
            if holder is not None:
                holder.remove(element)
        for key in _COORDINATES.intersection(element.keys()):
            element.set(key, _DIGITS.sub(lambda number: f"{float(number[0]):.1f}", str(element.get(key))))
        if name.startswith("series serie-"):
            each = series[int(name.split()[1].removeprefix("serie-"))]
            element.set("class", f"series c{each.slot}")
            for mark in element.iter():
                _name_mark(mark, each.name)
    root.set("role", "img")
    root.attrib.pop("id", "")
    for heading in [*root.findall(f"{_SVG}title"), *root.findall("title")]:
        root.remove(heading)
    root.set("aria-label", title)
    return etree.tostring(root, encoding="unicode", with_tail=False)


def _name_mark(mark: etree._Element, series: str) -> None:
    """pygal leaves value and label of each mark in <desc> for its script."""
    found = {(desc.get("class") or "").split(" ")[0]: desc for desc in mark if _local(desc) == "desc"}
    if "value" not in found:
        return
    label = found["x_label"].text if "x_label" in found else None
    for desc in found.values():
        mark.remove(desc)
    title = etree.Element(f"{_SVG}title" if str(mark.tag).startswith("{") else "title")
    title.text = ": ".join(part for part in (label, series, found["value"].text) if part)
    mark.insert(0, title)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
