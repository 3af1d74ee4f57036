"""The Run of a crawl that a script starts, without `scrapy crawl`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.crawl import PROJECT, SETTINGS, rows
from tests.site.scaled import Scaled
from tests.site.server import serve

pytestmark = pytest.mark.slow


def test_a_script_may_run_a_spider_twice_in_one_process(tmp_path: Path) -> None:
    with serve(Scaled(10)) as web:
        settings = SETTINGS | {"SITES_DIR": str(web.write_sites(tmp_path / "sites")), "OUTPUT_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "tests.crawl_twice", *(f"{name}={value}" for name, value in settings.items())]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    manifests = [json.loads(path.read_bytes()) for path in sorted((tmp_path / "manifests").glob("*.json"))]
    assert sorted(manifest["counts"]["articles"] for manifest in manifests) == [0, 10]
    assert len({manifest["run_id"] for manifest in manifests}) == 2
    assert len(rows(tmp_path)) == 10
    assert not list((tmp_path / "state" / "locks").glob("run-*.lock"))
