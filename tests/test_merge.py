"""Merging sorted parts: every row once, in order, in little memory, in row groups of a bounded size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dataset.merge import Source, merge, regroup
from pipelines.dataset.scan import default_memory
from tests.site.crawl import PROJECT

MB = 1 << 20
ORDER = ("site", "at")


def write(path: Path, rows: list[tuple[str, int, str]], group: int = 100) -> Path:
    names = ("site", "at", "text")
    table = pa.table({name: [row[number] for row in rows] for number, name in enumerate(names)})
    schema = pa.schema([("site", pa.string()), ("at", pa.int64()), ("text", pa.string())])
    pq.write_table(table.cast(schema), path, row_group_size=group)
    return path


rows = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.text("甲乙", max_size=3)), max_size=12)


@given(
    st.lists(st.tuples(rows, st.sets(st.integers(0, 14)), st.booleans()), max_size=7), st.sampled_from([0, 100 * MB])
)
def test_it_is_the_sorted_whole_without_what_is_left_out(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[tuple[list[tuple[str, int, str]], set[int], bool]],
    memory: int,
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    sources, expected = [], []
    for number, (some, without, is_sorted) in enumerate(parts):
        ordered = sorted(some) if is_sorted else some
        sources.append(Source(write(folder / f"{number}.parquet", ordered, group=5), without))
        expected += [row for at, row in enumerate(ordered) if at not in without]
    merged = list(merge(sources, ORDER, memory=memory, scratch=folder / "scratch"))
    got = [tuple(row.values()) for table in merged for row in table.to_pylist()]
    assert sorted(got) == sorted(expected)
    if all(is_sorted for _, _, is_sorted in parts):
        assert [row[:2] for row in got] == sorted(row[:2] for row in expected)


@given(st.lists(st.lists(st.integers(0, 3000), max_size=20), max_size=6), st.integers(1, 8), st.integers(1, 9000))
def test_row_groups_are_bounded_by_rows_and_bytes(lengths: list[list[int]], most: int, size: int) -> None:
    tables = [pa.table({"text": pa.array(["x" * length for length in some], pa.string())}) for some in lengths]
    groups = list(regroup(iter(tables), rows=most, size=size))
    assert [value for group in groups for value in group["text"].to_pylist()] == [
        "x" * length for some in lengths for length in some
    ]
    assert all(0 < group.num_rows <= most for group in groups)
    assert all(group.num_rows == 1 or group.nbytes <= size + 8 * group.num_rows for group in groups)


@pytest.mark.slow
def test_memory_is_that_of_the_budget_and_not_of_the_texts(tmp_path: Path) -> None:
    """240 MB of text in two parts, one row group each, merged by a process that may have 300 MB in all."""
    for number in range(2):
        long = [(f"s{at:04}", number, f"{at:05}甲" * 5000) for at in range(3000)]
        write(tmp_path / f"{number}.parquet", long, group=10_000)
    script = f"""
import resource, sys
from pathlib import Path
from pipelines.dataset.merge import Source, merge, regroup
folder = Path({str(tmp_path)!r})
import pyarrow as pa
pa.set_memory_pool(pa.system_memory_pool())
sources = [Source(folder / f"{{number}}.parquet") for number in range(2)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
merged = merge(sources, {ORDER!r}, memory=64 << 20, scratch=folder / "scratch")
print(sum(table.num_rows for table in regroup(merged, rows=5000, size=16 << 20)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    count, kilobytes = map(int, done.stdout.split())
    assert count == 6000
    assert kilobytes < 200_000, f"{kilobytes >> 10} MB"


def test_there_is_always_enough_to_work_in() -> None:
    assert default_memory() >= 512 * MB
