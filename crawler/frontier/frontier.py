"""The frontier of one worker: a small window of leased URLs in memory, everything else in the database.

What a visit gave is kept in memory until flush(): archive synced, then one transaction for the visits and their links.
A crash before it loses nothing but the visits themselves: their URLs are still leased, and pending again later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import time

from sqlalchemy import Connection, Engine

from crawler.frontier import lease, rounds, workers
from crawler.frontier.admit import Admission, HostIds
from crawler.frontier.database import storage, turn
from crawler.frontier.entry import Entry, Leased, Visit
from crawler.frontier.policy import Ledger, Policy, host_rest
from crawler.frontier.settle import settle
from crawler.frontier.window import Window
from crawler.frontier.workers import Worker

COMMIT_VISITS = 200
COMMIT_BYTES = 16 << 20
COMMIT_SECONDS = 1.0
REFILL_SECONDS = 0.05  # the least time between two looks into the database while something is in flight
POLL_SECONDS = 1.0  # how often to look again when there was nothing: other workers may have found something
HOSTS_AT_ONCE = 4  # leased in one go: the rest is for other workers


class Frontier:
    """Every method that touches the database raises StorageError; after one, only abandon() may follow.

    `pending` is about how many URLs wait: other workers' doings are not counted. `stats` counts what happened since
    the last time that somebody emptied it.
    """

    def __init__(
        self,
        engine: Engine,
        worker: Worker,
        policy: Policy | None = None,
        *,
        sync: Callable[[], object] = lambda: None,
        refuses: Callable[[Entry], bool] = lambda entry: False,
        clock: Callable[[], float] = time,
    ) -> None:
        self.pending = 0
        self.stats: Counter[str] = Counter()
        self._engine = engine
        self._me = worker
        self._policy = policy or Policy()
        self._sync = sync
        self._refuses = refuses  # what another frontier has excluded
        self._clock = clock
        self._name = engine.url.render_as_string(hide_password=True)
        self._connection: Connection | None = None
        self._ledger = Ledger(self._policy.budget, clock())
        self._exhausted: set[str] = set()  # sites whose budget is spent
        self._numbers: dict[str, int] = {}  # site -> round
        self._host_ids = HostIds()
        self._failures: dict[int, int] = {}  # host id -> in a row
        self._window = Window(self._policy.per_host)
        self._visits: list[Visit] = []
        self._found: list[Entry] = []
        self._bytes = 0
        self._oldest = 0.0  # when the oldest of what waits for flush() came
        self._looked = self._renewed = 0.0
        self._more_hosts = True  # whether the last look left hosts to others

    def open(self) -> dict[str, rounds.Entered]:
        """Take part in the current round of each site or begin a new one."""
        with storage(self._name):
            self._connection = self._engine.connect()
        with self._transaction() as connection:
            now = self._clock()
            self.stats["workers_buried"] += len(workers.bury(connection, self._me, now))
            workers.renew(connection, self._me, now)
            self._renewed = now
            entered = rounds.enter(connection, self._me.sites, workers.sites_of_others(connection, self._me), now)
            self.pending = lease.count_open(connection, self._me.sites)
        self._numbers = {site: entry.number for site, entry in entered.items()}
        self.stats["due"] += sum(entry.due for entry in entered.values())
        return entered

    def add(self, entry: Entry) -> None:
        """A URL that no visited page shows: a seed."""
        self._stamp()
        self._found.append(entry)

    def next(self) -> Leased | None:
        """The next URL to fetch, hosts in turn; None: nothing for now."""
        leased = self._pop()
        if leased is None and self._may_look():
            self._refill()
            leased = self._pop()
        return leased

    def in_flight(self, key: str) -> Leased | None:
        """What next() gave under this key and visited() has not taken back."""
        return self._window.flying().get(key)

    def lost(self) -> list[Leased]:
        """All that is in flight. When the engine is idle that is what some component dropped without a word."""
        return list(self._window.flying().values())

    def visited(self, visit: Visit) -> None:
        """The end of a visit, durable after the next flush(), which comes by itself. A second one is ignored."""
        if not self._window.landed(visit.leased):
            return
        self._stamp()
        self._visits.append(visit)
        self._bytes += visit.size
        self._ledger.of(visit.leased.entry.site).bytes += visit.size
        self.stats["unchanged" if visit.reason == "unchanged" else visit.state] += 1
        if len(self._visits) >= COMMIT_VISITS or self._bytes >= COMMIT_BYTES:
            self.flush()

    def flush(self) -> None:
        """Group commit: fsync of the archive, then one transaction."""
        if self._visits or self._found:
            self._sync()
            with self._transaction() as connection:
                self._store(connection)
            self._clear()

    def tick(self) -> None:
        """To be called about once a second: commits what waits, renews the lease."""
        now = self._clock()
        if (self._visits or self._found) and now - self._oldest >= COMMIT_SECONDS:
            self.flush()
        if self._must_renew(now):
            with self._transaction() as connection:
                self._renew(connection, now)

    def has_pending(self) -> bool:
        """Whether anything is left to do in this round, be it by another worker."""
        if self._window.waiting() and not self._window.of_sites(self._exhausted):
            return True
        self._refill()
        with self._transaction() as connection:
            sites = self._me.sites - self._exhausted
            return lease.is_open(connection, sites, self._clock(), self._policy.patience)

    def rest(self, host_id: int, until: float) -> None:
        """Leave a host alone until then: a block page, Retry-After."""
        with self._transaction() as connection:
            self._rest(connection, host_id, self._failures.get(host_id, 0), until)

    def close(self) -> None:
        """Commit, give everything back, note the rounds that ended."""
        if self._connection is None:
            return
        self.flush()
        with self._transaction() as connection:
            lease.give_back(connection, self._me.owner)
            rounds.leave(connection, self._numbers, self._clock())
            workers.resign(connection, self._me)
        self.abandon()

    def abandon(self) -> None:
        """Let go of the database as it is."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        assert self._connection is not None, "the frontier is not open"
        try:
            with storage(self._name), self._connection.begin():
                turn(self._connection)
                yield self._connection
        except BaseException:
            self._host_ids.forget()
            raise

    def _pop(self) -> Leased | None:
        leased = self._window.pop(self._may_ask)
        if leased is not None:
            self._ledger.of(leased.entry.site).pages += 1
            self.pending -= 1
        return leased

    def _may_ask(self, site: str) -> bool:
        if site not in self._exhausted and (limit := self._ledger.over(site, self._clock())):
            self._exhausted.add(site)
            self.stats[f"budget/{limit}"] += 1
        return site not in self._exhausted

    def _may_look(self) -> bool:
        """Whether a look into the database is worth a transaction."""
        now = self._clock()
        if self._window.flying() and now - self._looked < REFILL_SECONDS:
            return False
        if self._window.hungry() or (self._more_hosts and len(self._window) < self._policy.hosts):
            return True
        if not self._window.waiting() and (self._found or any(visit.links for visit in self._visits)):
            return True
        return now - self._looked >= POLL_SECONDS

    def _refill(self) -> None:
        """One transaction: what waits is committed, empty queues are filled, further hosts leased."""
        waits = bool(self._visits or self._found)
        if waits:
            self._sync()
        with self._transaction() as connection:
            self._looked = self._clock()
            if waits:
                self._store(connection)
            self.stats["workers_buried"] += len(workers.bury(connection, self._me, self._looked))
            self._fill(connection)
        if waits:
            self._clear()

    def _fill(self, connection: Connection) -> None:
        for host_id in self._window.of_sites(self._exhausted):
            self._drop(connection, host_id)
        brought = 0
        for host_id in self._window.hungry():
            brought += self._window.fill(host_id, lease.take_urls(connection, host_id, self._policy.window))
        lease.give_back(connection, self._me.owner, self._window.gone())
        room = min(self._policy.hosts - len(self._window), HOSTS_AT_ONCE)
        # Further hosts only when those at hand cannot use the next free slot.
        if not brought and room > 0:
            sites = self._me.sites - self._exhausted
            taken = lease.take_hosts(connection, self._me.owner, sites, self._looked, room)
            for host_id, failures in taken.items():
                self._failures[host_id] = failures
                self._window.fill(host_id, lease.take_urls(connection, host_id, self._policy.window))
            self._more_hosts = len(taken) == room

    def _store(self, connection: Connection) -> None:
        now = self._clock()
        finds = [(visit.leased, self._wanted(visit.links)) for visit in self._visits]
        admission = Admission(connection, self._numbers, now, self._policy.limits)
        admitted = admission.admit([(None, self._wanted(self._found)), *finds], self._host_ids)
        settle(connection, self._visits, run=self._me.owner, days=self._policy.days)
        self._rest_failing(connection, now)
        lease.give_back(connection, self._me.owner, self._window.gone())
        if self._must_renew(now):
            self._renew(connection, now)
        self.stats.update(admitted)
        if brought := admitted["added"] + admitted["reopened"]:
            self.pending += brought
            self._window.look_again()
            self._more_hosts = True

    def _wanted(self, links: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in links if not self._refuses(entry)]

    def _rest_failing(self, connection: Connection, now: float) -> None:
        failures: dict[int, int] = {}
        for visit in self._visits:
            if visit.host_failed is not None:
                host_id = visit.leased.host_id
                before = failures.get(host_id, self._failures.get(host_id, 0))
                failures[host_id] = before + 1 if visit.host_failed else 0
        for host_id, count in failures.items():
            if count != self._failures.get(host_id, 0):
                self._rest(connection, host_id, count, host_rest(count, now))

    def _rest(self, connection: Connection, host_id: int, failures: int, until: float) -> None:
        self._failures[host_id] = failures
        lease.rest(connection, host_id, failures, until)
        if until:
            self.stats["hosts_rested"] += 1
            self._drop(connection, host_id)

    def _drop(self, connection: Connection, host_id: int) -> None:
        queued = self._window.drop(host_id)
        self.pending += len(queued)
        lease.put_back(connection, queued)

    def _must_renew(self, now: float) -> bool:
        return now - self._renewed >= self._me.lease_seconds / 4

    def _renew(self, connection: Connection, now: float) -> None:
        self._renewed = now
        if not workers.renew(connection, self._me, now):
            # This process stood still for so long that it was given up: its hosts may be somebody else's.
            self.stats["leases_lost"] += len(self._window)
            self.pending += self._window.clear()

    def _stamp(self) -> None:
        if not self._visits and not self._found:
            self._oldest = self._clock()

    def _clear(self) -> None:
        self.stats["commits"] += 1
        self._visits.clear()
        self._found.clear()
        self._bytes = 0
