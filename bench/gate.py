"""The floors that extraction does not fall below, next to the digest of the corpus on which they were reached.

    python -m bench.gate            # table; exit status 1 when a score dropped or a corpus changed
    python -m bench.gate --raise    # what is reached now becomes the floor: on purpose, in a commit of its own

Corpora: the project's own fixtures, and ../shared/pages and ../shared/seeds where they are there, scored by
../shared/score.py. A score is a share between 0 and 1, the higher the better, but `dirty` (share of pages with
boilerplate in the text) and `made_up` (values given where the page prints none).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import re
import sys
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from crawler.extract import Outcome, Page
from pipelines.process import process_page

PROJECT = Path(__file__).resolve().parents[1]
FLOORS = PROJECT / "bench" / "floors.json"
OWN = PROJECT / "tests" / "fixtures" / "skins"
SHARED = PROJECT.parent / "shared"
FIELDS = ("title", "published", "source", "author", "editor")
_MORE = ("lead", "category", "template", "charset", "next_page", "truncated")
_LOWER_IS_BETTER = ("dirty", "made_up")
_TOLERANCE = 0.0005  # floors are written with four digits
_FAMILIES = ("fanwen", "news", "wenku")

Scores = dict[str, float]


def corpora() -> dict[str, tuple[Path, Path]]:
    """Folder of the pages and folder of the labels of each corpus that is here."""
    found = {"fixtures": (OWN, OWN)}
    for name in ("pages", "seeds"):
        if (SHARED / "score.py").exists() and (SHARED / name / "labels").is_dir():
            found[name] = (SHARED / name / "html", SHARED / name / "labels")
    return found


def digest(html: Path, labels: Path) -> str:
    """SHA-256 over names and contents of pages and labels."""
    total = hashlib.sha256()
    for path in sorted({*html.glob("*.html"), *labels.glob("*.json")}):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def measure(name: str) -> Scores:
    """The scores on one corpus, rounded to four digits."""
    html, labels = corpora()[name]
    gold = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(labels.glob("*.json"))}
    got = {slug: _process(html / f"{slug}.html", label) for slug, label in gold.items()}
    rows = _own(gold, got) if name == "fixtures" else _shared(gold, got)
    scores = {key: sum(row[key] for row in rows) / sum(key in row for row in rows) for key in rows[0]}
    scores["made_up"] = float(sum(row["made_up"] for row in rows))
    others = [got[slug] for slug, label in gold.items() if label.get("kind") != "article"]
    if others:
        scores["rejected"] = sum(not outcome.articles for outcome in others) / len(others)
    return {key: round(value, 4) for key, value in scores.items()}


def _process(path: Path, label: dict[str, Any]) -> Outcome:
    url = label.get("url") or f"http://www.example.cn/{path.stem}.html"
    page = Page(url, path.read_bytes(), "text/html", datetime(2026, 11, 20, tzinfo=UTC))
    return process_page(page, family=label["family"] if label["family"] in _FAMILIES else None)


def _own(gold: dict[str, Any], got: dict[str, Outcome]) -> list[dict[str, float]]:
    rows = []
    for slug, label in gold.items():
        article = got[slug].articles[0] if got[slug].articles else None
        found = {**(asdict(article) if article else {}), "next_page": got[slug].next_page}
        spare = {_squeezed(line) for line in label["optional"]}
        lines = [line for line in (found.get("text") or "").split("\n") if _squeezed(line) not in spare]
        text = _squeezed("".join(lines))
        row = {key: float(found.get(key) == label[key]) for key in (*FIELDS, *_MORE)}
        row["text"] = float(lines == label["text"].split("\n"))
        row["dirty"] = float(any(_squeezed(words) in text for words in label["must_not"]))
        row["made_up"] = float(sum(bool(found.get(key)) and not label[key] for key in FIELDS))
        rows.append(row)
    return rows


def _shared(gold: dict[str, Any], got: dict[str, Outcome]) -> list[dict[str, float]]:
    score = _score()
    rows = []
    for slug, label in gold.items():
        if label.get("kind") != "article" or not label.get("text"):
            continue
        article = got[slug].articles[0] if got[slug].articles else None
        found = {**(asdict(article) if article else {}), "next_page": got[slug].next_page}
        text, want = found.get("text") or "", label["text"]
        _, _, f1 = score.body_score(text, want, label.get("optional") or [])
        unwanted = [score.squeeze(words) for words in label.get("must_not") or []]
        row = {key: float(score.same(key, found.get(key), label.get(key))) for key in FIELDS}
        row["f1"], row["exact"] = f1, float(f1 >= 0.995)
        row["dirty"] = float(any(w and w in score.squeeze(text) and w not in score.squeeze(want) for w in unwanted))
        row["made_up"] = float(sum(bool(found.get(key)) and not label.get(key) for key in FIELDS))
        facts = score.facts(found, label)
        row["facts"] = sum(facts.values()) / len(facts) if facts else 1.0
        rows.append(row)
    return rows


def _score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", SHARED / "score.py")
    if spec is None or spec.loader is None:
        raise ImportError(SHARED / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def drops(name: str, scores: Scores, floors: dict[str, Any]) -> list[str]:
    """What is worse than its floor, in words; a corpus that is not the one of the floors is told as well."""
    pinned = floors.get(name)
    if pinned is None:
        return [f"{name}: no floors yet"]
    found = []
    if pinned["digest"] != digest(*corpora()[name]):
        found.append(f"{name}: the corpus has changed; look at the scores, then run python -m bench.gate --raise")
    for key, floor in pinned["floors"].items():
        value = scores.get(key, 0.0)
        worse = value > floor + _TOLERANCE if key in _LOWER_IS_BETTER else value < floor - _TOLERANCE
        if worse:
            found.append(f"{name}: {key} is {value}, the floor {floor}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--raise", dest="renew", action="store_true", help="what is reached now becomes the floor")
    renew = parser.parse_args().renew
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    wrong: list[str] = []
    for name, folders in corpora().items():
        scores = measure(name)
        print(f"{name:9}", *(f"{key} {value:g}" for key, value in scores.items()), sep="  ")
        if renew:
            floors[name] = {"digest": digest(*folders), "floors": scores}
        else:
            wrong += drops(name, scores, floors)
    if renew:
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", "utf-8")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
