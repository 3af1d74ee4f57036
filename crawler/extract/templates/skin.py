"""What a CMS skin knows: how to recognise its pages and where it puts the parts of an article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crawler.extract.dom import Document


@dataclass(frozen=True, slots=True)
class Skin:
    """Selectors are "#id", ".class" or "tag.class" in lower case; the first that matches wins. Every part is optional:
    what a skin does not name, the generic way finds.
    """

    name: str
    vendor: str
    recognise: Callable[[Document], bool]
    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    accounts: bool = False  # a platform of self-published accounts: an unlabelled name is the account's


def named(doc: Document, *names: str) -> bool:
    """Whether any of these ids or classes is on the page."""
    return not doc.names.keys().isdisjoint(names)


def generator(doc: Document) -> str:
    """What <meta name="generator"> says, in lower case."""
    return " ".join(doc.meta.get("generator", ())).lower()
