"""Chromium without a network: every request of a page is answered by the crawl's own HTTP client, or not at all.

The browser has a proxy that is not there and resolves no name, so that what no handler sees (DNS prefetch, WebRTC,
its own update checks) leads nowhere. Each page has a context of its own: no cookies, storage or workers are kept.
No Scrapy.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.render.policy import Asked
from crawler.render.steps import CLICK, MEASURE, SCROLL

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright, Route, WebSocketRoute

logger = logging.getLogger(__name__)

PAGES_PER_BROWSER = 200  # then another one is started: what a browser leaks is bounded
VIEWPORT = (1280, 3000)  # pixels; tall, so that what is loaded when it comes into view comes with fewer scrolls
_QUIET = 0.4  # seconds without a request after which a page counts as loaded
_STILL = 30.0  # seconds without any change after which a page counts as loaded whatever it still waits for
_PROBE = 0.15
_LONGEST_REQUEST = 30.0  # seconds
LONGEST_ANSWER = 10.0  # seconds in which a page has to answer a question
_LARGEST = 32 << 20  # bytes of a DOM

_ARGUMENTS = (
    "--proxy-server=socks5://127.0.0.1:1",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-extensions",
    "--no-first-run",
    "--no-pings",
    "--mute-audio",
    "--blink-settings=imagesEnabled=false",
    "--renderer-process-limit=2",
    "--js-flags=--max-old-space-size=256",  # megabytes for a page's objects
)


class RenderError(Exception):
    """The page could not be rendered; the message is one line."""


class _BrowserGoneError(RenderError):
    """The browser ended under a page that had not hung."""


class NoBrowserError(RenderError):
    """There is no browser, or it cannot be started."""


class RequestRefusedError(Exception):
    """The request is not made. The message is a word or two, and the requests are counted by it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as the page is given it: content coding undone."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Limits:
    """Of one page: seconds in all, requests, and how often it is scrolled or clicked."""

    seconds: float = 120.0
    requests: int = 200
    steps: int = 20


@dataclass(slots=True)
class Rendering:
    """`states`: the DOM as HTML in UTF-8, the last one at the end; others only where a list replaced its links.

    `condition`: what ended the waiting: "loaded", "still" (it waited for an answer, but nothing changed) or "time".
    """

    states: list[bytes] = field(default_factory=list)
    condition: str = ""
    browser: str = ""
    milliseconds: int = 0
    made: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: int = 0


Fetch = Callable[[Asked, int], Awaitable[Answer]]
"""Answers the request that is the n-th of its page. Raises RequestRefusedError, or anything else where it failed."""


