"""WARC: records written, read back, recovered after a crash, checked, taken out; and their indexes. No Scrapy."""
