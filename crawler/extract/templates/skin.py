"""What is known of a CMS skin: the signs of its pages and the places of the parts of an article."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.dom import Dom


class Sign:
    """A sign of a page of the skin. All that is given here must be on the page.

    Each of `names` is a group of ids and classes in lower case, separated by spaces, of which one must be there. `loads`
    is part of the address of a script or style sheet, `generator` of <meta name="generator">, both in lower case;
    `source` is part of the page's source, `title` of its <title>, `og_url` of <meta property="og:url">.
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

    @property
    def first(self) -> frozenset[str]:
        """The first of its groups of names; a page without any of them does not have the sign."""
        return self._groups[0] if self._groups else frozenset()

    def on(self, dom: Dom) -> bool:
        """Whether the page has the sign."""
        present = dom.names.keys()
        for group in self._groups:
            if present.isdisjoint(group):
                return False
        return (
            self._loads in dom.loads
            and (not self._generator or self._generator in " ".join(dom.meta.get("generator", ())).lower())
            and self._title in dom.title
            and (not self._og_url or self._og_url in dom.meta.get("og:url", [""])[0])
            and self._source in dom.source
        )


@dataclass(frozen=True, slots=True)
class Skin:
    """One skin. Selectors are "#id", ".class" or "tag.class" in lower case; the first that matches wins. A part for which
    the skin has no selector is found as on pages of no known skin.
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
    accounts: bool = False  # a platform of self-published accounts: a name without a label is the account's
    thread: bool = False  # a forum: of several bodies the first is the text, the others answer it
    documents: bool = False  # a 文库: its pages show the text of files

    def recognise(self, dom: Dom) -> bool:
        """Whether the page is made with this skin."""
        return any(sign.on(dom) for sign in self.signs)
