"""The reading room, where a person sees rows beside their archived pages, and `scrapy show`."""
