"""A site of static pages behind nginx on loopback, for benches: a server that is no limit to any client.

nginx and wget come from the system (Debian: apt-get install -y nginx wget).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.site.scaled import Scaled

REAL = Path(__file__).resolve().parents[2] / "shared" / "pages" / "html"
SIZE = 29_000  # bytes of a page before compression

_CONFIG = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  default_type text/html;
  log_format msec '$msec $status $request_uri';
  access_log {folder}/access.log msec;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 100000; sendfile on; tcp_nopush on;
  gzip on;
  server {{ listen {listen}; root {folder}/root; index index.html; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Web:
    """`folder` holds root/, nginx's log and its configuration; `base` has no slash at its end."""

    folder: Path
    base: str
    pages: int

    def first_request(self, since: float) -> float:
        """When (seconds since 1970) the first request after `since` was answered. Raises ValueError."""
        stamps = (float(line.split()[0]) for line in (self.folder / "access.log").read_text().splitlines())
        return min(stamp for stamp in stamps if stamp >= since)


def missing(*programs: str) -> list[str]:
    """Which of them are not installed."""
    return [program for program in programs if not shutil.which(program)]


def write_pages(root: Path, base: str, articles: int, *, real: bool = False) -> int:
    """Write the generated site, its articles padded to SIZE bytes or replaced by real pages; the number of pages."""
    site = Scaled(articles).build({"scaled": base})
    bodies = [path.read_bytes() for path in sorted(REAL.glob("*.html"))] if real else []
    pages = 0
    for target, made, is_article in site.files():
        pages += 1
        body = made
        if is_article:
            body = bodies[pages % len(bodies)] if bodies else _padded(made, pages)
        path = root / target.lstrip("/")
        if target.endswith("/"):
            path /= "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return pages


def _padded(body: bytes, number: int) -> bytes:
    """The page with what surrounds an article on its site: a hundred links, and scripts up to SIZE, all in ASCII."""
    links = b"".join(
        b'<li><a href="/about/%d.shtml" target="_blank" title="item %d">item %d</a></li>\n' % (at, number + at, at)
        for at in range(100)
    )
    foot = b'<div class="footer"><ul>\n' + links + b"</ul></div></body>"
    page = body.replace(b"</body>", foot, 1)
    lines = (
        b"function widget_%d(node){var box=node.getBoundingClientRect();return box.left*%d+box.top;}\n"
        % (at, (at * 7919 + number) % 9973)
        for at in count()
    )
    script = bytearray(b"<script>\n")
    while len(page) + len(script) < SIZE:
        script += next(lines)
    return page.replace(b"</head>", bytes(script) + b"</script></head>", 1)


@contextmanager
def served(folder: Path, articles: int, *, real: bool = False) -> Iterator[Web]:
    """nginx over freshly written pages, ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    pages = write_pages(folder / "root", base, articles, real=real)
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, listen=f"127.0.0.1:{port}"))
    server = subprocess.Popen(["nginx", "-c", str(config), "-e", str(folder / "error.log"), "-p", str(folder)])
    try:
        _wait(port)
        yield Web(folder, base, pages)
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("nginx does not answer; see its error.log")
