"""下一页 leads to more of the same article; 下一篇 never does."""

from __future__ import annotations

import pytest

from crawler.extract.article_pages import may_be_further, page_number, turns_page
from tests.extract_kit import html, outcome

_AT = "http://www.example.cn/a/2019/1234.html"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://e.cn/a/1234.html", "http://e.cn/a/1234_2.html"),  # DedeCMS, EmpireCMS
        ("http://e.cn/a/1234_2.html", "http://e.cn/a/1234_3.html"),
        ("http://e.cn/a/1234_9.html", "http://e.cn/a/1234_10.html"),
        ("http://e.cn/t20190316_1234.html", "http://e.cn/t20190316_1234_1.html"),  # TRS counts from 0
        ("http://e.cn/t20190316_1234_1.html", "http://e.cn/t20190316_1234_2.html"),
        ("http://e.cn/n1/2019/0316/c1-1234.html", "http://e.cn/n1/2019/0316/c1-1234-2.html"),  # people.com.cn
        ("http://e.cn/show.php?id=1", "http://e.cn/show.php?id=1&page=2"),  # PHPCMS
        ("http://e.cn/show.php?id=1&page=2", "http://e.cn/show.php?id=1&page=3"),
        ("http://e.cn/show.php?page=2&id=1", "http://e.cn/show.php?id=1&page=3"),
        ("http://e.cn/2019/name", "http://e.cn/2019/name/2"),  # WordPress
        ("http://e.cn/2019/name/", "http://e.cn/2019/name/2/"),
        ("http://e.cn/2019/name/2/", "http://e.cn/2019/name/3/"),
        ("http://e.cn/article-123-1.html", "http://e.cn/article-123-2.html"),  # Discuz
        ("http://E.cn/a/1234.html", "http://e.cn/a/1234_2.html"),
        ("http://e.cn/a/1234/", "http://e.cn/a/1234/index_1.html"),
        ("http://e.cn/show.php?id=1&page=998", "http://e.cn/show.php?id=1&page=999"),
        ("http://e.cn/a/1234_99.html", "http://e.cn/a/1234_100.html"),
        ("http://e.cn/show.php?id=1&page=0", "http://e.cn/show.php?id=1&page=1"),
    ],
)
def test_the_page_after_this_one_turns_it(url: str, target: str) -> None:
    assert turns_page(url, target)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://e.cn/a/1234.html", "http://e.cn/a/1235.html"),
        ("http://e.cn/a/1234.html", "http://e.cn/a/1234.html"),
        ("http://e.cn/a/1234.html", "http://e.cn/b/1234_2.html"),
        ("http://e.cn/a/1234.html", "http://f.cn/a/1234_2.html"),
        ("http://e.cn/a/1234_2.html", "http://e.cn/a/1234.html"),
        ("http://e.cn/a/1234_3.html", "http://e.cn/a/1234_2.html"),
        ("http://e.cn/a/1234.html", "http://e.cn/a/1234_7.html"),
        ("http://e.cn/a/1234.html", "http://e.cn/a/"),
        ("http://e.cn/a/1234.html", "http://e.cn/"),
        ("http://e.cn/show.php?id=1", "http://e.cn/show.php?id=2"),
        ("http://e.cn/show.php?id=1", "http://e.cn/show.php?id=2&page=2"),
        ("http://e.cn/show.php?id=1&page=3", "http://e.cn/show.php?id=1&page=2"),
        ("http://e.cn/content/2011-10/15/1.htm", "http://e.cn/content/2011-10/16/2.htm"),
        ("http://e.cn/a/12345678.html", "http://e.cn/a/12345678_20190316.html"),
        ("http://e.cn/a/1234_100.html", "http://e.cn/a/1234_101.html"),
        ("http://e.cn/a/1234_2.html", "http://e.cn/a/1235_3.html"),
        ("http://e.cn/a/1234_2.html", "http://e.cn/a/1234_4.html"),
        ("http://e.cn/show.php?id=1", "http://e.cn/show.php?id=1&page=1"),
        ("http://e.cn/show.php?id=1", "http://e.cn/show.php?id=1&page=3"),
        ("http://e.cn/show.php?id=1&page=998", "http://e.cn/show.php?id=1&page=1000"),
        ("http://e.cn/show.php?id=1&page=2", "http://e.cn/show.php?id=1&page=three"),
        ("http://e.cn/a/1234.html?page=1", "http://e.cn/a/1234_2.html"),
        ("http://e.cn/a/1234.html", "http://e.cn/a/1234_2.html?page=2"),
    ],
)
def test_another_article_a_list_and_a_page_before_do_not(url: str, target: str) -> None:
    assert not turns_page(url, target)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("http://e.cn/a/1234.html", 1),
        ("http://e.cn/a/1234_2.html", 2),
        ("http://e.cn/a/1234-12.html", 12),
        ("http://e.cn/show.php?id=1&page=3", 3),
        ("http://e.cn/2019/03/16", 1),
        ("http://e.cn/a/20190316_123456.html", 1),
        ("http://e.cn/a/1234_1.html", 1),
        ("http://e.cn/a/1234_99.html", 99),
        ("http://e.cn/a/1234_100.html", 1),
        ("http://e.cn/show.php?id=1&page=0", 0),
        ("http://e.cn/show.php?id=1&page=1000", 1),
        ("http://e.cn/show.php?id=1&page=x", 1),
    ],
)
def test_a_page_number_is_read_from_the_url(url: str, number: int) -> None:
    assert page_number(url) == number


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("http://e.cn/a/1234.html", False),
        ("http://e.cn/a/1234_2.html", True),
        ("http://e.cn/a/1234_200.html", True),
        ("http://e.cn/a/1234_201.html", False),
        ("http://e.cn/show.php?page=3", True),
    ],
)
def test_some_urls_are_the_page_after_none(url: str, may: bool) -> None:
    assert may_be_further(url) is may


