"""What a command line asks for: which sites, and whether the operator has said who is crawling."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeGuard

from scrapy import Spider
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from crawler import settings as project
from crawler.contact import user_agent
from crawler.language import about, message, words
from crawler.siteconfig.site import FAMILIES, Folders, Site, SiteError, choose, load_sites
from crawler.status import RefusedError

if TYPE_CHECKING:
    from crawler.spiders.base import TemplateSpider

ARGUMENTS = ("site", "url")
_SCRAPYD = "_job"  # scrapyd gives its own name of the run to every spider


def spider_class(name: str, settings: BaseSettings) -> type[Spider]:
    """The spider of this name in SPIDER_MODULES, which the command line can only add to. Raises RefusedError."""
    modules = [*project.SPIDER_MODULES, *settings.getlist("SPIDER_MODULES")]
    settings.set("SPIDER_MODULES", list(dict.fromkeys(modules)), priority="cmdline")
    try:
        loader = get_spider_loader(settings)
    except ImportError as error:
        raise RefusedError(about("SPIDER_MODULES", words(error))) from error
    try:
        return loader.load(name)
    except KeyError:
        names = ", ".join(sorted(loader.list()))
        raise RefusedError(message("no spider {name!r}; there are {names}", name=name, names=names)) from None


def is_ours(spider: type[Spider]) -> TypeGuard[type[TemplateSpider]]:
    """Whether it is a TemplateSpider: what the frontier, the archive and the dataset are made for."""
    from crawler.spiders.base import TemplateSpider  # noqa: PLC0415 - Scrapy imports all commands for each of them

    return issubclass(spider, TemplateSpider)


def select(spider: type[TemplateSpider], arguments: Mapping[str, str], folders: Folders) -> list[Site]:
    """The sites of the spider's family that -a site=NAME,NAME or -a url=URL names; all without. Raises RefusedError."""
    family = spider.family
    if family not in FAMILIES:
        raise RefusedError(
            message(
                "the spider {name!r} has the family {family!r}; allowed: {names}",
                name=spider.name,
                family=family,
                names=", ".join(FAMILIES),
            )
        )
    own = "from_crawler" in vars(spider)  # it takes arguments of its own
    for name in arguments:
        if name not in (*ARGUMENTS, _SCRAPYD) and not own:
            names = ", ".join(ARGUMENTS)
            raise RefusedError(message("-a {name}=…: no such argument; there are {names}", name=name, names=names))
    try:
        return list(choose(load_sites(folders), family, arguments.get("site"), arguments.get("url")).values())
    except SiteError as error:
        raise RefusedError(words(error)) from error


def refuse_forgotten(page: str, frontier: str) -> None:
    """Raises RefusedError when `scrapy forget` has taken the URL `page` down; StorageError. `frontier`: its address."""
    # Scrapy imports all commands for each of them, and these bring SQLAlchemy.
    from crawler.frontier.database import open_existing  # noqa: PLC0415
    from crawler.frontier.exclusion import is_forgotten  # noqa: PLC0415

    engine = open_existing(frontier)
    if engine is None:
        return
    try:
        if is_forgotten(engine, page):
            raise RefusedError(
                message("-a url={page}: taken down by scrapy forget, not to be fetched again", page=page)
            )
    finally:
        engine.dispose()


def agent(sites: Iterable[Site], settings: BaseSettings) -> str:
    """The user agent, with CONTACT in it. Raises RefusedError when a public host would be crawled without."""
    contact = settings.get("CONTACT")
    public = sorted({domain for site in sites for domain in site.domains if _is_public(domain)})
    if public and not contact:
        raise RefusedError(
            message(
                "{host}{more}: a public host is not crawled anonymously; "
                "add -s CONTACT=… with a mail address or a page that says who you are",
                host=public[0],
                more=message(" and {number} more", number=len(public) - 1) if len(public) > 1 else "",
            )
        )
    return contact_agent(settings)


def check_browser(sites: Iterable[Site], settings: BaseSettings) -> None:
    """Raises RefusedError where a site has to be rendered and there is nothing that can."""
    rendered = [site.name for site in sites if site.render != "never"]
    if not rendered:
        return
    executable = str(settings["RENDER_BROWSER"])
    if find_spec("playwright") is None:
        missing = message("the package playwright is not installed (pip install 'chinese-template-crawler[render]')")
    elif not os.access(executable, os.X_OK):
        missing = message(
            "there is no browser {browser} (apt-get install chromium, or -s RENDER_BROWSER=PATH)", browser=executable
        )
    else:
        return
    raise RefusedError(
        message("{rendered}: its site file says render, but {missing}", rendered=rendered[0], missing=missing)
    )


def contact_agent(settings: BaseSettings) -> str:
    """The user agent, with CONTACT in it where it is given. Raises RefusedError where that is no contact."""
    try:
        return user_agent(settings.get("CONTACT"))
    except ValueError as error:
        raise RefusedError(words(error)) from error


def _is_public(domain: str) -> bool:
    host = domain.rpartition(":")[0] or domain
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return not (host == "localhost" or host.endswith(".localhost"))
