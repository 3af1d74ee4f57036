"""What a 文库 page prints about its file, and whether it shows all of it."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from tests.extract_kit import TEXT, article, html


def facts(line: str) -> dict[str, object]:
    found = article(html(byline=f"<div>{line}</div>"), family="wenku").document
    return {name: value for name, value in asdict(found).items() if value is not None} if found else {}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("格式：DOCX", {"format": "docx"}),
        ("文档格式：.doc", {"format": "doc"}),
        ("页数：12页", {"pages": 12}),
        ("第1页 / 共4页", {"pages": 4}),
        ("大小：27.08KB", {"size_bytes": 27730}),
        ("文件大小：1.5MB", {"size_bytes": 1572864}),
        ("资源ID：1234567", {"id": "1234567"}),
        ("文档编号：1234567", {"id": "1234567"}),
        ("下载积分：3 金币", {"price": "3 金币"}),
        ("价格：9.9元", {"price": "9.9元"}),
        ("上传人：b****5", {"uploader": "b****5"}),
        ("上传日期：2022-03-09", {"uploaded": "2022-03-09"}),
        ("上传时间：2022年3月9日", {"uploaded": "2022-03-09"}),
        ("大小：99999999999999999999KB", {}),
        ("大小：2022030912345GB", {}),
        (f"大小：{'9' * 400}KB", {}),
        ("页数：123456789", {}),
        (f"资源ID：{'7' * 300}", {}),
        (f"下载积分：{'3' * 300} 金币", {}),
        ("", {}),
    ],
)
def test_each_fact_as_it_is_printed(line: str, expected: dict[str, object]) -> None:
    assert facts(line) == expected


def test_when_a_file_was_uploaded_is_not_when_its_text_was_published() -> None:
    assert article(html(byline="<div>上传日期：2022-03-09</div>"), family="wenku").published is None


def test_office2007_is_no_date_of_a_document() -> None:
    tip = "<div>温馨提示：需要本地电脑安装OFFICE2007和PDF阅读器。</div>"
    found = article(html(below=tip), family="wenku")
    assert found.published is None
    assert found.document is None


@pytest.mark.parametrize(
    "words",
    [
        "还剩27页未读，继续阅读",
        "亲，该文档总共20页，到这儿已超出免费预览范围，如果喜欢就下载吧！",
        "本资源只提供3页预览，全部文档请下载后查看！（共 9 页）",
    ],
)
def test_a_page_that_shows_the_first_pages_only_is_truncated(words: str) -> None:
    found = article(html(byline="<div>页数：9</div>", below=f"<div>{words}</div>"), family="wenku")
    assert found.truncated
    assert found.text == TEXT


@pytest.mark.parametrize("words", ["本资源只提供9页预览，全部文档请下载后查看！", "第9页 / 共9页", ""])
def test_a_page_that_shows_all_pages_is_whole(words: str) -> None:
    found = article(html(byline="<div>页数：9</div>", below=f"<div>{words}</div>"), family="wenku")
    assert not found.truncated
