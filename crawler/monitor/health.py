"""The health check of a run. Each sentence that trouble() returns makes `scrapy crawl` exit with 3.

A site is compared with its `expect` and with its own last runs. A template that changed shows as articles that are
no longer made, fields that are no longer found, texts that are suddenly short, or lists that show nothing any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.monitor.drift import ENOUGH, NOT_EXTRACTION, Share, dropped, extracted, median, split
from crawler.monitor.seen import instead, selectors, taken, why_nothing
from crawler.siteconfig.site import Site

HISTORY = 30  # runs that a site is compared with
_FIELDS = ("published", "source", "author", "editor", "lead", "category", "document")
_REASONS = 5  # that one sentence names: a thousand sites behind a dead network have a thousand
PROFILED, COVERED = 50, 0.9  # pages that a profile is judged by, and the share whose container it has to know
_FEW = 10  # articles; a median of fewer says little
_FEW_PAGES = 3  # without a title or body where the layout looks for one
_MANY_BLOCKED = 0.2  # of all answers

Section = Mapping[str, Any]


def trouble(
    sites: Sequence[Site], sections: Mapping[str, Section], earlier: Mapping[str, Sequence[Section]]
) -> list[str]:
    """One sentence for each finding. `sections` and `earlier` (newest first) by site, as run_report has them."""
    if not any(section["requests"] or section["articles"] or _standing(section) for section in sections.values()):
        reasons = {why: None for section in sections.values() for why in (*section["rests"], *section["failures"])}
        more = f" and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
        return [f"nothing at all could be fetched: {', '.join([*reasons][:_REASONS]) or 'see the log'}{more}"]
    found = []
    for site in sites:
        section, past = sections[site.name], earlier.get(site.name, ())
        for check in _CHECKS:
            found += [f"{site.name}: {sentence}" for sentence in check(site, section, past)]
    return found


def _unexpected_count(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """`expect`. Its minimum is for all articles that the lists show: on a quiet night few of them are new."""
    expect = site.expect
    if expect is None:
        return
    made = section["articles"]
    here = made + _standing(section)
    if (here < expect.min and _complete(section)) or made > expect.max:
        little = _not_taken(section) if here < expect.min else ""
        yield f"{made if made > expect.max else here} articles, expected {expect.min} to {expect.max}{little}"


def _kept_out(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Blocked, no answer at all, or a host that was left alone with URLs still waiting."""
    frontier = section["frontier"]
    if section["rests"] and frontier and frontier["pending"]:
        yield f"left with {frontier['pending']} URLs waiting: {section['rests'][-1]}"
    elif section["blocked"] >= 3 and section["blocked"] > _MANY_BLOCKED * section["requests"]:
        yield f"{section['blocked']} of {section['requests']} answers were block pages"
    elif not section["requests"] and section["failures"]:
        yield f"no answer at all: {', '.join(section['failures'])}"


def _not_fetched(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A falling share of article pages that could be fetched: they moved, are gone, or the server fails."""
    if fall := dropped(_answered(section), [_answered(each) for each in past], factor=0.7):
        yield f"{fall.now} of article pages could be fetched, {fall.before}"


def _drifted(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A falling share of pages that become articles, of recognised templates, or of articles with a field."""
    fall = dropped(_extracted(section), [_extracted(each) for each in past], factor=0.7, presumed=0.5)
    if fall:
        reasons = Counter({name: n for name, n in section["rejects"].items() if name not in NOT_EXTRACTION})
        most = f" (most: {reasons.most_common(1)[0][0]})" if reasons else ""
        because = f"{fall.before}: the template may have changed" if fall.before else "is it a site of another kind?"
        yield f"{fall.now} of article pages became articles{most}, {because}"
    if fall := dropped(_recognised(section), [_recognised(each) for each in past], factor=0.5):
        yield f"the template is recognised in {fall.now} of articles, {fall.before}: it may have changed"
    for name in _FIELDS:
        if fall := dropped(_with(name, section), [_with(name, each) for each in past], factor=0.5):
            yield f"{fall.now} of articles have {name!r}, {fall.before}: the template may have changed"


def _text_length(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A median text much shorter (cut off) or longer (boilerplate inside) than before."""
    recent, older = split([section, *past], lambda each: int(each["articles"]), _FEW)
    now, before = _length(recent), _length(older)
    if now and before and not 0.5 <= now / before <= 2.5:
        yield f"the median text has {now:.0f} characters, {before:.0f} {_runs(older)}: the template may have changed"


def _lists_show_less(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Lists that show no article, or far fewer than before."""
    if not _complete(section):
        return
    shown = section["articles"] + _standing(section)
    before = [each["articles"] + _standing(each) for each in past if _complete(each)]
    usual = median([(number, 1) for number in before])
    if usual is None and not shown and not section["rejects"]:
        yield f"no article was found: {why_nothing(section)}"
    elif usual is not None and usual >= _FEW and shown < 0.5 * usual:
        yield (
            f"its lists show {shown} articles, {usual:.0f} {_runs(before)}: have they changed, or their URLs?"
            f"{_not_taken(section)}"
        )


def _follows_nothing(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Lists are paged, and `follow` leads to none."""
    paged = sum(section["responses"].get("list", {}).values())
    if site.follow and paged and _complete(section) and not any(taken(each, "follow") for each in (section, *past)):
        yield f"`follow` matches no link of the {section['lists']} lists that were read{instead(section)}"


def _selects_nothing(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """A selector of [[layout]] that found nothing on all pages, as many of earlier runs included as tell."""
    recent, _ = split([section, *past], lambda each: int(each.get("laid_out", 0)), ENOUGH)
    pages = sum(each.get("laid_out", 0) for each in recent)
    for name in selectors(site):
        enough = _FEW_PAGES if name in ("title", "body") else ENOUGH  # not every page has an author
        if pages >= enough and section["laid_out"] and not any(each.get("selected", {}).get(name) for each in recent):
            yield f"the selector [[layout]] {name} found nothing on {pages} pages"


def _profile_outdated(site: Site, section: Section, past: Sequence[Section]) -> Iterator[str]:
    """Pages whose text is outside of the containers that the site's profile knows."""
    if why := outdated(section, past):
        yield f"{why}: it is switched off until scrapy learn has made another"


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
    return f"the profile {section['profile']} knows the container of {covered} of the last {pages} articles"


_CHECKS = (
    _unexpected_count,
    _kept_out,
    _not_fetched,
    _drifted,
    _text_length,
    _lists_show_less,
    _follows_nothing,
    _selects_nothing,
    _profile_outdated,
)


def _not_taken(section: Section) -> str:
    return f" (no pattern matches{unmatched.removeprefix(':')})" if (unmatched := instead(section)) else ""


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


def _runs(sections: Sequence[object]) -> str:
    return f"in the last {len(sections)} runs" if len(sections) > 1 else "in the run before"
