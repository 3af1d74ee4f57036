"""Tags with thousands of attributes, before libxml2 sees them.

libxml2 2.14 looks for each attribute among all the ones before it: a tag of 500,000 attributes (5 MB) keeps it busy for
minutes. No page has more than some dozens; long values, such as pictures in data: URIs, cost nothing and stay.
"""

from __future__ import annotations

import re

# Names and values as HTML's tokenizer reads them. Every repeat is possessive: one pass, whatever the page holds.
_ATTRIBUTE = r"""[\s/]*+[^\s>/][^\s=>/]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE})*+")
_EACH = re.compile(_ATTRIBUTE)
_NAME = re.compile(r"<[a-zA-Z][^\s/>]*")
# Shorter pages cannot hold attributes enough to matter: 40,000 of them take a second.
_SHORT = 200_000
_LONG_TAG = 8_000
_MANY = 2_000
_MANY_TAGS = 60_000


def without_swarms(text: str) -> str:
    """`text` with tags of more than 2,000 attributes left bare."""
    if len(text) < _SHORT or not _may_swarm(text):
        return text
    return _TAG.sub(_bare, text)


def _may_swarm(text: str) -> bool:
    """Whether a tag is long. A "<" inside a value hides its length, so many of them are suspicious, too."""
    pieces = text.split("<")
    if len(pieces) > _MANY_TAGS:
        return True
    long = [piece for piece in pieces if len(piece) >= _LONG_TAG and piece[0].isalpha()]
    return any(len(tag[0]) >= _LONG_TAG for piece in long if (tag := _TAG.match("<" + piece)))


def _bare(tag: re.Match[str]) -> str:
    whole = tag[0]
    if len(whole) < _LONG_TAG or len(_EACH.findall(whole)) < _MANY:
        return whole
    name = _NAME.match(whole)
    return name[0] if name else ""
