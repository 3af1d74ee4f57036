"""Pages that only a browser shows: rendered by a real Chromium that has no network, archived, read from the archive."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.members import Member, scan
from crawler.archive.record import parse_warc_fields
from crawler.extract.url import host_of
from crawler.render.browser import Answer, Browser, Limits, RenderError, Rendering, RequestRefusedError
from crawler.render.policy import Asked, refused
from crawler.siteconfig.site import Site, parse_site
from tests.browser import CHROMIUM, needs_chromium
from tests.command_kit import scrapy_here
from tests.extract_kit import PROSE, TITLE
from tests.raw_server import Answer as RawAnswer
from tests.raw_server import RawServer, serving, serving_all
from tests.site.crawl import PROJECT, SETTINGS, crawl, rows
from tests.site.scripted import PRIVATE, Scripted, ScriptedSite
from tests.site.server import Web, serve

pytestmark = [pytest.mark.slow, needs_chromium]

URL = "http://www.xiamu.example/"


@contextmanager
def _served(folder: Path, **plan: Any) -> Iterator[tuple[Web, ScriptedSite, Path]]:
    with serve(Scripted(**plan)) as web:
        site = web.sites["xiamu"]
        assert isinstance(site, ScriptedSite)
        yield web, site, web.write_sites(folder / "sites")


def _exact(output: Path, site: ScriptedSite) -> None:
    """Every article is one row, with the text of its page to the character and both of its records."""
    found = rows(output)
    assert sorted(row["url"] for row in found) == sorted(site.truths)
    for row in found:
        assert (row["title"], row["text"]) == site.truths[row["url"]]
        assert [each["url"] for each in row["captures"]] == [row["url"]] * 2
        assert row["page_count"] == 1


def _comparable(output: Path) -> list[str]:
    both = [*rows(output), *rows(output, "rejects")]
    return sorted(json.dumps({k: v for k, v in row.items() if k != "run_id"}, default=str) for row in both)


def test_a_site_of_scripts_gives_every_row_and_again_from_the_archive_alone(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with _served(tmp_path, articles=5, documents=2) as (web, site, sites):
        done = crawl("news", sites, output, RENDER_SECONDS="20", RENDER_BROWSER=CHROMIUM)
        assert done.returncode == 3, done.stderr  # for the page that hangs its tab
        _exact(output, site)
        [rejected] = rows(output, "rejects")
        assert (rejected["url"], rejected["reason"]) == (site.hung, "broken")
        asked = [hit.target for hit in web.hits]
    assert asked.count("/static/app.js") <= 2  # one a tab: what the pages of a site share is asked for once
    assert not [target for target in asked if target.endswith(".png")]
    report = json.loads(next((output / "state/runs").glob("*.json")).read_bytes())["stats"]
    assert report["render/refused/other host"] == 1  # PRIVATE
    _forgotten_whole(output, sites, site, tmp_path / "copy")
    live = _comparable(output)
    asked = {"OUTPUT_DIR": str(output), "SITES_DIR": str(sites)}
    again = scrapy_here("reextract", "--processes", "1", settings=asked | {"RENDER_BROWSER": "/-"})
    assert again.returncode == 3, again.stderr  # for the same page
    assert _comparable(output) == live
    checked = scrapy_here("verify", "--processes", "1", settings=asked)
    assert checked.returncode == 0, checked.stdout
    _is_recorded(output)


def _forgotten_whole(output: Path, sites: Path, site: ScriptedSite, copy: Path) -> None:
    """A take-down removes what the browser showed, and the answer that its text came in; other pages stay."""
    shutil.copytree(output, copy)
    url, other = sorted(site.truths)[-3:-1]
    asked = {"OUTPUT_DIR": str(copy), "SITES_DIR": str(sites)}
    done = scrapy_here("forget", url, settings=asked)
    assert done.returncode == 0, done.stderr
    assert url not in {row["url"] for row in rows(copy)}
    assert other in {row["url"] for row in rows(copy)}
    [line, kept] = [site.truths[each][1].split("\n")[1] for each in (url, other)]
    blocks = [each.block.decode("utf-8", "replace") for each in _members(copy)]
    assert not [block for block in blocks if line in block]
    assert [block for block in blocks if kept in block]
    assert scrapy_here("verify", "--processes", "1", settings=asked).returncode == 0


def _members(output: Path) -> list[Member]:
    return [
        each for warc in (output / "warc/news").glob("*.warc.gz") for each in scan(warc) if isinstance(each, Member)
    ]


def _is_recorded(output: Path) -> None:
    """The page as served, each answer its scripts had, and the DOM with what it came of."""
    [warc] = (output / "warc/news").glob("*.warc.gz")
    records = [each for each in scan(warc) if isinstance(each, Member)]
    served = {each.record_id for each in records if each.kind == "response"}
    conversions = [each for each in records if each.kind == "conversion"]
    assert conversions
    for each in conversions:
        assert each.fields["warc-refers-to"] in served
        assert each.fields["content-type"].startswith("text/html")
    about = {each.about: parse_warc_fields(each.block) for each in records if each.kind == "metadata"}
    described = [about[each.record_id] for each in conversions]
    for fields in described:
        assert set(fields) >= {"browser", "viewport", "condition", "milliseconds", "requests", "refused", "failed"}
    articles = [fields for fields in described if fields["role"] == "article" and "render-error" not in fields]
    assert all(fields["browser"].startswith("Chromium/") and int(fields["requests"]) > 0 for fields in articles)
    assert any("/api/article/1001" in each.fields.get("warc-target-uri", "") for each in records)
    for tool in (["gzip", "-t"], [sys.executable, "-m", "warcio.cli", "check"]):
        assert subprocess.run([*tool, str(warc)], check=False).returncode == 0
    assert not [each for each in records if PRIVATE in each.fields.get("warc-target-uri", "")]


def test_without_a_browser_such_a_site_has_no_article(tmp_path: Path) -> None:
    with _served(tmp_path, articles=2, documents=1, trouble=False, render="never") as (_, site, sites):
        crawl("news", sites, tmp_path / "output")
        assert not (tmp_path / "output/articles").exists()
        assert len(site.truths) == 3


def test_a_page_whose_text_is_as_it_was_gives_no_second_row(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with _served(tmp_path, articles=2, documents=1, trouble=False) as (_, site, sites):
        more = {"RENDER_BROWSER": CHROMIUM, "RECRAWL_DAYS": "0.00001"}
        assert crawl("news", sites, output, **more).returncode == 0
        assert crawl("news", sites, output, **more).returncode == 0
        _exact(output, site)
        asked = {"OUTPUT_DIR": str(output), "SITES_DIR": str(sites)}
        assert scrapy_here("verify", "--processes", "1", settings=asked).returncode == 0
        assert scrapy_here("reextract", "--processes", "1", settings=asked).returncode == 0
        _exact(output, site)


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_a_crawl_that_ends_takes_its_browser_along_and_loses_nothing(tmp_path: Path, signum: int) -> None:
    output = tmp_path / "output"
    with _served(tmp_path, articles=4, documents=2, trouble=False) as (web, site, sites):
        site.silent = "/api/article/1002"  # this page is being rendered when the signal comes
        settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output), "RENDER_BROWSER": CHROMIUM}
        pairs = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "scrapy", "crawl", "news", *pairs]
        process = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            assert _until(lambda: any("/api/article/1002" in hit.target for hit in web.hits))
            browsers = _browsers(process.pid)
            assert browsers
            asked = time.monotonic()
            process.send_signal(signum)
            process.wait(timeout=300)
            assert time.monotonic() - asked < 20  # it ends itself after ten
        finally:
            process.kill()
            process.wait()
        assert _until(lambda: not any(map(_lives, browsers)))
        site.silent = ""
        crawl("news", sites, output, RENDER_BROWSER=CHROMIUM)  # its texts may differ from the first run's: health
        _exact(output, site)
        asked = {"OUTPUT_DIR": str(output), "SITES_DIR": str(sites)}
        assert scrapy_here("verify", "--processes", "1", settings=asked).returncode == 0


def _until(holds: Any, seconds: float = 600.0) -> bool:
    ends, pause = time.monotonic() + seconds, threading.Event()
    while not holds():
        if time.monotonic() > ends:
            return False
        pause.wait(0.05)
    return True


def _browsers(pid: int) -> list[int]:
    """Processes below `pid` that are Chromium's."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = [each for child in children for each in _browsers(int(child))]
    return [*found, *(int(child) for child in children if "chromium" in Path(f"/proc/{child}/cmdline").read_text())]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


