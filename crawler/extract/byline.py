"""The byline: date, 来源, 作者 and 责任编辑, each from its own label and never one for another.

It is looked for between title and body, in the first and last lines of the body and in the lines right below it. Lines
further away are not read: lists of related articles have dates, too.
"""

from __future__ import annotations

import re
from itertools import pairwise

from crawler.extract.authors import read_reporters, read_signature, read_slash, read_unlabelled_signature
from crawler.extract.dom import Dom, Line, collapse_space
from crawler.extract.labelled import ACTION, Byline, date_evidence, read_labels
from crawler.extract.labels import find_labels
from crawler.extract.unlabelled import is_channel_link, read_unlabelled

# 文库 texts have one sentence per paragraph: "解放碑街道党工委书记。" and then "吕轶。"
_OFFICE = re.compile(
    r"(?:书记|局长|主任|校长|市长|县长|镇长|乡长|区长|部长|院长|主席|教授|委员|经理|会长|处长|科长|站长|所长|园长|老师)[。，]?$"
)
# Matches in every line that has a label, with or without a colon.
_LABELLED = re.compile(":|：|︱|\\||∣|丨|/|／|发表于|发布于|更新于|时间|日期|来源|作者|责编|编辑")
_BARE_NAME = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff] [\u4e00-\u9fff])[。]?$")


def read_byline(
    dom: Dom,
    byline: Byline,
    channels: list[str],
    above: list[Line],
    head: list[Line],
    tail: list[Line],
    below: list[Line],
) -> None:
    """Fill `byline`. `channels` are texts that are no names, `above` the lines from title to body, `head` and `tail` the
    first and last lines of the body, `below` the lines right after it.
    """
    evidence = date_evidence(dom)
    for index, line in enumerate(above):
        if not _LABELLED.search(line.text):
            continue
        text = _plain(line)
        if (
            text[-1:] in ":：" and index + 1 < len(above) and above[index + 1].chars <= 30
        ):  # <td>来源：</td><td>市教育局</td>
            text += above[index + 1].text
        read_labels(text, byline, {"date", "source", "author", "editor"})
    for line in above:
        read_reporters(line.text, byline)
        read_slash(line.text, byline)
    read_unlabelled(above, byline, evidence, channels)
    for position, line in enumerate(head):
        if line.chars <= 30:
            read_reporters(line.text, byline, pen=position < 2)
    for line in head[:4]:
        if line.chars <= 80 and _LABELLED.search(line.text):
            read_labels(
                _plain(line),
                byline,
                {"source", "author", "editor", "date"} if line.chars <= 40 else {"source", "author"},
            )
    for office, line in pairwise(head[:4]):
        name = _BARE_NAME.match(line.text)
        if name and office.chars <= 30 and _OFFICE.search(office.text) and byline.author is None:
            byline.author = name["name"]
    for line in reversed(tail):
        if line.chars <= 90:
            if _LABELLED.search(line.text):
                read_labels(_plain(line), byline, {"source", "author", "editor"})
            read_signature(line.text, byline)
            # "中青报·中青网记者 魏其濛 来源：中国青年报"
            labels = find_labels(line.text)
            if labels and labels[0].start > 4:
                read_reporters(line.text[: labels[0].start].strip(), byline, pen=False)
    if byline.author is None and tail and tail[-1].chars <= 30:
        read_reporters(tail[-1].text, byline, pen=False)
    for position, line in enumerate(below):
        if line.chars <= 120 and _LABELLED.search(line.text):
            read_labels(_plain(line), byline, {"date", "source", "author", "editor"} if position < 11 else {"editor"})
    if tail:
        read_unlabelled_signature([line.text for line in head[:3]], tail[-1].text, byline)
    if byline.published is None:
        # A title followed by a date is an entry of a list of related articles.
        own = [line for line in below[:3] if line.chars <= 40 and line.linked * 3 <= line.chars]
        read_unlabelled(own, byline, evidence, channels)


def _plain(line: Line) -> str:
    """The text of the line without links that are buttons: "来源: 华龙网<a>举报</a>"."""
    if not line.linked or len(line.pieces) == 1:
        return line.text
    text = ""
    for piece, owner in line.pieces:
        acts = owner.link and (
            ACTION.match(piece) or (text.rstrip()[-1:] not in ":：" and is_channel_link(owner, piece))
        )
        text += " " if acts else piece
    return collapse_space(text)
