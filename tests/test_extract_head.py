"""The first lines of a body: byline, title and controls go, what the author put there stays."""

from __future__ import annotations

import pytest

from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, TITLE, article, html

_BYLINE = "<p class=info>2019-03-16 08:00 来源：早市日报 作者：李华</p>"
_FACTS = ("创刊时间：1986年1月", "主办单位：东方市文联", "出版周期：双月刊", "国内刊号：CN 12-3456")


def lines(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize("byline", ["", _BYLINE], ids=["alone", "below a byline"])
@pytest.mark.parametrize(
    "line",
    [
        "会议时间：2018年3月5日",
        "活动时间：3月16日上午9点",
        "开放时间：即将开放，敬请期待",
        "截止日期：2019年4月1日",
        "考试时间：2019年5月4日—5日",
        "2018年3月5日 星期一 晴",
        "编号：2019-12",
        "发文字号：东政发〔2019〕12号",
        "地点：二楼会议室",
        "主讲人：王教授",
        "导演：张三 主演：李四",
        "作者是一位老人，他来自山东。",
        "来源于生活的艺术，总要回到生活里去。",
    ],
)
def test_a_fact_of_the_text_is_no_byline(line: str, byline: str) -> None:
    assert article(html(byline=byline, body=lines(line) + PROSE)).text == f"{line}\n{TEXT}"
    below = lines(PARAGRAPHS[0], line) + PROSE
    assert article(html(byline=byline, body=below)).text == f"{PARAGRAPHS[0]}\n{line}\n{TEXT}"


@pytest.mark.parametrize("byline", ["", _BYLINE], ids=["alone", "below a byline"])
@pytest.mark.parametrize(
    "opening",
    [
        _FACTS,
        ("开头。", "2019年3月16日", "雨一直下。", "他没有来。"),
        ("一", "那年冬天。", "1986年11月3日 8:20", "电话响了。"),
        ("记者：您好，请介绍一下自己。", "李华：我是卖鱼的。", "记者：每天几点出摊？", "李华：四点。"),
    ],
    ids=["facts", "a date", "a time", "an interview"],
)
def test_nothing_is_lost_above_a_line_that_looks_like_a_byline(opening: tuple[str, ...], byline: str) -> None:
    assert article(html(byline=byline, body=lines(*opening) + PROSE)).text == "\n".join([*opening, TEXT])


@pytest.mark.parametrize(
    "above",
    [
        ("东方早市网", "2019-03-16 08:00 来源：早市日报"),
        (TITLE, "——一位记者的手记", "时间：2019年3月16日　作者：李华"),
        ("字号：大 中 小", "发布时间：2019-03-16", "浏览次数：12"),
        ("栏目名称 发布时间：2019-03-16 08:00 0",),
        ("作者：李华", "来源：早市日报", "2019-03-16", "详情"),
    ],
)
def test_what_stands_above_the_text_goes(above: tuple[str, ...]) -> None:
    assert article(html(body=lines(*above) + PROSE)).text == TEXT


def test_a_byline_below_the_first_sentences_goes_alone() -> None:
    body = lines(*PARAGRAPHS[:2], "来源：早市日报　作者：李华", PARAGRAPHS[2]) + PROSE
    assert article(html(body=body)).text == f"{TEXT}\n{TEXT}"


def test_the_facts_of_an_official_document_go_with_its_dates() -> None:
    facts = ("索引号：DF-2019-12", "主题分类：市场监管", "发布机构：东方市政府办公室", "成文日期：2019年3月12日")
    table = lines(*facts, "文号：东政发〔2019〕12号", "发布日期：2019-03-16")
    assert article(html(body=table + PROSE)).text == TEXT


def test_a_date_below_the_source_goes_with_it() -> None:
    assert article(html(byline=_BYLINE, body=lines("来源：早市日报", "2019年3月16日") + PROSE)).text == TEXT
