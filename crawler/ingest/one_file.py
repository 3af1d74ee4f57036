"""The rows of a dataset in one file: JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipelines.dataset.plain import COLUMNS, flat, plain
from pipelines.dataset.schema import SCHEMA, Row

_AT_ONCE = 200  # rows


def write_file(folder: Path, path: Path) -> None:
    """All rows of the dataset in `folder`; the name of `path` tells the format. Whole or not there. Raises OSError."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        if path.suffix == ".parquet":
            with pq.ParquetWriter(draft, SCHEMA, compression="zstd") as writer:
                for batch in _dataset(folder).to_batches(batch_size=_AT_ONCE):
                    if batch.num_rows:
                        writer.write_batch(batch.cast(SCHEMA))
        elif path.suffix == ".csv":
            with draft.open("w", encoding="utf-8", newline="") as file:
                table = csv.DictWriter(file, COLUMNS)
                table.writeheader()
                table.writerows(flat(plain(row)) for row in _rows(folder))
        else:
            with draft.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(plain(row), ensure_ascii=False) + "\n" for row in _rows(folder))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _dataset(folder: Path) -> ds.Dataset:
    parts = sorted((folder / "articles").glob("crawl_month=*/*.parquet"))
    return ds.dataset([str(part) for part in parts], schema=SCHEMA, format="parquet")


def _rows(folder: Path) -> Iterator[Row]:
    for batch in _dataset(folder).to_batches(batch_size=_AT_ONCE):
        yield from batch.to_pylist()
