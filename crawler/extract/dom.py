"""Text -> tree of nodes over a list of lines.

The page is read once into *lines* (what a reader sees as a line: the inline text between two block boundaries or <br>)
and a tree of *nodes*, each an interval [start, end) over those lines. Every later step asks about intervals: how much
prose, how many links, which class names lie around a line. lxml parses (libxml2 survives any nesting in linear time;
lexbor did not end on a million nested <div>).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from crawler.extract.vocabulary import is_comment_name

_SKIPPED, _BLOCK, _PLAIN, _BREAK = 1, 2, 3, 4
_KIND: dict[str, int] = {
    **dict.fromkeys(
        "script style noscript iframe object embed svg canvas video audio map select input button textarea template head "
        "link meta title applet frameset datalist".split(),
        _SKIPPED,
    ),
    **dict.fromkeys(
        "html body div p li ul ol dl dt dd table tbody thead tfoot tr td th caption h1 h2 h3 h4 h5 h6 section article header "
        "footer main nav aside form fieldset center blockquote pre figure figcaption address hr details summary".split(),
        _BLOCK,
    ),
    **dict.fromkeys("span b strong font em i u big small sub sup ins o:p st1:chsdate".split(), _PLAIN),
    "br": _BREAK,
}
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)"
    r"|(?:^|;)\s*(?:left|top|text-indent)\s*:\s*-\d{3,}|opacity\s*:\s*0\s*(?:;|$)",
    re.I,
)
# WeChat hides its article until a script shows it: it is hidden in every archived copy.
_SHOWN_BY_SCRIPT = ("js_content",)
_SPACE = re.compile(r"[ \t\r\n\f\x0b\u00a0\u2000-\u200b\u202f\u205f\ufeff]+")
# A line break in the source between two wide characters is no space in the text.
_SOFT_BREAK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uff00-\uffef])")
_MARKS = re.compile("[，。、；：？！…”」,;?!]")
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r")
_MAX_CHARS = 12_000_000


@lru_cache(maxsize=16384)
def _tokens(names: str) -> tuple[str, ...]:
    # A site's class attributes are the same on all its pages.
    return tuple(names.lower().split())


class Node:
    """An element: `names` are its id and class tokens in lower case, `lines[start:end]` its text."""

    __slots__ = ("attrs", "block", "end", "link", "names", "parent", "start", "tag")

    def __init__(self, tag: str, attrs: Mapping[str, str], parent: Node | None, block: bool, start: int) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.block = block
        self.start = self.end = start
        self.link = tag == "a" or (parent is not None and parent.link)
        if "class" in attrs:
            self.names = _tokens(f"{attrs['id']} {attrs['class']}" if "id" in attrs else attrs["class"])
        else:
            self.names = _tokens(attrs["id"]) if "id" in attrs else ()

    def within(self, other: Node) -> bool:
        node: Node | None = self
        while node is not None and node is not other:
            node = node.parent
        return node is not None

    def ancestors(self) -> list[Node]:
        found, node = [], self.parent
        while node is not None:
            found.append(node)
            node = node.parent
        return found


class Line:
    """A line of text: `pieces` are its text nodes with their elements, `node` the block it lies in."""

    __slots__ = ("chars", "linked", "marks", "node", "pieces", "text")

    def __init__(self, text: str, pieces: list[tuple[str, Node]], node: Node) -> None:
        self.text = text
        self.pieces = pieces
        self.node = node
        self.chars = len(text)
        self.linked = 0
        for piece, owner in pieces:
            if owner.link:
                self.linked += len(piece.strip())
        self.marks = len(_MARKS.findall(text)) if self.linked * 2 < self.chars else 0

    def own_text(self) -> str:
        """The line without inline furniture: "…门。<span class=review>37</span>" counts a reader's comments."""
        if len(self.pieces) == 1 or not any(_is_counter(owner) for _, owner in self.pieces):
            return self.text
        return squeeze("".join(text for text, owner in self.pieces if not _is_counter(owner)))


def _is_counter(node: Node) -> bool:
    return not node.block and any(map(is_comment_name, node.names))


@dataclass(slots=True)
class Document:
    """A parsed page; text that a browser does not show is not in `lines`, `hidden_chars` counts it."""

    lines: list[Line] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    hidden_chars: int = 0
    meta: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    _names: dict[str, list[Node]] | None = None

    def named(self, name: str) -> list[Node]:
        """Nodes whose id or class list has `name` (lower case), in document order."""
        if self._names is None:
            self._names = {}
            for node in self.nodes:
                for token in node.names:
                    self._names.setdefault(token, []).append(node)
        return self._names.get(name, [])

    def select(self, selector: str) -> list[Node]:
        """Nodes matching "#id", ".class", "tag.class" or "tag#id" (ids and classes share one namespace here)."""
        tag, _, name = selector.replace("#", ".").partition(".")
        return [node for node in self.named(name) if not tag or node.tag == tag]

    def text_in(self, node: Node) -> str:
        """The text of one node, inline or block, in one line."""
        return squeeze(" ".join(t for line in self.lines[node.start : node.end] for t, owner in line.pieces if owner.within(node)))


