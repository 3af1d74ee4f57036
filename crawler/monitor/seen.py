"""What a run saw of a site where nothing, or little, became rows: the evidence beside each trouble.

Read from the site's section of the run report, so that the log, the exit line and `scrapy report` say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crawler.siteconfig.site import Site

Section = Mapping[str, Any]
_NAMED = 3  # shapes or hosts that one sentence names


def evidence(site: Site, section: Section) -> list[str]:
    """Lines with sample URLs: seeds without links, links that no pattern takes, patterns and selectors without use."""
    return [
        *(f"seed {url}: {why}" for url, why in section["lost_seeds"].items()),
        *(f"no pattern matches {_times(each)}, e.g. {each['example']}" for each in section["unmatched"]),
        *_hosts(section),
        *(f"{key} matches no link of the {section['lists']} lists read" for key in _without_use(site, section)),
        *(f"[[layout]] {name} found nothing on {section['laid_out']} pages" for name in _blind(site, section)),
        *(f"{kind}: {' '.join(urls)}" for kind, urls in section["samples"].items()),
    ]


def why_nothing(section: Section) -> str:
    """The most likely cause of a run without any article, in words."""
    matched = taken(section, "article")
    lost = section["lost_seeds"]
    if matched:
        return f"{matched} links match `article`, none of them could be fetched (robots.txt? the log says why)"
    if lost:
        (url, why), *more = lost.items()
        why = why.replace(";", ",")  # which ends a sentence of the exit line
        failed = f"the seed {url} failed ({why})" + (f" and {len(more)} more" if more else "")
        others = f", and `article` matches no link of the others{instead(section)}" if section["unmatched"] else ""
        return failed + others
    if section["unmatched"]:
        return f"`article` matches no link of its lists{instead(section)}"
    if section["other_hosts"]:
        return f"its lists link to hosts that are not in `domains` only: {_most_hosts(section)}"
    return "its lists have no links (are they made by a script?)"


def instead(section: Section) -> str:
    """The shapes of the links that no pattern takes, to end a sentence with; "" without any."""
    if not section["unmatched"]:
        return ""
    shapes = ", ".join(_times(each) for each in section["unmatched"][:_NAMED])
    return f": {shapes}, e.g. {section['unmatched'][0]['example']}"


def taken(section: Section, key: str) -> int:
    """Links that the patterns under `key` ("article", "follow") took; 0 in reports of older versions."""
    return sum(number for name, number in section.get("matched", {}).items() if name.partition(" ")[0] == key)


def _times(seen: Mapping[str, Any]) -> str:
    return f"{seen['shape']} × {seen['number']}"


def _hosts(section: Section) -> Iterator[str]:
    if section["other_hosts"]:
        yield f"links to hosts that are not in `domains`: {_most_hosts(section)}"


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
