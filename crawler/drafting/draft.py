"""A site file drafted from a survey: extraction says of samples which forms of links are articles."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from crawler.drafting.fetch import Fetched
from crawler.drafting.forms import Form, clusters, form_of, pattern_of
from crawler.drafting.survey import Known, Survey, is_service
from crawler.extract.article import Article, Outcome, Reject
from crawler.extract.feeds import Kind, sniff
from crawler.extract.links import Link, html_links
from crawler.extract.page import Page
from crawler.extract.refusal import is_page, refused
from crawler.extract.shell import is_shell
from crawler.extract.url import canonical_url, host_of, path_and_query
from crawler.language import message
from crawler.navigation.discover import links_of
from crawler.sandbox.processor import ProcessorBeside
from crawler.settings import DOWNLOAD_DELAY
from crawler.siteconfig.reader import SLOWEST
from pipelines.process import process_page

# Of a sample: the page is no article, and so is what has its form. The others may be articles that are gone or closed.
_NO_ARTICLE = ("list_page", "too_short", "not_html", "not_chinese")
_MOST_PATTERNS = 12
_SEEN = 3  # lines of a kind
_CHILDREN = 5  # pages below its own folder that a list links at least
_SAME = 3  # samples with one text, from which on it is no article's
_INDENT = " " * 16
_LEAST_LIST = 3  # links to articles that make a page a list


@dataclass(frozen=True, slots=True)
class Sample:
    """One likely article that was fetched: its row, or why it is none."""

    url: str
    article: Article | None
    reject: Reject | None
    next_page: str | None = None
    shell: bool = False  # scripts fill the page: what it is a browser would tell


@dataclass(slots=True)
class Pattern:
    """A drafted pattern, the links that it takes of those that were seen, and the samples among them."""

    source: str
    links: list[str]
    samples: list[Sample] = field(default_factory=list)

    def takes(self, url: str) -> bool:
        return bool(re.search(self.source, path_and_query(url)))


@dataclass(slots=True)
class Draft:
    """`article` and `follow`: the most frequent first. `seen`: links that were seen, `other` what nothing takes."""

    name: str
    family: str
    domains: list[str]
    seeds: list[str]
    article: list[Pattern]
    follow: list[Pattern]
    delay: float
    lists: int
    seen: int
    other: list[str]
    samples: list[Sample]

    def toml(self, today: date) -> str:
        """The site file; read before it is used."""
        good = sum(sample.article is not None for sample in self.samples)
        taken = sum(len(pattern.links) for pattern in self.article)
        follows = sum(len(pattern.links) for pattern in self.follow)
        seen = [
            (canonical_url(sample.url), "article")
            for pattern in self.article
            for sample in [each for each in pattern.samples if each.article][:_SEEN]
        ]
        lists = [url for pattern in self.follow for url in pattern.links if not self._is_article(url)][:_SEEN]
        other = [url for url in self.other if host_of(url) in self.domains][:_SEEN]
        lines = [
            f"# Drafted by scrapy newsite on {today}. Read it, then: scrapy try {self.name}.toml",
            f"# measured: {self.seen} links on {self.lists} lists; {taken} match `article`, {follows} match `follow`; "
            f"{good} of {len(self.samples)} samples are articles",
            *(f"# seen: {url} {kind}" for url, kind in [*seen, *((url, "list") for url in lists)]),
            *(f"# seen: {url} other" for url in other),
            f"family  = {json.dumps(self.family)}",
            f"domains = {_array(map(json.dumps, self.domains))}",
            f"seeds   = {_array(map(json.dumps, self.seeds))}",
            f"article = {_array(_quoted(pattern.source) for pattern in self.article)}",
        ]
        if self.follow:
            lines.append(f"follow  = {_array(_quoted(pattern.source) for pattern in self.follow)}")
        if self.delay > DOWNLOAD_DELAY:
            lines.append(f"delay   = {min(self.delay, SLOWEST):.1f}  # the Crawl-delay of robots.txt")
        if shells := sum(sample.shell for sample in self.samples):
            lines.append(f'render  = "auto"  # {shells} of {len(self.samples)} samples are filled by scripts')
        return "\n".join([*lines, ""])

    def _is_article(self, url: str) -> bool:
        return any(pattern.takes(canonical_url(url)) for pattern in self.article)


def draft(survey: Survey, family: str | None = None, delay: float = 0.0) -> Draft:
    """What the survey says of the site. `family`: that of most samples where it is null. `delay`: of robots.txt."""
    with ProcessorBeside() as processor:
        samples = [_sample(fetched, family, processor) for fetched in survey.read(("sample",)) if fetched.page]
    found = survey.clusters()
    judged = _judged(found, samples)
    groups: defaultdict[tuple[tuple[str, str], tuple[str, ...]], list[str]] = defaultdict(list)
    for form, verdict in judged.items():
        if verdict:
            groups[form.tail, form.collapsed].extend(canonical_url(known.url) for known in found[form])
    others = _others(survey, found, judged, samples)
    several = [urls for urls in groups.values() if len(urls) > 1]  # one link is no form yet
    articles = _patterns(several or groups.values(), others)
    follow = _follow(survey, _lists(survey, articles), articles)
    for pattern in articles:
        pattern.samples = [sample for sample in samples if pattern.takes(canonical_url(sample.url))]
    families = Counter(sample.article.family for sample in samples if sample.article)
    listed = [url for url, known in survey.links.items()]
    return Draft(
        name=name_of(survey.host),
        family=family or (families.most_common(1)[0][0] if families else "news"),
        domains=_domains(survey, articles),
        seeds=_seeds(survey),
        article=articles,
        follow=follow,
        delay=delay,
        lists=sum(1 for _ in survey.read(("seed", "list", "sitemap"))),
        seen=len(listed),
        other=[url for url in listed if not any(each.takes(url) for each in [*articles, *follow])],
        samples=samples,
    )


def name_of(host: str) -> str:
    """A site's name from its host: www.bdocx.com is bdocx, 127.0.0.1:8001 is 127.0.0.1-8001."""
    labels = [each for each in host.split(".") if each not in ("www", "m", "wap")]
    named = labels[0] if len(labels) > 1 and not labels[0].isdecimal() else host
    return re.sub(r"[^a-z0-9._-]+", "-", named.lower()).strip("-.") or "site"


