"""Where a page prints what its row says.

The value is looked for in the document again, so that extraction has to keep no track.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from crawler.extract.article import Article
from crawler.extract.dates import find_dates
from crawler.extract.decode import decode
from crawler.extract.dom import collapse_space
from crawler.extract.page import Page
from crawler.extract.source import parsable, without_controls

_NAMES = re.compile(r"[\s,，、;；]+")  # between several authors, whom the row may part in another way than the page
_MOST_TEXT = 1500  # characters of an element that may hold a field
_ENDS = 200  # characters of the first and the last line by which a body is known
_STEPS = 3  # elements of a path that are shown


def places(page: Page, article: Article) -> dict[str, str]:
    """Field -> a CSS path to the element that prints it, with the element's text where that says more than the value.

    A field that is not found is left out: what is joined or reckoned stands nowhere on the page.
    """
    source = without_controls(parsable(decode(page.body, page.content_type).text))
    try:
        root = etree.fromstring(source, etree.HTMLParser(encoding="utf-8", no_network=True))
    except etree.XMLSyntaxError:  # nothing in it
        return {}
    if root is None:
        return {}
    texts = [(element, shown) for element in root.iter(etree.Element) if (shown := _text(element))]
    found = {}
    for name, values in _values(article).items():
        if place := _place(texts, name, values):
            found[name] = place
    if body := _body(root, article.text):
        found["text"] = body
    return found


def _values(article: Article) -> Mapping[str, list[str]]:
    fields: dict[str, Any] = {
        name: getattr(article, name)
        for name in ("title", "lead", "published", "source", "author", "editor", "category", "keywords")
    }
    return {
        name: value if isinstance(value, list) else _NAMES.split(value) if name == "author" else [collapse_space(value)]
        for name, value in fields.items()
        if value
    }


def _place(texts: list[tuple[etree._Element, str]], name: str, values: list[str]) -> str | None:
    """The smallest element that prints all values; of several the first, one of the body before one of the head."""
    best: tuple[tuple[bool, int], etree._Element, str] | None = None
    for element, text in texts:
        if name == "keywords" and element.tag != "meta":  # they are read nowhere else
            continue
        if name == "published":
            if not any(date.iso == values[0] for date in find_dates(text)):
                continue
        else:
            shown = _squeezed(text)  # "叶　婉" is the author 叶婉
            if not all(_squeezed(value) in shown for value in values):
                continue
        rank = (element.tag in ("title", "meta"), len(text))
        if best is None or rank < best[0]:
            best = rank, element, text
    if best is None:
        return None
    _, element, text = best
    return path_to(element) if text == values[0] else f"{path_to(element)}  “{text[:80]}”"


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _body(root: etree._Element, text: str) -> str | None:
    """The deepest element with the first and the last line of the text in it."""
    lines = ["".join(line.split()) for line in text.split("\n") if line.strip()]
    if not lines:
        return None
    first, last = lines[0][:_ENDS], lines[-1][-_ENDS:]
    found = root
    while inside := [child for child in found if isinstance(child.tag, str) and _holds(child, first, last)]:
        found = inside[0]
    return path_to(found) if found is not root else None


def _holds(element: etree._Element, first: str, last: str) -> bool:
    text = "".join("".join(map(str, element.itertext())).split())
    return first in text and last in text


def _text(element: etree._Element) -> str:
    """What an element prints, or a meta element says; "" for what is too long to be a field."""
    if element.tag == "meta":
        return collapse_space(element.get("content", ""))
    if element.tag in ("html", "head", "body", "script", "style"):
        return ""
    length, pieces = 0, []
    for piece in element.itertext():
        length += len(piece)
        if length > 4 * _MOST_TEXT:
            return ""
        pieces.append(str(piece))
    text = collapse_space("".join(pieces))
    return text if len(text) <= _MOST_TEXT else ""


def path_to(element: etree._Element) -> str:
    """A short CSS path such as "div.main > h1": up to an element with an id, three steps at most."""
    return " > ".join(reversed([*_steps(element)]))


def _steps(element: etree._Element) -> Iterator[str]:
    for _ in range(_STEPS):
        name, key = str(element.tag), element.get("id", "")
        if name == "meta":
            said = "property" if element.get("property") else "name"
            yield f"meta[{said}={element.get(said)}]"
            return
        if key and key.isascii() and key.isidentifier():
            yield f"{name}#{key}"
            return
        names = [each for each in element.get("class", "").split() if each.replace("-", "_").isidentifier()]
        yield ".".join([name, *names[:2]])
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html", "head"):
            return
        element = parent
