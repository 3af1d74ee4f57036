"""The project's own pages, one or more a skin: raw bytes in tests/fixtures/skins, gold read by a person beside them.

A failing test names the page and the field.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.extract import Outcome
from crawler.extract.decode import decode
from crawler.extract.read import parse
from crawler.extract.templates import SKINS, recognise
from tests.extract_kit import outcome

FOLDER = Path(__file__).parent / "fixtures" / "skins"
GOLD: dict[str, dict[str, Any]] = {p.stem: json.loads(p.read_text("utf-8")) for p in sorted(FOLDER.glob("*.json"))}
_FIELDS = (
    *("title", "text", "published", "source", "author", "editor", "lead"),
    *("category", "template", "charset", "truncated", "next_page"),
)


@cache
def extracted(slug: str) -> Outcome:
    gold = GOLD[slug]
    return outcome((FOLDER / f"{slug}.html").read_bytes(), url=gold["url"], family=gold["family"])


@cache
def source_of(slug: str) -> str:
    return decode((FOLDER / f"{slug}.html").read_bytes()).text


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def test_every_skin_has_a_page_and_every_page_a_gold() -> None:
    assert {skin.name for skin in SKINS} <= {gold["template"] for gold in GOLD.values()}
    assert {page.stem for page in FOLDER.glob("*.html")} == set(GOLD)


@pytest.mark.parametrize("field", _FIELDS)
@pytest.mark.parametrize("slug", GOLD)
def test_a_field_is_as_printed(slug: str, field: str) -> None:
    gold, found = GOLD[slug], extracted(slug)
    assert found.articles, found.reject
    got = found.next_page if field == "next_page" else getattr(found.articles[0], field)
    if field == "text":
        spare = {squeezed(line) for line in gold["optional"]}
        assert [line for line in got.split("\n") if squeezed(line) not in spare] == gold["text"].split("\n")
    else:
        assert got == gold[field]


@pytest.mark.parametrize("slug", [slug for slug, gold in GOLD.items() if gold["must_not"]])
def test_no_furniture_is_in_the_text(slug: str) -> None:
    text = squeezed(extracted(slug).articles[0].text)
    assert [words for words in GOLD[slug]["must_not"] if squeezed(words) in text] == []


@pytest.mark.parametrize("slug", [slug for slug, gold in GOLD.items() if "document" in gold])
def test_the_facts_of_a_document_are_as_printed(slug: str) -> None:
    document = extracted(slug).articles[0].document
    assert document is not None
    assert {name: value for name, value in asdict(document).items() if value is not None} == GOLD[slug]["document"]


@pytest.mark.parametrize("slug", [slug for slug, gold in GOLD.items() if "parts" in gold])
def test_the_parts_of_a_compilation_are_found(slug: str) -> None:
    article = extracted(slug).articles[0]
    got = [(part.kind, article.text[part.start : part.end]) for part in article.parts]
    want = GOLD[slug]["parts"]
    assert [kind for kind, _ in got] == [part["kind"] for part in want]
    assert all(text.startswith(part["starts"]) for (_, text), part in zip(got, want, strict=True))


@pytest.mark.parametrize("skin", SKINS, ids=lambda skin: skin.name)
def test_a_recogniser_says_yes_on_its_own_pages_and_no_on_all_others(skin: Any) -> None:
    says_yes = {slug for slug in GOLD if skin.recognise(parse(source_of(slug)))}
    assert says_yes == {slug for slug, gold in GOLD.items() if gold["template"] == skin.name}


def test_a_page_of_no_known_skin_is_generic() -> None:
    assert recognise(parse("<html><body><div class=content><p>甲</p></div></body></html>")) is None
