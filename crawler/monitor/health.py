"""The health check of a run. Each sentence that trouble() returns makes `scrapy crawl` exit with 3.

A site is compared with its `expect` and with its own last runs. A template that changed shows as articles that are
no longer made, fields that are no longer found, texts that are suddenly short, or lists that show nothing any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.language import counted, message
from crawler.monitor.drift import ENOUGH, NOT_EXTRACTION, Share, dropped, extracted, median, runs_before, split
from crawler.monitor.seen import instead, not_taken, selectors, taken, why_nothing
from crawler.siteconfig.site import Site

HISTORY = 30  # runs that a site is compared with
_FIELDS = ("published", "source", "author", "editor", "lead", "category", "document")
_REASONS = 5  # that one sentence names: a thousand sites behind a dead network have a thousand
PROFILED, COVERED = 50, 0.9  # pages that a profile is judged by, and the share whose container it has to know
_FEW = 10  # articles; a median of fewer says little
_FEW_PAGES = 3  # without a title or body where the layout looks for one
_MANY_BLOCKED = 0.2  # of all answers
_MANY_CUT = 0.2  # of article pages

Section = Mapping[str, Any]


def trouble(
    sites: Sequence[Site], sections: Mapping[str, Section], earlier: Mapping[str, Sequence[Section]]
) -> list[str]:
    """One sentence for each finding. `sections` and `earlier` (newest first) by site, as run_report has them."""
    if not any(section["requests"] or section["articles"] or _standing(section) for section in sections.values()):
        reasons = {why: None for section in sections.values() for why in (*section["rests"], *section["failures"])}
        more = message(" and {number} more", number=len(reasons) - _REASONS) if len(reasons) > _REASONS else ""
        named = ", ".join([*reasons][:_REASONS]) or message("see the log")
        return [message("nothing at all could be fetched: {reasons}{more}", reasons=named, more=more)]
    found = []
    for site in sites:
        section, past = sections[site.name], earlier.get(site.name, ())
        for check in _CHECKS:
            found += [of_site(site.name, sentence) for sentence in check(site, section, past)]
    return found


def of_site(site: str, sentence: str) -> str:
    """The sentence with the site's name before it."""
    return message("{site}: {sentence}", site=site, sentence=sentence)


