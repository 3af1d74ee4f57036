"""The structure of a text: joins page blocks, removes glued titles, finds parts and attachments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from crawler.extract import Article, TextPart
from crawler.extract.title import fold
from pipelines.text.tracked import TrackedText

_BLOCK_START = re.compile(r"(?:^|\n)(\d{1,4})[、.．]")
_SHORTEST_BLOCK = 40  # characters
_LOST = 3  # characters of white space that a block may have lost at its ends
_TRIED = 20  # numbers "2" that are tried as the begin of the second block
_SUFFIX = re.compile(
    r"(?:可编辑版?|完整版?|word版?|最新版?|精品|精选|范文|模板|整理|\([^()]{1,8}\)|（[^（）]{1,8}）|\.\w{3,4})+$", re.I
)
_ATTACHMENT = re.compile(r"(?:附送|附件|附赠|附)\s*\d*\s*[:：]\s*")
_NUMERALS = "一二三四五六七八九十"


def join_page_blocks(tracked: TrackedText) -> bool:
    """Remove the numbers of page blocks, and return whether there were any: 文库 viewers cut a text every N characters and
    number the pieces ("1、…的" "2、政治觉悟…").

    Page blocks have consecutive numbers at line starts and a constant length; the items of a list ("1、要加强领导") differ
    in length.
    """
    if not tracked.text.startswith("1"):
        return False
    found = list(_BLOCK_START.finditer(tracked.text))
    marks = _of_one_length(found, len(tracked.text)) or _consecutive(found)
    if len(marks) < 3:
        return False
    ends = [mark.start() for mark in marks[1:]]
    lengths = [end - mark.end() for mark, end in zip(marks, ends, strict=False)]
    length, _ = Counter(lengths).most_common(1)[0]
    regular = sum(length - _LOST <= n <= length + _LOST for n in lengths)
    if length < _SHORTEST_BLOCK or regular < 0.8 * len(lengths):
        return False
    # A viewer cuts in mid-sentence: a few items of one length that all end with a mark are a list.
    if len(marks) < 6 and all(tracked.text[end - 1] in "。！？；;.!?" for end in ends):
        return False
    tracked.remove("page_block", [mark.span() for mark in marks])
    return True


def _of_one_length(marks: list[re.Match[str]], end: int) -> list[re.Match[str]]:
    """The longest run of numbers 1, 2, 3 … that stand at equal distances up to the `end` of the text; empty where there is
    none. The author's own numbers between them stand elsewhere.
    """
    if not marks or marks[0].start() or marks[0][1] != "1":
        return []
    numbered: dict[int, list[re.Match[str]]] = {}
    for mark in marks:
        numbered.setdefault(int(mark[1]), []).append(mark)
    best: list[re.Match[str]] = []
    for second in numbered.get(2, [])[:_TRIED]:
        length = second.start() - marks[0].end()
        chain = [marks[0], second]
        while near := [
            mark for mark in numbered.get(len(chain) + 1, []) if abs(mark.start() - chain[-1].end() - length) <= _LOST
        ]:
            chain.append(near[0])
        if length >= _SHORTEST_BLOCK and end - chain[-1].end() <= length + _LOST and len(chain) > len(best):
            best = chain
    return best


def _consecutive(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The numbers 1, 2, 3 … from the start of the text; those of other lists between them are skipped."""
    chain: list[re.Match[str]] = []
    for mark in marks:
        if int(mark[1]) == len(chain) + 1 and (chain or mark.start() == 0):
            chain.append(mark)
    return chain


def strip_glued_title(title: str, tracked: TrackedText) -> None:
    """Remove a title that is repeated at the start of the first sentence: "在全市…讲话可编辑版在全市…讲话在全市…讲话这次全市…"."""
    core = _SUFFIX.sub("", title)
    text = tracked.text
    position = repeats = 0
    while len(core) >= 6 and text.startswith(core, position) and len(text) > position + len(core):
        after = position + len(core)
        suffix = title[len(core) :]
        if suffix and text.startswith(suffix, after):
            after += len(suffix)
        position, repeats = after, repeats + 1
    if repeats >= 2 and text[position] not in "。，、；：":
        tracked.remove("title_again", [(0, position)])


def strip_title_lines(title: str, tracked: TrackedText) -> None:
    """Remove the title where it is repeated in the first lines of the text, up to three times in a line."""
    key = fold(title)
    if len(key) < 4:
        return
    # Three titles with their punctuation are no longer than this; a longer line is text and need not be folded.
    longest = 4 * len(title) + 20
    lines = [
        fold(line) if len(line) <= longest and fold(line[:4]) in key else line
        for line in tracked.text.split("\n", 6)[:6]
    ]
    again = 0
    while again + 1 < len(lines) and lines[again] in (key, key * 2, key * 3):
        again += 1
    if not again:
        again = _broken_title(key, lines[:4])
    tracked.remove_lines("title_again", range(again))


def strip_title_at_end(title: str, tracked: TrackedText) -> None:
    """Remove a last line that is the title: "> 标题" under a text links to itself."""
    last = tracked.text.rsplit("\n", 1)[-1]
    key = fold(title)
    if len(key) >= 6 and len(last) <= 2 * len(title) + 10 and fold(last) == key and last != tracked.text:
        tracked.remove_lines("title_again", [tracked.text.count("\n")])


