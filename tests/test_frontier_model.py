"""The frontier against a model of three sets, through crashes at any moment."""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crawler.frontier.entry import Leased, Visit
from crawler.frontier.policy import Policy
from crawler.frontier.tables import FAILED, GONE
from tests.examples import times
from tests.frontier_kit import done, entry, frontier

pytestmark = pytest.mark.slow

URLS = [f"http://h{number % 3}.test/a/{number}.html" for number in range(12)]
SOME = st.lists(st.sampled_from(URLS), max_size=4)


class FrontierMachine(RuleBasedStateMachine):
    """`stored`: URLs that were found and flushed; `ended`: visits that were flushed; each `new_` awaits a flush."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.numbers = count()
        self.stored: set[str] = set()
        self.ended: set[str] = set()
        self.new_stored: set[str] = set()
        self.new_ended: set[str] = set()
        self.flying: list[Leased] = []
        self.synced = 0
        self.start()

    def start(self) -> None:
        self.front = frontier(
            Path(self.folder.name) / "f.sqlite3",
            f"run-{next(self.numbers)}",
            policy=Policy(window=2, hosts=2, per_host=2),
            sync=self.flushed,
        )

    def flushed(self) -> None:
        """Called within flush(), before the commit: the model follows, a crash inside it is a test of its own."""
        self.stored |= self.new_stored
        self.ended |= self.new_ended
        self.new_stored.clear()
        self.new_ended.clear()

    @rule(urls=SOME)
    def add(self, urls: list[str]) -> None:
        for url in urls:
            self.new_stored.add(url)
            self.front.add(entry(url))

    @rule()
    def lease(self) -> None:
        leased = self.front.next()
        if leased is not None:
            url = leased.entry.url
            assert url in self.stored
            assert url not in self.ended, "acknowledged, and fetched again"
            assert url not in {other.entry.url for other in self.flying}, "in flight twice"
            self.flying.append(leased)

    @rule(urls=SOME, end=st.sampled_from(["done", "done", FAILED, GONE]), choice=st.randoms(use_true_random=False))
    def visit(self, urls: list[str], end: str, choice: object) -> None:
        if not self.flying:
            return
        leased = self.flying.pop(choice.randrange(len(self.flying)))  # type: ignore[attr-defined]
        self.new_ended.add(leased.entry.url)
        self.new_stored |= set(urls)
        links = [entry(url) for url in urls]
        if end == "done":
            self.front.visited(done(leased, *links))
        else:
            self.front.visited(Visit(leased, end, 0.0, links=tuple(links), host_failed=None))

    @rule()
    def flush(self) -> None:
        self.front.flush()

    @rule()
    def crash(self) -> None:
        """kill -9: what was not committed is gone, the leases stay in the table."""
        self.front.abandon()
        self.forget()
        self.start()

    @rule()
    def stop(self) -> None:
        self.front.close()
        self.forget()
        self.start()

    def forget(self) -> None:
        self.flying.clear()
        self.new_stored.clear()
        self.new_ended.clear()

    @invariant()
    def counts(self) -> None:
        assert self.front.pending >= 0

    def teardown(self) -> None:
        """Whatever happened: what was acknowledged as found is fetched, once, and nothing else."""
        self.front.abandon()
        self.forget()
        self.start()
        fetched = []
        while (leased := self.front.next()) is not None:
            fetched.append(leased.entry.url)
            self.front.visited(done(leased))
        assert sorted(fetched) == sorted(self.stored - self.ended)
        self.front.close()
        self.folder.cleanup()


TestFrontier = FrontierMachine.TestCase
TestFrontier.settings = settings(times(0.25), stateful_step_count=40)
