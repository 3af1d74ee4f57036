"""CSS selectors of a site file, as data: crawler/extract/selected.py finds what they select."""

# Not compiled: mypyc cannot unpickle frozen dataclasses, and sites go from process to process.

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Layout:
    """CSS selectors that overrule the template for captures up to and on `until` (China time), or for all when it is None."""

    until: date | None = None
    title: str | None = None
    body: str | None = None
    lead: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    category: str | None = None
    keywords: str | None = None