def links_beside(processor: ProcessorBeside, page: Page) -> tuple[Kind, list[Link]]:
    """The links of anybody's page; none of one that is broken."""
    found = processor.result(links_of, page)
    return ("html", []) if isinstance(found, Reject) else found


def _sample(fetched: Fetched, family: str | None, processor: ProcessorBeside) -> Sample:
    found = processor.result(judged_sample, fetched, family=family)
    return Sample(fetched.url, None, found) if isinstance(found, Reject) else found


def judged_sample(fetched: Fetched, *, family: str | None) -> Sample:
    """What the extraction says of a page that was fetched."""
    assert fetched.page is not None
    if not is_page(fetched.status):
        return Sample(fetched.url, None, refused(fetched.status, fetched.page))
    outcome = process_page(fetched.page, family=family)
    if outcome.articles and (children := _children(fetched.page)) >= _CHILDREN:
        return Sample(
            fetched.url,
            None,
            Reject("list_page", message("links {number} pages below its own folder", number=children)),
        )
    return Sample(
        fetched.url,
        outcome.articles[0] if outcome.articles else None,
        outcome.reject,
        outcome.next_page,
        _is_shell(fetched.page, outcome),
    )


def _is_shell(page: Page, outcome: Outcome) -> bool:
    return not outcome.articles and is_shell(page)


def _children(page: Page) -> int:
    """How many pages below its own folder a page links, whose URL is that of a folder."""
    own = canonical_url(page.url)
    if not own.endswith("/"):
        return 0
    return len({url for link in html_links(page) if (url := canonical_url(link.url)).startswith(own) and url != own})


def _judged(forms: dict[Form, list[Known]], samples: list[Sample]) -> dict[Form, bool]:
    """Forms of which samples tell: whether half of these are articles, more than half where the URL is mere names."""
    owner = {canonical_url(known.url): form for form, some in forms.items() for known in some}
    votes: defaultdict[Form, list[bool]] = defaultdict(list)
    texts = Counter(sample.article.text for sample in samples if sample.article)
    for sample in samples:
        form = owner.get(canonical_url(sample.url))
        if form is None or sample.shell:
            continue
        if sample.article:
            # A page under a mere name that prints no date is one about the site: /fuwu/daili/. One text under many
            # URLs is a form or a notice: /wx/?aid=23, /wx/?aid=55 "添加微信在线沟通".
            dated = not form.named or sample.article.published is not None
            votes[form].append(dated and texts[sample.article.text] < _SAME)
        elif sample.reject and sample.reject.reason in _NO_ARTICLE:
            votes[form].append(False)
    verdicts = {form: 2 * sum(found) >= len(found) + form.named for form, found in votes.items()}
    alike: defaultdict[tuple[tuple[str, str], tuple[str, ...]], list[bool]] = defaultdict(list)
    for form, found in votes.items():
        alike[form.tail, form.collapsed] += found
    for form in forms:  # one without samples is what those are that differ in the depth of their folders only
        if form not in verdicts and (form.tail, form.collapsed) in alike:
            cousins = alike[form.tail, form.collapsed]
            verdicts[form] = 2 * sum(cousins) >= len(cousins)
    return verdicts


def _others(
    survey: Survey, forms: dict[Form, list[Known]], judged: dict[Form, bool], samples: list[Sample]
) -> list[str]:
    """Canonical URLs that are no articles: services, lists and their further pages, forms and samples that are none."""
    found = {url: None for url, known in survey.links.items() if known.page or is_service(known)}
    for fetched in survey.read(("seed", "list", "sitemap")):
        if fetched.page is not None:
            found[canonical_url(fetched.page.url)] = None
    for form, verdict in judged.items():
        if not verdict:
            found.update(dict.fromkeys(canonical_url(known.url) for known in forms[form]))
    for sample in samples:
        if sample.next_page:
            found[canonical_url(sample.next_page)] = None
    return list(found)


