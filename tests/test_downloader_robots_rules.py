"""What a robots.txt says to this crawler, whatever else stands in it."""

from __future__ import annotations

import codecs

import pytest

from crawler.downloader.robots_rules import LONGEST_DELAY, MAX_BYTES, MOST_RULES, RobotsRules

AGENT = "examplebot/1.0 (+https://bot.example)"
PAGE = "http://h.test/a/1.html"


def permits(text: str, url: str = PAGE) -> bool:
    return RobotsRules(text.encode(), AGENT).permits(url)


@pytest.mark.parametrize(
    ("text", "permitted"),
    [
        ("", True),
        ("<html>no robots</html>", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: ExampleBot\nDisallow: /a/\nUser-agent: *\nDisallow:", False),
        ("User-agent: examplebot\nDisallow:\nUser-agent: *\nDisallow: /", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: otherbot\nUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nUser-agent: otherbot\nDisallow: /", False),
        ("User-agent: *\nDisallow: /b/\nUser-agent: otherbot\nDisallow: /a/", True),
        ("useragent *\nDisallow: /a/", False),
        ("User agent: * # all\nDisallow: /a/", False),
        ("User-agent: *\nDisallow: /a/\nAllow: /a/1.html", True),
        ("\ufeffUser-agent: *\nDisallow: /a/", False),
    ],
)
def test_the_group_of_this_crawler_counts(text: str, permitted: bool) -> None:
    assert permits(text) is permitted


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_of_windows_editor_is_read(encoding: str) -> None:
    body = "User-agent: *\nDisallow: /a/".encode(encoding)
    for sent in (body, codecs.BOM_UTF16_LE + body if encoding == "utf-16-le" else body):
        assert not RobotsRules(sent, AGENT).permits(PAGE)


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("", None),
        ("Crawl-delay: 2", 2.0),
        ("Crawl-delay: 2s", 2.0),
        ("Crawl-delay: 500ms", 0.5),
        ("Crawl-delay: .5", 0.5),
        ("Crawl delay 3 # slow", 3.0),
        ("Crawl-delay: 0.5分钟", 30.0),
        ("Crawl-delay: 59", 59.0),
        ("Crawl-delay: 86400", LONGEST_DELAY),
        ("Crawl-delay: 1e999", LONGEST_DELAY),
        ("Crawl-delay: inf", LONGEST_DELAY),
        ("Crawl-delay: 0", None),
        ("Crawl-delay: soon", None),
        ("Request-rate: 1/5", 5.0),
        ("Request-rate: 2/5", 2.5),
        ("Request-rate: 1/60", LONGEST_DELAY),
        ("Request-rate: 1/3600", LONGEST_DELAY),
        ("Request-rate: 1/59", 59.0),
        ("Crawl-delay: 2\nRequest-rate: 1/5", 5.0),
        ("Crawl-delay: 7\nRequest-rate: 1/5", 7.0),
    ],
)
def test_the_pace_that_is_asked_for(lines: str, delay: float | None) -> None:
    assert RobotsRules(f"User-agent: *\nDisallow: /x\n{lines}".encode(), AGENT).delay == delay
    assert RobotsRules(f"User-agent: otherbot\nDisallow: /x\n{lines}".encode(), AGENT).delay is None


def test_a_file_is_read_up_to_its_bounds() -> None:
    rules = "User-agent: *\n" + "".join(f"Disallow: /{number}/\n" for number in range(MOST_RULES + 1))
    assert not permits(rules, f"http://h.test/{MOST_RULES - 1}/")
    assert permits(rules, f"http://h.test/{MOST_RULES}/")
    others = "User-agent: otherbot\n" + "Disallow: /b/\n" * (MOST_RULES + 1) + "User-agent: *\nDisallow: /a/"
    assert not permits(others), "rules for others do not count"
    long = "User-agent: *\n" + "#" * (MAX_BYTES - 14 - 13) + "\n"
    assert not permits(long[:-1] + "\nDisallow: /a")
    assert permits(long + "##\nDisallow: /a")


def test_sitemaps_are_anyones() -> None:
    text = "Sitemap: http://h.test/1.xml\nUser-agent: otherbot\nDisallow: /\nSitemap: http://h.test/2.xml"
    assert RobotsRules(text.encode(), AGENT).sitemaps == ["http://h.test/1.xml", "http://h.test/2.xml"]
