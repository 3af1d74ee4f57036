"""What one page says of its site: always read with no profile, or a profile would confirm itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.extract.article import Article
from crawler.extract.decode import decode
from crawler.extract.extract import read_article
from crawler.extract.guided import LEAST_PROSE
from crawler.extract.page import Page
from crawler.extract.paragraphs import assemble
from crawler.extract.profile import LAST_LINES, common_node, digest_of, is_paragraph, mask, path_of
from crawler.extract.read import parse
from crawler.extract.url import path_and_query
from crawler.navigation.shapes import form_of
from crawler.sandbox.processor import Processor
from crawler.siteconfig.site import Site

SHORTEST_TAIL = 5  # characters of a line
_MOST_LINES = 3000
_SHOWN = 100  # characters of a line
_NO_WORDS = str.maketrans("", "", "\x010年月日时分秒星期周一二三四五六天上下午:：-/.，,、（）()[]【】 ")


@dataclass(frozen=True, slots=True)
class Observation:
    """Of one page that became an article. `lines`: the digests of its masked lines, in their order, empty for a line
    that says nothing of its own; `left`: those of prose beside the text that was left out; `body`: the digest of the
    text before cleaning, `characters` its length.
    """

    key: str  # the article's id
    kind: str  # its URL without numbers
    title: str  # digest
    head: str  # digest of <title>, or else of the title
    container: str
    leaves: frozenset[str]
    heading: str  # the path of the title; empty where no line is the title
    lines: tuple[str, ...]
    paragraphs: tuple[bool, ...]  # which of them are prose
    left: frozenset[str]
    body: str
    characters: int
    shown: dict[str, str] = field(default_factory=dict, compare=False)  # digest -> one of the last lines, for a person


def observe(page: Page, family: str | None, site: Site | None, processor: Processor) -> Observation | None:
    """None for a page that gives no article."""
    outcome = processor.extract_page(page, family=family, site=site)
    article = processor.finish(outcome.articles[0]) if outcome.articles else outcome.reject
    if not isinstance(article, Article):
        return None
    decoded = decode(page.body, page.content_type)
    dom, _, place, chosen = read_article(parse(decoded.text, decoded.utf8))
    if place is None or not chosen:
        return None
    container = common_node([dom.lines[i] for i in chosen])
    text = assemble(dom, chosen)
    printed = article.text.split("\n")[-_MOST_LINES:]
    lines = [_digest(line, article.title) for line in printed]
    there = set(chosen)
    return Observation(
        article.id,
        form_of(path_and_query(article.canonical_url))[0],
        digest_of(article.title),
        digest_of(dom.title or article.title),
        path_of(container),
        frozenset(
            path_of(dom.lines[i].node, container)
            for i in chosen
            if dom.lines[i].punctuation and dom.lines[i].chars >= LEAST_PROSE
        ),
        path_of(dom.lines[place.title.line].node) if place.title.line is not None else "",
        tuple(lines),
        tuple(map(is_paragraph, printed)),
        frozenset(
            digest_of(mask(dom.lines[i].text, article.title))
            for i in range(container.start, container.end)
            if i not in there and dom.lines[i].punctuation and dom.lines[i].chars >= LEAST_PROSE
        ),
        digest_of(text),
        len(text),
        {key: line[:_SHOWN] for key, line in zip(lines[-LAST_LINES:], printed[-LAST_LINES:], strict=True) if key},
    )


def _digest(line: str, title: str) -> str:
    """Of the masked line; empty for a short one, a date and the title."""
    masked = mask(line, title)
    return digest_of(masked) if len(line) >= SHORTEST_TAIL and masked.translate(_NO_WORDS) else ""
