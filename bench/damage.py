"""Damages an OUTPUT_DIR in many ways and says what finds or heals each: python -m bench.damage [--only WORDS]

Prints the table of docs/operations.md: each kind of damage, and whether `scrapy verify` names it, the next crawl heals
it, or nobody notices. Exit status 1 when a damage to data goes unnoticed.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.archive.members import members
from pipelines.dataset.manifest import load_manifests, write_json
from pipelines.dataset.part import sha256
from tests.command_kit import call
from tests.site.crawl import PROJECT, SETTINGS, crawl, rows
from tests.site.server import serve

FAMILY, SITE, HALF = "news", "lanjiang", "half"
FUTURE = timedelta(days=3650)
DEAD = f"20260101T000000Z-{FAMILY}-abcdef"
Damage = Callable[[Path], object]
"""Of an OUTPUT_DIR."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`healed`: the next crawl puts it right, whatever verify says. `harmless`: nothing that is data is touched."""

    what: str
    how: str
    damage: Damage
    healed: bool = False
    harmless: bool = False


def warc(output: Path, number: int = 0) -> Path:
    return sorted((output / "warc").rglob("*.warc.gz"))[number]


def index(output: Path, number: int = 0) -> Path:
    return sorted((output / "warc").rglob("*.cdxj"))[number]


def part(output: Path, kind: str = "articles", number: int = 0) -> Path:
    return sorted((output / kind).rglob("*.parquet"))[number]


def manifest(output: Path, number: int = 0) -> Path:
    return sorted((output / "manifests").glob("*.json"))[number]


def frontier(output: Path) -> Path:
    return output / "state" / "frontier.sqlite3"


# What befalls any file.


def flip(at: float) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[min(int(at * len(content)), len(content) - 1)] ^= 0x10
        path.write_bytes(content)

    return damage


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def cut(share: float) -> Callable[[Path], object]:
    return rewritten(lambda content: content[: int(share * len(content))])


def zeros(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 64] = bytes(64)
    path.write_bytes(content)


def appended(more: bytes) -> Callable[[Path], object]:
    return rewritten(lambda content: content + more)