class Browser:
    """`executable`: path of Chromium. It is started with the first page."""

    def __init__(self, executable: str, user_agent: str, *, tabs: int, limits: Limits) -> None:
        self._executable = executable
        self._user_agent = user_agent
        self._limits = limits
        self._tabs = asyncio.Semaphore(tabs)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._open = 0  # pages
        self._left = 0  # pages until the browser is replaced
        self._closed = False

    async def render(self, url: str, served: Answer, fetch: Fetch, *, is_list: bool) -> Rendering:
        """The page at `url`, of which the server sent `served`. Raises RenderError, NoBrowserError."""
        async with self._tabs:
            try:
                return await self._rendered(url, served, fetch, is_list=is_list)
            except _BrowserGoneError:  # for another page that hung, mostly: in a new one, once
                return await self._rendered(url, served, fetch, is_list=is_list)

    async def _rendered(self, url: str, served: Answer, fetch: Fetch, *, is_list: bool) -> Rendering:
        if self._closed:
            raise NoBrowserError("the crawl ends")
        chromium = await self._started()
        self._open += 1
        self._left -= 1
        tab = _Tab(url, served, fetch, self._limits, is_list=is_list)
        try:
            return await tab.render(chromium, self._user_agent)
        except RenderError:
            raise
        except Exception as error:  # Playwright's, for a tab or browser that is gone
            gone = self._chromium is not chromium or not chromium.is_connected()
            raise (_BrowserGoneError if gone else RenderError)(_one_line(error)) from error
        finally:
            self._open -= 1
            if tab.hung or not chromium.is_connected():
                await self._replace(chromium)

    async def close(self) -> None:
        """End the browser; pages that are being rendered raise RenderError."""
        self._closed = True
        chromium, playwright = self._chromium, self._playwright
        self._chromium = self._playwright = None
        if chromium is not None:
            with suppress(Exception):
                await asyncio.wait_for(chromium.close(), 3)
        if playwright is not None:
            with suppress(Exception):
                await asyncio.wait_for(playwright.stop(), 3)

    async def _started(self) -> Chromium:
        async with self._starting:
            if self._chromium is not None and self._chromium.is_connected():
                if self._left > 0 or self._open:
                    return self._chromium
                await self._replace(self._chromium)
            try:
                from playwright.async_api import async_playwright  # noqa: PLC0415 - installed for who asks
            except ImportError as error:
                raise NoBrowserError(str(error)) from error
            try:
                if self._playwright is None:
                    self._playwright = await async_playwright().start()
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=self._executable,
                    args=list(_ARGUMENTS),
                    chromium_sandbox=os.geteuid() != 0,  # Chromium cannot have one as root
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            except Exception as error:
                raise NoBrowserError(f"{self._executable} cannot be started: {_one_line(error)}") from error
            self._left = PAGES_PER_BROWSER
            return self._chromium

    async def _replace(self, chromium: Chromium) -> None:
        if self._chromium is chromium:
            self._chromium = None
        with suppress(Exception):
            await asyncio.wait_for(chromium.close(), 5)