ESCAPES = """<!DOCTYPE html><html><body><p id=t>页面</p><script>
const host = '127.0.0.1:%d', at = 'http://' + host;
const tries = [
  () => fetch(at + '/fetch'), () => fetch(at + '/post', {method: 'POST', body: 'x'}),
  () => new WebSocket('ws://' + host),
  () => { new Image().src = at + '/image' }, () => navigator.sendBeacon(at + '/beacon', 'x'),
  () => new EventSource(at + '/events'), () => window.open(at + '/window'),
  () => { const p = new RTCPeerConnection({iceServers: [{urls: 'stun:' + host}, {urls: 'turn:' + host, username: 'u',
          credential: 'c'}]}); p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o)) },
  () => new Worker(URL.createObjectURL(new Blob(["fetch('" + at + "/worker')"]))),
  () => navigator.serviceWorker.register('/worker.js'),
  () => { const f = document.createElement('iframe'); f.src = at + '/frame'; document.body.append(f) },
  () => { const f = document.createElement('form'); f.action = at + '/form'; f.method = 'post';
          document.body.append(f); f.submit() },
  () => { location.href = at + '/location' },
];
for (const rel of ['preconnect', 'prefetch', 'dns-prefetch', 'stylesheet', 'icon', 'manifest', 'modulepreload']) {
  const l = document.createElement('link'); l.rel = rel; l.href = at + '/' + rel; document.head.append(l);
}
for (const one of tries) try { Promise.resolve(one()).catch(() => 0) } catch (error) {}
</script></body></html>"""


