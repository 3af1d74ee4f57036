"""Text -> Document, in one pass over the tree that lxml parses.

libxml2 survives any nesting in linear time (lexbor did not end on a million nested <div>); what it builds is read once,
from the first element to the last, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Final, cast

from lxml import etree

from crawler.extract.attributes import without_swarms
from crawler.extract.dom import MAX_NAMES, Document, Line, Node, squeeze, tokens_of

_UNREAD = (
    "script style noscript iframe object embed svg canvas video audio img map select input button textarea template head link "
    "applet frameset datalist"
)
_INLINE: Final = 0
_PLAIN: Final = 1
_BLOCK: Final = 2
_BREAK: Final = 3
_BLOCKS = (
    "html body div p li ul ol dl dt dd table tbody thead tfoot tr td th caption h1 h2 h3 h4 h5 h6 section article header "
    "footer main nav aside form fieldset center blockquote pre figure figcaption address hr details summary"
)
_PLAINS = "span b strong font em i u big small sub sup ins o:p st1:chsdate"
_KIND: dict[str, int] = {
    **dict.fromkeys(_BLOCKS.split(), _BLOCK),
    **dict.fromkeys(_PLAINS.split(), _PLAIN),
    "br": _BREAK,
}
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)"
    r"|(?:^|;)\s*(?:left|top|text-indent)\s*:\s*-\d{3,}|opacity\s*:\s*0\s*(?:;|$)",
    re.I,
)
# One of these, without white space, is in every style that hides.
_HIDING = ("display:none", "visibility:hidden", "font-size:0", "left:-", "top:-", "indent:-", "opacity:0")
# ".wkwm5edb3638{display: none;}": a watermark's class is made for the page.
_NOT_SHOWN = re.compile(r"display\s*:\s*none")
_ONE_NAME = re.compile(r"\s*[.#]([\w-]{1,60})\s*")
_MAX_SHEET = 20_000
_MAX_SHEETS = 20
# WeChat hides its article until a script shows it: it is hidden in every archived copy.
_SHOWN_BY_SCRIPT = ("js_content",)
_MANY_LINKS = 6
# "上一页 1 2 3 下一页" is a list of links, too.
_TURNS = re.compile("下一?[页頁]|后一[页頁]|後一[页頁]|Next|next|›|»")
# No table of ids: nobody asks for one. lxml keeps the state of each parse apart and locks between threads.
_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False)
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\v\f\r")
_MAX_CHARS = 12_000_000
# What no real page reaches and a hostile one does not get past: every later step is linear in lines times depth. Real
# pages have up to 30 levels of nodes, 90 lists and (whole novels aside) some thousand lines.
_MAX_LINES: Final = 20_000
_MAX_NODES: Final = 60_000
_MAX_DEPTH: Final = 80
_MAX_LISTS: Final = 500
_MAX_PRUNED: Final = 500_000


@lru_cache(maxsize=4096)  # a page repeats its styles
def _hides(style: str) -> bool:
    compact = "".join(style.split()).lower()
    return any(word in compact for word in _HIDING) and _HIDDEN_STYLE.search(style) is not None


def parse(text: str, utf8: bytes | None = None, *, show_hidden: bool = False) -> Document:
    """The page as a browser shows it; a page that shows next to nothing and hides a text is read with what it hides.

    `text` is decoded HTML, `utf8` the same in UTF-8 where it is at hand. Never raises on any text; beyond 12 million
    characters the page is cut.
    """
    doc = Document(source=text)
    read = without_swarms(text[:_MAX_CHARS])
    if utf8 is None or read is not text:
        utf8 = read.encode("utf-8", "replace")
    try:
        if any(byte in utf8 for byte in _CONTROL):  # faster than a copy without them
            utf8 = utf8.translate(None, _CONTROL)
        root = etree.fromstring(utf8, _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is not None:
        _read_head(doc, root)
        etree.strip_elements(root, *_UNREAD.split(), with_tail=False)
        if len(text) <= _MAX_PRUNED:
            _prune(doc, root)
        _read_body(doc, root, show_hidden=show_hidden)
        if doc.hidden_chars > 600 and doc.hidden_chars > 4 * sum(line.chars for line in doc.lines if line.marks):
            doc.lines, doc.nodes = [], []
            _read_body(doc, root, show_hidden=True)
    return doc


def _prune(doc: Document, root: etree._Element) -> None:
    """Cut menus and lists of titles, a third of a page's elements, before Python walks the tree."""
    blocks = list(root.iter("ul", "ol", "dl", "nav"))
    gone: set[etree._Element] = set()  # lists in a list that was cut
    for block in blocks if len(blocks) <= _MAX_LISTS else ():
        if block in gone:
            continue
        texts = [link.text for link in block.iter("a")]
        parent = block.getparent()
        if len(texts) < _MANY_LINKS or parent is None:
            continue
        linked = sum(len(text.strip()) for text in texts if text)
        shown = etree.tostring(block, encoding="unicode", method="text", with_tail=False)
        if linked * 10 > 8 * len("".join(shown.split())) and not _TURNS.search(shown):
            doc.pruned_links += len(texts)
            before, tail = block.getprevious(), block.tail
            gone.update(block.iter("ul", "ol", "dl", "nav"))
            parent.remove(block)
            if tail and not tail.isspace():
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail


def _read_head(doc: Document, root: etree._Element) -> None:
    """What the page says of itself and loads, wherever it says so: many skins write it into the body."""
    loaded, sheets = [], 0
    for element in root.iter("meta", "script", "link", "title", "style"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content:
                doc.meta.setdefault(name.lower(), []).append(squeeze(content[:MAX_NAMES]))
        elif tag == "title":
            doc.title = doc.title or squeeze("".join(map(str, element.itertext()))[:MAX_NAMES])
        elif tag == "style":
            sheets += 1
            if sheets <= _MAX_SHEETS:
                doc.hidden_names.update(_hidden_names((element.text or "")[:_MAX_SHEET]))
        elif address := element.get("src" if tag == "script" else "href"):
            loaded.append(address[:MAX_NAMES])
    doc.loads = "\n".join(loaded).lower()


def _hidden_names(sheet: str) -> Iterator[str]:
    """Classes and ids that a style sheet hides by themselves: ".mark, #tip {display: none}", not ".menu .mark"."""
    for match in _NOT_SHOWN.finditer(sheet):
        begin = sheet.rfind("{", 0, match.start())
        if begin < 0 or "}" in sheet[begin : match.start()]:
            continue
        for selector in sheet[sheet.rfind("}", 0, begin) + 1 : begin].split(","):
            if name := _ONE_NAME.fullmatch(selector):
                yield name[1]


def _read_body(doc: Document, root: etree._Element, *, show_hidden: bool) -> None:
    """One flat pass over the tree in document order. `path` holds the open elements with the node of each."""
    lines, nodes, kinds, unseen = doc.lines, doc.nodes, _KIND, doc.hidden_names
    top = node = Node("html", None, (), True, 0)
    nodes.append(top)
    pieces: list[tuple[str, Node]] = []
    path: list[tuple[etree._Element, Node]] = []
    hidden = 0  # depth of the hidden element that we are in, 0: none
    for element in chain(root.iter(), (None,)):
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
        text = element.text
        if hidden:
            doc.hidden_chars += len(text) if text else 0
            path.append((element, node))
            continue
        css = ident = style = href = None
        invisible = False
        present = cast(
            "list[str]", element.keys()
        )  # a fraction of what it costs to ask for an attribute that is not there
        for name in present:
            if name == "class":
                css = element.get("class")
            elif name == "id":
                ident = element.get("id")
            elif name == "style":
                style = element.get("style")
            elif name == "href":
                href = element.get("href")
            elif name == "hidden":
                invisible = True
        if (invisible or (style and _hides(style))) and not (show_hidden or ident in _SHOWN_BY_SCRIPT):
            doc.hidden_chars += len(text) if text else 0
            path.append((element, node))
            hidden = len(path)
            continue
        tag = element.tag
        kind = kinds.get(tag, _INLINE)
        # Blocks that a sheet hides may be tabs or the answer to a click; a word in a line is a watermark.
        if unseen and kind < _BLOCK and (css in unseen or ident in unseen) and not show_hidden:
            doc.hidden_chars += len(text) if text else 0
            path.append((element, node))
            hidden = len(path)
            continue
        if kind >= _BLOCK:
            if pieces:
                _flush(lines, pieces, node)
                pieces = []
            if len(lines) >= _MAX_LINES:
                doc.cut = True
                break
            if kind == _BREAK:
                path.append((element, node))
                continue
        # <b>, <font> and their like without a name say nothing about their text: it is their parent's.
        if (css or ident or kind != _PLAIN) and node.depth < _MAX_DEPTH:
            names = tokens_of(f"{ident} {css}" if ident and css else css or ident or "") if css or ident else ()
            node = Node(tag, node, names, kind == _BLOCK, len(lines), href if tag == "a" else None)
            nodes.append(node)
            if len(nodes) >= _MAX_NODES:
                doc.cut = True
                break
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
