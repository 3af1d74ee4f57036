"""`scrapy verify`: a dataset that crawls, compaction and take-downs leave is well; whatever is off is found."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import load_manifests
from pipelines.dataset.part import Part, sha256
from pipelines.dataset.schema import NULLABLE, SCHEMA
from tests import dataset_kit as kit
from tests.command_kit import Done, call
from tests.site.crawl import crawl, scrapy
from tests.site.scaled import Scaled
from tests.site.server import serve

pytestmark = pytest.mark.slow

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
FLIPS = 8  # a kind of file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, the second of which met some articles of the first again."""
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(105)
    sites = kit.write_site(folder / "sites", site)
    everything = kit.places(site)[15:60]
    kit.crawl(folder / "out", sites, everything, 1, NOON)
    kit.crawl(folder / "out", sites, everything[:10], 2, NOON.replace(month=10))
    return folder


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy" / "out"


def verify(output: Path, *words: str) -> Done:
    return call("verify", output, "--processes", "1", *words)


def test_what_crawls_leave_is_well(output: Path) -> None:
    done = verify(output)
    assert (done.status, done.err) == (0, ""), done
    rows = sum(part.rows for each in load_manifests(output).values() for part in each.files)
    assert done.out.endswith(f"{rows} rows and rejects ({rows} made again): all is well\n")
    assert not list((output / "tmp").iterdir())


def test_so_is_what_compaction_a_takedown_and_reextraction_leave(output: Path) -> None:
    for words in (("compact",), ("forget", f"{kit.BASE}/c0/20.html"), ("reextract", "--processes", "1")):
        done = call(words[0], output, *words[1:])
        assert done.status == 0, done
        verified = verify(output)
        assert verified.status == 0, (words, verified)


def test_so_is_what_a_crawl_leaves_that_was_stopped_half_way(tmp_path: Path) -> None:
    with serve(Scaled(40)) as web:
        sites, output = web.write_sites(tmp_path / "sites"), tmp_path / "out"
        crawl("fanwen", sites, output, CLOSESPIDER_PAGECOUNT="20")
        assert len(web.hits) < 40
    done = verify(output)
    assert done.status == 0, done


def test_processes_and_a_terminal_make_no_difference(output: Path) -> None:
    settings = {"OUTPUT_DIR": str(output), "SITES_DIR": str(output.parent / "sites")}
    done = scrapy("verify", "--processes", "2", settings=settings)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", verify(output).out)