def _unexpected_count(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """`expect`. Its minimum is for all articles that the lists show: on a quiet night few of them are new."""
    expect = site.expect
    if expect is None:
        return
    made = section["articles"]
    here = made + _standing(section)
    if (here < expect.min and _complete(section)) or made > expect.max:
        yield message(
            "{articles} articles, expected {min} to {max}{little}",
            articles=made if made > expect.max else here,
            min=expect.min,
            max=expect.max,
            little=not_taken(section) if here < expect.min else "",
        )


def _kept_out(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Blocked, no answer at all, or a host that was left alone with URLs still waiting."""
    frontier = section["frontier"]
    if section["rests"] and frontier and frontier["pending"]:
        yield counted(
            "left with {number} URL waiting: {why}",
            "left with {number} URLs waiting: {why}",
            frontier["pending"],
            why=section["rests"][-1],
        )
    elif section["blocked"] >= 3 and section["blocked"] > _MANY_BLOCKED * section["requests"]:
        yield message(
            "{blocked} of {requests} answers were block pages", blocked=section["blocked"], requests=section["requests"]
        )
    elif not section["requests"] and section["failures"]:
        yield message("no answer at all: {failures}", failures=", ".join(section["failures"]))


def _not_fetched(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A falling share of article pages that could be fetched: they moved, are gone, or the server fails."""
    if fall := dropped(_answered(section), [_answered(each) for each in past], factor=0.7):
        yield message("{now} of article pages could be fetched, {before}", **fall._asdict())


def _cut(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Pages of which only the beginning came, by limits of ours: any list, whose last links are lost, or many articles,
    whose rows are truncated."""
    lists: Counter[str] = Counter(section["cut"])
    articles = lists.pop("article", 0)
    asked = sum(section["responses"].get("article", {}).values())
    if lists.total() or articles > _MANY_CUT * asked:
        yield message(
            "cut by DOWNLOAD_MAXSIZE or DOWNLOAD_TIMEOUT, so that the rest is missing: {articles} of {asked} article "
            "pages, {lists} lists",
            articles=articles,
            asked=asked,
            lists=lists.total(),
        )


def _drifted(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A falling share of pages that become articles, of recognised templates, or of articles with a field."""
    fall = dropped(_extracted(section), [_extracted(each) for each in past], factor=0.7, presumed=0.5)
    if fall:
        reasons = Counter({name: n for name, n in section["rejects"].items() if name not in NOT_EXTRACTION})
        yield message(
            "{now} of article pages became articles{most}, {because}",
            now=fall.now,
            most=message(" (most: {reason})", reason=reasons.most_common(1)[0][0]) if reasons else "",
            because=message("{before}: the template may have changed", before=fall.before)
            if fall.before
            else message("is it a site of another kind?"),
        )
    if fall := dropped(_recognised(section), [_recognised(each) for each in past], factor=0.5):
        yield message(
            "the template is recognised in {now} of articles, {before}: it may have changed", **fall._asdict()
        )
    for name in _FIELDS:
        if fall := dropped(_with(name, section), [_with(name, each) for each in past], factor=0.5):
            yield message(
                "{now} of articles have '{name}', {before}: the template may have changed", name=name, **fall._asdict()
            )


def _text_length(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A median text much shorter (cut off) or longer (boilerplate inside) than before."""
    recent, older = split([section, *past], lambda each: int(each["articles"]), _FEW)
    now, before = _length(recent), _length(older)
    if now and before and not 0.5 <= now / before <= 2.5:
        yield message(
            "the median text has {now:.0f} characters, {before:.0f} {runs}: the template may have changed",
            now=now,
            before=before,
            runs=runs_before(len(older)),
        )


def _lists_show_less(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Lists that show no article, or far fewer than before."""
    if not _complete(section):
        return
    shown = section["articles"] + _standing(section)
    before = [each["articles"] + _standing(each) for each in past if _complete(each)]
    usual = median([(number, 1) for number in before])
    if usual is None and not shown and not section["rejects"]:
        yield message("no article was found: {why}", why=why_nothing(section))
    elif usual is not None and usual >= _FEW and shown < 0.5 * usual:
        yield message(
            "its lists show {shown} articles, {usual:.0f} {runs}: have they changed, or their URLs?{not_taken}",
            shown=shown,
            usual=usual,
            runs=runs_before(len(before)),
            not_taken=not_taken(section),
        )


def _follows_nothing(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Lists are paged, and `follow` leads to none."""
    paged = sum(section["responses"].get("list", {}).values())
    if site.follow and paged and _complete(section) and not any(taken(each, "follow") for each in (section, *past)):
        yield message(
            "`follow` matches no link of the {lists} lists that were read{instead}",
            lists=section["lists"],
            instead=instead(section),
        )


def _selects_nothing(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A selector of [[layout]] that found nothing on all pages, as many of earlier runs included as tell."""
    recent, _ = split([section, *past], lambda each: int(each.get("laid_out", 0)), ENOUGH)
    pages = sum(each.get("laid_out", 0) for each in recent)
    for name in selectors(site):
        enough = _FEW_PAGES if name in ("title", "body") else ENOUGH  # not every page has an author
        if pages >= enough and section["laid_out"] and not any(each.get("selected", {}).get(name) for each in recent):
            yield message("the selector [[layout]] {name} found nothing on {pages} pages", name=name, pages=pages)


def _profile_outdated(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Pages whose text is outside of the containers that the site's profile knows."""
    if why := outdated(section, past):
        yield message("{why}: it is switched off until scrapy learn has made another", why=why)


def outdated(section: Section, past: Sequence[Section]) -> str | None:
    """Why the profile that the site's pages were read with is to be switched off; None where it is not."""
    pages = covered = 0
    for each in (section, *past):
        if each.get("profile") != section["profile"] or pages >= PROFILED:
            break
        pages += each.get("covered", {}).get("pages", 0)
        covered += each.get("covered", {}).get("covered", 0)
    if not section["profile"] or pages < PROFILED or covered >= COVERED * pages:
        return None
    return message(
        "the profile {profile} knows the container of {covered} of the last {pages} articles",
        profile=section["profile"],
        covered=covered,
        pages=pages,
    )


_CHECKS = (
    _unexpected_count,
    _kept_out,
    _not_fetched,
    _cut,
    _drifted,
    _text_length,
    _lists_show_less,
    _follows_nothing,
    _selects_nothing,
    _profile_outdated,
)


def _answered(section: Section) -> Share:
    """Article pages that came, of those asked for."""
    lost = sum(section["rejects"].get(name, 0) for name in NOT_EXTRACTION) + sum(section["failures"].values())
    came = _extracted(section).of + ((section["frontier"] or {}).get("unchanged", 0))
    return Share(came, came + lost)


def _extracted(section: Section) -> Share:
    return extracted(section["articles"] + section["joined_pages"], section["rejects"])


def _recognised(section: Section) -> Share:
    return Share(section["articles"] - section["templates"].get("generic", 0), section["articles"])


def _with(name: str, section: Section) -> Share:
    return Share(section["fields"].get(name, 0), section["articles"])


def _length(sections: Sequence[Section]) -> float | None:
    """The median text of several runs, each by its number of articles."""
    return median([(each["characters"]["median"], each["articles"]) for each in sections if each["characters"]])


def _standing(section: Section) -> int:
    return int((section["frontier"] or {}).get("standing", 0))


def _complete(section: Section) -> bool:
    return bool((section["frontier"] or {}).get("complete"))
