"""What a site file, or none, makes of a page, in lines for a person. Pure: pages in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crawler.display import size
from crawler.drafting.fetch import Fetched
from crawler.drafting.where import places
from crawler.extract.article import Article, Document, Reject
from crawler.extract.feeds import sniff
from crawler.extract.page import Page
from crawler.extract.profile import Profile
from crawler.extract.refusal import is_page, refused
from crawler.extract.shell import is_shell
from crawler.extract.url import canonical_url, host_of
from crawler.navigation.discover import Discovery, discover, links_of
from crawler.navigation.shapes import Unmatched
from crawler.siteconfig.seen import contradictions, seen_lines
from crawler.siteconfig.site import Site
from pipelines.process import process_page

_FIELDS = ("title", "lead", "published", "source", "author", "editor", "category", "keywords")
_SHOWN = 8  # shapes of links, or removed spans
_ENDS = 200  # characters of the text's head and tail
_LISTS = ("list_page", "too_short", "not_html")  # what a list is to the extraction


@dataclass(slots=True)
class Trial:
    """`lines` tell it all; `failed`: the page became no article though nothing says that it is a list."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False


def try_page(fetched: Fetched, site: Site | None, family: str | None = None, profile: Profile | None = None) -> Trial:
    """Everything that a crawl would make of one page. `fetched.page` may be a file's; then its status is 200.

    `profile`: what the site's other pages say of it.
    """
    page, trial = fetched.page, Trial()
    if page is None:
        return Trial([f"{fetched.url}: not fetched: {fetched.error}"], failed=True)
    moved = f" (asked for as {fetched.url})" if fetched.url != page.url else ""
    trial.lines.append(f"page       {page.url}{moved}")
    trial.lines.append(f"answer     {fetched.status}, {page.content_type or 'no Content-Type'}, {size(len(page.body))}")
    role = _role(site, page)
    trial.lines += _site_lines(site, page, role)
    if not is_page(fetched.status):
        reject = refused(fetched.status, page)
        trial.lines.append(f"reject     {reject.reason}: {reject.detail}")
        trial.failed = True
        return trial
    kind = sniff(page.body, page.content_type)
    if kind != "html":
        trial.lines.append(f"kind       {kind}")
        trial.lines += link_lines(site, page)
        return trial
    outcome = process_page(page, family=family, site=site, profile=profile)
    if profile:
        trial.lines.append(f"profile    {profile.digest}, learnt from the site's archive")
    if outcome.articles:
        trial.lines += _article_lines(page, site, outcome.articles[0], outcome.selected)
        if outcome.next_page:
            trial.lines.append(f"next page  {outcome.next_page}")
    else:
        reject = outcome.reject or Reject("broken", "no outcome")
        trial.lines.append(f"reject     {reject.reason}: {reject.detail}")
        trial.failed = not (role in ("list", "seed") and reject.reason in _LISTS)
        if is_shell(page):
            said = f"its site has {site.render!r}" if site else "it belongs to no site"
            trial.lines.append(f"shell      scripts fill this page: a browser shows it where render = 'auto'; {said}")
    trial.lines += link_lines(site, page)
    return trial


def try_site(site: Site, text: str, seeds: Sequence[Fetched]) -> Trial:
    """What the file gives from its seeds alone, and whether it keeps what its `# seen:` lines say."""
    trial = Trial([f"site       {site.name}: {site.family}, {', '.join(site.domains)}"])
    total, lists = Discovery((), Unmatched().hosts), 0
    for fetched in seeds:
        trial.lines.append("")
        if fetched.page is None or not is_page(fetched.status):
            why = fetched.error or f"status {fetched.status}"
            trial.lines.append(f"seed       {fetched.url}: failed: {why}")
            trial.failed = True
            continue
        moved = f" -> {fetched.page.url}" if fetched.page.url != fetched.url else ""
        trial.lines.append(f"seed       {fetched.url}{moved}: {sniff(fetched.page.body, fetched.page.content_type)}")
        trial.lines += link_lines(site, fetched.page)
        found = discover(site, fetched.page)
        total.matched.update(found.matched)
        lists += sum(each.role != "article" for each in found.urls)
    trial.lines.append("")
    for key, patterns in (("article", site.article), ("follow", site.follow)):
        for pattern in patterns:
            trial.lines.append(f"{key:<10} {total.matched[(key, pattern.pattern)]:>6} links  {pattern.pattern}")
    if not any(total.matched[("article", pattern.pattern)] for pattern in site.article):
        further = f"; {lists} lists, feeds or sitemaps lead on" if lists else ""
        trial.lines.append(f"no seed links an article{further}")
        trial.failed = trial.failed or not lists
    wrong = contradictions(site, text)
    trial.lines.append(f"seen       {len(seen_lines(text))} lines, {len(wrong)} of them wrong")
    trial.lines += [f"           {line}" for line in wrong]
    trial.failed = trial.failed or bool(wrong)
    return trial


