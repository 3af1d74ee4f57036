"""The site files that ship: every URL that was seen is what its file says, and docs/sites.md tells of all of them."""

from __future__ import annotations

import pytest

from crawler.siteconfig.seen import contradictions, seen_lines
from crawler.siteconfig.site import Site, load_sites
from crawler.siteconfig.table import PAGE, SITES, renewed

SHIPPED = load_sites(SITES)
# What issue and samples name: these must be among the sites.
SAMPLES = {
    "https://www.bdocx.com/doc/9477441.html": "bdocx",
    "https://m.bdocx.com/doc/23421110.html": "bdocx",
    "https://www.bingdoc.com/d-7768148.html": "bingdoc",
    "https://m.bingdoc.com/p-15296480.html": "bingdoc",
    "https://31doc.com/d-3901020.html": "31doc",
    "https://m.31doc.com/p-3825728.html": "31doc",
    "https://31ppt.com/d-3992402.html": "31ppt",
    "https://m.wenkunet.com/p-3324136.html": "wenkunet",
    "https://www.renrendoc.com/paper/404320143.html": "renrendoc",
    "https://www.360docs.net/doc/0e11225891.html": "360docs",
    "http://gwyoo.com/article/zuixinshisi/xeth/xuexixindetihui/201008/388786.html": "gwyoo",
    "http://www.lfxww.com/newstp/2753030.html": "lfxww",
    "http://www.lfxww.com/yaoduqu/2592938.html": "lfxww",
    "http://www.lfxww.com/2018/zhulilvfadahui/2595423.html": "lfxww",
}


@pytest.mark.parametrize("site", SHIPPED.values(), ids=lambda site: site.name)
def test_every_url_that_was_seen_is_what_the_file_says(site: Site) -> None:
    text = (SITES / f"{site.name}.toml").read_text("utf-8")
    assert any(kind == "article" for _, _, kind in seen_lines(text)), "shapes that are not established are not shipped"
    assert contradictions(site, text) == []


def test_no_seed_is_taken_for_an_article() -> None:
    assert [seed for site in SHIPPED.values() for seed in site.seeds if site.is_article(seed)] == []


def test_the_sites_of_the_samples_are_there() -> None:
    found = {url: next((site.name for site in SHIPPED.values() if site.owns(url)), None) for url in SAMPLES}
    assert found == SAMPLES
    assert all(SHIPPED[name].is_article(url) for url, name in SAMPLES.items())


def test_the_table_in_the_docs_is_not_stale() -> None:
    page = PAGE.read_text("utf-8")
    assert renewed(page, SHIPPED) == page, "run: python -m crawler.siteconfig.table"
