"""One HTTP/1.1 connection: bytes out, the reply's bytes in, nothing rewritten on the way."""

from __future__ import annotations

import asyncio
import select
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from crawler.downloader.wire.errors import BadHeadError, NoReplyError, ReplyTimeoutError
from crawler.downloader.wire.framing import Framing, framing_of
from crawler.downloader.wire.head import MAX_HEAD, Head, end_of_head, parse_head
from crawler.downloader.wire.room import SMALL, BodyPlace, Room
from crawler.language import message


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `truncated` is a WARC-Truncated reason or None; `latency` is seconds from send to head.

    `place` is to be released when the body is no longer in memory.
    """

    sent_at: datetime
    head: Head
    body: bytes
    truncated: str | None
    latency: float
    trailers: tuple[bytes, ...] = ()
    place: BodyPlace | None = None


class Connection(asyncio.Protocol):
    """Carries one exchange at a time; `reusable` tells the pool whether it may carry another."""

    def __init__(self, room: Room, *, tls_error: str | None = None) -> None:
        self._room = room
        self.tls_error = tls_error  # why the certificate or the protocol would not have passed a browser
        self.ip: str | None = None
        self.tls: tuple[str, str] | None = None  # version and cipher as OpenSSL calls them
        self.reusable = False
        self.unsolicited = False  # bytes came that no request had asked for
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[Reply] | None = None
        self._buffer = bytearray()

    async def exchange(self, request: bytes, *, method: str, maxsize: int, deadline: float) -> Reply:
        """Send `request` and wait for the reply until `deadline` (loop time), up to `maxsize` body bytes (0: no limit).

        A body cut by either, or by the server, is a Reply with `truncated` set. Raises NoReplyError, ReplyTimeoutError
        and BadHeadError when there is no head to report.
        """
        if self._transport is None or self._transport.is_closing():
            raise NoReplyError(message("connection is closed"), untouched=True)
        loop = asyncio.get_running_loop()
        self._method, self._maxsize = method, maxsize
        self._head: Head | None = None
        self._framing: Framing | None = None
        self._searched = 0
        self._preamble = 0  # bytes before the reply: empty lines, interim responses
        self._latency = 0.0
        self._sent, self._sent_at = time.monotonic(), datetime.now(UTC)
        self._reply = loop.create_future()
        self.reusable = False
        self._place: BodyPlace | None = None
        self._asking: asyncio.Task[None] | None = None
        self._deadline, self._timer = deadline, loop.call_at(deadline, self._time_out)
        try:
            self._transport.write(request)
            reply = await self._reply
            if reply.place is not None:
                self._place = None  # the reply's from now on
            return reply
        finally:
            self._timer.cancel()
            if self._asking is not None:
                self._asking.cancel()
            if self._place is not None:
                self._place.release()
            self._reply = None
            if not self.reusable:
                self.close()

    async def is_quiet(self) -> bool:
        """Whether nothing came since the last exchange: what came would be taken for the next reply."""
        descriptor = self._transport.get_extra_info("socket").fileno() if self._transport is not None else -1
        if descriptor >= 0:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            if poll.poll(0):  # two turns of the loop: in the first it sees the socket, in the second it has read it
                await asyncio.sleep(0)
                await asyncio.sleep(0)
        return self.reusable

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.ip = peer[0] if peer else None
        tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        if tls is not None and (cipher := tls.cipher()):
            self.tls = (tls.version() or "", cipher[0])

    def data_received(self, data: bytes) -> None:
        if self._reply is None or self._reply.done():
            self.close()  # what follows on this connection could not be trusted
            self.reusable, self.unsolicited = False, True
            return
        self._buffer += data
        try:
            self._advance()
        except BadHeadError as error:
            self._reply.set_exception(error)
        if self._asking is None and self._framing is not None and len(self._framing.body) > SMALL:
            self._asking = asyncio.ensure_future(self._ask_for_place())

    def connection_lost(self, exc: Exception | None) -> None:
        self.reusable = False
        self._transport = None
        if self._reply is None or self._reply.done():
            return
        if self._framing is None:
            seen = bytes(self._buffer[:80])
            message = f"connection ended before a reply: {exc or 'closed by the server'}; got {seen!r}"
            self._reply.set_exception(NoReplyError(message, untouched=not seen))
        else:
            # A reset is no orderly end, even where the end of the connection is the end of the body.
            whole = self._framing.ended() and not isinstance(exc, ConnectionError)
            self._finish(None if whole else "disconnect")

    async def _ask_for_place(self) -> None:
        """Nothing more is read meanwhile, and the time is not the server's."""
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self._transport.pause_reading()
        self._timer.cancel()
        began = loop.time()
        self._place = await self._room.place()
        self._timer = loop.call_at(self._deadline + loop.time() - began, self._time_out)
        if self._transport is not None:
            self._transport.resume_reading()

    # the exchange, step by step

    def _advance(self) -> None:
        while self._framing is None:
            if not self._read_head():
                return
        done = self._framing.feed(self._buffer)
        if self._maxsize and len(self._framing.body) > self._maxsize:
            del self._framing.body[self._maxsize :]
            self._finish("length")
        elif done:
            self._finish("unspecified" if self._framing.broken else None)

    def _read_head(self) -> bool:
        if not self._searched:  # empty lines before the status line belong to no message (RFC 9112 section 2.2)
            self._skip(len(self._buffer) - len(self._buffer.lstrip(b"\r\n")))
        end = end_of_head(self._buffer, self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if self._searched > MAX_HEAD:
                raise BadHeadError(message("no end of the head within {number} bytes", number=MAX_HEAD))
            if self._searched >= 5 and self._buffer[:5].upper() != b"HTTP/":
                raise BadHeadError(message("no HTTP status line: {line}", line=repr(bytes(self._buffer[:80]))))
            return False
        head = parse_head(bytes(self._buffer[:end]))
        self._searched = 0
        if 100 <= head.status < 200 and head.status != 101:
            self._skip(end)
            return bool(self._buffer)  # interim: the reply is still to come
        del self._buffer[:end]
        self._head, self._framing = head, framing_of(head, self._method)
        self._latency = time.monotonic() - self._sent
        return True

    def _skip(self, size: int) -> None:
        self._preamble += size
        if self._preamble > MAX_HEAD:
            raise BadHeadError(message("{number} bytes and no reply among them", number=MAX_HEAD))
        del self._buffer[:size]

    def _finish(self, truncated: str | None) -> None:
        assert self._head is not None
        assert self._framing is not None
        assert self._reply is not None
        self.unsolicited = bool(self._buffer)
        clean = self._framing.reusable and not self.unsolicited
        self.reusable = truncated is None and clean and _keeps_alive(self._head)
        body, trailers = bytes(self._framing.body), tuple(self._framing.trailers)
        self._framing = None  # a kept connection does not keep the body
        self._reply.set_result(Reply(self._sent_at, self._head, body, truncated, self._latency, trailers, self._place))

    def _time_out(self) -> None:
        if self._reply is None or self._reply.done():
            return
        if self._framing is None:
            self._reply.set_exception(ReplyTimeoutError("no reply in time"))
        else:
            self._finish("time")


def _keeps_alive(head: Head) -> bool:
    options = [option.lower() for option in head.values(b"connection")]
    if head.status == 101 or b"close" in options:
        return False
    return head.version >= (1, 1) or b"keep-alive" in options
