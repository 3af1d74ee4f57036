"""Joins the pages of one article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.article import Outcome
from crawler.extract.title import fold

_SENTENCE_END = "。！？；…：”’」』）)】》.!?;:\"'—～~"
_FILLED = ("lead", "published", "published_at", "source", "author", "editor", "document")


def join(outcomes: Sequence[Outcome], *, complete: bool) -> Outcome:
    """One article from the outcomes of its pages, in page order. Repeated titles are dropped and a sentence cut by a page
    break is joined again; each field is from the first page that prints it.

    The article is truncated when not `complete` or when an outcome has no article (its page could not be read).
    """
    articles = [outcome.articles[0] for outcome in outcomes if outcome.articles]
    if not articles:
        return outcomes[0] if outcomes else Outcome()
    first = articles[0]
    joined = replace(first, page_count=len(articles), text=first.text)
    for page in articles[1:]:
        joined.text = _append(joined.text, page.text, (first.title, first.lead or ""))
        for name in _FILLED:
            if getattr(joined, name) is None:
                setattr(joined, name, getattr(page, name))
        joined.captures = joined.captures + page.captures
    joined.truncated = first.truncated or not complete or len(articles) < len(outcomes)
    return Outcome(articles=[joined])


def _append(text: str, more: str, printed: Sequence[str]) -> str:
    lines = more.split("\n")
    keys = {_key(text) for text in printed} - {""}
    # Page 2 repeats the title, as "标题" or "标题(2)", or the lead.
    while len(lines) > 1 and _key(lines[0]) in keys:
        del lines[0]
    last = text.rsplit("\n", 1)[-1]
    # The page break is in mid-sentence when the last line is long and ends without a mark and the next is no heading.
    continues = len(last) >= 20 and last[-1] not in _SENTENCE_END and len(lines[0]) >= 10
    return text + ("" if continues else "\n") + "\n".join(lines)


def _key(line: str) -> str:
    return fold(line).rstrip("0123456789")
