"""An archived page made again from nothing but its text and an allow-list of tags, with the article marked in it.

No attribute, address, style or script of the page gets through: what is written is tags of ours and escaped text. So it
can neither run nor fetch anything, even if the browser's sandbox and the content security policy around it failed.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from lxml import etree
from markupsafe import Markup, escape

LARGEST = 2_000_000  # characters of a page that are shown
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r")
_DROPPED = frozenset(
    (
        "script",
        "style",
        "head",
        "template",
        "noscript",
        "link",
        "meta",
        "base",
        "title",
        "object",
        "embed",
        "svg",
        "math",
    )
)
_SHOWN_AS_NAME = {"img": "image", "iframe": "frame", "frame": "frame", "video": "video", "audio": "audio"}
_TABLES = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"))
_HEADINGS = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "nav", "aside", "main", "section", "article")
)
_BLOCKS = frozenset(
    ("div", "p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "center", "address", "figure")
)
_WORDS = frozenset(("b", "strong", "i", "em", "u", "sub", "sup", "small", "figcaption"))
_KEPT = _TABLES | _HEADINGS | _BLOCKS | _WORDS
_EMPTY = frozenset(("br", "hr"))
# The usual ways; it is only a hint for the eye: text that a browser would not show is drawn pale.
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

Mark = Callable[[int], tuple[str, str] | None]


class Rebuilt:
    """`text`: the page's text without white space, in document order. `html(marks, mark)` draws it with labels."""

    def __init__(self, source: str) -> None:
        self.cut = len(source) > LARGEST
        self._events = list(_events(source[:LARGEST]))
        self.text = "".join("".join(text.split()) for kind, text in self._events if kind == "text")

    def html(self, marks: Sequence[int], mark: Mark) -> Markup:
        """`marks`: a label for each character of self.text; `mark`: its class and tooltip, None in plain text."""
        written: list[str] = []
        position = 0
        for kind, text in self._events:
            if kind != "text":
                written.append(text)
                continue
            size = len("".join(text.split()))
            written.append(_marked(text, marks[position : position + size], mark))
            position += size
        return Markup("").join(Markup(each) for each in written)


def _marked(text: str, labels: Sequence[int], mark: Mark) -> str:
    """White space has the label of what stands before it."""
    each = iter(labels)
    label = labels[0] if labels else -1
    spread = array("h")
    for character in text:
        if not character.isspace():
            label = next(each)
        spread.append(label)
    pieces, start = [], 0
    for label, group in groupby(spread):
        end = start + sum(1 for _ in group)
        look = mark(label)
        piece = text[start:end]
        core = piece.rstrip() if look else ""
        if look and core:
            pieces.append(f'<mark class="{escape(look[0])}" title="{escape(look[1])}">{escape(core)}</mark>')
        pieces.append(escape(piece[len(core) :]))
        start = end
    return "".join(pieces)


def _events(source: str) -> Iterator[tuple[str, str]]:
    """("text", as on the page) and ("tag", finished HTML), in document order; every tag that opens is closed."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace").translate(None, _CONTROL), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is None:
        yield "text", source
        return
    dropped: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if dropped is None and event == "start":
            if element.tag in _DROPPED:
                dropped = element
                continue
            yield from _opened(element)
            if element.text:
                yield "text", element.text
        elif event == "end" and (dropped is None or dropped is element):
            if dropped is None:
                yield "tag", _closing(element)
            dropped = None
            if element.tail and element is not root:
                yield "text", element.tail


def _opened(element: etree._Element) -> Iterator[tuple[str, str]]:
    tag = str(element.tag)
    if tag in _EMPTY:
        yield "tag", f"<{tag}>"
        return
    if tag in _SHOWN_AS_NAME:
        yield "tag", f"<i class=stub>[{_SHOWN_AS_NAME[tag]} {escape((element.get('alt') or '')[:80])}]</i>"
    names = ["link"] if tag == "a" else []
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
        names.append("hidden")
    told = f' title="{escape((element.get("href") or "")[:300])}"' if tag == "a" else ""
    spans = "".join(
        f" {name}={int(value)}"
        for name in ("colspan", "rowspan")
        if (value := element.get(name, "")).isascii() and value.isdigit() and len(value) < 3
    )
    yield "tag", f'<{_name(tag)} class="{" ".join(names)}"{told}{spans}>' if names else f"<{_name(tag)}{spans}>"


def _closing(element: etree._Element) -> str:
    return "" if element.tag in _EMPTY else f"</{_name(str(element.tag))}>"


def _name(tag: str) -> str:
    return tag if tag in _KEPT else "div" if tag in ("html", "body", "form", "fieldset", "details") else "span"