def link_lines(site: Site | None, page: Page) -> Iterator[str]:
    """The links by role and pattern, with counts and an example; those that are not followed by shape."""
    if site is None or not site.owns(canonical_url(page.url)):
        unmatched = Unmatched()
        for url in dict.fromkeys(canonical_url(link.url) for link in links_of(page)[1]):
            if host_of(url) == host_of(page.url):
                unmatched.shapes.add(url)
            else:
                unmatched.leave(url)
        yield f"links      {len(unmatched.shapes)} on this host; no site file says what they are"
    else:
        found = discover(site, page)
        unmatched = found.unmatched
        yield f"links      {len(found.urls):>6} that would be followed"
        for role in ("article", "list", "sitemap"):
            urls = [each.url for each in found.urls if each.role == role]
            if urls:
                yield f"  {role:<8} {len(urls):>6}, e.g. {urls[0]}"
        for (key, pattern), number in found.matched.most_common():
            yield f"           {number:>6} by `{key}` {pattern}"
        if len(unmatched.shapes):
            yield f"           {len(unmatched.shapes):>6} that no pattern matches:"
    for seen in unmatched.shapes.most(_SHOWN):
        yield f"           {seen.number:>6} {seen.shape}, e.g. {seen.example}"
    if unmatched.hosts:
        most = ", ".join(f"{host} × {number}" for host, number in unmatched.hosts.most_common(5))
        yield f"           {unmatched.hosts.total():>6} to other hosts: {most}"


def _role(site: Site | None, page: Page) -> str:
    url = canonical_url(page.url)
    if site is None or not site.owns(url):
        return "none"
    if url in map(canonical_url, site.seeds):
        return "seed"
    return "article" if site.is_article(url) else "list" if site.is_list(url) else "none"


def _site_lines(site: Site | None, page: Page, role: str) -> Iterator[str]:
    url = canonical_url(page.url)
    if site is None:
        yield "site       none: no site file has this host"
        return
    yield f"site       {site.name} ({site.family})"
    if not site.owns(url):
        yield f"pattern    none: {host_of(url) or 'a file'} is not in domains ({', '.join(site.domains)})"
        return
    if role == "seed":
        yield "role       seed: a list"
    elif role == "article":
        yield f"role       article, by `article` {site.article_pattern(url)}"
    elif role == "list":
        yield f"role       list, by `follow` {site.follow_pattern(url)}"
    else:
        yield "role       none: neither `article` nor `follow` matches; a link to it is not followed"


def _article_lines(page: Page, site: Site | None, article: Article, selected: Sequence[str]) -> Iterator[str]:
    found = places(page, article)
    layout = site.layout_at(page.captured_at) if site else None
    yield f"template   {article.template}, {article.charset}, family {article.family}"
    for name in _FIELDS:
        value = getattr(article, name)
        shown = ", ".join(value) if isinstance(value, list) else value
        where = found.get(name, "")
        if layout and name in selected:
            where = f"[[layout]] {getattr(layout, name)}"
        yield f"{name:<10} {shown or '–'}" + (f"    <- {where}" if where and shown else "")
    if article.document:
        facts = {name: getattr(article.document, name) for name in Document.__dataclass_fields__}
        yield "document   " + ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    body = f"[[layout]] {layout.body}" if layout and "body" in selected else found.get("text", "")
    paragraphs = article.text.split("\n")
    cut = ", truncated" if article.truncated else ""
    yield f"text       {len(article.text)} characters, {len(paragraphs)} paragraphs{cut}" + (
        f"    <- {body}" if body else ""
    )
    yield f"  head     {article.text[:_ENDS]}".replace("\n", " ⏎ ")
    if len(article.text) > _ENDS:
        yield f"  tail     {article.text[max(_ENDS, len(article.text) - _ENDS) :]}".replace("\n", " ⏎ ")
    for part in article.parts:
        yield f"part       {part.kind}: {part.title or ''} ({part.end - part.start} characters)"
    if not article.removed:
        yield "removed    nothing"
    for span in article.removed[:_SHOWN]:
        yield f"removed    {span.rule}: {span.text[:_ENDS]}".replace("\n", " ⏎ ")
    if len(article.removed) > _SHOWN:
        yield f"           and {len(article.removed) - _SHOWN} more"
    for notice in article.notices[:_SHOWN]:
        yield f"notice     {notice[:_ENDS]}"
