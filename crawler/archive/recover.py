"""What a crash left behind: `.open` files cut after their last whole, verified record and finished."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from crawler.archive import cdxj
from crawler.archive.exchange import ArchiveError
from crawler.archive.members import Damage, Member, response_record, scan
from crawler.archive.record import digest
from crawler.archive.warcfile import OPEN, lock, publish
from crawler.durable import sync_folder
from crawler.language import message, why


def recover(folder: Path) -> list[str]:
    """Repairs every `.open` archive file below `folder`; one line on each for the log. A second call finds none.

    Files of a living writer, which holds their lock, are left alone. Raises ArchiveError when one cannot be repaired.
    """
    return [done for path in sorted(folder.rglob(f"*.warc.gz{OPEN}")) if (done := _recover(path))]


def _recover(open_path: Path) -> str | None:
    path = open_path.with_name(open_path.name.removesuffix(OPEN))
    try:
        with open_path.open("r+b") as file:
            if not lock(file.fileno(), open_path):
                return None
            count, end = 0, 0
            lines = cdxj.Lines()
            for member in _whole_members(open_path):
                count, end = count + 1, member.end
                for line in _line(member, path.name):
                    lines.append(line)
            lost = os.fstat(file.fileno()).st_size - end
            cut = message(", {lost} bytes cut off", lost=lost) if lost else ""
            if count <= 1:  # at most the warcinfo record: nothing was fetched into it
                cdxj.index_path(path).unlink(missing_ok=True)
                open_path.unlink()
                sync_folder(path.parent)
                return message("{file}: removed, it held no exchange{cut}", file=path.name, cut=cut)
            file.truncate(end)
            os.fsync(file.fileno())
            publish(open_path, path, lines)
    except FileNotFoundError:  # finished by its writer since the folder was listed
        return None
    except OSError as error:
        raise ArchiveError(message("{file}: cannot be recovered: {why}", file=open_path, why=why(error))) from error
    return message("{file}: finished, {count} records{cut}", file=path.name, count=count, cut=cut)


def _whole_members(path: Path) -> Iterator[Member]:
    """The records from the start, until one is not whole: unpacked to its end, length and block digest as declared."""
    end = 0
    for member in scan(path):
        if isinstance(member, Damage) or member.offset != end or not _is_whole(member):
            return
        end = member.end
        yield member


def _is_whole(member: Member) -> bool:
    """Whether the record has all that our writer gives to each."""
    named = all(member.fields.get(name) for name in ("warc-type", "warc-record-id", "warc-date"))
    is_response = member.kind in ("response", "revisit")
    return (
        named
        and member.fields.get("warc-block-digest") == digest(member.block)
        and (not is_response or "warc-target-uri" in member.fields)
    )


def _line(member: Member, warc_file: str) -> list[str]:
    """The line that the writer would have kept for a response or revisit; none for other records."""
    record = response_record(member, warc_file)
    return [record.line] if record else []
