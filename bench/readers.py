"""articles/ read by the shortest idiom of each reader, and what each says about it: the answers must be the same.

    python -m bench.readers output/articles [pyarrow pandas polars duckdb datasets spark]

One line of JSON a reader; those that are not installed are left out. `datasets` and `pyspark` (which needs Java) are no
dependency of the project: pip install datasets pyspark, in an environment of their own (it needs nothing of ours).
"""

# ruff: noqa: PLC0415  only the readers that are asked for are imported
from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

Answer = dict[str, Any]


def pyarrow(folder: str) -> Answer:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(folder)
    return {
        "rows": table.num_rows,
        "first": pc.min(table["id"]).as_py(),
        "characters": pc.sum(pc.struct_field(table["quality"], "characters")).as_py(),
        "unpublished": table["published_at"].null_count,
        "latest": pc.max(table["fetched_at"]).as_py().timestamp(),
        "captures": pc.sum(pc.list_value_length(table["captures"])).as_py(),
        "months": sorted(map(str, table["crawl_month"].unique().to_pylist())),
    }


def pandas(folder: str) -> Answer:
    import pandas as pd

    frame = pd.read_parquet(folder)
    return {
        "rows": len(frame),
        "first": frame["id"].min(),
        "characters": int(sum(quality["characters"] for quality in frame["quality"])),
        "unpublished": int(frame["published_at"].isna().sum()),
        "latest": frame["fetched_at"].max().timestamp(),
        "captures": int(frame["captures"].map(len).sum()),
        "months": sorted(map(str, frame["crawl_month"].unique())),
    }


def polars(folder: str) -> Answer:
    import polars as pl

    frame = pl.read_parquet(folder)
    return {
        "rows": len(frame),
        "first": frame["id"].min(),
        "characters": frame["quality"].struct.field("characters").sum(),
        "unpublished": frame["published_at"].null_count(),
        "latest": frame["fetched_at"].max().timestamp(),  # type: ignore[union-attr]
        "captures": frame["captures"].list.len().sum(),
        "months": sorted(map(str, frame["crawl_month"].unique())),
    }


_SQL = """SELECT count(*), min(id), sum(quality.characters), count(*) - count(published_at), {latest},
    sum({length}(captures)), {months} FROM {source}"""


def duckdb(folder: str) -> Answer:
    import duckdb as db

    sql = _SQL.format(
        latest="epoch_us(max(fetched_at)) / 1e6",
        length="len",
        months="list_sort(list(DISTINCT crawl_month::VARCHAR))",
        source=f"'{folder}/**/*.parquet'",
    )
    return _answer(db.execute(sql).fetchall()[0])


def datasets(folder: str) -> Answer:
    # Neither asks the hub nor leaves its copy of the rows in the home directory.
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
    from datasets import disable_progress_bars, load_dataset

    disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        rows = load_dataset(folder, split="train", cache_dir=cache)
        return {
            "rows": len(rows),
            "first": min(rows["id"]),
            "characters": sum(quality["characters"] for quality in rows["quality"]),
            "unpublished": sum(at is None for at in rows["published_at"]),
            "latest": max(rows["fetched_at"]).timestamp(),
            "captures": sum(map(len, rows["captures"])),
            "months": [],  # it makes no columns of the path
        }


def spark(folder: str) -> Answer:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.host", "127.0.0.1").config("spark.log.level", "ERROR").getOrCreate()
    try:
        session.read.parquet(folder).createOrReplaceTempView("articles")
        sql = _SQL.format(
            latest="unix_micros(max(fetched_at)) / 1e6",
            length="size",
            months="sort_array(collect_set(cast(crawl_month as string)))",
            source="articles",
        )
        return _answer(session.sql(sql).collect()[0])
    finally:
        session.stop()


READERS: dict[str, Callable[[str], Answer]] = {
    "pyarrow": pyarrow,
    "pandas": pandas,
    "polars": polars,
    "duckdb": duckdb,
    "datasets": datasets,
    "spark": spark,
}
PACKAGES = {"spark": "pyspark"}


def _answer(row: Any) -> Answer:
    rows, first, characters, unpublished, latest, captures, months = row
    return {
        "rows": rows,
        "first": first,
        "characters": int(characters),
        "unpublished": unpublished,
        "latest": float(latest),
        "captures": int(captures),
        "months": list(months),
    }


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__)
        return
    folder, *named = sys.argv[1:]
    for name in named or READERS:
        if importlib.util.find_spec(PACKAGES.get(name, name)) is None:
            print(f"{name}: not installed", file=sys.stderr)
            continue
        started = time.perf_counter()
        answer = READERS[name](folder)
        print(json.dumps({"reader": name, **answer, "seconds": round(time.perf_counter() - started, 2)}))


if __name__ == "__main__":
    main()
