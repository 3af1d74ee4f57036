"""Pages a second of process_page and of the best known extractors: same pages, same run, processor time of one core.

    python -m bench.extract [--pages FOLDER] [--rounds 3]
    CORE_PLAIN=1 python -m bench.extract --profile      the functions that take the most time, of the core as Python

FOLDER holds .html files; by default ../shared/pages/html, or the project's fixtures where that is absent. The others
are in the [bench] extra; what is not installed is left out. They are given decoded text (decoding is not timed for
them, it is for process_page). "lxml parse" builds the tree and does nothing else: the floor of everything here.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib.util
import logging
import pstats
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from crawler.extract import Page
from crawler.extract.decode import decode
from crawler.native import built
from pipelines.process import process_page

PROJECT = Path(__file__).resolve().parents[1]
_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)

Extractor = Callable[[bytes, str], object]


def ours(body: bytes, _: str) -> object:
    return process_page(Page("http://www.example.cn/a/1.html", body, "text/html", _NOON))


def bare_parse(_: bytes, text: str) -> object:
    return etree.fromstring(text.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8", huge_tree=True))


def others() -> dict[str, Extractor]:
    """Those that are installed."""
    found: dict[str, Extractor] = {}
    if importlib.util.find_spec("resiliparse"):
        from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

        found["resiliparse main_content"] = lambda _, text: extract_plain_text(text, main_content=True)
    if importlib.util.find_spec("trafilatura"):
        import trafilatura  # noqa: PLC0415

        found["trafilatura bare_extraction"] = lambda _, text: trafilatura.bare_extraction(text, with_metadata=True)
    if importlib.util.find_spec("gne"):
        from gne import GeneralNewsExtractor  # noqa: PLC0415

        gne = GeneralNewsExtractor()
        found["GNE extract"] = lambda _, text: gne.extract(text)
    if importlib.util.find_spec("readability"):
        from readability import Document  # noqa: PLC0415

        found["readability summary"] = lambda _, text: Document(text).summary()
    return found


def measured(extractor: Extractor, pages: list[tuple[bytes, str]], rounds: int) -> tuple[float, float, int]:
    """Best round's pages a second, the slowest page in milliseconds (its best of the rounds), pages that raised."""
    best, slowest, raised = 0.0, [float("inf")] * len(pages), 0
    for _ in range(rounds):
        total, raised = 0.0, 0
        for index, (body, text) in enumerate(pages):
            started = time.process_time()
            try:
                extractor(body, text)
            except Exception:
                raised += 1
            spent = time.process_time() - started
            total += spent
            slowest[index] = min(slowest[index], spent)
        best = max(best, len(pages) / total)
    return best, 1000 * max(slowest), raised


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.extract", description=__doc__)
    shared = PROJECT.parent / "shared" / "pages" / "html"
    fixtures = PROJECT / "tests" / "fixtures" / "skins"
    parser.add_argument("--pages", type=Path, default=shared if shared.is_dir() else fixtures)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    bodies = [path.read_bytes() for path in sorted(args.pages.glob("*.html"))]
    pages = [(body, decode(body).text.replace("\0", "")) for body in bodies]
    for body, text in pages[:20]:
        ours(body, text)  # patterns compiled, caches warm
    if args.profile:
        _profile(pages)
        return 0
    core = "compiled" if built() else "plain Python"
    size = sum(map(len, bodies)) / len(bodies) / 1000
    print(f"{len(pages)} pages of {size:.0f} KB, best of {args.rounds} rounds, the core {core}")
    print(f"{'':28} {'pages/s':>8} {'ms/page':>8} {'slowest':>8} {'raised':>6}  process_page is")
    base = 0.0
    for name, extractor in {"process_page": ours, "lxml parse": bare_parse, **others()}.items():
        rounds = args.rounds if name in ("process_page", "lxml parse") else 1
        speed, slowest, raised = measured(extractor, pages, rounds)
        base = base or speed
        print(f"{name:28} {speed:8.0f} {1000 / speed:8.2f} {slowest:8.1f} {raised:6}  {base / speed:.1f} x", flush=True)
    return 0


def _profile(pages: list[tuple[bytes, str]]) -> None:
    """The five functions of process_page that take the most time themselves."""
    profile = cProfile.Profile()
    profile.enable()
    for body, text in pages:
        ours(body, text)
    profile.disable()
    entries = sorted(pstats.Stats(profile).stats.items(), key=lambda entry: -entry[1][2])  # type: ignore[attr-defined]
    total = sum(entry[1][2] for entry in entries)
    for (path, line, name), (_, calls, own, _, _) in entries[:5]:
        print(f"{own / total:6.1%} {calls:8}  {name} {Path(path).name}:{line}")


if __name__ == "__main__":
    sys.exit(main())
