"""`scrapy extract`: rows from WARC, WACZ and HTML that this crawler did not make. No Scrapy below the command."""
