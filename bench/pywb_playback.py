"""Plays the archive of the demo crawl back with pywb: python -m bench.pywb_playback [--python INTERPRETER]

Crawls the demo web twice, so that the second visit gives revisits (identical payload, 304), and asks pywb for every
page at the time of every visit, once as it is (id_) and once rewritten for a browser (mp_). A visit is played when the
bytes are those of our own reader. Without --python (or PYWB_PYTHON) an environment with the extra "playback" is made.
Exit status 1 when something does not play.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from crawler.archive.reader import Stored, read_capture, records, to_page
from crawler.siteconfig.site import FAMILIES
from tests.pywb_kit import playing
from tests.site import serve
from tests.site.crawl import PROJECT, crawl

REWRITTEN = 10  # one visit in so many is played rewritten as well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=os.environ.get("PYWB_PYTHON"), help="an interpreter that has pywb")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="playback-") as name:
        folder = Path(name)
        python = asked.python or environment(folder / "venv")
        output = crawl_twice(folder)
        warcs = sorted((output / "warc").rglob("*.warc.gz"))
        began = time.monotonic()
        (folder / "pywb").mkdir()
        with playing(python, warcs, folder / "pywb") as base:
            counts, wrong = play(base, output / "warc", warcs)
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({"warcs": len(warcs), "seconds": seconds, **counts, "not_played": wrong}, indent=1))
    return 1 if wrong else 0


def environment(folder: Path) -> str:
    """A new virtual environment with the packages of the extra "playback"; its interpreter."""
    extra = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["playback"]
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *extra], check=True)
    return str(folder / "bin" / "python")


def crawl_twice(folder: Path) -> Path:
    """OUTPUT_DIR of two visits of the whole demo web; the second finds everything as it was."""
    output = folder / "output"
    with serve() as web:
        sites = web.write_sites(folder / "sites")
        for visit in (1, 2):
            for family in FAMILIES:
                done = crawl(family, sites, output)
                assert done.returncode == 0, done.stderr
            if visit == 1:
                make_due(output)
    return output


def make_due(output: Path) -> None:
    """As if a day had passed; for one article in two, as if the server had given no validators."""
    database = sqlite3.connect(output / "state" / "frontier.sqlite3")
    with database:
        database.execute("UPDATE url SET next_due = 1 WHERE role = 'article' AND NOT chain AND state = 'done'")
        database.execute("UPDATE url SET etag = NULL, last_modified = NULL WHERE id % 2")
    database.close()


def play(base: str, folder: Path, warcs: Sequence[Path]) -> tuple[dict[str, Counter[str]], list[str]]:
    """How many visits of each kind were played as they are and rewritten, and what went wrong."""
    played, rewritten, wrong = Counter[str](), Counter[str](), list[str]()
    with_browser = Counter[str]()
    for warc in warcs:
        for stored in records(warc):
            kind = kind_of(stored)
            body = to_page(read_capture(folder, stored.capture)).body
            got = ask(base, stored, "id_")
            if got == body:
                played[kind] += 1
            else:
                wrong.append(f"{kind} {stored.status} {stored.url}: {len(got)} bytes instead of {len(body)}")
            with_browser[kind] += 1
            if with_browser[kind] % REWRITTEN == 1 and b"<p>" in body:
                page = ask(base, stored, "mp_")
                if b"wombat" in page and body[body.index(b"<p>") :][:200].split(b"<a ")[0] in page:
                    rewritten[kind] += 1
                else:
                    wrong.append(f"{kind} {stored.url}: not rewritten")
    return {"played": played, "rewritten": rewritten}, wrong


def kind_of(stored: Stored) -> str:
    if stored.refers is None:
        return f"response {stored.status}"
    return "revisit, 304" if stored.refers.unchanged else "revisit, same payload"


def ask(base: str, stored: Stored, modifier: str) -> bytes:
    """The body that pywb gives for the visit, content coding undone; redirects are not followed."""
    where = urlsplit(base)
    assert where.hostname
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    try:
        moment = f"{stored.capture.fetched_at:%Y%m%d%H%M%S}"
        connection.request("GET", f"{where.path}/{moment}{modifier}/{stored.url}")
        response = connection.getresponse()
        body = response.read()
        return gzip.decompress(body) if response.getheader("Content-Encoding") == "gzip" else body
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
