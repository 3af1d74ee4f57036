"""Checks the settings of the command line before anything starts, so that a mistake is reported in one line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings
from scrapy.utils.versions import get_versions

from crawler import settings as project
from crawler.commands.cli import MOST_PROCESSES, memory_of
from crawler.commands.code import COMPONENTS, check_code
from crawler.frontier.address import StorageError
from crawler.frontier.policy import Budget
from crawler.language import message, why, words
from crawler.status import Exit, RefusedError

_KINDS: dict[type, str] = {bool: "getbool", int: "getint", float: "getfloat", dict: "getdict"}
_MAY_BE_NEGATIVE = ("RETRY_PRIORITY_ADJUST", "REDIRECT_PRIORITY_ADJUST", "DEPTH_PRIORITY", "FEED_EXPORT_INDENT")
# Where a number means something. Any other setting that is a number has to be finite, and mostly not below 0.
_RANGES = {
    "FRONTIER_HOSTS": (1, 10_000),
    "FRONTIER_LEASE_SECONDS": (1, 86_400),
    "DOWNLOAD_DELAY": (0, 86_400),
    "DOWNLOAD_TIMEOUT": (0.1, 86_400),
    "DOWNLOAD_MAXSIZE": (0, 1 << 40),
    "CONCURRENT_REQUESTS": (1, 10_000),
    "CONCURRENT_REQUESTS_PER_DOMAIN": (1, 10_000),
    "CONCURRENT_ITEMS": (1, 10_000),
    "AUTOTHROTTLE_START_DELAY": (0, 86_400),
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": (1, 1 << 40),
    "EXTRACT_PROCESSES": (1, MOST_PROCESSES),
    "METRICS_PORT": (0, 65_535),
    "RENDER_TABS": (1, 64),
    "RENDER_SECONDS": (1, 3_600),
    "RENDER_REQUESTS": (0, 10_000),
    "MEMUSAGE_CHECK_INTERVAL_SECONDS": (0.1, 86_400),
}
# What is read when a crawl begins, by Scrapy or by Python's logging.
_Reader = Callable[[BaseSettings, str], object]
_STATUSES: tuple[_Reader, str] = (
    lambda settings, name: list(map(int, settings.getlist(name))),
    message("a list of statuses such as 500,503"),
)
_ENCODING: tuple[_Reader, str] = (lambda settings, name: "".encode(settings[name]), message("the name of an encoding"))
_FORMS: dict[str, tuple[_Reader, str]] = {
    "RETRY_HTTP_CODES": _STATUSES,
    "HTTPERROR_ALLOWED_CODES": _STATUSES,
    "HTTPCACHE_IGNORE_HTTP_CODES": _STATUSES,
    "LOG_ENCODING": _ENCODING,
    "FEED_EXPORT_ENCODING": _ENCODING,
    "HTTPPROXY_AUTH_ENCODING": _ENCODING,
    "LOG_FORMAT": (
        lambda settings, name: logging.Formatter(settings[name]),
        message("a format such as '%(levelname)s: %(message)s'"),
    ),
    "LOG_VERSIONS": (lambda settings, name: get_versions(settings.getlist(name)), message("a list of packages")),
}
_LONGEST_RECRAWL = 36_500.0  # days
_WORDS = {
    "getbool": message("1 or 0"),
    "getint": message("a whole number"),
    "getfloat": message("a number"),
    "getdict": message("a JSON object"),
}


def check_settings(settings: BaseSettings) -> None:
    """Raises RefusedError for a setting of the command line that does not exist or cannot be read, or a closed log."""
    known = known_settings()
    for name in settings:
        if settings.getpriority(name) != SETTINGS_PRIORITIES["cmdline"]:
            continue
        if name not in known:
            near = get_close_matches(str(name), known, 1)
            hint = message("; did you mean {name}?", name=near[0]) if near else ""
            raise RefusedError(message("-s {name}=…: no such setting{hint}", name=name, hint=hint))
        check_value(settings, str(name), known[str(name)])
    _read(settings, "SITE_BUDGET", lambda: Budget.of(settings.getdict("SITE_BUDGET")))
    _read(
        settings,
        "RECRAWL_DAYS",
        lambda: _days(settings.getlist("RECRAWL_DAYS")),
        message("a list of days such as 1,7,30"),
    )
    if settings["JOBDIR"]:
        raise RefusedError(
            message("-s JOBDIR=…: not needed: the frontier in OUTPUT_DIR/state goes on where a run stopped")
        )
    level = settings["LOG_LEVEL"]
    if str(level).upper() not in logging.getLevelNamesMapping():
        raise RefusedError(
            message("LOG_LEVEL={level}: one of DEBUG, INFO, WARNING, ERROR and CRITICAL is needed", level=level)
        )
    memory_of(settings)
    if address := settings["FRONTIER_URL"]:
        from crawler.frontier.database import address_of  # noqa: PLC0415 - Scrapy imports all commands

        try:
            address_of(address)
        except StorageError as error:
            raise RefusedError(str(error)) from error
    if (file := settings["METRICS_FILE"]) and os.path.exists(file) and not os.path.isfile(file):  # of any length
        raise RefusedError(message("METRICS_FILE={file}: the name of a file is needed", file=file))
    if file and not os.access(Path(file).absolute().parent, os.W_OK):
        raise RefusedError(
            message("METRICS_FILE={file}: its folder is not there or cannot be written", file=file), Exit.STORAGE
        )
    if settings["LOG_FILE"]:
        try:
            # Not to wait for somebody who reads a pipe.
            os.close(os.open(settings["LOG_FILE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o666))
        except OSError as error:
            raise RefusedError(
                message("{name}={value}: {why}", name="LOG_FILE", value=settings["LOG_FILE"], why=why(error)),
                Exit.STORAGE,
            ) from error


def merge_components(settings: BaseSettings) -> None:
    """What the command line adds to pipelines, middlewares and extensions stands beside the project's, not for them.

    Raises RefusedError for one of the project's that is switched off: without it there are no rows, or no politeness.
    """
    for name in COMPONENTS:
        if settings.getpriority(name) != SETTINGS_PRIORITIES["cmdline"]:
            continue
        ours, given = getattr(project, name), settings.getdict(name)
        for component, order in given.items():
            if order is None and ours.get(component) is not None:
                raise RefusedError(
                    message(
                        "-s {name}=…: {component} cannot be switched off; components can be added",
                        name=name,
                        component=component,
                    )
                )
        settings.set(name, {**ours, **given}, priority="cmdline")


def known_settings() -> dict[str, object]:
    """The default of every setting that can be given, by its name."""
    return {
        name: value
        for module in (default_settings, project)
        for name, value in vars(module).items()
        if name.isupper() and name != "RUN"
    }


def check_value(settings: BaseSettings, name: str, default: object) -> None:
    """Raises RefusedError where the value of a setting cannot be read, or names code that cannot be loaded."""
    _readable(settings, name, default)
    check_code(settings, name)
    if (read := _FORMS.get(name)) and settings[name]:
        _read(settings, name, lambda: read[0](settings, name), read[1])


def _readable(settings: BaseSettings, name: str, default: object) -> None:
    reader = _KINDS.get(type(default))
    if reader is None or not isinstance(settings[name], str):
        return
    value = _read(settings, name, lambda: getattr(settings, reader)(name), _WORDS[reader])
    if reader in ("getint", "getfloat"):
        least = -sys.float_info.max if name in _MAY_BE_NEGATIVE else 0
        low, high = _RANGES.get(name, (least, sys.float_info.max))
        if not low <= value <= high:  # NaN is in no range
            ranged = message("from {low} to {high}", low=low, high=high)
            finite = message("that is finite") if least else message("that is finite and not below 0")
            allowed = ranged if name in _RANGES else finite
            raise RefusedError(
                message(
                    "{name}={value}: a number {allowed} is needed",
                    name=name,
                    value=settings[name],
                    allowed=allowed,
                )
            )


def _days(values: Iterable[str]) -> list[float]:
    days = [float(value) for value in values]
    if not all(0 < day <= _LONGEST_RECRAWL for day in days):
        raise ValueError(message("a day of a recrawl has to be above 0 and within a century"))
    return days


def _read(settings: BaseSettings, name: str, read: Callable[[], Any], needed: str = "") -> Any:
    try:
        return read()
    except (ValueError, TypeError, OverflowError, RecursionError, LookupError, ImportError) as error:
        wanted = message("{needed} is needed", needed=needed)
        why = wanted if needed else words(error)
        raise RefusedError(message("{name}={value}: {why}", name=name, value=settings[name], why=why)) from error
