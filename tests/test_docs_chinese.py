"""README.zh-CN.md and docs/zh/ say what the English pages say: the same code, headings, tables, names and numbers.

After a change of an English page the differences that these tests print are what the Chinese one lacks.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PAIRS = {
    "README.md": "README.zh-CN.md",
    "docs/sites.md": "docs/zh/sites.md",
    "docs/operations.md": "docs/zh/operations.md",
}
# The generated table of sites stands in the English page only.
_GENERATED = re.compile(r"^## Supported.*?(?=^## |\Z)|^## 支持的站点.*?(?=^## |\Z)", re.M | re.S)
_COMMENT = re.compile(r"(?:\s+|^)(?:# .*|-- (?:keeps|[一-鿿]).*)$")
_CODE = re.compile(r"(``?)(?!`)(.+?)\1")
_BOUND = re.compile(r"[\d,.]+(?: KB| MB| GB| s)?")
_MESSAGES = ("| line |", "| 提示 |")  # tables of what a person reads, which is another text in each language


@pytest.fixture(params=PAIRS, ids=lambda name: Path(name).stem)
def pages(request: pytest.FixtureRequest) -> tuple[str, str]:
    english, chinese = ((PROJECT / name).read_text("utf-8") for name in (request.param, PAIRS[request.param]))
    return _GENERATED.sub("", english), _GENERATED.sub("", chinese)


def code(text: str) -> list[str]:
    """The indented lines, without comments and without what is said of the folders of output/."""
    lines: list[str] = []
    for block in re.findall(r"(?<=\n\n)(?:(?: {4,}\S.*)?\n)+", text):
        lines += [_COMMENT.sub("", line.strip()) for line in block.splitlines() if line.strip()]
    return [line.split()[0] if line.startswith("output/") else line for line in lines]


def tables(text: str) -> list[list[list[str]]]:
    """The cells of each row of each table, without the row of dashes."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.splitlines()]
        found.append([[cell.strip() for cell in row] for row in (rows[0], *rows[2:])])
    return found


def names(text: str) -> Counter[str]:
    return Counter(span for _, span in _CODE.findall(text))


def test_the_code_is_the_same(pages: tuple[str, str]) -> None:
    english, chinese = map(code, pages)
    missing, only_chinese = Counter(english) - Counter(chinese), Counter(chinese) - Counter(english)
    assert (sorted(missing), sorted(only_chinese)) == ([], [])
    assert english == chinese


def test_the_headings_are_as_many(pages: tuple[str, str]) -> None:
    english, chinese = (re.findall(r"^(#+) (.+)", text, re.M) for text in pages)
    assert [level for level, _ in english] == [level for level, _ in chinese], (english, chinese)


def test_the_tables_have_the_same_rows_with_the_same_names_and_numbers(pages: tuple[str, str]) -> None:
    english, chinese = map(tables, pages)
    assert [len(table) for table in english] == [len(table) for table in chinese]
    for one, other in zip(english, chinese, strict=True):
        for row, translated in zip(one, other, strict=True):
            assert len(row) == len(translated), (row, translated)
            for cell, told in zip(row, translated, strict=True):
                if _BOUND.fullmatch(cell) or _BOUND.fullmatch(told):
                    assert cell == told, (row, translated)
            if one[0][0] != "line":
                assert set(names(" ".join(row))) == set(names(" ".join(translated))), (row, translated)


def test_commands_settings_and_files_named_in_the_text_are_the_same(pages: tuple[str, str]) -> None:
    """Of names outside of tables: each that one page has, the other has, too."""
    english, chinese = (set(names(" ".join(re.sub(r"^\|.*\n", "", text, flags=re.M).split()))) for text in pages)
    missing = {name for name in english - chinese if "×" not in name}
    only_chinese = {name for name in chinese - english if "×" not in name}
    assert (sorted(missing), sorted(only_chinese)) == ([], [])


def test_settings_are_the_same(pages: tuple[str, str]) -> None:
    english, chinese = (set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b", text)) for text in pages)
    assert (sorted(english - chinese), sorted(chinese - english)) == ([], [])


@pytest.mark.parametrize(("english", "chinese"), PAIRS.items())
def test_each_page_leads_to_the_other_language(english: str, chinese: str) -> None:
    for one, other in ((english, chinese), (chinese, english)):
        page = PROJECT / one
        first = page.read_text("utf-8").split("\n\n")[1]
        [link] = re.findall(r"\]\(([^)]+)\)", first)
        assert (page.parent / link).resolve() == (PROJECT / other).resolve()
