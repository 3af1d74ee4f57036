"""What a run saw of a site where nothing, or little, became rows: the evidence beside each trouble.

Read from the site's section of the run report, so that the log, the exit line and `scrapy report` say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crawler.language import message
from crawler.siteconfig.site import Site

Section = Mapping[str, Any]
_NAMED = 3  # shapes or hosts that one sentence names


def evidence(site: Site, section: Section) -> list[str]:
    """Lines with sample URLs: seeds without links, links that no pattern takes, patterns and selectors without use."""
    return [
        *(message("seed {url}: {why}", url=url, why=why) for url, why in section["lost_seeds"].items()),
        *(
            message("no pattern matches {shapes}, e.g. {example}", shapes=_times(each), example=each["example"])
            for each in section["unmatched"]
        ),
        *_hosts(section),
        *(
            message("{pattern} matches no link of the {lists} lists read", pattern=pattern, lists=section["lists"])
            for pattern in _without_use(site, section)
        ),
        *(
            message("[[layout]] {name} found nothing on {pages} pages", name=name, pages=section["laid_out"])
            for name in _blind(site, section)
        ),
        *(f"{kind}: {' '.join(urls)}" for kind, urls in section["samples"].items()),
    ]


def why_nothing(section: Section) -> str:
    """The most likely cause of a run without any article, in words."""
    matched = taken(section, "article")
    lost = section["lost_seeds"]
    if matched:
        return message(
            "{matched} links match `article`, none of them could be fetched (robots.txt? the log says why)",
            matched=matched,
        )
    if lost:
        (url, why), *more = lost.items()
        why = why.replace(";", ",")  # which ends a sentence of the exit line
        others = message(", and `article` matches no link of the others{instead}", instead=instead(section))
        return message(
            "the seed {url} failed ({why}){more}{others}",
            url=url,
            why=why,
            more=message(" and {number} more", number=len(more)) if more else "",
            others=others if section["unmatched"] else "",
        )
    if section["unmatched"]:
        return message("`article` matches no link of its lists{instead}", instead=instead(section))
    if section["other_hosts"]:
        return message("its lists link to hosts that are not in `domains` only: {hosts}", hosts=_most_hosts(section))
    return message("its lists have no links (are they made by a script?)")


def instead(section: Section) -> str:
    """The shapes of the links that no pattern takes, to end a sentence with; "" without any."""
    return message(": {shapes}, e.g. {example}", **_unmatched(section)) if section["unmatched"] else ""


def not_taken(section: Section) -> str:
    """The same in brackets."""
    if not section["unmatched"]:
        return ""
    return message(" (no pattern matches {shapes}, e.g. {example})", **_unmatched(section))


def _unmatched(section: Section) -> dict[str, str]:
    first, *_ = section["unmatched"]
    return {"shapes": ", ".join(map(_times, section["unmatched"][:_NAMED])), "example": first["example"]}


def taken(section: Section, key: str) -> int:
    """Links that the patterns under `key` ("article", "follow") took; 0 in reports of older versions."""
    return sum(number for name, number in section.get("matched", {}).items() if name.partition(" ")[0] == key)


def _times(seen: Mapping[str, Any]) -> str:
    return f"{seen['shape']} × {seen['number']}"


def _hosts(section: Section) -> Iterator[str]:
    if section["other_hosts"]:
        yield message("links to hosts that are not in `domains`: {hosts}", hosts=_most_hosts(section))


def _most_hosts(section: Section) -> str:
    return ", ".join(f"{host} × {number}" for host, number in [*section["other_hosts"].items()][:_NAMED])


def _without_use(site: Site, section: Section) -> Iterator[str]:
    if section["lists"]:
        for key, patterns in (("article", site.article), ("follow", site.follow)):
            for pattern in patterns:
                if not section["matched"].get(f"{key} {pattern.pattern}"):
                    yield f"`{key}` {pattern.pattern}"


def _blind(site: Site, section: Section) -> Iterator[str]:
    if section["laid_out"]:
        yield from (name for name in selectors(site) if not section["selected"].get(name))


def selectors(site: Site) -> list[str]:
    """The fields for which the site's newest layout has a selector."""
    if not site.layouts:
        return []
    layout = site.layouts[-1]
    return [name for name in layout.__dataclass_fields__ if name != "until" and getattr(layout, name)]
