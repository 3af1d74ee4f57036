"""A site is data: one TOML that says where to start, what an article's URL looks like and how slowly to go.

Every mistake in a file is refused with file, key and what is allowed, because a pattern that is silently wrong shows
only as a dataset that stays empty. Reading guide: docs/sites.md.
"""

from __future__ import annotations

import itertools
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeAlias

from crawler.extract.layout import Layout
from crawler.extract.url import absolute, host_of
from crawler.language import about, message, why, words
from crawler.siteconfig.reader import SiteError, SiteFile, shown

__all__ = [
    "FAMILIES",
    "Expect",
    "Folders",
    "Layout",
    "Site",
    "SiteError",
    "choose",
    "load_site",
    "load_sites",
    "sites_folders",
]

FAMILIES = ("fanwen", "news", "wenku")
RENDER = ("never", "auto", "always")
KEYS = ("family", "domains", "seeds", "article", "follow", "delay", "expect", "render", "render_hosts", "layout")
SELECTORS = ("title", "body", "lead", "published", "source", "author", "editor", "category", "keywords")
LONGEST_URL = 2048  # characters of path and query: sitemaps.org has no longer ones, and a pattern's time grows with it
LARGEST = 256 << 10  # characters of a file: ours have up to 1,300
CHINA = timezone(timedelta(hours=8))
Folders: TypeAlias = Path | tuple[Path, ...]
"""SITES_DIR: one folder of site files, or several."""
SHIPPED = Path(__file__).parents[1] / "sites"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")


@dataclass(frozen=True, slots=True)
class Expect:
    """Articles a run; outside it the run reports trouble."""

    min: int
    max: int


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `delay` in seconds: 0.0 means the crawler's own, anything else only ever slows it down.

    `render`: whether a browser shows its pages, one of RENDER; `render_hosts`: hosts besides `domains` that the scripts
    of its pages may ask.
    """

    name: str
    family: str
    domains: tuple[str, ...]
    seeds: tuple[str, ...]
    article: tuple[re.Pattern[str], ...]
    follow: tuple[re.Pattern[str], ...] = ()
    delay: float = 0.0
    expect: Expect | None = None
    layouts: tuple[Layout, ...] = ()
    render: str = "never"
    render_hosts: tuple[str, ...] = ()

    def owns(self, url: str) -> bool:
        """Whether the host is one of `domains`: exactly that host, no subdomain; a domain without port takes any."""
        host = host_of(url)
        return host in self.domains or host.partition(":")[0] in self.domains

    def is_article(self, url: str) -> bool:
        """Whether an `article` pattern is found in path and query of `url`, which must be canonical."""
        return self.article_pattern(url) is not None

    def is_list(self, url: str) -> bool:
        """Whether a `follow` pattern is found in path and query of `url`, which must be canonical."""
        return self.follow_pattern(url) is not None

    def article_pattern(self, url: str) -> str | None:
        """The first `article` pattern that is found in path and query of `url`, which must be canonical."""
        return _found(self.article, url)

    def follow_pattern(self, url: str) -> str | None:
        """The first `follow` pattern that is found in path and query of `url`, which must be canonical."""
        return _found(self.follow, url)

    def layout_at(self, captured_at: datetime | None) -> Layout | None:
        """The first layout still in use on the capture's day in China, or None: the page's skin decides."""
        day = captured_at.astimezone(CHINA).date() if captured_at else date.max  # not known: as of today
        return next((layout for layout in self.layouts if layout.until is None or day <= layout.until), None)


def sites_folders(setting: object) -> tuple[Path, ...]:
    """The folders that SITES_DIR names: a list, or a text with ":" between them; an empty one is the crawler's own."""
    names = setting if isinstance(setting, list | tuple) else str(setting).split(os.pathsep)
    return tuple(Path(str(name)).expanduser() if str(name) else SHIPPED for name in names)


def load_sites(folders: Folders) -> dict[str, Site]:
    """All *.toml of the folders by name. SiteError: a bad file, no folder, no file at all, or two files with one name
    or one domain."""
    folders = _several(folders)
    paths: dict[str, Path] = {}
    sites: dict[str, Site] = {}
    owner: dict[str, str] = {}
    for folder in folders:
        found = _site_files(folder)
        if not found and (len(folders) == 1 or not _readable(folder).is_dir()):
            raise SiteError(message("{folder}: no site here; one NAME.toml a site is needed", folder=folder))
        for file in found:
            path = folder / file.name
            site = load_site(file)
            if site.name in sites:
                raise SiteError(
                    message(
                        "{path}: a site of this name is in {other}, too; one file a name is allowed",
                        path=path,
                        other=paths[site.name],
                    )
                )
            for domain in site.domains:
                if domain in owner:
                    taken = message("{domain!r} is already claimed by {owner}", domain=domain, owner=owner[domain])
                    raise SiteError(about(str(path), about("domains", taken)))
                owner[domain] = site.name if len(folders) == 1 else f"{site.name} ({path})"
            sites[site.name], paths[site.name] = site, path
    if not sites:
        names = ", ".join(map(str, folders))
        raise SiteError(message("{folders}: no site there; one NAME.toml a site is needed", folders=names))
    return sites


def _several(folders: Folders) -> tuple[Path, ...]:
    return folders if isinstance(folders, tuple) else (folders,)


def _readable(folder: Path) -> Traversable:
    # The sites that come with the crawler lie inside a zip file when it was deployed as an egg.
    shipped = resources.files("crawler") / "sites"
    return shipped if Path(str(shipped)) == folder else folder


