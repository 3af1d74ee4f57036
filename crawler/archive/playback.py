"""A collection for pywb from finished archive files: python -m crawler.archive.playback OUTPUT_DIR COLLECTION

pywb plays a 304 as what it is: an answer without a page, so that a browser shows nothing for the days on which a page
had not changed. In the collection's index those visits lead to the page that they say is still good. (Our own .cdxj
files keep to pywb's conventions: a line for each record, where it is.)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crawler.archive.cdxj import index_path, lines, parse
from crawler.archive.members import members


class _Place(NamedTuple):
    warc_file: str
    offset: int


def collect(warcs: Sequence[Path], collection: Path) -> int:
    """Make archive/ with links to the files and indexes/index.cdxj; returns the number of its lines. Raises OSError."""
    for name in ("archive", "indexes"):
        (collection / name).mkdir(parents=True, exist_ok=True)
    for warc in warcs:
        link = collection / "archive" / warc.name
        link.unlink(missing_ok=True)
        link.symlink_to(warc.absolute())
    entries = sorted(index(warcs))
    (collection / "indexes" / "index.cdxj").write_bytes(b"".join(line.encode() + b"\n" for line in entries))
    return len(entries)


def index(warcs: Sequence[Path]) -> Iterator[str]:
    """The lines of all indexes; where a server said 304, the line of the page itself at that time."""
    unchanged: dict[_Place, list[str]] = {}  # a page -> "SURT time" of the visits that found it as it was
    for warc in warcs:
        for line in _lines(warc):
            original = _still_good(warc, parse(line).offset) if '"mime": "warc/revisit"' in line else None
            if original:
                unchanged.setdefault(original, []).append(line[: line.index(" {")])
            else:
                yield line
    for warc in warcs:
        for line in _lines(warc) if unchanged else ():
            entry = parse(line)
            for visit in unchanged.get(_Place(entry.warc_file, entry.offset), ()):
                yield visit + line[line.index(" {") :]


def _lines(warc: Path) -> Iterator[str]:
    yield from (line.decode().rstrip("\n") for line in lines(index_path(warc)))


def _still_good(warc: Path, offset: int) -> _Place | None:
    """Where the page is that the server-not-modified revisit at `offset` refers to; null for other revisits."""
    fields = next(members(warc, offset)).fields
    if "server-not-modified" not in fields.get("warc-profile", ""):
        return None
    return _Place(fields["warc-refers-to-filename"], int(fields["warc-refers-to-file-offset"]))


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2:
        print(__doc__.partition("\n")[0], file=sys.stderr)
        return 2
    output, collection = map(Path, arguments)
    warcs = sorted((output / "warc").rglob("*.warc.gz"))
    print(f"{collection}: {len(warcs)} WARC files, {collect(warcs, collection)} visits")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
