"""Articles -> rows: cleaning, quality, duplicates, and the Parquet dataset."""

from crawler.native import prefer

prefer(__name__, __path__)
