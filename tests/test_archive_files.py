"""Archive files: their names, their end, what a crash, a full disk or a second process does to them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive import record
from crawler.archive.cdxj import Lines, index_path
from crawler.archive.exchange import ArchiveError, Exchange
from crawler.archive.reader import read_capture, records
from crawler.archive.recover import recover
from crawler.archive.writer import WarcWriter
from tests.test_archive_records import PLAIN, RUN, archive, check, warc_records

PAGES = [
    replace(PLAIN, url=f"http://www.bdocx.com/doc/{n}.html", body=bytes([65 + n]) * 40, metadata=(("role", "article"),))
    for n in range(4)
]


def writer(folder: Path, **options: float) -> WarcWriter:
    return WarcWriter(folder, prefix="wenku", run_id=RUN, **options)  # type: ignore[arg-type]


def test_lines_of_an_index_wait_packed_and_come_sorted() -> None:
    waiting, told = Lines(), [f"cn,example)/{number * 7919 % 1201:06}\u2028 范文" for number in range(1201)]
    for line in told:
        waiting.append(line)
    assert list(waiting) == sorted(told)
    assert [line.encode() for line in waiting] == sorted(line.encode() for line in told)


def test_a_file_is_open_until_it_is_finished_and_readable_all_the_time(tmp_path: Path) -> None:
    one = writer(tmp_path / "wenku")
    assert not list(tmp_path.iterdir()), "no exchange, no file"
    capture = one.write(PAGES[0])
    one.sync()
    (path,) = (tmp_path / "wenku").iterdir()
    assert path.name == capture.warc_file + ".open"
    before = read_capture(tmp_path, capture)
    assert [path.name for path in one.close()] == [capture.warc_file]
    assert sorted(path.suffix for path in (tmp_path / "wenku").iterdir()) == [".cdxj", ".gz"]
    assert read_capture(tmp_path, capture) == before == read_capture(tmp_path / "wenku", capture)
    assert one.close() == one.close(), "closing twice is closing once"


@pytest.mark.slow
def test_names_sort_by_time_and_carry_family_serial_and_run(tmp_path: Path) -> None:
    one = writer(tmp_path, max_bytes=1)
    for page in PAGES:
        one.write(page)
    names = [path.name for path in one.close()]
    assert names == sorted(names)
    for serial, name in enumerate(names):
        prefix, stamp, number, run = name.removesuffix(".warc.gz").split("-")
        assert (prefix, number, run) == ("wenku", f"{serial:05}", "3f9a2c")
        assert len(stamp) == 17
    for name in names:
        assert len(list(records(tmp_path / name))) == 1
        check(tmp_path / name)


def test_a_file_that_is_too_old_is_finished_by_the_next_write(tmp_path: Path) -> None:
    one = writer(tmp_path, max_age=0)
    for page in PAGES[:2]:
        one.write(page)
    assert len(one.close()) == 2


def test_many_writers_of_one_run_never_share_a_file(tmp_path: Path) -> None:
    writers = [writer(tmp_path) for _ in range(8)]
    captures = [one.write(PAGES[0]) for one in writers]
    assert len({capture.warc_file for capture in captures}) == 8
    for one in writers:
        one.close()


def test_the_index_is_sorted_and_points_at_the_responses(tmp_path: Path) -> None:
    path, captures = archive(tmp_path, *reversed(PAGES))
    lines = index_path(path).read_bytes().splitlines()
    assert lines == sorted(lines)
    for line, capture in zip(lines, reversed(captures), strict=True):
        key, stamp, entry = line.split(b" ", 2)
        assert key.startswith(b"com,bdocx)/doc/")
        assert stamp == b"20261120074500"
        assert json.loads(entry) == {
            "url": capture.url,
            "mime": "text/html",
            "status": "200",
            "digest": capture.payload_digest.removeprefix("sha1:"),
            "length": str(capture.length),
            "offset": str(capture.offset),
            "filename": path.name,
        }


@pytest.mark.slow
def test_a_crash_at_any_byte_leaves_a_prefix_of_the_records(tmp_path: Path) -> None:
    path, _ = archive(tmp_path / "whole", *PAGES[:2])
    content = path.read_bytes()
    whole = warc_records(path)
    lines = set(index_path(path).read_text().splitlines())
    ends = [0]
    for cut in range(len(content) + 1):
        folder = tmp_path / str(cut)
        folder.mkdir()
        broken = folder / (path.name + ".open")
        broken.write_bytes(content[:cut])
        (message,) = recover(folder)
        assert "\n" not in message
        assert recover(folder) == [], "a second recovery has nothing to do"
        if (folder / path.name).exists():
            left = warc_records(folder / path.name)
            assert left == whole[: len(left)]
            assert len(left) >= len(ends) - 1
            if cut == (folder / path.name).stat().st_size:
                ends.append(cut)
                assert message == f"{path.name}: finished, {len(left)} records"
            else:
                assert message == f"{path.name}: finished, {len(left)} records, {cut - ends[-1]} bytes cut off"
            assert set(index_path(folder / path.name).read_text().splitlines()) <= lines
            assert len(list(folder.iterdir())) == 2
        else:
            assert not list(folder.iterdir())
            assert "removed" in message
    assert len(ends) == len(whole), "every record but the warcinfo record was the last one once"
    check(folder / path.name)
    assert (folder / path.name).read_bytes() == content
    assert index_path(folder / path.name).read_bytes() == index_path(path).read_bytes()


@pytest.mark.parametrize("damage", [b"\0" * 4096, b"\x1f\x8b\x08" + b"\0" * 50, b"garbage"])
def test_what_a_power_cut_leaves_behind_the_last_record_is_cut_off(tmp_path: Path, damage: bytes) -> None:
    path, _ = archive(tmp_path, *PAGES)
    content = path.read_bytes()
    path.rename(f"{path}.open").write_bytes(content + damage)
    assert recover(tmp_path) == [f"{path.name}: finished, 13 records, {len(damage)} bytes cut off"]
    assert path.read_bytes() == content


def test_a_record_whose_digest_is_wrong_is_not_kept(tmp_path: Path) -> None:
    path, _ = archive(tmp_path, *PAGES)
    whole = path.read_bytes()
    path.unlink()
    forged = record.member("resource", record.new_id(), "2026-11-20T07:45:00Z", [], b"x")
    forged = gzip.compress(gzip.decompress(forged).replace(b"\r\n\r\nx", b"\r\n\r\ny"))
    Path(f"{path}.open").write_bytes(whole + forged)
    assert recover(tmp_path) == [f"{path.name}: finished, 13 records, {len(forged)} bytes cut off"]


@pytest.mark.parametrize("field", ["WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI"])
def test_a_record_without_what_our_writer_gives_to_each_is_not_kept(tmp_path: Path, field: str) -> None:
    path, _ = archive(tmp_path, *PAGES)
    whole = path.read_bytes()
    path.unlink()
    uri = [("WARC-Target-URI", "http://site.example/")]
    strange = record.member("response", record.new_id(), "2026-11-20T07:45:00Z", uri, b"HTTP/1.1 200 OK\r\n\r\n")
    strange = gzip.compress(gzip.decompress(strange).replace(field.encode(), b"X-Other"))
    Path(f"{path}.open").write_bytes(whole + strange)
    assert recover(tmp_path) == [f"{path.name}: finished, 13 records, {len(strange)} bytes cut off"]
    assert len(list(records(path))) == len(PAGES)


def test_recovery_leaves_the_file_of_a_living_writer_alone(tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.write(PAGES[0])
    assert recover(tmp_path) == []
    one.write(PAGES[1])
    (path,) = one.close()
    assert len(list(records(path))) == 2


def python(source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
def test_kill_9_loses_nothing_that_was_written(tmp_path: Path) -> None:
    done = python(
        """
        import os, signal, sys
        from pathlib import Path
        from tests.test_archive_files import PAGES, writer
        one = writer(Path(sys.argv[1]))
        for page in PAGES:
            one.write(page)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        str(tmp_path),
    )
    assert done.returncode == -9, done.stderr
    (message,) = recover(tmp_path)
    (path,) = tmp_path.glob("*.warc.gz")
    assert message == f"{path.name}: finished, 13 records"
    assert [stored.url for stored in records(path)] == [page.url for page in PAGES]
    check(path)


