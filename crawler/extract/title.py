"""The article's own title: printed on the page, without the site's name.

The <title> element says what the page calls itself ("标题_频道_网站"), a heading on the page says how it is printed. The
line that agrees best with both is the title; an h1 that is a logo or an advertisement agrees with nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from crawler.extract.dom import Document, Line

_SEPARATOR = re.compile(r"\s*[_|｜]+\s*|\s+[-–—－·»>]+\s*|\s*[-–—－]+\s+|(?<![-—－–])[-–－](?![-—－–])|\s*(?:>>|&gt;|»)\s*")
_UNWRITTEN = re.compile(r"[\W_]+")
_TITLE_NAME = re.compile(
    r"(?:^|[-_])(?:art|article|news|doc|con|content|main|info|post|entry|page|detail|show|top|in)?[-_]?(?:title|tit|biaoti|bt|headline|subject|h1|timu)\d*(?:$|[-_])"
    r"|title$"
)
_HEADING = {"h1": 2.5, "h2": 1.5, "h3": 1.2, "h4": 0.8, "h5": 0.4}
_FILE = re.compile(r"\s*\.(?:docx?|pptx?|xlsx?|pdf|txt|wps|rtf)$", re.I)
_PAGE_SUFFIX = re.compile(r"\s*[(（\[【第]\s*(\d{1,3})\s*(?:页)?\s*[)）\]】]?$")
_ELLIPSIS = re.compile(r"(?:\.{2,}|…+)$")


@dataclass(frozen=True, slots=True)
class Title:
    """`text` as printed; `line` the index of the line it stands in, None when only <title> has it."""

    text: str
    line: int | None


def fold(text: str) -> str:
    """What two spellings of a title have in common: NFKC, letters, digits and Han only, lower case."""
    return _UNWRITTEN.sub("", unicodedata.normalize("NFKC", text)).lower()


def segments(head: str) -> list[str]:
    return [s for s in (part.strip() for part in _SEPARATOR.split(head)) if s]


def find_title(doc: Document, body_start: int | None = None) -> Title:
    """The best heading line among those up to `body_start` (plus two: some bodies open with their title)."""
    heads = [h for h in (doc.title, *doc.meta.get("og:title", ())[:1]) if h]
    folded = [fold(h) for h in heads]
    first = fold(segments(heads[0])[0]) if heads and segments(heads[0]) else ""
    limit = len(doc.lines) if body_start is None else min(len(doc.lines), body_start + 2)
    best, best_score = None, 2.2
    for index in range(limit):
        line = doc.lines[index]
        if not 2 <= line.chars <= 150:
            continue
        score = _score(line, folded, first)
        if body_start is not None and index >= body_start:
            score -= 0.8
        # Equal headings: the later one stands nearer to the body (a breadcrumb repeats the title before it).
        if score >= best_score:
            best, best_score = index, score
    if best is None:
        return Title(_from_head(heads), None)
    return Title(_printed(doc, best, heads), best)


def _score(line: Line, heads: list[str], first: str) -> float:
    node = line.node
    score = 0.0
    around = [line.pieces[0][1], node, node.parent] if node.parent else [node]
    for near in around:
        if near.tag in _HEADING:
            score = max(score, _HEADING[near.tag])
        elif near.names and any(_TITLE_NAME.search(name) for name in near.names):
            score = max(score, 1.4)
    if line.linked * 2 > line.chars:
        score -= 2.0
    key = fold(_ELLIPSIS.sub("", line.text))
    if len(key) < 2:
        return -1.0
    match = 0.0
    for head in heads:
        if key in head:
            match = max(match, len(key) / max(len(first), len(key)) if head.startswith(key) else 0.6 * len(key) / max(len(head), 1))
        elif first and len(first) > 4 and first in key and len(key) < 2 * len(first) + 8:
            match = max(match, 0.8 * len(first) / len(key))
    if len(key) < 5:
        match *= 0.6 if score < 1 else 1.0
    return score + 5.0 * match


def _printed(doc: Document, index: int, heads: list[str]) -> str:
    line = doc.lines[index]
    text = line.text
    node = line.node
    # A heading broken by <br> is one title: "彰显特色优势<br>提高开放水平".
    if node.tag in _HEADING and 1 < node.end - node.start <= 4:
        text = " ".join(doc.lines[i].text for i in range(node.start, node.end))
        joined = fold(text)
        if not any(joined in fold(h) for h in heads):
            text = line.text
    # Controls glued to the heading ("播报文章"): what og:title and the heading share is the title.
    for head in heads:
        for candidate in (head, segments(head)[0] if segments(head) else head):
            if len(candidate) > 6 and text != candidate and candidate in text and len(text) > len(candidate) and not text.startswith("["):
                rest = text.replace(candidate, "", 1).strip()
                if len(rest) <= 12 and not re.search(r"[\u4e00-\u9fff]{2,}[？?！!]", rest) and rest.endswith(("播报", "朗读", "收藏", "文章", "举报", "原创")):
                    return candidate
    return text


def _from_head(heads: list[str]) -> str:
    if not heads:
        return ""
    parts = segments(heads[-1]) or [heads[-1]]
    return parts[0]


def clean_title(title: str, heads: list[str], page: int | None, family: str | None) -> str:
    """Strip the site's name, a page suffix "(2)" of page 2, and a document's file ending."""
    if family == "wenku":
        title = _FILE.sub("", title)
    if page and page > 1:
        match = _PAGE_SUFFIX.search(title)
        if match and int(match[1]) == page:
            title = title[: match.start()]
    site = [fold(s) for h in heads for s in segments(h)[1:]]
    for match in re.finditer(r"[【\[]([^】\]]{2,12})[】\]]", title):
        key = fold(match[1])
        if any(s.startswith(key) for s in site if s):
            title = title.replace(match[0], "")
    for head in heads:
        parts = segments(head)
        for part in parts[1:]:
            for sep in ("_", "-", " - ", "|", " | ", "—", "－"):
                if len(part) >= 3 and title.endswith(sep + part):
                    title = title[: -len(sep + part)]
    return title.strip(" \u3000_|-")
