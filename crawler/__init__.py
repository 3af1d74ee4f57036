"""The Scrapy project: crawl, archive and extract Chinese template sites."""

from crawler.native import install

__version__ = "0.1.0"

install()
