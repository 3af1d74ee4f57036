"""What a site file, or none, makes of a page, in lines for a person. Pure: pages in, lines out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.display import padded, size
from crawler.drafting.fetch import Fetched
from crawler.drafting.where import places
from crawler.extract.article import Article, Document, Reject
from crawler.extract.feeds import sniff
from crawler.extract.page import Page
from crawler.extract.profile import Profile
from crawler.extract.refusal import is_page, refused
from crawler.extract.shell import is_shell
from crawler.extract.url import canonical_url, host_of
from crawler.language import about, listed, message
from crawler.navigation.discover import Discovery, discover, links_of
from crawler.navigation.shapes import Unmatched
from crawler.siteconfig.seen import contradictions, seen_lines
from crawler.siteconfig.site import Site
from pipelines.process import process_page

_FIELDS = (
    message("title"),
    message("lead"),
    message("published"),
    message("source"),
    message("author"),
    message("editor"),
    message("category"),
    message("keywords"),
)
_ROLES = {"article": message("article"), "list": message("list"), "sitemap": message("sitemap")}
_WIDTH = 10  # columns of a label
_SHOWN = 8  # shapes of links, or removed spans
_ENDS = 200  # characters of the text's head and tail
_LISTS = ("list_page", "too_short", "not_html")  # what a list is to the extraction


class Line(NamedTuple):
    """`label` names what `text` says, or is empty; `indent` in columns."""

    label: str
    text: str
    indent: int = 0

    def said(self, say: Callable[[str], str] = str) -> str:
        """The line, by `say` in a person's language, with texts of all lines one under the other."""
        return f"{padded(' ' * self.indent + say(self.label), _WIDTH)} {say(self.text)}".rstrip()


@dataclass(slots=True)
class Trial:
    """`lines` tell it all, each with a label; `failed`: the page became no article though nothing says that it is a
    list."""

    lines: list[Line] = field(default_factory=list)
    failed: bool = False


def try_page(fetched: Fetched, site: Site | None, family: str | None = None, profile: Profile | None = None) -> Trial:
    """Everything that a crawl would make of one page. `fetched.page` may be a file's; then its status is 200.

    `profile`: what the site's other pages say of it.
    """
    page, trial = fetched.page, Trial()
    if page is None:
        lost = message("{url}: not fetched: {error}", url=fetched.url, error=fetched.error)
        return Trial([Line(message("page"), lost)], failed=True)
    moved = message("{url} (asked for as {asked})", url=page.url, asked=fetched.url)
    trial.lines.append(Line(message("page"), moved if fetched.url != page.url else page.url))
    kind = page.content_type or message("no Content-Type")
    trial.lines.append(Line(message("answer"), listed([str(fetched.status), kind, size(len(page.body))])))
    role = _role(site, page)
    trial.lines += _site_lines(site, page, role)
    if not is_page(fetched.status):
        trial.lines.append(reject_line(refused(fetched.status, page)))
        trial.failed = True
        return trial
    kind = sniff(page.body, page.content_type)
    if kind != "html":
        trial.lines.append(Line(message("kind"), kind))
        trial.lines += link_lines(site, page)
        return trial
    outcome = process_page(page, family=family, site=site, profile=profile)
    if profile:
        learnt = message("{digest}, learnt from the site's archive", digest=profile.digest)
        trial.lines.append(Line(message("profile"), learnt))
    if outcome.articles:
        trial.lines += _article_lines(page, site, outcome.articles[0], outcome.selected)
        if outcome.next_page:
            trial.lines.append(Line(message("next page"), outcome.next_page))
    else:
        reject = outcome.reject or Reject("broken", message("no outcome"))
        trial.lines.append(reject_line(reject))
        trial.failed = not (role in ("list", "seed") and reject.reason in _LISTS)
        if is_shell(page):
            said = message("its site has {render!r}", render=site.render) if site else message("it belongs to no site")
            shell = message("scripts fill this page: a browser shows it where render = 'auto'; {said}", said=said)
            trial.lines.append(Line(message("shell"), shell))
    trial.lines += link_lines(site, page)
    return trial


def try_site(site: Site, text: str, seeds: Sequence[Fetched]) -> Trial:
    """What the file gives from its seeds alone, and whether it keeps what its `# seen:` lines say."""
    trial = Trial([Line(message("site"), f"{site.name}: {site.family}, {', '.join(site.domains)}")])
    total, lists = Discovery((), Unmatched().hosts), 0
    for fetched in seeds:
        trial.lines.append(Line("", ""))
        if fetched.page is None or not is_page(fetched.status):
            why = fetched.error or message("status {status}", status=fetched.status)
            failed = message("{url}: failed: {why}", url=fetched.url, why=why)
            trial.lines.append(Line(message("seed"), failed))
            trial.failed = True
            continue
        moved = f" -> {fetched.page.url}" if fetched.page.url != fetched.url else ""
        kind = sniff(fetched.page.body, fetched.page.content_type)
        trial.lines.append(Line(message("seed"), f"{fetched.url}{moved}: {kind}"))
        trial.lines += link_lines(site, fetched.page)
        found = discover(site, fetched.page)
        total.matched.update(found.matched)
        lists += sum(each.role != "article" for each in found.urls)
    trial.lines.append(Line("", ""))
    for key, patterns in (("article", site.article), ("follow", site.follow)):
        for pattern in patterns:
            number = total.matched[(key, pattern.pattern)]
            trial.lines.append(
                Line(key, message("{number:>6} links  {pattern}", number=number, pattern=pattern.pattern))
            )
    if not any(total.matched[("article", pattern.pattern)] for pattern in site.article):
        further = message("; {number} lists, feeds or sitemaps lead on", number=lists) if lists else ""
        trial.lines.append(Line("", message("no seed links an article{further}", further=further)))
        trial.failed = trial.failed or not lists
    wrong = contradictions(site, text)
    seen = message("{number} lines, {wrong} of them wrong", number=len(seen_lines(text)), wrong=len(wrong))
    trial.lines.append(Line(message("seen"), seen))
    trial.lines += [Line("", line) for line in wrong]
    trial.failed = trial.failed or bool(wrong)
    return trial


