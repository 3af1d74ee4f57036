"""Finding what a take-down removes: the records of the URL, of its article's further pages, and of redirects to it.

They are looked up in the archive's indexes, so that only these records are read. List pages that link to the article
stay: they are other pages and link to other articles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.archive.cdxj import IndexEntry, index_path, lines, parse
from crawler.archive.head import bytes_of
from crawler.archive.members import index, members, response_record
from crawler.archive.reader import Stored, locate, read_capture, to_page
from crawler.archive.rewrite import spans
from crawler.extract.url import article_id, host_of
from crawler.navigation.redirect import REDIRECTS, led_to
from crawler.navigation.rendered import resources_of
from crawler.sandbox.processor import Processor, ProcessorBeside
from crawler.siteconfig.archived import KnownSites, archived_sites
from crawler.siteconfig.site import Site
from crawler.takedown.journal import Plan, Rewrite
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.part import sha256
from pipelines.dataset.revision import kind_of, whole_parts
from pipelines.dataset.scan import connect, parquet


@dataclass(frozen=True, slots=True)
class Holdings:
    """Where to look. `spill`: a folder for what does not fit into `memory` (bytes; default: see default_memory)."""

    output: Path
    manifests: Mapping[str, Manifest]
    sites: Mapping[str, Site]
    spill: Path
    memory: int | None = None

    def page_urls(self, keys: Collection[str]) -> list[str]:
        """The URLs of all pages of the rows with these ids."""
        query = "SELECT DISTINCT unnest(captures).url FROM {} WHERE list_contains($1, id)"
        return [str(url) for (url,) in self._ask("articles", query, [sorted(keys)])]

    def hosts(self, site: str) -> set[str]:
        """The hosts at which the rows and rejects of the site were found."""
        query = "SELECT DISTINCT regexp_extract(url, '^[a-z]+://[^/?#]+') FROM {} WHERE site = $1"
        return {host_of(f"{url}/") for kind in ("articles", "rejects") for (url,) in self._ask(kind, query, [site])}

    def domains(self, site: str) -> set[str]:
        """Those of the site's file, or where it is gone those of its archived files."""
        if site in self.sites:
            return set(self.sites[site].domains)
        known = (archived_sites(path).get(site) for path in sorted((self.output / "warc").rglob("*.warc.gz")))
        return {domain for each in known if each for domain in each.domains}

    def _ask(self, kind: str, query: str, values: list[object]) -> list[tuple[str]]:
        files = [self.output / part.path for part in whole_parts(self.output, self.manifests) if kind_of(part) == kind]
        if not files:
            return []
        with connect(self.spill, self.memory) as connection:
            return connection.execute(query.format(parquet(files)), values).fetchall()


def plan_site(holdings: Holdings, site: str, hosts: Collection[str], run_id: str, at: datetime) -> Plan:
    """Everything that came from these hosts."""

    def wanted(entry: IndexEntry) -> bool:
        host = host_of(entry.url)
        return host in hosts or host.partition(":")[0] in hosts

    found = list(_entries(holdings.output, wanted))
    return _plan(holdings, found, Plan(run_id, at.isoformat(), site=site, hosts=sorted(hosts)))


def plan_articles(holdings: Holdings, keys: Collection[str], run_id: str, at: datetime) -> Plan:
    """The articles with these ids, wherever their pages lie. `Plan.keys` has the ids of the further pages as well."""
    wanted = {*keys, *map(article_id, holdings.page_urls(keys))}
    with ProcessorBeside() as processor:
        search = _Search(holdings, wanted, processor)
        while search.extend():
            pass
    return _plan(holdings, search.found.values(), Plan(run_id, at.isoformat(), keys=sorted(search.wanted)))


