"""`scrapy learn`: profiles in the archive's life. Rows name what they were made by, and verify holds them to it."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawler.extract.profile import parse_profile, serialised
from crawler.monitor.counts import SiteCounts
from crawler.monitor.health import outdated
from crawler.monitor.run_report import sections
from crawler.profiles import FOLDER, keep_profile, newest_profiles, switch_off
from crawler.run import Run
from pipelines.version import RULES_VERSION
from tests import archive_kit, dying
from tests.command_kit import call
from tests.nights import serving
from tests.site.crawl import crawl
from tests.test_profile import DEALER, SLOGAN, essay, observed, url

pytestmark = pytest.mark.slow

TODAY = datetime.now(UTC).date()
NUMBER = 60


def body(n: int) -> bytes:
    return essay(n, tail=f"<p>{SLOGAN}</p><p>{DEALER.format(n=n)}</p>").encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of sixty articles of one site, and their rows by the rules alone."""
    folder = tmp_path_factory.mktemp("made")
    archive_kit.archive(folder / "out", {url(n): body(n) for n in range(NUMBER)})
    for kind in ("articles", "rejects"):
        shutil.rmtree(folder / "out" / kind)
    (folder / "sites").mkdir()
    (folder / "sites" / "local.toml").write_text(
        "family = 'news'\ndomains = ['www.zaoshi.example']\nseeds = ['http://www.zaoshi.example/']\n"
        "article = ['^/a/']\n"
    )
    assert call("reextract", folder / "out", "--processes", "1").status == 0
    return folder


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy" / "out"


def learnt(output: Path) -> Path:
    """Learn; the file of the profile."""
    done = call("learn", output, "--processes", "1")
    assert (done.status, done.err) == (0, ""), done
    assert f"this line ends {NUMBER} texts: {SLOGAN}" in done.out
    return sorted((output / FOLDER / "local").glob("*.json"))[-1]


def reextract(output: Path, *words: str) -> str:
    done = call("reextract", output, "--processes", "1", *words)
    assert (done.status, done.err) == (0, ""), done
    return done.out


def rows(output: Path) -> list[dict[str, Any]]:
    """All but the run and the marks of duplicates, as design.md says."""
    left_out = ["crawl_month", "run_id", "duplicate_of", "near_duplicate_of", "similarity"]
    found: list[dict[str, Any]] = pq.read_table(output / "articles").drop_columns(left_out).to_pylist()
    return sorted(found, key=lambda row: str(row["url"]))


def versions(output: Path) -> set[str]:
    return {row["rules_version"] for row in rows(output)}


def test_what_is_learnt_is_seen_in_the_difference_and_then_in_the_rows(output: Path) -> None:
    before = rows(output)
    assert versions(output) == {RULES_VERSION}
    path = learnt(output)
    assert path.name == f"{TODAY}.json"
    assert SLOGAN not in path.read_text()
    profile = parse_profile(path.read_bytes(), "local")
    assert f"{NUMBER} changed" in reextract(output, "--diff")
    assert rows(output) == before
    reextract(output)
    assert versions(output) == {f"{RULES_VERSION}+{profile.digest}"}
    assert not any(SLOGAN in row["text"] for row in rows(output))
    assert "all is well" in call("verify", output, "--processes", "1").out


def test_a_difference_that_is_put_into_effect_names_the_profile(output: Path) -> None:
    learnt(output)
    reextract(output, "--diff", "--commit")
    assert not any(SLOGAN in row["text"] for row in rows(output))
    assert RULES_VERSION not in versions(output)
    assert "all is well" in call("verify", output, "--processes", "1").out


def test_what_is_learnt_again_is_not_learnt_from_the_rows_of_before(output: Path) -> None:
    path = learnt(output)
    reextract(output)
    assert "as its newest profile says" in call("learn", output, "--processes", "1").out
    assert list(path.parent.iterdir()) == [path]


def test_rows_are_held_to_the_profile_that_they_name(output: Path) -> None:
    path = learnt(output)
    reextract(output)
    assert switch_off(output, "local", TODAY, "for a test") == path.with_name(f"{TODAY}-2.json")
    assert newest_profiles(output, []) == {}
    assert "all is well" in call("verify", output, "--processes", "1").out
    path.unlink()
    done = call("verify", output, "--processes", "1")
    assert (done.status, done.out.count("which is not in state/profiles")) == (1, NUMBER)
    reextract(output)
    assert versions(output) == {RULES_VERSION}
    assert "all is well" in call("verify", output, "--processes", "1").out


@pytest.mark.parametrize("bytes_", [b"", b"{}", serialised("other", TODAY, {}, pages={})])
def test_a_damaged_or_foreign_profile_is_told_and_left_out(output: Path, bytes_: bytes) -> None:
    learnt(output).write_bytes(bytes_)
    assert "is no profile of local" in reextract(output)
    assert versions(output) == {RULES_VERSION}