def _rendered(html: str, site: Site, *, limits: Limits | None = None, answers: dict[str, str] | None = None) -> Any:
    """What Chromium makes of a page of `site`; its requests are answered from `answers`, by path."""
    asked: list[Asked] = []

    async def fetch(request: Asked, number: int) -> Answer:
        asked.append(request)
        if why := refused(request, site, number, 200):
            raise RequestRefusedError(why)
        path = request.url.partition(site.domains[0])[2]
        body = (answers or {})[path]
        return Answer(200, (("Content-Type", "text/html"),), body.encode())

    async def render() -> Rendering:
        browser = Browser(CHROMIUM, "test", tabs=1, limits=limits or Limits(120, 200, 5))
        served = Answer(200, (("Content-Type", "text/html; charset=utf-8"),), html.encode())
        try:
            return await browser.render(f"http://{site.domains[0]}/", served, fetch, is_list=False)
        finally:
            await browser.close()

    return asyncio.run(render()), asked


def _site(more: str = "") -> Site:
    text = f'family = "news"\ndomains = ["{host_of(URL)}"]\nseeds = ["{URL}"]\narticle = [\'\\d\\.html\']\n'
    return parse_site("xiamu", text + 'render = "always"\n' + more, Path("xiamu.toml"))


def test_nothing_that_a_page_tries_reaches_another_host() -> None:
    reached: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as private, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        port = private.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        private.settimeout(0.2)
        datagrams.settimeout(0.2)
        rendering, _ = _rendered(ESCAPES % port, _site())
        for wait in (private.accept, lambda: datagrams.recvfrom(1500)):
            with pytest.raises(TimeoutError):
                reached.append(wait())
    assert not reached
    assert "页面" in rendering.states[-1].decode()
    assert rendering.refused["websocket"] == 1
    assert rendering.refused["navigation"] >= 1
    assert rendering.refused["other host"] >= 2


def test_hosts_that_the_site_file_lists_are_asked_and_no_others() -> None:
    html = "<p>壳</p><script src=//cdn.example/a.js></script><script src=//ads.example/b.js></script>"
    _, asked = _rendered(html, _site('render_hosts = ["cdn.example"]\n'))
    site = _site('render_hosts = ["cdn.example"]\n')
    verdicts = {each.url: refused(each, site, 0, 9) for each in asked}
    assert verdicts == {"http://cdn.example/a.js": None, "http://ads.example/b.js": "other host"}


