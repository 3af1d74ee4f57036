"""The extraction of one page: its article, not yet cleaned. The steps are in the order in which they run."""

from __future__ import annotations

import re

from crawler.extract.article import Article, Document, Outcome, Reject
from crawler.extract.article_pages import next_page, page_number
from crawler.extract.body import choose_lines, without_head
from crawler.extract.breadcrumb import document_channels, read_category
from crawler.extract.byline import read_byline
from crawler.extract.dates import find_dates, instant
from crawler.extract.decode import decode
from crawler.extract.document import read_document, shows_only_part
from crawler.extract.dom import Dom
from crawler.extract.embedded import FEW, with_article
from crawler.extract.evidence import evidence_of
from crawler.extract.generic import line_values
from crawler.extract.guided import guided
from crawler.extract.kind import reject_by_kind, reject_without_text
from crawler.extract.labelled import LABELLED, Byline, fill
from crawler.extract.layout import Layout
from crawler.extract.lead import read_lead
from crawler.extract.locate import Place, locate
from crawler.extract.page import Page
from crawler.extract.paragraphs import assemble
from crawler.extract.profile import Profile
from crawler.extract.read import parse
from crawler.extract.reject import reject_by_bytes, reject_by_lines, reject_by_page
from crawler.extract.selected import overrule
from crawler.extract.templates import Skin, recognise
from crawler.extract.title import clean_title, fold, repeats, segments, without_byline
from crawler.extract.url import article_id, canonical_url
from crawler.extract.vocabulary import CONTROL, INVISIBLE, PRIVATE_USE
from crawler.language import message

# A masthead prints today's date: "香港時間: 2020年3月01日 (日) 14:33", "今天是2019年5月1日 星期三". On an e-paper it is the
# only date.
_TODAY = re.compile(r"\d.*(?:星期|周|\()[日一二三四五六](?:$|[\s)])|今[天日]是?\s*\d")
_GREETING = re.compile("今[天日]是|现在[时是]|欢迎您?[访光来]")
_COMMAS = re.compile(r"[,，;；、|\s]+")


def extract(
    page: Page,
    family: str | None = None,
    site: str = "",
    layout: Layout | None = None,
    profile: Profile | None = None,
) -> Outcome:
    """The article of this page alone, or a Reject with the reason why there is none. `site` is the row's site name,
    `profile` what is known of the site's pages.
    """
    refused = reject_by_bytes(page)
    if refused:
        return Outcome(reject=refused)
    decoded = decode(page.body, page.content_type)
    dom = parse(decoded.text, decoded.utf8)
    dom, skin, place, chosen = read_article(dom)
    covered: bool | None = None
    if profile is not None and chosen:
        place, chosen, covered = guided(dom, place, chosen, profile)
        if not chosen:
            return Outcome(
                reject=Reject("too_short", message("its only text stands under other titles of the site, too"))
            )
    refused = reject_by_page(page, dom, _prose(dom, chosen))
    if place is None or not chosen:
        return Outcome(reject=refused or reject_without_text(dom))
    refused = refused or reject_by_lines(dom, chosen, place.title)
    if refused:
        return Outcome(reject=refused)
    channels = read_category(dom, place.title.text, chosen[0])
    documents = family == "wenku" or _is_document(skin)
    titled = _is_titled(dom, place, chosen)
    refused = reject_by_kind(dom, place, chosen, page.url, channels, titled=titled, documents=documents)
    if refused:
        return Outcome(reject=refused)
    document = read_document(dom) if documents or family is None else None
    if not channels and documents:
        channels = document_channels(dom)
    byline = _byline(dom, skin, place, chosen, channels)
    family = family or _guess(skin, document, byline)
    shown = document if family == "wenku" or documents else None
    if shown and byline.published and byline.rank < LABELLED and byline.published[:10] == shown.uploaded:
        byline.published = None  # "更新日期" among the facts of a file is not when an article was published
    article = Article(
        id=article_id(page.url),
        url=page.url,
        canonical_url=canonical_url(page.url),
        site=site,
        family=family,
        template=skin.name if skin else "generic",
        title=clean_title(place.title.text, dom, page_number(page.url), family),
        text=assemble(dom, without_head(dom, chosen)),
        lead=read_lead(dom, _top(place, chosen), chosen[0]),
        published=byline.published,
        published_at=instant(byline.published),
        source=byline.source,
        author=byline.author,
        editor=byline.editor,
        category=channels,
        keywords=_keywords(dom),
        document=shown,
        truncated=dom.cut
        or (chosen[-1] == len(dom.lines) - 1 and _ends_early(page))
        or (family == "wenku" and shows_only_part(dom, document.pages if document else None)),
        charset=decoded.charset,
        fetched_at=page.captured_at,
    )
    read = set(chosen) if dom.readings else set()
    article.quality.pinyin_noise = sum(line in read for line in dom.readings)
    selected = overrule(article, layout, decoded.text) if layout else ()
    _show_fields(article)
    following = next_page(dom, page.url, decoded.charset.partition(" ")[0])
    return Outcome(articles=[article], next_page=following, selected=selected, covered=covered)


