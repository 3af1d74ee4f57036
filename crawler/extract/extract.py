"""One page -> one article, not yet cleaned. The steps stand in the order in which they run."""

from __future__ import annotations

from crawler.extract.article import Article, Outcome, Reject
from crawler.extract.body import assemble, choose_lines
from crawler.extract.byline import read_byline
from crawler.extract.dates import instant
from crawler.extract.decode import decode
from crawler.extract.dom import parse
from crawler.extract.generic import line_values, main_node
from crawler.extract.page import Page
from crawler.extract.pagination import next_page, page_key
from crawler.extract.title import clean_title, find_title
from crawler.extract.url import article_id, canonical_url
from crawler.site import Site


def extract(page: Page, family: str | None = None, site: Site | None = None) -> Outcome:
    decoded = decode(page.body, page.content_type)
    doc = parse(decoded.text)
    values = line_values(doc)
    node = main_node(doc, values)
    if node is None:
        return Outcome(reject=Reject("too_short", "no prose on the page"))
    title = find_title(doc, node.start)
    if title.line is not None and title.line >= node.start:
        node = main_node(doc, values, title.line + 1) or node
    chosen = choose_lines(doc, node, title.text, title.line)
    lines = [doc.lines[i] for i in chosen]
    if not lines:
        return Outcome(reject=Reject("too_short", "no prose on the page"))
    first, last = chosen[0], chosen[-1]
    top = title.line if title.line is not None else max(0, first - 10)
    above = doc.lines[max(0, top - 3) : first][:20]
    below = doc.lines[last + 1 : last + 12]
    byline = read_byline(doc, above, lines[:4], lines[-5:], below)
    _, number = page_key(page.url)
    heads = [doc.title, *doc.meta.get("og:title", ())]
    canonical = canonical_url(page.url)
    article = Article(
        id=article_id(page.url),
        url=page.url,
        canonical_url=canonical,
        site=site.name if site else "",
        family=family or "",
        template="generic",
        title=clean_title(title.text, heads, number, family),
        text=assemble(lines),
        published=byline.published,
        published_at=instant(byline.published),
        source=byline.source,
        author=byline.author,
        editor=byline.editor,
        charset=decoded.charset,
        fetched_at=page.captured_at,
    )
    return Outcome(articles=[article], next_page=next_page(doc, page.url))
