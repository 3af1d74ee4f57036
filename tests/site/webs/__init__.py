"""The three sites of the demo web: 青禾范文网, 澜江新闻网, 豆芽文库."""

from __future__ import annotations

from tests.site.webs.douya import DOUYA
from tests.site.webs.lanjiang import LANJIANG
from tests.site.webs.qinghe import QINGHE

OUTLINES = {outline.name: outline for outline in (QINGHE, LANJIANG, DOUYA)}
