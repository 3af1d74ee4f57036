"""A parsed page as the later steps see it: lines of text and a tree of nodes over them.

A *line* is the inline text between two block boundaries or <br>, which a browser shows as one paragraph. A *node* is an
element with its interval [start, end) of lines. The later steps work on intervals: how much prose, how many links and
which class names are around a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from crawler.extract.memo import remember
from crawler.extract.normal import key_of
from crawler.extract.vocabulary import is_comment_name

_PUNCTUATION: Final = re.compile("[，。、；：？！…”」,;?!]")
_WORDS: Final = 6  # characters
_LETTER: Final = re.compile(r"[^\W\d_]")
MAX_NAMES = 1000  # characters of a class attribute, a title, a metadata field


_TOKENS: Final[dict[str, tuple[str, ...]]] = {}  # a site's attributes are the same on all its pages


def tokens_of(names: str) -> tuple[str, ...]:
    """The names in an id and class attribute, in lower case."""
    names = names[:MAX_NAMES]
    tokens = _TOKENS.get(names)
    return remember(_TOKENS, names, tuple(names.lower().split())) if tokens is None else tokens


class Node:
    """An element: `names` are its id and classes in lower case, `lines[start:end]` of the page its text."""

    __slots__ = ("block", "depth", "end", "href", "link", "names", "parent", "place", "start", "tag")

    def __init__(
        self,
        tag: str,
        parent: Node | None,
        names: tuple[str, ...],
        block: bool,
        start: int,
        href: str | None = None,
    ) -> None:
        self.tag = tag
        self.parent = parent
        self.names = names
        self.block = block
        self.start = start
        self.end = start
        self.place = 0  # its index among the page's nodes
        if parent is None:
            self.depth: int = 0
            self.link: bool = False  # whether it is in a link, to `href`
            self.href: str | None = None
        else:
            self.depth = parent.depth + 1
            self.link = parent.link or tag == "a"
            self.href = href or parent.href

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
    """A line of text: `pieces` are its text nodes with their elements, `node` the block that contains it.

    `chars` is its length in characters, `linked` how many of them are in links; `punctuation` is 0, 1 or 2 for no mark,
    one, or at least two.
    """

    __slots__ = ("_key", "chars", "linked", "node", "pieces", "punctuation", "text")

    def __init__(self, text: str, pieces: list[tuple[str, Node]], node: Node) -> None:
        self.text = text
        self._key: str | None = None
        self.pieces = pieces
        self.node = node
        self.chars = len(text)
        linked = paths = 0
        for piece, owner in pieces:
            if owner.link:
                shown = piece.strip()
                if shown.startswith("/"):
                    paths += len(shown)
                else:
                    linked += len(shown)
        # "附件：放弃学籍公示名单 /upload/file/2019/63.xlsx": a linked path counts for little beside other words.
        self.linked = linked + (paths if self.chars - linked - paths < _WORDS else min(paths, _WORDS))
        mark = _PUNCTUATION.search(text) if self.linked * 2 < self.chars else None
        self.punctuation = (2 if _PUNCTUATION.search(text, mark.end()) else 1) if mark else 0

    @property
    def key(self) -> str:
        """The text in the form in which patterns are written (normal.py), computed once."""
        if self._key is None:
            self._key = key_of(self.text)
        return self._key

    def own_text(self) -> str:
        """The text without inline counters: in "…门。<span class=review>37</span>" 37 is the number of comments."""
        if len(self.pieces) == 1 or not any(_is_counter(text, owner) for text, owner in self.pieces):
            return self.text
        return collapse_space("".join(text for text, owner in self.pieces if not _is_counter(text, owner)))


def _is_counter(text: str, node: Node) -> bool:
    """Whether a piece is a counter, and not a comment in coloured code: <span class="hljs-comment">// 玩家id</span>."""
    return not node.block and len(text) <= 12 and any(map(is_comment_name, node.names)) and not _LETTER.search(text)


@dataclass(slots=True)
class Dom:
    """A parsed page. Text that a browser does not show is not in `lines`; `hidden_chars` counts it."""

    lines: list[Line] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    hidden_chars: int = 0
    pruned_links: int = 0  # links in menus and lists that were cut before reading
    menu: list[str] = field(default_factory=list)  # what those links say that stand in a menu, which begins with 首页
    meta: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    base: str = ""  # the href of <base>, as it stands
    source: str = ""
    sheets: list[str] = field(default_factory=list)  # its style sheets, the first 20,000 characters of twenty
    hidden_names: set[str] = field(default_factory=set)  # classes and ids that the page's own style sheet hides
    loads: str = ""  # addresses of its scripts and style sheets, in lower case, one a line
    cut: bool = False  # the page has more lines than are read
    readings: list[int] = field(default_factory=list)  # the line of each reading in a ruby; no line has its text
    markers: dict[int, str] = field(default_factory=dict)  # line -> its number in an ordered list, "3. "
    spans: dict[Node, tuple[int, int]] = field(default_factory=dict)  # cell -> columns and rows that it spans
    _names: dict[str, list[Node]] | None = None

    def forget_body(self) -> None:
        """Empty what is read of the body, to read it anew."""
        self.lines, self.nodes, self.readings = [], [], []
        self.markers, self.spans = {}, {}

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
                    named = index.get(token)
                    if named is None:
                        index[token] = [node]
                    else:
                        named.append(node)
            self._names = index
        return self._names

    def inside(self, node: Node) -> Iterator[Node]:
        """The descendants of `node`, in document order."""
        for inner in islice(self.nodes, node.place + 1, None):
            if inner.depth <= node.depth:
                break
            yield inner

    def select(self, selector: str) -> list[Node]:
        """Nodes matching "#id", ".class", "tag.class" or "tag#id" (ids and classes share one namespace here)."""
        tag, _, name = selector.replace("#", ".").partition(".")
        return [node for node in self.named(name) if not tag or node.tag == tag]

    def text_in(self, node: Node) -> str:
        """The text of one node, inline or block, in one line."""
        return collapse_space(
            " ".join(t for line in self.lines[node.start : node.end] for t, owner in line.pieces if owner.within(node))
        )


def collapse_space(text: str) -> str:
    """`text` as one line: runs of white space become one space, line breaks between wide characters nothing, and the ends
    are stripped.
    """
    text = text.strip()
    if "\n" in text:
        text = _join_breaks(text)
    # str.split() removes every kind of white space, but "　" inside a line is the author's. No page's text has a NUL.
    if "\u3000" in text:
        return " ".join(text.replace("\u3000", "\0").split()).replace("\0", "\u3000")
    return " ".join(text.split())


def _join_breaks(text: str) -> str:
    """A line break in the source between two wide characters is no space in the text."""
    parts: list[str] = []
    for part in (line.strip(" \t\r") for line in text.split("\n")):
        if part:
            if parts:
                parts.append("" if _is_wide(parts[-1][-1]) and _is_wide(part[0]) else "\n")
            parts.append(part)
    return "".join(parts)


def _is_wide(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
