"""The floors that extraction does not fall below, next to the digest of the corpus on which they were reached.

    python -m bench.gate                    # table; exit status 1 when a score dropped or a corpus changed
    python -m bench.gate --raise            # what is reached now becomes the floor, in a commit of its own
    python -m bench.gate --raise --lower train.exact dev    # these floors may become lower: one, or all of a corpus

Corpora: the project's own fixtures, and ../shared/pages and ../shared/seeds where they are there, scored by
../shared/score.py. Of ../shared/pages the sites named `train` are those that rules are written on, the sites named
`dev` those that no rule has seen: the difference between the two, which is printed too, says how far the rules
generalise. A score is a share between 0 and 1, the higher the better; `dirty` (share of pages with boilerplate in the
text) and `made_up` (number of values given where the page prints none) are the better the lower.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
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
SPLITS = ("train", "dev")
FIELDS = ("title", "published", "source", "author", "editor")
_MORE = ("lead", "category", "template", "charset", "next_page", "truncated")
_LOWER_IS_BETTER = ("dirty", "made_up")
_TOLERANCE = 0.0005  # floors are written with four digits
_FAMILIES = ("fanwen", "news", "wenku")

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pages with labels: html/<slug>.html and labels/<slug>.json for each slug."""

    html: Path
    labels: Path
    slugs: tuple[str, ...]
    score: Callable[[dict[str, Any], dict[str, Outcome]], list[Scores]]

    def digest(self) -> str:
        """SHA-256 over names and contents of pages and labels."""
        total = hashlib.sha256()
        for path in (folder / f"{slug}{end}" for slug in self.slugs for folder, end in self._files()):
            total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def _files(self) -> tuple[tuple[Path, str], ...]:
        return ((self.html, ".html"), (self.labels, ".json"))


def corpora() -> dict[str, Corpus]:
    """The corpora that are here, by name."""
    found = {"fixtures": Corpus(OWN, OWN, _slugs(OWN), _own)}
    if not (SHARED / "score.py").exists():
        return found
    pages, seeds = SHARED / "pages", SHARED / "seeds"
    if (pages / "SOURCES.tsv").exists():
        table = [line.split("\t") for line in (pages / "SOURCES.tsv").read_text("utf-8").splitlines()]
        split = {columns[0]: columns[-1] for columns in table}
        for name in SPLITS:
            slugs = tuple(slug for slug in _slugs(pages / "labels") if split.get(slug) == name)
            found[name] = Corpus(pages / "html", pages / "labels", slugs, _shared)
    if (seeds / "labels").is_dir():
        found["seeds"] = Corpus(seeds / "html", seeds / "labels", _slugs(seeds / "labels"), _shared)
    return found


def _slugs(labels: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in labels.glob("*.json")))


def measure(name: str) -> Scores:
    """The scores on one corpus, rounded to four digits."""
    corpus = corpora()[name]
    gold = {slug: json.loads((corpus.labels / f"{slug}.json").read_text("utf-8")) for slug in corpus.slugs}
    got = {slug: _process(corpus.html / f"{slug}.html", label) for slug, label in gold.items()}
    rows = corpus.score(gold, got)
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


def _own(gold: dict[str, Any], got: dict[str, Outcome]) -> list[Scores]:
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


def _shared(gold: dict[str, Any], got: dict[str, Outcome]) -> list[Scores]:
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
    if pinned["digest"] != corpora()[name].digest():
        found.append(f"{name}: the corpus has changed; look at the scores, then run python -m bench.gate --raise")
    worse = _worse(scores, pinned["floors"])
    return found + [f"{name}: {key} is {scores.get(key, 0.0)}, the floor {pinned['floors'][key]}" for key in worse]


def raised(name: str, scores: Scores, pinned: Scores, lower: list[str]) -> tuple[Scores, list[str]]:
    """The new floors of a corpus, and what stands against them: scores below their floors that `lower` does not name.

    `lower` names a corpus ("dev") or one of its scores ("dev.exact"). A score within the tolerance keeps its floor.
    """
    below = _worse(scores, pinned)
    refused = [key for key in below if not {name, f"{name}.{key}"} & set(lower)]
    said = [
        f"{name}: {key} is {scores.get(key)}, the floor {pinned[key]}: needs --lower {name}.{key}" for key in refused
    ]
    slightly = [key for key in _worse(scores, pinned, 0.0) if key not in below]
    return scores | {key: pinned[key] for key in slightly}, said


def _worse(scores: Scores, floors: Scores, tolerance: float = _TOLERANCE) -> list[str]:
    """The names of the scores that are on the wrong side of their floor by more than `tolerance`."""
    found = []
    for key, floor in floors.items():
        short = (scores.get(key, 1.0) - floor) if key in _LOWER_IS_BETTER else (floor - scores.get(key, 0.0))
        if short > tolerance:
            found.append(key)
    return found


def gap(train: Scores, dev: Scores) -> Scores:
    """How much better the sites are that rules were written on: train minus dev, of the scores that both have."""
    return {key: round(train[key] - dev[key], 4) for key in train if key in dev and key != "made_up"}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.gate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--raise", dest="renew", action="store_true", help="what is reached now becomes the floor")
    parser.add_argument("--lower", nargs="+", default=[], metavar="NAME", help="with --raise: these may become lower")
    options = parser.parse_args()
    if options.lower and not options.renew:
        parser.error("--lower goes with --raise")
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    reached = {name: measure(name) for name in corpora()}
    unknown = [name for name in options.lower if not _known(name, reached)]
    if unknown:
        parser.error(f"no such score: {', '.join(unknown)}")
    wrong: list[str] = []
    for name, scores in reached.items():
        _show(name, scores)
        if options.renew:
            new, refused = raised(name, scores, floors.get(name, {}).get("floors", {}), options.lower)
            floors[name] = {"digest": corpora()[name].digest(), "floors": new}
            wrong += refused
        else:
            wrong += drops(name, scores, floors)
    if all(name in reached for name in SPLITS):
        _show("train-dev", gap(*(reached[name] for name in SPLITS)))
    if options.renew and not wrong:
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", "utf-8")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def _known(name: str, reached: dict[str, Scores]) -> bool:
    corpus, _, score = name.partition(".")
    return corpus in reached and (not score or score in reached[corpus])


def _show(name: str, scores: Scores) -> None:
    print(f"{name:9}", *(f"{key} {value:g}" for key, value in scores.items()), sep="  ")


if __name__ == "__main__":
    sys.exit(main())
