"""Text -> tree of nodes over a list of lines.

The page is read once into *lines* (what a reader sees as a line: the inline text between two block boundaries or <br>)
and a tree of *nodes*, each an interval [start, end) over those lines. Every later step asks about intervals: how much
prose, how many links, which class names lie around a line. lxml parses (libxml2 survives any nesting in linear time;
lexbor did not end on a million nested <div>).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from crawler.extract.attributes import without_swarms
from crawler.extract.vocabulary import is_comment_name

_SKIPPED = (
    "script style noscript iframe object embed svg canvas video audio map select input button textarea template head link "
    "applet frameset datalist"
).split()
_BLOCK, _PLAIN, _BREAK = 1, 2, 3
_KIND: dict[str, int] = {
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
_MANY_LINKS = 6
# "上一页 1 2 3 下一页" is a list of links, too.
_TURNS = re.compile("下一?[页頁]|[后後]一[页頁]|[Nn]ext|[›»]")
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r")
_MAX_CHARS = 12_000_000
# What no real page reaches and a hostile one does not get past: every later step is linear in lines times depth. Real
# pages have up to 30 levels of nodes, 90 lists and (whole novels aside) some thousand lines.
_MAX_LINES = 20_000
_MAX_NODES = 60_000
_MAX_DEPTH = 80
_MAX_LISTS = 500
_MAX_PRUNED = 500_000
_MAX_NAMES = 1000  # characters of a class attribute, a title, a metadata field


@lru_cache(maxsize=16384)
def _tokens(names: str) -> tuple[str, ...]:
    # A site's class attributes are the same on all its pages.
    return tuple(names[:_MAX_NAMES].lower().split())


class Node:
    """An element: `names` are its id and class tokens in lower case, `lines[start:end]` its text."""

    __slots__ = ("block", "depth", "element", "end", "link", "names", "parent", "start", "tag")

    def __init__(
        self, tag: str, element: etree._Element | None, parent: Node | None, names: tuple[str, ...], block: bool, start: int
    ) -> None:
        self.tag = tag
        self.element = element
        self.parent = parent
        self.names = names
        self.block = block
        self.start = start
        self.end = start
        if parent is None:
            self.depth: int = 0
            self.link: bool = False
        else:
            self.depth = parent.depth + 1
            self.link = parent.link or tag == "a"

    def get(self, attribute: str) -> str | None:
        return self.element.get(attribute) if self.element is not None else None

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
    pruned_links: int = 0  # links in menus and lists that were cut before reading
    meta: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    cut: bool = False  # the page has more lines than are read
    tokens: set[str] = field(default_factory=set)
    _names: dict[str, list[Node]] | None = None

    def named(self, name: str) -> list[Node]:
        """Nodes whose id or class list has `name` (lower case), in document order."""
        return self.names.get(name, [])

    @property
    def names(self) -> dict[str, list[Node]]:
        """The nodes of every id and class token."""
        if self._names is None:
            index: dict[str, list[Node]] = {}
            for node in self.nodes:
                for token in node.names:
                    if token in index:
                        index[token].append(node)
                    else:
                        index[token] = [node]
            self._names = index
        return self._names

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
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(without_swarms(text[:_MAX_CHARS]).encode("utf-8", "replace").translate(None, _CONTROL), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is not None:
        _read_head(doc, root)
        etree.strip_elements(root, *_SKIPPED, with_tail=False)
        if len(text) <= _MAX_PRUNED:
            _prune(doc, root)
        _read_body(doc, root, show_hidden=show_hidden)
        doc.tokens.update(*{node.names for node in doc.nodes})
    return doc


def _prune(doc: Document, root: etree._Element) -> None:
    """Cut menus and lists of titles, a third of a page's elements, before Python walks the tree."""
    blocks = list(root.iter("ul", "ol", "dl", "nav"))
    for block in blocks if len(blocks) <= _MAX_LISTS else ():
        texts = [link.text for link in block.iter("a")]
        parent = block.getparent()
        if len(texts) < _MANY_LINKS or parent is None:
            continue
        linked = sum(len(text.strip()) for text in texts if text)
        shown = "".join(block.itertext())
        if linked * 10 > 8 * len("".join(shown.split())) and not _TURNS.search(shown):
            doc.pruned_links += len(texts)
            before, tail = block.getprevious(), block.tail
            parent.remove(block)
            if tail and not tail.isspace():
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail


