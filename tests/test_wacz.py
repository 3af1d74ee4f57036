"""`scrapy wacz`, where the program is installed (beside the interpreter or on PATH), and one line where it is not."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from crawler.archive.exchange import ArchiveError
from crawler.archive.wacz import export, program
from tests.site import serve
from tests.site.crawl import SETTINGS, crawl, rows, scrapy
from tests.site.scaled import Scaled

pytestmark = pytest.mark.slow

WACZ = program()


def test_without_the_program_it_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if WACZ is not None:
        pytest.skip("wacz is installed here")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    done = scrapy("wacz", str(tmp_path / "a.wacz"), settings=SETTINGS | {"OUTPUT_DIR": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "scrapy wacz: the program wacz is not installed: pip install wacz\n"
    assert scrapy("wacz", settings=SETTINGS).stderr == "scrapy wacz: usage: scrapy wacz FILE.wacz [WARC …]\n"


def test_a_program_that_fails_leaves_no_file(tmp_path: Path) -> None:
    failing = tmp_path / "wacz"
    failing.write_text('#!/bin/sh\necho half > "$3"\necho no room left\nexit 1\n')
    failing.chmod(0o755)
    with pytest.raises(ArchiveError, match="wacz create: no room left"):
        export(str(failing), tmp_path / "a.wacz", [], [], title="nothing")
    assert [path.name for path in tmp_path.iterdir()] == ["wacz"]


@pytest.mark.skipif(WACZ is None, reason="wacz is not installed")
def test_a_crawl_becomes_one_valid_file_with_its_articles_listed(tmp_path: Path) -> None:
    with serve(Scaled(30)) as web:
        assert crawl("fanwen", web.write_sites(tmp_path / "sites"), tmp_path).returncode == 0
    target = tmp_path / "out" / "crawl.wacz"
    done = scrapy("wacz", str(target), settings=SETTINGS | {"OUTPUT_DIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 WARC files, 30 articles" in done.stdout
    assert subprocess.run([str(WACZ), "validate", "-f", target], capture_output=True, check=False).returncode == 0
    with zipfile.ZipFile(target) as packed:
        [warc] = tmp_path.glob("warc/fanwen/*.warc.gz")
        assert packed.read(f"archive/{warc.name}") == warc.read_bytes()
        header, *pages = map(json.loads, packed.read("pages/pages.jsonl").decode().splitlines())
    assert header["format"] == "json-pages-1.0"
    assert sorted((page["url"], page["title"]) for page in pages) == sorted(
        (row["url"], row["title"]) for row in rows(tmp_path)
    )