def swap(one: Path, other: Path) -> None:
    aside = one.with_name(f"{one.name}.aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def copied(path: Path, name: str) -> Path:
    return Path(shutil.copy(path, path.with_name(name)))


# Files that are whole and say something else.


def relabelled(path: Path, output: Path, change: Callable[[Rows], Rows]) -> None:
    """A part with other rows, which its manifest names with their digest."""
    table = pq.ParquetFile(path).read()
    pq.write_table(pa.Table.from_pylist(change(table.to_pylist()), schema=table.schema), path)
    renamed(path, path, output)


def renamed(path: Path, to: Path, output: Path) -> None:
    """The manifests name `to` as it is now, where they named `path`."""
    name = path.relative_to(output).as_posix()
    told = to.relative_to(output).as_posix()
    for each in load_manifests(output).values():
        files = [
            replace(one, path=told, rows=pq.read_metadata(to).num_rows, bytes=to.stat().st_size, sha256=sha256(to))
            if one.path == name
            else one
            for one in each.files
        ]
        if files != each.files:
            replace(each, files=files).write(output)


def recounted(output: Path) -> None:
    [first, *_] = load_manifests(output).values()
    replace(first, counts={name: number + 1 for name, number in first.counts.items()}).write(output)


def without_a_part(output: Path) -> None:
    each = next(one for one in load_manifests(output).values() if one.files)
    replace(each, files=each.files[1:], counts={}).write(output)


def without_a_range(output: Path) -> None:
    each = next(one for one in load_manifests(output).values() if one.warc)
    replace(each, warc=[]).write(output)


def from_the_future(output: Path) -> None:
    for each in load_manifests(output).values():
        replace(each, started=each.started + FUTURE, finished=each.finished + FUTURE).write(output)


def ordered(order: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    """Whole records, others or in another order."""

    def damage(path: Path) -> None:
        content = path.read_bytes()
        starts = [each.offset for each in members(path)]
        pieces = [content[start:end] for start, end in zip(starts, [*starts[1:], len(content)], strict=True)]
        path.write_bytes(b"".join(order(pieces)))

    return damage


def lines(order: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], object]:
    return rewritten(lambda content: b"".join(order(content.splitlines(keepends=True))))


def killed(output: Path) -> None:
    """The second crawl killed before its manifest: its archive file is open, its rows are in no manifest."""
    shutil.rmtree(output)
    shutil.copytree(output.parents[1] / HALF, output)
    pairs = SETTINGS | {"SITES_DIR": str(output.parents[1] / "sites"), "OUTPUT_DIR": str(output)}
    words = [word for name, value in pairs.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "tests.killed", "before rotation", "1", "crawl", FAMILY, *words]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def torn(output: Path) -> None:
    killed(output)
    path = max((output / "warc").rglob("*.open"))
    content = path.read_bytes()
    path.write_bytes(content + content[: len(content) // 50])


def alive(output: Path) -> None:
    """What a crawl at work has on the disk: its locks, an unfinished archive file and a part without a manifest."""
    path = warc(output)
    opened = path.with_name(f"{FAMILY}-20260101000000000-00000-abcdef.warc.gz.open")
    opened.write_bytes(path.read_bytes()[:9000])
    copied(part(output), f"{DEAD}-00001.parquet")
    code = f"""
import fcntl
from pathlib import Path
from pipelines.dataset.locks import Lock
lock = Lock(Path({str(output)!r}), "run-{DEAD}", wait=True)
file = open({str(opened)!r}, "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print(flush=True)
input()
"""
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"\n"
    HOLDERS.append(holder)


HOLDERS: list[subprocess.Popen[bytes]] = []


def sql(statement: str) -> Damage:
    def damage(output: Path) -> None:
        with closing(sqlite3.connect(frontier(output))) as connection:
            connection.execute(statement)
            connection.commit()

    return damage


def segments(output: Path) -> Path:
    return max((output / "state" / "duplicates").rglob("*"), key=lambda path: path.stat().st_size * path.is_file())


def report(output: Path) -> Path:
    return min((output / "state/runs").glob("*.json"))


def of(find: Callable[[Path], Path], damage: Callable[[Path], object]) -> Damage:
    return lambda output: damage(find(output))


def moved(output: Path) -> None:
    path = part(output)
    folder = path.parent.with_name("crawl_month=2001-01")
    folder.mkdir()
    to = path.rename(folder / path.name)
    name, told = path.relative_to(output).as_posix(), to.relative_to(output).as_posix()
    for each in load_manifests(output).values():
        replace(each, files=[replace(one, path=told) if one.path == name else one for one in each.files]).write(output)


def first(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Rows], Rows]:
    return lambda rows: [rows[0] | change(rows[0]), *rows[1:]]


def in_accord(change: Callable[[Rows], Rows], kind: str = "articles") -> Damage:
    return lambda output: relabelled(part(output, kind), output, change)


def other_capture(rows: Rows) -> Rows:
    return [rows[0] | {"captures": rows[1]["captures"]}, *rows[1:]]


KINDS = [
    Kind("WARC", "a byte flipped in the middle", of(warc, flip(0.5))),
    Kind("WARC", "a byte flipped in the first gzip head", of(warc, flip(0.00001))),
    Kind("WARC", "the last byte flipped", of(warc, flip(1.0))),
    Kind("WARC", "64 bytes of zeros inside", of(warc, zeros)),
    Kind("WARC", "cut in the middle of a record", of(warc, cut(0.7))),
    Kind("WARC", "cut where a record ends", of(warc, ordered(lambda of: of[: len(of) // 2]))),
    Kind("WARC", "emptied", of(warc, cut(0))),
    Kind("WARC", "deleted", of(warc, Path.unlink)),
    Kind("WARC", "deleted with its index", lambda output: (warc(output).unlink(), index(output).unlink())),
    Kind("WARC", "renamed", of(warc, lambda path: path.rename(path.with_name(f"x{path.name}")))),
    Kind("WARC", "swapped with another", lambda output: swap(warc(output), warc(output, 1))),
    Kind("WARC", "garbage behind the last record", of(warc, appended(b"garbage" * 9))),
    Kind("WARC", "a record twice", of(warc, ordered(lambda of: [*of, of[-1]]))),
    Kind("WARC", "a record missing", of(warc, ordered(lambda of: [*of[:4], *of[5:]]))),
    Kind("WARC", "records in another order", of(warc, ordered(lambda of: of[::-1]))),
    Kind("WARC", "unpacked", of(warc, rewritten(gzip.decompress))),
    Kind("WARC", "packed as one stream", of(warc, rewritten(lambda content: gzip.compress(gzip.decompress(content))))),
    Kind("WARC", "a copy under another name", of(warc, lambda path: copied(path, path.name.replace("-0", "-9", 1)))),
    Kind("WARC", "left open by a killed run", killed, healed=True),
    Kind("WARC", "left open by a killed run, its last record torn", torn, healed=True),
    Kind("WARC", "a text file beside it", of(warc, lambda path: path.with_name("x").write_text("x")), harmless=True),
    Kind("CDXJ", "deleted", of(index, Path.unlink)),
    Kind("CDXJ", "cut", of(index, cut(0.6))),
    Kind("CDXJ", "emptied", of(index, cut(0))),
    Kind("CDXJ", "a byte flipped", of(index, flip(0.5))),
    Kind("CDXJ", "lines in another order", of(index, lines(lambda of: of[::-1]))),
    Kind("CDXJ", "a line twice", of(index, lines(lambda of: [of[0], *of]))),
    Kind("CDXJ", "swapped with another", lambda output: swap(index(output), index(output, 1))),
    Kind("part", "a byte flipped", of(part, flip(0.5))),
    Kind("part", "cut", of(part, cut(0.6))),
    Kind("part", "emptied", of(part, cut(0))),
    Kind("part", "deleted", of(part, Path.unlink)),
    Kind("part", "of rejects, deleted", lambda output: part(output, "rejects").unlink()),
    Kind("part", "swapped with one of rejects", lambda output: swap(part(output), part(output, "rejects"))),
    Kind("part", "a copy under another name", of(part, lambda path: copied(path, "x-00001.parquet"))),
    Kind("part", "a copy named as a dead run's", of(part, lambda path: copied(path, f"{DEAD}-00001.parquet"))),
    Kind("part", "a file that is no Parquet", of(part, lambda path: path.with_name("x.parquet").write_bytes(b"x"))),
    Kind("part", "in another month's folder, in accord", moved),
    Kind("part", "a row missing, in accord", in_accord(lambda rows: rows[1:])),
    Kind("part", "a row twice, in accord", in_accord(lambda rows: [rows[0], *rows])),
    Kind("part", "rows in another order, in accord", in_accord(lambda rows: rows[::-1])),
    Kind("part", "another text, in accord", in_accord(first(lambda row: {"text": row["text"][::-1]}))),
    Kind("part", "another title, in accord", in_accord(first(lambda row: {"title": "x"}))),
    Kind(
        "part",
        "a time in the future, in accord",
        in_accord(first(lambda row: {"fetched_at": row["fetched_at"] + FUTURE})),
    ),
    Kind("part", "a null where none may be, in accord", in_accord(first(lambda row: {"site": None}))),
    Kind(
        "part",
        "a capture of another record, in accord",
        in_accord(other_capture),
    ),
    Kind("part", "another reason of a reject, in accord", in_accord(first(lambda row: {"reason": "x"}), "rejects")),
    Kind("part", "a reject missing, in accord", in_accord(lambda rows: rows[1:], "rejects")),
    Kind("manifest", "deleted", of(manifest, Path.unlink)),
    Kind("manifest", "a byte flipped", of(manifest, flip(0.5))),
    Kind("manifest", "cut", of(manifest, cut(0.6))),
    Kind("manifest", "emptied", of(manifest, cut(0))),
    Kind("manifest", "a copy under another name", of(manifest, lambda path: copied(path, f"x{path.name}"))),
    Kind("manifest", "JSON of something else", lambda output: write_json(output, "manifests/x.json", {"x": 1})),
    Kind("manifest", "swapped with another", lambda output: swap(manifest(output), manifest(output, 1))),
    Kind("manifest", "other counts, in accord", recounted),
    Kind("manifest", "a part not named, in accord", without_a_part),
    Kind("manifest", "an archive file not named, in accord", without_a_range),
    Kind("manifest", "a clock ten years fast, in accord", from_the_future, harmless=True),
    Kind("frontier", "deleted", of(frontier, Path.unlink), healed=True),
    Kind("frontier", "not a database", of(frontier, lambda path: path.write_bytes(b"x" * 9000))),
    Kind("frontier", "cut", of(frontier, cut(0.5))),
    Kind(
        "frontier",
        "articles pending again",
        sql("UPDATE url SET state = 'pending' WHERE role = 'article'"),
        healed=True,
    ),
    Kind("frontier", "hosts leased by nobody alive", sql("UPDATE host SET owner = 'nobody'"), healed=True),
    Kind("state", "the index of duplicates deleted", lambda out: shutil.rmtree(out / "state/duplicates"), healed=True),
    Kind("state", "the index of duplicates cut", of(segments, cut(0.5)), healed=True),
    Kind("state", "a run's report no JSON", of(report, cut(0.5)), harmless=True),
    Kind(
        "state",
        "locks of the dead",
        lambda out: (out / "state/locks/run-x.lock").write_text("process 1"),
        harmless=True,
    ),
    Kind(
        "tmp", "drafts of a dead run", lambda out: (out / "tmp" / DEAD / "articles").mkdir(parents=True), harmless=True
    ),
    Kind("all", "a crawl is at work meanwhile", alive, harmless=True),
]


@contextmanager
def made(folder: Path) -> Iterator[tuple[Path, Path]]:
    """OUTPUT_DIR and SITES_DIR after two crawls; the site answers until the block ends."""
    with serve(SITE) as web:
        sites, output = web.write_sites(folder / "sites"), folder / "out"
        done = crawl(FAMILY, sites, output, SITE_BUDGET='{"pages": 60}')
        assert done.returncode == 0, done.stderr
        shutil.copytree(output, folder / HALF)
        done = crawl(FAMILY, sites, output)
        assert done.returncode == 0, done.stderr
        yield output, sites


def tried(kind: Kind, output: Path, sites: Path, whole: set[str]) -> str:
    """What becomes of the damage in `output`: a line for the table."""
    kind.damage(output)
    try:
        done = call("verify", output, "--processes", "1", sites=sites)
        said = (done.out + done.err).strip().splitlines()
        if HOLDERS:
            return "left in peace by `verify`" if done.status == 0 else f"WRONG: {said[:1]}"
    finally:
        while HOLDERS:
            holder = HOLDERS.pop()
            holder.communicate(b"\n")
    named = {"WARC": ".warc.gz", "CDXJ": ".cdxj", "manifest": "manifest", "part": ".parquet"}.get(kind.what, "")
    told = (
        next((line for line in said if named in line.partition(": ")[0]), said[0] if said else "")
        .replace(f"{output}/", "")
        .replace("|", "/")
    )
    if done.status and not kind.healed:
        return f"`verify`: {told[:150]}"
    again = crawl(FAMILY, sites, output)
    if again.returncode == 0 and identities(output) == whole and not call("verify", output, sites=sites).status:
        named = f"`verify`: {told[:150]}; " if done.status else ""
        return f"{named}harmless" if kind.harmless else f"{named}healed by the next crawl"
    return f"NOT NOTICED (exit {again.returncode}): {told}"


def identities(output: Path) -> set[str]:
    return {row["id"] + row["text_digest"] for row in rows(output)}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.damage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="WORDS", help="damages whose description holds these words")
    only = parser.parse_args().only
    unnoticed = 0
    print("| damage | | what comes of it |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="damage-") as folder, made(Path(folder)) as (output, sites):
        whole = identities(output)
        for number, kind in enumerate(KINDS):
            if only not in f"{kind.what} {kind.how}":
                continue
            copy = Path(folder, str(number), "out")
            shutil.copytree(output, copy)
            line = tried(kind, copy, sites, whole)
            unnoticed += line.startswith(("NOT", "WRONG"))
            print(f"| {kind.what} | {kind.how} | {line} |", flush=True)
            shutil.rmtree(copy.parent)
    print(f"{len(KINDS)} kinds of damage, {unnoticed} unnoticed", file=sys.stderr)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
