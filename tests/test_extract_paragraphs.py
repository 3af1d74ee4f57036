"""Lines into a text: cells of data stay in their columns, everything else is a paragraph."""

from __future__ import annotations

import pytest

from crawler.extract.paragraphs import assemble
from crawler.extract.read import parse


def text_of(body: str) -> str:
    dom = parse(f"<html><body>{body}</body></html>")
    return assemble(dom, range(len(dom.lines)))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>一<p>二", "一\n二"),
        ("<table><tr><td>一<td>二<tr><td>三<td>四</table>", "一\t二\n三\t四"),
        ("<table><tr><th>一<th>二<tr><td>三<td>四</table>", "一\t二\n三\t四"),
        ("<p>零</p><table><tr><td>一<td>二</table><p>三", "零\n一\t二\n三"),
        ("<table><tr><td>一<td><td>二<tr><td>三<td>四<td>五</table>", "一\t\t二\n三\t四\t五"),
        ("<table><tr><td><td>二<tr><td>三<td>四</table>", "\t二\n三\t四"),
        ("<table><tr><td colspan=2>一<td>二<tr><td>三<td>四<td>五</table>", "一\t\t二\n三\t四\t五"),
        ("<table><tr><td rowspan=2>一<td>二<tr><td>三<tr><td>四<td>五</table>", "一\t二\n\t三\n四\t五"),
        ("<table><tr><td rowspan=3>一<td>二<tr><td>三<tr><td>四<tr><td>五<td>六</table>", "一\t二\n\t三\n\t四\n五\t六"),
        ("<table><tr><td>一<td rowspan=2>二<td>三<tr><td>四<td>五</table>", "一\t二\t三\n四\t\t五"),
        ("<table><tr><td><td>一<td>二<tr><td><td>三<td>四</table>", "一\t二\n三\t四"),  # an empty column is a margin
        ("<table><tr><td><p>一<p>二<td>三</table>", "一\n二\n三"),  # a cell of several lines is layout
        ("<table><tr>" + "".join(f"<td>{n}" for n in range(12)) + "</table>", "\t".join(map(str, range(12)))),
        ("<table><tr>" + "".join(f"<td>{n}" for n in range(13)) + "</table>", "\n".join(map(str, range(13)))),
        ("<table><tr><td>一<td><table><tr><td>二<td>三</table></table>", "一\n二\t三"),
        ("<table><tr><td colspan=9999>一<td>二<tr><td>三<td>四</table>", "一\t\t二\n三\t四"),
        ("<table><tr><td colspan=12345>一<td>二<tr><td>三<td>四</table>", "一\t二\n三\t四"),
        ("<table><tr><td colspan=0>一<td>二<tr><td>三<td>四</table>", "一\t二\n三\t四"),
        ("<table><tr><td colspan=２>一<td>二<tr><td>三<td>四</table>", "一\t二\n三\t四"),
        ("<div><td>一</td><td>二</td></div>", "一\n二"),  # no row
    ],
)
def test_cells_stand_in_their_columns(body: str, text: str) -> None:
    assert text_of(body) == text


def test_the_number_of_an_item_stands_before_it_unless_its_author_wrote_one() -> None:
    items = ("鱼摊", "2、豆腐", "（三）扫街", "④菜叶", "第五条 石板", "a) 水桶", "3月的集市", "1998年")
    shown = text_of("<ol start=1>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>").split("\n")
    assert shown == ["1. 鱼摊", *items[1:6], "7. 3月的集市", "8. 1998年"]
