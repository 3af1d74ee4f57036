"""What commands share that look at a dataset and write a file about it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crawler.commands.status import RefusedError
from crawler.run import OutputError, output_folder
from pipelines.manifest import ManifestError, load_manifests
from pipelines.parts import sync_folder


def dataset_folder(setting: str) -> Path:
    """OUTPUT_DIR of a command that only looks at it. Raises RefusedError when it is not there."""
    try:
        output = output_folder(setting)
    except OutputError as error:
        raise RefusedError(str(error)) from error
    if not output.is_dir():
        raise RefusedError(f"OUTPUT_DIR={output}: no such folder")
    return output


def tell_of_damage(command: str, output: Path) -> None:
    """One line on stderr for a manifest that is none: the rows can be looked at all the same."""
    try:
        load_manifests(output)
    except ManifestError as error:
        print(f"scrapy {command}: {error}", file=sys.stderr)


def write_text(path: Path, text: str) -> Path:
    """A reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    # A lone surrogate of a hostile page must not cost the report.
    with draft.open("w", encoding="utf-8", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
    return path
