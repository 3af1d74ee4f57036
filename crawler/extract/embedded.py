"""Articles that a page holds only as data in its scripts, to be shown by a browser: written into the page as HTML.

An object is the article when its title is the page's: that of <title>, of og:title or of a heading. Its text is the
longest prose in it. Lists of other articles have other titles, so that a page without an article gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from html import escape, unescape
from typing import Any

from crawler.extract.dom import Dom
from crawler.extract.scripts import states, words_of
from crawler.extract.title import fold, heads_of, segments

FEW = 600
"""Characters of prose: with more a page is not asked for data."""

_MAX_VALUES = 300_000
_MAX_BLOCKS = 5000
_MAX_DEPTH = 5  # from the object with the title to the text
_MAX_NAME = 60  # characters of a source or an author
_TITLE = re.compile(r"title|headline|subject|^name$|biaoti", re.I)
# Words that are not the article's, by the name of their key.
_NOT_TEXT = re.compile(
    r"comment|repl(?:y|ies)|review|recommend|relat|\bhot|rank|side|nav|menu|foot|copyright|config|banner|advert|disclaim"
    r"|statement|bio|profile|sign|desc|summary|abstract|intro|digest|seo|keyword|excerpt|snippet|caption|^alt$|share|next|prev"
    r"|title|headline|script|style|css",
    re.I,
)
_SUMMARY = re.compile(r"desc|summary|intro|digest", re.I)
_BLOCKS = re.compile(r"content|body|detail|paragraph|block|text|article|element|node|section|^list$|^data$", re.I)
_PIECE = ("content", "text", "value", "html", "body", "paragraph", "p", "data")
_TAG = re.compile(
    r"<(?:p|div|br|span|section|strong|b|h[1-6]|table|ul|ol|li|img|blockquote|article|font|center|!--)\b", re.I
)
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MARK = re.compile("[，。！？；、：]")
_LEAST = 60  # Chinese characters of a text
_CHINA = timezone(timedelta(hours=8))
_PUBLISHED = re.compile(
    r"^(?:date_?published|publish(?:ed)?_?(?:at|time|date|on)?|pub_?(?:time|date)|p_?time|release_?(?:time|date)|issue_?(?:time|date)"
    r"|post_?(?:time|date)|display_?time|show_?time|fbsj)$",
    re.I,
)
_CREATED = re.compile(r"^(?:created?_?(?:at|time|date)?|c_?time|input_?time|add_?time)$", re.I)
_SOURCE = re.compile(
    r"^(?:source_?(?:name)?|media_?(?:name)?|article_?source|origin_?(?:name)?|src_?name|copy_?from|laiyuan)$", re.I
)
_AUTHOR = re.compile(r"^(?:author_?(?:name)?|authors|writer|reporter|byline|zuozhe)$", re.I)
_EDITOR = re.compile(r"^(?:editor_?(?:name)?|duty_?editor|responsible_?editor|zebian|bianji)$", re.I)
_FIELDS = (
    ("发布时间", _PUBLISHED),
    ("发布时间", _CREATED),
    ("来源", _SOURCE),
    ("作者", _AUTHOR),
    ("责任编辑", _EDITOR),
)
_BODY = re.compile(r"<body\b[^>]{0,2000}>", re.I)


@dataclass(slots=True)
class _Found:
    title: str = ""
    html: str = ""
    prose: int = 0
    fields: dict[str, str] = field(default_factory=dict)


def with_article(dom: Dom, prose: int) -> str | None:
    """The page's source with the article that its scripts hold as HTML at its begin; None where they hold none, or not
    much more than the `prose` (characters) that the page shows as it was served.
    """
    if prose >= FEW:
        return None
    heads = _Heads(dom)
    best = _Found()
    for state in states(dom.source, heads.words()):
        for each in _titled(state, heads):
            found = _article(each, heads)
            if found.prose > best.prose:
                best = found
    if best.prose < _LEAST or best.prose <= 2 * prose:
        return None
    labels = "\u3000".join(f"{label}：{escape(value)}" for label, value in best.fields.items())
    shown = f"<div><h1>{escape(best.title)}</h1><p>{labels}</p><div>{best.html}</div></div>"
    shown = shown.encode("utf-8", "replace").decode()  # a lone surrogate
    body = _BODY.search(dom.source)
    at = body.end() if body else 0
    return f"{dom.source[:at]}{shown}{dom.source[at:]}"


class _Heads:
    """The titles of a page, to compare with."""

    def __init__(self, dom: Dom) -> None:
        heads = heads_of(dom)
        shown = [line.text for line in dom.lines if line.chars <= 150 and line.node.tag in ("h1", "h2")]
        self._titles = [*heads, *shown[:20]]
        self._whole = [key for text in (*heads, *shown[:20]) if (key := fold(text))]
        self._first = {fold(segments(head)[0]) for head in heads if segments(head)} | set(map(fold, shown[:20]))

    def words(self) -> tuple[str, ...]:
        """A script without any of these does not name the article."""
        return tuple({word: None for title in self._titles for word in words_of(title)})

    def agree(self, value: object) -> bool:
        """Whether `value` is a title of the page, or all of it but channel and site."""
        if not isinstance(value, str) or not 2 <= len(value) <= 200:
            return False
        key = fold(unescape(value))
        return key in self._first or (len(key) >= 6 and any(whole.startswith(key) for whole in self._whole))


def _titled(root: Any, heads: _Heads) -> Iterator[dict[str, Any]]:
    """The objects in `root` whose title is the page's."""
    stack, left = [root], _MAX_VALUES
    while stack and left:
        left -= 1
        value = stack.pop()
        if isinstance(value, dict):
            if any(_TITLE.search(key) and heads.agree(each) for key, each in value.items()):
                yield value
            stack.extend(each for each in value.values() if isinstance(each, dict | list))
        elif isinstance(value, list):
            stack.extend(each for each in value if isinstance(each, dict | list))


