"""A date is taken as it is printed, with its precision; what is no date stays none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import complete, find_dates, instant, short_year, year_last


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2011-10-15 10:19:00", "2011-10-15T10:19:00"),
        ("2011年10月15日", "2011-10-15"),
        ("2011年10月15日 10:19", "2011-10-15T10:19"),
        ("2011年10月15日10时19分", "2011-10-15T10:19"),
        ("2011年10月5日 下午3:05", "2011-10-05T15:05"),
        ("2011年10月5日 上午9:05", "2011-10-05T09:05"),
        ("2011年10月5日 下午12:05", "2011-10-05T12:05"),
        ("2011年10月5日 晚上11:59", "2011-10-05T23:59"),
        ("2011年10月5日 下午15:05", "2011-10-05T15:05"),
        ("2011/10/5 9:05", "2011-10-05T09:05"),
        ("2011.10.05", "2011-10-05"),
        ("2011-10-05T09:05:06+08:00", "2011-10-05T09:05:06"),
        ("2011－10－05", "2011-10-05"),
        ("2011年 1月 5日", "2011-01-05"),
        ("发布时间：2011-10-15 星期六 10:19", "2011-10-15T10:19"),
        ("十一月 6th, 2009", "2009-11-06"),
        ("Dec 28 Sat 2013 00:28", "2013-12-28T00:28"),
        ("Mar 5, 2014", "2014-03-05"),
        ("2011-10-15来源：新华网", "2011-10-15"),
        ("2011-10-05 07:45 PM", "2011-10-05T19:45"),
        ("2011-10-05 07:45:10 p.m.", "2011-10-05T19:45:10"),
        ("2011-10-05 12:45 AM", "2011-10-05T00:45"),
        ("2011/10/5 12:45 下午", "2011-10-05T12:45"),
        ("2011年10月5日 凌晨12:05", "2011-10-05T00:05"),
        ("2011年10月5日傍晚6:20", "2011-10-05T18:20"),
        ("2011年10月5日 中午1:20", "2011-10-05T13:20"),
        ("2011年10月5日 中午12:20", "2011-10-05T12:20"),
        ("2011年10月5日 晚9點20分", "2011-10-05T21:20"),
        ("2011年10月5日 晚上12:20", "2011-10-05"),  # of this day or of the next
        ("2011年10月5日 07:20 下午茶", "2011-10-05T07:20"),
        ("2011年10月5日 16時20分", "2011-10-05T16:20"),
        ("2011年10月5日16时20分30秒", "2011-10-05T16:20:30"),
        ("２０１１年１０月５日　１６：２０", "2011-10-05T16:20"),
        ("2011年１0月5日 16:２0", "2011-10-05T16:20"),
        ("二○一一年十月五日", "2011-10-05"),
        ("二零一一年十二月三十一日", "2011-12-31"),
        ("二〇一一年元月二十日", "2011-01-20"),
        ("民國100年10月5日 16:20", "2011-10-05T16:20"),
        ("中華民國一〇〇年十月五日", "2011-10-05"),
        ("民国九十九年十月五日", "2010-10-05"),
        ("2011年十月五日 16:20", "2011-10-05T16:20"),
        ("二〇一一年10月5日", "2011-10-05"),
        ("2011年10月5日（星期三）16:20", "2011-10-05T16:20"),
        ("2011年10月5日 下午4时5分", "2011-10-05T16:05"),
        ("2011年10月5日 下午4点半", "2011-10-05T16:30"),
        ("2011年10月5日 下午4点多", "2011-10-05"),
        ("16:202011/10/05", "2011-10-05T16:20"),
        ("2011-10-05T16:20:00Z", "2011-10-06T00:20:00"),
        ("2011-10-05T16:20:00.123Z", "2011-10-06T00:20:00"),
        ("2011-10-05 16:20:00 +0000", "2011-10-06T00:20:00"),
        ("2011-10-05T16:20-05:00", "2011-10-06T05:20"),
        ("2011-10-05 16:20 GMT+8", "2011-10-05T16:20"),
        ("2011-10-05 16:20-17:00", "2011-10-05T16:20"),  # a period, not a zone
        ("Oct 5, 2011 4:20 PM", "2011-10-05T16:20"),
        ("5 Oct 2011", "2011-10-05"),
        ("2011年10月5日(三) 16:20", "2011-10-05T16:20"),
        ("2011.10.05 | 16:20", "2011-10-05T16:20"),
        ("2011年10月5日 中午0:20", "2011-10-05T00:20"),
        ("2011年10月5日 中午3:20", "2011-10-05T15:20"),
        ("2011年10月5日 中午4:20", "2011-10-05T04:20"),
        ("2011年10月5日 晚上4:20", "2011-10-05"),
        ("2011年10月5日 晚上5:20", "2011-10-05T17:20"),
        ("2011年10月5日 晚上0:20", "2011-10-05"),
        ("2011年10月5日 晚上13:20", "2011-10-05T13:20"),
        ("2011年10月5日 上午12:20", "2011-10-05T00:20"),
        ("2011年10月5日 下午13:20", "2011-10-05T13:20"),
        ("2011年10月5日 4点整", "2011-10-05T04:00"),
        ("2011年10月5日 4点05", "2011-10-05T04:05"),
        ("2011-10-05T16:20:00-05:00", "2011-10-06T05:20:00"),
        ("2011-10-05 16:20-05:00", "2011-10-05T16:20"),  # a period, for the instant has a T
        ("2011-10-05T16:20+14:00", "2011-10-05T10:20"),
        ("2011-10-05T16:20+15:00", "2011-10-05T16:20"),
        ("2011-10-05 16:20:00 +05:30", "2011-10-05T18:50:00"),
        ("2011-10-05 16:20 GMT", "2011-10-06T00:20"),
        ("民國元年十月五日", "1912-10-05"),
        ("民國一百零八年三月十六日", "2019-03-16"),
        ("民國一百一十年三月十六日", "2021-03-16"),
        ("民國二十年三月十六日", "1931-03-16"),
        ("民國百年三月十六日", "2011-03-16"),
        ("1900-01-01", "1900-01-01"),
        ("2099-12-31", "2099-12-31"),
    ],
)
def test_a_printed_date_keeps_its_precision(printed: str, iso: str) -> None:
    assert [date.iso for date in find_dates(printed)] == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "OFFICE2007 完全手册",
        "共有 2008 人参加，5 月底结束",
        "邮编：200120 电话：021-20110516",
        "版本 1.2011.10.15",
        "2011-13-45",
        "2011年2月30日",
        "1000-2011",
        "2011-10",
        "2011.5%的同比增长",
        "3011-10-15",
        "三〇一一年十月五日",
        "二一〇〇年十月五日",
        "一八九九年十月五日",
        "民國二百年十月五日",
        "二〇一一年二月三十日",
        "本报记者 12月1日电",
        "",
    ],
)
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert find_dates(text) == ()


def test_every_date_of_a_line_is_found_in_its_place() -> None:
    text = "发布：2011-10-15 更新：2011-10-16 08:00"
    dates = find_dates(text)
    assert [date.iso for date in dates] == ["2011-10-15", "2011-10-16T08:00"]
    assert [text[slice(*date.span)].strip() for date in dates] == ["2011-10-15", "2011-10-16 08:00"]


def test_a_date_without_a_year_is_completed_by_the_metadata_only() -> None:
    found = complete("10-08 12:00", ["2019-10-08T12:00:00+08:00"])
    assert found is not None
    assert found.iso == "2019-10-08T12:00"
    assert complete("10-08 12:00", []) is None
    assert complete("10-08 12:00", ["2019-10-09"]) is None, "the metadata speaks of another day"
    assert complete("10-08 12:00", ["2019-10-08", "2018-10-08"]) is None, "of which year?"
    assert complete("10-08", ["2019-10-08"]) is None, "a time of day tells a date from numbers"
    assert complete("12:00", ["2019-10-08"]) is None
    for printed in ("10-08 12：00", "10月8日 12:00", "19-10-08 12:00"):
        short = complete(printed, ["2019-10-08"])
        assert short is not None
        assert (short.iso, short.span) == ("2019-10-08T12:00", (0, len(printed)))
    assert complete("02-30 12:00", ["2019-10-08"]) is None
    unknown = complete("18-02-03 12:00", [])
    assert unknown is not None
    assert unknown.iso == "2018-02-03T12:00"
    assert complete("18-02-30 12:00", []) is None


def test_a_line_too_long_for_a_byline_is_read_all_the_same() -> None:
    for length in (290, 291, 4000):
        [found] = find_dates("x" * length + "2011-10-15")
        assert (found.iso, found.span) == ("2011-10-15", (length, length + 10))


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("25/11/2019", "2019-11-25"),
        ("11/25/2019", "2019-11-25"),
        ("5.5.2019", "2019-05-05"),
        ("11-25 2019", "2019-11-25"),
        ("11月25日 2019年", "2019-11-25"),
        ("25 2019-11", "2019-11-25"),
        ("25 2019年11月", "2019-11-25"),
        ("05/11/2019", None),  # of May or of November
        ("31 2019-02", None),
        ("12/12/2019", "2019-12-12"),
        ("12/13/2019", "2019-12-13"),
        ("13/12/2019", "2019-12-13"),
        ("12/11/2019", None),
        ("05-11 2019", "2019-05-11"),  # a space: a design, no date of a language
        ("25/11/1998", "1998-11-25"),
        ("25/11/18", None),
        ("2019-11", None),
        ("3 2019:11", None),
    ],
)
def test_a_date_may_print_its_year_last(printed: str, iso: str | None) -> None:
    found = year_last(printed)
    assert (found and found.iso) == iso


def test_a_label_s_date_may_have_a_short_year_or_one_of_the_republic() -> None:
    found = [short_year(text) for text in ("19-11-25", "98/1/5 10:20", "108-11-25", "108-13-25", "1080-11-25")]
    assert [each and each.iso for each in found] == ["2019-11-25", "1998-01-05T10:20", "2019-11-25", None, None]
    found = [short_year(text) for text in ("49-11-25", "50-11-25", "00-11-25", "100-11-25", "08-2-30", "于19-11-25")]
    assert [each and each.iso for each in found] == ["2049-11-25", "1950-11-25", "2000-11-25", "2011-11-25", None, None]


def test_a_label_s_date_may_be_eight_digits() -> None:
    found = [short_year(text) for text in ("20190316", "20190316 10:20", "20191316", "201903161", "30190316")]
    assert [each and each.iso for each in found] == ["2019-03-16", "2019-03-16T10:20", None, None, None]


def test_the_instant_is_china_time_in_utc() -> None:
    assert instant("2011-10-15T10:19:00") == datetime(2011, 10, 15, 2, 19, tzinfo=UTC)
    assert instant("2011-10-15") == datetime(2011, 10, 14, 16, tzinfo=UTC)
    assert instant(None) is None


@given(
    st.text(
        st.sampled_from(
            "0123456789０１２９〇○零一二三十百元年月日號时時点點分秒:：-/.T Z+ＧGMTUCpmPMam上下午晚凌晨民國,（("
        )
    )
)
def test_whatever_is_printed_a_date_that_is_found_is_an_instant(text: str) -> None:
    for printed in find_dates(f"2011-1{text}"):
        assert instant(printed.iso) is not None
        assert printed.iso.isascii()
