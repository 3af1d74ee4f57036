"""deploy/ is what the documentation says, in the words that cron, systemd and logrotate understand."""

from __future__ import annotations

import getpass
import grp
import os
import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from crawler.siteconfig.site import FAMILIES
from crawler.status import Exit
from tests.site import serve
from tests.site.crawl import PROJECT, crawl
from tests.site.scaled import Scaled

pytestmark = pytest.mark.slow

DEPLOY = PROJECT / "deploy"
SYSTEMD = DEPLOY / "systemd"
LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))  # minute, hour, day, month, day of the week


def lines() -> list[str]:
    read = (line.strip() for line in (DEPLOY / "crontab").read_text().splitlines())
    return [line for line in read if line and not line.startswith("#")]


def variables() -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines() if re.match(r"[A-Z]+=", line))


def jobs() -> list[tuple[list[str], str]]:
    """The five fields of time and the command of each line."""
    return [(line.split()[:5], line.split(None, 5)[5]) for line in lines() if not re.match(r"[A-Z]+=", line)]


def test_every_family_has_a_line_that_cron_understands() -> None:
    crawled = re.findall(r"scrapy crawl (\w+)", "\n".join(command for _, command in jobs()))
    assert crawled == ["news", "fanwen", "wenku"]
    for times, command in jobs():
        for field, (least, most) in zip(times, LIMITS, strict=True):
            assert field == "*" or all(least <= int(each) <= most for each in field.split(",")), field
        assert "%" not in command, "cron takes it for the end of the line"
        subprocess.run(["/bin/sh", "-n", "-c", command], check=True)


def test_a_line_of_the_crontab_runs_as_cron_would_run_it_and_asks_for_contact(tmp_path: Path) -> None:
    settings = variables() | {"CRAWLER": str(tmp_path), "OUTPUT": str(tmp_path / "out"), "LOG": str(tmp_path)}
    assert settings["CONTACT"] == ""
    assert set(settings) == {"SHELL", "MAILTO", "CRAWLER", "OUTPUT", "LOG", "CONTACT"}
    for name in ("scrapy.cfg", "crawler", "pipelines", ".venv"):
        (tmp_path / name).symlink_to(PROJECT / name)
    command = jobs()[0][1]
    cron = {"PATH": "/usr/bin:/bin", "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1", **settings}
    done = subprocess.run(
        [settings["SHELL"], "-c", command], cwd="/", env=cron, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert len(done.stderr.splitlines()) == 1
    assert "not crawled anonymously; add -s CONTACT=" in done.stderr


def test_cron_hears_of_trouble_in_one_line_and_of_nothing_else(tmp_path: Path) -> None:
    with serve(Scaled(10)) as web:
        sites = web.write_sites(tmp_path / "sites")
        log = str(tmp_path / "log")
        done = crawl("fanwen", sites, tmp_path, LOG_FILE=log)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        with (sites / "scaled.toml").open("a") as file:
            file.write("expect = { min = 99, max = 999 }\n")
        done = crawl("fanwen", sites, tmp_path, LOG_FILE=log)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "scrapy crawl fanwen: exit status 3: scaled: 10 articles, expected 99 to 999\n"


def test_the_report_is_nightly_and_learn_compact_and_verify_are_monthly_by_cron_and_by_systemd() -> None:
    by_cron = {match[1]: times for times, command in jobs() if (match := re.search(r"scrapy (\w+) +-s", command))}
    assert set(by_cron) == {"report", "learn", "compact", "verify"}
    for name, times in by_cron.items():
        timer = RawConfigParser()
        timer.read(SYSTEMD / f"crawl-upkeep@{name}.timer")
        day = re.fullmatch(r"\*-\*-(\*|\d\d) \d\d:\d\d", timer["Timer"]["OnCalendar"])
        assert day is not None
        assert day[1] == (times[2] if times[2] == "*" else f"{int(times[2]):02}"), name


def test_a_line_of_upkeep_runs_as_cron_would_run_it_and_tells_only_what_is_wrong(tmp_path: Path) -> None:
    for name in ("scrapy.cfg", "crawler", "pipelines", ".venv"):
        (tmp_path / name).symlink_to(PROJECT / name)
    settings = variables() | {"CRAWLER": str(tmp_path), "OUTPUT": str(tmp_path / "out"), "LOG": str(tmp_path)}
    cron = {"PATH": "/usr/bin:/bin", "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1", **settings}

    def work() -> dict[str, tuple[int, str]]:
        done = {}
        for _, command in jobs():
            if found := re.search(r"scrapy (report|compact|verify) ", command):
                ended = subprocess.run(
                    ["/bin/sh", "-c", command], cwd="/", env=cron, capture_output=True, text=True, check=False
                )
                done[found[1]] = ended.returncode, ended.stdout + ended.stderr
        return done

    assert all("no such folder" in said for _, said in work().values())
    with serve(Scaled(10)) as web:
        assert crawl("fanwen", web.write_sites(tmp_path / "sites"), tmp_path / "out").returncode == 0
    (part,) = (tmp_path / "out" / "articles").rglob("*.parquet")
    cron["SITES_DIR"] = str(tmp_path / "sites")
    done = work()
    assert done["report"] == (0, "")
    assert done["compact"] == (0, "")
    part.write_bytes(part.read_bytes()[:-20])
    status, said = work()["verify"]
    assert part.name in said
    assert status == 0  # of `cat`: cron mails what is written


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_every_line_of_the_units(tmp_path: Path) -> None:
    for path in SYSTEMD.iterdir():
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/crawler", str(PROJECT)))
    units = [tmp_path / f"crawl@{family}{kind}" for family in FAMILIES for kind in (".service", ".timer")]
    units += sorted(tmp_path.glob("crawl-upkeep@*.timer"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units, tmp_path / "crawl-alert@.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_knows_each_exit_status() -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read(SYSTEMD / "crawl@.service")
    service = unit["Service"]
    good = {int(each) for each in service["SuccessExitStatus"].split()}
    final = {int(each) for each in service["RestartPreventExitStatus"].split()}
    assert good == {Exit.LOCKED, Exit.INTERRUPTED + 2, Exit.INTERRUPTED + 15}
    assert final == {Exit.USAGE, Exit.UNHEALTHY, Exit.STORAGE}
    assert set(Exit) - {Exit.DONE, Exit.INTERRUPTED} - good - final == {Exit.FAILED}  # what is tried again


def test_operations_explains_each_exit_status_once() -> None:
    table = re.findall(r"^\| ([\d, ]+) \|", (PROJECT / "docs/operations.md").read_text(), re.M)
    told = [int(number) for cell in table for number in cell.split(",")]
    expected = [*(int(each) for each in Exit if each != Exit.INTERRUPTED), 130, 143, 137]
    assert told == expected


@pytest.mark.skipif(not shutil.which("logrotate"), reason="logrotate is not here: apt-get install logrotate")
def test_logrotate_understands_its_file(tmp_path: Path) -> None:
    # The user crawler is made by whoever deploys; logrotate asks for one that is there.
    me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    rules = tmp_path / "crawler"
    rules.write_text((DEPLOY / "logrotate").read_text().replace("su crawler crawler", f"su {me} {group}"))
    rules.chmod(0o644)
    done = subprocess.run(
        ["logrotate", "--debug", "--state", tmp_path / "state", rules],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
