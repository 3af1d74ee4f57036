"""The fields that the CSS selectors of a site file find on a page: they overrule the template."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from lxml import etree, html
from lxml.cssselect import CSSSelector

from crawler.extract.article import Article
from crawler.extract.dates import find_dates, instant
from crawler.extract.dom import collapse_space
from crawler.extract.layout import Layout
from crawler.extract.paragraphs import assemble
from crawler.extract.read import parse
from crawler.extract.source import parsable, without_controls

_ONE_LINE = ("title", "lead", "source", "author", "editor")


def overrule(article: Article, layout: Layout, text: str) -> tuple[str, ...]:
    """Set the fields that the layout's selectors find on the page `text`; the others stay as the template gave them.

    Returns the names of the fields that were found.
    """
    source = without_controls(parsable(text))
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    root = html.document_fromstring(source, parser=parser) if source.strip() else None
    if root is None:
        return ()
    found = []
    if layout.body and (bodies := _select(root, layout.body)):
        doms = [parse(html.tostring(body, encoding="unicode", with_tail=False)) for body in bodies]
        parts = [assemble(dom, range(len(dom.lines))) for dom in doms]
        if text := "\n".join(part for part in parts if part):
            article.text = text
            found.append("body")
    for name in _ONE_LINE:
        value = _first(root, getattr(layout, name))
        if value:
            setattr(article, name, value)
            found.append(name)
    for name in ("category", "keywords"):
        selector = getattr(layout, name)
        if selector and (values := [v for e in _select(root, selector) if (v := _text(e))]):
            setattr(article, name, values)
            found.append(name)
    printed = find_dates(_first(root, layout.published) or "")
    if printed:
        article.published = printed[0].iso
        article.published_at = instant(article.published)
        found.append("published")
    return tuple(found)


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _select(root: etree._Element, selector: str) -> list[etree._Element]:
    return cast("list[etree._Element]", _compiled(selector)(root))


def _first(root: etree._Element, selector: str | None) -> str | None:
    return next((v for e in _select(root, selector) if (v := _text(e))), None) if selector else None


def _text(element: etree._Element) -> str:
    return collapse_space("".join(map(str, element.itertext())))
