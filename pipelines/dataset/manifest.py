"""manifests/<run>.json: what a finished run wrote and from which records. A run's rows exist when its manifest does.

The parts of a run that died before its manifest are leftovers: their rows may be few or many, and their records are
all in the archive, so sweep() removes them instead of guessing which are there. The rows of records
that no manifest covers are made by the next crawl (crawler/frontier/recover.py).

Each manifest carries its own digest: a flipped byte in a path would make sweep() take a good part for a leftover.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from crawler.durable import sync_folder
from crawler.language import message, words
from pipelines.dataset.locks import is_alive
from pipelines.dataset.part import SCHEMA_VERSION, Part, sha256

KINDS = ("articles", "rejects")
IN_BUCKET = "state/bucket"  # in a spool: copies of the manifests that the bucket has
_PART = re.compile(r"(.+)-[0-9]{4,}")
# What a manifest may name: a path that leads out of OUTPUT_DIR would be a file to be read, sent or removed.
_PATH = re.compile(rf"(?:{'|'.join(KINDS)})/crawl_month=[0-9]{{4}}-[0-9]{{2}}/[^/\0]+\.parquet")
# Inputs of `scrapy extract` may lie in folders of the folder that it was given.
_FILE = re.compile(r"(?:(?!\.{1,2}(?:/|\Z))[^/\0]+/)*(?!\.{1,2}\Z)[^/\0]+")


class ManifestError(ValueError):
    """A file below manifests/ that is not what was written there; the message names it."""


@dataclass(frozen=True, slots=True)
class WarcRange:
    """Bytes [start, end) of a WARC file that the run's rows were made from; `sha256` is that of the whole file.

    `file` is the file's name, unique across machines, as in the column captures.warc_file; it lies in warc/<family>/.
    """

    file: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One finished run. `counts` are its own statistics.

    `supersedes` names the runs, finished or dead, whose rows this one has in their place, and those that they had
    superseded: no later run has to account for them again.
    """

    run_id: str
    family: str
    sites: Sequence[str]
    started: datetime
    finished: datetime
    rules_version: str
    files: Sequence[Part]
    warc: Sequence[WarcRange]
    counts: Mapping[str, int] = field(default_factory=dict)
    supersedes: Sequence[str] = ()
    schema_version: int = SCHEMA_VERSION

    def rows(self, kind: str) -> int:
        """Those of its parts below articles/ or rejects/."""
        return sum(part.rows for part in self.files if part.path.startswith(f"{kind}/"))

    def write(self, output: Path) -> Path:
        """Put the manifest in place in one step. This is the moment from which the run's rows exist."""
        content = asdict(self)
        return write_json(output, f"manifests/{self.run_id}.json", {**content, "digest": _digest(content)})


def load_manifests(output: Path, damaged: dict[str, str] | None = None) -> dict[str, Manifest]:
    """All manifests by run id, in the order of the runs.

    A file that is not one raises ManifestError, which names it; with `damaged` its run id and the message are added
    there, and the others are returned. Whoever removes files must know of every row: it does without `damaged`. Raises
    OSError where the folder may not be read.
    """
    found = {}
    folder = output / "manifests"
    names = (
        sorted(os.listdir(folder)) if folder.is_dir() else []
    )  # glob() takes a folder that it may not read for empty
    for path in (folder / name for name in names if name.endswith(".json")):
        try:
            manifest = _read(path)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, OSError) as error:
            told = message("{path} is no manifest: {error}", path=str(path), error=words(error))
            if damaged is None:
                raise ManifestError(told) from error
            damaged[path.stem] = told
        else:
            found[manifest.run_id] = manifest
    return found


def manifests_in_force(output: Path) -> dict[str, Manifest]:
    """Those of `output` and, where it is a spool, of its bucket, which no other supersedes; without damaged ones."""
    found = load_manifests(output / IN_BUCKET, damaged={}) | load_manifests(output, damaged={})
    superseded = {run for manifest in found.values() for run in manifest.supersedes}
    return {run: found[run] for run in sorted(found.keys() - superseded)}


def _read(path: Path) -> Manifest:
    if not path.is_file():
        raise ValueError(message("no file"))
    raw = path.read_bytes()
    stored = json.loads(raw)
    if not isinstance(stored, dict) or "digest" not in stored or raw != _serialised(stored):
        raise ValueError(message("its bytes are not those that were written"))
    digest = stored.pop("digest")
    if digest != _digest(stored) or stored["run_id"] != path.stem:
        raise ValueError(message("its digest does not match"))
    stored["files"] = [_typed(Part, each) for each in stored["files"]]
    stored["warc"] = [_typed(WarcRange, each) for each in stored["warc"]]
    for instant in ("started", "finished"):
        stored[instant] = datetime.fromisoformat(stored[instant])
    manifest = _typed(Manifest, stored)
    for form, names in (
        (_PATH, [part.path for part in manifest.files]),
        (_FILE, [each.file for each in manifest.warc]),
    ):
        if strange := [name for name in names if not form.fullmatch(name)]:
            raise ValueError(message("{name} is no file that a run writes", name=strange[0]))
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise ValueError(message("{name} is named twice", name=twice[0]))
    for kind in KINDS if not manifest.counts.keys().isdisjoint(KINDS) else ():
        told, rows = manifest.counts.get(kind, 0), manifest.rows(kind)
        if told != rows:
            raise ValueError(message("counts {told} {kind}, not {rows}", told=told, kind=kind, rows=rows))
    return manifest


