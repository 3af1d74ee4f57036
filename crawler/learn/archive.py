"""The article pages of an archive, the newest first, observed by several processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from crawler.archive.division import Piece
from crawler.archive.reader import to_page
from crawler.extract.refusal import is_page
from crawler.learn.learning import MOST
from crawler.learn.observe import Observation, observe
from crawler.navigation.rendered import not_rendered
from crawler.reextract.files import readable
from crawler.sandbox.processor import Processor
from crawler.sandbox.units import Spread, carried_out
from crawler.siteconfig.site import Folders, load_sites

Dated = tuple[datetime, Observation]


@dataclass(slots=True)
class Observed:
    """By site, and what of the archive could not be read."""

    pages: dict[str, list[Dated]] = field(default_factory=lambda: defaultdict(list))
    damage: list[str] = field(default_factory=list)


def observe_archive(
    output: Path, folders: Folders, names: Collection[str], processes: int, spread: Spread = carried_out
) -> Observed:
    """What the newest articles of each of these sites say: MOST of them, or more, where there are so many.

    Files are read from the newest on until all sites have enough. Raises OSError, SiteError.
    """
    files = sorted((output / "warc").rglob("*.warc.gz"), key=lambda path: path.name.split("-", 1)[-1], reverse=True)
    found = Observed()
    for batch in _batches(files, 2 * processes):
        wanted = frozenset(name for name in names if len(found.pages[name]) < MOST)
        if not wanted:
            break
        work = partial(observe_file, folders=folders, names=wanted)
        for _, observed in sorted(spread(work, batch, processes), key=lambda each: each[0]):
            found.damage += observed.damage
            for name, pages in observed.pages.items():
                found.pages[name] += pages
    return found


def _batches(files: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(files), size):
        yield files[start : start + size]


def observe_file(path: Path, processor: Processor, *, folders: Folders, names: Collection[str]) -> Observed:
    """Of one WARC file: the first pages of articles of these sites."""
    sites, found = load_sites(folders), Observed()
    for stored in readable(Piece(path), found.damage):
        metadata = stored.metadata
        name = metadata.get("site", "")
        if (
            name in names
            and metadata.get("role") == "article"
            and "first-record" not in metadata
            and stored.refers is None
            and is_page(stored.status)
            and not_rendered(metadata) is None
        ):
            page = observe(to_page(stored), metadata.get("family") or None, sites.get(name), processor)
            if page is not None:
                found.pages[name].append((stored.capture.fetched_at, page))
    return found
