"""Extraction, from the bytes of a page to an Article. Pure: no Scrapy, no I/O, no clock."""

from crawler.extract.article import Article, Capture, Document, Outcome, Part, Quality, Reject, Removed
from crawler.extract.page import Page

__all__ = ["Article", "Capture", "Document", "Outcome", "Page", "Part", "Quality", "Reject", "Removed"]
