"""The HTTP client: checked addresses, TLS, connections, heads and bodies as they came. Knows no Scrapy."""
