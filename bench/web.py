"""A site of static pages behind nginx on loopback, for benches: a server that is no limit to any client.

nginx and wget come from the system (Debian: apt-get install -y nginx wget).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
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
  server {{ {listen} root {folder}/root/$server_addr; index index.html; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Web:
    """`folder` holds root/, nginx's log and its configuration; `bases`, one a host, have no slash at their end."""

    folder: Path
    bases: Sequence[str]
    pages: int
    process: subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        return self.bases[0]

    def write_sites(self, folder: Path) -> Path:
        """A site file for each host into `folder`, which is new."""
        folder.mkdir()
        for number, base in enumerate(self.bases):
            site = Scaled(0, name=_name(number)).build({_name(number): base})
            (folder / f"{site.name}.toml").write_text(site.toml, encoding="utf-8")
        return folder

    def first_request(self, since: float) -> float:
        """When (seconds since 1970) the first request after `since` was answered. Raises ValueError."""
        stamps = (float(line.split()[0]) for line in (self.folder / "access.log").read_text().splitlines())
        return min(stamp for stamp in stamps if stamp >= since)


def missing(*programs: str) -> list[str]:
    """Which of them are not installed."""
    return [program for program in programs if not shutil.which(program)]


def _name(number: int) -> str:
    """Each host's texts are its own."""
    return f"scaled{number or ''}"


def write_pages(root: Path, base: str, articles: int, *, real: bool = False, name: str = "scaled") -> int:
    """Write the generated site, its articles padded to SIZE bytes or replaced by real pages; the number of pages."""
    site = Scaled(articles, name=name).build({name: base})
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
def served(folder: Path, articles: int, *, real: bool = False, hosts: int = 1) -> Iterator[Web]:
    """nginx over freshly written pages, so many articles of each host, ended with the block."""
    with socket.socket() as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    addresses = [f"127.0.{number // 250}.{number % 250 + 1}" for number in range(hosts)]
    bases = [f"http://{address}:{port}" for address in addresses]
    pages = sum(
        write_pages(folder / "root" / address, base, articles, real=real, name=_name(number))
        for number, (address, base) in enumerate(zip(addresses, bases, strict=True))
    )
    listen = " ".join(f"listen {address}:{port};" for address in addresses)
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, listen=listen))
    server = subprocess.Popen(["nginx", "-c", str(config), "-e", str(folder / "error.log"), "-p", str(folder)])
    try:
        _wait(port)
        yield Web(folder, bases, pages, server)
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
