"""Settings that name code: what cannot be loaded, or is of another kind, is one line before anything starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings
from scrapy.utils.misc import load_object

from crawler import settings as project
from crawler.language import message, words
from crawler.status import RefusedError

COMPONENTS = ("ITEM_PIPELINES", "EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES")
_ORDERED = {
    *COMPONENTS,
    *(f"{name}_BASE" for name in COMPONENTS),
    "SPIDER_CONTRACTS",
    "SPIDER_CONTRACTS_BASE",
    "ADDONS",
}
"""{class: its place, or null where it is switched off}"""
_NAMED = {
    *("DOWNLOAD_HANDLERS", "DOWNLOAD_HANDLERS_BASE", "FEED_EXPORTERS", "FEED_EXPORTERS_BASE"),
    *("FEED_STORAGES", "FEED_STORAGES_BASE", "REFERRER_POLICIES"),
}
"""{scheme or format: class, or null where there is none}"""
# One class, of which Scrapy's settings state one, or none.
_SINGLE = {
    *(name for name, value in vars(default_settings).items() if str(value).startswith(("scrapy.", "twisted."))),
    *("ASYNCIO_EVENT_LOOP", "DOWNLOADER_CLIENTCONTEXTFACTORY", "FEED_URI_PARAMS"),
}
_KINDS = {
    "SCHEDULER": "scrapy.core.scheduler.BaseScheduler",
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "DOWNLOADER": "scrapy.core.downloader.Downloader",
    "ITEM_PROCESSOR": "scrapy.pipelines.ItemPipelineManager",
    "STATS_CLASS": "scrapy.statscollectors.StatsCollector",
    "LOG_FORMATTER": "scrapy.logformatter.LogFormatter",
    "SPIDER_LOADER_CLASS": "scrapy.spiderloader.SpiderLoader",
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "ASYNCIO_EVENT_LOOP": "asyncio.AbstractEventLoop",
}
_POLICIES = {  # of the W3C, by their names
    "",
    *("no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "origin-when-cross-origin", "unsafe-url"),
    *("strict-origin", "strict-origin-when-cross-origin", "scrapy-default"),
}
_OURS = ("SCHEDULER", "STATS_CLASS")


def check_code(settings: BaseSettings, name: str) -> None:
    """Raises RefusedError where the setting names code that cannot be loaded or is of the wrong kind."""
    if name in _KINDS:
        if settings[name] is not None or getattr(default_settings, name) is not None:
            _of_kind(name, settings[name], _KINDS[name])
        return
    for path in _paths(settings, name):
        _loaded(name, path)


def check_ours(settings: BaseSettings) -> None:
    """Raises RefusedError where what the project's spiders need is replaced by what cannot do it."""
    if not settings.getbool("TWISTED_REACTOR_ENABLED"):
        raise RefusedError(message("TWISTED_REACTOR_ENABLED=0: the crawl needs Twisted's reactor"))
    if settings.getbool("HTTPCACHE_ENABLED"):
        raise RefusedError(
            message("HTTPCACHE_ENABLED=1: not needed, the archive keeps every answer: scrapy reextract reads it again")
        )
    for name in settings:
        if str(name).endswith("_BASE") and settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]:
            own = str(name).removesuffix("_BASE")
            raise RefusedError(
                message("-s {name}=…: not to be replaced; add what you need in {own}", name=name, own=own)
            )
    for name in _OURS:
        _of_kind(name, settings[name], getattr(project, name))
    given = settings.getdict("DOWNLOAD_HANDLERS")
    for scheme, ours in project.DOWNLOAD_HANDLERS.items():
        if ours is not None:
            _of_kind(f"DOWNLOAD_HANDLERS {scheme}", given.get(scheme, ours), ours)
    settings.set("DOWNLOAD_HANDLERS", {**project.DOWNLOAD_HANDLERS, **given}, priority="cmdline")


def _paths(settings: BaseSettings, name: str) -> Iterator[Any]:
    if name in _ORDERED:
        for path, order in settings.getdict(name).items():
            if order is not None and not isinstance(order, int | float):
                raise RefusedError(message("{name}={path}: its place has to be a number or null", name=name, path=path))
            if order is not None:
                yield path
    elif name == "RETRY_EXCEPTIONS":
        yield from settings.getlist(name)
    elif name in _NAMED:
        yield from (path for path in settings.getdict(name).values() if path is not None)
    elif name in _SINGLE and not (name == "REFERRER_POLICY" and settings[name] in _POLICIES):
        yield from (path for path in [settings[name]] if path or getattr(default_settings, name, None))


def _loaded(name: str, path: Any) -> Any:
    try:
        return load_object(path)
    except Exception as error:  # whatever a module of somebody's own raises
        told = message("{name}={path}: cannot be loaded: {error}", name=name, path=str(path), error=words(error))
        raise RefusedError(told) from error


def _of_kind(name: str, path: Any, kind: str) -> None:
    # issubclass() is content where a class has the methods of a scheduler.
    if load_object(kind) not in getattr(_loaded(name, path), "__mro__", ()):
        told = message("{name}={path}: a subclass of {kind} is needed", name=name, path=str(path), kind=kind)
        raise RefusedError(told)
