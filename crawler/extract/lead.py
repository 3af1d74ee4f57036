"""The lead (导语, 摘要, 内容简介): a summary printed before the text."""

from __future__ import annotations

import re
from typing import Final

from crawler.extract.dom import Dom, Line
from crawler.extract.normal import key_of, spellings
from crawler.extract.vocabulary import known

# In the form of normal.py.
_LABEL: Final = re.compile(
    r"^[\s(]*(?:摘\s*要|导\s*语|导\s*读|核心提示|内容提要|内容简介|内容摘要|文章摘要|概要描述|内容概要|简介|提要|编者按|本文导读|内容导读|阅读提示)(?:\s*\)[\s:]*|\s*[:\s]\s*)"
)
_BEGIN: Final = re.compile(f"[{spellings('(摘导核内文概简提编本阅')}]")
_LINES: Final = 4  # Bootstrap's "lead" is a large type, in which some skins print the whole text
_LONGEST: Final = 24  # characters of a label with its brackets and spaces
_NAMES = re.compile(
    r"^(?:art[-_]?|article[-_]?|news[-_]?|content[-_]?)?(?:summary|abstract|lead|daodu|daoyu|zhaiyao|des|desc|intro|introduction|digest|guide)(?:[-_]?(?:box|con|content|text|txt|p|info))?$"
)
_is_lead_name: Final = known(_NAMES)


def is_lead(line: Line) -> bool:
    """Whether the line is a labelled summary, or in a block whose class names it as one."""
    if line.chars <= 500 and _BEGIN.match(line.text) and _LABEL.match(key_of(line.text[:_LONGEST])):
        return True
    node = line.node
    return line.chars <= 300 and any(
        near is not None and near.names and near.end - near.start <= _LINES and any(map(_is_lead_name, near.names))
        for near in (node, node.parent)
    )


def read_lead(dom: Dom, start: int, end: int) -> str | None:
    """The summary printed in lines [start, end), without its label; None when there is none."""
    found = [_unlabelled(line.text) for line in dom.lines[start:end] if is_lead(line)]
    return "\n".join(dict.fromkeys(t for t in found if t)) or None


def _unlabelled(text: str) -> str:
    label = _LABEL.match(key_of(text[:_LONGEST]))
    return (text[label.end() :] if label else text).strip()
