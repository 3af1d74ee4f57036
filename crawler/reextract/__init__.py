"""The archive made into rows again: by `scrapy reextract`, and by a crawl that repairs what a dead run left."""
