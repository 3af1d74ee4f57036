"""An OUTPUT_DIR as crawls leave it, made without sockets: the demo's generated pages straight into WARC files, and
their rows by the functions that every crawl uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from isal import igzip

from crawler.archive.division import Piece
from crawler.archive.exchange import Exchange
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Capture
from crawler.extract.page import Page
from crawler.reextract.files import Job, extract_files, join_files
from crawler.sandbox.processor import Processor
from pipelines.dataset.manifest import Manifest, covers
from pipelines.process import extract_page
from pipelines.version import RULES_VERSION
from tests.site.batch import Batch
from tests.site.reply import Reply
from tests.site.scaled import Scaled, ScaledSite

BASE = "http://127.0.0.1:18099"
NAME = "scaled"
FAMILY = "fanwen"
SHORT = Reply(b"<html><body>1", "text/html; charset=utf-8")
DEAD = Reply(b"Not Found", status=404)

Place = tuple[Batch, int]


def scaled(count: int) -> ScaledSite:
    return Scaled(count).build({NAME: BASE})


def places(site: ScaledSite) -> list[Place]:
    """All articles of the site, channel by channel."""
    return [(batch, number) for batch in site.batches for number in batch.ids()]


def write_site(folder: Path, site: ScaledSite) -> Path:
    """SITES_DIR with the site's file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.toml").write_text(site.toml, "utf-8")
    return folder


def run_id(number: int, at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}-{FAMILY}-{number:06x}"


def crawl(output: Path, sites: Path, some: Iterable[Place], number: int, at: datetime) -> Manifest:
    """One finished run that fetched these articles, a list of them, a dead link and a page without text."""
    run = run_id(number, at)
    files = archive(output, some, run, at)
    job = Job(output, sites, run, at)
    results = [extract_files(map(Piece, files), job, 0, Processor())]
    results.append(join_files(results[0].pages, job, 1, Processor()))
    counts = {kind: sum(each.counts[kind] for each in results) for kind in ("articles", "captures", "rejects")}
    manifest = Manifest(
        run_id=run,
        family=FAMILY,
        sites=[NAME],
        started=at,
        finished=at + timedelta(hours=1),
        rules_version=RULES_VERSION,
        files=[part for each in results for part in each.parts],
        warc=covers(files),
        counts=counts,
    )
    manifest.write(output)
    (output / "tmp" / run).rmdir()
    return manifest


def archive(output: Path, some: Iterable[Place], run: str, at: datetime, max_bytes: int = 1 << 30) -> list[Path]:
    """The WARC files of the run; exchanges a second apart from `at` on."""
    writer = WarcWriter(output / "warc" / FAMILY, prefix=FAMILY, run_id=run, max_bytes=max_bytes)
    seconds = iter(range(1 << 40))

    def write(path: str, reply: Reply, **metadata: str) -> Capture:
        return writer.write(_exchange(path, reply, at + timedelta(seconds=next(seconds)), metadata))

    write("/robots.txt", Reply(b"User-agent: *\nDisallow:\n", "text/plain"), role="robots")
    named = []
    for batch, number in some:
        named.append(f'<a href="{BASE}{batch.link(number).url}">{batch.link(number).text}</a>')
        first: Capture | None = None
        pages = list(batch.replies(number, BASE, "大青禾"))
        for page, (path, reply) in enumerate(pages, 1):
            chain = {"page": str(page), "first-record": first.record_id} if first else {}
            capture = write(path, reply, site=NAME, family=FAMILY, role="article", **chain)
            if page < len(pages) and _is_reject(path, reply):
                break  # as a crawl: behind a page that is no article nobody asks for the next
            first = first or capture
    write("/c0/", Reply("".join(named).encode()), site=NAME, family=FAMILY, role="list")
    for path, reply in ((f"/c0/9{run[-6:]}.html", DEAD), (f"/c1/9{run[-6:]}.html", SHORT)):
        write(path.replace("a", "1"), reply, site=NAME, family=FAMILY, role="article")
    return writer.close()


def _is_reject(path: str, reply: Reply) -> bool:
    page = Page(BASE + path, reply.body, reply.content_type, datetime.now(UTC))
    return extract_page(page, family=FAMILY).reject is not None


def _exchange(path: str, reply: Reply, at: datetime, metadata: dict[str, str]) -> Exchange:
    body = igzip.compress(reply.body) if reply.gzip else reply.body
    return Exchange(
        url=BASE + path,
        fetched_at=at,
        request=f"GET {path} HTTP/1.1\r\nHost: {BASE[7:]}\r\n\r\n".encode(),
        response_head="".join(f"{line}\r\n" for line in (*_head(reply, len(body)), "")).encode(),
        body=body,
        ip="127.0.0.1",
        protocols=("http/1.1",),
        metadata=tuple(metadata.items()),
    )


def _head(reply: Reply, length: int) -> Iterator[str]:
    yield f"HTTP/1.1 {reply.status} {'OK' if reply.status == 200 else 'Not Found'}"
    yield f"Content-Type: {reply.content_type}"
    if reply.gzip:
        yield "Content-Encoding: gzip"
    yield f"Content-Length: {length}"
