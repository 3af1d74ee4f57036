"""Text -> tree of nodes over a list of lines.

The page is read once into *lines* (what a reader sees as a line: the inline text between two block boundaries or <br>)
and a tree of *nodes*, each an interval [start, end) over those lines. Every later step asks about intervals: how much
prose, how many links, which class names lie around a line. lxml parses (libxml2 survives any nesting in linear time;
lexbor did not end on a million nested <div>).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from crawler.extract.vocabulary import COMMENT_NAMES

_SKIP = frozenset(
    "script style noscript iframe object embed svg canvas video audio map select input button textarea template head "
    "link meta title applet frameset datalist".split()
)
_BLOCK = frozenset(
    "html body div p li ul ol dl dt dd table tbody thead tfoot tr td th caption h1 h2 h3 h4 h5 h6 section article header "
    "footer main nav aside form fieldset center blockquote pre figure figcaption address hr details summary".split()
)
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
_NO_ATTRS: dict[str, str] = {}
_MAX_DEPTH = 400
_MAX_CHARS = 12_000_000


class Node:
    """An element: `names` are its id and class tokens in lower case, `lines[start:end]` its text."""

    __slots__ = ("attrs", "block", "end", "link", "names", "parent", "start", "tag")

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None, start: int) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.start = self.end = start
        self.block = tag in _BLOCK
        self.link = tag == "a" or (parent is not None and parent.link)
        names = attrs.get("id", "") + " " + attrs["class"] if "class" in attrs else attrs.get("id", "")
        self.names: tuple[str, ...] = tuple(names.lower().split()) if names else ()

    def has(self, *names: str) -> bool:
        return any(name in self.names for name in names)

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
    return not node.block and any(COMMENT_NAMES.search(name) for name in node.names)


@dataclass(slots=True)
class Document:
    """A parsed page. `hidden` holds nodes that a browser does not show, by their text; their lines are not in `lines`."""

    lines: list[Line] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    hidden: list[tuple[Node, etree._Element]] = field(default_factory=list)
    meta: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    links: list[tuple[Node, str]] = field(default_factory=list)
    root: etree._Element | None = None
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
    return _SPACE.sub(" ", text)


def parse(text: str) -> Document:
    """Parse decoded HTML; never raises on any text. Beyond 12 million characters the page is cut."""
    doc = Document(source=text)
    try:
        root = etree.fromstring(
            text[:_MAX_CHARS].encode("utf-8", "replace").translate(None, _CONTROL),
            etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True),
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    if root is not None:
        doc.root = root
        _Reader(doc).read(root)
        _read_head(doc, root)
    return doc


def parse_fragment(element: etree._Element) -> Document:
    """The lines of one element as if the page held nothing else (used for text that is hidden but is the article)."""
    doc = Document()
    _Reader(doc, show_hidden=True).read(element)
    return doc


def _read_head(doc: Document, root: etree._Element) -> None:
    for element in root.iter("title", "meta"):
        if element.tag == "title":
            doc.title = doc.title or squeeze("".join(element.itertext()))
            continue
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            doc.meta.setdefault(name.lower(), []).append(squeeze(content))


class _Reader:
    """One depth-first pass over the lxml tree that fills `doc`."""

    def __init__(self, doc: Document, *, show_hidden: bool = False) -> None:
        self.doc = doc
        self.show_hidden = show_hidden
        self.pieces: list[tuple[str, Node]] = []

    def read(self, root: etree._Element) -> None:
        top = Node(str(root.tag), dict(root.items()), None, 0)
        self.doc.nodes.append(top)
        if root.text:
            self.pieces.append((root.text, top))
        self._children(root, top, 0)
        self._flush(top)
        top.end = len(self.doc.lines)

    def _children(self, element: etree._Element, parent: Node, depth: int) -> None:
        lines, nodes = self.doc.lines, self.doc.nodes
        for child in element:
            tag = child.tag
            if type(tag) is str and tag not in _SKIP:
                if tag == "br":
                    self._flush(parent)
                elif depth > _MAX_DEPTH:
                    self.pieces.append(("".join(child.itertext()), parent))
                else:
                    items = child.items()
                    attrs = dict(items) if items else _NO_ATTRS
                    if items and not self.show_hidden and _is_hidden(attrs):
                        self.doc.hidden.append((Node(tag, attrs, parent, len(lines)), child))
                    else:
                        block = tag in _BLOCK
                        if block and self.pieces:
                            self._flush(parent)
                        node = Node(tag, attrs, parent, len(lines))
                        nodes.append(node)
                        if tag == "a" and "href" in attrs:
                            self.doc.links.append((node, attrs["href"]))
                        if child.text:
                            self.pieces.append((child.text, node))
                        self._children(child, node, depth + 1)
                        if block and self.pieces:
                            self._flush(node)
                        node.end = len(lines) if block or not self.pieces else len(lines) + 1
            if child.tail:
                self.pieces.append((child.tail, parent))

    def _flush(self, node: Node) -> None:
        pieces, self.pieces = self.pieces, []
        text = pieces[0][0] if len(pieces) == 1 else "".join([t for t, _ in pieces])
        text = squeeze(text)
        if text:
            while not node.block and node.parent is not None:
                node = node.parent
            self.doc.lines.append(Line(text, pieces, node))


def _is_hidden(attrs: dict[str, str]) -> bool:
    if "hidden" in attrs:
        return True
    style = attrs.get("style")
    return bool(style and _HIDDEN_STYLE.search(style) and attrs.get("id") not in _SHOWN_BY_SCRIPT)
