"""The pages of one article -> one article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.article import Outcome
from crawler.extract.title import fold

_SENTENCE_END = "。！？；…：”’」』）)】》.!?;:\"'—～~"
_FILLED = ("lead", "published", "published_at", "source", "author", "editor", "document")


def join(outcomes: Sequence[Outcome], *, complete: bool) -> Outcome:
    """Texts in page order, repeated titles dropped, a sentence cut at a seam healed; fields from the first page that
    prints them. An outcome without an article stands for a page that could not be read: the row is marked truncated.
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
    # Page 2 opens with the title again, as "标题" or "标题(2)", or with the lead.
    while len(lines) > 1 and _key(lines[0]) in keys:
        del lines[0]
    last = text.rsplit("\n", 1)[-1]
    # A page cut in mid-sentence: the last line is a long one that ends with no mark, and the next is no heading.
    healed = len(last) >= 20 and last[-1] not in _SENTENCE_END and len(lines[0]) >= 10
    return text + ("" if healed else "\n") + "\n".join(lines)


def _key(line: str) -> str:
    return fold(line).rstrip("0123456789")
