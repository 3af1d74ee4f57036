"""Reports of earlier runs that are damaged or not ours: the history leaves them out, and the health check goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.monitor.counts import SiteCounts
from crawler.monitor.health import trouble
from crawler.monitor.run_report import history, sections
from crawler.siteconfig.site import Site

SITE = Site("demo", "news", ("demo.example",), ("http://demo.example/",), ())
SECTION = sections({"demo": SiteCounts()}, {}, {})["demo"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["median", "x"]), inner, max_size=3),
    max_leaves=6,
)


def stored(folder: Path, number: int, content: bytes) -> None:
    path = folder / "state" / "runs" / f"2026110{number}T000000Z-news-00000{number}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_files_that_are_no_reports_are_no_history(tmp_path: Path) -> None:
    for number, content in enumerate(
        (b"", b"[" * 100_000, b"[]", b'{"sites": [], "arguments": {}}', b"\xff", b"9" * 9999)
    ):
        stored(tmp_path, number, content)
    stored(tmp_path, 9, json.dumps({"sites": {"demo": SECTION, "other": 5}, "arguments": {}}).encode())
    assert history(tmp_path, "news", "20261201", 30) == {"demo": [SECTION], "other": []}


@given(st.dictionaries(st.sampled_from(sorted(SECTION)), ANYTHING, max_size=4))
@example({"covered": None})
@example({"selected": None, "laid_out": 9})
@example({"matched": None})
def test_whatever_a_report_holds_the_health_check_has_an_answer(tmp_path_factory: Any, changed: dict[str, Any]) -> None:
    folder = tmp_path_factory.mktemp("history")
    for number in range(3):
        stored(folder, number, json.dumps({"sites": {"demo": SECTION | changed}, "arguments": {}}).encode())
    trouble([SITE], {"demo": SECTION | {"articles": 30, "requests": 30}}, history(folder, "news", "20261201", 30))