def _broken_title(key: str, lines: list[str]) -> int:
    """How many of the first lines are together the title or its last part; 0 when they are not."""
    joined = ""
    for count, line in enumerate(lines, 1):
        joined += line
        if joined == key or (key.endswith(joined) and len(joined) > 0.3 * len(key)):
            return count
        if joined not in key:
            return 0
    return 0


def find_parts(text: str, title: str) -> list[TextPart]:
    """The essays of a compilation ("6则"), else the documents behind "附送:", with their offsets in `text`."""
    return _compilation(text) or _attachments(text)


# Patterns of a part's first line, each with words of which every such line has one: to look for those first is faster.
_PART_LINES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("",), re.compile(r"^[\s【\[（(]*(?P<n>\d{1,2})[】\]）)]?$")),
    (
        ("篇", "范文", "之"),
        re.compile(
            rf"^.{{0,40}}?[【\[（(]?\s*(?:第\s*)?(?:篇|范文|之)\s*[【（(]?(?P<n>\d{{1,2}}|[{_NUMERALS}]{{1,3}})\s*[】\]）)]?\s*[:：]?(?P<title>.{{0,40}})$"
        ),
    ),
    (
        ("篇", "则"),
        re.compile(
            rf"^[【\[（(]?第\s*(?P<n>\d{{1,2}}|[{_NUMERALS}]{{1,3}})\s*[篇则][】\]）)]?\s*[:：]?(?P<title>.{{0,40}})$"
        ),
    ),
    (
        ("）", ")", "】", "]"),
        re.compile(rf"^.{{4,40}}[（(【\[]\s*(?P<n>\d{{1,2}}|[{_NUMERALS}]{{1,3}})\s*[）)】\]]$"),
    ),
)
_NUMBER = re.compile(rf"\d|[{_NUMERALS}]")


def _compilation(text: str) -> list[TextPart]:
    lines = text.split("\n")
    numbered = [i for i, line in enumerate(lines) if len(line) <= 60 and _NUMBER.search(line)]
    for words, pattern in _PART_LINES if len(numbered) > 1 else ():
        marks = [
            (i, match)
            for i in numbered
            if any(word in lines[i] for word in words) and (match := pattern.match(lines[i]))
        ]
        chain: list[tuple[int, re.Match[str]]] = []
        for i, match in marks:
            if _number(match["n"]) == len(chain) + 1:
                chain.append((i, match))
        # The essays are the text: little precedes the first, and each has a body.
        if len(chain) < 2 or sum(map(len, lines[: chain[0][0]])) > 0.3 * len(text):
            continue
        parts = _between(lines, chain, len(text))
        if all(part.end - part.start >= 40 for part in parts):
            return parts
    return []


def _between(lines: list[str], chain: list[tuple[int, re.Match[str]]], length: int) -> list[TextPart]:
    offsets, position = [], 0
    for line in lines:
        offsets.append(position)
        position += len(line) + 1
    parts = []
    for order, (index, match) in enumerate(chain):
        start = min(offsets[index] + len(lines[index]) + 1, length)
        end = offsets[chain[order + 1][0]] - 1 if order + 1 < len(chain) else length
        name = (match.groupdict().get("title") or "").strip(" ：:")
        parts.append(TextPart("part", name or None, start, max(start, end)))
    return parts


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    tens, _, ones = word.rpartition("十")
    if "十" not in word:
        return _NUMERALS.index(word) + 1 if len(word) == 1 else 0
    return (_NUMERALS.index(tens) + 1 if tens else 1) * 10 + (_NUMERALS.index(ones) + 1 if ones else 0)


def _attachments(text: str) -> list[TextPart]:
    """The documents behind "附送:标题标题同志们: …" or behind a line "附送：标题", with the title of each."""
    found: list[tuple[int, str, int]] = []
    for mark in _ATTACHMENT.finditer(text):
        if found and mark.start() < found[-1][2]:  # "附件：附件：": inside the title of the last
            continue
        title = _doubled(text[mark.end() : mark.end() + 160])
        if title:
            found.append((mark.start(), title, mark.end() + 2 * len(title)))
            continue
        line = text[mark.end() : mark.end() + 160].split("\n", 1)[0].strip()
        begins = mark.start() == 0 or text[mark.start() - 1] == "\n"
        if (
            begins
            and mark[0].startswith(("附送", "附赠"))
            and 2 <= len(line) <= 60
            and mark.end() + len(line) < len(text)
        ):
            found.append((mark.start(), line, mark.end() + len(line) + 1))
    ends = [*(start for start, _, _ in found[1:]), len(text)]
    return [TextPart("attachment", title, start, end) for (_, title, start), end in zip(found, ends, strict=False)]


def _doubled(text: str) -> str | None:
    for length in range(min(70, len(text) // 2), 5, -1):
        if text[:length] == text[length : 2 * length]:
            return text[:length].strip() or None
    return None


def restructure(article: Article, tracked: TrackedText) -> Callable[[], None]:
    """Join page blocks and remove repeated titles, before the cleaning rules. The returned function is to be called after
    them: it fills `parts`.
    """
    blocks = join_page_blocks(tracked)
    strip_title_lines(article.title, tracked)
    strip_glued_title(article.title, tracked)

    def after() -> None:
        article.parts = find_parts(article.text, article.title)
        # A viewer that shows the first N characters stops in mid-sentence: "…进一步修订完善的基".
        if blocks and article.text[-1:] not in "。！？…”’」』）)】》.!?":
            article.truncated = True

    return after
