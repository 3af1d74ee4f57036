"""Quality signals of a text, and the verdict on texts that are no article.

Signals are marks for the user to filter by; only what is no Chinese article at all is rejected. Definitions and sources:
docs/quality.md.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from crawler.extract import Article, Quality, Reject

MIN_CHARACTERS = 30
_MIN_HAN = 0.2

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_SENTENCE_END = "。！？…；.!?;”’」』"
# 網(wǎng)絡(luò): a gloss after a character. One is a help for the reader, one in every fifth character is injected.
# The bracket first, the character in front of it after: re finds brackets fast, and Han characters are everywhere.
_GLOSS = re.compile("[(（](?<=[\u4e00-\u9fff].)[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}[)）]")
_MASK = re.compile(r"\*{2,}|(?<![×Xx])[×Xx]{2,}(?=[省市县区镇乡村局])")
_MASKS = ("**", "××", "XX", "xx")
# Written differently in the two scripts, and frequent.
_HANS = re.compile(
    "[这个们来为国时说会对学发后经过还没开关点长应进现问间动机业产东车书见样头气门话题报场员义务办从众变实]"
)
_HANT = re.compile(
    "[這個們來為國時說會對學發後經過還沒開關點長應進現問間動機業產東車書見樣頭氣門話題報場員義務辦從眾變實]"
)
# Characters of a text from which its most frequent n-grams are counted.
_SAMPLE = 1000


def judge(article: Article) -> Article | Reject:
    """Fill `quality`, `language`, `script` and `text_digest`; a Reject when the text is no Chinese article."""
    text = article.text
    dense = "".join(text.split())
    if len(dense) < MIN_CHARACTERS:
        return Reject("too_short", f"{len(dense)} characters, {MIN_CHARACTERS} needed")
    quality = measure(text, dense)
    quality.pinyin_noise += sum(span.rule == "pinyin" for span in article.removed)  # one span a gloss
    if quality.han_ratio < _MIN_HAN:
        return Reject("not_chinese", f"{quality.han_ratio:.0%} of the characters are Han")
    article.script = script_of(dense)
    # A hijacked mirror turns the whole page into Traditional characters and sprinkles pinyin over it.
    if article.script != "Hans" and quality.pinyin_noise >= 5 and quality.pinyin_noise * 50 > len(dense):
        return Reject("hijacked", f"{quality.pinyin_noise} characters with injected pinyin")
    article.quality = quality
    article.language = "zh"
    article.text_digest = hashlib.sha256(text.encode()).hexdigest()
    return article


def measure(text: str, dense: str) -> Quality:
    """`text` with its lines, `dense` without white space."""
    lines = [line for line in text.split("\n") if line]
    counts = Counter(lines)
    return Quality(
        characters=len(dense),
        han_ratio=round(sum(map(len, _HAN.findall(dense))) / len(dense), 4),
        line_punct_ratio=round(sum(line[-1] in _SENTENCE_END for line in lines) / len(lines), 4),
        dup_line_ratio=round(sum(n - 1 for n in counts.values()) / len(lines), 4),
        top_ngram_ratios=[top_ngram_ratio(dense[:_SAMPLE], n) for n in (2, 4)],
        masked=len(_MASK.findall(text)) if any(mark in text for mark in _MASKS) else 0,
        replaced=text.count("\ufffd"),
        pinyin_noise=len(_GLOSS.findall(dense)),
    )


def top_ngram_ratio(dense: str, n: int) -> float:
    """Share of the text that its most frequent character n-gram covers (Gopher's rule, on characters); n is 2 or 4."""
    units = dense.encode("utf-16-le", "replace")
    # An n-gram is one integer of 2n bytes: read them at each of the n alignments.
    counts: Counter[int] = Counter()
    for start in range(0, 2 * n, 2):
        whole = (len(units) - start) // (2 * n) * 2 * n
        counts.update(memoryview(units[start : start + whole]).cast("I" if n == 2 else "Q"))
    count = max(counts.values(), default=0)
    return round(count * n / len(dense), 4) if count > 1 else 0.0


def script_of(dense: str) -> str | None:
    """Hans, Hant or mixed, by characters that the two scripts write differently; None when there are none."""
    hans = len(_HANS.findall(dense))
    hant = len(_HANT.findall(dense))
    if hans + hant == 0:
        return None
    share = hans / (hans + hant)
    return "Hans" if share > 0.9 else "Hant" if share < 0.1 else "mixed"
