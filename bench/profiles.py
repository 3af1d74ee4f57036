"""Site profiles on whole sites: learnt from one half of a site's pages, tried on the other half.

    python -m bench.profiles CLONES [--labels FOLDER] [--site NAME …]

CLONES holds a Git clone of each repository of SITES, bare or not, as CLONES/<owner>+<name> or
CLONES/<owner>+<name>/repo; one that is absent is passed over. Of each site up to 300 pages are taken, by the digest of
their path. FOLDER holds what a person has said of pages of the second half: <site>/<path with ~ for />.json with title
and text, both null for a page that is no article. Prints for each site the pages that each part of the profile changes,
faults of the labelled pages without and with the profile (a line too much, a line that lacks, a wrong title, a row of
what is no article), how many of them only the profile made, and milliseconds a page.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from crawler.extract import Outcome, Page
from crawler.extract.profile import Profile, parse_profile
from crawler.learn.learning import learn
from crawler.learn.observe import observe
from crawler.sandbox.processor import Processor
from pipelines.process import process_page


class Source(NamedTuple):
    """`pages`: a regular expression on the paths of its articles."""

    repository: str
    commit: str
    pages: str


SITES = {
    "News-Web": Source(
        "343382140/News-Web", "6911545ed2620534dd56e56f29affbc1c1e4c7a9", r"(?!m/|special/|.*list_).*/\d+\.html$"
    ),
    "chenifan.cn": Source(
        "first1b/chenifan.cn", "1cfc05f05278634a55f7c1d570d375641bdfd8eb", r"(?!.*list_)\w+/\d+\.html$"
    ),
    "gansu": Source(
        "28581688/gansu.github.io",
        "621adafcb4f149f088388eed7abac6fefd1e0a98",
        r"(\d+\.html|html/(mtzx|t|lmjs|gslm|qhlm|cpzs)/\d+\.html)$",
    ),
    "gw": Source("wzsx/gw", "c88e1eb19c3dd04c396bf7abf9cfcf900361b7a3", r"(?!.*list_)(wenti|news)/.*?\d+\.html$"),
    "hncic_net": Source(
        "bkichen/hncic_net", "2d9ff406b49bcac723552c708240f44eeced1197", r"(?!.*(index|list_))(?!channels).*\.html$"
    ),
    "lgedu_net": Source("bkichen/lgedu_net", "9ebd6db52e549bb5793f52c37d3744be5bd24036", r"contents/\d+/\d+\.html$"),
    "meiwenwang_news": Source(
        "MeenaMate123/meiwenwang_news", "b693e8ae2e06634502ccbd68c72f05e03966d874", r"meiwen/\d+\.html$"
    ),
    "renshikaoshi": Source(
        "ajiader/renshikaoshi", "6bdd49fb04b1402d4df4eed88b63d5feb8f66515", r"ksbd/.*/soft\d+\.html$"
    ),
    "xuexijingyancom": Source(
        "hslx3y3h/xuexijingyancom", "d43a4773cfeaeea45f0dbb85d78735acca0b231f", r"(?!.*list_).*/\d+\.html$"
    ),
    "xz59-soft": Source("adminrt/xz59", "f637961c205d163832aee4f2b5e158a41586731a", r"soft/\d+\.html$"),
    "xz59": Source("adminrt/xz59", "f637961c205d163832aee4f2b5e158a41586731a", r"(m/)?news/\d+\.html$"),
}
MOST = 300  # pages of a site
_NONE = frozenset[str]()


def pages_of(clones: Path, source: Source) -> Iterator[tuple[str, bytes]]:
    """Paths and bodies of the site's pages, as far as the clone has them."""
    folder = clones / source.repository.replace("/", "+")
    folder = folder / "repo" if (folder / "repo").is_dir() else folder
    if not folder.is_dir():
        return
    git = ["git", "-C", str(folder)]
    listed = subprocess.run(
        [*git, "-c", "core.quotepath=off", "ls-tree", "-r", source.commit], capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")
    entries = [(path, line.split()[2]) for line, _, path in (each.partition("\t") for each in listed.splitlines())]
    chosen = [entry for entry in entries if re.match(source.pages, entry[0])]
    chosen.sort(key=lambda entry: hashlib.sha256(entry[0].encode()).digest())
    with subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        found = 0
        for path, blob in chosen:
            reader.stdin.write(f"{blob}\n".encode())
            reader.stdin.flush()
            head = reader.stdout.readline().split()
            if len(head) == 3:  # else the clone has no such blob
                body = reader.stdout.read(int(head[2]) + 1)[:-1]
                if len(body) >= 500 and found < MOST:
                    found += 1
                    yield path, body


def is_learnt(path: str) -> bool:
    """Whether a page is of the half that is learnt from."""
    return hashlib.sha256(f"h{path.replace('/', '~')}".encode()).digest()[0] % 2 == 0


def page_of(site: str, path: str, body: bytes) -> Page:
    return Page(f"http://www.{site.lower()}.example/{path}", body, "text/html", datetime(2026, 11, 20, 4, tzinfo=UTC))


def told(outcome: Outcome) -> tuple[str | None, str | None]:
    """Title and text; nothing for a reject."""
    return (outcome.articles[0].title, outcome.articles[0].text) if outcome.articles else (None, None)


def parts_of(profile: Profile) -> dict[str, Profile]:
    """The profile with one part each. What a text under several titles gives way to is found by containers."""
    return {
        "container": replace(profile, titles=_NONE, tails=_NONE, dead=_NONE),
        "title": replace(profile, containers={}, tails=_NONE, dead=_NONE),
        "tail": replace(profile, containers={}, titles=_NONE, dead=_NONE),
        "dead": replace(profile, titles=_NONE, tails=_NONE, leaves=_NONE),
    }


def faults(found: tuple[str | None, str | None], gold: dict[str, str | None]) -> set[str]:
    """What is wrong, a sentence each."""
    title, text = found
    if gold["text"] is None or text is None:
        return set() if text == gold["text"] else {"a row" if gold["text"] is None else "no row"}
    have, want = Counter(text.split("\n")), Counter(gold["text"].split("\n"))
    wrong = {f"too much: {line}" for line in have - want} | {f"lacks: {line}" for line in want - have}
    return wrong if title == gold["title"] else wrong | {f"title: {title}"}


def milliseconds(pages: list[Page], profile: Profile | None) -> float:
    """Processor time of a page, the best of three."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for page in pages:
            process_page(page, profile=profile)
        best = min(best, time.process_time() - started)
    return 1000 * best / max(1, len(pages))


def trial(site: str, source: Source, clones: Path, labels: Path | None, *, verbose: bool) -> None:
    pages = list(pages_of(clones, source))
    if not pages:
        print(f"{site:16} no clone of {source.repository}")
        return
    processor = Processor()
    half = [page_of(site, path, body) for path, body in pages if is_learnt(path)]
    seen = [each for page in half if (each := observe(page, None, None, processor)) is not None]
    learnt = learn(seen)
    if learnt.refused:
        print(f"{site:16} {learnt.refused}")
        return
    profile = parse_profile(learnt.profile(site, datetime.now(UTC).date()), site)
    parts, changed, counts = parts_of(profile), Counter[str](), Counter[str]()
    tried = {path: page_of(site, path, body) for path, body in pages if not is_learnt(path)}
    for path, page in tried.items():
        plain, guided = told(process_page(page)), told(process_page(page, profile=profile))
        if guided != plain:
            changed["all"] += 1
            changed.update(name for name, part in parts.items() if told(process_page(page, profile=part)) != plain)
        label = labels / site / f"{path.replace('/', '~')}.json" if labels else None
        if label and label.is_file():
            gold = json.loads(label.read_bytes())
            before, after = faults(plain, gold), faults(guided, gold)
            counts.update(labelled=1, before=len(before), after=len(after), harm=len(after - before))
            counts.update(faulty_before=bool(before), faulty_after=bool(after))
            for fault in sorted(after) if verbose else ():
                print(f"  {path}: {fault[:100]}{' (by the profile)' if fault not in before else ''}")
    some = list(tried.values())[:60]
    print(
        f"{site:16} learnt {learnt.articles:3}, tried {len(tried):3}, changed {changed['all']:3} (container "
        f"{changed['container']}, title {changed['title']}, tail {changed['tail']}, dead {changed['dead']}); labelled "
        f"{counts['labelled']:2}: faulty pages {counts['faulty_before']} -> {counts['faulty_after']}, faults "
        f"{counts['before']} -> {counts['after']}, by the profile {counts['harm']}; ms a page "
        f"{milliseconds(some, None):.2f} -> {milliseconds(some, profile):.2f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.profiles", description=__doc__)
    parser.add_argument("clones", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--site", nargs="*", default=list(SITES), choices=list(SITES))
    parser.add_argument("--verbose", action="store_true", help="every fault that is left")
    options = parser.parse_args()
    for site in options.site:
        trial(site, SITES[site], options.clones, options.labels, verbose=options.verbose)


if __name__ == "__main__":
    main()
