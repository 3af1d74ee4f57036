"""The CSS selectors of a site file overrule what the template found, field by field."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.extract.article import Article
from crawler.extract.layout import Layout
from crawler.extract.selected import overrule

PAGE = """<html><body><h1> 石桥的 早晨 </h1><p class=empty> </p><p class=lead>卖花的人来了。</p>
<div class=info><b>东方早报</b><i>张小早</i><u>李编</u><em>2019-03-16 08:30</em></div>
<div class=text><p>第一段。</p><p>第二段。</p></div><div class=text></div><div class=text>第三段。</div>
<ul><li>城事</li><li> </li><li>市井</li></ul></body></html>"""


def found(layout: Layout, page: str = PAGE) -> tuple[tuple[str, ...], Article]:
    article = Article(id="", url="", canonical_url="", site="", family="", template="", title="旧", text="旧文")
    article.author = "旧人"
    return overrule(article, layout, page), article


def test_each_field_has_its_selector() -> None:
    names, article = found(
        Layout(
            title="h1",
            body="div.text",
            lead=".lead",
            published="em",
            source=".info b",
            author=".info i",
            editor="u",
            category="li",
            keywords="li",
        )
    )
    assert names == ("body", "title", "lead", "source", "author", "editor", "category", "keywords", "published")
    assert (article.title, article.lead, article.text) == (
        "石桥的 早晨",
        "卖花的人来了。",
        "第一段。\n第二段。\n第三段。",
    )
    assert (article.source, article.author, article.editor) == ("东方早报", "张小早", "李编")
    assert article.category == article.keywords == ["城事", "市井"]
    assert article.published == "2019-03-16T08:30"
    assert article.published_at == datetime(2019, 3, 16, 0, 30, tzinfo=UTC)


def test_what_is_not_selected_or_not_found_stays() -> None:
    nothing = Layout(body=".none", title=".empty", author="h2", published="h1", category=".empty", keywords=".none")
    for layout in (Layout(), nothing):
        names, article = found(layout)
        assert names == ()
        assert (article.title, article.text, article.author) == ("旧", "旧文", "旧人")
        assert (article.category, article.keywords, article.published) == ([], [], None)
    assert found(Layout(title="h1"), "")[0] == ()
    assert found(Layout(title=".empty, h1"))[1].title == "石桥的 早晨", "the first that says anything"
    assert found(Layout(body=".text:empty"))[0] == ()
