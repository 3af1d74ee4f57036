"""docs/extend.md: each example in it works as it is printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.raw_server import RawServer, serving
from tests.site.crawl import PROJECT, SETTINGS
from tests.test_units_fail_alone import answer, page

pytestmark = pytest.mark.slow

ROWS = 3
EXAMPLES = re.findall(r"```python\n# (\w+\.py)\n(.*?)```", (PROJECT / "docs" / "extend.md").read_text("utf-8"), re.S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in EXAMPLES:
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def web() -> Iterator[RawServer]:
    links = "".join(f"<a href='/a/{n}.html'>第{n}篇</a>" for n in range(ROWS)).encode()
    pages = {"/": [answer(b"<html>" + links)]} | {f"/a/{n}.html": [answer(page(n))] for n in range(ROWS)}
    with serving(pages) as server:
        yield server


def run(web: RawServer, folder: Path, *words: str) -> dict[str, object]:
    """Runs `python WORDS` in `folder`, where the examples are; the crawl's stats."""
    (folder / "sites").mkdir()
    (folder / "sites" / "fair.toml").write_text(
        f"family = 'fanwen'\ndomains = ['127.0.0.1:{web.port}']\nseeds = ['{web.url}']\narticle = ['^/a/']\n"
    )
    settings = SETTINGS | {"OUTPUT_DIR": str(folder / "out"), "SITES_DIR": str(folder / "sites")}
    each = [f"{name}={value}" for name, value in settings.items()]
    given = [word for one in each for word in (("-s", one) if words[0] == "-m" else (one,))]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}{os.pathsep}{PROJECT}",
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
    }
    done = subprocess.run(
        [sys.executable, *words, *given], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert pq.read_table(folder / "out" / "articles").num_rows == ROWS
    reports = list((folder / "out" / "state" / "runs").glob("*.json"))
    stats: dict[str, object] = json.loads(reports[0].read_bytes())["stats"] if reports else {}
    return stats


def test_the_documents_have_the_four_examples() -> None:
    assert [name for name, _ in EXAMPLES] == [
        "own_spiders.py",
        "own_pipelines.py",
        "own_extensions.py",
        "crawl_script.py",
    ]


def test_a_spider(web: RawServer, folder: Path) -> None:
    stats = run(web, folder, "-m", "scrapy", "crawl", "essays", "-s", "SPIDER_MODULES=own_spiders")
    assert stats["essays/seen"] == ROWS


def test_a_pipeline(web: RawServer, folder: Path) -> None:
    words = ("crawl", "fanwen", "-s", 'ITEM_PIPELINES={"own_pipelines.Count": 950}')
    stats = run(web, folder, "-m", "scrapy", *words)
    texts = pq.read_table(folder / "out" / "articles").column("text").to_pylist()
    assert stats["own/characters"] == sum(map(len, texts))


def test_an_extension(web: RawServer, folder: Path) -> None:
    run(web, folder, "-m", "scrapy", "crawl", "fanwen", "-s", 'EXTENSIONS={"own_extensions.Touch": 1}')
    assert (folder / "rows.txt").read_text() == str(ROWS)


def test_a_script(web: RawServer, folder: Path) -> None:
    run(web, folder, "crawl_script.py")
