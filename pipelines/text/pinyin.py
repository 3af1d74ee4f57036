"""Pinyin that a mirror site injected into a text, as opposed to a gloss by its author.

In "網(wǎng)絡(luò)時(shí)代" every second word has a gloss, so that search engines take the copy for an original. An
author glosses a single character ("重(chóng)要"), separates the entries of a list by punctuation ("亍(chù)、彳(chì)") and
glosses a name as a whole ("张三（zhāng sān）").
"""

from __future__ import annotations

import re

from pipelines.text.tracked import TrackedText

_SYLLABLE = "[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,6}"
_HAN = "[\u4e00-\u9fff]"
# The bracket comes before the look-behind: re scans fast for brackets, while Han characters are everywhere.
GLOSS = re.compile(rf"[(（](?<={_HAN}.){_SYLLABLE}[)）]")
_RUNNING = re.compile(rf"[(（](?<={_HAN}.){_SYLLABLE}[)）](?={_HAN})")
_LEAST = 8
_SHARE = 0.03  # of the text's characters: authors stay far below 1 %, mirrors have 5 to 20 %


def remove_injected(tracked: TrackedText) -> None:
    """Remove all glosses from a text that is full of glosses inside words."""
    if "(" not in tracked.text and "（" not in tracked.text:
        return
    running = len(_RUNNING.findall(tracked.text))
    if running >= _LEAST and running > _SHARE * len(tracked.text):
        tracked.remove_matches("pinyin", GLOSS)