@pytest.mark.slow
def test_a_full_disk_stops_the_writer_and_leaves_whole_records(tmp_path: Path) -> None:
    done = python(
        """
        import resource, sys
        from pathlib import Path
        from crawler.archive.exchange import ArchiveError
        from tests.test_archive_files import PAGES, writer
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        one = writer(Path(sys.argv[1]))
        written = 0
        try:
            while True:
                one.write(PAGES[0])
                written += 1
        except ArchiveError as error:
            print(written, error)
        try:
            one.write(PAGES[0])
        except ArchiveError as error:
            print(error)
        one.close()
        """,
        str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    written = int(first.split()[0])
    (path,) = tmp_path.glob("*.warc.gz")
    assert f"{path}.open: write failed: File too large" in first
    assert second == f"{path}.open: an earlier write failed, nothing more is written"
    assert written > 3
    assert len(list(records(path))) == written
    check(path)


def test_a_folder_that_cannot_be_written_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArchiveError, match="file: cannot be created: File exists"):
        writer(tmp_path / "file").write(PAGES[0])


def test_a_damaged_file_is_an_error_after_what_came_before_it(tmp_path: Path) -> None:
    path, captures = archive(tmp_path, *PAGES)
    content = path.read_bytes()
    path.write_bytes(content[: captures[2].offset + captures[2].length // 2])
    read = []
    with pytest.raises(OSError, match=r"cut off|[Dd]ecompress"):
        read.extend(stored.url for stored in records(path))
    assert read == [page.url for page in PAGES[: len(read)]]
    with pytest.raises(ArchiveError, match="is not"):
        read_capture(tmp_path, replace(captures[1], record_id="<urn:uuid:0>"))
    with pytest.raises(ArchiveError, match="at offset 0 is no response"):
        read_capture(tmp_path, replace(captures[1], offset=0))
    with pytest.raises(ArchiveError, match=r"nosuch-1\.warc\.gz: not in"):
        read_capture(tmp_path, replace(captures[1], warc_file="nosuch-1.warc.gz"))


def test_a_record_that_is_not_what_its_digest_says_is_an_error_also_where_gzip_does_not_tell(tmp_path: Path) -> None:
    path, _ = archive(tmp_path, *PAGES)
    plain = path.with_name(path.name.removesuffix(".gz"))
    content = gzip.decompress(path.read_bytes())
    plain.write_bytes(content)
    assert [stored.url for stored in records(plain)] == [page.url for page in PAGES]
    plain.write_bytes(content.replace(PAGES[1].body, PAGES[1].body[:-1] + b"?"))
    with pytest.raises(ArchiveError, match=r"the record at offset \d+ is damaged: its block digest does not match"):
        list(records(plain))


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"<p>the same</p>" * 100, b"1", b""])
def test_the_same_payload_is_kept_once(tmp_path: Path, body: bytes) -> None:
    """Of whatever size: it is by the revisit that re-extraction knows the page as the one before."""
    one = WarcWriter(tmp_path / "wenku", prefix="wenku", run_id=RUN)
    first = one.write(replace(PAGES[0], body=body))
    again = [one.write(replace(page, body=body, known=first)) for page in PAGES[1:]]
    one.write(replace(PAGES[1], body=body, truncated="disconnect", known=first))
    gone = b"HTTP/1.1 404 Not Found\r\n\r\n"
    one.write(replace(PAGES[1], response_head=gone, body=body, known=first))
    one.write(replace(PAGES[1], body=b"another", known=first))
    (path,) = one.close()
    stored = list(records(path))
    assert [bool(x.refers) for x in stored] == [False, True, True, True, True, False, False]
    assert [x.body for x in stored] == [*[body] * 6, b"another"]
    assert [x.truncated for x in stored] == [None] * 7
    assert read_capture(tmp_path, again[0]).body == body
    assert warc_records(path)[14][1]["WARC-Truncated"] == "disconnect"
    revisit = warc_records(path)[5]
    assert revisit[0] == "revisit"
    assert revisit[2] == PAGES[1].response_head
    assert revisit[1]["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit[1]["WARC-Refers-To"] == first.record_id
    assert revisit[1]["WARC-Refers-To-Target-URI"] == first.url
    assert revisit[1]["WARC-Refers-To-Date"] == "2026-11-20T07:45:00.123456Z"
    assert revisit[1]["WARC-Payload-Digest"] == first.payload_digest
    assert revisit[1]["WARC-Truncated"] == "length", "as the standard demands of this profile"
    check(path, revisits=True)


@pytest.mark.slow
def test_not_modified_is_a_revisit_of_the_capture_that_still_holds(tmp_path: Path) -> None:
    night = writer(tmp_path)
    original = night.write(PAGES[0])
    night.close()
    next_night = writer(tmp_path)
    head = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
    capture = next_night.write(Exchange(PAGES[0].url, PLAIN.fetched_at, PLAIN.request, head, b"", known=original))
    (path,) = next_night.close()
    assert capture.payload_digest == original.payload_digest
    (stored,) = records(path)
    assert (stored.status, stored.body, stored.resolved) == (304, b"", False)
    stored = read_capture(tmp_path, capture)
    assert (stored.status, stored.body, stored.resolved) == (304, PAGES[0].body, True)
    assert warc_records(path)[2][1]["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    check(path, revisits=True)
    (tmp_path / original.warc_file).unlink()
    assert not read_capture(tmp_path, capture).resolved
