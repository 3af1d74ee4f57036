"""Manifests against folders: files that are missing, files that no manifest names."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from pathlib import Path

from crawler.archive.rewrite import DRAFT
from crawler.archive.warcfile import OPEN
from crawler.language import message
from crawler.takedown.journal import FOLDER
from crawler.verify.findings import Finding
from pipelines.dataset.locks import is_alive
from pipelines.dataset.manifest import KINDS, Manifest, orphans, run_of
from pipelines.dataset.revision import live_parts

_ARCHIVE = (".warc.gz", ".cdxj", ".superseded", OPEN, DRAFT)


def alive_runs(output: Path) -> frozenset[str]:
    """Ids of the runs at work. Ask before the manifests are read: a run that ends in between is then in one of both."""
    locks = (path.stem.removeprefix("run-") for path in (output / "state" / "locks").glob("run-*.lock"))
    return frozenset(run for run in locks if is_alive(output, run))


def manifest_findings(output: Path, manifests: Mapping[str, Manifest], alive: frozenset[str]) -> Iterator[Finding]:
    """Files that no manifest accounts for (runs `alive` aside), and what a manifest names and is not there."""
    yield from _unnamed_parts(output, manifests, alive)
    for path in sorted((output / "warc").rglob(f"*{OPEN}")):
        if not _is_locked(path):
            yield Finding(path.name, message("left open by a killed run; the next crawl makes it good"))
    yield from _foreign_files(output)
    yield from _named_twice(manifests)
    there = {path.name for path in (output / "warc").rglob("*.warc.gz")}
    for manifest in manifests.values():
        for each in manifest.warc:
            if each.file not in there:
                gone = message("the manifest of {run_id} names it, and it is not there", run_id=manifest.run_id)
                yield Finding(each.file, gone)
    for path in sorted((output / FOLDER).glob("*.json")):
        interrupted = message("a take-down that was interrupted; scrapy forget finishes it")
        yield Finding(f"{FOLDER}/{path.name}", interrupted)


def _unnamed_parts(output: Path, manifests: Mapping[str, Manifest], alive: frozenset[str]) -> Iterator[Finding]:
    named = {part.path for part in live_parts(manifests)}
    lost = orphans(output, manifests)
    for kind in KINDS:
        for path in sorted((output / kind).rglob("*")):
            name = path.relative_to(output).as_posix()
            run = run_of(path)
            if not path.is_file() or name in named:
                continue
            if not run:
                yield Finding(name, message("no manifest names it, and no run has written it"))
            elif path in lost:
                yield Finding(
                    name, message("no manifest names it, and its run has ended (scrapy reextract makes its rows)")
                )
            elif run not in alive and not is_alive(output, run):
                unnamed = message("no manifest names it (left by a killed run; the next crawl removes it)")
                yield Finding(name, unnamed)


def _foreign_files(output: Path) -> Iterator[Finding]:
    """Files below warc/ and manifests/ that no crawl or command has put there, so that none of them reads them."""
    archive = output / "warc"
    for path in sorted(path for path in archive.rglob("*") if path.is_file()):
        name = path.relative_to(output).as_posix()
        if path.parent.parent != archive or not path.name.endswith(_ARCHIVE):
            foreign = message("not a file of this crawler's archive, or not in its place: nothing reads it")
            yield Finding(name, foreign)
        # The index comes before its file has its name.
        elif path.suffix == ".cdxj" and not any(
            path.with_name(f"{path.stem}.warc.gz{end}").exists() for end in ("", OPEN, "")
        ):
            yield Finding(name, message("an index without its archive file"))
    for path in sorted((output / "manifests").rglob("*")):
        if path.is_file() and not (path.parent == output / "manifests" and path.suffix in (".json", ".tmp")):
            yield Finding(path.relative_to(output).as_posix(), message("not a manifest: nothing reads it"))


def _named_twice(manifests: Mapping[str, Manifest]) -> Iterator[Finding]:
    """Files that two manifests account for, so that their rows count twice."""
    owners: dict[str, str] = {}
    for manifest in manifests.values():
        for name in (*(part.path for part in manifest.files), *(each.file for each in manifest.warc)):
            other = owners.setdefault(name, manifest.run_id)
            if other != manifest.run_id:
                twice = message("two manifests name it, {first} and {second}", first=other, second=manifest.run_id)
                yield Finding(name, twice)


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
