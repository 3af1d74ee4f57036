"""Cleaning rules: each takes spans out of the body and keeps them in `removed`, so that text + removed = body."""

from __future__ import annotations

from crawler.extract import Article


def clean(article: Article) -> Article:
    return article
