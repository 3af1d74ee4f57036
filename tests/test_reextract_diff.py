"""`scrapy reextract --diff`: what today's rules would change, told and shown; `--commit` puts it into effect."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from crawler.reextract.diff_report import as_page, as_text, side_by_side
from pipelines.dataset.compare import Change, Difference
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import KINDS, load_manifests
from pipelines.dataset.part import sha256
from tests import dataset_kit as kit
from tests import dying
from tests.command_kit import Done, call
from tests.nights import page, serving
from tests.site.crawl import crawl

pytestmark = pytest.mark.slow

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(105)
    sites = kit.write_site(folder / "sites", site)
    everything = kit.places(site)
    kit.crawl(folder / "out", sites, everything[15:25], 1, NOON)
    kit.crawl(folder / "out", sites, everything[40:50], 2, NOON.replace(month=10))
    # The kit's crawls mark no duplicates.
    assert call("reextract", folder / "out", "--processes", "1").status == 0
    return folder


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    outdate(tmp_path / "copy" / "out")
    return tmp_path / "copy" / "out"


def outdate(output: Path) -> None:
    """As an older version of the rules would have left the first run: two other texts, a row too many, one missing."""

    def older(rows: Rows) -> Rows:
        ghost = rows[1] | {
            "captures": [rows[1]["captures"][0] | {"record_id": "<urn:uuid:ghost>"}],
            "title": "<b>鬼</b>",
        }
        text = rows[2]["text"].split("\n")
        rows[2] |= {"text": "\n".join([text[0], "广告：<script>alert(1)</script>", *text[1:]]), "editor": "\x1b[31m"}
        rows[3] |= {"text": rows[3]["text"] + "\n末行", "rules_version": "2020.1"}
        return [*rows[:2], ghost, *rows[2:-1]]

    rewrite(sorted((output / "articles").rglob("*.parquet"))[0], older, output)
    rewrite(
        sorted((output / "rejects").rglob("*.parquet"))[0],
        lambda rows: [r | {"reason": "broken"} for r in rows],
        output,
    )


def rewrite(path: Path, change: Callable[[Rows], Rows], output: Path) -> None:
    table = pq.ParquetFile(path).read()
    changed = pa.Table.from_pylist(change(table.to_pylist()), schema=table.schema)
    pq.write_table(changed, path)
    size, digest, name = path.stat().st_size, sha256(path), path.relative_to(output).as_posix()
    for manifest in load_manifests(output).values():
        files = [
            replace(part, rows=changed.num_rows, bytes=size, sha256=digest) if part.path == name else part
            for part in manifest.files
        ]
        counts = {kind: sum(part.rows for part in files if part.path.startswith(kind)) for kind in KINDS}
        replace(manifest, files=files, counts={**manifest.counts, **counts}).write(output)


def diff(output: Path, *words: str) -> Done:
    return call("reextract", output, "--diff", "--processes", "1", *words)


def rows(output: Path, kind: str = "articles") -> Rows:
    table = pq.read_table(output / kind).drop_columns(["crawl_month", "run_id", "rules_version"])
    marks = [name for name in ("duplicate_of", "near_duplicate_of", "similarity") if name in table.column_names]
    return sorted(table.drop_columns(marks).to_pylist(), key=lambda row: str(row.get("captures") or row.get("capture")))


def files(output: Path) -> dict[str, int]:
    return {path.relative_to(output).as_posix(): path.stat().st_ino for path in output.rglob("*.parquet")}


def test_counts_columns_and_the_largest_changes(output: Path) -> None:
    before = files(output), load_manifests(output)
    done = diff(output)
    assert (done.status, done.err) == (0, ""), done
    assert "20 rows stored, 20 with today's rules: 1 new, 1 gone, 2 changed" in done.out, done.out
    told = {line.split()[0]: line.split()[1] for line in done.out.splitlines() if len(line.split()) == 2}
    assert (told["text"], told["editor"]) == ("2", "1")
    assert "new: http://" in done.out
    assert "<b>鬼</b>" in done.out
    assert "广告：<script>alert(1)</script>" in done.out
    assert ["broken", "2", "0"] in [line.split() for line in done.out.splitlines()]
    assert "\x1b" not in done.out
    assert (files(output), load_manifests(output)) == before  # looked at, not touched
    assert not list((output / "tmp").iterdir())


def test_without_a_difference_it_says_so_and_commits_nothing(made: Path) -> None:
    before = load_manifests(made / "out")
    done = diff(made / "out", "--commit")
    assert "0 new, 0 gone, 0 changed" in done.out, done
    assert load_manifests(made / "out") == before


def test_commit_replaces_the_affected_parts_and_no_others(output: Path, made: Path) -> None:
    before = files(output)
    done = diff(output, "--commit")
    assert (done.status, done.err) == (0, ""), done
    for kind in ("articles", "rejects"):
        assert rows(output, kind) == rows(made / "out", kind)
    after = files(output)
    assert [after[name] for name in before if "2026-10" in name and "articles" in name] == [
        before[name] for name in before if "2026-10" in name and "articles" in name
    ]
    [changed] = before.keys() - after.keys() - {name for name in before if "rejects" in name}
    assert "2026-09" in changed
    [manifest] = load_manifests(output).values()
    assert {part.path for part in manifest.files} == after.keys()
    assert call("verify", output, "--processes", "1").status == 0
    assert "0 new, 0 gone, 0 changed" in diff(output).out


def marks(output: Path) -> dict[str, tuple[str | None, str | None, float | None]]:
    """By the last part of the URL."""
    table = pq.read_table(output / "articles").to_pylist()
    return {Path(row["url"]).stem: (row["duplicate_of"], row["near_duplicate_of"], row["similarity"]) for row in table}


def test_marks_are_right_after_a_commit_also_of_rows_that_did_not_change(tmp_path: Path) -> None:
    """As a reextract of everything gives them; only parts with such rows are replaced."""
    output = tmp_path / "out"
    with serving() as web:
        sites = web.write_sites(tmp_path / "sites")
        for name in ("one", "three", "two", "four"):  # each by a run of its own: the order in which they are marked
            web.show(**{name: [(200, page("甲" if name in ("one", "two") else name, 9))]})
            assert crawl("news", sites, output).returncode == 0
    right = marks(output)
    identity = {Path(row["url"]).stem: row["id"] for row in pq.read_table(output / "articles").to_pylist()}
    assert right["two"] == (identity["one"], None, 1.0)

    def older(stored: Rows) -> Rows:
        """Rules that left an advertisement in one text: its copy was not one, a third row was."""
        mark = {"duplicate_of": identity["one"], "similarity": 1.0}
        changes: dict[str, dict[str, Any]] = {
            "one": {"text": stored[0]["text"] + "\n广告", "text_digest": "older"},
            "two": {"duplicate_of": None, "similarity": None},
            "three": mark,
        }
        return [row | changes.get(Path(row["url"]).stem, {}) for row in stored]

    for path in sorted((output / "articles").rglob("*.parquet")):
        if "four" not in str(pq.read_table(path, columns=["url"]).to_pylist()):
            rewrite(path, older, output)
    before = files(output)
    done = call("reextract", output, "--diff", "--commit", "--processes", "1", sites=sites)
    assert "0 new, 0 gone, 1 changed" in done.out, done
    assert "2 rows have other duplicate marks now" in done.out, done
    assert marks(output) == right
    kept = [name for name in before if files(output).get(name) == before[name] and "articles" in name]
    assert [name for name in kept if "four" in str(pq.read_table(output / name, columns=["url"]).to_pylist())] == kept
    assert len(kept) == 1
    assert call("verify", output, "--processes", "1", sites=sites).status == 0


def test_versions_that_compaction_dropped_are_not_new(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "copy")
    output = tmp_path / "copy" / "out"
    kit.crawl(
        output, tmp_path / "copy" / "sites", kit.places(kit.scaled(105))[15:20], 3, NOON.replace(month=10, day=25)
    )
    assert call("compact", output).status == 0
    assert "20 rows stored, 25 with today's rules: 0 new, 0 gone, 0 changed" in diff(output).out


def test_the_page_is_whole_escaped_and_asks_nobody(output: Path, tmp_path: Path) -> None:
    diff(output, "--html", str(tmp_path / "diff.html"))
    page = (tmp_path / "diff.html").read_text("utf-8")

    class Tags(HTMLParser):
        seen: set[str] = set()  # noqa: RUF012
        text = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.add(tag)
            assert not {"src", "href", "onclick"} & {name for name, _ in attrs}

        def handle_data(self, data: str) -> None:
            self.text += data

    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.seen
    assert "b" not in tags.seen
    assert "广告：<script>alert(1)</script>" in tags.text
    assert "<b>鬼</b>" in tags.text
    assert {"del", "table", "h2"} <= tags.seen


def test_two_texts_side_by_side() -> None:
    change = Change(9, "u", "t", "一\n二\n三\n四\n五\n六\n七", "一\n二\n三\n肆\n五\n六\n七\n八")
    assert [tuple(line) for line in side_by_side(change)] == [
        ("三", "三", True),
        ("四", "肆", False),
        ("五", "五", True),
        (None, None, True),
        ("七", "七", True),
        (None, "八", False),
    ]


def test_hostile_text_is_text_in_both_reports() -> None:
    found = Difference(texts=[Change(3, "http://x/[bold]", "<i>[red]t", "a\x1b[2J[/x]", "<img src=x onerror=y>")])
    console = Console(width=100)
    with console.capture() as shown:
        console.print(as_text(found))
    assert "\x1b[2J" not in shown.get()
    assert "[/x]" in shown.get()
    assert "<img" not in as_page(found)
    assert "<i>" not in as_page(found)


def commit(output: Path) -> None:
    assert diff(output, "--commit").status == 0


MOMENTS = 5


@pytest.fixture(scope="module")
def moments(made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    copy = tmp_path_factory.mktemp("moments") / "copy"
    shutil.copytree(made, copy)
    outdate(copy / "out")
    return dying.moments("tests.test_reextract_diff:commit", copy / "out", MOMENTS)


@pytest.mark.parametrize("at", range(MOMENTS))
def test_killed_on_the_way_it_is_done_or_not_begun(output: Path, made: Path, moments: list[int], at: int) -> None:
    before = rows(output)
    assert dying.dies(moments[at], "tests.test_reextract_diff:commit", output)
    assert rows(output) in (before, rows(made / "out"))  # as a reader finds it
    commit(output)
    assert rows(output) == rows(made / "out")
    assert len(load_manifests(output)) == 1


def test_mistakes_are_one_line(output: Path, tmp_path: Path) -> None:
    call("reextract", output, "--commit").says(2, "go with --diff")
    call("reextract", output, "--html", "x.html").says(2, "go with --diff")
    diff(output, "--to", str(tmp_path / "x")).says(2, "no --to")
    diff(tmp_path / "nowhere").says(2, "no such folder")
    held = Lock(output, "dataset", shared=True)  # as a crawl holds it
    diff(output, "--commit").says(5, "a crawl is at work")
    held.release()