def link_lines(site: Site | None, page: Page) -> Iterator[Line]:
    """The links by role and pattern, with counts and an example; those that are not followed by shape."""
    if site is None or not site.owns(canonical_url(page.url)):
        unmatched = Unmatched()
        for url in dict.fromkeys(canonical_url(link.url) for link in links_of(page)[1]):
            if host_of(url) == host_of(page.url):
                unmatched.shapes.add(url)
            else:
                unmatched.leave(url)
        here = message("{number} on this host; no site file says what they are", number=len(unmatched.shapes))
        yield Line(message("links"), here)
    else:
        found = discover(site, page)
        unmatched = found.unmatched
        yield Line(message("links"), message("{number:>6} that would be followed", number=len(found.urls)))
        for role in ("article", "list", "sitemap"):
            urls = [each.url for each in found.urls if each.role == role]
            if urls:
                yield Line(_ROLES[role], message("{number:>6}, e.g. {example}", number=len(urls), example=urls[0]), 2)
        for (key, pattern), number in found.matched.most_common():
            yield Line("", message("{number:>6} by `{key}` {pattern}", number=number, key=key, pattern=pattern))
        if len(unmatched.shapes):
            yield Line("", message("{number:>6} that no pattern matches:", number=len(unmatched.shapes)))
    for seen in unmatched.shapes.most(_SHOWN):
        shape = message(
            "{number:>6} {shape}, e.g. {example}", number=seen.number, shape=seen.shape, example=seen.example
        )
        yield Line("", shape)
    if unmatched.hosts:
        most = ", ".join(f"{host} × {number}" for host, number in unmatched.hosts.most_common(5))
        total = unmatched.hosts.total()
        yield Line("", message("{number:>6} to other hosts: {most}", number=total, most=most))


def _role(site: Site | None, page: Page) -> str:
    url = canonical_url(page.url)
    if site is None or not site.owns(url):
        return "none"
    if url in map(canonical_url, site.seeds):
        return "seed"
    return "article" if site.is_article(url) else "list" if site.is_list(url) else "none"


def _site_lines(site: Site | None, page: Page, role: str) -> Iterator[Line]:
    url = canonical_url(page.url)
    if site is None:
        yield Line(message("site"), message("none: no site file has this host"))
        return
    yield Line(message("site"), f"{site.name} ({site.family})")
    if not site.owns(url):
        foreign = message(
            "none: {host} is not in domains ({names})",
            host=host_of(url) or message("a file"),
            names=", ".join(site.domains),
        )
        yield Line(message("pattern"), foreign)
        return
    if role == "seed":
        said = message("seed: a list")
    elif role == "article":
        said = message("article, by `article` {pattern}", pattern=site.article_pattern(url))
    elif role == "list":
        said = message("list, by `follow` {pattern}", pattern=site.follow_pattern(url))
    else:
        said = message("none: neither `article` nor `follow` matches; a link to it is not followed")
    yield Line(message("role"), said)


def reject_line(reject: Reject) -> Line:
    return Line(message("reject"), about(reject.reason, reject.detail))


def _article_lines(page: Page, site: Site | None, article: Article, selected: Sequence[str]) -> Iterator[Line]:
    found = places(page, article)
    layout = site.layout_at(page.captured_at) if site else None
    family = message("family {family}", family=article.family)
    yield Line(message("template"), listed([article.template, article.charset, family]))
    for name in _FIELDS:
        value = getattr(article, name)
        shown = ", ".join(value) if isinstance(value, list) else value
        where = found.get(name, "")
        if layout and name in selected:
            where = f"[[layout]] {getattr(layout, name)}"
        yield Line(name, f"{shown or '–'}" + (f"    <- {where}" if where and shown else ""))
    if article.document:
        facts = {name: getattr(article.document, name) for name in Document.__dataclass_fields__}
        told = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
        yield Line(message("document"), told)
    body = f"[[layout]] {layout.body}" if layout and "body" in selected else found.get("text", "")
    text = message(
        "{characters} characters, {paragraphs} paragraphs{cut}{place}",
        characters=len(article.text),
        paragraphs=article.text.count("\n") + 1,
        cut=message(", truncated") if article.truncated else "",
        place=f"    <- {body}" if body else "",
    )
    yield Line(message("text"), text)
    yield Line(message("head"), _one_line(article.text[:_ENDS]), 2)
    if len(article.text) > _ENDS:
        yield Line(message("tail"), _one_line(article.text[max(_ENDS, len(article.text) - _ENDS) :]), 2)
    for part in article.parts:
        length = part.end - part.start
        told = message("{kind}: {title} ({number} characters)", kind=part.kind, title=part.title or "", number=length)
        yield Line(message("part"), told)
    if not article.removed:
        yield Line(message("removed"), message("nothing"))
    for span in article.removed[:_SHOWN]:
        yield Line(message("removed"), f"{span.rule}: {_one_line(span.text[:_ENDS])}")
    if len(article.removed) > _SHOWN:
        yield Line("", message("and {number} more", number=len(article.removed) - _SHOWN))
    for notice in article.notices[:_SHOWN]:
        yield Line(message("notice"), notice[:_ENDS])


def _one_line(text: str) -> str:
    return text.replace("\n", " ⏎ ")