def read_article(dom: Dom) -> tuple[Dom, Skin | None, Place | None, list[int]]:
    """The skin of the page, where its article is, and the lines of its text; they are those of the Dom that is returned,
    another one where the article is in the page's scripts.
    """
    skin, place, chosen = _read(dom)
    prose = _prose(dom, chosen)
    if prose < FEW and (written := with_article(dom, prose)):
        shown = parse(written)
        again = _read(shown)
        if _prose(shown, again[2]) > prose:
            return shown, *again
    return dom, skin, place, chosen


def _ends_early(page: Page) -> bool:
    """Whether the archive says that the body is not whole: what was the last line may have gone on."""
    return any(name.lower() == "warc-truncated" for name, _ in page.headers)


def _read(dom: Dom) -> tuple[Skin | None, Place | None, list[int]]:
    """The skin of the page, where its article is, and the lines of its text."""
    skin = recognise(dom)
    values = line_values(dom)
    place = locate(dom, values, skin)
    if place is None:
        return skin, None, []
    return skin, place, choose_lines(dom, place.body, place.title.text, place.title.line, place.until, values)


def _prose(dom: Dom, chosen: list[int]) -> int:
    """The number of characters of the text outside of links."""
    return sum(dom.lines[i].chars - dom.lines[i].linked for i in chosen)


def _top(place: Place, chosen: list[int]) -> int:
    """The line from which on a byline is looked for: the title, or ten lines above the text when no line is the title."""
    return place.title.line if place.title.line is not None else max(0, chosen[0] - 10)


def _byline(dom: Dom, skin: Skin | None, place: Place, chosen: list[int], channels: list[str]) -> Byline:
    byline = Byline(account=bool(skin and skin.accounts))
    evidence = evidence_of(dom)
    for role in ("published", "source", "author", "editor"):
        for selector in getattr(skin, role) if skin else ():
            for node in dom.select(selector)[:1]:
                fill(byline, role, dom.text_in(node), evidence.dates)
    first, last = chosen[0], chosen[-1]
    top = _top(place, chosen)
    # The byline may be below the number of an official document: "财办库〔2020〕151号", "信息来源：…", then the text.
    gap = dom.lines[first + 1 : chosen[1]][:3] if len(chosen) > 1 else []
    over = [line for line in dom.lines[max(0, top - 3) : top] if not _GREETING.search(line.key)]
    # The title once more is no byline: "2015年5月26-29日广东省面试题" is not the date of publication.
    said = fold(without_byline(place.title.text))
    under = [line for line in dom.lines[top:first][:20] if not repeats(line, said)]
    # What a robot took into the title ("… 来源：互联网 时间") counts where the byline of the page says nothing.
    if place.title.line == top and under and under[0] is dom.lines[top]:
        under = [*under[1:], under[0]]
    if any(find_dates(line.text) for line in under):
        over = [line for line in over if not _TODAY.search(line.key)]
    tail = dom.lines[chosen[max(0, len(chosen) - 5)] : last + 1]
    read_byline(
        dom,
        byline,
        [*channels, place.title.text],
        [*over, *under, *gap],
        [dom.lines[i] for i in chosen[:9]],
        tail,
        dom.lines[last + 1 : last + 26],
        evidence,
    )
    return byline


def _is_titled(dom: Dom, place: Place | None, chosen: list[int]) -> bool:
    """Whether the text is within six lines below a heading with which <title> begins, and no list of links between them."""
    if place is None or place.title.line is None or not chosen:
        return False
    key = fold(place.title.text)
    between = dom.lines[place.title.line + 1 : chosen[0]]
    return (
        (len(key) >= 6 or _is_own_name(dom, place.title.line, key))
        and fold(dom.title).startswith(key)
        and len(between) <= 5
        and sum(line.linked * 2 > line.chars for line in between) <= 2
    )


def _is_own_name(dom: Dom, index: int, key: str) -> bool:
    """Whether a short <h1> is all of the first part of <title>, and no link of the page is called so: "晚秋", not "诗集"."""
    line = dom.lines[index]
    return (
        line.node.tag == "h1"
        and fold((segments(dom.title) or ("",))[0]) == key
        and f">{line.text}</a>" not in dom.source
    )


def _is_document(skin: Skin | None) -> bool:
    return skin is not None and skin.documents


def _guess(skin: Skin | None, document: Document | None, byline: Byline) -> str:
    """The family when none is given: wenku for a page with a file, news for one with a source or an editor, else fanwen."""
    if _is_document(skin) or (document and document.format and document.pages):
        return "wenku"
    return "news" if byline.source or byline.editor else "fanwen"


def _show_fields(article: Article) -> None:
    """Take what nobody sees, such as a zero-width space, out of all fields but the text, of which cleaning keeps account."""
    for name in ("title", "lead", "source", "author", "editor"):
        value: str | None = getattr(article, name)
        if value and (shown := _shown(value)) != value:
            setattr(article, name, shown or ("" if name == "title" else None))
    for values in (article.category, article.keywords):
        if not "".join(values).isprintable():
            values[:] = [shown for value in values if (shown := _shown(value))]


def _shown(value: str) -> str:
    if value.isprintable():
        return value
    return CONTROL.sub("", PRIVATE_USE.sub("", INVISIBLE.sub("", value))).strip()


def _keywords(dom: Dom) -> list[str]:
    words = [w.strip() for value in dom.meta.get("keywords", ())[:1] for w in _COMMAS.split(value)]
    return list(dict.fromkeys(w for w in words if w))[:30]
