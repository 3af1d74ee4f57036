"""The demo web is what it says: right bytes under every URL, truth that stands on the pages, a server that is quick."""

from __future__ import annotations

import codecs
import gzip
import http.client
import random
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from crawler.extract.url import canonical_url
from crawler.siteconfig.site import load_sites
from tests.site import Web, serve, story
from tests.site.batch import Dress
from tests.site.scaled import Scaled
from tests.site.skins.wenku import BLOCK, blocks
from tests.site.webs import OUTLINES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serve() as served:
        yield served


def fetch(url: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Status, headers and body, transfer coding undone, content coding kept."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def text_of(url: str, charset: str) -> str:
    return fetch(url)[2].decode(charset)


def squeeze(text: str) -> str:
    """Letters only: tags, entities, page-block numbers and white space gone."""
    return re.sub(r"\s|&nbsp;", "", re.sub(r"<[^>]*>", "", text))


def test_three_sites_of_some_300_pages_on_loopback(web: Web) -> None:
    assert list(web) == ["qinghe", "lanjiang", "douya"]
    assert all(base.startswith("http://127.0.0.1:") for base in web.values())
    pages = sum(len(outline.build(web).routes) for outline in OUTLINES.values())
    assert 300 <= pages <= 360
    assert len(web.truth()) >= 200


def test_every_page_of_every_article_is_served_and_decodes(web: Web) -> None:
    for truth in web.truth().values():
        for url in truth.pages:
            status, _, body = fetch(url)
            assert status == 200
            assert squeeze(truth.title) in squeeze(body.decode(truth.charset)), url


def test_the_text_of_an_article_stands_on_its_pages_in_order(web: Web) -> None:
    for truth in web.truth().values():
        html = "".join(text_of(url, truth.charset) for url in truth.pages)
        if truth.skin == "wenku-desktop":
            run = "".join(re.findall(r"<p>\d+、(.*?)</p>", html[html.index("article_body") :], re.DOTALL))
            assert run == truth.title * 2 + truth.text.replace("\n", " ")
            continue
        printed = squeeze(html)
        at = 0
        for line in truth.text.split("\n"):
            # Page turns and watermarks cut lines: the ends of each line are enough here.
            for end in (squeeze(line)[:6], squeeze(line)[-6:]):
                found = printed.find(end, at)
                assert found >= 0, (truth.url, line)
                at = found


def test_what_truth_says_of_names_is_printed(web: Web) -> None:
    for truth in web.truth().values():
        printed = text_of(truth.pages[-1], truth.charset)
        for name in (truth.source, truth.author, truth.editor):
            assert name is None or name in printed, (truth.url, name)
        if truth.published:
            year, month, day = truth.published[:10].split("-")
            assert re.search(rf"{year}\D0?{int(month)}\D0?{int(day)}", printed), truth.url
        for part in truth.parts:
            assert part.starts in truth.text


def test_pages_of_one_article_lead_to_each_other(web: Web) -> None:
    several = [truth for truth in web.truth().values() if len(truth.pages) > 1]
    assert len(several) >= 25
    for truth in several:
        for page, after in pairwise(truth.pages):
            hrefs = re.findall(r"""href=["']([^"']*)["']""", text_of(page, truth.charset))
            assert after in {urljoin(page, href.replace("&amp;", "&")) for href in hrefs}


def test_declarations_are_true_false_and_missing(web: Web) -> None:
    seen: set[tuple[str, str]] = set()
    for truth in web.truth().values():
        body = fetch(truth.url)[2]
        declared = re.search(rb'charset="?([\w-]+)', body)
        claim = codecs.lookup(declared[1].decode()).name if declared else "nothing"
        seen.add((truth.charset, claim))
    assert {
        ("utf-8", "utf-8"), ("utf-8", "gb2312"), ("utf-8", "big5"), ("gb18030", "gb2312"), ("gb18030", "utf-8"),
        ("gb18030", "nothing"), ("big5", "big5"), ("big5", "utf-8"), ("big5", "nothing"), ("utf-16-le", "nothing"),
    } <= seen  # fmt: skip
    assert fetch(web["qinghe"] + "/zuowen/7005/")[2].startswith(codecs.BOM_UTF8)
    assert fetch(web["qinghe"] + "/zuowen/7007/")[2].startswith(codecs.BOM_UTF16_LE)


def test_the_sites_files_are_sites(web: Web, tmp_path: Path) -> None:
    sites = load_sites(web.write_sites(tmp_path))
    assert {name: site.family for name, site in sites.items()} == {
        "qinghe": "fanwen",
        "lanjiang": "news",
        "douya": "wenku",
    }
    for truth in web.truth().values():
        site = next(site for site in sites.values() if site.owns(truth.url))
        first, *more = [canonical_url(url) for url in truth.pages]
        assert site.is_article(first)
        assert not any(site.is_article(url) for url in more), more
    for url in web.rejects():
        assert any(site.owns(url) and site.is_article(canonical_url(url)) for site in sites.values()), url


def test_session_and_tracking_parameters_lead_to_the_same_page(web: Web) -> None:
    url = web["qinghe"] + "/gongzuozongjie/1001.html"
    assert fetch(url)[2] == fetch(url + "?PHPSESSID=0a1b2c&utm_source=x")[2]
    shown = web["qinghe"] + "/index.php?m=content&c=index&a=show&catid=9&id=3001"
    assert fetch(shown)[2] == fetch(canonical_url(shown + "&spm=a.b.c"))[2]


def test_unchanged_pages_answer_304(web: Web) -> None:
    url = web["lanjiang"] + "/info/1021/9001.htm"
    status, headers, body = fetch(url)
    assert status == 200
    assert body
    for condition in ({"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}):
        status, again, body = fetch(url, **condition)
        assert (status, body) == (304, b"")
        assert again["ETag"] == headers["ETag"]
    assert fetch(url, If_None_Match='"other"')[0] == 200


def test_gzip_is_for_those_who_take_it_and_chunks_add_up(web: Web) -> None:
    packed = chunked = 0
    for truth in web.truth().values():
        _, headers, plain = fetch(truth.url)
        chunked += headers["Transfer-Encoding"] == "chunked"
        _, headers, body = fetch(truth.url, Accept_Encoding="gzip")
        if headers["Content-Encoding"] == "gzip":
            packed += 1
            assert gzip.decompress(body) == plain
    assert packed > 20
    assert chunked > 20


def test_oddities(web: Web) -> None:
    assert fetch(web["qinghe"] + "/nowhere.html")[0] == 404
    status, headers, _ = fetch(web["qinghe"] + "/gongzuozongjie/1906.html")
    assert status == 301
    assert headers["Location"].startswith(web["lanjiang"])
    assert fetch(web["qinghe"] + "/gongzuozongjie/1901.html")[0] == 200
    assert b"Disallow: /m/neibu/" in fetch(web["qinghe"] + "/robots.txt")[2]
    assert b"<sitemapindex" in fetch(web["lanjiang"] + "/sitemap.xml")[2]
    assert b"<urlset" in gzip.decompress(fetch(web["lanjiang"] + "/sitemap-2.xml.gz")[2])
    assert b"<rss" in fetch(web["lanjiang"] + "/rss.xml")[2]
    assert b"<feed" in fetch(web["lanjiang"] + "/atom.xml")[2]


def test_page_blocks_keep_every_character() -> None:
    text = "".join(story.report(random.Random(1), 30).paragraphs)
    cut = blocks(text)
    assert [len(block.split("、", 1)[1]) for block in cut[:-1]] == [BLOCK] * (len(cut) - 1)
    assert "".join(block.split("、", 1)[1] for block in cut) == text


def test_the_same_seed_is_the_same_text() -> None:
    for make in (story.essay, story.news, story.report, story.hant, story.with_attachment):
        assert make(random.Random("a")) == make(random.Random("a"))
        assert make(random.Random("a")) != make(random.Random("b"))
    assert Dress("big5").encode("書") == "書".encode("big5")


def test_a_scaled_site_lists_every_article_once() -> None:
    with serve(Scaled(203)) as web:
        base, found, todo = web["scaled"], set[str](), ["/"]
        while todo:
            page = fetch(base + todo.pop())[2].decode()
            for target in re.findall(r'href="([^"]+)"', page):
                if re.search(r"/\d+\.html$", target):
                    assert target not in found
                    found.add(target)
                else:
                    todo.append(target)
        assert len(found) == 203
        assert fetch(f"{base}/c3/1.html")[2].decode("gb18030").startswith("<!DOCTYPE")
        assert fetch(f"{base}/c0/20_2.html")[0] == 200
        assert tomllib.loads(web.sites["scaled"].toml)["family"] == "fanwen"


def test_the_command_prints_the_addresses_and_ends_on_an_interrupt(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.site", "--port", "0", "--sites", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = dict(process.stdout.readline().split() for _ in range(4))
        assert fetch(said["qinghe"])[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert set(load_sites(Path(said["sites"]))) == set(OUTLINES)
