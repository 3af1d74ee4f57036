"""What a person sees who makes a mistake: one line, no traceback, the exit status of the cause."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.dataset.locks import SiteLocks
from tests.command_kit import call

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parent.parent
DEMO = """
family = "news"
domains = ["{domain}"]
seeds = ["http://{domain}/"]
article = ['/\\d+\\.html$']
"""


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    folder = tmp_path / "sites"
    folder.mkdir()
    (folder / "demo.toml").write_text(DEMO.format(domain="127.0.0.1:9"))
    return folder


def obey_permissions() -> None:
    """Root as well: without CAP_DAC_OVERRIDE a folder without w cannot be written."""
    ctypes.CDLL(None).prctl(24, 1)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE; refused, and not needed, for anyone else


def crawl(sites: Path, *words: str, output: Path | str | None = None) -> subprocess.CompletedProcess[str]:
    settings = [
        f"SITES_DIR={sites}",
        f"OUTPUT_DIR={sites.parent / 'out' if output is None else output}",
        "ALLOW_PRIVATE_ADDRESSES=1",
    ]
    command = [sys.executable, "-m", "scrapy", "crawl", *words, *(word for s in settings for word in ("-s", s))]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        preexec_fn=obey_permissions,
    )


def says(done: subprocess.CompletedProcess[str], status: int, *words: str) -> None:
    """One line on stderr with all `words`, and nothing else anywhere."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_an_unknown_site(sites: Path) -> None:
    says(crawl(sites, "news", "-a", "site=nosuch"), 2, "site=nosuch", "news sites: demo")


def test_an_unknown_spider_or_none(sites: Path) -> None:
    says(crawl(sites, "blogs"), 2, "'blogs'", "fanwen, news, wenku")
    says(crawl(sites), 2, "usage: scrapy crawl")


def test_an_unknown_argument(sites: Path) -> None:
    says(crawl(sites, "news", "-a", "sites=demo"), 2, "-a sites=", "site, url")


def test_a_url_of_no_site(sites: Path) -> None:
    says(crawl(sites, "news", "-a", "url=http://elsewhere.example/1.html"), 2, "http://elsewhere.example/1.html")


def test_a_family_without_sites(sites: Path) -> None:
    says(crawl(sites, "wenku"), 2, "no site of the family wenku")


def test_a_broken_site_file(sites: Path) -> None:
    (sites / "broken.toml").write_text("family = ")
    says(crawl(sites, "news"), 2, "broken.toml")


def test_a_public_host_without_contact(sites: Path) -> None:
    (sites / "demo.toml").write_text(DEMO.format(domain="www.example.com"))
    says(crawl(sites, "news"), 2, "www.example.com", "CONTACT")
    says(crawl(sites, "news", "-s", "CONTACT=me"), 2, "CONTACT='me'")


def test_an_output_folder_that_is_a_url(sites: Path) -> None:
    says(crawl(sites, "news", output="gs://bucket/prefix"), 2, "OUTPUT_DIR=gs://bucket/prefix", "s3://BUCKET/PREFIX")


def test_an_empty_output_folder_is_not_the_working_folder(sites: Path) -> None:
    """-s OUTPUT_DIR=$FOLDER, of a variable that is not set."""
    says(crawl(sites, "news", output=""), 2, "OUTPUT_DIR is empty")
    says(crawl(sites, "news", "-s", "SPOOL_DIR=", output="s3://bucket/prefix"), 2, "SPOOL_DIR is empty")


def test_a_read_only_output_folder(sites: Path, tmp_path: Path) -> None:
    output = tmp_path / "read-only"
    output.mkdir(mode=0o555)
    says(crawl(sites, "news", output=output), 4, f"OUTPUT_DIR={output} cannot be written")


def test_an_output_folder_that_is_a_file(sites: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    says(crawl(sites, "news", output=tmp_path / "file" / "out"), 4, "OUTPUT_DIR=", "cannot be written")


def test_a_setting_that_does_not_exist(sites: Path) -> None:
    says(crawl(sites, "news", "-s", "OUTPUT_DIRS=elsewhere"), 2, "OUTPUT_DIRS", "did you mean OUTPUT_DIR?")


def test_settings_that_cannot_be_read(sites: Path) -> None:
    says(crawl(sites, "news", "-s", "DOWNLOAD_DELAY=slow"), 2, "DOWNLOAD_DELAY=slow", "a number is needed")
    says(crawl(sites, "news", "-s", 'SITE_BUDGET={"page": 3}'), 2, "SITE_BUDGET", "'page'", "pages, bytes")


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "9" * 9999, "two", "1e3", "٣٣٣٣٣٣"])
@pytest.mark.parametrize("command", ["verify", "reextract"])
def test_processes_are_a_number_that_a_machine_can_have(tmp_path: Path, command: str, number: str) -> None:
    call(command, tmp_path, "--processes", number).says(2, f"scrapy {command}: ", "--processes", "from 1 to 256")


def test_a_log_file_in_no_folder(sites: Path, tmp_path: Path) -> None:
    says(crawl(sites, "news", "-s", f"LOG_FILE={tmp_path / 'none' / 'log'}"), 4, "LOG_FILE=", "No such file")


def test_a_pipe_that_nobody_reads_is_not_waited_for(sites: Path, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    says(crawl(sites, "news", "-s", f"LOG_FILE={pipe}"), 4, f"LOG_FILE={pipe}: ", "No such device")
    says(crawl(sites, "news", "-o", f"{pipe}:jsonlines"), 2, "FEEDS: ", "No such device", str(pipe))


def test_an_argument_of_several_lines_is_refused_in_one(sites: Path) -> None:
    says(crawl(sites, "news", "-a", "site=a\nb"), 2, "site=a b")


def test_a_second_run_of_the_same_site(sites: Path, tmp_path: Path) -> None:
    held = SiteLocks(tmp_path / "out", ["demo"])
    says(crawl(sites, "news"), 5, "another run", "site-demo is held by process")
    held.release()
