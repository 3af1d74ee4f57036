"""`Sitemap:` lines of robots.txt lead to articles that no list shows, archived and incremental like everything else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler.archive.reader import records
from tests.site import feeds, serve
from tests.site.crawl import crawl, rows
from tests.site.reply import Ready, Reply
from tests.site.scaled import Scaled, ScaledSite
from tests.site.website import NOT_FOUND, Bases

pytestmark = pytest.mark.slow


@dataclass
class Hidden:
    """A home page without links; robots.txt names an index, a gzipped sitemap, a relative one and another host's."""

    name: str = "scaled"
    family: str = "fanwen"
    shown: int = 10
    base: str = ""
    articles: list[ScaledSite] = field(default_factory=list)

    def build(self, bases: Bases) -> Hidden:
        self.base, self.articles = bases[self.name], [Scaled(100).build(bases)]
        return self

    @property
    def toml(self) -> str:
        return self.articles[0].toml

    def answer(self, target: str) -> Ready:
        some = [f"{self.base}/c0/{n}.html" for n in range(1, self.shown + 1)]
        far = [f"{self.base}/c1/1.html", "http://elsewhere.invalid/c1/2.html"]
        robots = (
            "User-agent: *\nDisallow: /c4/\n"
            f"Sitemap: {self.base}/index.xml\nsitemap:/maps/packed.xml.gz\nSitemap: http://elsewhere.invalid/all.xml\n"
        )
        replies = {
            "/": Reply(b"<html><body>hello</body></html>"),
            "/robots.txt": Reply(robots.encode(), "text/plain"),
            "/index.xml": feeds.sitemap_index([f"{self.base}/maps/some.xml"]),
            "/maps/some.xml": feeds.sitemap(some),
            "/maps/packed.xml.gz": feeds.sitemap(far, packed=True),
        }
        if target in replies:
            return Ready.of(replies[target])
        return self.articles[0].answer(target) if ".html" in target else NOT_FOUND


MACHINES = ["/", "/index.xml", "/maps/packed.xml.gz", "/maps/some.xml", "/robots.txt"]


def test_sitemaps_of_robots_txt_are_followed_on_the_sites_own_hosts(tmp_path: Path) -> None:
    site = Hidden()
    with serve(site) as web:
        sites = web.write_sites(tmp_path / "sites")
        done = crawl("fanwen", sites, tmp_path)
        assert done.returncode == 0, done.stderr
        assert "elsewhere.invalid" not in done.stderr
        first = Counter(hit.target for hit in web.hits)
        assert set(first.values()) == {1}
        assert set(MACHINES) < set(first)
        assert len(rows(tmp_path)) == 11
        [warc] = tmp_path.glob("warc/fanwen/*.warc.gz")
        via = {stored.url: stored.metadata.get("via") for stored in records(warc)}
        assert via[f"{site.base}/index.xml"] == via[f"{site.base}/maps/packed.xml.gz"] == f"{site.base}/robots.txt"
        assert via[f"{site.base}/maps/some.xml"] == f"{site.base}/index.xml"
        web.hits.clear()
        site.shown = 12
        assert crawl("fanwen", sites, tmp_path).returncode == 0
        again = sorted({hit.target for hit in web.hits})
        assert [path for path in again if "_" not in path] == sorted([*MACHINES, "/c0/11.html", "/c0/12.html"])
        assert len(rows(tmp_path)) == 13
