"""文库: document sharing."""

from crawler.spiders.base import TemplateSpider


class WenkuSpider(TemplateSpider):
    name = family = "wenku"
