"""What a CMS skin is: how its pages are told and where it puts the parts of an article."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.dom import Document


class Sign:
    """Something by which a page of the skin is told; all that is given here must be on the page.

    Each of `names` is a group of ids and classes in lower case, separated by spaces: one of every group. `loads` is part
    of the address of a script or a style sheet, `generator` of <meta name="generator">, both in lower case; `source` is
    part of the page's source, `title` of its <title>, `og_url` of <meta property="og:url">.
    """

    __slots__ = ("_generator", "_groups", "_loads", "_og_url", "_source", "_title")

    def __init__(
        self, *names: str, loads: str = "", generator: str = "", source: str = "", title: str = "", og_url: str = ""
    ) -> None:
        self._groups = tuple(frozenset(group.split()) for group in names)
        self._loads = loads
        self._generator = generator
        self._source = source
        self._title = title
        self._og_url = og_url

    def on(self, doc: Document) -> bool:
        """Whether the page has it."""
        present = doc.names.keys()
        for group in self._groups:  # a loop, not any(): this runs fifty times a page
            if present.isdisjoint(group):
                return False
        return (
            self._loads in doc.loads
            and (not self._generator or self._generator in " ".join(doc.meta.get("generator", ())).lower())
            and self._title in doc.title
            and (not self._og_url or self._og_url in doc.meta.get("og:url", [""])[0])
            and self._source in doc.source
        )


@dataclass(frozen=True, slots=True)
class Skin:
    """Selectors are "#id", ".class" or "tag.class" in lower case; the first that matches wins. Every part is optional:
    what a skin does not name, the generic way finds.
    """

    name: str
    vendor: str
    signs: tuple[Sign, ...]  # one of them is enough
    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    accounts: bool = False  # a platform of self-published accounts: an unlabelled name is the account's
    documents: bool = False  # a 文库: its pages show files

    def recognise(self, doc: Document) -> bool:
        """Whether the page is made with this skin."""
        return any(sign.on(doc) for sign in self.signs)
