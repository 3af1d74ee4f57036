"""Extraction, from the bytes of a page to an Article. Pure: no Scrapy, no I/O, no clock."""

from crawler.extract.article import Article, Capture, Document, Outcome, Quality, Reject, Removed, TextPart
from crawler.extract.page import Page

__all__ = ["Article", "Capture", "Document", "Outcome", "Page", "Quality", "Reject", "Removed", "TextPart"]
