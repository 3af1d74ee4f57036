"""Quality signals of a text, and the verdict on texts that are no article."""

from __future__ import annotations

import hashlib

from crawler.extract import Article, Reject

MIN_CHARACTERS = 30


def judge(article: Article) -> Article | Reject:
    """Fill `quality`, `text_digest`, `language` and `script`; a Reject when the text is no article."""
    characters = len("".join(article.text.split()))
    if characters < MIN_CHARACTERS:
        return Reject("too_short", f"{characters} characters, {MIN_CHARACTERS} needed")
    article.quality.characters = characters
    article.text_digest = hashlib.sha256(article.text.encode()).hexdigest()
    return article
