"""What a 文库 page prints about its file, and whether it shows all of it."""

from __future__ import annotations

import dataclasses
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


_PRINTED: list[tuple[str, dict[str, object]]] = [
    (
        "<div>文档格式：DOC　页数：5页　大小：27.08KB　上传人：张小早　上传时间：2019-03-16　下载积分：3金币</div>",
        {
            "format": "doc",
            "pages": 5,
            "size_bytes": 27730,
            "uploader": "张小早",
            "uploaded": "2019-03-16",
            "price": "3金币",
        },
    ),
    (
        "<div>格式：docx 页数：5P 大小：1.5M 资源ID：123456</div>",
        {"format": "docx", "pages": 5, "size_bytes": 1572864, "id": "123456"},
    ),
    (
        ("<ul><li>文件格式</li><li>PDF</li><li>文件大小</li><li>2.3 MB</li><li>页数</li><li>12</li></ul>"),
        {"format": "pdf", "pages": 12, "size_bytes": 2411725},
    ),
    ("<div>【格式】doc 【页数】3 【大小】20KB</div>", {"format": "doc", "pages": 3, "size_bytes": 20480}),
    ("<div>类型：Word文档 共12页 20.5 K</div>", {"pages": 12}),
    (
        "<div>文档页数：12 &nbsp; 文档大小：88.50KB &nbsp; 文档热度： &nbsp; 文档分类：论文</div>",
        {"pages": 12, "size_bytes": 90624},
    ),
    (
        "<div>上传者：<a href='/u/1'>xiaozao</a> 文档编号：88123 上传时间：2019-03-16 文档格式：.ppt</div>",
        {"format": "ppt", "uploader": "xiaozao", "id": "88123", "uploaded": "2019-03-16"},
    ),
    (
        "<div>IP属地：广东 上传人：xiaozao 上传时间：2019-03-16 格式：DOCX 页数：12 大小：30.12KB</div>",
        {"format": "docx", "pages": 12, "size_bytes": 30843, "uploader": "xiaozao", "uploaded": "2019-03-16"},
    ),
    ("<div>价格：￥5.00 格式：pdf</div>", {"format": "pdf", "price": "￥5.00"}),
    ("<div>下载需要：5 积分 格式：txt</div>", {"format": "txt", "price": "5 积分"}),
    (
        "<div>文檔格式：DOC　頁數：5頁　大小：27.08KB　上傳人：張小早　上傳時間：2019-03-16</div>",
        {"format": "doc", "pages": 5, "size_bytes": 27730, "uploader": "張小早", "uploaded": "2019-03-16"},
    ),
    ("<div>文件类型： doc 文件大小： 1,024KB 下载次数： 3 次</div>", {"format": "doc", "size_bytes": 1048576}),
    (
        "<div>更新时间：2019-03-16 软件大小：3.5 MB 授权方式：免费</div>",
        {"size_bytes": 3670016, "uploaded": "2019-03-16"},
    ),
    (
        "<div>分享者：xiaozao 分享时间：2019-3-16 格式：xls 大小：100KB</div>",
        {"format": "xls", "size_bytes": 102400, "uploader": "xiaozao", "uploaded": "2019-03-16"},
    ),
]


@pytest.mark.parametrize(("printed", "facts"), _PRINTED)
def test_facts_in_the_forms_that_sites_print(printed: str, facts: dict[str, object]) -> None:
    document = article(html(byline=printed), family="wenku").document
    assert document is not None
    found = {name: value for name, value in dataclasses.asdict(document).items() if value is not None}
    assert found == facts


def test_the_date_of_a_file_s_last_change_is_not_that_of_an_article() -> None:
    found = article(html(byline="<ul><li>更新日期：</li><li>2019-03-16</li><li>格式：doc</li></ul>"), family="wenku")
    assert found.document is not None
    assert found.document.uploaded == "2019-03-16"
    assert found.published is None
