"""The site files of a run, kept in the warcinfo record of each of its WARC files.

What a redirect or a next page means depends on the site's file, so that an archive without it would give other rows
after the file has gone from SITES_DIR. Today's file counts where there is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from crawler.archive.members import Member, scan
from crawler.archive.record import parse_warc_fields
from crawler.siteconfig.site import Folders, Site, parse_site, site_text

PREFIX = "site-file-"
"""Of the warcinfo field that holds a site's TOML as a JSON string; the site's name follows."""


def site_fields(folders: Folders, names: Iterable[str]) -> dict[str, str]:
    """Fields for the warcinfo record. A site without a file in `folders` has none."""
    texts = {name: site_text(folders, name) for name in names}
    return {f"{PREFIX}{name}": json.dumps(text) for name, text in texts.items() if text is not None}


def archived_sites(warc: Path) -> dict[str, Site]:
    """The sites whose files the WARC file holds; what today's reading refuses is left out. Raises OSError."""
    with closing(scan(warc)) as records:
        first = next(records, None)
    fields = parse_warc_fields(first.block) if isinstance(first, Member) and first.kind == "warcinfo" else {}
    sites = {}
    for key, value in fields.items():
        if key.startswith(PREFIX):
            name = key.removeprefix(PREFIX)
            try:
                sites[name] = parse_site(name, str(json.loads(value)), Path(warc.name, f"{name}.toml"))
            except (ValueError, RecursionError):  # SiteError is one: the rules of site files have changed
                continue
    return sites


class KnownSites:
    """Today's sites, and for a site whose file is gone the one in the archive."""

    def __init__(self, today: Mapping[str, Site]) -> None:
        self._today = today
        self._archived: dict[Path, Mapping[str, Site]] = {}

    def get(self, name: str, warc: Path) -> Site | None:
        """The site `name` for a record in the file `warc`; null where neither has it. Raises OSError."""
        if name in self._today:
            return self._today[name]
        if warc not in self._archived:
            self._archived[warc] = archived_sites(warc)
        return self._archived[warc].get(name)
