"""README.md in OUTPUT_DIR: a dataset card as Hugging Face reads it, written from the data."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler.card.columns import MEANING, type_name
from crawler.card.facts import DatasetFacts
from crawler.display import size
from pipelines.dataset.schema import SCHEMA

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))


def readme(facts: DatasetFacts, *, name: str, contact: str | None) -> str:
    """The card as Markdown with its YAML head. `contact`: of whoever takes take-down requests."""
    environment = Environment(
        loader=PackageLoader("crawler.card"),
        autoescape=False,
        undefined=StrictUndefined,
        finalize=_final,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        number=lambda n: f"{n:,.0f}", percent=lambda share: f"{share:.0%}", day=_day, yaml=_yaml, size=size
    )
    columns = [
        (_code(field.name), _code(type_name(field.type)), facts.filled[field.name], Markup(MEANING[field.name]))
        for field in SCHEMA
    ]
    return environment.get_template("README.md").render(
        name=name,
        contact=contact,
        facts=facts,
        total=facts.total,
        columns=columns,
        category=next((label for limit, label in _SIZES if facts.total["rows"] < limit), "n>10M"),
        stored=sum(part.bytes for part in facts.parts),
    )


def _final(value: Any) -> Any:
    """Strings come from pages: they are escaped, and cannot become a tag, a link or a second line in the Markdown."""
    return markdown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def markdown(text: str, longest: int = 160) -> str:
    """`text` as one line that Markdown shows as it is."""
    line = " ".join(text.split())
    cut = line if len(line) <= longest else line[: longest - 1] + "…"
    return _SPECIAL.sub(r"\\\1", html.escape(cut, quote=False)).replace("://", ":&#8203;//")


def _day(instant: datetime | None) -> Markup:
    return Markup(f"{instant:%Y-%m-%d}" if instant else "unknown")


def _code(name: str) -> Markup:
    return Markup(f"`{name}`")


def _yaml(value: str) -> Markup:
    return Markup(json.dumps(value, ensure_ascii=False))
