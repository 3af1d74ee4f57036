"""A stored row or reject against what its records yield today: the proof that a row is a function of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.archive.head import bytes_of, value_of
from crawler.archive.reader import Stored, locate, read_capture, to_page
from crawler.extract.article import Article, Capture, Outcome, Reject, RejectedPage
from crawler.extract.profile import Profile
from crawler.extract.refusal import is_page, refused
from crawler.language import message, words
from crawler.navigation.chain import Chain
from crawler.navigation.redirect import REDIRECTS, depends_on_trail, led_to, target
from crawler.navigation.rendered import not_rendered, pages_of
from crawler.sandbox.processor import Processor
from crawler.siteconfig.archived import KnownSites
from crawler.siteconfig.site import Site
from pipelines.dataset.schema import Row, reject_row, row
from pipelines.process import join_pages
from pipelines.text.tracked import restore

# Columns that do not come from the row's records: which run made it, and what other rows there are.
NOT_FROM_RECORDS = frozenset({"run_id", "rules_version", "duplicate_of", "near_duplicate_of", "similarity"})


def row_differences(
    stored: Row, archive: Path, sites: KnownSites, processor: Processor, profile: Profile | None
) -> Iterator[str]:
    """What is different, in words; nothing where the records yield exactly this row. `archive`: the folder warc/;
    `profile`: the one that the row was made with.
    """
    captures = [Capture.of(each) for each in stored["captures"]]
    try:
        site = _site(stored["site"], captures[0], archive, sites)
        outcomes = [
            _extracted(archive, each, stored["family"], site, processor, profile) for each in pages_of(captures)
        ]
    except OSError as error:
        yield message("its record cannot be read: {error}", error=words(error))
        return
    complete = _is_complete(captures, outcomes[-1], site)
    joined = join_pages(outcomes, complete=complete)
    if not joined.articles:
        yield message("its records yield no article: {reject}", reject=joined.reject)
        return
    [article] = joined.articles
    body = article.text
    article.site, article.family, article.captures = stored["site"], stored["family"], captures
    verdict = processor.finish(article, profile)
    if isinstance(verdict, Reject):
        yield message("its records yield a reject: {reason}", reason=verdict.reason)
        return
    if restore(verdict.text, verdict.removed) != body:
        yield message("text and removed together are not the body as extracted")
    yield from _columns(stored, verdict)


def reject_differences(
    stored: Row, archive: Path, sites: KnownSites, processor: Processor, profile: Profile | None
) -> Iterator[str]:
    """What is different, in words, for a page that became no article by itself."""
    if stored["capture"] is None:
        return
    capture = Capture.of(stored["capture"])
    try:
        found = read_capture(archive, capture)
        site = _site(stored["site"], capture, archive, sites)
    except OSError as error:
        yield message("its record cannot be read: {error}", error=words(error))
        return
    if stored["url"] != capture.url:
        yield message("its url is not that of its record, {url}", url=capture.url)
    if (stored["site"], stored["family"]) != (found.metadata.get("site", ""), found.metadata.get("family", "")):
        yield message("its site or family is not that of its record")
    yield from _verdict_differences(stored, found, site, processor, profile)


def _verdict_differences(
    stored: Row, found: Stored, site: Site | None, processor: Processor, profile: Profile | None
) -> Iterator[str]:
    if found.status in REDIRECTS and site is not None:
        location, cookie = bytes_of(found.headers, "location"), value_of(found.headers, "set-cookie") is not None
        verdict = target(site, "article", [found.url], location, sets_cookie=cookie)
        if depends_on_trail(Reject(stored["reason"], stored["detail"])) and site.owns(led_to(found.url, location)):
            return  # the redirects before this one are not known here
        if isinstance(verdict, Reject):
            yield from _unlike(stored, verdict)
        else:
            yield _other(stored, message("a redirect that leads on to {url}", url=verdict))
    elif not is_page(found.status):
        yield from _unlike(stored, refused(found.status, to_page(found)))
    elif reject := not_rendered(found.metadata):
        yield from _unlike(stored, reject)
    else:
        outcome = processor.extract_page(to_page(found), family=stored["family"] or None, site=site, profile=profile)
        if outcome.reject is not None:
            yield from _unlike(stored, outcome.reject)
        elif outcome.next_page is None and "first-record" not in found.metadata:  # else a part of an article
            whole = join_pages([outcome], complete=True)
            finished = processor.finish(whole.articles[0], profile) if whole.articles else whole.reject
            if isinstance(finished, Article):
                yield _other(stored, message("an article"))
            else:
                yield from _unlike(stored, finished)


def _unlike(stored: Row, verdict: Reject | None) -> Iterator[str]:
    if verdict is None or any(stored[name] != value for name, value in _columns_of(verdict).items()):
        yield _other(stored, verdict)


def _columns_of(verdict: Reject) -> Row:
    """The reason and the detail as a row of rejects holds them."""
    made = reject_row(RejectedPage("", "", "", verdict), run_id="", rules_version="")
    return {name: made[name] for name in ("reason", "detail")}


def _other(stored: Row, verdict: Reject | str | None) -> str:
    got = f"{verdict.reason} ({verdict.detail})" if isinstance(verdict, Reject) else verdict or message("no reject")
    was = f"{stored['reason']} ({stored['detail']})"
    return message("its record yields {got}, not {was}", got=got, was=was)


def _site(name: str, capture: Capture, archive: Path, sites: KnownSites) -> Site | None:
    return sites.get(name, locate(archive, capture.warc_file))


def _columns(stored: Row, verdict: Article) -> Iterator[str]:
    fresh = row(verdict)
    wrong = [name for name, value in fresh.items() if name not in NOT_FROM_RECORDS and value != stored[name]]
    if wrong:
        yield message(
            "its records yield another {columns} (rules or site file changed? scrapy reextract --diff)",
            columns=", ".join(wrong),
        )


def _extracted(
    archive: Path, capture: Capture, family: str, site: Site | None, processor: Processor, profile: Profile | None
) -> Outcome:
    page = to_page(read_capture(archive, capture))
    return processor.extract_page(page, family=family or None, site=site, profile=profile)


def _is_complete(captures: list[Capture], last: Outcome, site: Site | None) -> bool:
    if site is None:
        return last.next_page is None
    return Chain(tuple(captures)).next(last.next_page, site)[0] == "complete"
