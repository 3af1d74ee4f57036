"""One page -> one article, not yet cleaned. The steps stand in the order in which they run."""

from __future__ import annotations

import re

from crawler.extract.article import Article, Outcome, Reject
from crawler.extract.article import Document as Facts
from crawler.extract.body import assemble, choose_lines
from crawler.extract.breadcrumb import document_channels, read_category
from crawler.extract.byline import read_byline
from crawler.extract.dates import find_dates, instant
from crawler.extract.decode import decode
from crawler.extract.document import read_document, shows_part
from crawler.extract.dom import Document
from crawler.extract.generic import line_values
from crawler.extract.labelled import Byline, date_evidence, fill
from crawler.extract.layout import Layout, overrule
from crawler.extract.lead import read_lead
from crawler.extract.locate import Place, locate
from crawler.extract.page import Page
from crawler.extract.pagination import next_page, page_number
from crawler.extract.read import parse
from crawler.extract.reject import by_bytes, by_lines, by_page
from crawler.extract.templates import Skin, recognise
from crawler.extract.title import clean_title, fold, heads_of, repeats
from crawler.extract.url import article_id, canonical_url

# Mastheads have a clock: "香港時間: 2020年3月01日 (日) 14:33", "今天是2019年5月1日 星期三"; an e-paper has only that date.
_TODAY = re.compile(r"\d.*(?:星期|周|週|[(（])[日一二三四五六](?:$|[\s)）])|今[天日]是?\s*\d")
_COMMAS = re.compile(r"[,，;；、|\s]+")


def extract(page: Page, family: str | None = None, site: str = "", layout: Layout | None = None) -> Outcome:
    """The article of this page alone, or the reason why it holds none. `site` is the name that the row gets."""
    refused = by_bytes(page)
    if refused:
        return Outcome(reject=refused)
    decoded = decode(page.body, page.content_type)
    doc = parse(decoded.text, decoded.utf8)
    skin = recognise(doc)
    values = line_values(doc)
    place = locate(doc, values, skin)
    chosen = choose_lines(doc, place.body, place.title.text, place.title.line, place.until, values) if place else []
    lines = [doc.lines[i] for i in chosen]
    refused = by_page(page, doc, sum(line.chars - line.linked for line in lines))
    if place is None or not lines:
        return Outcome(reject=refused or Reject("too_short", "no prose on the page"))
    refused = refused or by_lines(doc, lines, place.title.text)
    if refused:
        return Outcome(reject=refused)
    document = read_document(doc) if family in ("wenku", None) or _is_document(skin) else None
    channels = read_category(doc, place.title.text, chosen[0])
    if not channels and (family == "wenku" or _is_document(skin)):
        channels = document_channels(doc)
    byline = _byline(doc, skin, place, chosen, channels)
    family = family or _guess(skin, document, byline)
    article = Article(
        id=article_id(page.url),
        url=page.url,
        canonical_url=canonical_url(page.url),
        site=site,
        family=family,
        template=skin.name if skin else "generic",
        title=clean_title(place.title.text, heads_of(doc), page_number(page.url), family),
        text=assemble(lines),
        lead=read_lead(doc, _top(place, chosen), chosen[0]),
        published=byline.published,
        published_at=instant(byline.published),
        source=byline.source,
        author=byline.author,
        editor=byline.editor,
        category=channels,
        keywords=_keywords(doc),
        document=document if family == "wenku" or _is_document(skin) else None,
        truncated=doc.cut or (family == "wenku" and shows_part(doc, document.pages if document else None)),
        charset=decoded.charset,
        fetched_at=page.captured_at,
    )
    if layout:
        overrule(article, layout, decoded.text)
    return Outcome(articles=[article], next_page=next_page(doc, page.url))


def _top(place: Place, chosen: list[int]) -> int:
    """The line where the byline may begin: the title, or some lines above the text when no line is the title."""
    return place.title.line if place.title.line is not None else max(0, chosen[0] - 10)


def _byline(doc: Document, skin: Skin | None, place: Place, chosen: list[int], channels: list[str]) -> Byline:
    byline = Byline(account=bool(skin and skin.accounts))
    evidence = date_evidence(doc)
    for role in ("published", "source", "author", "editor"):
        for selector in getattr(skin, role) if skin else ():
            for node in doc.select(selector)[:1]:
                fill(byline, role, doc.text_in(node), evidence)
    first, last = chosen[0], chosen[-1]
    top = _top(place, chosen)
    # A document's number over the byline: "财办库〔2020〕151号", "信息来源：…", then the text.
    gap = doc.lines[first + 1 : chosen[1]][:3] if len(chosen) > 1 else []
    over = doc.lines[max(0, top - 3) : top]
    # "2015年5月26-29日广东省面试题" is not when that was published.
    said = fold(place.title.text)
    under = [line for line in doc.lines[top:first][:20] if not repeats(line, said)]
    if any(find_dates(line.text) for line in under):
        over = [line for line in over if not _TODAY.search(line.text)]
    tail = doc.lines[chosen[max(0, len(chosen) - 5)] : last + 1]
    read_byline(
        doc,
        byline,
        [*channels, place.title.text],
        [*over, *under, *gap],
        [doc.lines[i] for i in chosen[:9]],
        tail,
        doc.lines[last + 1 : last + 26],
    )
    return byline


def _is_document(skin: Skin | None) -> bool:
    return skin is not None and skin.documents


def _guess(skin: Skin | None, document: Facts | None, byline: Byline) -> str:
    """The family of a page that comes without one: files are 文库, sources and editors are news, the rest 范文."""
    if _is_document(skin) or (document and document.format and document.pages):
        return "wenku"
    return "news" if byline.source or byline.editor else "fanwen"


def _keywords(doc: Document) -> list[str]:
    words = [w.strip() for value in doc.meta.get("keywords", ())[:1] for w in _COMMAS.split(value)]
    return list(dict.fromkeys(w for w in words if w))[:30]
