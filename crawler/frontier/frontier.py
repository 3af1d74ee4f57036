"""The frontier of one worker: a small window of leased URLs in memory, all others in the database.

Ended visits are kept in memory until flush(), which syncs the archive and then stores the visits and their links in one
transaction. After a crash before that, their URLs are still leased, and become pending again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import time

from sqlalchemy import Connection, Engine

from crawler.extract.article import Capture
from crawler.frontier import elsewhere, lease, rounds, workers
from crawler.frontier.admit import Admission, Find, HostIds
from crawler.frontier.database import begun, storage
from crawler.frontier.entry import Entry, Leased, Visit
from crawler.frontier.policy import Budgets, Policy, host_backoff
from crawler.frontier.settle import settle
from crawler.frontier.window import Window
from crawler.frontier.workers import Worker

COMMIT_VISITS = 200
COMMIT_BYTES = 16 << 20
COMMIT_LINKS = 2000  # the process stands still while a transaction stores them
COMMIT_SECONDS = 1.0
REFILL_SECONDS = 0.05  # the least time between two queries for URLs while something is in flight
POLL_SECONDS = 1.0  # how often to query again when there was nothing: other workers may have found URLs
MANY_LISTS = 300  # new list pages of a site in one run: a large site, or one without end
HOSTS_AT_ONCE = 4  # hosts leased in one transaction, so that other workers get some too


class Frontier:
    """Every method that uses the database raises StorageError; after that only abandon() may be called.

    `pending` is the approximate number of URLs that wait: changes by other workers are not counted. `stats` counts
    what happened since the caller last emptied it.

    A visit counts only when it is committed under a valid lease. `committed` is called after each commit; `void` is
    called with the record id of each visit that does not count, because the lease had expired: another worker may have
    fetched its page again. `is_here` says whether a record can be read: an article whose earlier pages cannot be, which
    another machine had begun, is asked for again from its first page. `pause` says for how many seconds no other worker
    may ask a host that is given back.
    """

    def __init__(
        self,
        engine: Engine,
        worker: Worker,
        policy: Policy | None = None,
        *,
        sync: Callable[[], object] = lambda: None,
        refuses: Callable[[Entry], bool] = lambda entry: False,
        recalls: Callable[[Entry], Capture | None] = lambda entry: None,
        is_here: Callable[[Capture], bool] = lambda capture: True,
        committed: Callable[[], None] = lambda: None,
        void: Callable[[str], None] = lambda record_id: None,
        pause: Callable[[str], float] = lambda host: 0.0,
        clock: Callable[[], float] = time,
    ) -> None:
        self.pending = 0
        self.stats: Counter[str] = Counter()
        self._engine = engine
        self._me = worker
        self._policy = policy or Policy()
        self._sync = sync
        self._committed = committed
        self._void = void
        self._pause = pause
        self._refuses = refuses  # what another frontier has excluded
        self._recalls = recalls  # the page as it was last, where this frontier has not seen it
        self._is_here = is_here
        self._clock = clock
        self._name = engine.url.render_as_string(hide_password=True)
        self._connection: Connection | None = None
        self._budgets = Budgets(self._policy.budget, clock())
        self._exhausted: set[str] = set()  # sites whose budget is spent
        self._numbers: dict[str, int] = {}  # site -> round
        self._host_ids = HostIds()
        self._failures: dict[int, int] = {}  # host id -> in a row
        self._window = Window(self._policy.per_host)
        self._taken: Counter[tuple[str, str]] = Counter()  # new URLs of this run by site and role
        self._visits: list[Visit] = []
        self._lost: dict[int, Leased] = {}  # in flight since before the lease was lost, by identity
        self._found: list[Entry] = []
        self._slice: Find | None = None  # of a page that has not ended, while it is being stored
        self._bytes = self._links = 0
        self._oldest = 0.0  # when the oldest of what waits for flush() came
        self._looked = self._renewed = 0.0
        self._more_hosts = True  # whether the last look left hosts to others

    def open(self) -> dict[str, rounds.Entered]:
        """Take part in the current round of each site or begin a new one."""
        with storage(self._name):
            self._connection = self._engine.connect()
        with self._transaction() as connection:
            now = self._clock()
            workers.free_unowned(connection)
            self.stats["workers_expired"] += len(workers.expire(connection, self._me, now))
            workers.renew(connection, self._me, now)
            self._renewed = now
            entered = rounds.enter(connection, self._me.sites, workers.sites_of_others(connection, self._me), now)
            self.pending = lease.count_open(connection, self._me.sites)
        self._numbers = {site: entry.number for site, entry in entered.items()}
        self.stats["due"] += sum(entry.due for entry in entered.values())
        return entered

    def add(self, entry: Entry) -> None:
        """Add a URL that was not found on a visited page: a seed."""
        self._stamp()
        self._found.append(entry)

    def next(self) -> Leased | None:
        """The next URL to fetch, hosts in turn; None when there is nothing to fetch now."""
        leased = self._pop()
        if leased is None and self._may_look():
            self._refill()
            leased = self._pop()
        return leased

    def hand_out(self, leased: Leased) -> None:
        """Count, durably, that the answer held for a URL in flight is looked at: that may be the end of the process."""
        if leased.held is not None:
            with self._transaction() as connection:
                lease.hold(connection, leased.id, replace(leased.held, handed_out=leased.held.handed_out + 1))

    def in_flight(self, key: str) -> Leased | None:
        """The URL under this key that next() has given out and whose visit has not ended; None when there is none."""
        return self._window.flying().get(key)

    def lost(self) -> list[Leased]:
        """All URLs in flight. When the engine is idle, these were dropped by a component without an errback."""
        return list(self._window.flying().values())

    def visited(self, visit: Visit) -> None:
        """Take the end of a visit, durable after the next flush(). A second end of the same visit is ignored."""
        if not self._window.landed(visit.leased):
            return
        if self._lost.pop(id(visit.leased), None) is not None:
            self._annul(visit)
            return
        self._stamp()
        self._visits.append(visit)
        self._bytes += visit.size
        self._links += len(visit.links)
        if visit.links:
            self._window.look_again([visit.leased.host_id])
        self._budgets.of(visit.leased.entry.site).bytes += visit.size
        self.stats["unchanged" if visit.reason == "unchanged" else visit.state] += 1
        if len(self._visits) >= COMMIT_VISITS or self._bytes >= COMMIT_BYTES or self._links >= COMMIT_LINKS:
            self.flush()

    def is_fresh(self, links: Iterable[Entry]) -> bool:
        """Whether any link is to an article that was not met before in this round."""
        self.flush()
        with self._transaction() as connection:
            return self._admission(connection, Counter()).is_fresh(self._wanted(links))

    def store_slice(self, leased: Leased, links: Sequence[Entry], *, fresh: bool) -> None:
        """Commit some links of a page whose visit goes on; visited() brings the last ones. `fresh`: of all its links.

        A crash in between loses nothing: the page is visited again, and links that are known are not added twice.
        """
        if id(leased) in self._lost:
            return
        self._slice = Find(self._wanted(links), leased, fresh, ends=False)
        self.flush()

    def flush(self) -> None:
        """Group commit: sync the archive, then store all visits and links that wait in one transaction."""
        if self._visits or self._found or self._slice:
            self._sync()
            with self._transaction() as connection:
                self._keep_lease(connection, self._clock())
                self._store(connection)
            self._clear()

    def superseded(self, warc_files: str) -> list[str]:
        """Ids of records in files whose names end like this, of whose pages another worker makes the rows."""
        with self._transaction() as connection:
            return elsewhere.superseded_of(connection, warc_files)

    def tick(self) -> None:
        """Commit what has waited long enough and renew the lease. To be called about once a second."""
        now = self._clock()
        if (self._visits or self._found) and now - self._oldest >= COMMIT_SECONDS:
            self.flush()
        if self._must_renew(now):
            with self._transaction() as connection:
                self._renew(connection, now)

    def has_pending(self) -> bool:
        """Whether this round has URLs left to fetch, by this worker or by another."""
        if self._window.waiting() and not self._window.of_sites(self._exhausted):
            return True
        self._refill()
        with self._transaction() as connection:
            sites = self._me.sites - self._exhausted
            return lease.is_open(connection, sites, self._clock(), self._policy.patience)

    def back_off(self, host_id: int, until: float) -> None:
        """Ask the host nothing before `until`: it sent block pages or a Retry-After."""
        with self._transaction() as connection:
            self._back_off(connection, host_id, self._failures.get(host_id, 0), until)

    def close(self) -> None:
        """Commit, give all leases back and note the rounds that ended."""
        if self._connection is None:
            return
        self.flush()
        with self._transaction() as connection:
            self._give_back(connection)
            rounds.leave(connection, self._numbers, self._clock())
            workers.resign(connection, self._me)
        self.abandon()

    def abandon(self) -> None:
        """Close the database without a commit."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        assert self._connection is not None, "the frontier is not open"
        try:
            with storage(self._name), begun(self._connection):
                yield self._connection
        except BaseException:
            self._host_ids.forget()
            raise

    def _pop(self) -> Leased | None:
        leased = self._window.pop(self._may_ask)
        if leased is not None:
            self._budgets.of(leased.entry.site).pages += 1
            self.pending -= 1
        return leased

    def _may_ask(self, site: str) -> bool:
        if site not in self._exhausted and (limit := self._budgets.over(site, self._clock())):
            self._exhausted.add(site)
            self.stats[f"budget/{limit}"] += 1
        return site not in self._exhausted

    def _may_look(self) -> bool:
        """Whether the database may hold something to fetch that is worth a transaction."""
        now = self._clock()
        if self._window.flying() and now - self._looked < REFILL_SECONDS:
            return False
        if self._window.hungry():
            return True
        if self._more_hosts and (len(self._window) < self._policy.hosts or self._window.spent()):
            return True
        if not self._window.waiting() and (self._found or any(visit.links for visit in self._visits)):
            return True
        return now - self._looked >= POLL_SECONDS

    def _refill(self) -> None:
        """In one transaction: commit what waits, fill empty queues, lease further hosts."""
        waits = bool(self._visits or self._found)
        if waits:
            self._sync()
        with self._transaction() as connection:
            self._looked = self._clock()
            self._keep_lease(connection, self._looked)
            if waits:
                self._store(connection)
            self.stats["workers_expired"] += len(workers.expire(connection, self._me, self._looked))
            self._fill(connection)
        if waits:
            self._clear()

    def _fill(self, connection: Connection) -> None:
        for host_id in self._window.of_sites(self._exhausted):
            self._drop(connection, host_id)
        brought = 0
        for host_id, urls in self._urls(connection, self._window.hungry()):
            brought += self._window.fill(host_id, urls, more=len(urls) == self._policy.window)
        self._give_back(connection, self._window.gone())
        room = min(self._policy.hosts - len(self._window), HOSTS_AT_ONCE)
        # Further hosts only when those at hand cannot use the next free slot.
        if not brought and room > 0:
            sites = self._me.sites - self._exhausted
            taken = lease.take_hosts(connection, self._me.owner, sites, self._looked, room)
            self._failures.update(taken)
            for host_id, urls in self._urls(connection, taken):
                self._window.fill(host_id, urls, more=len(urls) == self._policy.window)
            self._more_hosts = len(taken) == room

    def _urls(self, connection: Connection, host_ids: Collection[int]) -> Iterator[tuple[int, list[Leased]]]:
        for host_id, urls in lease.take_urls(connection, host_ids, self._policy.window).items():
            taken = urls
            while headless := [each for each in taken if elsewhere.is_headless(each.entry, self._is_here)]:
                given_up = elsewhere.start_over(connection, headless)
                self.stats["articles_started_over"] += len(headless) - given_up
                self.stats["articles_given_up"] += given_up
                taken = [each for each in taken if each not in headless]
                taken += lease.take_urls(connection, [host_id], self._policy.window - len(taken))[host_id]
            yield host_id, [replace(each, known=self._known(each)) for each in taken]

    def _known(self, leased: Leased) -> Capture | None:
        """The page as it was last. Not of a list whose record another worker's folder has: the answer would be archived
        here as a revisit of what is not here. An article's row is there, too."""
        known = leased.known or self._recalls(leased.entry)
        if known is not None and leased.entry.role != "article" and not self._is_here(known):
            return None
        return known

    def _store(self, connection: Connection) -> None:
        now = self._clock()
        taken = self._taken.copy()  # the transaction may be rolled back
        finds = [Find(self._wanted(visit.links), visit.leased, visit.fresh) for visit in self._visits]
        if self._slice:
            finds.append(self._slice)
        admission = self._admission(connection, taken)
        admitted = admission.admit([Find(self._wanted(self._found)), *finds], self._host_ids)
        settle(connection, self._visits, run=self._me.owner, days=self._policy.days)
        self._back_off_failing(connection, now)
        self._window.look_again(admission.filled)
        self._give_back(connection, self._window.gone())
        for site in {site for site, role in taken if role == "list"}:
            if self._taken[site, "list"] < MANY_LISTS <= taken[site, "list"]:
                self.stats[f"site/{site}/many_lists"] = taken[site, "list"]
        self._taken = taken
        self.stats.update(admitted)
        if brought := admitted["added"] + admitted["reopened"]:
            self.pending += brought
            self._more_hosts = True

    def _admission(self, connection: Connection, taken: Counter[tuple[str, str]]) -> Admission:
        return Admission(connection, self._numbers, self._clock(), self._policy.limits, taken)

    def _wanted(self, links: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in links if not self._refuses(entry)]

    def _back_off_failing(self, connection: Connection, now: float) -> None:
        failures: dict[int, int] = {}
        for visit in self._visits:
            if visit.host_failed is not None:
                host_id = visit.leased.host_id
                before = failures.get(host_id, self._failures.get(host_id, 0))
                failures[host_id] = before + 1 if visit.host_failed else 0
        for host_id, count in failures.items():
            if count != self._failures.get(host_id, 0):
                self._back_off(connection, host_id, count, host_backoff(count, now))

    def _back_off(self, connection: Connection, host_id: int, failures: int, until: float) -> None:
        self._failures[host_id] = failures
        lease.back_off(connection, host_id, failures, until)
        if until:
            self.stats["hosts_rested"] += 1
            self._drop(connection, host_id)

    def _give_back(self, connection: Connection, host_ids: Collection[int] | None = None) -> None:
        """Of hosts that are given back, another worker knows neither the last request nor the pace."""
        if host_ids is not None and not host_ids:
            return
        rests = workers.are_others(connection, self._me)
        now = self._clock()
        lease.give_back(connection, self._me.owner, host_ids, lambda name: now + self._pause(name) if rests else 0.0)

    def _drop(self, connection: Connection, host_id: int) -> None:
        queued = self._window.drop(host_id)
        self.pending += len(queued)
        lease.put_back(connection, queued)

    def has_lease(self, key: str | None = None) -> bool:
        """Whether this worker may still ask for the URL in flight under `key`; without one, whether for any.

        By its own clock; no database is asked. A URL that was in flight when a lease ran out stays lost.
        """
        leased = self.in_flight(key) if key else None
        if leased is not None and id(leased) in self._lost:
            return False
        return self._clock() - self._renewed < self._me.lease_seconds

    def _must_renew(self, now: float) -> bool:
        return now - self._renewed >= self._me.lease_seconds / 4

    def _keep_lease(self, connection: Connection, now: float) -> None:
        if self._must_renew(now) or not workers.holds_lease(connection, self._me):
            self._renew(connection, now)

    def _renew(self, connection: Connection, now: float) -> None:
        self._renewed = now
        if not workers.renew(connection, self._me, now):
            # This process stood still for longer than its lease: another worker may hold its hosts, and has fetched
            # or will fetch what this one had not committed.
            self.stats["leases_lost"] += len(self._window)
            self.pending += self._window.clear()
            self._lost = {id(leased): leased for leased in self._window.flying().values()}
            for visit in self._visits:
                self._annul(visit)
            self._visits.clear()
            self._slice = None
            self._bytes = self._links = 0

    def _annul(self, visit: Visit) -> None:
        self.stats["visits_void"] += 1
        if visit.record_id is not None:
            self._void(visit.record_id)

    def _stamp(self) -> None:
        if not self._visits and not self._found:
            self._oldest = self._clock()

    def _clear(self) -> None:
        self.stats["commits"] += 1
        self._visits.clear()
        self._found.clear()
        self._slice = None
        self._bytes = self._links = 0
        self._committed()
