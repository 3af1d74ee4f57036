"""What is asked of a site before its file can be drafted: the start page, some lists and feeds, samples of each form of
link. Pure: answers in, URLs out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from crawler.drafting.fetch import Fetched
from crawler.drafting.forms import Form, clusters, form_of
from crawler.extract.feeds import Kind
from crawler.extract.links import MAX_LINKS, Link
from crawler.extract.list_pages import more_pages
from crawler.extract.page import Page
from crawler.extract.refusal import is_page
from crawler.extract.url import absolute, canonical_url, host_of, path_and_query
from crawler.navigation.discover import links_of

LISTS, FEEDS, SAMPLES, LATE_SAMPLES = 6, 4, 16, 4
"""How many lists, feeds and sitemaps, and likely articles are fetched at most; the last for what late feeds show."""

_TITLE = 8  # characters of a link's text from which on it may be a title; names of channels are shorter
_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|svg|ico|css|js|pdf|docx?|xlsx?|pptx?|zip|rar|7z|apk|exe|mp[34]|swf)\Z", re.I
)
_FEED = re.compile(r"(?:\brss\b|\batom\b|\bfeed\b|sitemap)[^/]*\Z|\.xml(?:\.gz)?\Z", re.I)
_ALTERNATE = re.compile(rb"<link\b[^>]{0,300}\b(?:(?:rss|atom)\+xml|feed\+json)[^>]{0,300}>", re.I)
_HREF = re.compile(rb"""\bhref\s*=\s*["']?([^"'\s>]+)""", re.I)
# What the foot and the head of any site link: never an article of the collection.
_SERVICE = re.compile(
    r"关于(?:我们|本站|本网)|联系(?:我们|方式|站长)|网站(?:地图|声明|简介|导航)|版权(?:声明|所有|申明)|免责(?:声明|申明)|法律(?:声明|顾问)|"
    r"隐私|用户协议|服务(?:协议|条款)|广告(?:服务|合作|投放|刊例)|诚聘|招聘英才|加入我们|人才招聘$|友情链接|投稿|登[录陆]|注册|会员中心|"
    r"设为首页|加入收藏|手机版|客户端|意见反馈|举报|帮助中心|tags?$|search|login|register|上传|下载|下一?页|上一?页|首页|末页|尾页|打印",
    re.I,
)
_SERVICE_PATH = re.compile(
    r"(?:login|regist|search|about|contact|help|copyright|sitemap|tags?|user|member)\b[^/]*/?\Z", re.I
)


@dataclass(slots=True)
class Known:
    """A URL that was linked: the longest text, and the pages that link it."""

    url: str
    text: str = ""
    via: set[str] = field(default_factory=set)
    page: bool = False  # a further page of a list
    feed: bool = False  # stands in a feed


@dataclass(slots=True)
class Survey:
    """`start`: any page that links lists or articles. wanted() is asked for URLs, take() given what became of them.

    `links_of` reads the links of a page: elsewhere, and with a deadline, where the pages are anybody's.
    """

    start: str
    links_of: Callable[[Page], tuple[Kind, list[Link]]] = links_of
    pages: dict[str, Fetched] = field(default_factory=dict)  # by the URL that was asked for
    roles: dict[str, str] = field(default_factory=dict)  # likewise
    links: dict[str, Known] = field(default_factory=dict)  # by canonical URL
    feeds: dict[str, None] = field(default_factory=dict)  # feeds and sitemaps that pages name
    sitemaps: list[str] = field(default_factory=list)  # those that robots.txt names
    _nested_sitemaps: list[str] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
    _phase: int = 0

    def wanted(self) -> list[tuple[str, str]]:
        """The next URLs and roles (seed, list, sitemap, sample), once all before are answered; none at the end."""
        phases = (self._first, self._lists, self._nested, self._samples, self._late_feeds, self._late_samples)
        while self._phase < len(phases):
            some = [(url, role) for url, role in phases[self._phase]() if canonical_url(url) not in self._asked]
            self._phase += 1
            if some:
                for url, role in some:
                    self._asked.add(canonical_url(url))
                    self.roles[url] = role
                return some
        return []

    def take(self, fetched: Fetched, sitemaps: Iterable[str] = ()) -> None:
        """`sitemaps`: those that robots.txt names."""
        self.pages[fetched.url] = fetched
        for url in sitemaps:
            if self.near(url):
                self.sitemaps.append(url)
        if fetched.page is not None:
            self._asked.add(canonical_url(fetched.page.url))
            if is_page(fetched.status):
                self._read(fetched.page, sample=self.roles.get(fetched.url) == "sample")

    @property
    def host(self) -> str:
        """The host of the start page, where it redirects to another the latter."""
        first = self.pages.get(self.start)
        return host_of(first.page.url if first and first.page else self.start)

    def near(self, url: str) -> bool:
        """Whether the URL is on the site's host or beside it: news.example.com is beside www.example.com."""
        host = host_of(url)
        return host == self.host or (bool(host) and registered(host) == registered(self.host))

    def clusters(self) -> dict[Form, list[Known]]:
        """What the lists link, by form: no files, no services, no further pages of lists, not the lists themselves."""
        listed = {canonical_url(f.page.url) for f in self.read(("seed", "list", "sitemap")) if f.page}
        urls = [
            url for url, known in self.links.items() if not known.page and url not in listed and not is_service(known)
        ]
        return {form: [self.links[url] for url in some] for form, some in clusters(urls).items()}

    def read(self, roles: Sequence[str]) -> Iterator[Fetched]:
        """The answers with one of these roles."""
        return (fetched for url, fetched in self.pages.items() if self.roles.get(url) in roles)

    def _first(self) -> list[tuple[str, str]]:
        return [(self.start, "seed")]

    def _lists(self) -> list[tuple[str, str]]:
        """Channels: short texts, of several forms; those that most of the links lead to come first."""
        forms: defaultdict[Form, list[Known]] = defaultdict(list)
        for form, some in self.clusters().items():
            for known in some:
                if len(known.text) < _TITLE and not known.feed:
                    forms[form].append(known)
        chosen = _in_turn(forms.values(), LISTS, apart=lambda known: known.url)
        usual = absolute(self.start, "/sitemap.xml")
        if not self.sitemaps and not self.feeds and usual:
            self.feeds[usual] = None
        feeds = [(url, "sitemap") for url in [*dict.fromkeys(self.sitemaps), *self.feeds][:FEEDS]]
        return [*((known.url, "list") for known in chosen), *feeds]

    def _nested(self) -> list[tuple[str, str]]:
        return [(url, "sitemap") for url in self._nested_sitemaps[:FEEDS]]

    def _samples(self) -> list[tuple[str, str]]:
        """Of each form the links whose texts are most like titles, from different folders, in turn."""
        found = self.clusters()
        order = sorted(found, key=lambda form: -weight(found[form]))
        groups = [sorted(found[form], key=lambda known: (not known.feed, -min(len(known.text), 40))) for form in order]
        groups = [some for some in groups if weight(some) > 0]
        chosen = _in_turn(groups, SAMPLES, apart=lambda known: path_and_query(known.url).rpartition("/")[0])
        return [(known.url, "sample") for known in chosen]

    def _late_feeds(self) -> list[tuple[str, str]]:
        """Those that only articles name."""
        return [(url, "sitemap") for url in self.feeds][:FEEDS]

    def _late_samples(self) -> list[tuple[str, str]]:
        """Of forms that only these feeds have."""
        known = {form_of(canonical_url(fetched.url)).tail for fetched in self.read(("sample",))}
        groups = [some for form, some in self.clusters().items() if form.tail not in known and weight(some) > 0]
        groups.sort(key=weight, reverse=True)
        return [(known.url, "sample") for known in _in_turn(groups, LATE_SAMPLES, apart=lambda known: known.url)]

    def _read(self, page: Page, *, sample: bool) -> None:
        """Keep the links of a list, feed or sitemap; of a sample only the feeds that it names."""
        kind, links = self.links_of(page)
        if kind == "html":
            self.feeds.update(dict.fromkeys(url for url in alternate_feeds(page) if self.near(url)))
        further = {canonical_url(url) for url in more_pages(page.url, links)} if kind == "html" else set()
        for link in links[:MAX_LINKS]:
            if sample and not _FEED.search(path_and_query(link.url)):
                continue
            self._keep(link, page.url, further, from_feed=kind != "html")

    def _keep(self, link: Link, via: str, further: set[str], *, from_feed: bool) -> None:
        url = canonical_url(link.url)
        if not self.near(url) or _FILES.search(url):
            return
        if link.rel == "sitemap":
            self._nested_sitemaps.append(link.url)
            return
        if _FEED.search(path_and_query(url)):
            self.feeds[link.url] = None
            return
        known = self.links.setdefault(url, Known(link.url))
        known.text = max(known.text, link.text, key=len)
        known.via.add(via)
        known.page = known.page or url in further
        known.feed = known.feed or from_feed


def is_service(known: Known) -> bool:
    """Whether the link is one of those that every site has: 关于我们, 登录, 首页."""
    path = path_and_query(known.url)
    named = len(known.text) < 2 * _TITLE and bool(_SERVICE.search(known.text))
    return (
        named
        or bool(_SERVICE_PATH.search(path))
        or path.rstrip("/") in ("", "/index.html", "/index.htm", "/index.shtml")
    )


def weight(some: Sequence[Known]) -> float:
    """How likely it is, by texts, that the links lead to articles, times how many they are."""
    titles = sum(len(known.text) >= _TITLE or known.feed for known in some)
    short = median(len(known.text) for known in some) < 4 and not any(known.feed for known in some)
    return titles if not short else titles * 0.1


def alternate_feeds(page: Page) -> list[str]:
    """The feeds that an HTML page names in its head, absolute."""
    tags = _ALTERNATE.findall(page.body[: 64 << 10])
    hrefs = [found[1].decode("latin-1") for tag in tags if (found := _HREF.search(tag))]
    return [url for href in hrefs if (url := absolute(page.url, href))]


def registered(host: str) -> str:
    """The part of a host that was registered: example.com, example.com.cn. An address is whole."""
    name = host.partition(":")[0]
    labels = name.split(".")
    if name.replace(".", "").isdecimal() or len(labels) < 2 or ":" in host:
        return host
    two = len(labels[-1]) == 2 and labels[-2] in ("com", "net", "org", "gov", "edu", "ac", "co")
    return ".".join(labels[-3 if two else -2 :])


def _in_turn(groups: Iterable[Sequence[Known]], most: int, apart: Callable[[Known], str]) -> list[Known]:
    """One of each group, then another of each, until there are `most`; of a group those apart from each other first."""
    queues = []
    for some in groups:
        seen: Counter[str] = Counter()
        ranked = []
        for known in some:
            ranked.append((seen[apart(known)], known))
            seen[apart(known)] += 1
        queues.append([known for _, known in sorted(ranked, key=lambda each: each[0])])
    chosen: list[Known] = []
    turn = 0
    while len(chosen) < most and any(turn < len(queue) for queue in queues):
        chosen += [queue[turn] for queue in queues if turn < len(queue)][: most - len(chosen)]
        turn += 1
    return chosen