def next_of(links: str) -> str | None:
    return outcome(html(below=f"<div>{links}</div>"), url=_AT).next_page


@pytest.mark.parametrize(
    "links",
    [
        '<a href="1234_2.html">下一页</a>',
        '<a href="/a/2019/1234_2.html">下一页&gt;&gt;</a>',
        '<a href="1234_2.html">[下一页]</a>',
        '<a href="1234_2.html">下页</a>',
        '<a href="1234_2.html"><span>下一页</span></a>',
        '<a href="1234_2.html">Next</a>',
        '<b>1</b> <a href="1234_2.html">2</a> <a href="1234_3.html">3</a>',
        '<a href="1234_2.html">[2]</a>',
        '<a href="1234_2.html">第2页</a>',
        '<a href="1234_3.html">3</a> <a href="1234_2.html">下一页</a>',
        '<a href="1235.html">下一篇</a> <a href="1234_2.html">下一页</a>',
    ],
)
def test_the_next_page_is_found(links: str) -> None:
    assert next_of(links) == "http://www.example.cn/a/2019/1234_2.html"


@pytest.mark.parametrize(
    "links",
    [
        '<a href="1235.html">下一篇</a>',
        '<a href="1234_2.html">下一篇</a>',
        '<a href="1235.html">下一页</a>',  # a skin that calls the next article so
        '<a href="1235.html">下一篇：集市的黄昏</a>',
        '<a href="1234.html">上一页</a>',
        '<a href="1234.html">1</a>',
        '<a href="#">下一页</a>',
        '<a href="javascript:void(0)">下一页</a>',
        '<a href="http://[bad/1234_2.html">下一页</a>',
        "<a>下一页</a>",
        '<a href="1234_2.html">下一页：集市散了以后的石板路</a>',
        "下一页",
        "",
    ],
)
def test_what_leads_to_another_article_or_nowhere_is_no_next_page(links: str) -> None:
    assert next_of(links) is None


def test_the_base_of_a_page_counts_for_its_next_page() -> None:
    below = '<a href="1234_2.html">下一页</a>'
    base = '<base href="http://www.example.cn/a/2019/">'
    assert outcome(html(head=base, below=below), url="http://www.example.cn/a/2019/1234.html").next_page == (
        "http://www.example.cn/a/2019/1234_2.html"
    )
    elsewhere = '<base href="http://www.example.cn/b/">'
    assert outcome(html(head=elsewhere, below=below), url=_AT).next_page is None
    wrong = '<base href="http://[bad/">'
    assert outcome(html(head=wrong, below=below), url=_AT).next_page == "http://www.example.cn/a/2019/1234_2.html"
