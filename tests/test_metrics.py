"""What Prometheus is told: over HTTP while a crawl runs, in a file when it has ended; and the alerts that read it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.monitor.counts import SiteCounts
from crawler.monitor.metrics import METRICS, exposition, of_counts, of_reports
from tests.report_kit import articles, night, rejects
from tests.site import serve
from tests.site.crawl import PROJECT, crawl
from tests.site.scaled import Scaled

RULES = PROJECT / "deploy" / "prometheus" / "crawler.rules.yml"

Samples = dict[tuple[str, ...], float]


def samples(text: str) -> Samples:
    """(name, values of the labels) -> value; each family has to have its help and its type."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert family.type in ("counter", "gauge")
        for sample in family.samples:
            name = sample.name
            labels = METRICS[name][1]
            assert set(sample.labels) == set(labels)
            found[(name, *(sample.labels[label] for label in labels))] = sample.value
    return found


def test_counts_of_a_run() -> None:
    counts = SiteCounts(bytes=900, articles=3)
    for status in (200, 200, 404):
        counts.answer("article", status, 0, 1.0)
    counts.answer("list", 200, 0, 2.0)
    counts.rejects.update(["too_short", 'odd"\\\n'])
    counts.failures["ResponseNeverReceived"] += 2
    assert samples(exposition(of_counts("news", {"lanjiang": counts})).decode()) == {
        ("crawler_responses_total", "news", "lanjiang", "200"): 3,
        ("crawler_responses_total", "news", "lanjiang", "404"): 1,
        ("crawler_failures_total", "news", "lanjiang", "ResponseNeverReceived"): 2,
        ("crawler_rejects_total", "news", "lanjiang", "too_short"): 1,
        ("crawler_rejects_total", "news", "lanjiang", 'odd"\\\n'): 1,
        ("crawler_received_bytes_total", "news", "lanjiang"): 900,
        ("crawler_articles_total", "news", "lanjiang"): 3,
    }


def test_health_and_last_success_of_each_site_are_those_of_the_last_runs(tmp_path: Path) -> None:
    def run(number: int, **told: object) -> None:
        night(tmp_path, number, {site: articles(site, number, 3) for site in ("lanjiang", "qinghe")}, **told)  # type: ignore[arg-type]

    run(0)
    run(1, exit_status=3, cause="lanjiang: its lists show 3 articles; lanjiang: blocked")
    run(2, exit_status=4, cause="disk full")
    run(3, exit_status=3, cause="qinghe: blocked", arguments={"url": "http://qinghe.example.org/1.html"})
    (tmp_path / "state" / "runs" / "20261105T023000Z-news-n00009.json").write_text("[]")
    found = samples(exposition(of_reports(tmp_path, "news", "news", ["lanjiang", "qinghe", "new"])).decode())
    at = "crawler_site_last_success_timestamp_seconds"
    assert {key: value for key, value in found.items() if key[0] != at} == {
        ("crawler_site_healthy", "news", "lanjiang"): 0,
        ("crawler_site_healthy", "news", "qinghe"): 1,
    }
    assert found[(at, "news", "qinghe")] - found[(at, "news", "lanjiang")] == 86_400
    run(4, exit_status=3, cause="nothing at all could be fetched: timeout")
    found = samples(exposition(of_reports(tmp_path, "news", "news", ["lanjiang", "qinghe"])).decode())
    assert found[("crawler_site_healthy", "news", "qinghe")] == 0


def test_rejects_are_not_needed_for_a_report(tmp_path: Path) -> None:
    night(tmp_path, 0, {"lanjiang": articles("lanjiang", 0, 1)}, rejects=rejects("lanjiang", 0, "too_short"))
    assert len(of_reports(tmp_path, "news", "news", ["lanjiang"])) == 2


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.mark.slow
def test_a_crawl_tells_its_counts_while_it_runs_and_in_a_file_when_it_has_ended(tmp_path: Path, port: int) -> None:
    file = tmp_path / "news.prom"
    seen: list[Samples] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
                    seen.append(samples(answer.read().decode()))
            except OSError:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with serve(Scaled(60)) as web:
            done = crawl(
                "fanwen",
                web.write_sites(tmp_path / "sites"),
                tmp_path / "out",
                METRICS_PORT=str(port),
                METRICS_FILE=str(file),
                DOWNLOAD_DELAY="0.02",
                CONCURRENT_REQUESTS_PER_DOMAIN="1",
            )
    finally:
        ended.set()
        watcher.join()
    assert done.returncode == 0, done.stderr
    queues = [each[("crawler_queue_urls", "fanwen")] for each in seen]
    assert max(queues) > 10
    answers = [each.get(("crawler_responses_total", "fanwen", "scaled", "200"), 0) for each in seen]
    assert answers == sorted(answers)
    assert len(set(answers)) > 2
    told = samples(file.read_text())
    assert told[("crawler_articles_total", "fanwen", "scaled")] == 60
    assert told[("crawler_run_exit_status", "fanwen")] == 0
    assert told[("crawler_site_healthy", "fanwen", "scaled")] == 1
    success = told[("crawler_site_last_success_timestamp_seconds", "fanwen", "scaled")]
    assert 0 <= told[("crawler_run_end_timestamp_seconds", "fanwen")] - success < 60
    assert [path.name for path in tmp_path.glob("news.prom*")] == ["news.prom"]


@pytest.mark.slow
def test_a_port_that_is_taken_and_a_file_without_a_folder_are_one_line(tmp_path: Path) -> None:
    with serve(Scaled(1)) as web, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        sites, taken = web.write_sites(tmp_path / "sites"), str(other.getsockname()[1])
        for status, settings, said in (
            (1, {"METRICS_PORT": taken}, f"METRICS_PORT={taken}: that port of 127.0.0.1 is taken"),
            (2, {"METRICS_PORT": "70000"}, "METRICS_PORT=70000: a number from 0 to 65535 is needed"),
            (4, {"METRICS_FILE": str(tmp_path / "no" / "x.prom")}, "its folder is not there"),
        ):
            done = crawl("fanwen", sites, tmp_path / "out", **settings)
            assert (done.returncode, len(done.stderr.splitlines())) == (status, 1)
            assert said in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_nobody_pays_for_metrics_who_does_not_want_them() -> None:
    code = "import sys, crawler.commands.crawl, crawler.metrics; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


def test_alerts_name_metrics_and_labels_that_there_are() -> None:
    yaml = pytest.importorskip("yaml")
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    assert set(group) == {"name", "rules"}
    for rule in group["rules"]:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule
        assert {"alert", "expr", "labels", "annotations"} <= set(rule)
        names = re.findall(r"\bcrawler_\w+", rule["expr"])
        assert names
        assert set(names) <= set(METRICS), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        used = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        kept = set(re.findall(r"by \((\w+)\)", rule["expr"]))
        assert used <= (kept or {label for name in names for label in METRICS[name][1]}), rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_operations_tells_each_metric() -> None:
    told = set(re.findall(r"`(crawler_\w+)`", (PROJECT / "docs/operations.md").read_text("utf-8")))
    assert told == set(METRICS)
