"""`scrapy card`: what a stranger has to know before using the dataset, for people and for machines."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.output import dataset_folder, write_text
from crawler.status import Exit, RefusedError

NAME = "Articles of Chinese template sites"


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--name NAME] [-s CONTACT=…]"

    def short_desc(self) -> str:
        return "Write OUTPUT_DIR/README.md (a dataset card) and croissant.json from the data"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--name", metavar="NAME", default=NAME, help="of the dataset (default: %(default)s)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            if args:
                raise RefusedError(f"no argument {args[0]!r}; usage: scrapy card {self.syntax()}")
            if not opts.name.strip() or not opts.name.isprintable():
                raise RefusedError(f"--name {opts.name!r}: a name in one line is needed")
            for path in write_card(dataset_folder(self.settings["OUTPUT_DIR"]), opts.name, self.settings["CONTACT"]):
                print(path)
            if not self.settings["CONTACT"]:
                print("scrapy card: no CONTACT for take-down requests; add -s CONTACT=…", file=sys.stderr)
        except RefusedError as refusal:
            print(f"scrapy card: {refusal}", file=sys.stderr)
            self.exitcode = refusal.status
        except OSError as error:
            print(f"scrapy card: {error}", file=sys.stderr)
            self.exitcode = Exit.STORAGE


def write_card(output: Path, name: str, contact: str | None) -> list[Path]:
    """Replace both files. Raises RefusedError when the dataset cannot be read or a README.md is somebody else's."""
    # Scrapy imports all commands for each of them: what only this one needs comes here.
    import duckdb  # noqa: PLC0415

    from crawler.card.croissant import croissant  # noqa: PLC0415
    from crawler.card.facts import facts  # noqa: PLC0415
    from crawler.card.readme import readme  # noqa: PLC0415

    card = output / "README.md"
    if card.exists() and "`scrapy card`" not in card.read_text(encoding="utf-8", errors="replace"):
        raise RefusedError(f"{card} was not written by scrapy card: move it away first")
    try:
        found = facts(output)
    except (duckdb.Error, ValueError) as error:
        raise RefusedError(f"{output}: {str(error).splitlines()[0]}", Exit.STORAGE) from error
    described = croissant(found, name=name, contact=contact)
    return [
        write_text(card, readme(found, name=name, contact=contact)),
        write_text(output / "croissant.json", json.dumps(described, ensure_ascii=False, indent=1) + "\n"),
    ]
