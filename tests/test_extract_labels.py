"""Labels of a byline: the word before a colon, its role, and where its value begins."""

from __future__ import annotations

import pytest

from crawler.extract.labels import find_labels


def found(text: str) -> list[tuple[str, str, str]]:
    """Word, role, and the text that the label takes up."""
    return [(label.word, label.role, text[label.start : label.end]) for label in find_labels(text)]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("来源：东方早报", [("来源", "source", "来源：")]),
        ("信息来源: 东方早报", [("信息来源", "source", "信息来源: ")]),
        ("来 源：东方早报", [("来源", "source", "来 源：")]),
        ("发 布 时 间：2019-03-16", [("发布时间", "date", "发 布 时 间：")]),
        ("撰 文：张小早", [("撰文", "author", "撰 文：")]),
        ("文/图：张小早", [("文图", "author", "文/图：")]),
        ("文/张小早", [("文", "author", "文/")]),
        ("文 / 图：张小早", [("文图", "author", "文 / 图：")]),
        ("如图：鱼摊", []),
        ("图：鱼摊", [("图", "other", "图：")]),
        ("来源：早报作者：张小早", [("来源", "source", "来源："), ("作者", "author", "作者：")]),
        ("来源：早报 | 编辑：李编", [("来源", "source", "来源："), ("编辑", "editor", "编辑：")]),
        ("【作者】张小早", [("作者", "author", "【作者】")]),
        ("[发布日期]：2019-11-25", [("发布日期", "date", "[发布日期]：")]),
        ("[编辑] 2019", []),
        ("[责任编辑]：李编", [("责任编辑", "editor", "[责任编辑]：")]),
        ("发表于2014-08-24", [("发表于", "date", "发表于")]),
        ("时间2019年", [("时间", "date", "时间")]),
        ("注册时间 2009-05-01", [("时间", "other", "注册时间")]),
        ("图片来源：视觉中国", [("来源", "other", "图片来源：")]),
        ("转载请注明来源：早报", [("来源", "other", "来源：")]),
        ("来源：这是一家报纸图片编辑：李编", [("来源", "source", "来源："), ("图片编辑", "other", "图片编辑：")]),
        ("更新时间：2019-03-16", [("更新时间", "updated", "更新时间：")]),
        ("最近修改日期：2019-03-16", [("修改日期", "updated", "最近修改日期：")]),
        ("新闻时间：2019-03-16", [("时间", "date", "新闻时间：")]),
        ("会议时间：2019-03-16", [("时间", "other", "会议时间：")]),
        ("会议日期：2019-03-16", [("日期", "other", "会议日期：")]),
        ("作者：张小早时间：2019-03-16", [("作者", "author", "作者："), ("时间", "date", "时间：")]),
        ("张三丰录入时间：2019-03-16", [("录入时间", "date", "录入时间：")]),
        ("点击：123 次", [("点击", "other", "点击：")]),
        ("公司名称：鱼摊", []),
        ("12:30", []),
        ("没有标签的一行", []),
        ("", []),
    ],
)
def test_labels_of_a_line(text: str, labels: list[tuple[str, str, str]]) -> None:
    assert found(text) == labels


def test_labels_stand_in_their_order_whatever_their_form() -> None:
    text = "发布于2019-03-16 来源：早报 [作者] 张小早 编辑于2019-03-17 责编：李编"
    assert [word for word, *_ in found(text)] == ["发布于", "来源", "作者", "编辑于", "责编"]


def test_a_line_too_long_for_a_byline_is_read_all_the_same() -> None:
    for length in (296, 297, 4000):
        [label] = find_labels("水" * length + " 作者：")
        assert (label.word, label.start, label.end) == ("作者", length + 1, length + 4)
