"""Corrects what was read of a page by what is known of its site: where the text of its articles stands, and their title."""

from __future__ import annotations

from crawler.extract.body import is_boilerplate
from crawler.extract.boilerplate import is_byline, is_control, is_editor_line
from crawler.extract.dom import Dom, Line, Node
from crawler.extract.locate import Place
from crawler.extract.paragraphs import assemble
from crawler.extract.profile import Profile, digest_of, known_container, mask, path_of
from crawler.extract.title import MAX_TITLE, Title, fold, repeats

LEAST_PROSE = 20
"""Characters of a line that is restored."""

_FIRST_LINES = 400  # in which the title is looked for


def guided(
    dom: Dom, place: Place | None, chosen: list[int], profile: Profile
) -> tuple[Place | None, list[int], bool | None]:
    """Where the article is, the lines of its text, and whether they are in a known container; null where none is known.

    No lines: what was chosen stands under other titles, too, and there is nothing else.
    """
    covered: bool | None = None
    if profile.dead and chosen and digest_of(assemble(dom, chosen)) in profile.dead:
        chosen = _elsewhere(dom, place, chosen, profile)
    elif chosen and place is not None and profile.containers:
        container = known_container(dom, chosen, profile)
        covered = container is not None
        if container is not None:
            chosen = _restored(dom, place, container, chosen, profile)
    if place is not None and profile.titles:
        place = Place(place.body, _title(dom, place.title, profile), place.until)
    return place, chosen, covered


def _elsewhere(dom: Dom, place: Place | None, chosen: list[int], profile: Profile) -> list[int]:
    """The text in a known container of the page that has nothing of what was chosen; nothing where it has no prose."""
    best: list[int] = []
    most = 0
    for node in dom.nodes:
        if not node.block or any(node.start <= i < node.end for i in chosen):
            continue
        if node.end > node.start and path_of(node) in profile.containers:
            lines = [i for i in range(node.start, node.end) if _is_text(dom.lines[i], place)]
            prose = sum(dom.lines[i].chars for i in lines if _is_prose(dom.lines[i]))
            if prose > most:
                best, most = lines, prose
    return best


def _restored(dom: Dom, place: Place, container: Node, chosen: list[int], profile: Profile) -> list[int]:
    """`chosen` with the lines of prose above its end that the container holds where other pages have prose. What the
    rules leave out behind the end are lists of other news.
    """
    there = set(chosen)
    more = [
        i
        for i in range(container.start, chosen[-1])
        if i not in there
        and _is_prose(dom.lines[i])
        and _is_text(dom.lines[i], place)
        and path_of(dom.lines[i].node, container) in profile.leaves
        and digest_of(mask(dom.lines[i].text, place.title.text)) not in profile.repeated
    ]
    return sorted(there.union(more)) if more else chosen


def _is_prose(line: Line) -> bool:
    return line.punctuation > 0 and line.chars >= LEAST_PROSE and line.linked * 5 <= line.chars


def _is_text(line: Line, place: Place | None) -> bool:
    """Whether it is neither the title nor what the rules know for furniture wherever it stands."""
    return not (
        is_byline(line.text)
        or is_control(line.text)
        or is_editor_line(line.text)
        or is_boilerplate(line)
        or (place is not None and repeats(line, fold(place.title.text)))
    )


def _title(dom: Dom, title: Title, profile: Profile) -> Title:
    """The title, from the place where the site's other pages have theirs."""
    if title.line is None or path_of(dom.lines[title.line].node) not in profile.titles:
        for index, line in enumerate(dom.lines[:_FIRST_LINES]):
            if 2 <= line.chars <= MAX_TITLE and path_of(line.node) in profile.titles:
                return Title(line.own_text(), index)
    return title
