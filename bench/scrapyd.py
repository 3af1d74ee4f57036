"""Deploys the project to a scrapyd on loopback and lets it crawl: python -m bench.scrapyd [--articles N]

scrapyd and scrapyd-client (the extra "scrapyd") and what the crawler needs are installed into an environment of their
own, but not the crawler: scrapyd gets it as the egg that scrapyd-deploy makes, and runs it from inside that zip file.
Then schedule.json starts a spider over a site on loopback, and its rows are counted. Exit status 1 when one is missing.
"""

from __future__ import annotations

import argparse
import configparser
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.site import serve
from tests.site.crawl import PROJECT, SETTINGS, rows
from tests.site.scaled import Scaled

WAIT = 300.0  # seconds, for scrapyd to start and for the crawl
_JOB = ("pending", "running", "finished")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scrapyd-") as name, serve(Scaled(asked.articles)) as web:
        folder = Path(name)
        programs = environment(folder / "venv")
        with running(programs, folder) as port:
            deployed = deploy(programs, folder / "project", port)
            settings = SETTINGS | {"SITES_DIR": str(web.write_sites(folder / "sites"))}
            state = crawl(port, folder, settings)
        found = len(rows(folder / "scrapyd" / "output"))
    print(json.dumps({"deployed": deployed, "job": state, "articles": asked.articles, "rows": found}, indent=1))
    return 0 if found == asked.articles else 1


def environment(folder: Path) -> Path:
    """A new environment with scrapyd and the crawler's requirements; the folder of its programs."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    needed = [*project["optional-dependencies"]["scrapyd"], *project["dependencies"]]
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *needed], check=True)
    return folder / "bin"


@contextmanager
def running(programs: Path, folder: Path) -> Iterator[int]:
    """A scrapyd with `folder`/scrapyd as its working folder, at a free port, which is yielded."""
    home = folder / "scrapyd"
    home.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"bind_address": "127.0.0.1", "http_port": port, "poll_interval": 0.5}
    (home / "scrapyd.conf").write_text("[scrapyd]\n" + "".join(f"{name} = {settings[name]}\n" for name in settings))
    log = home / "log"
    with (
        log.open("wb") as file,
        subprocess.Popen([programs / "scrapyd"], cwd=home, stdout=file, stderr=file) as process,
    ):
        try:
            _await(log, process)
            yield port
        finally:
            process.terminate()


def _await(log: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in _until(WAIT):
        assert process.poll() is None, log.read_text()
        if "Site starting on" in log.read_text():
            return
    raise AssertionError(log.read_text())


def deploy(programs: Path, project: Path, port: int) -> Any:
    """What scrapyd answers to scrapyd-deploy of a copy of this checkout."""
    for name in ("crawler", "pipelines"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("builds", "__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, project)
    targets = configparser.ConfigParser()
    targets.read(PROJECT / "scrapy.cfg")
    targets["deploy"]["url"] = f"http://127.0.0.1:{port}/"
    with (project / "scrapy.cfg").open("w") as file:
        targets.write(file)
    command = [programs / "python", programs / "scrapyd-deploy"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def crawl(port: int, folder: Path, settings: Mapping[str, str]) -> str:
    """Schedule the spider and wait for its end: "finished"."""
    words = [("project", "crawler"), ("spider", "fanwen"), *(("setting", f"{key}={settings[key]}") for key in settings)]
    job = _ask(port, "POST", "/schedule.json", urlencode(words))["jobid"]
    state = "nowhere"
    for _ in _until(WAIT):
        jobs = _ask(port, "GET", "/listjobs.json?project=crawler")
        state = next((state for state in _JOB if any(each["id"] == job for each in jobs[state])), "nowhere")
        if state == "finished":
            break
    print("".join(path.read_text() for path in (folder / "scrapyd" / "logs").rglob("*.log")), file=sys.stderr)
    return state


def _ask(port: int, method: str, path: str, form: str | None = None) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, form, {"Content-Type": "application/x-www-form-urlencoded"} if form else {})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["status"] == "ok", answer
    return answer


def _until(seconds: float) -> Iterator[None]:
    """Two looks a second for so long: scrapyd tells nobody when something has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
