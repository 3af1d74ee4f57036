"""Cleaning, structure and quality of an article's text. Pure."""
