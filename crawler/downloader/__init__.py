"""Scrapy's download handler, middlewares and extensions: archive, politeness, robots.txt, extraction."""
