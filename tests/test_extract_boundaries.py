"""Where one more character, line or link makes another verdict: each threshold at its value and one beyond it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.dom import Dom, Line, Node
from crawler.extract.generic import line_value, noise_limit
from crawler.extract.read import parse
from crawler.extract.reject import reject_by_page
from tests.extract_kit import PROSE, TEXT, article, html, page

FILLER = "晨雾漫过石桥边的老槐树一只白鹭从芦苇荡里慢慢踱出来" * 40
SENTENCE = "河水退下去以后，泥滩上留着一行浅浅的脚印。"


def line(text: str, linked: int = 0) -> Line:
    """A line of which the last `linked` characters are a link."""
    block = Node("p", None, (), True, 0)
    link = Node("a", block, (), False, 0, "/a.html")
    plain = len(text) - linked
    pieces = [
        (piece, owner)
        for piece, owner in ((text[:plain], block), (text[plain:], Node("b", link, (), False, 0)))
        if piece
    ]
    return Line(text, pieces, block)


def lines(*texts: str) -> Dom:
    return parse("<html><body>" + "".join(f"<p>{text}</p>" for text in texts))


VALUES: list[tuple[Line, float]] = [
    (line(FILLER[:10], linked=5), -2.0),
    (line(FILLER[:10], linked=6), -7.0),
    (line(FILLER[:60], linked=60), -34.0),
    (line(FILLER[:61], linked=61), -34.0),
    (line(FILLER[:8] + "。"), 1.0),
    (line(FILLER[:9] + "。"), 10.0),
    (line(FILLER[:15] + "。" + FILLER[:4], linked=4), 16.0),
    (line(FILLER[:30]), -2.0),
    (line(FILLER[:31]), 15.5),
    (line("Copyright © 2019 " + FILLER[:381] + "。"), -199.5),
    (line("Copyright © 2019 " + FILLER[:382] + "。"), 400.0),
    (line(FILLER[:109] + "，电话：0551-6"), -59.5),
    (line(FILLER[:110] + "，电话：0551-6"), 120.0),
    (line(FILLER[:40] + "，电话：0551-6。"), 51.0),
]


@pytest.mark.parametrize(("given", "value"), VALUES, ids=range(len(VALUES)))
def test_what_a_line_is_worth(given: Line, value: float) -> None:
    assert line_value(given) == value


@pytest.mark.parametrize(
    ("tag", "names", "limit"),
    [
        ("aside", (), 0.5),
        ("footer", (), 0.5),
        ("nav", ("content",), 0.5),
        ("div", (), 0.0),
        ("div", ("comment-list",), 0.85),
        ("div", ("related",), 0.5),
        ("div", ("related", "article-content"), 0.0),
        ("div", ("share",), 0.5),
    ],
)
def test_how_much_prose_the_name_of_a_node_outweighs(tag: str, names: tuple[str, ...], limit: float) -> None:
    assert noise_limit(Node(tag, None, names, True, 0)) == limit


LINK = "<a href=/a/1.html>{}</a>"
GONE = "您访问的页面不存在"
LOGIN = "请先登录后查看"


PAGES: list[tuple[list[str], int, str | None]] = [
    ([GONE], 159, "soft_404"),
    ([GONE], 160, None),
    ([GONE + FILLER[: 120 - len(GONE)]], 100, "soft_404"),
    ([GONE + FILLER[: 121 - len(GONE)]], 100, None),
    ([LOGIN], 119, "login_wall"),
    ([LOGIN], 120, None),
    ([LOGIN + FILLER[: 80 - len(LOGIN)]], 119, "login_wall"),
    ([LOGIN + FILLER[: 81 - len(LOGIN)]], 119, None),
    ([LOGIN], 239, None),
]


@pytest.mark.parametrize(("texts", "prose", "reason"), PAGES, ids=range(len(PAGES)))
def test_what_a_page_with_little_prose_is(texts: list[str], prose: int, reason: str | None) -> None:
    found = reject_by_page(page(""), lines(*texts), prose)
    assert (found and found.reason) == reason


def padded(start: str, chars: int, end: str = "") -> str:
    return start + FILLER[: chars - len(start) - len(end)] + end


def above(text: str) -> str:
    return html(byline=f"<p>{text}</p>")


def below(text: str, *before: str) -> str:
    return html(below="".join(f"<p>{each}</p>" for each in (*before, text)))


def first(text: str) -> str:
    return html(body=f"<p>{text}</p>{PROSE}")


def last(text: str) -> str:
    return html(body=f"{PROSE}<p>{text}</p>")


SOURCE, EDITOR = "，来源：澜江日报", "。责任编辑：林涛"
FIELDS: list[tuple[str, Callable[[int], str], int, str]] = [
    ("source", lambda n: below(padded("", n, SOURCE)), 90, "澜江日报"),
    ("source", lambda n: first(padded("", n, SOURCE)), 90, "澜江日报"),
    ("source", lambda n: last(padded("", n, SOURCE)), 90, "澜江日报"),
    ("editor", lambda n: last(padded("", n, EDITOR)), 90, "林涛"),
    ("editor", lambda n: below(padded("", n, EDITOR)), 90, "林涛"),
    ("published", lambda n: above(LINK.format(padded("2019-03-16 ", n))), 160, "2019-03-16"),
    ("published", lambda n: above(padded("2019-03-16 ", n)), 30, "2019-03-16"),
    ("published", lambda n: below("2019-03-16", *["点击这里看看"] * n), 2, "2019-03-16"),
    ("author", lambda n: first(padded("", n, "记者 林涛")), 21, "林涛"),
]


@pytest.mark.parametrize(("field", "made", "most", "value"), FIELDS, ids=range(len(FIELDS)))
def test_how_far_a_label_is_read(field: str, made: Callable[[int], str], most: int, value: str) -> None:
    assert getattr(article(made(most)), field) == value
    assert getattr(article(made(most + 1)), field) is None


TITLES = "".join(f"<p>{LINK.format('集市的早晨见闻')}</p>" for _ in range(4))
REMOVED: list[tuple[Callable[[int], str], int]] = [
    (lambda n: last("延伸阅读：" + LINK.format(FILLER[:30]) + FILLER[:n]), 50),
    (lambda n: last(padded("Copyright © 2019 ", n)), 90),
    (lambda n: last(padded("分享到：", n)), 30),
    (lambda n: last(padded("标签：", n)), 60),
    (lambda n: last(padded("更新时间：2019-03-16 ", n)), 60),
    (lambda n: last(padded("东方早市网", n)), 60),
    (lambda n: html(body=f"{PROSE}<p>{padded('责任编辑：林涛 ', n)}</p><p>{SENTENCE}</p>"), 40),
    (lambda n: html(body=f"{PROSE}<p>{padded('相关阅读', n)}</p>{TITLES}"), 4),
]


@pytest.mark.parametrize(("made", "most"), REMOVED, ids=range(len(REMOVED)))
def test_how_long_a_line_may_be_that_is_none_of_the_text(made: Callable[[int], str], most: int) -> None:
    assert article(made(most)).text == TEXT
    assert article(made(most + 1)).text != TEXT


def test_a_link_with_its_date_is_an_entry_from_four_characters_on() -> None:
    assert article(last(f"{LINK.format(FILLER[:4])} 11-09")).text == TEXT
    assert article(last(f"{LINK.format(FILLER[:3])} 11-09")).text != TEXT