def _patterns(groups: Iterable[Collection[str]], others: Collection[str]) -> list[Pattern]:
    """A pattern for each group, the largest first; one whose links another takes already is left out."""
    made: list[Pattern] = []
    for urls in sorted(groups, key=len, reverse=True):
        left = [url for url in urls if not any(pattern.takes(url) for pattern in made)]
        if left and len(made) < _MOST_PATTERNS:
            made.append(Pattern(pattern_of(urls, others), list(urls)))
    return made


def _lists(survey: Survey, articles: list[Pattern]) -> list[str]:
    """Canonical URLs of the pages that were read and link articles, but for feeds."""
    found = []
    for fetched in survey.read(("seed", "list")):
        if fetched.page is None or not is_page(fetched.status):
            continue
        if sniff(fetched.page.body, fetched.page.content_type) != "html":
            continue
        links = [url for url, known in survey.links.items() if fetched.page.url in known.via]
        if sum(any(each.takes(url) for each in articles) for url in links) >= _LEAST_LIST:
            found.append(canonical_url(fetched.page.url))
    return found


def _follow(survey: Survey, lists: list[str], articles: list[Pattern]) -> list[Pattern]:
    """Patterns for links of the forms that lists have, the start page left aside: further pages need none."""
    forms = {form_of(url) for url in lists if path_and_query(url).strip("/")}
    linked = [
        url
        for url, known in survey.links.items()
        if not is_service(known) and not any(each.takes(url) for each in articles) and path_and_query(url).strip("/")
    ]
    groups: defaultdict[tuple[tuple[str, str], tuple[str, ...]], list[str]] = defaultdict(list)
    for form, urls in clusters(linked).items():
        if any(form.tail == each.tail and form.collapsed == each.collapsed for each in forms):
            groups[form.tail, form.collapsed].extend(urls)
    # Where `article` matches, too, the link is an article.
    return _patterns(groups.values(), [url for url, known in survey.links.items() if is_service(known)])


def _domains(survey: Survey, articles: list[Pattern]) -> list[str]:
    hosts = Counter(host_of(url) for pattern in articles for url in pattern.links)
    return [survey.host, *(host for host, _ in hosts.most_common(20) if host != survey.host)]


def _seeds(survey: Survey) -> list[str]:
    """The start page, and the feeds and sitemaps that answered; those that robots.txt names are found without."""
    first = survey.pages.get(survey.start)
    seeds = [first.page.url if first and first.page else survey.start]
    named = {canonical_url(url) for url in survey.sitemaps}
    for fetched in survey.read(("sitemap",)):
        if fetched.url not in survey.feeds or canonical_url(fetched.url) in named:
            continue
        page = fetched.page
        if page and is_page(fetched.status) and sniff(page.body, page.content_type) != "html":
            seeds.append(fetched.url)
    return [seed for seed in seeds if host_of(seed)]


def _array(values: Iterable[str]) -> str:
    found = list(values)
    short = f"[{', '.join(found)}]"
    return short if len(short) < 100 else "[\n" + "".join(f"    {each},\n" for each in found) + "]"


def _quoted(pattern: str) -> str:
    """A TOML literal string, in which a backslash is one."""
    return f"'{pattern}'" if "'" not in pattern else json.dumps(pattern)


def table(made: Draft, say: Callable[[str], str] = str) -> Iterator[str]:
    """Pattern by pattern what it takes: links seen, samples with title, date, source and the text's head; rejects.
    `say`: of a person's language."""
    for key, patterns in (("article", made.article), ("follow", made.follow)):
        for pattern in patterns:
            links = message("{number:>6} links  {pattern}", number=len(pattern.links), pattern=pattern.source)
            yield f"{key:<8} {say(links)}"
            for sample in pattern.samples:
                yield _INDENT + say(_sample_line(sample))
            if key == "follow":
                yield _INDENT + say(message("e.g. {example}", example=pattern.links[0]))
    rest = [sample for sample in made.samples if not any(sample in pattern.samples for pattern in made.article)]
    if rest:
        yield say(message("samples that no pattern takes: {number}", number=len(rest)))
        yield from (_INDENT + say(_sample_line(sample)) for sample in rest)


def _sample_line(sample: Sample) -> str:
    if sample.article is None:
        assert sample.reject is not None
        if sample.shell:
            return message("filled by scripts, a browser is needed: render  {url}", url=sample.url)
        return message(
            "{reason}: {detail}  {url}", reason=sample.reject.reason, detail=sample.reject.detail, url=sample.url
        )
    each = sample.article
    head = each.text[:30].replace("\n", " ")
    return f"{each.title[:30]} | {each.published or '–'} | {each.source or '–'} | {head}…  {sample.url}"