def _article(titled: dict[str, Any], heads: _Heads) -> _Found:
    found = _Found(max((str(v) for k, v in titled.items() if _TITLE.search(k) and heads.agree(v)), key=len))
    for text in _texts(titled):
        html = _as_html(text)
        prose = _prose(html)
        if prose > found.prose:
            found.html, found.prose = html, prose
    for label, names in _FIELDS:
        if value := _field(titled, names, date=label == "发布时间"):
            found.fields.setdefault(label, value)
    return found


def _texts(titled: dict[str, Any]) -> Iterator[str]:
    """Strings of an article that may be its text; a list of its blocks is one, too."""
    stack: list[tuple[Any, int]] = [(titled, 0)]
    while stack:
        value, depth = stack.pop()
        for key, each in value.items():
            if _NOT_TEXT.search(key) and not (_SUMMARY.search(key) and _is_whole(each)):
                continue
            if isinstance(each, str):
                if len(each) >= _LEAST:
                    yield each
            elif isinstance(each, list):
                if _BLOCKS.search(key) and (joined := _joined(each)):
                    yield joined
            elif isinstance(each, dict) and depth < _MAX_DEPTH:
                stack.append((each, depth + 1))


def _is_whole(value: Any) -> bool:
    """Whether what is called a description is the text itself: paragraphs, and not cut."""
    return (
        isinstance(value, str)
        and len(value) >= 2 * _LEAST
        and value.count("\n") >= 2
        and not value.rstrip().endswith(("...", "…"))
    )


def _joined(blocks: list[Any]) -> str:
    """The text of a list of paragraphs; nothing where it is a list of something that has titles."""
    pieces = []
    for block in blocks[:_MAX_BLOCKS]:
        text = block
        if isinstance(block, dict):
            if any(_TITLE.search(key) for key in block):
                return ""
            text = next((block[name] for name in _PIECE if isinstance(block.get(name), str)), None)
        if isinstance(text, str) and text.strip():
            pieces.append(_as_html(text))
    return "".join(pieces)


def _as_html(text: str) -> str:
    """Markup as it is, escaped markup undone, and each line of a plain text as a paragraph."""
    for _ in range(2):
        if _TAG.search(text):
            return text.strip('"')  # Toutiao's text has quotes around it, which its script cuts off
        plain = unescape(text)
        if plain == text:
            break
        text = plain
    if _TAG.search(text):
        return text.strip('"')
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _prose(html: str) -> int:
    """Its Chinese characters outside of tags; 0 where no mark of punctuation stands between them."""
    shown = _ANY_TAG.sub("", html)
    return len(_HAN.findall(shown)) if _MARK.search(shown) else 0


def _field(titled: dict[str, Any], names: re.Pattern[str], *, date: bool) -> str | None:
    for key, each in titled.items():
        if names.match(key):
            value = _date(each) if date else _name(each)
            if value:
                return value
    return None


def _name(value: Any) -> str | None:
    """A name, or that of a person or medium: {"@type": "Person", "name": "…"}."""
    if isinstance(value, list):
        named = [name for each in value[:5] if (name := _name(each))]
        return " ".join(named) or None
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "author_name", "nickname", "title") if key in value), None)
    if not isinstance(value, str) or _ANY_TAG.search(value):
        return None
    value = " ".join(unescape(value).split())
    return value if 1 < len(value) <= _MAX_NAME else None


def _date(value: Any) -> str | None:
    """As it is printed; seconds or milliseconds of Unix time as China's."""
    if isinstance(value, str) and not value.isdecimal():
        return value.strip() if 8 <= len(value) <= 40 and _MARK.search(value) is None else None
    try:
        seconds = int(value)
    except (TypeError, ValueError):
        return None
    seconds = seconds // 1000 if seconds >= 100_000_000_000 else seconds
    if not 946_684_800 <= seconds < 4_102_444_800:  # 2000 to 2100
        return None
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA):%Y-%m-%d %H:%M:%S}"
