"""Room in memory: however many servers send large bodies at once, few of them are held at a time."""

from __future__ import annotations

import asyncio

SMALL = 1 << 20
"""Bytes of a body, as it came or unpacked, that need no place."""

PLACES = 4
"""Larger bodies at a time."""

_PATIENCE = 30.0  # seconds


class BodyPlace:
    """What a large body needs for as long as it is in memory. May be released by any thread, and more than once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._loop = asyncio.get_running_loop()
        self._places = places
        self._released = False

    def release(self) -> None:
        if not self._released:
            self._released = True
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._places.release)

    def __del__(self) -> None:
        self.release()


class Room:
    """Who has waited for `patience` seconds goes on without a place: bodies that are kept for long stop no crawl."""

    def __init__(self, places: int = PLACES, patience: float = _PATIENCE) -> None:
        self._places = asyncio.Semaphore(places)
        self._patience = patience

    async def place(self) -> BodyPlace | None:
        """Returns when there is one; None where there was none in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError:
            return None
        return BodyPlace(self._places)
