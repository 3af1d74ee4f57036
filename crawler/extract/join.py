"""Joins the pages of one article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crawler.extract.article import Article, Outcome, Quality
from crawler.extract.title import fold

MAX_CHARACTERS = 5_000_000
"""Of an article of several pages; the longest novels have three million."""

_SENTENCE_END = "。！？；…：”’」』）)】》.!?;:\"'—～~"
_FILLED = ("lead", "published", "published_at", "source", "author", "editor", "document")


def join(outcomes: Iterable[Outcome], *, complete: bool) -> Outcome:
    """One article from the outcomes of its pages, in page order. Repeated titles are dropped and a sentence cut by a page
    break is joined again; each field is from the first page that prints it.

    The article is truncated when not `complete`, when an outcome has no article (its page could not be read), or when
    the next page would make the text longer than MAX_CHARACTERS: no outcome is asked for after that.
    """
    joined: Article | None = None
    refused: Outcome | None = None
    truncated = not complete
    printed: tuple[str, ...] = ()
    for outcome in outcomes:
        if not outcome.articles:
            refused = refused or outcome
            truncated = True
            continue
        page = outcome.articles[0]
        if joined is None:
            joined = replace(page, page_count=1, quality=Quality(pinyin_noise=page.quality.pinyin_noise))
            printed = (page.title, page.lead or "")
            continue
        if len(joined.text) + len(page.text) > MAX_CHARACTERS:
            truncated = True
            break
        joined.text = _append(joined.text, page.text, printed)
        joined.page_count += 1
        joined.quality.pinyin_noise += page.quality.pinyin_noise
        for name in _FILLED:
            if getattr(joined, name) is None:
                setattr(joined, name, getattr(page, name))
        joined.captures = joined.captures + page.captures
    if joined is None:
        return refused or Outcome()
    joined.truncated = joined.truncated or truncated
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