def _site_files(folder: Path) -> list[Traversable]:
    place = _readable(folder)
    try:
        files = [file for file in place.iterdir() if file.name.endswith(".toml")] if place.is_dir() else []
    except OSError as error:
        raise SiteError(
            message("{folder}: {why}; a folder that can be read is needed", folder=folder, why=why(error))
        ) from error
    return sorted(files, key=lambda file: file.name)


def site_file(folders: Folders, name: str) -> Path | None:
    """The path of the site's file; null where there is none."""
    paths = (folder / f"{name}.toml" for folder in _several(folders))
    return next((path for path in paths if _readable(path.parent).joinpath(path.name).is_file()), None)


def site_text(folders: Folders, name: str) -> str | None:
    """The site file of this name as it stands; null where there is none that can be read."""
    try:
        path = site_file(folders, name)
        return None if path is None else _readable(path.parent).joinpath(path.name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def load_site(path: Traversable) -> Site:
    """The site in `path`. SiteError names file, key and what is allowed."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SiteError(message("{path}: not a readable TOML file: {error}", path=path, error=words(error))) from error
    return parse_site(path.name.removesuffix(".toml"), text, Path(str(path)))


def parse_site(name: str, text: str, path: Path) -> Site:
    """The site that `text` (TOML) describes. SiteError names `path`, the key and what is allowed."""
    try:
        if len(text) > LARGEST:
            raise ValueError(message("more than {number} characters", number=LARGEST))
        table = tomllib.loads(text)
    except (
        ValueError,
        RecursionError,
    ) as error:  # TOMLDecodeError is a ValueError, and so is a number that is too large
        raise SiteError(message("{path}: not a readable TOML file: {error}", path=path, error=words(error))) from error
    file = SiteFile(path)
    if not _NAME.match(name):
        raise file.error(message("file name"), shown(name), message("lower case letters, digits, '.', '_' and '-'"))
    file.only(KEYS, table)
    domains = file.strings(table, "domains", at_least=1)
    for domain in domains:
        if host_of(f"http://{domain}/") != domain:
            raise file.error("domains", shown(domain), message("host names in lower case, without scheme and path"))
    site = Site(
        name=name,
        family=file.choice(table, "family", FAMILIES),
        domains=domains,
        seeds=tuple(absolute(seed, "") or seed for seed in file.strings(table, "seeds", at_least=1)),
        article=file.patterns(table, "article", at_least=1, never="/", hosts=domains),
        follow=file.patterns(table, "follow", at_least=0, never="", hosts=domains),
        delay=file.delay(table),
        expect=Expect(*numbers) if (numbers := file.numbers(table, "expect", "min", "max")) else None,
        layouts=_layouts(file, table),
        render=file.choice(table, "render", RENDER) if "render" in table else "never",
        render_hosts=file.strings(table, "render_hosts", at_least=0),
    )
    for host in site.render_hosts:
        if host_of(f"http://{host}/") != host:
            raise file.error("render_hosts", shown(host), message("host names in lower case, without scheme and path"))
    if site.render_hosts and site.render == "never":
        raise file.error("render_hosts", message("without render"), message('render = "auto" or "always" beside it'))
    for seed in site.seeds:
        if not site.owns(seed):
            allowed = message("absolute http(s) URLs on one of domains ({names})", names=", ".join(domains))
            raise file.error("seeds", shown(seed), allowed)
    return site


def choose(sites: Mapping[str, Site], family: str, names: str | None = None, url: str | None = None) -> dict[str, Site]:
    """The sites of `family`; with `names` ("a,b") only those, with `url` only its owner. SiteError: there is none."""
    chosen = {name: site for name, site in sites.items() if site.family == family}
    if not chosen:
        raise SiteError(
            message("no site of the family {family}; there are: {names}", family=family, names=", ".join(sites))
        )
    if names is not None:
        wanted = list(dict.fromkeys(name.strip() for name in names.split(",")))
        for name in wanted:
            if name not in chosen:
                there = message("{family} sites: {names}", family=family, names=", ".join(chosen))
                if name in sites:
                    other = message("{name!r} is a {family} site", name=name, family=sites[name].family)
                else:
                    other = message("{name!r} is not known", name=name)
                raise SiteError(message("site={given}: {why}; {there}", given=names, why=other, there=there))
        chosen = {name: chosen[name] for name in wanted}
    if url is not None:
        owners = {name: site for name, site in chosen.items() if site.owns(url)}
        if not owners:
            raise SiteError(
                message(
                    "url={url}: on the hosts of no {family} site; there are: {names}",
                    url=url,
                    family=family,
                    names=", ".join(chosen),
                )
            )
        chosen = owners
    return chosen


def _layouts(file: SiteFile, table: Mapping[str, Any]) -> tuple[Layout, ...]:
    layouts = tuple(_layout(file, entry) for entry in file.tables(table, "layout"))
    for older, newer in itertools.pairwise(layouts):
        if older.until is None or (newer.until is not None and newer.until <= older.until):
            raise file.error(
                "layout.until", str(older.until), message("ascending dates; only the last layout may have none")
            )
    return layouts


def _layout(file: SiteFile, table: Mapping[str, Any]) -> Layout:
    file.only(("until", *SELECTORS), table, "layout.")
    selectors = {key: file.selector(f"layout.{key}", table[key]) for key in SELECTORS if key in table}
    if not selectors:
        raise file.error("layout", message("no selector"), ", ".join(SELECTORS))
    return Layout(until=file.day(table, "layout.until"), **selectors)


def _found(patterns: Iterable[re.Pattern[str]], url: str) -> str | None:
    # A canonical URL is scheme://host/path?query: what follows the third slash is path and query.
    path = "/" + url.split("/", 3)[3]
    if len(path) > LONGEST_URL:
        return None
    return next((pattern.pattern for pattern in patterns if pattern.search(path)), None)
