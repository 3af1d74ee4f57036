"""范文网: model essays."""

from crawler.spiders.base import TemplateSpider


class FanwenSpider(TemplateSpider):
    name = family = "fanwen"