_Made = TypeVar("_Made", Part, WarcRange, Manifest)


def _typed(kind: type[_Made], stored: Any) -> _Made:
    """The dataclass of a JSON object. Raises TypeError for a field that is missing, unknown or of another type."""
    made = kind(**stored)
    for each in fields(kind):
        if not _FITS[str(each.type)](getattr(made, each.name)):
            raise TypeError(message("{name} is not {type}", name=each.name, type=each.type))
    return made


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 63


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "str": _is_text,
    "int": _is_count,
    "datetime": lambda value: value.tzinfo is not None,
    "Sequence[str]": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "Mapping[str, int]": lambda value: isinstance(value, dict) and all(map(_is_count, value.values())),
    "Sequence[Part]": lambda value: True,  # each has been looked at by itself
    "Sequence[WarcRange]": lambda value: True,
}


def covers(files: Sequence[Path]) -> list[WarcRange]:
    """Each finished WARC file as one range, from its first byte to its last."""
    return [WarcRange(path.name, 0, path.stat().st_size, sha256(path)) for path in sorted(files)]


def sweep(output: Path) -> str | None:
    """Remove what dead runs left behind: parts that no manifest names, drafts under tmp/.

    Never touches a run whose lock is held, nor orphans(), and nothing at all while a manifest is damaged: its parts
    cannot be told from leftovers. Done a second time it finds nothing. Returns one line for the log, or None.
    """
    parts = _parts(output)
    # The lock is asked before the manifests are read: a run writes its manifest first and releases its lock after.
    dead = {run for run in {run_of(path) for path in parts} if run and not is_alive(output, run)}
    damaged: dict[str, str] = {}
    manifests = load_manifests(output, damaged)
    if damaged:
        return message("while a manifest is damaged, nothing of what dead runs left is removed")
    leftovers = [path for path in _unnamed(output, parts, manifests) if run_of(path) in dead - _accounted(manifests)]
    for path in leftovers:
        path.unlink()
    drafts = [p for p in sorted((output / "tmp").glob("*")) if p.is_dir() and not is_alive(output, p.name)]
    for path in drafts:
        shutil.rmtree(path)
    for path in sorted((output / "state" / "locks").glob("run-*.lock")):
        if not is_alive(output, path.stem.removeprefix("run-")):
            path.unlink(missing_ok=True)
    if not leftovers and not drafts:
        return None
    runs = sorted({run_of(path) for path in leftovers} | {path.name for path in drafts})
    return (
        f"removed what {', '.join(runs)} left unfinished: {len(leftovers)} parts, {len(drafts)} folders of drafts; "
        "the pages are in the archive (scrapy reextract)"
    )


def orphans(output: Path, manifests: Mapping[str, Manifest]) -> list[Path]:
    """Parts of runs that ended well or were made good, which no manifest names: one has lost them, and their
    rows may be nowhere else."""
    found = [path for path in _unnamed(output, _parts(output), manifests) if run_of(path) in _accounted(manifests)]
    return [path for path in found if path.exists()]  # one that was replaced meanwhile is gone


def _parts(output: Path) -> list[Path]:
    return [path for kind in KINDS for path in sorted((output / kind).glob("crawl_month=*/*.parquet"))]


def _unnamed(output: Path, parts: Iterable[Path], manifests: Mapping[str, Manifest]) -> list[Path]:
    named = {part.path for manifest in manifests.values() for part in manifest.files}
    return [path for path in parts if path.relative_to(output).as_posix() not in named]


def _accounted(manifests: Mapping[str, Manifest]) -> frozenset[str]:
    """Runs that have a manifest, or were superseded by one that has."""
    return frozenset(manifests).union(*(manifest.supersedes for manifest in manifests.values()))


def write_json(output: Path, name: str, content: Any) -> Path:
    """Write `output/name` so that a reader sees the old file or the new one, never a piece. Raises OSError."""
    path = output / name
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("wb") as file:
        file.write(_serialised(content))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
    return path


def _serialised(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, default=_json).encode() + b"\n"


def _digest(content: Any) -> str:
    return hashlib.sha256(_serialised(content)).hexdigest()


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def run_of(part: Path) -> str:
    """The run that wrote the part: "<run>-0003.parquet" -> "<run>"; empty for a file that somebody put there."""
    named = _PART.fullmatch(part.stem)
    return named[1] if named else ""
