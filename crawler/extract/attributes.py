"""Limits the attributes of a tag before libxml2 parses the page.

libxml2 2.14 looks for each attribute among all the ones before it: a tag of 500,000 attributes (5 MB) keeps it busy for
minutes. No page has more than some dozens; long values, such as pictures in data: URIs, cost nothing and stay.
"""

from __future__ import annotations

import re

# Names and values as HTML's tokenizer reads them, so that no "<" or ">" in a value hides the tag's length. Every repeat
# is possessive: one pass, whatever the page holds.
_S = r" \t\r\n\f"
_VALUE = rf"""(?:"[^"]*+"|'[^']*+'|[^{_S}>"'][^{_S}>]*+)"""
_ATTRIBUTE = rf"[{_S}/]*+[^{_S}>/][^{_S}=>/]*+(?:[{_S}]*+=[{_S}]*+{_VALUE}?+)?+"
_LONG_TAG = re.compile(rf"(<[a-zA-Z][^{_S}/>]*+)(?:{_ATTRIBUTE}){{2000,}}+")
# Shorter pages cannot hold attributes enough to matter: 40,000 of them take a second or two.
_SHORT = 200_000


def limit_attributes(text: str) -> str:
    """`text` with tags of more than 2,000 attributes left bare."""
    return text if len(text) < _SHORT else _LONG_TAG.sub(r"\1", text)
