"""What a command line asks for: which sites, and whether the operator has said who is crawling."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler import __version__
from crawler.frontier.database import open_existing
from crawler.frontier.exclusion import is_forgotten
from crawler.siteconfig.site import FAMILIES, Site, SiteError, choose, load_sites
from crawler.status import RefusedError

ARGUMENTS = ("site", "url")
_SCRAPYD = "_job"  # scrapyd gives its own name of the run to every spider
AGENT = f"chinese-template-crawler/{__version__}"


def select(family: str, arguments: Mapping[str, str], folder: Path) -> list[Site]:
    """The sites of `family` that -a site=NAME,NAME or -a url=URL names; all of them without. Raises RefusedError."""
    if family not in FAMILIES:
        raise RefusedError(f"no spider {family!r}; there are {', '.join(FAMILIES)}")
    for name in arguments:
        if name not in (*ARGUMENTS, _SCRAPYD):
            raise RefusedError(f"-a {name}=…: no such argument; there are {', '.join(ARGUMENTS)}")
    try:
        return list(choose(load_sites(folder), family, arguments.get("site"), arguments.get("url")).values())
    except SiteError as error:
        raise RefusedError(str(error)) from error


def refuse_forgotten(page: str, frontier: str) -> None:
    """Raises RefusedError when `scrapy forget` has taken the URL `page` down; StorageError. `frontier`: its address."""
    engine = open_existing(frontier)
    if engine is None:
        return
    try:
        if is_forgotten(engine, page):
            raise RefusedError(f"-a url={page}: taken down by scrapy forget, not to be fetched again")
    finally:
        engine.dispose()


def agent(sites: Iterable[Site], settings: BaseSettings) -> str:
    """The user agent, with CONTACT in it. Raises RefusedError when a public host would be crawled without."""
    contact = settings.get("CONTACT") or ""
    if contact and not (contact.isascii() and contact.isprintable() and ("@" in contact or "://" in contact)):
        raise RefusedError(f"CONTACT={contact!r}: a mail address or a URL is needed")
    public = sorted({domain for site in sites for domain in site.domains if _is_public(domain)})
    if public and not contact:
        more = f" and {len(public) - 1} more" if len(public) > 1 else ""
        raise RefusedError(
            f"{public[0]}{more}: a public host is not crawled anonymously; "
            "add -s CONTACT=… with a mail address or a page that says who you are"
        )
    return f"{AGENT} (+{contact})" if contact else AGENT


def _is_public(domain: str) -> bool:
    host = domain.rpartition(":")[0] or domain
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return not (host == "localhost" or host.endswith(".localhost"))
