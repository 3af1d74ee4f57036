"""A context-free grammar of strings: `{name}` in an alternative stands for any alternative of `name`."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping

_SLOT = re.compile(r"\{(\w+)\}")


class Grammar:
    """Alternatives stand in one string, separated by `|`. Expansion draws from `rng` only: same seed, same text."""

    def __init__(self, *rules: Mapping[str, str]) -> None:
        merged = {name: body for part in rules for name, body in part.items()}
        # Split once here: re.split with a group alternates literal, slot name, literal, ...
        self._rules = {name: [_SLOT.split(one) for one in body.split("|")] for name, body in merged.items()}

    def bind(self, names: Iterable[str], rng: random.Random) -> dict[str, str]:
        """One fixed text for each of `names`: what an article keeps talking about."""
        return {name: self.expand(name, rng, {}) for name in names}

    def expand(self, name: str, rng: random.Random, bound: Mapping[str, str]) -> str:
        """One text for `name`. KeyError when a slot has no rule."""
        if name in bound:
            return bound[name]
        rules = self._rules[name]
        return self._fill(rules[int(rng.random() * len(rules))], rng, bound)

    def paragraph(self, rng: random.Random, bound: Mapping[str, str], sentences: int, start: str = "s") -> str:
        """`sentences` different sentences of the rule `start` in one line."""
        rules = self._rules[start]
        return "".join([self._fill(one, rng, bound) for one in rng.sample(rules, min(sentences, len(rules)))])

    def _fill(self, pieces: list[str], rng: random.Random, bound: Mapping[str, str]) -> str:
        if len(pieces) == 1:  # most alternatives are plain words: this path makes 200,000 articles affordable
            return pieces[0]
        filled = pieces.copy()
        for place in range(1, len(pieces), 2):
            filled[place] = self.expand(pieces[place], rng, bound)
        return "".join(filled)
