"""新闻网: news."""

from crawler.spiders.base import TemplateSpider


class NewsSpider(TemplateSpider):
    name = family = "news"
