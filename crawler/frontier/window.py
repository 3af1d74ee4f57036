"""The leased URLs in memory: one short queue for each host, served in turn, and what is in flight."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence

from crawler.frontier.entry import Leased


class Window:
    """All hosts that this worker holds. `per_host`: how many URLs of one host may be in flight."""

    def __init__(self, per_host: int) -> None:
        self._per_host = per_host
        self._queues: dict[int, deque[Leased]] = {}  # in the order of the next turn
        self._drained: set[int] = set()  # hosts of which the database had nothing more when last looked
        self._leaving: set[int] = set()  # hosts to give back when nothing of them is in flight any more
        self._busy: Counter[int] = Counter()
        self._flying: dict[str, Leased] = {}

    def __len__(self) -> int:
        return len(self._queues)

    def pop(self, may_ask: Callable[[str], bool]) -> Leased | None:
        """The next URL, which is in flight from now on. Hosts whose site `may_ask` refuses are passed over."""
        for host_id, queue in self._queues.items():
            if queue and self._busy[host_id] < self._per_host and may_ask(queue[0].entry.site):
                leased = queue.popleft()
                self._queues[host_id] = self._queues.pop(host_id)
                self._busy[host_id] += 1
                self._flying[leased.entry.key] = leased
                return leased
        return None

    def landed(self, leased: Leased) -> bool:
        """Take it out of what is in flight. Returns False when it was not in flight."""
        if self._flying.pop(leased.entry.key, None) is None:
            return False
        self._busy[leased.host_id] -= 1
        return True

    def flying(self) -> dict[str, Leased]:
        """What is in flight, by key."""
        return self._flying

    def waiting(self) -> bool:
        """Whether any queue holds something."""
        return any(self._queues.values())

    def hungry(self) -> list[int]:
        """Hosts whose queue is empty and for which the database may hold more."""
        return [host_id for host_id, queue in self._queues.items() if not queue and host_id not in self._drained]

    def fill(self, host_id: int, leases: Sequence[Leased], *, more: bool) -> int:
        """Add URLs to the queue of a host, which may be new. `more`: whether the database may hold more of it.

        Returns how many were added.
        """
        self._queues.setdefault(host_id, deque()).extend(leases)
        if not more:
            self._drained.add(host_id)
        return len(leases)

    def look_again(self, host_ids: Collection[int]) -> None:
        """New links to these hosts are stored, or will be: drained ones have something again."""
        self._drained.difference_update(host_ids)

    def of_sites(self, sites: set[str]) -> list[int]:
        """Hosts with something queued that belong to one of `sites`."""
        return [host_id for host_id, queue in self._queues.items() if queue and queue[0].entry.site in sites]

    def drop(self, host_id: int) -> list[Leased]:
        """Remove the queue of a host and return it. gone() names the host when nothing of it is in flight."""
        queue = self._queues.pop(host_id, deque())
        self._drained.discard(host_id)
        self._leaving.add(host_id)
        return list(queue)

    def spent(self) -> list[int]:
        """Drained hosts with nothing queued or in flight."""
        return [host_id for host_id in self._drained if not self._queues[host_id] and not self._busy[host_id]]

    def gone(self) -> list[int]:
        """Hosts to give back now: dropped or drained, with nothing in flight. Each is returned once."""
        for host_id in self.spent():
            self.drop(host_id)
        free = [host_id for host_id in self._leaving if not self._busy[host_id]]
        self._leaving.difference_update(free)
        for host_id in free:
            del self._busy[host_id]
        return free

    def clear(self) -> int:
        """Empty every queue: all leases are lost. What is in flight goes on. Returns how many URLs were queued."""
        count = sum(map(len, self._queues.values()))
        self._queues.clear()
        self._drained.clear()
        self._leaving.clear()
        return count
