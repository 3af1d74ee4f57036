"""Quality signals of a text, and the rejection of texts that are no Chinese article.

Users filter by the signals; nothing else is rejected because of them. Definitions and sources: docs/quality.md.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.extract import Article, Quality, Reject
from crawler.language import message

MIN_CHARACTERS = 30
_MIN_HAN = 0.2
_MIN_PROSE = 30  # Han characters between code or quotations
_HAN_RUN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")

_SENTENCE_END = "。！？…；.!?;”’」』"
# A gloss after a character, as in 網(wǎng)絡(luò). One helps the reader; one at every fifth character is injected.
# The bracket comes before the look-behind: re scans fast for brackets, while Han characters are everywhere.
_GLOSS = re.compile("[(（](?<=[\u4e00-\u9fff].)[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}[)）]")
_MASK = re.compile(r"\*{2,}|(?<![×Xx])[×Xx]{2,}(?=[省市县区镇乡村局])")
_MASKS = ("**", "××", "XX", "xx")
# Frequent characters that the two scripts write differently.
_HANS = "这个们来为国时说会对学发后经过还没开关点长应进现问间动机业产东车书见样头气门话题报场员义务办从众变实"
_HANT = "這個們來為國時說會對學發後經過還沒開關點長應進現問間動機業產東車書見樣頭氣門話題報場員義務辦從眾變實"
# The class of every UTF-16 unit; a character beyond U+FFFF counts by its first unit, U+D840 to U+D8BF for Han.
_OTHER, _IN_KANA, _HAN, _IN_HANS, _IN_HANT = range(5)
_CLASS = np.zeros(0x10000, np.uint8)
_CLASS[0x3040:0x3100] = _IN_KANA
for _first, _last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xD840, 0xD8BF)):
    _CLASS[_first : _last + 1] = _HAN
_CLASS[list(map(ord, _HANS))] = _IN_HANS
_CLASS[list(map(ord, _HANT))] = _IN_HANT
# The n-grams are counted in the first characters of a text.
_SAMPLE = 1000


def judge(article: Article) -> Article | Reject:
    """Fill `quality`, `language`, `script` and `text_digest`; a Reject when the text is no Chinese article."""
    text = article.text
    dense = "".join(text.split())
    if len(dense) < MIN_CHARACTERS:
        return Reject(
            "too_short", message("{number} characters, {least} needed", number=len(dense), least=MIN_CHARACTERS)
        )
    classes = census(dense)
    quality = measure(text, dense, classes)
    quality.pinyin_noise += sum(span.rule == "pinyin" for span in article.removed)  # one span a gloss
    if quality.han_ratio < _MIN_HAN and not _is_chinese_around_code(text):
        return Reject("not_chinese", message("{share:.0%} of the characters are Han", share=quality.han_ratio))
    han = sum(classes[_HAN:])
    if classes[_IN_KANA] > han and not _is_chinese_around_code(text):
        return Reject("not_chinese", message("{kana} kana and {han} Han: Japanese", kana=classes[_IN_KANA], han=han))
    article.script = script_of(classes)
    # A mirror site's copy is converted to Traditional characters and has pinyin injected.
    if article.script != "Hans" and quality.pinyin_noise >= 5 and quality.pinyin_noise * 50 > len(dense):
        return Reject("hijacked", message("{number} characters with injected pinyin", number=quality.pinyin_noise))
    said = sum(len(notice) for notice in article.notices if notice in text)
    if said > 0.8 * len(dense):
        return Reject("too_short", message("nothing but notices of the site"))
    quality.pinyin_noise += article.quality.pinyin_noise  # readings of ruby, which the text does not have
    article.quality = quality
    article.language = "zh"
    article.text_digest = hashlib.sha256(text.encode()).hexdigest()
    return article


def _is_chinese_around_code(text: str) -> bool:
    """Whether the lines that are no code or quotation are Chinese prose: instructions for a program, a text on English."""
    prose = [line for line in text.split("\n") if line[-1:] in "。！？：；" and not _KANA.search(line)]
    said = "".join(prose)
    return len(_HAN_RUN.findall(said)) >= _MIN_PROSE and len(_HAN_RUN.findall(said)) * 2 >= len(said)


def measure(text: str, dense: str, classes: list[int]) -> Quality:
    """The signals of a text. `dense` is `text` without white space, `classes` its census."""
    lines = [line for line in text.split("\n") if line]
    return Quality(
        characters=len(dense),
        han_ratio=round(sum(classes[_HAN:]) / len(dense), 4),
        line_punct_ratio=round(sum(line[-1] in _SENTENCE_END for line in lines) / len(lines), 4),
        dup_line_ratio=round((len(lines) - len(set(lines))) / len(lines), 4),
        top_ngram_ratios=top_ngram_ratios(dense[:_SAMPLE]),
        masked=len(_MASK.findall(text)) if any(mark in text for mark in _MASKS) else 0,
        replaced=text.count("\ufffd"),
        pinyin_noise=len(_GLOSS.findall(dense)),
    )


def top_ngram_ratios(dense: str) -> list[float]:
    """Shares of the text that its most frequent two and four characters in a row cover (Gopher's rule, on characters)."""
    units = dense.encode("utf-16-le", "replace")
    return [_top_share(_windows(units, "<u4"), 2, len(dense)), _top_share(_windows(units, "<u8"), 4, len(dense))]


def _windows(units: bytes, kind: str) -> npt.NDArray[np.unsignedinteger[Any]]:
    """What begins at each UTF-16 unit, as numbers of `kind`."""
    size = np.dtype(kind).itemsize
    return np.ndarray((max(0, (len(units) - size) // 2 + 1),), kind, units, strides=(2,)).copy()


def _top_share(grams: npt.NDArray[np.unsignedinteger[Any]], n: int, length: int) -> float:
    """The share of a text of `length` characters that the most frequent of its `grams` of `n` characters covers."""
    grams.sort()
    last = (grams[1:] != grams[:-1]).nonzero()[0]  # of each run of equal n-grams, without the last run
    if not len(last):
        count = len(grams)
    else:
        count = max(int(last[0]) + 1, len(grams) - 1 - int(last[-1]), int((last[1:] - last[:-1]).max(initial=0)))
    return round(count * n / length, 4) if count > 1 else 0.0


def script_of(classes: list[int]) -> str | None:
    """Hans, Hant or mixed, by characters that the two scripts write differently; None when there are none."""
    hans, hant = classes[_IN_HANS], classes[_IN_HANT]
    if hans + hant == 0:
        return None
    share = hans / (hans + hant)
    return "Hans" if share > 0.9 else "Hant" if share < 0.1 else "mixed"


def census(text: str) -> list[int]:
    """How many characters are: none of these, kana, Han of both scripts, simplified only, traditional only."""
    counts: list[int] = np.bincount(_CLASS[_units(text)], minlength=5).tolist()
    return counts


def _units(text: str) -> npt.NDArray[np.uint16]:
    return np.frombuffer(text.encode("utf-16-le", "replace"), "<u2")
