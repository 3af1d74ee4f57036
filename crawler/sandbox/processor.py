"""extract_page and finish for those who have many pages to do: re-extraction, recovery, verification, ingestion.

A page has the limits of a crawl there, too. What passes them becomes the same reject as in a crawl.
"""

from __future__ import annotations

import pickle
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from crawler import language
from crawler.extract.article import Article, Outcome, Reject
from crawler.extract.page import Page
from crawler.extract.profile import Profile
from crawler.language import words
from crawler.sandbox.process import start
from crawler.sandbox.worker import LENGTH, PageLimits, message
from crawler.siteconfig.site import Site
from pipelines.process import extract_page, finish


class Processor:
    """The functions of pipelines.process, in this process and without limits."""

    def extract_page(
        self, page: Page, *, family: str | None = None, site: Site | None = None, profile: Profile | None = None
    ) -> Outcome:
        return extract_page(page, family=family, site=site, profile=profile)

    def finish(self, article: Article, profile: Profile | None = None) -> Article | Reject:
        return finish(article, profile)

    def close(self) -> None:
        """No page comes any more."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class TimedProcessor(Processor):
    """In this process, which the kernel ends where a page takes too long: for one that somebody replaces then.

    That costs an ordinary page nothing. See units.carried_out.
    """

    def __init__(self, limits: PageLimits | None = None) -> None:
        self._seconds = (limits or PageLimits()).seconds

    def extract_page(
        self, page: Page, *, family: str | None = None, site: Site | None = None, profile: Profile | None = None
    ) -> Outcome:
        with self._timed():
            return extract_page(page, family=family, site=site, profile=profile)

    def finish(self, article: Article, profile: Profile | None = None) -> Article | Reject:
        with self._timed():
            return finish(article, profile)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        signal.setitimer(signal.ITIMER_PROF, self._seconds)
        yield  # neither function raises
        signal.setitimer(signal.ITIMER_PROF, 0)


class ProcessorBeside(Processor):
    """In a process beside this one, started with the first page: what takes too long or ends it costs that page alone.

    Bodies and articles go from process to process, a tenth of a millisecond for each page.
    """

    def __init__(self, limits: PageLimits | None = None) -> None:
        self._limits = limits or PageLimits()
        self._process: _Process | None = None

    def extract_page(
        self, page: Page, *, family: str | None = None, site: Site | None = None, profile: Profile | None = None
    ) -> Outcome:
        outcome: Outcome | Reject = self.result(extract_page, page, family=family, site=site, profile=profile)
        return Outcome(reject=outcome) if isinstance(outcome, Reject) else outcome

    def finish(self, article: Article, profile: Profile | None = None) -> Article | Reject:
        verdict: Article | Reject = self.result(finish, article, profile=profile)
        return verdict

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None

    def result(self, function: Callable[..., Any], subject: Any, **options: Any) -> Any:
        """What function(subject, **options) returns, or the Reject of a page that is broken: it took too much time or
        memory, or the function raised. All of it has to be a module's own, for pickle. Raises OSError where no process
        starts.
        """
        ends: list[str] = []
        while len(ends) < 2:
            if self._process is None:
                self._process = _Process(self._limits)
            try:
                return self._process.ask(function, subject, options)
            except _EndedError as end:
                self.close()
                if end.slow:
                    return Reject("broken", f"took longer than {self._limits.seconds:g} s")
                ends.append(str(end))
        return Reject("broken", f"ended the process that extracts, twice: {', '.join(ends)}")


class Calls:
    """The tasks of a process that calls whatever function it is told to."""

    def attempt(self, function: Callable[..., Any], subject: Any, options: Mapping[str, Any]) -> Any:
        return function(subject, **options)


class _EndedError(Exception):
    """The process has ended. `slow`: for its page had used up its processor time."""

    def __init__(self, message: str, *, slow: bool) -> None:
        super().__init__(message)
        self.slow = slow


class _Process:
    """A sandbox's process whose caller waits for each answer. Raises OSError where it cannot be started."""

    def __init__(self, limits: PageLimits) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._child = start(theirs)
        self._socket.settimeout(limits.stall)
        self._stall = limits.stall
        try:
            self._exchange((Calls(), limits))
        except _EndedError as error:
            self.kill()
            raise OSError(
                language.message("the process that extracts does not start: {error}", error=words(error))
            ) from error

    def ask(self, *question: Any) -> Any:
        """What Calls.attempt returns. Raises _EndedError."""
        return self._exchange(question)

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()
        self._socket.close()

    def _exchange(self, question: tuple[Any, ...]) -> Any:
        try:
            self._socket.sendall(message(question))
            return pickle.loads(self._received(int.from_bytes(self._received(LENGTH))))
        except TimeoutError as error:
            raise _EndedError(f"no answer within {self._stall:g} s", slow=False) from error
        except (OSError, EOFError) as error:
            status = self._child.wait()
            raise _EndedError(f"exit status {status}", slow=status == -signal.SIGPROF) from error

    def _received(self, size: int) -> bytearray:
        received = bytearray(size)
        view = memoryview(received)
        while view:
            count = self._socket.recv_into(view)
            if not count:
                raise EOFError
            view = view[count:]
        return received
