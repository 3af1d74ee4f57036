"""What a command has imported when it has not begun yet: each heavy module is a tenth of a second of every start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.crawl import PROJECT

pytestmark = pytest.mark.slow

# Needed with the first row, a chart, a terminal, a server of PostgreSQL, or never in the crawl's own process.
HEAVY = {
    *("pyarrow", "numpy", "duckdb", "pandas", "jinja2", "babel", "rich", "prometheus_client", "playwright", "ray"),
    *("aiohttp", "tldextract", "requests", "scrapy.core.downloader.tls", "sqlalchemy.dialects.postgresql"),
    *("pipelines.process", "pipelines.text.clean", "crawler.extract.extract", "crawler.reextract.files"),
}

_LIST = """
import json, sys
from scrapy.cmdline import execute
try:
    execute(["scrapy", "list"])
finally:
    print(json.dumps(sorted(sys.modules)))
"""

# The process is its own server: what it has imported when the first request comes in.
_CRAWL = """
import json, os, socket, sys, threading
from pathlib import Path
from scrapy.cmdline import execute

folder, server = Path(sys.argv[1]), socket.create_server(("127.0.0.1", 0))
host = f"127.0.0.1:{server.getsockname()[1]}"

def wait():
    connection, _ = server.accept()
    assert connection.recv(1 << 16).startswith(b"GET /robots.txt ")
    print(json.dumps(sorted(sys.modules)), flush=True)
    os._exit(0)

threading.Thread(target=wait, daemon=True).start()
(folder / "local.toml").write_text(
    f'family = "news"\\ndomains = ["{host}"]\\nseeds = ["http://{host}/"]\\narticle = ["^/a/"]\\n'
)
settings = {"SITES_DIR": folder, "OUTPUT_DIR": folder / "output", "ALLOW_PRIVATE_ADDRESSES": 1}
execute(["scrapy", "crawl", "news", *(word for pair in settings.items() for word in ("-s", "=".join(map(str, pair))))])
"""


def imported(script: str, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_a_list_of_the_spiders_needs_no_database_and_no_rules() -> None:
    modules = imported(_LIST)
    assert "crawler.spiders.news" in modules
    assert modules & {*HEAVY, "sqlalchemy"} == set()


def test_a_crawl_asks_for_its_first_page_before_it_imports_what_its_rows_need(tmp_path: Path) -> None:
    modules = imported(_CRAWL, str(tmp_path))
    assert "crawler.frontier.scheduler" in modules
    assert modules & HEAVY == set()