KINDS = {
    "WARC": "warc/**/*.warc.gz",
    "index": "warc/**/*.cdxj",
    "articles": "articles/**/*.parquet",
    "rejects": "rejects/**/*.parquet",
    "manifest": "manifests/*.json",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_anywhere_is_found(output: Path, kind: str) -> None:
    rng = random.Random(kind)
    for number in range(FLIPS):
        path = rng.choice(sorted(output.glob(KINDS[kind])))
        content = path.read_bytes()
        at = rng.randrange(len(content)) if number else len(content) - 1
        path.write_bytes(content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :])
        done = verify(output, "--quick")
        assert done.status == 1, (path, at, done)
        assert path.name.removesuffix(".cdxj") in done.out, (path, at, done)
        path.write_bytes(content)
    assert verify(output, "--quick").status == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_or_cut_file_is_found(output: Path, kind: str) -> None:
    path = sorted(output.glob(KINDS[kind]))[0]
    content = path.read_bytes()
    for left in (content[: len(content) // 2], b"", None):
        path.unlink() if left is None else path.write_bytes(left)
        done = verify(output, "--quick")
        assert done.status == 1, (left, done)


# Digests that all match, and yet something is off: what a bug or a careless hand would leave.


def rewrite(
    output: Path, kind: str, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], without: str = ""
) -> None:
    """Change the rows of the first part of `kind`, drop the column `without`, and make the manifest agree."""
    path = sorted((output / kind).rglob("*.parquet"))[0]
    table = pq.ParquetFile(path).read()
    changed = pa.Table.from_pylist(change(table.to_pylist()), schema=table.schema)
    pq.write_table(changed.drop_columns([without] if without else []), path)
    name = path.relative_to(output).as_posix()
    for manifest in load_manifests(output).values():
        files = [_again(path, part, changed.num_rows) if part.path == name else part for part in manifest.files]
        counts = {
            each: sum(part.rows for part in files if part.path.startswith(each)) for each in ("articles", "rejects")
        }
        replace(manifest, files=files, counts=counts).write(output)


def _again(path: Path, part: Part, rows: int) -> Part:
    return replace(part, rows=rows, bytes=path.stat().st_size, sha256=sha256(path))


def changed(**columns: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[3] |= {name: value(rows[3]) if callable(value) else value for name, value in columns.items()}
        return rows

    return change


def moved(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [row["captures"][0] | {"offset": row["captures"][0]["offset"] + 1}]


WRONG: dict[str, tuple[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]], str]] = {
    "another title": ("articles", changed(title="别的"), "yield another title"),
    "another text": ("articles", changed(text="别的"), "text_digest is not that of the text"),
    "another id": ("articles", changed(id="0" * 32), "its id or canonical_url"),
    "a capture that is off by one": ("articles", changed(captures=moved), "there is no such record"),
    "a null": ("articles", changed(title=None), "column 'title' is null"),
    "a lost row": ("articles", lambda rows: rows[:-1], "became neither a row nor a reject"),
    "a row twice": ("articles", lambda rows: [*rows[:4], *rows[3:]], "is the record of 2 rows"),
    "rows out of order": ("articles", lambda rows: rows[::-1], "not sorted"),
    "a lost reject": ("rejects", lambda rows: rows[1:], "became neither a row nor a reject"),
    "another reason": ("rejects", lambda rows: [row | {"reason": "blocked"} for row in rows], "not blocked"),
}


@pytest.mark.parametrize("what", WRONG)
def test_rows_that_are_not_what_the_archive_gives_are_found(output: Path, what: str) -> None:
    kind, change, told = WRONG[what]
    rewrite(output, kind, change)
    done = verify(output)
    assert done.status == 1, done
    assert told in done.out, done


def test_a_null_in_any_column_is_told_where_there_may_be_none(output: Path) -> None:
    def holes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One row for each column, without it."""
        return [row | {name: None} for row, name in zip(rows, SCHEMA.names, strict=False)]

    rewrite(output, "articles", holes)
    told = re.findall(r"column '(\w+)' is null", verify(output, "--quick").out)
    assert sorted(told) == sorted({*SCHEMA.names} - NULLABLE)


def test_a_null_in_a_struct_of_a_list_is_told(output: Path) -> None:
    captures = [each.name for each in SCHEMA.field("captures").type.value_type]

    def holes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One row for each field of its first capture, without it; one with a null in the place of a capture."""
        names = [*captures, None]
        return [
            row | {"captures": [_without(row["captures"][0], name)]} for row, name in zip(rows, names, strict=False)
        ]

    rewrite(output, "articles", holes)
    done = verify(output)
    assert (done.status, done.err) == (1, "")
    told = re.findall(r"column '([\w.]+)' is null", done.out)
    assert sorted(told) == sorted(["captures", *(f"captures.{name}" for name in captures)])


def _without(capture: dict[str, Any], name: str | None) -> dict[str, Any] | None:
    return None if name is None else capture | {name: None}


@pytest.mark.parametrize("column", ["editor", "text", "captures", "rules_version"])
def test_a_part_without_a_column_is_told(output: Path, column: str) -> None:
    rewrite(output, "articles", lambda rows: rows, without=column)
    done = verify(output)
    assert (done.status, done.err) == (1, "")
    assert "not the schema of the dataset" in done.out


def test_files_that_no_manifest_knows_are_told(output: Path) -> None:
    part = next((output / "articles").rglob("*.parquet"))
    shutil.copy(part, part.with_name("20260101T000000Z-news-dead00-0000.parquet"))
    warc = next((output / "warc").rglob("*.warc.gz"))
    shutil.copy(warc, f"{warc}.open")
    [manifest, *_] = load_manifests(output).values()
    (output / "manifests" / f"{manifest.run_id}.json").unlink()
    lines = verify(output, "--quick").out
    for told in ("dead00-0000.parquet: no manifest names it", ".open: left open", "no manifest covers it"):
        assert told in lines


def test_what_a_live_run_writes_is_left_alone(output: Path) -> None:
    run = "20261120T120000Z-news-aa11aa"
    lock = Lock(output, f"run-{run}")
    part = next((output / "articles").rglob("*.parquet"))
    shutil.copy(part, part.with_name(f"{run}-0000.parquet"))
    warc = next((output / "warc").rglob("*.warc.gz"))
    shutil.copy(warc, warc.with_name("news-20261120120000000-00000-aa11aa.warc.gz"))
    assert verify(output, "--quick").status == 0
    lock.release()


def test_rows_of_other_rules_are_counted_not_judged(output: Path) -> None:
    rewrite(output, "articles", lambda rows: [row | {"rules_version": "2020.1", "title": "别的"} for row in rows])
    done = verify(output)
    assert done.status == 0, done
    assert "of other rules" in done.out


def test_mistakes_are_one_line(output: Path, tmp_path: Path) -> None:
    verify(tmp_path / "nowhere").says(2, "no such folder")
    (tmp_path / "empty").mkdir()
    verify(tmp_path / "empty").says(2, "no dataset there")
    verify(output, "x").says(2, "no arguments")
    held = Lock(output, "dataset")  # as compaction holds it
    verify(output).says(5, "at work")
    held.release()


def test_a_manifest_names_itself(output: Path) -> None:
    """A good manifest under another name is no manifest."""
    [path, *_] = (output / "manifests").iterdir()
    path.rename(path.with_name("20200101T000000Z-news-000000.json"))
    assert verify(output).status == 1


def test_the_outputs_of_workers_copied_together_are_well_unless_they_share_a_page(output: Path, tmp_path: Path) -> None:
    site = kit.scaled(105)
    others = kit.places(site)[70:90]
    kit.crawl(tmp_path / "other", output.parent / "sites", others, 3, NOON)
    shutil.copytree(tmp_path / "other", output, dirs_exist_ok=True)
    assert verify(output).status == 0
    # What the first run had as well, at the same time: a worker that went on after its lease had been given away.
    kit.crawl(tmp_path / "late", output.parent / "sites", kit.places(site)[20:26], 4, NOON)
    # The site compresses some pages anew for each answer: their bytes are others, and may be another version.
    same = _payloads(output) & _payloads(tmp_path / "late")
    shutil.copytree(tmp_path / "late", output, dirs_exist_ok=True)
    done = verify(output)
    assert done.status == 1
    lines = done.out.splitlines()[:-1]
    assert len(lines) == len(same) > 1, done.out
    for line in lines:
        assert re.match(r"row [0-9a-f]{32}: the same page with the same content is two rows of runs at work", line)
        assert "-000001.warc.gz" in line
        assert "-000004.warc.gz" in line


def _payloads(output: Path) -> set[tuple[str, ...]]:
    rows = pq.read_table(output / "articles", columns=["captures"]).to_pylist()
    return {tuple(capture["payload_digest"] for capture in row["captures"]) for row in rows}


def test_files_that_nothing_reads_and_files_that_count_twice_are_told(output: Path) -> None:
    family = output / "warc" / kit.FAMILY
    path = sorted(family.glob("*.warc.gz"))[0]
    (family / "notes.txt").write_text("seen")
    (family / "other.warc.zst").write_bytes(b"")
    (output / "warc" / "loose.warc.gz").write_bytes(b"")
    (family / "gone.cdxj").write_text("")
    (output / "manifests" / "copy of a manifest").write_text("{}")
    [first, _] = load_manifests(output).values()
    replace(first, run_id=f"{first.run_id[:-1]}f", files=[], counts={}).write(output)
    done = verify(output, "--quick")
    assert done.status == 1
    for words in (
        "warc/fanwen/notes.txt: not a file of this crawler's archive",
        "warc/fanwen/other.warc.zst: not a file of this crawler's archive",
        "warc/loose.warc.gz: not a file of this crawler's archive",
        "warc/fanwen/gone.cdxj: an index without its archive file",
        "manifests/copy of a manifest: not a manifest: nothing reads it",
        f"{path.name}: two manifests name it, {first.run_id} and",
    ):
        assert words in done.out, done.out


def test_a_manifest_that_is_missing_is_told_by_what_it_named(output: Path) -> None:
    [path, _] = sorted((output / "manifests").iterdir())
    path.unlink()
    done = verify(output, "--quick")
    assert done.status == 1
    assert "no manifest covers it" in done.out
    assert "no manifest names it" in done.out
