"""What a check comes upon, and what every check of one `scrapy verify` needs to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crawler.language import about
from crawler.sandbox.processor import Processor
from crawler.siteconfig.site import Folders


@dataclass(frozen=True, slots=True)
class Finding:
    """`where`: a file, or a file and a row; `what` is wrong there, in words for a person."""

    where: str
    what: str

    def __str__(self) -> str:
        return str(self.line())

    def line(self) -> str:
        return about(self.where, self.what)


@dataclass(slots=True)
class Checked:
    """The result of one check, or of all together.

    `rows` (and rejects) and `records` were looked at, of which `superseded` have no row; `reextracted` rows were made
    again from their records, and `other_rules` were not, because another version of the rules has made them.
    """

    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    records: int = 0
    superseded: int = 0
    reextracted: int = 0
    other_rules: int = 0

    def add(self, other: Checked) -> None:
        self.findings += other.findings
        self.rows += other.rows
        self.records += other.records
        self.superseded += other.superseded
        self.reextracted += other.reextracted
        self.other_rules += other.other_rules


@dataclass(frozen=True, slots=True)
class Scope:
    """What is checked. `scratch`: a folder for what checks hand on to coverage; `reextract`: make each row again, by
    `processor`."""

    output: Path
    sites_dir: Folders
    scratch: Path
    reextract: bool
    processor: Processor = field(default_factory=Processor)


@dataclass(frozen=True, slots=True)
class Check:
    """A piece of work for one process; `weight`, roughly in bytes, is its share of the progress."""

    work: Callable[[Scope], Checked]
    weight: int