class _Tab:
    """One page on its way."""

    def __init__(self, url: str, served: Answer, fetch: Fetch, limits: Limits, *, is_list: bool) -> None:
        self.hung = False
        self._url = url
        self._served = served
        self._fetch = fetch
        self._limits = limits
        self._is_list = is_list
        self._rendering = Rendering()
        self._under_way = 0
        self._last_end = 0.0  # monotonic: when the last request ended
        self._begun = False  # the page itself has been given
        self._crashed = asyncio.Event()
        self._ends = time.monotonic() + limits.seconds

    async def render(self, chromium: Chromium, user_agent: str) -> Rendering:
        started = time.monotonic()
        rendering = self._rendering
        rendering.browser = f"Chromium/{chromium.version}"
        width, height = VIEWPORT
        context = await chromium.new_context(
            user_agent=user_agent,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
            accept_downloads=False,
            permissions=[],
        )
        try:
            await self._shown(context)
        finally:
            with suppress(Exception):
                await asyncio.wait_for(context.close(), LONGEST_ANSWER)
        rendering.milliseconds = round(1000 * (time.monotonic() - started))
        return rendering

    async def _shown(self, context: BrowserContext) -> None:
        await context.route("**/*", self._answer)
        await context.route_web_socket("**/*", self._no_socket)
        page = await context.new_page()
        page.on("crash", lambda _: self._crashed.set())
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
        context.on("page", lambda other: asyncio.ensure_future(other.close()))
        await self._ask(page.goto(self._url, wait_until="commit", timeout=1000 * LONGEST_ANSWER))
        await self._settled(page)
        await self._expanded(page)
        self._rendering.states.append(await self._content(page))

    async def _settled(self, page: Page) -> tuple[int, int]:
        """Wait until nothing comes any more; what the page then measures (characters shown, elements)."""
        changed = time.monotonic()
        size = (-1, -1)
        while True:
            now = time.monotonic()
            seen = await self._measure(page)
            if seen != size:
                size, changed = seen, now
            quiet = not self._under_way and now - max(self._last_end, changed) >= _QUIET
            if quiet or now - changed >= _STILL or now >= self._ends:
                self._rendering.condition = "loaded" if quiet else "time" if now >= self._ends else "still"
                return size
            await asyncio.sleep(_PROBE)

    async def _expanded(self, page: Page) -> None:
        """Scroll to the end and press 加载更多 as long as that brings something."""
        size = await self._measure(page)
        links = await self._links(page)
        for _ in range(self._limits.steps):
            if time.monotonic() >= self._ends:
                return
            before = await self._content(page) if self._is_list else b""
            scrolled = await self._ask(page.evaluate(SCROLL))
            if not scrolled and not await self._ask(page.evaluate(CLICK, self._is_list)):
                return
            now = await self._settled(page)
            shown = await self._links(page)
            if now == size and shown == links:
                if not await self._ask(page.evaluate(CLICK, self._is_list)):
                    return
                now = await self._settled(page)
                shown = await self._links(page)
                if now == size and shown == links:
                    return
            if self._is_list and not links <= shown:  # the page turned: the links before are kept
                self._rendering.states.append(before)
            size, links = now, shown

    async def _measure(self, page: Page) -> tuple[int, int]:
        characters, elements = await self._ask(page.evaluate(MEASURE))
        return int(characters), int(elements)

    async def _links(self, page: Page) -> set[str]:
        if not self._is_list:
            return set()
        hrefs = await self._ask(page.evaluate("Array.from(document.links, link => link.href)"))
        return set(map(str, hrefs))

    async def _content(self, page: Page) -> bytes:
        content: str = await self._ask(page.content())
        return content.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()[:_LARGEST]

    async def _ask(self, question: Awaitable[Any]) -> Any:
        """The page's answer. Raises RenderError for a page that hangs or has crashed."""
        asked, crash = asyncio.ensure_future(question), asyncio.ensure_future(self._crashed.wait())
        try:
            await asyncio.wait({asked, crash}, timeout=LONGEST_ANSWER, return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                return asked.result()
            self.hung = True
            crashed = crash.done()
            raise RenderError("the tab crashed" if crashed else f"the page did not answer for {LONGEST_ANSWER:g} s")
        finally:
            crash.cancel()
            if not asked.done():
                asked.cancel()
                asked.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _answer(self, route: Route) -> None:
        """Answer one request of the page."""
        request = route.request
        try:
            if request.is_navigation_request() and request.frame.parent_frame is None:
                await self._navigate(route, request.url)
                return
            asked = Asked(
                url=request.url,
                method=request.method,
                kind=request.resource_type,
                headers=tuple((await request.all_headers()).items()),
                body=request.post_data_buffer or b"",
                seconds=max(1.0, min(_LONGEST_REQUEST, self._ends - time.monotonic())),
            )
            self._under_way += 1
            try:
                answer = await self._fetch(asked, self._rendering.made)
            finally:
                self._under_way -= 1
                self._last_end = time.monotonic()
            await _fulfil(route, answer)
        except RequestRefusedError as error:
            self._rendering.refused[str(error)] += 1
            await _abort(route)
        except Exception as error:  # of one request
            self._rendering.failed += 1
            logger.debug("%s of %s: %s", request.url, self._url, error)
            await _abort(route)
        else:
            self._rendering.made += 1

    async def _navigate(self, route: Route, url: str) -> None:
        """The page itself is given once; where its scripts send the tab later, it does not go."""
        if self._begun or url.partition("#")[0] != self._url.partition("#")[0]:
            self._rendering.refused["navigation"] += 1
            await route.fulfill(status=204)  # no content: the tab stays where it is; an aborted one shows an error page
            return
        self._begun = True
        await _fulfil(route, self._served)

    async def _no_socket(self, socket: WebSocketRoute) -> None:
        self._rendering.refused["websocket"] += 1
        with suppress(Exception):
            await socket.close()


async def _fulfil(route: Route, answer: Answer) -> None:
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    for name in ("content-encoding", "content-length", "transfer-encoding", "set-cookie"):
        headers.pop(name, None)
    await route.fulfill(status=answer.status, headers=headers, body=answer.body)


async def _abort(route: Route) -> None:
    with suppress(Exception):  # the page may be gone
        await route.abort()


def _one_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]
