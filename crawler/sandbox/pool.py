"""The processes beside a crawl: started when they are needed, replaced when they end, killed with the crawl. No Scrapy.

Where none can be started pages are parsed in the crawl's own process, where no deadline can be kept.
"""

from __future__ import annotations

import logging
from typing import Any

from crawler.extract.article import Article, Outcome, Reject
from crawler.navigation.discover import Discovery
from crawler.sandbox.errors import PageBrokenError, SandboxClosedError
from crawler.sandbox.process import Attempt, Process, ProcessEndedError
from crawler.sandbox.tasks import FirstPage, PageTasks, Source
from crawler.sandbox.worker import PageLimits

logger = logging.getLogger(__name__)

_WAITING = 4  # pages at a process from which on another one helps: a page takes 2 ms, a process half a second and 60 MB


class Pool:
    """Its methods are those of PageTasks. Each raises ArchiveError for a record that cannot be read, and
    SandboxClosedError after close().

    A site with one page that took too long, or ended a process, has its further pages parsed by processes apart: it
    makes nobody wait but others of its kind.
    """

    def __init__(self, tasks: PageTasks, processes: int, limits: PageLimits | None = None) -> None:
        self._limits = limits or PageLimits()
        self._tasks = tasks
        self._most = processes
        self._processes: list[Process] = []
        self._apart: list[Process] = []
        self._hostile: set[str] = set()  # sites whose pages go apart
        self._closed = False

    async def outcome(self, source: Source, site: str) -> Outcome:
        """A page that took too long or ended the process is rejected as broken."""
        try:
            outcome: Outcome = await self._carry_out("outcome", source, site)
        except PageBrokenError as error:
            return Outcome(reject=Reject("broken", str(error)))
        return outcome

    async def first_page(self, source: Source, site: str) -> FirstPage:
        """Broken pages as in outcome()."""
        try:
            page: FirstPage = await self._carry_out("first_page", source, site)
        except PageBrokenError as error:
            return FirstPage(Outcome(reject=Reject("broken", str(error))))
        return page

    async def finish(self, article: Article, site: str) -> Article | Reject:
        """An article that took too long or ended the process is rejected as broken."""
        try:
            verdict: Article | Reject = await self._carry_out("finish", article, site)
        except PageBrokenError as error:
            return Reject("broken", str(error))
        return verdict

    async def links(self, source: Source, site: str) -> Discovery:
        """Raises PageBrokenError."""
        links: Discovery = await self._carry_out("links", source, site)
        return links

    async def refresh(self, source: Source, site: str) -> str | None:
        """Raises PageBrokenError."""
        url: str | None = await self._carry_out("refresh", source, site)
        return url

    async def is_shell(self, source: Source, site: str) -> bool:
        """Raises PageBrokenError."""
        shell: bool = await self._carry_out("is_shell", source, site)
        return shell

    def begin(self) -> None:
        """Start the first process: it imports the rules while the crawl is on its way to its first page."""
        self._least_busy(self._processes)

    async def blocked(self, source: Source, site: str) -> str | None:
        """Raises PageBrokenError."""
        firewall: str | None = await self._carry_out("blocked", source, site)
        return firewall

    async def ready(self) -> None:
        """Returns when there is a process that takes pages, or is to be none."""
        if self._most:
            await self._carry_out("ready", None, "")

    async def rehearse(self, source: Source, site: str) -> None:
        """Raises PageBrokenError. Does nothing where there is no process to risk."""
        if self._most:
            await self._carry_out("rehearse", source, site)

    def close(self) -> None:
        """End the processes at once, pages in hand or not."""
        self._closed = True
        for process in (*self._processes, *self._apart):
            process.kill()
        self._processes.clear()
        self._apart.clear()

    async def _carry_out(self, method: str, source: Source | Article | None, site: str) -> Any:
        ended: ProcessEndedError | None = None  # while it had this page in hand
        while True:
            lane = self._apart if site in self._hostile else self._processes
            process = self._least_busy(lane)
            if process is None:
                return _result(self._tasks.attempt(method, source, site))
            try:
                return _result(await process.ask(method, source, site))
            except ProcessEndedError as error:
                self._forget(process, error)
                if error.guilty:
                    self._hostile.add(site)
                if error.slow:
                    raise PageBrokenError(f"took longer than {self._limits.seconds:g} s") from error
                if ended is not None and error.guilty:
                    raise PageBrokenError(f"ended the process that extracts, twice: {ended}, {error}") from error
                ended = error if error.guilty else ended

    def _least_busy(self, lane: list[Process]) -> Process | None:
        """The one with the least to do; another one while pages wait at all of them and there may be more."""
        if self._closed:
            raise SandboxClosedError
        if len(lane) < self._most and all(process.load >= _WAITING for process in lane):
            try:
                lane.append(Process(self._tasks, self._limits))
            except OSError as error:
                self._go_without(str(error))
        return min(lane or self._processes, key=lambda process: process.load, default=None)

    def _forget(self, process: Process, error: ProcessEndedError) -> None:
        lane = self._apart if process in self._apart else self._processes
        if process not in lane:  # another page has seen it end before
            return
        lane.remove(process)
        process.kill()
        if not error.started:  # no page's doing
            self._go_without(str(error))
        elif not error.slow:
            logger.warning("The process that extracts ended, another one takes its place: %s", error)

    def _go_without(self, why: str) -> None:
        self._most = len(self._processes)
        logger.error("A process that extracts cannot be started, %d remain: %s", self._most, why)


def _result(attempt: Attempt) -> Any:
    returned, value = attempt
    if not returned:
        raise value
    return value
