"""Of which rows the duplicate index has the texts, by what its segments say: none is opened, and numpy not imported."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from pipelines.dataset.manifest import Manifest, manifests_in_force
from pipelines.version import SIGNATURE_VERSION


def is_current(output: Path) -> bool:
    """Whether index.open_index() has nothing to read from parts, so that it takes no time to speak of."""
    found: Counter[str] = Counter()
    for path in (output / "state" / "duplicates").glob("*/info.json"):
        if not path.is_file():
            return False
        try:
            info = json.loads(path.read_bytes())
            if info["version"] == SIGNATURE_VERSION:
                found.update({str(run): int(rows) for run, rows in info["runs"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return False  # the index mends it
    return found == Counter({run: rows_of(manifest) for run, manifest in manifests_in_force(output).items()})


def rows_of(manifest: Manifest) -> int:
    """The articles of a run."""
    return manifest.rows("articles")
