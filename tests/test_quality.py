"""Signals are measured, not obeyed: only what is no Chinese article at all is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import Article, Reject
from pipelines.text.quality import census, judge, measure, script_of, top_ngram_ratios
from tests.extract_kit import TEXT


def article(text: str) -> Article:
    return Article(id="", url="", canonical_url="", site="", family="", template="", title="", text=text)


def judged(text: str) -> Article:
    row = judge(article(text))
    assert isinstance(row, Article), row
    return row


def test_characters_are_counted_without_white_space() -> None:
    assert judged(TEXT).quality.characters == len(TEXT.replace("\n", ""))


def test_ratios_of_plain_prose() -> None:
    quality = judged(TEXT).quality
    assert quality.han_ratio > 0.8
    assert quality.line_punct_ratio == 1.0
    assert quality.dup_line_ratio == 0.0
    assert (quality.masked, quality.replaced, quality.pinyin_noise) == (0, 0, 0)
    assert 0 < max(quality.top_ngram_ratios) < 0.1


def test_a_line_told_three_times_counts_twice() -> None:
    dense = "甲乙。甲乙。甲乙。丙丁。"
    assert measure("甲乙。\n甲乙。\n甲乙。\n丙丁。", dense, census(dense)).dup_line_ratio == 0.5


def test_ratios_have_four_places() -> None:
    quality = measure("甲乙。\n丙丁\n戊己", "甲乙。丙丁戊己", census("甲乙。丙丁戊己"))
    assert (quality.line_punct_ratio, quality.han_ratio) == (0.3333, 0.8571)


def test_the_share_of_the_most_frequent_ngram() -> None:
    assert top_ngram_ratios("甲乙甲乙甲乙甲乙") == [1.0, 1.5]
    assert top_ngram_ratios("甲乙丙丁") == [0.0, 0.0]
    assert top_ngram_ratios("甲") == [0.0, 0.0]


@given(st.text(alphabet="甲乙丙丁", min_size=1, max_size=60))
def test_ngrams_are_counted_at_every_place(text: str) -> None:
    shares = []
    for n in (2, 4):
        count = max(Counter(text[at : at + n] for at in range(len(text) - n + 1)).values(), default=0)
        shares.append(round(count * n / len(text), 4) if count > 1 else 0.0)
    assert top_ngram_ratios(text) == shares


def test_japanese_is_not_chinese_however_many_han_it_has() -> None:
    japanese = "朝の市場は魚の店から始まり、桶の鮒が尾を叩いて、通る人の裾を濡らしても、誰も怒らなかった。"
    refused = judge(article(japanese))
    assert isinstance(refused, Reject)
    assert refused.reason == "not_chinese"
    lesson = f"这句日语的意思是早市从鱼摊热闹起来：「{japanese[:12]}」，其中的「の」表示所属，「から」表示起点。"
    assert judged(lesson).language == "zh"


@pytest.mark.parametrize(
    ("text", "masked"),
    [("王**和李***", 2), ("XX省XX市", 2), ("××县", 1), ("AXXB", 0), ("2*3", 0), ("XXL号", 0)],
)
def test_masks_are_counted_and_left(text: str, masked: int) -> None:
    row = judged(f"{text}{TEXT}")
    assert row.quality.masked == masked
    assert row.text.startswith(text)


def test_undecodable_characters_are_counted() -> None:
    assert judged("\ufffd\ufffd" + TEXT).quality.replaced == 2


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("这个国家的经济发展", "Hans"),
        ("這個國家的經濟發展", "Hant"),
        ("这个國家的經濟发展", "mixed"),
        ("一二三", None),
        ("", None),
    ],
)
def test_the_script_is_told_by_characters_that_differ(text: str, script: str | None) -> None:
    assert script_of(census(text)) == script


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "too_short"), ("太短了。", "too_short"), ("This page is English and nothing else. " * 5, "not_chinese")],
)
def test_what_is_no_chinese_article_is_refused(text: str, reason: str) -> None:
    refused = judge(article(text))
    assert isinstance(refused, Reject)
    assert refused.reason == reason
    assert refused.detail


def test_a_traditional_text_is_no_hijacked_one() -> None:
    assert judged("這個國家的經濟發展得很快，學校裡的學生也多了起來，大家都說這是好事。").script == "Hant"


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    row = judge(article(text))
    if isinstance(row, Article):
        assert 0 <= row.quality.han_ratio <= 1
        assert all(0 <= share <= 1 for share in row.quality.top_ngram_ratios)


def test_notices_that_are_not_in_the_text_do_not_make_it_short() -> None:
    notices = ["本文系转载，版权归原作者所有，如有侵权请联系我们删除。" * 9]
    kept = judge(replace(article(TEXT), notices=notices))
    assert isinstance(kept, Article)
    refused = judge(replace(article(notices[0]), notices=notices))
    assert isinstance(refused, Reject)
    assert (refused.reason, refused.detail) == ("too_short", "nothing but notices of the site")


def test_pinyin_makes_a_mirror_of_a_traditional_text_only() -> None:
    glosses = "網(wǎng)絡(luò)時(shí)代的學(xué)習(xí)與傳(chuán)統(tǒng)不同，人們(men)都說(shuō)好。"
    refused = judge(article(glosses))
    assert isinstance(refused, Reject)
    assert refused.reason == "hijacked"
    primer = "网(wǎng)络(luò)时(shí)代的学(xué)习(xí)与传(chuán)统(tǒng)不同，人们(men)都说(shuō)好。"
    kept = judged(primer)
    assert kept.script == "Hans"
    assert kept.quality.pinyin_noise >= 5


def test_the_edges_of_what_is_an_article() -> None:
    assert isinstance(judge(article("水" * 29)), Reject)
    assert isinstance(judge(article("水" * 30)), Article)
    assert isinstance(judge(article("水 " * 29)), Reject), "white space does not count"
    assert isinstance(judge(article("水" * 20 + "x" * 80)), Article)
    assert isinstance(judge(article("水" * 19 + "x" * 81)), Reject)


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["水" * 29 + "：", "x = 1" * 99], False),
        (["水" * 30 + "：", "x = 1" * 99], True),
        (["水" * 15 + "。", "水" * 15 + "；", "x = 1" * 99], True),
        (["水" * 30, "x = 1" * 99], False),  # no sentence
        (["水" * 30 + "の。", "x = 1" * 99], False),  # no Chinese
        (["水" * 40 + "x" * 39 + "。", "x = 1" * 99], True),
        (["水" * 40 + "x" * 40 + "。", "x = 1" * 99], False),
    ],
)
def test_prose_around_code_makes_an_article(lines: list[str], kept: bool) -> None:
    assert isinstance(judge(article("\n".join(lines))), Article) is kept


@pytest.mark.parametrize(
    ("hans", "hant", "script"), [(9, 1, "mixed"), (10, 1, "Hans"), (1, 9, "mixed"), (1, 10, "Hant"), (0, 1, "Hant")]
)
def test_a_text_of_one_script_may_have_a_tenth_of_the_other(hans: int, hant: int, script: str) -> None:
    assert script_of(census("这" * hans + "這" * hant)) == script


def test_a_few_glosses_help_the_reader() -> None:
    def with_glosses(number: int, characters: int) -> str:
        return "網(wǎng)" * number + "國" * (characters - 7 * number)

    assert isinstance(judge(article(with_glosses(4, 60))), Article)
    assert isinstance(judge(article(with_glosses(5, 60))), Reject)
    assert isinstance(judge(article(with_glosses(5, 249))), Reject)
    assert isinstance(judge(article(with_glosses(5, 250))), Article)


def test_a_text_may_be_four_fifths_of_notices() -> None:
    notice = "本文系转载，版权归原作者所有。" * 8
    for length, kind in ((len(notice) // 4, Article), (len(notice) // 4 - 1, Reject)):
        text = f"{notice}\n{'水' * length}"
        assert isinstance(judge(replace(article(text), notices=[notice])), kind)
