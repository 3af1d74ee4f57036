"""The text of an article: what is cut out of it, how it is structured, how good it is. Pure: Article -> Article | Reject."""

from crawler.native import prefer

prefer(__name__, __path__)
