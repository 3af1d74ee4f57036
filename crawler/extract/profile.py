"""What the pages of a site have in common, learnt from them (`scrapy learn`), as data. It quotes no page: texts and lines
are kept as digests.
"""

# Not compiled: mypyc cannot unpickle frozen dataclasses, and profiles go from process to process.

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from crawler.extract.dom import Dom, Line, Node
from crawler.language import message

VERSION = 1
TABLES = ("containers", "leaves", "titles", "tails", "repeated", "dead")
LARGEST = 1 << 20  # bytes of a profile's file
LAST_LINES = 8
"""Of a text; among these the lines are looked for that end the texts of a site. They are not counted themselves."""

_SENTENCE = re.compile("[。！？；!?;]")

_MOST = 2_000  # entries of one kind
_LONGEST = 4_000  # characters of one
_DIGITS = re.compile(r"\d+")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+|[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org)\b[/\w.?=&%#-]*",
    re.I | re.A,
)
_HEX = re.compile(r"[0-9a-f]{16}")


class ProfileError(ValueError):
    """A file is no profile of this site; the message says why."""


@dataclass(frozen=True, slots=True)
class Profile:
    """`digest` is the part of rules_version that names it. What is not known of a site is empty.

    `containers`: paths of nodes that hold the text of articles, with the number of pages that said so. `leaves`: paths
    from there to lines of prose. `titles`: paths of titles. `tails`: digests of masked lines that end the texts;
    `repeated`: of those that several pages have beside their text. `dead`: digests of texts that stand under several
    titles.
    """

    site: str
    since: date
    digest: str
    containers: Mapping[str, int]
    leaves: frozenset[str]
    titles: frozenset[str]
    tails: frozenset[str]
    repeated: frozenset[str]
    dead: frozenset[str]

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.containers or self.titles or self.tails or self.dead)

    @property
    def tables(self) -> tuple[frozenset[str], ...]:
        """What it says, however many pages have said it."""
        return frozenset(self.containers), self.leaves, self.titles, self.tails, self.repeated, self.dead


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def mask(line: str, title: str) -> str:
    """What a line has in common with its like on other pages: without title, addresses, digits and white space."""
    masked = line.replace(title, "\x01") if title else line
    return "".join(_DIGITS.sub("0", _ADDRESS.sub("\x02", masked)).split())


def is_paragraph(line: str) -> bool:
    """Whether a line is prose of the author's: no line of the site is looked for above the last of these."""
    return len(line) >= 20 and _SENTENCE.search(line) is not None


def path_of(node: Node, top: Node | None = None) -> str:
    """The way to `node`, from the root or from `top`: tags with ids and classes, their digits masked."""
    steps = []
    walked: Node | None = node
    while walked is not None and walked is not top:
        steps.append(_step(walked.tag, walked.names))
        walked = walked.parent
    return ">".join(reversed(steps))


@lru_cache(maxsize=16384)
def _step(tag: str, names: tuple[str, ...]) -> str:
    return ".".join((tag, *(_DIGITS.sub("0", name) for name in names)))[:_LONGEST]


def common_node(lines: list[Line]) -> Node:
    """The smallest node around all of the lines that may hold other paragraphs as well."""
    node = lines[0].node
    for line in lines[1:]:
        while not line.node.within(node) and node.parent is not None:
            node = node.parent
    while node.tag in ("p", "li", "h1", "h2", "h3", "h4") and node.parent is not None:
        node = node.parent
    return node


def serialised(
    site: str, since: date, tables: Mapping[str, Mapping[str, int]], *, pages: Mapping[str, int], note: str = ""
) -> bytes:
    """The bytes of a profile's file. `tables`: of TABLES, each entry with the number of pages that speak for it; `pages`
    counts those that were read. Without tables it is a profile that changes nothing; `note` says why.
    """
    content: dict[str, Any] = {"version": VERSION, "site": site, "from": since.isoformat(), "note": note}
    content["pages"] = dict(pages)
    for name in TABLES:
        content[name] = dict([*tables.get(name, {}).items()][:_MOST])
    content["digest"] = _digest(content)
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def parse_profile(raw: bytes, site: str) -> Profile:
    """Raises ProfileError for bytes that serialised() did not make, or made for another site."""
    if len(raw) > LARGEST:
        raise ProfileError(message("larger than {number} bytes", number=LARGEST))
    try:
        stored = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ProfileError(message("no JSON")) from error
    if not isinstance(stored, dict) or stored.get("version") != VERSION:
        raise ProfileError(message("no profile of version {number}", number=VERSION))
    digest = stored.pop("digest", None)
    if digest != _digest(stored):
        raise ProfileError(message("its digest does not match"))
    if stored.get("site") != site:
        raise ProfileError(message("a profile of another site"))
    try:
        found = Profile(
            site,
            date.fromisoformat(stored["from"]),
            str(digest)[:8],
            _counted(stored["containers"]),
            frozenset(_counted(stored["leaves"])),
            frozenset(_counted(stored["titles"])),
            frozenset(map(_hex, _counted(stored["tails"]))),
            frozenset(map(_hex, _counted(stored["repeated"]))),
            frozenset(map(_hex, _counted(stored["dead"]))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProfileError(message("not what a profile holds: {error}", error=repr(error))) from error
    return found


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _counted(stored: Any) -> dict[str, int]:
    if not isinstance(stored, dict) or len(stored) > _MOST:
        raise ValueError("no table, or too long a one")
    return {_text(key): int(value) for key, value in stored.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST * 10:
        raise ValueError("no text")
    return value


def _hex(value: str) -> str:
    if not _HEX.fullmatch(value):
        raise ValueError("no digest")
    return value


def known_container(dom: Dom, chosen: list[int], profile: Profile) -> Node | None:
    """The container around most of the chosen lines that most pages of the site have; None where none is known."""
    if not chosen:
        return None
    best: Node | None = None
    votes = 0
    node: Node | None = dom.lines[chosen[len(chosen) // 2]].node
    while node is not None:
        said = profile.containers.get(path_of(node), 0)
        if said > votes:
            inside = sum(dom.lines[i].chars for i in chosen if node.start <= i < node.end)
            if inside * 2 > sum(dom.lines[i].chars for i in chosen):
                best, votes = node, said
        node = node.parent
    return best
