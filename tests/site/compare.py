"""A row of the dataset against the truth of its article: what differs, in words."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.extract.url import canonical_url
from tests.site.truth import Truth

_GB = {"gb2312", "gbk", "gb18030"}
_NAMES = ("title", "lead", "published", "source", "author", "editor")


def differences(row: Mapping[str, Any], truth: Truth) -> list[str]:
    """One line for each field that is not as the page prints it.

    Text is compared without white space and without the lines that a fair extractor may keep or drop; blocks of 文库
    pages may come as one paragraph.
    """
    found = [
        f"{name}: {row[name]!r} instead of {getattr(truth, name)!r}"
        for name in _NAMES
        if _squeeze(row[name] or "\0") != _squeeze(getattr(truth, name) or "\0")
    ]
    found += _text(row["text"], truth)
    if [canonical_url(one["url"]) for one in row["captures"]] != [canonical_url(url) for url in truth.pages]:
        found.append(f"captures: {[one['url'] for one in row['captures']]}")
    if row["page_count"] != len(truth.pages):
        found.append(f"page_count: {row['page_count']} instead of {len(truth.pages)}")
    if truth.category is not None and tuple(row["category"]) != truth.category:
        found.append(f"category: {row['category']} instead of {truth.category}")
    if truth.truncated is not None and row["truncated"] != truth.truncated:
        found.append(f"truncated: {row['truncated']}")
    if _charset(row["charset"]) != _charset(truth.charset):
        found.append(f"charset: {row['charset']} instead of {truth.charset}")
    return found + _parts(row, truth) + _document(row["document"] or {}, truth)


def _text(text: str, truth: Truth) -> list[str]:
    spare = {_squeeze(line) for line in truth.optional}
    got, want = (_kept(lines, spare) for lines in (text.split("\n"), truth.text.split("\n")))
    if got == want:
        return []
    at = next((n for n, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), min(len(got), len(want)))
    around = slice(max(0, at - 10), at + 30)
    return [f"text: at {at} of {len(want)} (got {len(got)}): {got[around]!r} instead of {want[around]!r}"]


def _kept(lines: Iterable[str], spare: set[str]) -> str:
    return "".join(line for line in map(_squeeze, lines) if line not in spare)


def _parts(row: Mapping[str, Any], truth: Truth) -> list[str]:
    got = [(part["kind"], row["text"][part["start"] : part["end"]]) for part in row["parts"] or []]
    if [kind for kind, _ in got] != [part.kind for part in truth.parts]:
        return [f"parts: {[kind for kind, _ in got]} instead of {[part.kind for part in truth.parts]}"]
    return [
        f"parts: {text[:30]!r} does not begin with {part.starts[:30]!r}"
        for (_, text), part in zip(got, truth.parts, strict=True)
        if part.starts[:30] not in text[:90]  # a heading may stand in front
    ]


def _document(got: Mapping[str, Any], truth: Truth) -> list[str]:
    return [f"document.{k}: {got.get(k)!r} instead of {v!r}" for k, v in truth.document.items() if got.get(k) != v]


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _charset(name: str) -> str:
    """One name for each family: GB2312 and GBK are parts of GB18030, Big5 of Big5-HKSCS."""
    known = codecs.lookup(name).name
    if known.startswith("big5"):
        return "big5"
    return "gb18030" if known in _GB else known.removesuffix("-le")
