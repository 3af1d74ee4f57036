"""state/runs/<run>.json: what a run did, site by site. For people, `scrapy report` and the health of later runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.language import counted, message, stored
from crawler.monitor.counts import SiteCounts
from crawler.monitor.errors import ComponentErrors
from crawler.monitor.health import of_site
from pipelines.dataset.manifest import write_json

_MOST = 1 << 53  # of anything: more is no count
_COUNTED = ("rejects", "failures", "templates", "fields")
_MAY_BE_NULL = ("frontier", "characters")  # not known, or no article
_NEWER = ("matched", "selected", "covered")  # reports of older versions do not have them
_REASONS = (message("finished"), message("shutdown"), message("not started"))
LOOK_BACK = 90  # reports; a site that no run of its family has been at for so long begins a new history


def sections(
    counts: Mapping[str, SiteCounts], stats: Mapping[str, Any], frontier: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """One section a site: its counts, those of the frontier where they are known, and why the run ended for it."""
    made = {}
    for name, each in counts.items():
        section = each.as_dict()
        section["blocked"] = stats.get(f"site/{name}/blocked", 0)
        section["dropped_links"] = dropped_links(name, stats)
        section["many_lists"] = stats.get(f"site/{name}/many_lists", 0)
        section["frontier"] = dict(frontier[name]) if name in frontier else None
        section["end"] = _end(section, stats)
        made[name] = section
    return made


def dropped_links(site: str, stats: Mapping[str, Any]) -> dict[str, int]:
    """Links of the site that were not followed, by reason, the most frequent first."""
    prefix = f"site/{site}/dropped/"
    found = {name.removeprefix(prefix): int(number) for name, number in stats.items() if name.startswith(prefix)}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def write(
    output: Path,
    *,
    run_id: str,
    family: str,
    started: datetime,
    repaired: Sequence[str],
    failed_alone: Sequence[str],
    status: int,
    causes: Sequence[str],
    stats: Mapping[str, Any],
    sites: Mapping[str, Mapping[str, Any]],
    arguments: Mapping[str, str],
) -> Path:
    """The report's path; its texts are English, and `messages` has what they are made of. Raises OSError."""
    finished = datetime.now(UTC)
    report = {
        "run_id": run_id,
        "family": family,
        "arguments": dict(arguments),
        "started": started,
        "finished": finished,
        "seconds": round((finished - started).total_seconds(), 3),
        "exit_status": int(status),
        "cause": "; ".join(causes),
        "repaired": list(repaired),
        "failed_alone": list(failed_alone),
        "sites": sites,
        "stats": dict(sorted(stats.items())),
        "messages": stored([*causes, *(line for section in sites.values() for line in section.get("seen", ()))]),
    }
    return write_json(output, f"state/runs/{run_id}.json", report)


def history(output: Path, family: str, before: str, limit: int) -> dict[str, list[dict[str, Any]]]:
    """Sections of earlier runs by site, the newest first, at most `limit` a site.

    Runs that fetched one page by hand (-a url=…) are left out, and files that are no reports.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for report in _reports(output, family, before):
        if "url" not in report["arguments"]:
            for name, section in report["sites"].items():
                sections = found.setdefault(name, [])
                if len(sections) < limit and _is_section(section):
                    sections.append(section)
    return found


def _reports(output: Path, family: str, before: str) -> Iterator[dict[str, Any]]:
    """Run ids begin with the time of the start, so their order is that of the runs."""
    paths = sorted((output / "state" / "runs").glob(f"*-{family}-*.json"), reverse=True)
    for path in [path for path in paths if path.stem < before and path.is_file()][:LOOK_BACK]:
        try:
            report = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue  # a damaged report of an old run must not fail this one
        if isinstance(report, dict) and all(isinstance(report.get(name), dict) for name in ("sites", "arguments")):
            yield report


def _is_section(stored: Any) -> bool:
    """Whether the health check can compare with it."""
    if not isinstance(stored, dict):
        return False
    counts = [*(stored.get(name) for name in ("articles", "joined_pages")), stored.get("laid_out", 0)]
    for name in (*_COUNTED, *_MAY_BE_NULL, *_NEWER):
        if name in _NEWER and name not in stored:
            continue
        values = stored.get(name)
        if values is None and name in _MAY_BE_NULL:
            continue
        if not isinstance(values, dict) or (name == "characters" and "median" not in values):
            return False
        counts += values.values()
    return all(isinstance(count, int | float) and 0 <= count < _MOST for count in counts)


def failed_alone(sites: Mapping[str, Mapping[str, Any]], damage: Sequence[str], errors: ComponentErrors) -> list[str]:
    """A line for each unit, or kind of unit, that could not be handled while the rest went on."""
    lines = list(damage)
    for name, section in sites.items():
        if broken := section["rejects"].get("broken", 0):
            told = counted(
                "{number} page could not be handled (a reject with the reason 'broken')",
                "{number} pages could not be handled (rejects with the reason 'broken')",
                broken,
            )
            lines.append(of_site(name, told))
    if errors.number:
        lines.append(
            counted(
                "an error in a component: {first}",
                "{number} errors in components, the first: {first}",
                errors.number,
                first=errors.examples[0],
            )
        )
    return lines


def _end(section: Mapping[str, Any], stats: Mapping[str, Any]) -> str:
    reason = ended(str(stats.get("finish_reason", "not started")))
    frontier = section["frontier"]
    if reason != "finished" or frontier is None or not frontier["pending"]:
        return message("drained") if reason == "finished" and frontier else reason
    if section["rests"]:
        return message("resting: {why}", why=section["rests"][-1])
    spent = [name.removeprefix("frontier/budget/") for name in stats if name.startswith("frontier/budget/")]
    return message("budget: {spent}", spent=", ".join(spent)) if spent else message("left to another worker")


def ended(reason: str) -> str:
    """Why a crawl ended: the name that Scrapy or a component gave it, as a message where it is a usual one."""
    return next((each for each in _REASONS if each == reason), reason)
