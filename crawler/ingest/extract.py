"""The pages of one input -> rows and rejects in parts of its own."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin

import pyarrow as pa

from crawler.archive.division import Piece
from crawler.archive.members import Damage
from crawler.archive.reader import Stored, pages, to_page
from crawler.extract.article import Capture, Outcome, Reject, RejectedPage
from crawler.extract.article_pages import may_be_further
from crawler.extract.decode import decode
from crawler.extract.page import Page
from crawler.extract.refusal import is_page, refused
from crawler.extract.url import canonical_url, host_of
from crawler.ingest.inputs import GZIP, STANDARD_INPUT, Input, unpacked
from crawler.ingest.saved import origin, unfolded
from crawler.language import about, message, words
from crawler.navigation.redirect import REDIRECTS
from crawler.reextract.files import Extracted, Fetched, Job, Rows
from crawler.sandbox.processor import Processor
from crawler.siteconfig.site import Site, load_sites
from pipelines.process import broken, join_pages

LARGEST_HTML = 64 << 20  # bytes of one HTML file
_LEAST_HAN = 6
# "&#20013;", "&#x4e2d;", "\\u4e2d" in the data of a script, and the characters themselves.
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|&#x?[0-9a-f]{4}|\\u[3-9a-f][0-9a-f]{3}", re.I)
_WAITING = 2_000  # pages of unfinished articles that are kept; the oldest go out as they are


@dataclass(frozen=True, slots=True)
class Options:
    """`family` stands for all pages; null: that of the site that owns the host, else guessed from each page.

    `url_prefix` is put before the names of HTML files, which have no URL of their own. With `language` pages in other
    languages are counted and not kept as rejects; "zh" is the only one there is.
    """

    family: str | None = None
    url_prefix: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """One unit of work: a WARC file or a piece of it, or another input. `number` decides the names of its parts."""

    given: Input
    job: Job
    piece: Piece
    number: int = 0


def extract_share(share: Share, options: Options, processor: Processor) -> Extracted:
    """Make its rows into parts below `job.folder`. Raises OSError when the disk is full.

    What cannot be read is told in `damage`, with file and offset; a page whose handling raises becomes a reject. Of a
    piece, the pages that belong to an article of several pages, or may, are handed out: see join_shares().
    """
    given, job = share.given, share.job
    rows = _rows(job, share.number, options, processor)
    extracted = Extracted(counts=rows.counts, sites=rows.sites)
    apart = None if share.piece.whole else extracted.pages
    articles = _Articles(rows, load_sites(job.sites_dir), options, processor, apart)
    for stored in stored_pages(given, options, extracted.damage, share.piece):
        extracted.responses += 1
        try:
            articles.take(stored)
        except (OSError, pa.ArrowException):
            raise  # the disk, not the page
        except Exception as bug:  # one page fails alone
            articles.reject(stored, broken(bug))
    articles.end()
    if not extracted.responses and not extracted.damage:
        extracted.empty.append(given.name)
    extracted.parts = rows.finish()
    return extracted


def join_shares(pages: Iterable[Fetched], job: Job, batch: int, options: Options, processor: Processor) -> Extracted:
    """The articles of the pages that the pieces of a file have handed out, in the order of the file."""
    rows = _rows(job, batch, options, processor)
    articles = _Articles(rows, {}, options, processor)
    for page in pages:
        articles.follow(page.outcome, page.captures[0])
    articles.end()
    return Extracted(parts=rows.finish(), counts=rows.counts, sites=rows.sites)


def _rows(job: Job, batch: int, options: Options, processor: Processor) -> Rows:
    rows = Rows(job, batch, processor)
    if options.language:
        rows.left_out = frozenset(("not_chinese",))
    return rows


def stored_pages(given: Input, options: Options, damage: list[str], piece: Piece | None = None) -> Iterator[Stored]:
    """The pages of an input as far as it can be read; what could not be is added to `damage`, a line each.

    Of a WARC file, `piece` may be a part of it.
    """
    try:
        if given.kind in ("html", "mhtml"):
            yield _html(given, options)
        elif given.kind == "warc":
            yield from _warc(given, damage, piece)
        else:
            with tempfile.TemporaryDirectory() as folder:
                for each in unpacked(given, Path(folder)):
                    yield from _warc(each, damage)
    except Exception as error:  # bytes of any kind: what was read before stays
        damage.append(about(given.name, words(error)) if given.name not in str(error) else words(error))


def _warc(given: Input, damage: list[str], piece: Piece | None = None) -> Iterator[Stored]:
    start, end = (piece.start, piece.end) if piece else (0, None)

    def damaged(each: Damage) -> None:
        damage.append(replace(each, file=given.name).line())

    for stored in pages(given.path, damaged, start=start, end=end):
        yield replace(stored, capture=replace(stored.capture, warc_file=given.name))


def _html(given: Input, options: Options) -> Stored:
    """A file as if a server had sent it; it was captured when it was last changed.

    Its URL is the one that --url-prefix makes of its name, or that the program has noted which saved the page.
    """
    if given.size > LARGEST_HTML:
        raise OSError(
            message("{name}: {size} bytes, {most} at most", name=given.name, size=given.size, most=LARGEST_HTML)
        )
    body = file = given.path.read_bytes()
    digest = hashlib.sha1(file, usedforsecurity=False).hexdigest()
    headers: tuple[tuple[str, bytes], ...] = ()
    if given.kind == "mhtml":
        body, content_type, source = unfolded(file)
        headers = (("Content-Type", content_type.encode("utf-8", "replace")),)
    else:
        source = origin(file)
        if file.startswith(GZIP):  # page.html.gz
            headers = (("Content-Encoding", b"gzip"),)
    if options.url_prefix:
        url = urljoin(options.url_prefix, quote(given.name))
    elif source:
        url = source
    else:  # what came by standard input has no name either
        url = f"urn:sha1:{digest}" if given.name == STANDARD_INPUT else given.path.absolute().as_uri()
    changed = datetime.fromtimestamp(given.path.stat().st_mtime, UTC)
    capture = Capture(f"urn:sha1:{digest}", given.name, 0, len(file), url, f"sha1:{digest}", changed)
    return Stored(capture, 200, b"", headers, body, {})


def may_be_chinese(page: Page) -> bool:
    """False for a page that cannot become a row, since it has too few Han characters, not even as escapes.

    A text of a row has at least 30 characters, a fifth of them Han; most pages of the web need not be read for that.
    """
    return len(_HAN.findall(decode(page.body, page.content_type).text)) >= _LEAST_HAN


class _Articles:
    """Joins the pages of an article, where its further pages come behind its first one in the same input.

    With `apart` they are put there instead, since the others may be in another piece of the file.
    """

    def __init__(
        self,
        rows: Rows,
        sites: Mapping[str, Site],
        options: Options,
        processor: Processor,
        apart: list[Fetched] | None = None,
    ) -> None:
        self._apart = apart
        self._processor = processor
        self._rows = rows
        self._options = options
        self._owners = {domain: site for site in sites.values() for domain in site.domains}
        # Canonical URL of the page that an unfinished article waits for -> the pages that it has.
        self._waiting: OrderedDict[str, list[tuple[Outcome, Capture]]] = OrderedDict()

    def take(self, stored: Stored) -> None:
        if stored.metadata.get("role", "article") != "article":
            return  # this crawler's own lists and robots.txt
        if stored.status == 304 or (stored.refers is not None and stored.refers.unchanged):
            self._rows.counts["unchanged"] += 1
            return
        if not stored.resolved:
            self.reject(stored, Reject("http_error", message("a revisit of a record that is not in this input")))
            return
        if not is_page(stored.status):
            moved = stored.status in REDIRECTS
            reject = Reject("http_error", message("status {status}", status=stored.status)) if moved else None
            self.reject(stored, reject or refused(stored.status, to_page(stored)))
            return
        page = to_page(stored)
        if self._options.language and not may_be_chinese(page):
            self._rows.counts["left_out"] += 1
            return
        site = self._site(stored.url)
        family = self._options.family or (site.family if site else None)
        outcome = self._processor.extract_page(page, family=family, site=site)
        if outcome.reject is not None:
            self.reject(stored, outcome.reject)
            return
        if self._apart is not None and (outcome.next_page or may_be_further(canonical_url(stored.url))):
            self._apart.append(Fetched("", 0, (stored.capture,), outcome, "", ""))
        else:
            self.follow(outcome, stored.capture)

    def follow(self, outcome: Outcome, capture: Capture) -> None:
        """The next page of the input that has a text."""
        held = self._waiting.pop(canonical_url(capture.url), [])
        held.append((outcome, capture))
        if outcome.next_page is None:
            self._join(held, complete=True)
            return
        wanted = canonical_url(outcome.next_page)
        if wanted in {canonical_url(capture.url) for _, capture in held}:
            self._join(held, complete=True)
            return
        if before := self._waiting.pop(wanted, None):
            self._join(before, complete=False)
        self._waiting[wanted] = held
        if len(self._waiting) > _WAITING:
            self._join(self._waiting.popitem(last=False)[1], complete=False)

    def end(self) -> None:
        """The input is read: what still waits is all there is of its article."""
        while self._waiting:
            self._join(self._waiting.popitem(last=False)[1], complete=False)

    def reject(self, stored: Stored, reject: Reject) -> None:
        site = self._site(stored.url)
        family = self._options.family or (site.family if site else "")
        self._rows.reject(RejectedPage(stored.url, site.name if site else "", family, reject, stored.capture))

    def _join(self, held: list[tuple[Outcome, Capture]], *, complete: bool) -> None:
        first, captures = held[0][0].articles[0], [capture for _, capture in held]
        self._rows.add(
            join_pages([outcome for outcome, _ in held], complete=complete), captures, first.site, first.family
        )

    def _site(self, url: str) -> Site | None:
        host = host_of(url)
        return self._owners.get(host) or self._owners.get(host.partition(":")[0])