def _read_head(doc: Document, root: etree._Element) -> None:
    for element in root.iter("title", "meta"):
        if element.tag == "title":
            doc.title = doc.title or squeeze("".join(element.itertext())[:_MAX_NAMES])
            continue
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            doc.meta.setdefault(name.lower(), []).append(squeeze(content[:_MAX_NAMES]))


def _read_body(doc: Document, root: etree._Element, *, show_hidden: bool) -> None:
    """One flat pass over the tree in document order. `path` holds the open elements with the node of each."""
    lines, nodes = doc.lines, doc.nodes
    top = node = Node("html", None, None, (), True, 0)
    nodes.append(top)
    pieces: list[tuple[str, Node]] = []
    path: list[tuple[etree._Element, Node]] = []
    hidden = 0  # depth of the hidden element that we are in, 0: none
    for element in [*root.iter(), None]:
        parent = element.getparent() if element is not None else None
        # Leave the elements that end here, and take the text behind each.
        while path and path[-1][0] is not parent:
            left, own = path.pop()
            outer = path[-1][1] if path else top
            if hidden:
                if hidden <= len(path):
                    continue
                hidden = 0
            if own is not outer:
                if own.block and pieces:
                    _flush(lines, pieces, node)
                    pieces = []
                own.end = len(lines) + (1 if pieces else 0)
            node = outer
            tail = left.tail
            if tail and (pieces or not tail.isspace()):
                pieces.append((tail, outer))
        if element is None:
            break
        if len(lines) >= _MAX_LINES or len(nodes) >= _MAX_NODES:
            doc.cut = True
            break
        text = element.text
        if hidden:
            doc.hidden_chars += len(text) if text else 0
            path.append((element, node))
            continue
        tag = element.tag
        kind = _KIND.get(tag, 0)
        if kind == _BREAK:
            if pieces:
                _flush(lines, pieces, node)
                pieces = []
            path.append((element, node))
            continue
        style = element.get("style")
        if ((style and _HIDDEN_STYLE.search(style)) or element.get("hidden") is not None) and not (
            show_hidden or element.get("id") in _SHOWN_BY_SCRIPT
        ):
            doc.hidden_chars += len(text) if text else 0
            path.append((element, node))
            hidden = len(path)
            continue
        css, ident = element.get("class"), element.get("id")
        if kind == _BLOCK and pieces:
            _flush(lines, pieces, node)
            pieces = []
        # <b>, <font> and their like without a name say nothing about their text: it is their parent's.
        if not (kind == _PLAIN and css is None and ident is None) and node.depth < _MAX_DEPTH:
            names = _tokens(f"{ident} {css}" if ident and css else css or ident) if css or ident else ()
            node = Node(tag, element, node, names, kind == _BLOCK, len(lines))
            nodes.append(node)
        path.append((element, node))
        if text and (pieces or not text.isspace()):
            pieces.append((text, node))
    for _, own in path:  # the page was cut
        own.end = len(lines)
    if pieces:
        _flush(lines, pieces, node)
    top.end = len(lines)


def _flush(lines: list[Line], pieces: list[tuple[str, Node]], node: Node) -> None:
    """End a line: its pieces, if they show anything, belong to the block around `node`."""
    text = squeeze(pieces[0][0] if len(pieces) == 1 else "".join([t for t, _ in pieces]))
    if text:
        while not node.block and node.parent is not None:
            node = node.parent
        lines.append(Line(text, pieces, node))
