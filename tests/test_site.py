"""Site files: what is right loads, what is wrong is refused in one line with file, key and what is allowed."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.siteconfig.site import (
    Expect,
    SiteError,
    choose,
    load_site,
    load_sites,
    site_file,
    site_text,
    sites_folders,
)

GOOD = r"""
family  = "wenku"
domains = ["www.bdocx.com", "127.0.0.1:8001"]
seeds   = ["https://www.bdocx.com/"]
article = ['^/doc/\d+\.html$']
follow  = ['^/c-\d+(-p\d+)?\.html$']
delay   = 2.0
expect  = { min = 200, max = 20000 }
[[layout]]
until = 2023-06-01
title = "h1"
body  = "div.inner_text > p"
[[layout]]
body  = "div.text"
"""


def write(folder: Path, text: str, name: str = "bdocx") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_site_is_what_its_file_says(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD))
    assert (site.name, site.family, site.delay, site.expect) == ("bdocx", "wenku", 2.0, Expect(200, 20000))
    assert site.seeds == ("https://www.bdocx.com/",)
    assert site.is_article("https://www.bdocx.com/doc/9477441.html")
    assert not site.is_article("https://www.bdocx.com/doc/")
    assert site.is_list("https://www.bdocx.com/c-12-p3.html")
    assert not site.is_list("https://www.bdocx.com/")


def test_a_host_is_owned_exactly(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD))
    assert site.owns("http://WWW.bdocx.com:8080/x")
    assert site.owns("http://127.0.0.1:8001/")
    for other in (
        "https://bdocx.com/",
        "https://a.www.bdocx.com/",
        "http://127.0.0.1:8002/",
        "ftp://www.bdocx.com/",
        "",
    ):
        assert not site.owns(other)


def test_the_day_of_the_capture_in_china_picks_the_layout(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD))
    old, new = site.layouts
    assert old.until == date(2023, 6, 1)
    assert site.layout_at(datetime(2023, 6, 1, 15, 59, tzinfo=UTC)) is old
    assert site.layout_at(datetime(2023, 6, 1, 16, 0, tzinfo=UTC)) is new  # midnight in China


def test_after_the_last_until_the_template_is_recognised_again(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD.partition("[[layout]]\nbody")[0]))
    assert site.layout_at(datetime(2024, 1, 1, tzinfo=UTC)) is None


# key of the message, line of GOOD replaced, replacement
WRONG = [
    ("familie", 'family  = "wenku"', 'family = "wenku"\nfamilie = "wenku"'),
    ("family: missing", 'family  = "wenku"', ""),
    ("family: 'blog'; allowed: fanwen, news, wenku", '"wenku"', '"blog"'),
    ("family: ['news']", '"wenku"', '["news"]'),
    ("seeds: missing", 'seeds   = ["https://www.bdocx.com/"]', ""),
    ("seeds: 'https://other.com/'", "https://www.bdocx.com/", "https://other.com/"),
    ("seeds: '/doc'", "https://www.bdocx.com/", "/doc"),
    ("domains: 'https://x.cn'", "www.bdocx.com", "https://x.cn"),
    ("domains: 'X.cn'", "www.bdocx.com", "X.cn"),
    ("domains: the same value twice", "127.0.0.1:8001", "www.bdocx.com"),
    ("article: '(': missing )", r"^/doc/\d+\.html$", "("),
    ("article: '^https?://www.bdocx.com/doc/' matches no path", r"^/doc/\d+\.html$", "^https?://www.bdocx.com/doc/"),
    ("article: '^doc/' matches no path", r"^/doc/\d+\.html$", "^doc/"),
    ("article: 'www.bdocx.com/doc/' matches no path", r"^/doc/\d+\.html$", "www.bdocx.com/doc/"),
    ("article: '.*' matches '/'", r"^/doc/\d+\.html$", ".*"),
    ("article: []", r"['^/doc/\d+\.html$']", "[]"),
    ("follow: 'x'; allowed: a list", r"['^/c-\d+(-p\d+)?\.html$']", "'x'"),
    ("delay: 0.1; allowed: seconds from 1.0 (the default: a site may only be slower)", "2.0", "0.1"),
    ("delay: True", "2.0", "true"),
    ("delay: nan", "2.0", "nan"),
    ("expect: {'min': 9, 'max': 3}", "min = 200, max = 20000", "min = 9, max = 3"),
    ("expect: {'min': 9}", "min = 200, max = 20000", "min = 9"),
    ("layout.text: unknown key; allowed: until, title, body", "title =", "text ="),
    ("layout.title: 'h1[': ", '"h1"', '"h1["'),
    ("layout.title: 7: ", '"h1"', "7"),
    ("layout.until: '2023-06-01'; allowed: a date", "2023-06-01", '"2023-06-01"'),
    ("layout.until: None; allowed: ascending dates", "until = 2023-06-01", ""),
    ("layout: no selector", 'body  = "div.text"', ""),
    ("layout: ", "[[layout]]\nuntil", "[layout]\nuntil"),
    ("not a readable TOML file", "domains =", "domains"),
]


@pytest.mark.parametrize(("message", "right", "wrong"), WRONG)
def test_a_mistake_is_refused_with_file_key_and_what_is_allowed(
    tmp_path: Path, message: str, right: str, wrong: str
) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)
    if wrong.startswith("[layout]"):
        text = text.rpartition("[[layout]]")[0]
    path = write(tmp_path, text)
    with pytest.raises(SiteError, match=re.escape(message)) as caught:
        load_site(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


VALUES = [
    *("9" * 5000, "0x" + "f" * 4000, "nan", "1e400", "-1", "true", "1979-05-27T00:32:00-07:00", "00:00:00", "[nan]"),
    *(f'"{"x" * 1_000_000}"', f'["/{"a?" * 40_000}"]', f'["/{"(" * 400}{")" * 400}"]', r'["\u202e\u0000"]'),
    *(f'"{"div>" * 400}p"', f'"{":not(" * 90}a{")" * 90}"', "{a = {b = {c = [1, 2]}}}", "[" * 3000 + "]" * 3000),
    f"{{min = {'9' * 4000}, max = {'9' * 4100}}}",
]
KEYS = [*re.findall(r"^(\w+) *=", GOOD.partition("[[")[0], re.MULTILINE), "render", "render_hosts", "layout"]


@pytest.mark.parametrize("key", [*KEYS, "until", "title", "body"])
def test_no_value_of_a_key_is_more_than_one_line_of_refusal(tmp_path: Path, key: str) -> None:
    fields = dict(re.findall(r"^(\w+) *= *(.*)$", GOOD.partition("[[")[0], re.MULTILINE))
    for value in VALUES:
        table = {**fields, key: value} if key in KEYS else fields
        text = "\n".join(f"{name} = {each}" for name, each in table.items())
        path = write(tmp_path, text if key in KEYS else f"{text}\n[[layout]]\n{key} = {value}")
        try:
            load_site(path)
        except SiteError as refusal:
            told = str(refusal).removeprefix(str(path))
            assert len(told) < 1000, value[:50]
            assert told.isprintable(), value[:50]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="more than"):
        load_site(write(tmp_path, f"# {'x' * 1_000_000}\n{GOOD}"))


def test_a_name_that_no_command_line_could_pick_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="file name: 'a,b'"):
        load_site(write(tmp_path, GOOD, "a,b"))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.toml"
    path.write_bytes("# 范文".encode("gb18030"))
    with pytest.raises(SiteError, match="not a readable TOML file"):
        load_site(path)


def test_a_domain_belongs_to_one_site(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a")
    write(tmp_path, GOOD, "b")
    with pytest.raises(SiteError, match=r"b\.toml: domains: 'www.bdocx.com' is already claimed by a"):
        load_sites(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no site here"):
        load_sites(tmp_path)


def test_a_command_line_chooses_sites_by_family_name_and_host(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "b")
    write(tmp_path, GOOD.replace("bdocx.com", "x.cn").replace(":8001", ":8002"), "x")
    write(tmp_path, GOOD.replace("bdocx.com", "n.cn").replace(":8001", ":8003").replace("wenku", "news"), "n")
    sites = load_sites(tmp_path)
    assert list(choose(sites, "wenku")) == ["b", "x"]
    assert list(choose(sites, "wenku", "x, b,x")) == ["x", "b"]
    assert list(choose(sites, "wenku", url="http://www.x.cn/doc/1.html")) == ["x"]
    for arguments, message in [
        (("fanwen",), "no site of the family fanwen; there are: b, n, x"),
        (("wenku", "b,nosuch"), "site=b,nosuch: 'nosuch' is not known; wenku sites: b, x"),
        (("wenku", "n"), "site=n: 'n' is a news site; wenku sites: b, x"),
        (("wenku", None, "http://www.n.cn/"), "url=http://www.n.cn/: on the hosts of no wenku site; there are: b, x"),
        (("wenku", "x", "http://www.bdocx.com/"), "on the hosts of no wenku site; there are: x"),
    ]:
        with pytest.raises(SiteError, match=re.escape(message)):
            choose(sites, *arguments)


def test_several_folders_are_read_as_one(tmp_path: Path) -> None:
    for name, host in (("ours", "a.cn"), ("theirs", "b.cn")):
        (tmp_path / name).mkdir()
        text = GOOD.replace("www.bdocx.com", f"www.{host}").replace("127.0.0.1", f"m.{host}")
        write(tmp_path / name, text, name)
    folders = sites_folders(f"{tmp_path / 'ours'}{os.pathsep}{tmp_path / 'theirs'}")
    assert folders == sites_folders([str(tmp_path / "ours"), tmp_path / "theirs"])
    assert [*load_sites(folders)] == ["ours", "theirs"]
    assert site_file(folders, "theirs") == tmp_path / "theirs" / "theirs.toml"
    assert site_text(folders, "none") is None
    with pytest.raises(SiteError, match="nowhere: no site here"):
        load_sites((*folders, tmp_path / "nowhere"))


def test_an_empty_name_stands_for_the_sites_that_ship(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("bdocx.com", "bdocx.example"), "mine")
    assert {"mine", "gmw"} <= load_sites(sites_folders(f"{tmp_path}{os.pathsep}")).keys()


def test_two_files_of_one_name_and_two_of_one_host_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first = write(tmp_path / "a", GOOD, "same")
    second = write(tmp_path / "b", GOOD, "same")
    with pytest.raises(SiteError, match=re.escape(f"{second}: a site of this name is in {first}, too")):
        load_sites((tmp_path / "a", tmp_path / "b"))
    second.rename(second.with_name("other.toml"))
    with pytest.raises(SiteError, match=re.escape(f"already claimed by same ({first})")):
        load_sites((tmp_path / "a", tmp_path / "b"))
