"""The main job on real input: ../shared/pages served on loopback, crawled by the three spiders.

    python -m bench.real_pages [--output DIR]

For each family: pages, articles, joined pages, rejects by reason, and the share of the pages labelled as articles that
became rows (alone or as pages of a joined article). Prints one line and ends where ../shared is absent.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pyarrow.parquet as pq

from crawler.extract.url import canonical_url, path_and_query
from tests.site.crawl import crawl

PAGES = Path(__file__).resolve().parents[2] / "shared" / "pages"
FAMILIES = ("fanwen", "news", "wenku")


def family_of(label: dict[str, object]) -> str:
    return str(label["family"]) if label["family"] in FAMILIES else "news"


def path_of(slug: str, label: dict[str, object]) -> str:
    """The page's own path, so that next-page links lead where they led; behind the slug of its host."""
    url = urlsplit(str(label.get("url") or ""))
    printed = url.path + (f"?{url.query}" if url.query else "") if len(url.path) > 1 else f"/{slug}.html"
    return path_and_query(canonical_url(f"http://host{printed}"))


@contextmanager
def serve(labels: dict[str, dict[str, object]]) -> Iterator[dict[str, tuple[str, list[str]]]]:
    """One server for each host of the labels; family and URLs of each by "127.0.0.1:port"."""
    hosts: dict[tuple[str, str], dict[str, str]] = {}
    for slug, label in labels.items():
        host = urlsplit(str(label.get("url") or "")).netloc or slug
        hosts.setdefault((family_of(label), host), {})[path_of(slug, label)] = slug
    servers, bases = [], {}
    for (family, _), paths in hosts.items():
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(paths))
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        bases[f"127.0.0.1:{server.server_port}"] = (family, sorted(paths))
    try:
        yield bases
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def handler(paths: dict[str, str]) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            slug = paths.get(path_and_query(canonical_url(f"http://host{self.path}")))
            if self.path == "/list.html":
                body = "".join(f'<p><a href="{p}">页面 {n}</a></p>' for n, p in enumerate(paths)).encode()
            elif slug:
                body = (PAGES / "html" / f"{slug}.html").read_bytes()
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--output", type=Path, help="where the crawl goes (default: a temporary folder)")
    args = parser.parse_args()
    if not PAGES.exists():
        sys.exit("../shared/pages is not here: nothing to crawl")
    labels = {p.stem: json.loads(p.read_text("utf-8")) for p in sorted((PAGES / "labels").glob("*.json"))}
    output = args.output or Path(tempfile.mkdtemp())
    shutil.rmtree(output, ignore_errors=True)
    with serve(labels) as bases:
        sites = output / "sites"
        sites.mkdir(parents=True)
        for base, (family, _) in bases.items():
            name = base.replace(":", "-")
            (sites / f"{name}.toml").write_text(
                f'family = "{family}"\ndomains = ["{base}"]\nseeds = ["http://{base}/list.html"]\n'
                "article = ['^/(?!list\\.html).']\nfollow = ['^/list\\.html$']\n"
            )
        for family in FAMILIES:
            done = crawl(family, sites, output, fresh=True)
            if done.returncode not in (0, 3):
                sys.exit(f"{family}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
            report(family, labels, output)


def report(family: str, labels: dict[str, dict[str, object]], output: Path) -> None:
    folder = output / "articles"
    rows = [r for r in pq.read_table(folder).to_pylist() if r["family"] == family] if folder.exists() else []
    pages = [c["url"] for row in rows for c in row["captures"]]
    found = {path_and_query(canonical_url(url)) for url in pages}
    wanted = [path_of(s, g) for s, g in labels.items() if g["kind"] == "article" and family_of(g) == family]
    reached = sum(path in found for path in wanted)
    folder = output / "rejects"
    refused = pq.read_table(folder).to_pylist() if folder.exists() else []
    rejects = Counter(r["reason"] for r in refused if r["family"] == family)
    print(
        f"{family:7} pages {len(pages) + sum(rejects.values()):4}  articles {len(rows):4}  "
        f"joined {len(pages) - len(rows):3}  rejects {dict(rejects)}  labelled in rows {reached} of {len(wanted)}"
    )


if __name__ == "__main__":
    main()
