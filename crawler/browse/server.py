"""The reading room over HTTP, for the person at this machine and nobody else.

twisted.web serves: it comes with Scrapy, parses HTTP strictly and keeps slow clients from holding anybody up. (aiohttp
would be one dependency more; http.server says of itself that it is not for production.)

Three things keep other people and other web pages out: it listens on 127.0.0.1 only; every address begins with a token
that only the terminal shows (other users of the machine do not have it, nor does a page that tries addresses); and a
request must name this host (a foreign page cannot read answers by pointing its own name at 127.0.0.1).
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure
from twisted.web.http import Request as RawRequest
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from crawler.browse.room import ReadingRoom, RoomAnswer
from crawler.language import Language, message
from crawler.status import Exit, RefusedError

_NOTHING = "default-src 'none'; base-uri 'none'"
_LONGEST = 2000  # characters of one argument
_OTHER_METHODS = (b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"CONNECT")  # known, but not here


class Gate(Resource):
    """The root: lets in who knows the token and calls this host by its name."""

    isLeaf = True  # noqa: N815  Twisted's name

    def __init__(self, room: ReadingRoom, token: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.token = token or secrets.token_urlsafe(18)
        self._room = room
        self._say = room.speaks.say

    def render(self, request: Any) -> int | bytes:
        # Twisted's own answer to other methods is a page without our headers.
        if request.method in (b"GET", b"HEAD"):
            return self.render_GET(request)
        request.setHeader("Allow", "GET, HEAD")
        status = 405 if request.method in _OTHER_METHODS else 501
        return self._refuse(request, status, message("The reading room is only looked at."))

    def render_GET(self, request: Any) -> int | bytes:  # noqa: N802  Twisted's name
        steps = [step.decode("ascii", "replace") for step in request.postpath or []]
        if not _is_local(request):
            return self._refuse(request, 421, message("This is not the host that was asked for."))
        if len(steps) != 2 or not secrets.compare_digest(steps[0].encode(), self.token.encode()):
            words = message("The address with its token is in the terminal of scrapy browse.")
            return self._refuse(request, 403, words)
        arguments = {
            name.decode("utf-8", "replace"): values[-1].decode("utf-8", "replace")[:_LONGEST]
            for name, values in (request.args or {}).items()
        }
        gone: list[Failure] = []
        request.notifyFinish().addErrback(gone.append)
        asked: Deferred[RoomAnswer] = deferToThread(self._room.answer, steps[1], arguments)
        asked.addCallback(lambda answer: None if gone else self._send(request, answer))
        asked.addErrback(lambda failure: None if gone else _fail(request, failure))
        return NOT_DONE_YET

    def _refuse(self, request: Any, status: int, words: str) -> bytes:
        return _refuse(request, status, f"{self._say(words)}\n".encode())

    def _send(self, request: Any, answer: RoomAnswer) -> None:
        style = f"style-src '{self._room.style_hash}'"
        if answer.framed:
            policy = (
                f"sandbox; default-src 'none'; {style}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
            )
        else:
            policy = (
                f"default-src 'none'; {style}; frame-src 'self'; base-uri 'none'; form-action 'self'; "
                "frame-ancestors 'none'"
            )
        body = answer.body.encode("utf-8", "replace")
        request.setResponseCode(answer.status)
        _head(request, "text/html; charset=utf-8", policy, len(body))
        request.write(body)
        request.finish()


def site(gate: Gate) -> Site:
    """What listens. Requests are short: nothing is uploaded here."""
    factory = Site(gate, parsePOSTFormSubmission=False, timeout=60)  # type: ignore[no-untyped-call]
    factory.displayTracebacks = False
    factory.log = _no_log  # type: ignore[method-assign]  # the token is in every line it would write
    return factory


def _no_log(request: RawRequest) -> None:
    pass


def _is_local(request: Any) -> bool:
    port = request.getHost().port
    named = (request.getHeader("host") or "").lower()
    return named in (f"127.0.0.1:{port}", f"localhost:{port}")


def _refuse(request: Any, status: int, words: bytes) -> bytes:
    request.setResponseCode(status)
    _head(request, "text/plain; charset=utf-8", f"{_NOTHING}; frame-ancestors 'none'", len(words))
    return words


def _fail(request: Any, failure: Failure) -> None:
    words = f"{failure.type.__name__ if failure.type else 'error'}: {failure.getErrorMessage()}\n".encode()
    request.write(_refuse(request, 500, words))
    request.finish()


def _head(request: Any, content_type: str, policy: str, length: int) -> None:
    headers = {
        "Content-Type": content_type,
        "Content-Length": str(length),
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Server": "scrapy browse",
        "X-Content-Type-Options": "nosniff",
        "X-DNS-Prefetch-Control": "off",
    }
    for name, value in headers.items():
        request.setHeader(name, value)


def listen(reactor: Any, room: ReadingRoom, port: int) -> str:
    """Serve `room` on 127.0.0.1 (port 0: any free one) once the reactor runs; the address to open.

    Raises twisted.internet.error.CannotListenError when the port is taken.
    """
    gate = Gate(room)
    listening = reactor.listenTCP(port, site(gate), interface="127.0.0.1")
    reactor.suggestThreadPoolSize(2)  # questions at a time
    return f"http://127.0.0.1:{listening.getHost().port}/{gate.token}/"


def serve(output: Path, port: int, speaks: Language) -> None:
    """Run the reading room until Ctrl-C or SIGTERM. Raises RefusedError when the port is taken."""
    from twisted.internet import reactor as installed  # noqa: PLC0415  importing it installs it

    reactor: Any = installed
    try:
        address = listen(reactor, ReadingRoom(output, speaks), port)
    except CannotListenError as error:
        taken = message("port {port} is taken; add --port 0 for a free one", port=port)
        raise RefusedError(taken, Exit.FAILED) from error
    print(speaks.say(message("Reading room: {address}\nCtrl-C closes it.", address=address)), flush=True)
    reactor.run()
