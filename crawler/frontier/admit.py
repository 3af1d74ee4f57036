"""Links into the table: new ones are inserted, known ones that are due become pending again, traps are refused."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from crawler.frontier.database import chunks, upsert
from crawler.frontier.entry import Entry, Leased
from crawler.frontier.tables import FINAL, LEASED, PENDING, host, refusal, shape, url
from crawler.frontier.traps import LISTS, Candidate, Limits, link_depth, verdict
from crawler.frontier.traps import shape as shape_of

ALL = "all"  # roles


@dataclass(slots=True)
class Known:
    """The state of a key in the table, including the changes of this batch."""

    state: str
    round: int
    met: int
    next_due: float | None
    host_id: int


@dataclass(frozen=True, slots=True)
class Find:
    """Links of one page (`parent`), or seeds.

    A long list comes in slices, of which the last one `ends` the page. `fresh`: whether any link of the whole page is
    to a new article; None where `links` are the whole page.
    """

    links: Sequence[Entry]
    parent: Leased | None = None
    fresh: bool | None = None
    ends: bool = True


class HostIds:
    """host.id by site and host; missing rows are inserted. To be forgotten when the transaction was rolled back."""

    LIMIT = 10_000

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}

    def of(self, connection: Connection, entries: Sequence[Entry]) -> list[int]:
        """The ids of the entries' host queues, by three statements at most for some hundreds of new ones."""
        wanted = [(entry.site, entry.host) for entry in entries]
        if missing := self._missing(wanted):
            if len(self._ids) + len(missing) > self.LIMIT:
                self._ids.clear()
                missing = self._missing(wanted)
            self._read(connection, missing)
        if missing := self._missing(missing):
            rows = [{"site": site, "host": name} for site, name in missing]
            connection.execute(upsert(connection, host).on_conflict_do_nothing(), rows)
            self._read(connection, missing)
        return [self._ids[each] for each in wanted]

    def _missing(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return sorted(set(wanted) - self._ids.keys())

    def _read(self, connection: Connection, wanted: Sequence[tuple[str, str]]) -> None:
        sites = {site for site, _ in wanted}
        for names in chunks({name for _, name in wanted}):
            for some in chunks(sites):
                query = select(host.c.site, host.c.host, host.c.id).where(host.c.site.in_(some), host.c.host.in_(names))
                self._ids.update(((site, name), found) for site, name, found in connection.execute(query))

    def forget(self) -> None:
        """Forget all ids: some may have been rolled back."""
        self._ids.clear()


class Admission:
    """One batch of links within one transaction. `rounds`: the number of the current round of each site.

    `taken`: new URLs of this run by site and role, and by site and ALL; they are counted up here. `filled`: the ids of
    the hosts that have more to fetch than before.
    """

    def __init__(
        self,
        connection: Connection,
        rounds: Mapping[str, int],
        now: float,
        limits: Limits,
        taken: Counter[tuple[str, str]],
    ) -> None:
        self.filled: set[int] = set()
        self._connection = connection
        self._rounds = rounds
        self._now = now
        self._limits = limits
        self._taken = taken
        self._known: dict[str, Known] = {}
        self._barren: dict[tuple[str, str], int] = {}  # (site, shape) -> barren list pages in a row
        self._new: list[tuple[Entry, dict[str, Any]]] = []
        self._opened: list[dict[str, Any]] = []
        self._met: list[dict[str, Any]] = []
        self._refused: dict[tuple[str, str], tuple[int, str]] = {}

    def admit(self, finds: Sequence[Find], hosts: HostIds) -> Counter[str]:
        """Store the links. Counts: added, reopened, site/<site>/dropped/<reason>."""
        entries = [entry for find in finds for entry in find.links]
        self._read(entries)
        self._read_shapes([find.parent.entry for find in finds if find.parent] + entries)
        for find in finds:
            self._admit(find)
        return self._write(hosts)

    def is_fresh(self, links: Iterable[Entry]) -> bool:
        """Whether any link is to an article that was not met before in this round."""
        articles = [entry for entry in links if entry.role not in LISTS]
        self._read(articles)
        return any(map(self._is_fresh, articles))

    def _admit(self, find: Find) -> None:
        parent = find.parent
        fresh = any(map(self._is_fresh, find.links)) if find.fresh is None else find.fresh
        barren = shape_barren = 0
        shapes: MutableMapping[tuple[str, str], int] = self._barren
        if parent is not None and parent.entry.role in LISTS:
            barren = 0 if fresh else parent.entry.barren + 1
            key = (parent.entry.site, shape_of(parent.entry.url))
            if not find.ends:  # the page counts once, when it ends
                shapes = ChainMap({}, self._barren)
            shapes[key] = 0 if fresh else self._barren.get(key, 0) + 1
        for entry in find.links:
            depth = entry.depth
            if parent is not None:
                depth = link_depth(parent.entry.url, parent.entry.depth, entry.url)
                shape_barren = shapes.get((entry.site, shape_of(entry.url)), 0)
                candidate = Candidate(entry.url, entry.role, depth, barren, shape_barren)
                if not entry.chain and (reason := verdict(candidate, self._limits)):
                    self._refuse(entry, reason)
                    continue
            self._place(entry, depth, barren)

    def _is_fresh(self, entry: Entry) -> bool:
        """Whether the link is to an article that was not met before in this round."""
        known = self._known.get(entry.key)
        return entry.role not in LISTS and (known is None or known.met < self._round(entry))

    def _place(self, entry: Entry, depth: int, barren: int) -> None:
        number = self._round(entry)
        known = self._known.get(entry.key)
        if known is None:
            if not entry.chain and (reason := self._over(entry)):
                self._refuse(entry, reason)
                return
            self._taken[entry.site, entry.role] += 1
            self._taken[entry.site, ALL] += 1
            self._known[entry.key] = Known(PENDING, number, number, None, 0)
            self._new.append((entry, self._row(entry, depth, barren, number)))
            return
        if self._reopens(known, entry, number):
            known.state, known.round, known.met = PENDING, number, number
            self.filled.add(known.host_id)
            row = self._row(entry, depth, barren, number)
            self._opened.append({f"new_{name}": row[name] for name in _REOPENED} | {"of_key": entry.key})
        elif known.met < number:
            known.met = number
            self._met.append({"of_key": entry.key, "new_met": number})

    def _refuse(self, entry: Entry, reason: str) -> None:
        count, _ = self._refused.get((entry.site, reason), (0, ""))
        self._refused[entry.site, reason] = count + 1, entry.url

    def _over(self, entry: Entry) -> str | None:
        """The limit of new URLs that the site has reached in this run."""
        if entry.role == "sitemap" and self._taken[entry.site, entry.role] >= self._limits.sitemaps:
            return "many_sitemaps"
        return "many_urls" if self._taken[entry.site, ALL] >= self._limits.urls else None

    def _reopens(self, known: Known, entry: Entry, number: int) -> bool:
        if known.state not in FINAL or entry.chain:
            return False
        if entry.role in LISTS:
            return known.round < number
        return known.next_due is not None and known.next_due <= self._now

    def _round(self, entry: Entry) -> int:
        return self._rounds.get(entry.site, 0)

    def _row(self, entry: Entry, depth: int, barren: int, number: int) -> dict[str, Any]:
        return {
            "key": entry.key,
            "url": entry.url,
            "site": entry.site,
            "family": entry.family,
            "role": entry.role,
            "state": PENDING,
            "depth": depth,
            "priority": entry.priority,
            "barren": barren,
            "chain": entry.chain,
            "payload": entry.payload,
            "round": number,
            "met": number,
            "discovered": self._now,
        }

    def _read(self, entries: list[Entry]) -> None:
        columns = (url.c.key, url.c.state, url.c.round, url.c.met, url.c.next_due, url.c.host_id)
        for keys in chunks({entry.key for entry in entries}):
            for key, *values in self._connection.execute(select(*columns).where(url.c.key.in_(keys))):
                self._known[key] = Known(*values)

    def _read_shapes(self, entries: list[Entry]) -> None:
        wanted = {(entry.site, shape_of(entry.url)) for entry in entries if entry.role in LISTS}
        for shapes in chunks({name for _, name in wanted}):
            for row in self._connection.execute(select(shape).where(shape.c.shape.in_(shapes))):
                # A new round counts anew: in it every list may show its articles once more.
                if row.round == self._rounds.get(row.site):
                    self._barren[row.site, row.shape] = row.barren

    def _write(self, hosts: HostIds) -> Counter[str]:
        run = self._connection.execute
        if self._new:
            ids = hosts.of(self._connection, [entry for entry, _ in self._new])
            self.filled.update(ids)
            rows = [row | {"host_id": host_id} for (_, row), host_id in zip(self._new, ids, strict=True)]
            run(upsert(self._connection, url).on_conflict_do_nothing(index_elements=["key"]), rows)
        if self._opened:
            run(_REOPEN, self._opened)
        if self._met:
            run(_MEET, self._met)
        if self._barren:
            self._write_shapes()
        if self._refused:
            self._write_refusals()
        counts = Counter(
            {f"site/{site}/dropped/{reason}": count for (site, reason), (count, _) in self._refused.items()}
        )
        return counts + Counter(added=len(self._new), reopened=len(self._opened))

    def _write_shapes(self) -> None:
        statement = upsert(self._connection, shape)
        statement = statement.on_conflict_do_update(
            index_elements=["site", "shape"],
            set_={"round": statement.excluded.round, "barren": statement.excluded.barren},
        )
        rows = [
            {"site": site, "shape": name, "round": self._rounds.get(site, 0), "barren": barren}
            for (site, name), barren in self._barren.items()
        ]
        self._connection.execute(statement, rows)

    def _write_refusals(self) -> None:
        statement = upsert(self._connection, refusal)
        statement = statement.on_conflict_do_update(
            index_elements=["site", "reason"],
            set_={"count": refusal.c.count + statement.excluded.count, "example": statement.excluded.example},
        )
        rows = [
            {"site": site, "reason": reason, "count": count, "example": example}
            for (site, reason), (count, example) in self._refused.items()
        ]
        self._connection.execute(statement, rows)


_REOPENED = ("role", "depth", "priority", "barren", "payload", "round", "met")
_REOPEN = (
    update(url)
    .where(url.c.key == bindparam("of_key"), url.c.state != PENDING, url.c.state != LEASED)
    .values({name: bindparam(f"new_{name}") for name in _REOPENED})
    .values(state=PENDING, reason=None, next_due=None, held=None)
)
_MEET = update(url).where(url.c.key == bindparam("of_key")).values(met=bindparam("new_met"))
