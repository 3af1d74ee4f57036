"""Pinyin that a mirror injected into a text, told from a gloss that its author wrote.

"網(wǎng)絡(luò)時(shí)代" has a gloss inside every second word, so that search engines take the copy for a text of its
own. An author glosses the one character that is hard to read, "重(chóng)要"; a list of hard characters sets marks in
between, "亍(chù)、彳(chì)"; a name is glossed as a whole, "张三（zhāng sān）".
"""

from __future__ import annotations

import re

from crawler.extract.ledger import Ledger

_SYLLABLE = "[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,6}"
_HAN = "[\u4e00-\u9fff]"
# The bracket first, the character in front of it after: re finds brackets fast, and Han characters are everywhere.
GLOSS = re.compile(rf"[(（](?<={_HAN}.){_SYLLABLE}[)）]")
_RUNNING = re.compile(rf"[(（](?<={_HAN}.){_SYLLABLE}[)）](?={_HAN})")
_LEAST = 8
_SHARE = 0.03  # of the text's characters: authors stay far below 1 %, mirrors have 5 to 20 %


def take_injected(ledger: Ledger) -> None:
    """Take every gloss out of a text that is full of glosses inside its words."""
    if "(" not in ledger.text and "（" not in ledger.text:
        return
    running = len(_RUNNING.findall(ledger.text))
    if running >= _LEAST and running > _SHARE * len(ledger.text):
        ledger.take_matches("pinyin", GLOSS)
