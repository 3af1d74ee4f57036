"""docs/sites.md: the table of supported sites, made from crawler/sites: `python -m crawler.siteconfig.table`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crawler.siteconfig.site import FAMILIES, SHIPPED, Site, load_sites

SITES = SHIPPED
PAGE = Path(__file__).parents[2] / "docs" / "sites.md"
BEGIN, END = "<!-- table -->", "<!-- end -->"


def table(sites: Mapping[str, Site]) -> str:
    """A Markdown table, by family and name."""
    lines = ["| family | site | hosts | articles | lists |", "| --- | --- | --- | --- | --- |"]
    for site in sorted(sites.values(), key=lambda site: (FAMILIES.index(site.family), site.name)):
        # A "|" inside a pattern would end the cell.
        articles, lists = (
            " ".join(f"`{pattern.pattern}`" for pattern in patterns).replace("|", "\\|") or "as paged from the seeds"
            for patterns in (site.article, site.follow)
        )
        lines.append(f"| {site.family} | {site.name} | {' '.join(site.domains)} | {articles} | {lists} |")
    return "\n".join(lines)


def renewed(page: str, sites: Mapping[str, Site]) -> str:
    """`page` with the table between its two marks replaced."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{table(sites)}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8"), load_sites(SITES)), "utf-8")
