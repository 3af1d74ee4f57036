"""Parses a page into a Dom, in one pass over the tree that lxml builds.

libxml2 parses any nesting in linear time (lexbor did not finish a million nested <div>); its tree is read once, from the
first element to the last, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Final, cast

from lxml import etree

from crawler.extract.attributes import limit_attributes
from crawler.extract.dom import MAX_NAMES, Dom, Line, Node, collapse_space, tokens_of

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
# Every style that hides contains one of these once its white space is removed.
_HIDING = ("display:none", "visibility:hidden", "font-size:0", "left:-", "top:-", "indent:-", "opacity:0")
# ".wkwm5edb3638{display: none;}": the class of a watermark is made up for each page.
_NOT_SHOWN = re.compile(r"display\s*:\s*none")
_ONE_NAME = re.compile(r"\s*[.#]([\w-]{1,60})\s*")
_MAX_SHEET = 20_000
_MAX_SHEETS = 20
# WeChat hides its article until a script shows it, so it is hidden in every archived copy.
_SHOWN_BY_SCRIPT = ("js_content",)
_MANY_LINKS = 6
# "上一页 1 2 3 下一页" is a list of links, too, but is needed for the next page.
_TURNS = re.compile("下一?[页頁]|后一[页頁]|後一[页頁]|Next|next|›|»")
# The table of ids is not needed. Threads may share the parser: lxml locks it.
_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False)
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\v\f\r")
_MAX_CHARS = 12_000_000
# Limits that no real page reaches; every later step is linear in lines times depth. Real pages have up to 30 levels of
# nodes, 90 lists and, except for whole novels, some thousand lines.
_MAX_LINES: Final = 20_000
_MAX_NODES: Final = 60_000
_MAX_DEPTH: Final = 80
_MAX_LISTS: Final = 500
_MAX_PRUNED: Final = 500_000


@lru_cache(maxsize=4096)  # a page repeats its styles
def _hides(style: str) -> bool:
    compact = "".join(style.split()).lower()
    return any(word in compact for word in _HIDING) and _HIDDEN_STYLE.search(style) is not None


def parse(text: str, utf8: bytes | None = None, *, show_hidden: bool = False) -> Dom:
    """The page as a browser shows it. Hidden text is read as well when it is most of the page, or with `show_hidden`.

    `text` is decoded HTML, `utf8` the same in UTF-8 where the caller has it. Never raises; the page is cut after 12
    million characters.
    """
    dom = Dom(source=text)
    read = limit_attributes(text[:_MAX_CHARS])
    if utf8 is None or read is not text:
        utf8 = read.encode("utf-8", "replace")
    try:
        if any(byte in utf8 for byte in _CONTROL):  # faster than to always copy
            utf8 = utf8.translate(None, _CONTROL)
        root = etree.fromstring(utf8, _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is not None:
        _read_head(dom, root)
        etree.strip_elements(root, *_UNREAD.split(), with_tail=False)
        if len(text) <= _MAX_PRUNED:
            _prune(dom, root)
        _read_body(dom, root, show_hidden=show_hidden)
        if dom.hidden_chars > 600 and dom.hidden_chars > 4 * sum(line.chars for line in dom.lines if line.punctuation):
            dom.lines, dom.nodes = [], []
            _read_body(dom, root, show_hidden=True)
    return dom


def _prune(dom: Dom, root: etree._Element) -> None:
    """Remove menus and lists of titles, a third of a page's elements, before Python walks the tree."""
    blocks = list(root.iter("ul", "ol", "dl", "nav"))
    gone: set[etree._Element] = set()  # lists inside a removed list
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
            dom.pruned_links += len(texts)
            before, tail = block.getprevious(), block.tail
            gone.update(block.iter("ul", "ol", "dl", "nav"))
            parent.remove(block)
            if tail and not tail.isspace():
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail


def _read_head(dom: Dom, root: etree._Element) -> None:
    """Fill title, metadata, loaded addresses and hidden names. Searches the body, too: many skins put them there."""
    loaded, sheets = [], 0
    for element in root.iter("meta", "script", "link", "title", "style", "base"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content:
                dom.meta.setdefault(name.lower(), []).append(collapse_space(content[:MAX_NAMES]))
        elif tag == "title":
            dom.title = dom.title or collapse_space("".join(map(str, element.itertext()))[:MAX_NAMES])
        elif tag == "base":
            dom.base = dom.base or (element.get("href") or "")[:MAX_NAMES]
        elif tag == "style":
            sheets += 1
            if sheets <= _MAX_SHEETS:
                dom.hidden_names.update(_hidden_names((element.text or "")[:_MAX_SHEET]))
        elif address := element.get("src" if tag == "script" else "href"):
            loaded.append(address[:MAX_NAMES])
    dom.loads = "\n".join(loaded).lower()


def _hidden_names(sheet: str) -> Iterator[str]:
    """Classes and ids that a style sheet hides by themselves: ".mark, #tip {display: none}", not ".menu .mark"."""
    for match in _NOT_SHOWN.finditer(sheet):
        begin = sheet.rfind("{", 0, match.start())
        if begin < 0 or "}" in sheet[begin : match.start()]:
            continue
        for selector in sheet[sheet.rfind("}", 0, begin) + 1 : begin].split(","):
            if name := _ONE_NAME.fullmatch(selector):
                yield name[1]


def _read_body(dom: Dom, root: etree._Element, *, show_hidden: bool) -> None:
    """Fill lines and nodes in one flat pass over the tree in document order."""
    lines, nodes, kinds, unseen = dom.lines, dom.nodes, _KIND, dom.hidden_names
    top = node = Node("html", None, (), True, 0)
    nodes.append(top)
    pieces: list[tuple[str, Node]] = []
    path: list[tuple[etree._Element, Node]] = []  # the open elements with the node of each
    hidden = 0  # depth of the open element that is hidden, 0 when none is
    for element in chain(root.iter(), (None,)):
        parent = element.getparent() if element is not None else None
        # Close the elements that end here and read the text behind each.
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
            dom.hidden_chars += len(text) if text else 0
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
            dom.hidden_chars += len(text) if text else 0
            path.append((element, node))
            hidden = len(path)
            continue
        tag = element.tag
        kind = kinds.get(tag, _INLINE)
        # A block that a style sheet hides may be a tab or shown by a click; inside a line it is a watermark.
        if unseen and kind < _BLOCK and (css in unseen or ident in unseen) and not show_hidden:
            dom.hidden_chars += len(text) if text else 0
            path.append((element, node))
            hidden = len(path)
            continue
        if kind >= _BLOCK:
            if pieces:
                _flush(lines, pieces, node)
                pieces = []
            if len(lines) >= _MAX_LINES:
                dom.cut = True
                break
            if kind == _BREAK:
                path.append((element, node))
                continue
        # <b>, <font> and the like without id or class get no node: their text is their parent's.
        if (css or ident or kind != _PLAIN) and node.depth < _MAX_DEPTH:
            names = tokens_of(f"{ident} {css}" if ident and css else css or ident or "") if css or ident else ()
            node = Node(tag, node, names, kind == _BLOCK, len(lines), href if tag == "a" else None)
            nodes.append(node)
            if len(nodes) >= _MAX_NODES:
                dom.cut = True
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
    """End a line: add its pieces, unless they are white space, as a line of the block around `node`."""
    text = collapse_space(pieces[0][0] if len(pieces) == 1 else "".join([t for t, _ in pieces]))
    if text:
        while not node.block and node.parent is not None:
            node = node.parent
        lines.append(Line(text, pieces, node))
