"""A part of the dataset against its manifest, and its rows against what docs/design.md promises of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.extract.url import article_id, canonical_url
from pipelines.dataset.parts import ORDER, Part, sha256
from pipelines.dataset.revision import SCHEMAS, kind_of, month_of
from pipelines.dataset.schema import NULLABLE, Row


@dataclass(frozen=True, slots=True)
class Trouble:
    """`where`: a file, or a file and a row; `what` is off, in words for a person."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def part_troubles(output: Path, part: Part) -> Iterator[Trouble]:
    """Digest, size, schema, number of rows and their order."""
    path, kind = output / part.path, kind_of(part)
    if not path.is_file():
        yield Trouble(part.path, "a manifest names it, and it is not there")
        return
    if path.stat().st_size != part.bytes or sha256(path) != part.sha256:
        yield Trouble(part.path, "its bytes are not those that its manifest names")
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(SCHEMAS[kind], check_metadata=True):
                yield Trouble(part.path, "not the schema of the dataset")
                return
            if file.metadata.num_rows != part.rows:
                yield Trouble(part.path, f"{file.metadata.num_rows} rows, its manifest says {part.rows}")
            if not _sorted(file, kind):
                yield Trouble(part.path, f"its rows are not sorted by {', '.join(ORDER[kind])}")
    except (OSError, pa.ArrowException) as error:
        yield Trouble(part.path, f"cannot be read: {_line(error)}")


def groups_of(output: Path, part: Part) -> int:
    """How many row groups there are; none where the file cannot be read or its rows are of another schema."""
    try:
        with pq.ParquetFile(output / part.path) as file:
            return int(file.metadata.num_row_groups) if file.schema_arrow.equals(SCHEMAS[kind_of(part)]) else 0
    except (OSError, pa.ArrowException):
        return 0


def read_group(output: Path, part: Part, number: int) -> list[Row]:
    """The rows of one group. Raises OSError or pyarrow.ArrowException."""
    with pq.ParquetFile(output / part.path) as file:
        rows: list[Row] = file.read_row_group(number).to_pylist()
        return rows


def null_troubles(row: Row) -> Iterator[str]:
    """Columns and fields that docs/design.md promises, and the row does not have."""
    for name, value in row.items():
        yield from _nulls(name, value)


def _nulls(name: str, value: object) -> Iterator[str]:
    if value is None and name not in NULLABLE:
        yield f"column {name!r} is null"
    elif isinstance(value, list):
        for each in value:
            yield from _nulls(name, each)
    elif isinstance(value, dict):
        for field, inner in value.items():
            yield from _nulls(f"{name}.{field}", inner)


def row_troubles(part: Part, row: Row) -> Iterator[str]:
    """What a row of articles, without such nulls, says of itself that cannot be."""
    text: str = row["text"]
    if row["canonical_url"] != canonical_url(row["url"]) or row["id"] != article_id(row["url"]):
        yield "its id or canonical_url is not that of its url"
    if row["text_digest"] != hashlib.sha256(text.encode()).hexdigest():
        yield "text_digest is not that of the text"
    if f"{row['fetched_at']:%Y-%m}" != month_of(part):
        yield f"fetched at {row['fetched_at']:%Y-%m-%d}, which is not in this crawl_month"
    if not row["captures"] or row["captures"][0]["fetched_at"] != row["fetched_at"]:
        yield "fetched_at is not that of its first capture"
    if not all(0 <= span["at"] <= len(text) for span in row["removed"]):
        yield "a removed span lies outside of the text"
    if not all(0 <= each["start"] <= each["end"] <= len(text) for each in row["parts"]):
        yield "a part lies outside of the text"


def _sorted(file: pq.ParquetFile, kind: str) -> bool:
    last: tuple[object, ...] | None = None
    for batch in file.iter_batches(columns=list(ORDER[kind])):
        columns = [batch.column(name).to_pylist() for name in ORDER[kind]]
        for place in zip(*columns, strict=True):
            if None in place:
                continue  # told as a null
            if last is not None and place < last:
                return False
            last = place
    return True


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
