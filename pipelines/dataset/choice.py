"""Which rows of a dataset somebody wants: by SQL, by age, one version of each article, without copies.

Only rows of manifests count: what a run at work has written so far is not in the dataset yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.language import message
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.query import is_part
from pipelines.dataset.scan import connect, quoted, sql_files, unglobbed
from pipelines.dataset.schema import SCHEMA

_RUN = re.compile(r"\d{8}T\d{6}Z-[a-z]+-[0-9a-z]+\Z")
_TOLD = 3  # of the last runs, in a message
_ROWS_AT_ONCE = 100

COPY = 0.8
"""Least similarity of what is the same text with a few edits; less, down to a third, is of one family."""


class ChoiceError(ValueError):
    """A choice that cannot be made; the message is one line that says what is allowed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`where`: an SQL condition on the columns. `since`: a date (ISO; fetched then or later) or a run (begun after it).

    `newest`: of each article only the version that was fetched last. `dedup`: "strict" leaves out copies of a text that
    is chosen, "loose" what is of its family as well (docs/quality.md); one row of each group stays.
    """

    where: str | None = None
    since: str | None = None
    newest: bool = False
    dedup: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """`rows` of each part that has any, in the order of its rows; `lost` are parts that are cut or none."""

    rows: Mapping[Path, np.ndarray[tuple[int], np.dtype[np.int64]]]
    lost: list[Path]

    @property
    def total(self) -> int:
        return sum(map(len, self.rows.values()))

    def tables(self, columns: list[str]) -> Iterator[pa.Table]:
        """The chosen rows with these columns of SCHEMA, a few hundred at a time."""
        for path, positions in self.rows.items():
            with pq.ParquetFile(path) as file:
                begin = 0
                for group in range(file.num_row_groups):
                    end = begin + file.metadata.row_group(group).num_rows
                    wanted = positions[np.searchsorted(positions, begin) : np.searchsorted(positions, end)] - begin
                    begin = end
                    if len(wanted):
                        table = file.read_row_group(group, columns=columns).select(columns).take(wanted)
                        for start in range(0, table.num_rows, _ROWS_AT_ONCE):
                            yield table.slice(start, _ROWS_AT_ONCE)


def choose(
    output: Path, manifests: Mapping[str, Manifest], choice: Choice, *, spill: Path, memory: int | None = None
) -> Chosen:
    """The rows of articles/ that `choice` wants. Raises ChoiceError, OSError, duckdb.Error where memory ends.

    The query sees the columns that it names, never all texts at once; what does not fit into `memory` goes to `spill`.
    """
    files = [
        output / part.path
        for manifest in manifests.values()
        for part in manifest.files
        if part.path.startswith("articles/")
    ]
    parts = [path for path in files if is_part(path, SCHEMA)]
    lost = [path for path in files if path not in set(parts)]
    since, values = _since(manifests, choice.since)
    if not parts:
        return Chosen({}, lost)
    with connect(spill, memory) as db:
        db.register("files", pa.table({"name": list(map(str, parts)), "part": range(len(parts))}))
        _lock(db, [output / "articles", spill])
        db.execute(
            f"CREATE TEMP VIEW stored AS SELECT * FROM read_parquet({sql_files(parts)}, filename = true, "
            "file_row_number = true, hive_partitioning = true, hive_types = {'crawl_month': VARCHAR})"
        )
        chosen = _chosen(db, choice, since, values)
        found = db.sql(f"{chosen} ORDER BY part, position").to_arrow_table()
    numbers, rows = found["part"].to_numpy(), found["position"].to_numpy()
    ends = np.searchsorted(numbers, np.arange(len(parts) + 1))
    by_part = {path: rows[ends[at] : ends[at + 1]] for at, path in enumerate(parts)}
    return Chosen({path: each for path, each in by_part.items() if len(each)}, lost)


def _chosen(db: duckdb.DuckDBPyConnection, choice: Choice, since: str, values: list[object]) -> str:
    """SQL that gives the columns part and position of the chosen rows. Raises ChoiceError."""
    newest = ""
    if choice.newest:
        newest = "SEMI JOIN newest ON filename = newest.name AND file_row_number = newest.position"
        db.execute(
            "CREATE TEMP TABLE newest AS SELECT place.name AS name, place.position AS position FROM (SELECT "
            "arg_max({name: filename, position: file_row_number}, "
            "(coalesce(fetched_at, 'epoch'), run_id, file_row_number)) AS place FROM stored GROUP BY id)"
        )
    where = f"({choice.where}\n)" if choice.where is not None else "true"
    sql = (
        "CREATE TEMP TABLE chosen AS SELECT filename, file_row_number AS position, id, text_digest, duplicate_of, "
        f"near_duplicate_of, similarity, coalesce(fetched_at, 'epoch') AS fetched "
        f"FROM stored {newest} WHERE {since} AND {where}"
    )
    try:
        if len(db.extract_statements(sql)) != 1:
            raise ChoiceError(message("--where {where}: one condition is needed", where=choice.where))
        db.execute(sql, values)
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except (duckdb.Error, TypeError) as error:  # the latter for text that is no UTF-8
        what = " ".join(str(error).splitlines()[0].split())
        raise ChoiceError(
            message(
                "--where {where}: {what}; an SQL condition on {names} is needed",
                where=choice.where,
                what=what,
                names=", ".join(SCHEMA.names),
            )
        ) from error
    places = "SELECT part, position FROM {} JOIN files ON filename = files.name"
    if choice.dedup is None:
        return places.format("chosen")
    # A mark names the first article with the text. Marks never go in circles, so that of each group one row stays.
    marked = "coalesce(duplicate_of, near_duplicate_of)"
    level = f" AND coalesce(similarity, 0) >= {COPY}" if choice.dedup == "strict" else ""
    db.execute(
        f"CREATE TEMP TABLE single AS SELECT filename, position FROM chosen "
        f"WHERE NOT ({marked} IS NOT NULL AND {marked} IN (SELECT id FROM chosen){level}) "
        "QUALIFY row_number() OVER (PARTITION BY text_digest ORDER BY fetched, id, filename, position) = 1"
    )
    return places.format("single")


def _since(manifests: Mapping[str, Manifest], since: str | None) -> tuple[str, list[object]]:
    """A condition and the values of its question marks. Raises ChoiceError."""
    if since is None:
        return "true", []
    if _RUN.match(since):
        known = {*manifests, *(run for each in manifests.values() for run in each.supersedes)}
        if since in known:
            return "run_id > ?", [since]  # they begin with the time of the run's start
    else:
        try:
            instant = datetime.fromisoformat(since)
        except ValueError:
            pass
        else:
            return "fetched_at >= ?", [instant.replace(tzinfo=instant.tzinfo or UTC)]
    last = ", ".join(sorted(manifests)[-_TOLD:]) or "none yet"
    raise ChoiceError(
        message(
            "--since {since}: neither a date such as 2026-11-01 nor a run; the last runs: {last}",
            since=since,
            last=last,
        )
    )


def _lock(db: duckdb.DuckDBPyConnection, folders: list[Path]) -> None:
    """Whatever a condition holds, it reads these folders and nothing else."""
    db.execute("SET TimeZone = 'UTC'")
    allowed = ", ".join(
        quoted(name) for folder in folders for name in (str(folder.resolve()), unglobbed(folder.resolve()))
    )
    db.execute(f"SET allowed_directories = [{allowed}]")
    db.execute("SET enable_external_access = false")
    db.execute("SET lock_configuration = true")
