"""Scrapy signals of the crawl, beside Scrapy's own."""

host_backs_off = object()
"""Sent once for each back-off. Arguments: host (as in the URL, without port), until (Unix time), reason."""

crawl_ending = object()
"""Sent while the crawl ends, some seconds after it was told to. No arguments. Whatever still waits gives up."""