def test_a_crawl_goes_on_without_a_damaged_profile(tmp_path: Path) -> None:
    for site in ("local", "neighbour"):
        raw = serialised(site, TODAY, {"tails": {"0" * 16: 50}}, pages={"articles": 50})
        path = keep_profile(tmp_path, site, raw, TODAY)
    assert path is not None
    path.write_bytes(path.read_bytes()[:-20])
    run = Run(tmp_path, "news", ["local", "neighbour"])
    try:
        assert list(run.profiles) == ["local"]
        assert [line for line in run.damage if "is no profile of neighbour" in line] == run.damage
    finally:
        run.release()


def test_learning_where_there_is_nothing_says_so(output: Path) -> None:
    shutil.rmtree(output / "warc")
    assert "no WARC files" in call("learn", output, "--processes", "1").err
    assert "no such site" in call("learn", output, "--site", "elsewhere").err


def test_a_take_down_of_the_site_takes_its_profiles_along(output: Path) -> None:
    learnt(output)
    keep_profile(output, "neighbour", serialised("neighbour", TODAY, {}, pages={}), TODAY)
    assert call("forget", output, "--site", "local").status == 0
    assert [path.name for path in (output / FOLDER).iterdir()] == ["neighbour"]


def learning(output: Path) -> None:
    """In this process."""
    assert call("learn", output, "--processes", "1").status == 0


def test_killed_at_any_step_the_old_profile_or_the_new_one_is_there(output: Path, tmp_path: Path) -> None:
    old = switch_off(output, "local", date(2026, 1, 2), "for a test")
    assert old is not None
    shutil.copytree(output.parent, tmp_path / "once")
    for step in dying.moments("tests.test_learn:learning", tmp_path / "once" / "out", 4):
        folder = tmp_path / f"killed-{step}"
        shutil.copytree(output.parent, folder)
        assert dying.dies(step, "tests.test_learn:learning", folder / "out")
        damage: list[str] = []
        newest_profiles(folder / "out", damage)
        assert damage == []
        learning(folder / "out")
        assert [path.name for path in sorted((folder / "out" / FOLDER / "local").glob("*.json"))] == [
            old.name,
            f"{TODAY}.json",
        ]


def test_a_crawl_reads_with_the_profile_of_its_start_and_reextraction_gives_its_rows(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with serving() as web:
        sites = web.write_sites(tmp_path / "sites")
        web.show(**{f"n{n}": [(200, body(n))] for n in range(3)})
        tails = {key: 50 for page in observed([(url(1), body(1).decode())]) for key in page.lines[-2:]}
        containers = {page.container: 50 for page in observed([(url(1), body(1).decode())])}
        raw = serialised("local", TODAY, {"tails": tails, "containers": containers}, pages={"articles": 50})
        keep_profile(output, "local", raw, TODAY)
        done = crawl("news", sites, output)
        assert done.returncode == 0, done.stderr
    live = rows(output)
    digest = parse_profile(raw, "local").digest
    assert [row["rules_version"] for row in live] == [f"{RULES_VERSION}+{digest}"] * 3
    assert [span["rule"] for row in live for span in row["removed"]] == ["site_line"] * 3
    assert "all is well" in call("verify", output, "--processes", "1", sites=sites).out
    assert call("reextract", output, "--processes", "1", sites=sites).status == 0
    assert rows(output) == live


def test_a_profile_that_no_longer_knows_the_pages_is_switched_off() -> None:
    counts = SiteCounts(profile="1a2b3c4d")
    for number in range(40):
        counts.cover(number % 4 > 0)
    section = sections({"local": counts}, {}, {})["local"]
    assert outdated(section, []) is None  # too few pages
    assert outdated(section, [section]) == "the profile 1a2b3c4d knows the container of 60 of the last 80 articles"
    assert outdated(section, [{**section, "profile": "ffffffff"}]) is None  # those were read with another
    assert outdated({**section, "profile": None, "covered": {}}, [section]) is None


def test_a_crawl_switches_it_off_and_tells(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with serving() as web:
        sites = web.write_sites(tmp_path / "sites")
        web.show(**{f"n{n}": [(200, body(n))] for n in range(52)})
        raw = serialised("local", TODAY, {"containers": {"html>body>div.elsewhere": 50}}, pages={"articles": 50})
        keep_profile(output, "local", raw, TODAY)
        done = crawl("news", sites, output)
    assert done.returncode == 3, done.stderr
    assert "knows the container of 0 of the last 52 articles: it is switched off" in done.stderr
    assert newest_profiles(output, []) == {}
    assert len(list((output / FOLDER / "local").glob("*.json"))) == 2
