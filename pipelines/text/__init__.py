"""Cleaning, structure and quality of an article's text. Pure."""

from crawler.native import prefer

prefer(__name__, __path__)
