"""Parses a page into a Dom, in one pass over the tree that lxml builds.

libxml2 parses any nesting in linear time (lexbor did not finish a million nested <div>); its tree is read once, from the
first element to the last, without recursion.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, cast

from lxml import etree

from crawler.extract.dom import MAX_NAMES, Dom, Line, Node, collapse_space, tokens_of
from crawler.extract.memo import remember
from crawler.extract.numbering import Numbering, numbering_of, numbers_bare_lists
from crawler.extract.source import (
    parsable,
    shows_references,
    unescaped,
    with_line_breaks,
    without_controls,
)
from crawler.extract.style import BACKED, HIDDEN, LINES, LOWERED, RAISED, WHITE, is_white, style_flags
from crawler.extract.vocabulary import CONTROL, HOME_LINK

_UNREAD = (
    "script style noscript iframe object embed svg canvas video audio img map select input button textarea template head link "
    "applet frameset datalist"
)
_READING: Final = -1
_INLINE: Final = 0
_PLAIN: Final = 1
_BLOCK: Final = 2
_ITEM: Final = 3
_PREFORMATTED: Final = 4
_BREAK: Final = 5
_BLOCKS = (
    "html body div p ul ol dl dt dd table tbody thead tfoot tr td th caption h1 h2 h3 h4 h5 h6 section article header "
    "footer main nav aside form fieldset center blockquote figure figcaption address hr details summary"
)
_PLAINS = "span b strong font em i u big small sub sup ins o:p st1:chsdate"
_KIND: dict[str, int] = {
    **dict.fromkeys(_BLOCKS.split(), _BLOCK),
    **dict.fromkeys(_PLAINS.split(), _PLAIN),
    **dict.fromkeys(("rt", "rp", "rtc"), _READING),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), _PREFORMATTED),
    "li": _ITEM,
    "br": _BREAK,
}
_CLASS: Final = 1
_ID: Final = 2
_STYLE: Final = 3
_HREF: Final = 4
_SPAN: Final = 5
_HIDDEN: Final = 6
_COLOR: Final = 7
_GROUND: Final = 8
_ATTRIBUTES: dict[str, int] = {
    **{"class": _CLASS, "id": _ID, "style": _STYLE, "href": _HREF, "colspan": _SPAN, "rowspan": _SPAN},
    **{"hidden": _HIDDEN, "color": _COLOR, "bgcolor": _GROUND, "background": _GROUND},
}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# What editors write into <title> until somebody names the page.
_PLACEHOLDER = re.compile(
    r"(?:untitled|new|html)?\s*(?:document|title|page)s?\s*\d*|insert title here|untitled\s*\d*|my jsp '.*' starting page|jsp page"
    r"|(?:无标题|无題|未命名|新建)(?:文[档檔件]|[网網]?[页頁]|文本文档)?\s*\d*|(?:[网網]?[页頁]|文[档檔]|此处[为是]?)标题",
    re.I,
)
# ".wkwm5edb3638{display: none;}": the class of a watermark is made up for each page.
_NOT_SHOWN = re.compile(r"display\s*:\s*none")
_ONE_NAME = re.compile(r"\s*[.#]([\w-]{1,60})\s*")
_MAX_SHEET = 20_000
_MAX_SHEETS = 20
_FOR_READERS = re.compile(
    r"(?<![\w-])(?:sr-only|visually-?hidden|screen-reader(?:-text|-only)?|hidden-visually)(?![\w-])", re.I
)
# WeChat hides its article until a script shows it, so it is hidden in every archived copy.
_SHOWN_BY_SCRIPT = ("js_content",)
_MANY_LINKS = 6
# "上一页 1 2 3 下一页" is a list of links, too, but is needed for the next page.
_TURNS = re.compile("下一?[页頁]|后一[页頁]|後一[页頁]|Next|next|›|»")
# What unfolds the rest of a text, as text of a link or a button; "查看更多" leads to a list. It begins at the end of the tag
# before it: from its begin, each tag of the page would be read; and what begins none of the words is passed over at once.
_UNFOLD = re.compile(
    r">(?=[^\w<>&]{0,8}+[&点點展阅閱继繼查显顯余剩往])(?:&[a-z]{2,6};|[^\w<>&]){0,8}(?:点击|點擊)?(?:(?:展开|展開|阅读|閱讀|继续|繼續|继续阅读|繼續閱讀|查看|显示|顯示|余下|剩余)(?:阅读|閱讀|剩余|余下)?(?:全文|全部|正文|内容|內容)"
    r"|(?:展开|展開|阅读|閱讀|继续阅读|繼續閱讀)(?:更多|剩余|余下)|往下看更多)(?:&[a-z]{2,6};|[^\w<>&]){0,8}<"
)
_LONGEST_TAG = 400
_LEADS_AWAY = re.compile(r"a\b.*href\s*=\s*[\"']?(?!javascript|#|[\"'])", re.I | re.DOTALL)
_UNEXPECTED_END = re.compile("Unexpected end tag : (?:br|p)$")
# Limits that no real page reaches; every later step is linear in lines times depth. Real pages have up to 30 levels of
# nodes, 90 lists and, except for whole novels, some thousand lines.
_MAX_LINES: Final = 20_000
_MAX_NODES: Final = 60_000
_MAX_DEPTH: Final = 80
_MAX_LISTS: Final = 500
_MAX_PRUNED: Final = 500_000


# The HTML parser of each thread: its error log is that of the thread's last page. An instance, since mypyc would lay the
# attributes of a class of its own over those of threading.local.
_PARSERS: Final = threading.local()


def _parser() -> etree.HTMLParser:
    parser: etree.HTMLParser | None = getattr(_PARSERS, "html", None)
    if parser is None:
        # The table of ids is not needed.
        parser = etree.HTMLParser(
            encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
        )
        _PARSERS.html = parser
    return parser


def parse(text: str, utf8: bytes | None = None, *, show_hidden: bool = False) -> Dom:
    """The page as a browser shows it. Hidden text is read as well when it is most of the page, or with `show_hidden`.

    `text` is decoded HTML, `utf8` the same in UTF-8 where the caller has it. Never raises; the page is cut after 12
    million characters.
    """
    source = parsable(text, utf8)
    dom = _read(text, source, show_hidden=show_hidden)
    # These repairs cost more than a look at what is shown, and few pages need them.
    controls = references = False
    for line in dom.lines:
        if not line.text.isprintable() and CONTROL.search(line.text):
            controls = True
        if "&" in line.text and shows_references(line.text):
            references = True
    mended = source
    if controls:
        mended = without_controls(mended)
    if references:
        mended = unescaped(mended, "\n".join(line.text for line in dom.lines))
    return dom if mended is source else _read(text, mended, show_hidden=show_hidden)


def _read(text: str, source: bytes, *, show_hidden: bool) -> Dom:
    dom = Dom(source=text)
    root = _tree(source)
    if root is not None:
        _read_head(dom, root)
        if "<button" in text:
            _open_accordions(root)
        etree.strip_elements(root, *_UNREAD.split(), with_tail=False)
        if len(text) <= _MAX_PRUNED:
            _prune(dom, root)
        _read_body(dom, root, show_hidden=show_hidden)
        if _hides_text(dom):
            dom.forget_body()
            _read_body(dom, root, show_hidden=True)
    return dom


def _open_accordions(root: etree._Element) -> None:
    """Keep the text of a button in a heading, <h3><button>问题一：…</button></h3>: it unfolds what is below it."""
    for button in root.iter("button"):
        parent = button.getparent()
        if parent is not None and parent.tag in _HEADINGS:
            button.tag = "span"


def _hides_text(dom: Dom) -> bool:
    """Whether what a page hides is its text: nearly all there is, or what a control such as "- 閱讀更多 -" unfolds."""
    if dom.hidden_chars <= 200:
        return False
    shown = sum(line.chars for line in dom.lines if line.punctuation)
    if dom.hidden_chars > 600 and dom.hidden_chars > 4 * shown:
        return True
    if dom.hidden_chars <= 0.5 * shown:
        return False
    # "阅读全文" below each entry of a list leads to another page.
    source = dom.source
    for match in _UNFOLD.finditer(source):
        tag = source.rfind("<", max(0, match.start() - _LONGEST_TAG - 1), match.start()) + 1
        if tag and ">" not in source[tag : match.start()] and not _LEADS_AWAY.match(source, tag, match.start()):
            return True
    return False


def _tree(source: bytes) -> etree._Element | None:
    """The tree that libxml2 builds; None for a page without an element."""
    parser = _parser()
    try:
        root = etree.fromstring(source, parser)
        if any(_UNEXPECTED_END.match(error.message) for error in parser.error_log):
            root = etree.fromstring(with_line_breaks(source), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return root


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
            if any(text and HOME_LINK.match(text) for text in texts[:_MANY_LINKS]):
                dom.menu += ("".join(map(str, link.itertext())) for link in block.iter("a"))
            before, tail = block.getprevious(), block.tail
            gone.update(block.iter("ul", "ol", "dl", "nav"))
            parent.remove(block)
            if tail and not tail.isspace():
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail


def _read_head(dom: Dom, root: etree._Element) -> None:
    """Fill title, metadata, loaded addresses and hidden names. Many skins put them into the body, so that is read, too."""
    loaded, sheets = [], 0
    for element in root.iter("meta", "script", "link", "title", "style", "base", "sup", "sub", "q", "time"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content:
                dom.meta.setdefault(name.lower(), []).append(collapse_space(content[:MAX_NAMES]))
        elif tag == "title":
            title = collapse_space("".join(map(str, element.itertext()))[:MAX_NAMES])
            dom.title = dom.title or ("" if _PLACEHOLDER.fullmatch(title) else title)
        elif tag == "base":
            dom.base = dom.base or (element.get("href") or "")[:MAX_NAMES]
        elif tag == "style":
            sheets += 1
            if sheets <= _MAX_SHEETS:
                dom.sheets.append((element.text or "")[:_MAX_SHEET])
                dom.hidden_names.update(_hidden_names(dom.sheets[-1]))
        elif tag == "time":
            if moment := element.get("datetime"):
                dom.meta.setdefault("datetime", []).append(moment[:MAX_NAMES])
        elif tag in ("sup", "sub"):
            _set_script(element, raised=tag == "sup")
        elif tag == "q":
            _quote(element)
        elif address := element.get("src" if tag == "script" else "href"):
            loaded.append(address[:MAX_NAMES])
    dom.loads = "\n".join(loaded).lower()


def _hidden_names(sheet: str) -> Iterator[str]:
    """Classes and ids that a style sheet hides by themselves: ".mark, #tip {display: none}", not ".menu .mark"."""
    at = sheet.find("display")
    while at >= 0:
        begin = sheet.rfind("{", 0, at)
        if _NOT_SHOWN.match(sheet, at) and begin >= 0 and sheet.find("}", begin, at) < 0:
            for selector in sheet[sheet.rfind("}", 0, begin) + 1 : begin].split(","):
                if name := _ONE_NAME.fullmatch(selector):
                    yield name[1]
        at = sheet.find("display", at + 1)


# Digits and signs as Unicode has them above and below the line.
_ASCII = "0123456789+-=()n"
_RAISED = str.maketrans(_ASCII + "−－–abcdeikmxy", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁻⁻⁻ᵃᵇᶜᵈᵉⁱᵏᵐˣʸ")
_LOWERED = str.maketrans(_ASCII + "−－–aehijklmoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ₋₋₋ₐₑₕᵢⱼₖₗₘₒₚᵣₛₜᵤᵥₓ")
_INNER = 12  # elements in what is raised: a page may nest thousands around one long text
_FORMULA = re.compile(r"[0-9a-z+\-−－–=()]{1,12}$")
_POWER = re.compile(r"[0-9a-zA-Z+\-−./*()]{0,11}[0-9][0-9a-zA-Z+\-−./*()]{0,11}$")


def _quote(element: etree._Element) -> None:
    """Give <q> the marks that a browser prints, unless the page has its own beside them."""
    own = element.text or (element[0].text if len(element) else None) or ""
    if own.lstrip()[:1] in tuple('“「『‘"') or not (own or len(element)):
        return
    element.text = f"“{element.text or ''}"
    last = element[-1] if len(element) else None
    if last is None:
        element.text += "”"
    else:
        last.tail = f"{last.tail or ''}”"


def _set_script(element: etree._Element, *, raised: bool) -> None:
    """Keep what a browser raises or lowers apart from the text before it: 10<sup>5</sup> is 10⁵ and not 105.

    What Unicode has no characters for gets a "^" if it is a power, 10^6.5; words, "1<sup>st</sup>", stay.
    """
    if sum(1 for _ in islice(element.iter(), _INNER + 1)) > _INNER:
        return
    text = "".join(map(str, element.itertext())).strip()
    table = _RAISED if raised else _LOWERED
    if _FORMULA.match(text) and (len(text) == 1 or not text.isalpha()) and all(ord(c) in table for c in text):
        for inner in element.iter():
            inner.text = inner.text and inner.text.translate(table)
            if inner is not element:
                inner.tail = inner.tail and inner.tail.translate(table)
    elif raised and _POWER.match(text) and element.text:
        element.text = f"^{element.text.lstrip()}"


def _read_body(dom: Dom, root: etree._Element, *, show_hidden: bool) -> None:
    """Fill lines and nodes in one flat pass over the tree in document order."""
    lines, nodes, kinds, unseen, markers = dom.lines, dom.nodes, _KIND, dom.hidden_names, dom.markers
    read_attributes = _ATTRIBUTES
    top = node = Node("html", None, (), True, 0)
    nodes.append(top)
    pieces: list[tuple[str, Node]] = []
    path: list[tuple[etree._Element, Node]] = []  # the open elements with the node of each
    # Depth of the open element that is hidden, has a background, or keeps its line breaks; 0 when none does.
    hidden = backed = kept = 0
    deepest = 0  # of `backed` and `kept`
    numberings: dict[etree._Element, Numbering | None] = {}
    bare_lists: bool | None = None  # whether lists without attributes have numbers; asked at the first of them
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
            if deepest > len(path):
                backed = backed if backed <= len(path) else 0
                kept = kept if kept <= len(path) else 0
                deepest = max(backed, kept)
            if own is not outer:
                if own.block and pieces:
                    _flush(lines, pieces, node)
                    pieces = []
                own.end = len(lines) + (1 if pieces else 0)
                if markers and own.tag == "li" and own.end == own.start:
                    markers.pop(own.start, None)
            node = outer
            tail = left.tail
            if tail and (pieces or not tail.isspace()):
                if kept and "\n" in tail:
                    pieces = _break_lines(dom, pieces, tail, outer)
                else:
                    pieces.append((tail, outer))
        if element is None:
            break
        text = element.text
        if hidden:
            dom.hidden_chars += len(text) if text else 0
            path.append((element, node))
            continue
        css = ident = href = None
        flags = 0
        spanned = False
        present = cast(
            "list[str]", element.keys()
        )  # a fraction of what it costs to ask for an attribute that is not there
        for name in present:
            attribute = read_attributes.get(name, 0)
            if attribute == 0:
                continue
            if attribute == _CLASS:
                css = element.get("class")
            elif attribute == _ID:
                ident = element.get("id")
            elif attribute == _STYLE:
                flags |= style_flags(element.get("style", ""))
            elif attribute == _HREF:
                href = element.get("href")
            elif attribute == _SPAN:
                spanned = True
            elif attribute == _HIDDEN:
                flags |= HIDDEN
            elif is_white(element.get(name, "").strip().lower()):
                flags |= WHITE if attribute == _COLOR else 0
            elif attribute == _GROUND:
                flags |= BACKED
        tag = element.tag
        kind = kinds.get(tag, _INLINE)
        if flags:
            if flags & BACKED and not backed:
                backed = len(path) + 1
            if flags & WHITE and not backed and _is_unseen(dom, element, kind, inside=bool(pieces)):
                flags |= HIDDEN
            if flags & (RAISED | LOWERED) and kind < _BLOCK:  # of a cell it says where its text stands
                _set_script(element, raised=bool(flags & RAISED))
                text = element.text
            if flags & LINES and not kept:
                kept = len(path) + 1
            deepest = max(backed, kept)
        if css and len(css) <= MAX_NAMES and _is_for_readers(css):
            flags |= HIDDEN
        # A block that a style sheet hides may be a tab or shown by a click; inside a line it is a watermark.
        if unseen and kind < _BLOCK and (css in unseen or ident in unseen):
            flags |= HIDDEN
        if flags & HIDDEN and not (show_hidden or ident in _SHOWN_BY_SCRIPT):
            dom.hidden_chars += len(text) if text else 0
            path.append((element, node))
            hidden = len(path)
            continue
        if kind == _READING:
            if tag != "rp":
                dom.readings.append(len(lines))
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
            if kind == _PREFORMATTED and not kept:
                kept = len(path) + 1
                deepest = max(backed, kept)
            if kind == _ITEM and parent is not None and parent.tag == "ol":
                if parent not in numberings:
                    if bare_lists is None:
                        bare_lists = numbers_bare_lists(dom)
                    numberings[parent] = numbering_of(parent, bare=bare_lists)
                numbering = numberings[parent]
                if numbering is not None and (marker := numbering.next(element.get("value"))):
                    markers[len(lines)] = marker
        # <b>, <font> and the like without id or class get no node: their text is their parent's.
        if (css or ident or kind != _PLAIN) and node.depth < _MAX_DEPTH:
            names = tokens_of(f"{ident} {css}" if ident and css else css or ident or "") if css or ident else ()
            node = Node(tag, node, names, kind >= _BLOCK, len(lines), href if tag == "a" else None)
            node.place = len(nodes)
            nodes.append(node)
            if spanned:
                dom.spans[node] = (_span(element.get("colspan")), _span(element.get("rowspan")))
            if len(nodes) >= _MAX_NODES:
                dom.cut = True
                break
        path.append((element, node))
        if text and (pieces or not text.isspace()):
            if kept and "\n" in text:
                pieces = _break_lines(dom, pieces, text, node)
            else:
                pieces.append((text, node))
    for _, own in path:  # the page was cut
        own.end = len(lines)
    if pieces:
        _flush(lines, pieces, node)
    top.end = len(lines)


_READERS: Final[dict[str, bool]] = {}


def _is_for_readers(css: str) -> bool:
    """Whether the classes are those by which frameworks hide from the eye what screen readers say."""
    known = _READERS.get(css)
    return remember(_READERS, css, _FOR_READERS.search(css) is not None) if known is None else known


def _is_unseen(dom: Dom, element: etree._Element, kind: int, *, inside: bool) -> bool:
    """Whether white text is on a white ground, as far as the page tells: a style sheet of the site may give a ground to
    any block, but not to words in the middle of a line. `inside` a line: there is text before it.
    """
    if not (kind < _BLOCK and (inside or (element.tail or "").strip())) and (
        ".css" in dom.loads or element.tag in _HEADINGS
    ):
        return False
    # Words of another colour inside of it are seen.
    return not any("color" in (inner.get("style") or "") or inner.get("color") for inner in element.iterdescendants())


def _span(value: str | None) -> int:
    """The number of columns or rows that an attribute says; 1 where it says none, at most 50."""
    return min(50, int(value)) if value and value.isascii() and value.isdigit() and 0 < len(value) < 5 else 1


def _break_lines(dom: Dom, pieces: list[tuple[str, Node]], text: str, node: Node) -> list[tuple[str, Node]]:
    """Add preformatted text to `pieces`, ending a line at each of its line breaks; the pieces of the last line."""
    for position, part in enumerate(text.split("\n")):
        if position and pieces and len(dom.lines) < _MAX_LINES:
            _flush(dom.lines, pieces, node)
            pieces = []
        if part and (pieces or not part.isspace()):
            pieces.append((part, node))
    return pieces


def _flush(lines: list[Line], pieces: list[tuple[str, Node]], node: Node) -> None:
    """End a line: add its pieces, unless they are white space, as a line of the block around `node`."""
    text = collapse_space(pieces[0][0] if len(pieces) == 1 else "".join([t for t, _ in pieces]))
    if text:
        while not node.block and node.parent is not None:
            node = node.parent
        lines.append(Line(text, pieces, node))
