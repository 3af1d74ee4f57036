"""Every cleaning rule does to its proof what it says, inside a text, and nothing to the text around it."""

from __future__ import annotations

import pytest

from crawler.extract import Article, Reject
from pipelines.process import finish
from pipelines.text.clean import RULES, Rule, clean
from pipelines.text.quality import judge
from pipelines.text.tracked import restore
from tests.extract_kit import PARAGRAPHS, TEXT, TITLE


def cleaned(text: str) -> Article:
    row = clean(Article(id="", url="", canonical_url="", site="", family="", template="", title=TITLE, text=text))
    assert restore(row.text, row.removed) == text
    return row


def surrounded(line: str) -> str:
    """The line in the middle of a text."""
    return "\n".join([*PARAGRAPHS[:2], *([line] if line else []), *PARAGRAPHS[2:]])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name}-{rule.proof[0][:12]}")
def test_a_rule_proves_itself(rule: Rule) -> None:
    before, after = rule.proof
    row = cleaned(surrounded(before))
    assert row.text == surrounded(after)
    assert rule.name in {span.rule for span in row.removed}
    assert bool(row.notices) is rule.notice


def test_a_text_without_furniture_is_left_as_it_is() -> None:
    row = cleaned(TEXT)
    assert (row.text, row.removed, row.notices) == (TEXT, [], [])


@pytest.mark.parametrize(
    "line",
    [
        "【责任编辑：李编】",
        "（编辑：李编）",
        "责编：李编、王审",
        "加入QQ群：123456789，获取更多范文",
        "欢迎加入QQ交流群 123456789",
        "更多精彩内容，请关注微信公众号“小河范文”",
        "想了解更多工作总结，请点击工作总结栏目",
        "免责声明：本文来源于网络，版权归原作者所有，如有侵权请联系删除。",
        "声明：本文内容不代表本站立场，仅供读者参考，并请自行核实相关内容。",
        "转载请注明出处：小河范文网",
        "未经授权，不得转载。",
        "扫描下方二维码关注我们",
        "返回搜狐，查看更多",
        "点击展开全文",
        "还剩27页未读，继续阅读",
        "亲，该文档总共20页，到这儿已超出免费预览范围，如果喜欢就下载吧！",
    ],
)
def test_furniture_at_the_end_of_a_text_goes(line: str) -> None:
    assert cleaned(f"{TEXT}\n{line}").text == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "声明自己无罪的人，往往最先低下头去，这一点法官看得最清楚。",
        "来源于生活的艺术，总要回到生活里去，才不会枯死。",
        "作者在这里想说的，是人与土地之间那种说不清的牵挂。",
        "关注孩子的成长，不只是看他的分数，更要看他的眼睛。",
        "点击查看大图之前，他犹豫了很久，终于还是把手机放下了。",
        "欢迎来到我们的村庄",
        "编辑部的故事讲完了，灯也就熄了。",
        "更多的人选择留下来，和土地一起等待下一个春天。",
        "转载这篇文章的报纸有十几家，没有一家问过他。",
        "李**说，钱已经还了；王××不信，两个人吵了起来。",
        "“来源：不明。”他在表格里这样填，然后把笔放下。",
    ],
)
def test_prose_that_uses_the_words_of_furniture_stays(line: str) -> None:
    text = "\n".join((*PARAGRAPHS[:2], line, PARAGRAPHS[2]))
    assert cleaned(text).text == text


def test_the_author_s_punctuation_and_mistakes_are_not_corrected() -> None:
    text = '他说:"好的,"然後走了。。。  我觉的不对!!\n' + TEXT
    assert cleaned(text).text == text


def test_invisible_and_private_characters_go_wherever_they_stand() -> None:
    row = cleaned(TEXT.replace("集市", "集\u200b市").replace("老人", "老\ue5e5人"))
    assert row.text == TEXT
    assert {span.rule for span in row.removed} == {"invisible", "private_use"}


_INJECTED = (
    "網(wǎng)絡(luò)時(shí)代的學(xué)生們(men)喜歡(huān)在網(wǎng)上看書(shū)，老師(shī)也覺(jué)得這樣(yàng)很好。"
    "學(xué)校裡(lǐ)的圖書(shū)館(guǎn)人(rén)少了，可是(shì)燈(dēng)還亮著(zhe)。"
)


def test_pinyin_injected_into_every_other_word_goes() -> None:
    row = cleaned(_INJECTED)
    assert "(" not in row.text
    assert row.text.startswith("網絡時代的學生們喜歡在網上看書")
    assert {span.rule for span in row.removed} == {"pinyin"}


def test_honest_glosses_and_names_stay() -> None:
    text = TEXT + "\n“重(chóng)要的事重(chóng)做一遍”，张三（zhāng sān）念着课文，把“骑(jì)”字又读错了。"
    assert cleaned(text).text == text


def test_a_text_about_pronunciation_keeps_its_glosses() -> None:
    words = "亍(chù)、彳(chì)、孑(jié)、孓(jué)、丌(jī)、兀(wù)"
    text = TEXT + f"\n容易读错的字：{words}。"
    assert cleaned(text).text == text


def test_a_mirror_full_of_pinyin_is_refused_as_hijacked() -> None:
    verdict = finish(
        Article(id="", url="", canonical_url="", site="", family="", template="", title="網絡", text=_INJECTED * 4)
    )
    assert isinstance(verdict, Reject)
    assert verdict.reason == "hijacked"


def test_masks_stay_and_are_counted() -> None:
    row = judge(cleaned(f"{TEXT}\n李**和王***都来了，XX县也派了人。"))
    assert isinstance(row, Article)
    assert row.quality.masked == 3
    assert "李**和王***" in row.text


@pytest.mark.parametrize("word", ["IPHONE版", "iPhone版", "iphone版", "ANDROID應用", "app"])
def test_a_rule_that_ignores_case_does_so_in_every_text(word: str) -> None:
    assert cleaned(f"{TEXT}\n更多消息請下載早市報{word}").text == TEXT


@pytest.mark.parametrize("rule", ["---", "＝＝＝＝", "——————", "***"])
def test_a_rule_between_the_text_and_what_was_removed_goes_too(rule: str) -> None:
    row = cleaned(f"{TEXT}\n{rule}\n你的獨家報料一旦被採用，將獲得一份獎品。")
    assert row.text == TEXT
    assert {span.rule for span in row.removed} == {"site_line"}


def test_a_rule_at_the_end_of_a_text_goes() -> None:
    assert cleaned(f"{TEXT}\n***").text == TEXT


@pytest.mark.parametrize("mark", ["> ", "【", "", ">>"])
def test_a_title_under_the_text_goes(mark: str) -> None:
    assert cleaned(f"{TEXT}\n{mark}{TITLE}").text == TEXT
