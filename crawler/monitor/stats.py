"""Scrapy's counters, without what they ask at every access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.statscollectors import MemoryStatsCollector


class Stats(MemoryStatsCollector):
    """Scrapy 2.19 looks up each attribute twice, to warn who still passes `spider`: dozens of times a page."""

    if not TYPE_CHECKING:
        __getattribute__ = object.__getattribute__