def squeeze(text: str) -> str:
    """One line: white space runs become one space (none between wide characters), ends stripped."""
    text = text.strip()
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    # str.split knows every white space, but "　" inside a line is the author's.
    return _SPACE.sub(" ", text) if "\u3000" in text else " ".join(text.split())


def parse(text: str, *, show_hidden: bool = False) -> Document:
    """Parse decoded HTML; never raises on any text. Beyond 12 million characters the page is cut."""
    doc = Document(source=text)
    reader = _Reader(doc, show_hidden=show_hidden)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=reader)
    try:
        parser.feed(text[:_MAX_CHARS].encode("utf-8", "replace").translate(None, _CONTROL))
        parser.close()
    except (etree.ParserError, etree.XMLSyntaxError):  # an empty page, or one cut by libxml2's limits: keep what came
        reader.close()
    return doc


class _Reader:
    """lxml's target interface: fills `doc` from the parser's events, so that no tree is built first."""

    def __init__(self, doc: Document, *, show_hidden: bool) -> None:
        self.doc = doc
        self.lines = doc.lines
        self.nodes = doc.nodes
        self.show_hidden = show_hidden
        self.pieces: list[tuple[str, Node]] = []
        self.node = Node("html", {}, None, True, 0)
        doc.nodes.append(self.node)
        # One entry for each open element: its node, or None when it made none.
        self.open: list[Node | None] = []
        self.skipped = 0  # depth inside an element whose text is not shown
        self.hiding = False
        self.in_title = False

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        kind = _KIND.get(tag, 0)
        if self.skipped or kind == _SKIPPED:
            self.hiding = self.hiding and self.skipped > 0
            self.skipped += 1
            if tag == "meta":
                self._meta(attrs)
            elif tag == "title" and not self.doc.title:
                self.in_title = True
            return
        if kind == _BREAK:
            self._flush()
            self.open.append(None)
            return
        if attrs:
            if ("style" in attrs or "hidden" in attrs) and not self.show_hidden and _is_hidden(attrs):
                self.skipped = 1
                self.hiding = True
                return
            if kind == _PLAIN and "class" not in attrs and "id" not in attrs:
                self.open.append(None)
                return
        elif kind == _PLAIN:
            # <b>, <font> and their like say nothing about their text: it is their parent's.
            self.open.append(None)
            return
        if kind == _BLOCK and self.pieces:
            self._flush()
        node = Node(tag, attrs, self.node, kind == _BLOCK, len(self.lines))
        self.nodes.append(node)
        self.open.append(node)
        self.node = node

    def end(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
            self.in_title = False
            return
        node = self.open.pop() if self.open else None
        if node is None:
            return
        if node.block:
            if self.pieces:
                self._flush()
            node.end = len(self.lines)
        else:
            node.end = len(self.lines) + (1 if self.pieces else 0)
        self.node = node.parent or self.node

    def data(self, text: str) -> None:
        if not self.skipped:
            # White space between two blocks is the source's layout; inside a line it parts two words.
            if self.pieces or not text.isspace():
                self.pieces.append((text, self.node))
        elif self.in_title:
            self.doc.title = squeeze(f"{self.doc.title}{text}")
        elif self.hiding:
            self.doc.hidden_chars += len(text.strip())

    def close(self) -> None:
        self._flush()
        while self.open:
            node = self.open.pop()
            if node is not None:
                node.end = len(self.doc.lines)
        self.doc.nodes[0].end = len(self.doc.lines)

    def _meta(self, attrs: Mapping[str, str]) -> None:
        name = attrs.get("property") or attrs.get("name") or attrs.get("itemprop")
        content = attrs.get("content")
        if name and content:
            self.doc.meta.setdefault(name.lower(), []).append(squeeze(content))

    def _flush(self) -> None:
        pieces = self.pieces
        if not pieces:
            return
        self.pieces = []
        text = squeeze(pieces[0][0] if len(pieces) == 1 else "".join([t for t, _ in pieces]))
        if text:
            node = self.node
            while not node.block and node.parent is not None:
                node = node.parent
            self.doc.lines.append(Line(text, pieces, node))


def _is_hidden(attrs: Mapping[str, str]) -> bool:
    if "hidden" in attrs:
        return True
    style = attrs.get("style")
    return bool(style and _HIDDEN_STYLE.search(style) and attrs.get("id") not in _SHOWN_BY_SCRIPT)
