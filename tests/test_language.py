"""What a person reads is Chinese where Chinese is asked for, and English everywhere else; what is stored is English."""

from __future__ import annotations

import io
import json
import re
import string
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from lxml import html

from crawler.browse.room import ReadingRoom
from crawler.language import Said, counted, language, language_of, message, stored
from crawler.monitor.counts import FIELDS
from crawler.monitor.health import of_site, trouble
from crawler.siteconfig.site import Expect, Site
from tests.command_kit import call
from tests.report_kit import articles, night
from tests.test_cli_status import ARTICLES, Web, end, report, start, web

__all__ = ["web"]

CLASSES = ("room", "wide", "archived")  # of the body, by the block `kind`
PROJECT = Path(__file__).parents[1]
CHINESE = language("zh")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_po(io.BytesIO((PROJECT / "crawler/locale/zh.po").read_bytes()))


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_every_text_of_the_code_and_the_templates_has_a_translation(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    target = str(tmp_path / "messages.pot")
    keywords = ["-k", "message", "-k", "counted:1,2"]  # as `make messages` has them
    CommandLineInterface().run(
        ["pybabel", "-q", "extract", "-F", "pyproject.toml", *keywords, "-o", target, "crawler", "pipelines"]
    )
    with open(target, "rb") as file:
        found = [each for each in read_po(file) if each.id]
    assert len(found) > 200
    told = {tuple(forms(each.id)): forms(each.string) for each in catalog if each.id}
    assert [each.id for each in found if not all(told.get(tuple(forms(each.id)), [""]))] == []
    assert told.keys() - {tuple(forms(each.id)) for each in found} == set()  # and nothing that nobody says any more
    assert {*FIELDS} <= {form for each in told for form in each}


def test_a_translation_has_the_fields_of_its_text(catalog: Catalog) -> None:
    for each in catalog:
        for translated in forms(each.string) if each.id else ():
            plural = forms(each.id)[-1]
            if "python-format" in each.flags:
                wanted, got = (set(names(text)) for text in (plural, translated))
                assert wanted == got, each.id
            else:
                assert fields(plural) == fields(translated), each.id


def names(text: str) -> list[str]:
    return [piece.partition(")")[0] for piece in text.split("%(")[1:]]


def fields(form: str) -> set[tuple[str, str | None, str | None]]:
    return {(name, spec, how) for _, name, spec, how in string.Formatter().parse(form) if name is not None}


@pytest.mark.parametrize("path", sorted(PROJECT.glob("crawler/*/templates/*.html")), ids=lambda path: path.name)
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    """Outside of tags, expressions and blocks there are signs, and names that are the same in every language."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    inside, text, block = 0, "", "none yet"
    for _, kind, value in environment.lex(path.read_text("utf-8")):
        if kind == "block_begin":
            block = ""
        elif kind == "name" and not block:
            block = value
            inside += {"trans": 1, "endtrans": -1}.get(value, 0)
        elif kind == "data" and not inside:
            text += value
    shown = html.fromstring(f"<div>{text}</div>")
    words = {word for piece in shown.itertext() for word in piece.split() if word.strip(string.punctuation).isalpha()}
    assert {word for word in words if word.isascii()} <= {"UTC", "id", *CLASSES}


def test_a_message_is_english_and_says_the_same_in_chinese() -> None:
    said = of_site("news", message("no answer at all: {failures}", failures="TimeoutError"))
    assert said == "news: no answer at all: TimeoutError"
    assert CHINESE.say(said) == "news：完全没有响应：TimeoutError"
    assert language("en").say(said) == said
    assert CHINESE.say("no answer at all") == "no answer at all"  # a text of a page is never translated
    assert CHINESE.join([message("drained"), "x"]) == "已抓完；x"


@pytest.mark.parametrize(("number", "english"), [(1, "1 day"), (2, "2 days"), (0, "0 days")])
def test_numbers_have_their_form(number: int, english: str) -> None:
    said = counted("{number} day", "{number} days", number)
    assert said == english
    assert CHINESE.say(said) == f"{number} 天"


def test_dates() -> None:
    instant = datetime(2026, 11, 6, 2, 30, tzinfo=UTC)
    assert CHINESE.date(instant) == "2026年11月6日 02:30"
    assert CHINESE.date(instant, "day and minute") == "11月6日 02:30"
    assert language("en").date(instant) == "06 Nov 2026 02:30"


@pytest.mark.parametrize(
    ("setting", "environment", "code"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "en_GB.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {"LANG": "C"}, "zh"),
    ],
)
def test_the_setting_comes_before_the_environment(setting: str | None, environment: dict[str, str], code: str) -> None:
    assert language_of(setting, environment).code == code


def test_another_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="UI_LANGUAGE=fr: en or zh is needed"):
        language_of("fr")


def section(articles: int) -> dict[str, object]:
    return {
        "requests": 10, "articles": articles, "joined_pages": 0, "blocked": 0, "rests": [], "failures": {}, "cut": {},
        "rejects": {}, "fields": {}, "templates": {}, "characters": {}, "responses": {}, "lists": 2, "matched": {},
        "unmatched": [{"shape": "/yaowen/N.shtml", "number": 57, "example": "http://a.example/yaowen/7.shtml"}],
        "other_hosts": {}, "lost_seeds": {}, "laid_out": 0, "selected": {}, "profile": None,
        "frontier": {"pending": 0, "standing": 0, "complete": True, "unchanged": 0},
    }  # fmt: skip


def test_a_trouble_read_from_a_report_is_said_in_chinese() -> None:
    site = Site("a", "news", ("a.example",), ("http://a.example/",), (re.compile("^/a/"),), expect=Expect(5, 9))
    found = trouble([site], {"a": section(0)}, {})
    kept = json.loads(json.dumps({"cause": "; ".join(found), "messages": stored(found)}))
    told = [CHINESE.say(Said(kept["messages"])(sentence)) for sentence in kept["cause"].split("; ")]
    assert told == [CHINESE.say(each) for each in found]
    seen = "/yaowen/N.shtml × 57，例如 http://a.example/yaowen/7.shtml"
    assert told == [
        f"a：有 0 篇文章，预期为 5 至 9 篇（没有规则匹配 {seen}）",
        f"a：没有找到文章：列表页中没有链接匹配 `article`：{seen}",
    ]


@given(JSON)
def test_a_report_that_somebody_has_changed_is_said_as_it_is(kept: object) -> None:
    text = "no answer at all: x"
    assert CHINESE.say(Said({text: kept})(text)) == text
    changed = {text: {"forms": ["no answer at all: {failures}"], "arguments": kept}}
    assert isinstance(CHINESE.say(Said(changed)(text)), str)


def test_a_form_of_a_report_is_never_filled_in() -> None:
    """str.format of a stranger's form could look into the process."""
    kept = {"x": {"forms": ["{number.__class__.__init__}"], "arguments": {"number": 1}}}
    assert CHINESE.say(Said(kept)("x")) == "x"


@pytest.mark.slow
def test_who_reads_english_does_not_wait_for_babel() -> None:
    code = "import sys, crawler.commands.crawl, crawler.commands.report; print('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.slow
def test_a_crawl_ends_in_chinese_and_its_report_is_told_in_both(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    status, stderr = end(start(web, tmp_path, expect="expect = { min = 50, max = 60 }"))
    assert status == 3
    assert stderr.rstrip().endswith(f"退出状态 3：local：有 {ARTICLES} 篇文章，预期为 50 至 60 篇")
    assert report(tmp_path)["cause"] == f"local: {ARTICLES} articles, expected 50 to 60"
    page = tmp_path / "out" / "reports" / "index.html"
    call("report", tmp_path / "out")
    chinese = page.read_text("utf-8")
    assert '<html lang="zh-CN">' in chinese
    assert f"有 {ARTICLES} 篇文章，预期为 50 至 60 篇" in chinese
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    call("report", tmp_path / "out")
    assert f"{ARTICLES} articles, expected 50 to 60" in page.read_text("utf-8")


@pytest.mark.slow
def test_the_reading_room_is_told_in_chinese_and_asks_for_the_same(tmp_path: Path) -> None:
    night(tmp_path, 0, {"lanjiang": articles("lanjiang", 0, 3)})
    room = ReadingRoom(tmp_path, CHINESE)
    found = room.answer("", {"order": "oldest", "mark": "copies"}).body
    assert '<html lang="zh-CN">' in found
    assert '<option value="oldest" selected>最早</option>' in found  # the address is that of any language
    assert '<option value="copies" selected>重复</option>' in found
    assert "共 0 条" in found
    missing = room.answer("row", {"id": "0" * 32})
    assert (missing.status, "没有这篇文章。" in missing.body) == (404, True)
