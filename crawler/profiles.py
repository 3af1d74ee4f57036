"""The files of site profiles, state/profiles/<site>/<from-date>.json. Old ones stay: rows name what made them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from crawler.extract.profile import LARGEST, Profile, ProfileError, parse_profile, serialised
from crawler.language import message, words
from crawler.output import write_text

FOLDER = "state/profiles"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(\d{1,6}))?\.json")  # the second of a day is 2026-11-27-2.json


def newest_profiles(output: Path, damage: list[str], sites: Collection[str] | None = None) -> dict[str, Profile]:
    """The newest profile of each site, or of each in `sites`, by the site's name; one that changes nothing is left out.

    Where the newest file is none, the site has none, and `damage` gets a line that says so.
    """
    found = {}
    for folder in _folders(output):
        if sites is not None and folder.name not in sites:
            continue
        for path in _files(folder)[-1:]:
            try:
                if profile := _read(path):
                    found[folder.name] = profile
            except (ProfileError, OSError) as error:
                told = message(
                    "{path} is no profile of {site}: {error}, its pages are read without one",
                    path=str(path),
                    site=folder.name,
                    error=words(error),
                )
                damage.append(told)
    return found


class KnownProfiles:
    """All profiles of OUTPUT_DIR, by site and digest: a row names the one that it was made by."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._found: dict[str, dict[str, Profile]] = {}

    def get(self, site: str, digest: str) -> Profile | None:
        """None where there is no such file, or it is damaged."""
        if site not in self._found:
            self._found[site] = {}
            for folder in _folders(self._output):
                if folder.name == site:
                    self._found[site] = {each.digest: each for each in _readable(folder)}
        return self._found[site].get(digest)


def keep_profile(output: Path, site: str, raw: bytes, since: date) -> Path | None:
    """Make `raw`, of serialised(), the newest profile of the site. None where the newest says the same. Raises
    OSError.
    """
    folder = output / FOLDER / site
    files = _files(folder)
    if files:
        try:
            if _read(files[-1]).tables == parse_profile(raw, site).tables:
                return None
        except (ProfileError, OSError):
            pass  # the new one takes its place
    number = max((_order(path)[1] for path in files if _order(path)[0] == since.isoformat()), default=0) + 1
    name = f"{since}.json" if number == 1 else f"{since}-{number}.json"
    return write_text(folder / name, raw.decode())


def switch_off(output: Path, site: str, since: date, why: str) -> Path | None:
    """Make a profile that changes nothing the newest of the site. Raises OSError."""
    return keep_profile(output, site, serialised(site, since, {}, pages={}, note=why), since)


def drop_profiles(output: Path, site: str) -> None:
    """Remove all profiles of a site that is taken down. Done a second time it finds nothing."""
    for folder in _folders(output):
        if folder.name == site:
            shutil.rmtree(folder)


def _folders(output: Path) -> Iterator[Path]:
    """Of all sites: a site's name that comes from a record is compared, and never made a path."""
    yield from (path for path in sorted((output / FOLDER).glob("*")) if path.is_dir())


def _files(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted((path for path in folder.glob("*.json") if _NAME.fullmatch(path.name)), key=_order)


def _order(path: Path) -> tuple[str, int]:
    match = _NAME.fullmatch(path.name)
    assert match is not None
    return match[1], int(match[2] or 1)


def _read(path: Path) -> Profile:
    with path.open("rb") as file:
        return parse_profile(file.read(LARGEST + 1), path.parent.name)


def _readable(folder: Path) -> Iterator[Profile]:
    for path in _files(folder):
        try:
            yield _read(path)
        except (ProfileError, OSError):
            continue  # whoever needs it is told that there is no such profile
