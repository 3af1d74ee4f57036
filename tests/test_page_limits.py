"""Re-extraction, recovery and verification keep the deadline of a page that a crawl keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawler.archive.division import Piece
from crawler.archive.exchange import Exchange
from crawler.archive.writer import WarcWriter
from crawler.extract.page import Page
from crawler.reextract.dataset import extract_all, work_on
from crawler.reextract.files import Extracted, Job, extract_files
from crawler.sandbox.processor import Processor, ProcessorBeside
from crawler.sandbox.units import carried_out
from crawler.sandbox.worker import PageLimits
from pipelines.process import extract_page
from tests.archive_kit import FETCHED, HEAD
from tests.command_kit import call
from tests.site.crawl import PROJECT

pytestmark = pytest.mark.slow

SHORT = PageLimits(seconds=0.5)
LINE = "<p>天亮以前渔船靠岸，妇人们蹲在石阶上分拣银鱼，雾气还没有散尽，灯塔先暗了。</p>"
# The XPath of the layout's selector takes a time of the square of what nests: two seconds in which no Python runs.
SLOW = (
    f"<html><meta charset=utf-8><h1>渔村日记之夜</h1>{LINE * 8}{('<div>' * 200 + LINE + '</div>' * 200) * 20}".encode()
)


def article(number: int) -> bytes:
    return f"<html><meta charset=utf-8><h1>渔村日记之{number}</h1>{LINE * 8}</html>".encode()


def archive(folder: Path, files: int, slow: int) -> list[Path]:
    """WARC files of five articles each, the file `slow` with a page that takes too long among them."""
    for file in range(files):
        run = f"20261120T08000{file}Z-news-00000{file}"
        writer = WarcWriter(folder / "warc" / "news", prefix="news", run_id=run)
        for number in range(5):
            slowly = file == slow and number == 2
            body = SLOW if slowly else article(10 * file + number)
            url = f"http://www.example.cn/a/{file}{number}.html"
            known = (("site", "village"), ("family", "news"), ("role", "article"))
            exchange = Exchange(
                url, FETCHED, b"GET / HTTP/1.1\r\n\r\n", HEAD % len(body), body, None, ("http/1.1",), None, None, known
            )
            writer.write(exchange)
        writer.close()
    return sorted((folder / "warc").rglob("*.warc.gz"))


def job(folder: Path) -> Job:
    (folder / "sites").mkdir(parents=True)
    (folder / "sites" / "village.toml").write_text(
        "family = 'news'\ndomains = ['www.example.cn']\nseeds = ['http://www.example.cn/']\narticle = ['^/a/']\n"
        "[[layout]]\nbody = 'div div div div .inner'\n"
    )
    return Job(folder / "made", folder / "sites", "20261127T080000Z-reextract-000000", datetime.now(UTC))


def table(extracted: Extracted, folder: Path, kind: str) -> list[dict[str, object]]:
    parts = [part.path for part in extracted.parts if part.path.startswith(kind)]
    return [row for path in parts for row in pq.read_table(folder / path, partitioning=None).to_pylist()]


@pytest.mark.parametrize("processes", [1, 2])
def test_reextraction_rejects_a_page_that_takes_too_long_and_makes_all_other_rows(
    tmp_path: Path, processes: int
) -> None:
    files = archive(tmp_path, 4, slow=1)
    expected = extract_files(map(Piece, [files[0], *files[2:]]), job(tmp_path / "without"), 0, Processor())
    made = extract_all(work_on(files, processes), job(tmp_path), processes, SHORT)
    [reject] = table(made, tmp_path / "made", "rejects")
    assert (reject["reason"], reject["detail"]) == ("broken", "took longer than 0.5 s")
    assert str(reject["url"]).endswith("/12.html")
    assert made.counts["broken"] == 1
    rows = {str(row["url"]): row for row in table(made, tmp_path / "made", "articles")}
    assert len(rows) == 19
    for row in table(expected, tmp_path / "without" / "made", "articles"):
        assert rows[str(row["url"])] == row


def test_recovery_rejects_it_too_without_a_second_time_for_the_others(tmp_path: Path) -> None:
    with ProcessorBeside(SHORT) as processor:
        made = extract_files(map(Piece, archive(tmp_path, 2, slow=0)), job(tmp_path), 0, processor)
    [reject] = table(made, tmp_path / "made", "rejects")
    assert (reject["reason"], reject["detail"]) == ("broken", "took longer than 0.5 s")
    assert made.counts["articles"] == 9


def test_beside_or_not_the_outcome_is_the_same() -> None:
    pages = [Page(f"http://www.example.cn/{n}.html", article(n), "text/html", FETCHED) for n in range(3)]
    with ProcessorBeside() as processor:
        for page in pages:
            outcome = processor.extract_page(page, family="news")
            assert outcome == extract_page(page, family="news")
            assert processor.finish(outcome.articles[0]) == Processor().finish(outcome.articles[0])


def dying(unit: int, processor: Processor) -> int:
    if unit == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return unit


def test_a_process_that_ends_without_a_page_is_told_and_the_others_work_is_handed_out() -> None:
    done: list[int] = []
    with pytest.raises(OSError, match="no page in hand"):
        done.extend(result for _, result in carried_out(dying, range(6), 1))
    assert sorted(done) == [0, 1, 3, 4, 5]


def said_in_the_environment(name: str, processor: Processor) -> str | None:
    return os.environ.get(name)


def test_a_process_has_the_environment_of_now_and_not_that_of_the_first_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a bucket: its address and credentials. The process that all are forked from is older."""
    name = "A_BUCKET_S_ADDRESS"
    assert [*carried_out(said_in_the_environment, [name], 1)] == [(name, None)]
    monkeypatch.setenv(name, "http://127.0.0.1:9000")
    assert [*carried_out(said_in_the_environment, [name], 1)] == [(name, "http://127.0.0.1:9000")]


def holding(fifo: str, processor: Processor) -> None:
    with Path(fifo).open("w") as held:
        held.write("begun\n")
        held.flush()
        signal.pause()


def test_the_processes_of_a_command_that_is_killed_end_too(tmp_path: Path) -> None:
    """They went on, and wrote parts beside the next start of the same command."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    code = "import tests.test_page_limits as t; [*t.carried_out(t.holding, [__import__('sys').argv[1]], 1)]"
    with subprocess.Popen([sys.executable, "-c", code, str(fifo)], cwd=PROJECT) as command, fifo.open() as held:
        assert held.readline() == "begun\n"
        command.kill()
        assert held.read() == ""  # nobody has it open any more


def test_a_page_that_takes_too_long_does_not_hold_who_looks_at_it(tmp_path: Path) -> None:
    sites = job(tmp_path).sites_dir
    page = tmp_path / "page.html"
    page.write_bytes(SLOW.replace(b"</html>", b"") + ("<div>" * 200 + LINE + "</div>" * 200).encode() * 200)
    done = call("try", tmp_path / "out", str(page), "--url", "http://www.example.cn/a/1.html", sites=sites)
    assert done.status == 1
    assert done.out.startswith("reject     broken: ")  # "took longer than 10 s", or on a busy machine by the clock
