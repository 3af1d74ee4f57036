"""`scrapy learn`: what the pages of a site have in common, read from the archive."""