class _Search:
    """The pages of the wanted articles. A page that is found may name others, so the indexes are read repeatedly."""

    def __init__(self, holdings: Holdings, wanted: set[str], processor: Processor) -> None:
        self._processor = processor
        self._sites = KnownSites(holdings.sites)
        self.wanted = wanted
        self.found: dict[tuple[str, int], IndexEntry] = {}
        self._holdings = holdings
        self._candidates: set[str] = set()  # ids of URLs that a found page names; their own record decides
        self._record_ids: set[str] = set()
        self._redirecting: set[str] = set()  # URLs

    def extend(self) -> bool:
        """Go through all indexes once; whether that found anything new."""
        before = len(self.found) + len(self._candidates)
        known = self.wanted | self._candidates
        for entry in _entries(self._holdings.output, lambda entry: article_id(entry.url) in known):
            place, key = (entry.warc_file, entry.offset), article_id(entry.url)
            if place in self.found:
                continue
            stored = _read(self._holdings.output, entry)
            if stored is not None and stored.metadata.get("role") == "resource":
                # Other pages may have asked for the same URL: their records stay.
                if article_id(stored.metadata.get("via", "")) in self.wanted:
                    self.found[place] = entry
                continue
            if key not in self.wanted and stored is not None and self._belongs(stored):
                self.wanted.add(key)
            if key in self.wanted:
                self.found[place] = entry
                if stored is not None:
                    self._record_ids.add(stored.capture.record_id)
                    self._candidates.update(map(article_id, self._named(stored)))
        return len(self.found) + len(self._candidates) > before

    def _belongs(self, stored: Stored) -> bool:
        metadata = stored.metadata
        if metadata.get("first-record") in self._record_ids:
            return True
        if stored.status in REDIRECTS:
            return article_id(led_to(stored.url, bytes_of(stored.headers, "location"))) in self.wanted
        return metadata.get("role") == "article" and metadata.get("via") in self._redirecting

    def _named(self, stored: Stored) -> Iterator[str]:
        metadata = stored.metadata
        if stored.status in REDIRECTS:
            self._redirecting.add(stored.url)
            yield led_to(stored.url, bytes_of(stored.headers, "location"))
        elif metadata.get("role") == "article":
            yield metadata.get("via", "")  # it may be a redirect
            yield from resources_of(metadata)
            warc = locate(self._holdings.output / "warc", stored.capture.warc_file)
            site = self._sites.get(metadata.get("site", ""), warc)
            outcome = self._processor.extract_page(to_page(stored), family=metadata.get("family") or None, site=site)
            if outcome.next_page:
                yield outcome.next_page


def _read(output: Path, entry: IndexEntry) -> Stored | None:
    """The response; null where a tombstone has taken its place."""
    path = locate(output / "warc", entry.warc_file)
    member = next(members(path, entry.offset), None)
    found = response_record(member, path.name) if member else None
    return read_capture(output / "warc", found.capture) if found else None


def _entries(output: Path, wanted: Callable[[IndexEntry], bool]) -> Iterator[IndexEntry]:
    for path in sorted((output / "warc").rglob("*.warc.gz")):
        yield from filter(wanted, _lines(path))


def _lines(path: Path) -> Iterator[IndexEntry]:
    if index_path(path).exists():
        yield from (parse(line.decode()) for line in lines(index_path(path)))
    else:  # another tool's archive
        yield from (parse(line.decode()) for line in index(path))


def _plan(holdings: Holdings, found: Iterable[IndexEntry], plan: Plan) -> Plan:
    digests = {each.file: each.sha256 for manifest in holdings.manifests.values() for each in manifest.warc}
    offsets: dict[str, list[int]] = defaultdict(list)
    for entry in found:
        offsets[entry.warc_file].append(entry.offset)
    ids: set[str] = set()
    for name, some in sorted(offsets.items()):
        path = locate(holdings.output / "warc", name)
        boundaries = {edge for entry in _lines(path) for edge in (entry.offset, entry.offset + entry.length)}
        gone, removed = spans(path, some, boundaries)
        plan.files[name] = Rewrite(gone, sorted(some), digests.get(name) or sha256(path))
        ids |= removed
    plan.record_ids = sorted(ids)
    return plan