SCRIPT = """
const box = document.querySelector('#app');
box.innerHTML = '<h1>%s</h1><div class="article-content">%s</div>';
"""


def test_a_page_whose_scripts_could_not_be_had_is_tried_again_by_a_later_run(tmp_path: Path) -> None:
    busy, bad = (
        RawAnswer([b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status], "keep")
        for status in (b"503 Busy\r\nRetry-After: 3600", b"502 Bad")
    )
    script = _answer("text/javascript", SCRIPT % (TITLE, PROSE))
    output, sites = tmp_path / "output", tmp_path / "sites"
    sites.mkdir()
    with serving_all(RawServer({"/app.js": [busy, script]}, host="127.0.0.2")) as [other]:
        host = f"127.0.0.2:{other.port}"
        shell = f"<title>{TITLE}</title><body><div id=app></div><script src=%s/app.js></script></body>"
        answers = {
            "/": [_answer("text/html", "<a href=/a/1.html>1</a><a href=/a/2.html>2</a>")] * 2,
            "/a/1.html": [_answer("text/html", shell % f"http://{host}")] * 2,
            "/a/2.html": [_answer("text/html", shell % "")] * 2,
            "/app.js": [bad, script],
        }
        with serving(answers) as server:
            (sites / "market.toml").write_text(
                f'family = "news"\ndomains = ["127.0.0.1:{server.port}"]\nseeds = ["{server.url}"]\n'
                f'article = [\'^/a/\']\nrender = "auto"\nrender_hosts = ["{host}"]\n'
            )
            assert crawl("news", sites, output, RENDER_BROWSER=CHROMIUM).returncode == 3
            found = sorted((row["url"], row["reason"], row["detail"]) for row in rows(output, "rejects"))
            assert found == [
                (f"{server.url}a/1.html", "broken", "not rendered: 127.0.0.2 rests"),
                (f"{server.url}a/2.html", "broken", "not rendered: 127.0.0.1: status 502"),
            ]
            with closing(sqlite3.connect(output / "state/frontier.sqlite3")) as database, database:
                query = "UPDATE url SET next_due = 1 WHERE state = 'failed' AND next_due IS NOT NULL AND attempts = 1"
                assert database.execute(query).rowcount == 2
            assert crawl("news", sites, output, RENDER_BROWSER=CHROMIUM).returncode == 0
    assert [row["title"] for row in rows(output)] == [TITLE, TITLE]
    asked = {"OUTPUT_DIR": str(output), "SITES_DIR": str(sites)}
    assert scrapy_here("verify", "--processes", "1", settings=asked).returncode == 0


def _answer(kind: str, text: str) -> RawAnswer:
    body = text.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return RawAnswer([head.encode() + body], "keep")


def test_a_tab_that_hangs_is_an_error_and_the_next_page_is_shown() -> None:
    site = _site()

    async def fetch(request: Asked, number: int) -> Answer:
        raise RequestRefusedError("none")

    async def render() -> tuple[str, bytes]:
        browser = Browser(CHROMIUM, "test", tabs=1, limits=Limits(120, 9, 2))
        try:
            spin = Answer(200, (), "<p>一<script>while (true) {}</script>".encode())
            with pytest.raises(RenderError) as hung:
                await browser.render(URL, spin, fetch, is_list=False)
            shown = await browser.render(URL, Answer(200, (), b"<p>next</p>"), fetch, is_list=False)
            return str(hung.value), shown.states[-1]
        finally:
            await browser.close()

    message, state = asyncio.run(render())
    assert "did not answer" in message
    assert b"<p>next</p>" in state
    assert site.render == "always"


def test_a_browser_that_is_missing_is_told_in_one_line(tmp_path: Path) -> None:
    with _served(tmp_path, articles=1, documents=0, trouble=False) as (web, _, sites):
        done = crawl("news", sites, tmp_path / "output", RENDER_BROWSER="/nowhere/chromium")
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert "apt-get install chromium" in done.stderr
        assert web.hits == []
