"""`scrapy report`: one page that tells a person what to look at, whatever the sites put on theirs."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.display import size
from crawler.report.page import render
from crawler.report.trouble import span
from pipelines.dataset.locks import Lock
from tests.browser import chromium, needs_chromium, screenshot
from tests.report_kit import NIGHT, articles, night, rejects
from tests.site.crawl import scrapy

pytestmark = pytest.mark.slow

HOSTILE = "</script></style></title><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"


def words(page: str) -> list[str]:
    """The sentences of the trouble section."""
    [section] = re.findall(r'<section class="trouble.*?</section>', page, re.S)
    return [re.sub("<[^>]+>", "", line) for line in re.findall(r"<li.*?</li>", section, re.S)]


def history(output: Path, nights: int = 5) -> None:
    for number in range(nights):
        found = rejects("lanjiang", number, "list_page", "too_short")
        night(output, number, {"lanjiang": articles("lanjiang", number, 40)}, rejects=found)


def last_night(output: Path, nights: int = 5, hours: float = 1) -> str:
    return render(output, now=NIGHT + timedelta(days=nights - 1, hours=hours))


def test_a_good_night_is_all_well(tmp_path: Path) -> None:
    history(tmp_path)
    page = last_night(tmp_path)
    assert words(page) == []
    assert "<h2>All well</h2>" in page
    assert "<b>200</b>articles" in page


def test_nothing_crawled_yet_is_said(tmp_path: Path) -> None:
    page = render(tmp_path)
    assert "No crawl yet" in page
    assert "<title>No crawl yet" in page
    assert 'class="trouble empty"' in page  # not in the colour of "All well"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 seconds"), (1.2, "1 second"), (59.6, "1 minute"), (90, "2 minutes"), (3600, "60 minutes"),
     (7200, "2 hours"), (100_000, "28 hours"), (86_400 * 4, "4 days")],
)  # fmt: skip
def test_durations_are_for_persons(seconds: float, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(("seconds", "unit"), [(2.0, "Seconds"), (600.0, "Minutes"), (20_000.0, "Hours")])
def test_the_chart_of_durations_has_a_unit_that_fits(tmp_path: Path, seconds: float, unit: str) -> None:
    night(tmp_path, 0, {"lanjiang": articles("lanjiang", 0, 3)}, seconds=seconds)
    assert f"<b>{unit}</b>" in render(tmp_path)


def test_a_crawl_that_failed_says_its_cause(tmp_path: Path) -> None:
    history(tmp_path)
    night(tmp_path, 5, {"lanjiang": articles("lanjiang", 5, 40)}, exit_status=4, cause="disk full")
    [line] = words(last_night(tmp_path, 6))
    assert line == "news: the crawl of 06 Nov 02:30 UTC ended with exit status 4: disk full"


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            {"responses": {"article": {"200": 33, "429": 9}}},
            "9 of 42 answers were refusals (9 with 429): crawl it slower",
        ),
        ({"failures": {"TimeoutError": 8}}, "8 requests got no answer (TimeoutError)"),
        ({"rejects": {"broken": 2}}, "pages that met a bug in the extraction (reject reason broken): 2"),
    ],
)
def test_what_a_site_did_is_told(tmp_path: Path, section: dict[str, Any], expected: str) -> None:
    found = rejects("lanjiang", 0, "list_page", "too_short")
    night(tmp_path, 0, {"lanjiang": articles("lanjiang", 0, 40)}, rejects=found, sections={"lanjiang": section})
    assert words(last_night(tmp_path, 1)) == [f"lanjiang: {expected}"]


def test_what_health_said_stands_site_by_site(tmp_path: Path) -> None:
    cause = "lanjiang: 3 articles, expected 30 to 200; sohu: 0 % of articles have 'author'; nothing else"
    sites = {"lanjiang": articles("lanjiang", 0, 3), "sohu": articles("sohu", 0, 3)}
    night(tmp_path, 0, sites, exit_status=3, cause=cause)
    assert words(last_night(tmp_path, 1)) == [
        "lanjiang: 3 articles, expected 30 to 200",
        "sohu: 0 % of articles have &#39;author&#39;",
        "news: nothing else",
    ]


def test_a_share_far_below_the_usual_is_in_colour(tmp_path: Path) -> None:
    history(tmp_path)
    assert 'class="n low"' not in last_night(tmp_path)
    night(tmp_path, 5, {"lanjiang": articles("lanjiang", 5, 20, source=None)})
    [cell] = re.findall(r'<td class="n low".*', last_night(tmp_path, 6))
    assert cell == '<td class="n low" title="usually 100%">0%'


def test_a_page_fetched_by_hand_is_no_history(tmp_path: Path) -> None:
    history(tmp_path)
    night(tmp_path, 5, {"lanjiang": articles("lanjiang", 5, 1)}, arguments={"url": "http://x/"}, exit_status=3)
    page = last_night(tmp_path, 6)
    assert words(page) == []
    assert '<td class="n">40\n<td class="n faint">40' in page


def test_two_nights_are_no_history(tmp_path: Path) -> None:
    history(tmp_path, 2)
    night(tmp_path, 2, {"lanjiang": articles("lanjiang", 2, 30, source=None)})
    assert 'class="n low"' not in last_night(tmp_path, 3)


def test_a_cron_job_that_went_silent_is_noticed(tmp_path: Path) -> None:
    history(tmp_path)
    assert words(last_night(tmp_path, hours=60)) == []
    assert words(last_night(tmp_path, hours=61)) == ["news: no crawl for 61 hours; there used to be one every 24 hours"]


@pytest.mark.parametrize("value", ["Infinity", "NaN", "1e999", "null", "[]", '"x"'])
def test_a_report_with_a_number_that_is_none_is_left_out_alone(tmp_path: Path, value: str) -> None:
    history(tmp_path)
    path = max((tmp_path / "state" / "runs").iterdir())
    report = json.loads(path.read_bytes())
    path.write_text(json.dumps(report | {"seconds": "here"}).replace('"here"', value))
    assert f"state/runs/{path.name}: is no run report and was left out" in words(last_night(tmp_path))


def test_files_that_dead_crawls_left_are_named(tmp_path: Path) -> None:
    history(tmp_path)
    (tmp_path / "warc" / "news" / "news-1-00000-abcdef.warc.gz.open").touch()
    (tmp_path / "state" / "runs" / "zz.json").write_text('{"run_id": ')
    assert words(last_night(tmp_path)) == [
        "state/runs/zz.json: is no run report and was left out",
        "news-1-00000-abcdef.warc.gz.open: was left open by a crawl that died; the next crawl repairs it",
    ]
    lock = Lock(tmp_path, "run-20261101T000000Z-news-abcdef")  # and one that a living crawl writes is not
    assert len(words(last_night(tmp_path))) == 1
    lock.release(remove=True)


def test_the_peak_of_requests_is_read_from_the_archive(tmp_path: Path) -> None:
    """Whatever became of the rows since: made again by a run with another id, compacted."""
    rows = articles("lanjiang", 0, 40, run_id="20261201T000000Z-reextract-ffffff")
    rows[7].captures[0].fetched_at = rows[8].captures[0].fetched_at
    night(tmp_path, 0, {"lanjiang": rows})
    assert '<td class="n">0.5\n<td class="n">2\n' in last_night(tmp_path, 1)


def test_the_page_needs_nothing_from_anywhere(tmp_path: Path) -> None:
    history(tmp_path)
    page = last_night(tmp_path)
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert " style=" not in page
    assert not re.findall(r"""(?:src|href|url)\s*[=(]""", page)
    assert page.count("<svg") >= 10
    assert len(page) < 200_000


@needs_chromium
def test_what_a_page_says_is_shown_and_never_run(tmp_path: Path) -> None:
    found = rejects("lanjiang", 0, "too_short", detail=HOSTILE)
    rows = articles("lanjiang", 0, 2, title=HOSTILE, template=HOSTILE, charset=HOSTILE)
    night(tmp_path, 0, {"lanjiang": rows}, rejects=found, cause=HOSTILE, exit_status=4)
    (tmp_path / "page.html").write_text(last_night(tmp_path, 1))
    dom = chromium(f"file://{tmp_path}/page.html", "--dump-dom")
    assert "<title>1 to look at – crawl report</title>" in dom
    assert not re.search(r"<(script|img)\b", dom)
    # Title twice, detail (cut), cause twice; template and charset in a chart are cut to 18 characters.
    assert dom.count("&lt;script&gt;document.title='run'") >= 5


@needs_chromium
def test_light_dark_and_phone(tmp_path: Path) -> None:
    history(tmp_path)
    (tmp_path / "page.html").write_text(last_night(tmp_path))
    url = f"file://{tmp_path}/page.html"
    light = screenshot(url, tmp_path / "light.png").read_bytes()
    dark = screenshot(url, tmp_path / "dark.png", dark=True).read_bytes()
    assert light != dark
    # Nothing but the tables, which scroll by themselves, may be wider than the screen.
    probe = (
        (tmp_path / "page.html")
        .read_text()
        .replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'")
    )
    script = "<script>document.title = document.documentElement.scrollWidth - innerWidth</script></body>"
    (tmp_path / "probe.html").write_text(probe.replace("</body>", script))
    assert "<title>0</title>" in chromium(f"file://{tmp_path}/probe.html", "--dump-dom", width=500)


def test_the_command_says_where_the_page_is(tmp_path: Path) -> None:
    history(tmp_path)
    done = scrapy("report", settings={"OUTPUT_DIR": str(tmp_path)})
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path}/reports/index.html\n", "")
    assert (tmp_path / "reports" / "index.html").read_text().startswith("<!doctype html>")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    ("arguments", "output", "complaint"),
    [
        (["report", "now"], "", "scrapy report: no argument 'now'; usage: scrapy report [-s OUTPUT_DIR=…]"),
        (["report"], "none", "scrapy report: OUTPUT_DIR={}: no such folder"),
    ],
)
def test_mistakes_are_one_line_and_status_2(tmp_path: Path, arguments: list[str], output: str, complaint: str) -> None:
    done = scrapy(*arguments, settings={"OUTPUT_DIR": str(tmp_path / output)})
    assert (done.returncode, done.stderr) == (2, complaint.format(tmp_path / output) + "\n")


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    history(tmp_path)
    [first, *_] = sorted((tmp_path / "articles").rglob("*.parquet"))
    first.write_bytes(first.read_bytes()[:100])
    done = scrapy("report", settings={"OUTPUT_DIR": str(tmp_path)})
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert first.name in done.stderr


def test_sizes_are_for_persons() -> None:
    assert [size(n) for n in (0, 999, 1000, 1_234_567, 5e12)] == ["0 B", "999 B", "1.0 kB", "1.2 MB", "5.0 TB"]
