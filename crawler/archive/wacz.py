"""WACZ: an archive as one file that plays in a browser (ReplayWeb.page), made by the program `wacz`.

The package drags in some thirty others, so it is not among our dependencies: its program is called where it is, beside
our interpreter or on PATH. Specification: https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.archive.exchange import ArchiveError
from crawler.language import message

_SHOWN = 300  # characters of the end of the program's output, in an error


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page in the list that the player shows. Records that are not listed can be opened by their URL."""

    url: str
    fetched_at: datetime
    title: str


def program() -> str | None:
    """The path of the program `wacz`, preferably of this Python environment; null where it is not installed."""
    ours = Path(sys.executable).with_name("wacz")
    return str(ours) if ours.is_file() else shutil.which("wacz")


def export(wacz: str, target: Path, warcs: Sequence[Path], pages: Iterable[ListedPage], *, title: str) -> None:
    """Pack finished WARC files into `target`, which is whole or not there; `wacz`: see program().

    A revisit plays only if the file of its original is among `warcs`. Raises ArchiveError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
        draft, listed = Path(folder, "draft.wacz"), Path(folder, "pages.jsonl")
        listed.write_text(_page_list(pages), encoding="utf-8", errors="replace")
        options = ["--output", str(draft), "--pages", str(listed), "--copy-pages", "--title", title]
        for arguments in (["create", *options, "--", *map(str, warcs)], ["validate", "--file", str(draft)]):
            done = subprocess.run(
                [wacz, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
            )
            if done.returncode:
                raise ArchiveError(
                    message(
                        "{target}: wacz {command}: {said}",
                        target=target,
                        command=arguments[0],
                        said=" ".join(done.stdout.split())[-_SHOWN:],
                    )
                )
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)


def _page_list(pages: Iterable[ListedPage]) -> str:
    """pages.jsonl: a header and a line a page."""
    lines = [{"format": "json-pages-1.0", "id": "pages", "title": "All pages"}]
    for number, page in enumerate(pages, 1):
        instant = f"{page.fetched_at:%Y-%m-%dT%H:%M:%SZ}"
        lines.append({"id": str(number), "url": page.url, "ts": instant, "title": page.title})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
