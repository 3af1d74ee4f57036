"""The long form of tests/test_kill9.py: python -m bench.kill9 [--articles 3000] [--kills 100] [--seed 1] [--hostile]

With --hostile hosts that send what no server should are crawled along (tests/odd_hosts.py). Prints the figures as
JSON; exit status 1 when anything was lost, doubled or wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from tests.kill9 import IN_FLIGHT, run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hostile", action="store_true", help="together with hosts whose answers are odd")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill9-") as folder:
        figures = run(Path(folder), asked.articles, asked.kills, asked.seed, odd=asked.hostile)
    kills = len(figures.kills)
    shown = asdict(figures) | {"kills": kills, "at": Counter(kill.rpartition(" ")[0] for kill in figures.kills)}
    print(json.dumps(shown, ensure_ascii=False, indent=1))
    bad = figures.lost or figures.doubled or figures.open or figures.wrong or figures.twice > kills * IN_FLIGHT
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
