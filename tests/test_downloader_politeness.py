"""No setting makes the crawl impolite to a host on the public internet. Here loopback counts as public."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.downloader import robots
from crawler.downloader.errors import AddressRefusedError
from crawler.downloader.handler import WireHandler
from crawler.downloader.robots_rules import LONGEST_DELAY, MOST_RULES, RobotsRules
from crawler.downloader.wire.address import AddressPolicy
from crawler.downloader.wire.pool import PUBLIC_INTERVAL, ConnectionPool
from tests.raw_server import Answer, RawServer, listening, serving
from tests.test_downloader_crawl import PAGE, answer, asked, crawl

pytestmark = pytest.mark.slow

ALL_PUBLIC = AddressPolicy(private=False, public=True, refusal=lambda address: None)
AGENT = "example-crawler (+mailto:ops@example.org)"


def test_a_public_host_has_one_exchange_at_a_time_and_a_least_interval() -> None:
    async def main() -> None:
        began: list[float] = []
        at_once = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal at_once
            while await reader.read(10_000):
                began.append(time.monotonic())
                at_once += 1
                assert at_once == 1
                await asyncio.sleep(0)
                at_once -= 1
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        async with listening(serve) as url:
            handler = WireHandler(ConnectionPool(ALL_PUBLIC), maxsize=0, timeout=60)
            requests = [Request(url, meta={"robots_permits": True}) for _ in range(3)]
            start = time.monotonic()
            await asyncio.gather(*map(handler.download_request, requests))
            await handler.close()
        assert [began[1] >= start + PUBLIC_INTERVAL, began[2] >= start + 2 * PUBLIC_INTERVAL] == [True, True]
        assert len(began) == 3

    asyncio.run(main())


def test_nothing_is_sent_to_a_public_host_whose_robots_txt_was_not_asked() -> None:
    async def main() -> None:
        async with RawServer([PAGE]) as server:
            handler = WireHandler(ConnectionPool(ALL_PUBLIC), maxsize=0, timeout=60)
            with pytest.raises(AddressRefusedError, match=r"robots\.txt was not asked"):
                await handler.download_request(Request(server.url))
            await handler.close()
            assert server.connections == 0

    asyncio.run(main())


def test_no_setting_switches_politeness_off_for_a_public_host(tmp_path: Path) -> None:
    robots = answer(200, b"User-agent: *\nDisallow: /no\n")
    impolite = {
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "DOWNLOAD_SLOTS": {"127.0.0.1": {"delay": 0, "concurrency": 16}},
    }
    with serving({"/robots.txt": [robots], "/1": [PAGE], "/no": [PAGE], "/2": [PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", "/no", "/2", ALL_PUBLIC=True, **impolite)
        assert asked(server) == ["/robots.txt", "/1", "/2"]
    assert [outcome.get("error") for outcome in result["outcomes"]] == [None, "DisallowedError", None]
    assert result["stats"]["elapsed_time_seconds"] >= 2 * PUBLIC_INTERVAL


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("Crawl-delay: 2", 2),
        ("crawl-delay:2s", 2),
        ("Crawl-delay: 1.5 seconds  # please", 1.5),
        ("Crawl-delay: 3秒", 3),
        ("Crawl-delay: 500ms", 0.5),
        ("Crawl-delay: 1 min", 60),
        ("Request-rate: 1/5", 5),
        ("Request-rate: 2/1m", 30),
        ("Crawl-delay: 2\nRequest-rate: 1/5", 5),
        ("Crawl-delay: 86400", LONGEST_DELAY),
        ("Crawl-delay: inf", LONGEST_DELAY),
        ("Crawl-delay: 1e400", LONGEST_DELAY),
        (f"Crawl-delay: {'9' * 390}", LONGEST_DELAY),
        (f"Request-rate: 1/{'9' * 400}", LONGEST_DELAY),
        ("Crawl-delay: nan", None),
        ("Crawl-delay: -5", None),
        ("Crawl-delay: 0", None),
        ("Crawl-delay: soon", None),
        ("Request-rate: 1/0", None),
        ("Request-rate: 0/9", None),
    ],
)
def test_the_pace_that_a_robots_txt_asks_for(lines: str, delay: float | None) -> None:
    assert RobotsRules(f"User-agent: *\n{lines}\n".encode(), AGENT).delay == delay


def test_a_robots_txt_of_many_names_and_rules_is_read_in_a_moment_and_as_it_is_meant() -> None:
    names = "".join(f"User-agent: other-{n}\n" for n in range(10_000))
    rules = "".join(f"Disallow: /x/{n}\n" for n in range(10_000))
    body = f"{names}{rules}\nUser-agent: Example-Crawler\nDisallow: /no\n\nUser-agent: *\nDisallow: /\n"
    start = time.process_time()
    robots = RobotsRules(body.encode(), AGENT)
    assert [robots.permits(f"http://example.cn{path}") for path in ("/x/1", "/no", "/yes")] == [True, False, True]
    assert time.process_time() - start < 5


def test_a_group_for_others_and_us_is_ours() -> None:
    robots = RobotsRules(b"User-agent: other\nUser-agent: example-crawler\nDisallow: /no\n", AGENT)
    assert [robots.permits(f"http://example.cn{path}") for path in ("/no", "/yes")] == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_robots_txt_of_another_encoding_is_obeyed(encoding: str) -> None:
    robots = RobotsRules("User-agent: *\r\nDisallow: /no\r\n".encode(encoding), AGENT)
    assert [robots.permits(f"http://example.cn{path}") for path in ("/no", "/yes")] == [False, True]


def test_of_very_many_rules_the_first_count_and_those_of_others_are_none() -> None:
    others = "User-agent: other\n" + "".join(f"Disallow: /{n}\n" for n in range(MOST_RULES))
    rules = "".join(f"Disallow: /*x{n}$\n" for n in range(MOST_RULES + 2))
    robots = RobotsRules(f"{others}\nUser-agent: *\n{rules}".encode(), AGENT)
    last = MOST_RULES - 1
    assert [robots.permits(f"http://example.cn/x{n}") for n in (0, last, last + 1)] == [False, False, True]


def test_of_an_endless_robots_txt_the_beginning_counts() -> None:
    head = b"User-agent: *\nDisallow: /no\n"
    robots = RobotsRules(head + b"# \n" * 1_000_000 + b"Disallow: /\n", AGENT)
    assert [robots.permits(f"http://example.cn{path}") for path in ("/no", "/yes")] == [False, True]


def test_crawl_delay_is_kept_to_the_full(tmp_path: Path) -> None:
    robots = answer(200, b"User-agent: *\nCrawl-delay: 0.6s\n")
    with serving({"/robots.txt": [robots], "/1": [PAGE], "/2": [PAGE], "/3": [PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", "/2", "/3")
        assert asked(server) == ["/robots.txt", "/1", "/2", "/3"]
    assert result["delays"] == {"127.0.0.1": 0.6}
    assert result["stats"]["elapsed_time_seconds"] >= 1.1


WAITS: list[Answer] = [answer(503, b"", "Retry-After: 1.5"), answer(429, b"", "Retry-After: -1")]


@pytest.mark.parametrize("busy", WAITS)
def test_odd_forms_of_retry_after_are_waited_for(busy: Answer, tmp_path: Path) -> None:
    with serving({"/1": [busy, PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", ROBOTSTXT_OBEY=False, RETRY_TIMES=0)
        assert asked(server) == ["/1", "/1"]
    assert result["stats"]["elapsed_time_seconds"] >= 1


def test_the_rules_of_the_hosts_that_were_asked_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crawl of all hosts that there are keeps no robots.txt of each."""
    monkeypatch.setattr(robots, "_ORIGINS", 2)
    crawler = get_crawler(settings_dict={"ROBOTSTXT_OBEY": True, "EXTENSIONS": {"crawler.downloader.hosts.Hosts": 0}})
    fetched: list[str] = []

    async def download(request: Request) -> Response:
        fetched.append(urlsplit(request.url).netloc)
        return Response(request.url)

    async def main() -> None:
        middleware = robots.RobotsMiddleware.from_crawler(crawler)
        for host in "abacabb":
            await middleware.process_request(Request(f"http://{host}/1.html"))

    monkeypatch.setattr(crawler, "_engine", SimpleNamespace(download_async=download))
    asyncio.run(main())
    assert "".join(fetched) == "abcb"
