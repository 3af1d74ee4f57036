"""Extraction does not get worse unnoticed: floors and corpus are pinned together in bench/floors.json."""

from __future__ import annotations

import json

import pytest

from bench import gate

_FLOORS = json.loads(gate.FLOORS.read_text("utf-8"))


@pytest.mark.parametrize("name", ["fixtures", "pages", "seeds"])
def test_no_score_is_below_its_floor(name: str) -> None:
    if name not in gate.corpora():
        pytest.skip(f"../shared/{name} is not here")
    assert gate.drops(name, gate.measure(name), _FLOORS) == []


def test_a_drop_names_the_score_and_a_changed_corpus_itself() -> None:
    scores = gate.measure("fixtures")
    assert gate.drops("fixtures", {**scores, "title": 0.5}, _FLOORS) == [
        f"fixtures: title is 0.5, the floor {_FLOORS['fixtures']['floors']['title']}"
    ]
    assert "made_up" in gate.drops("fixtures", {**scores, "made_up": 9.0}, _FLOORS)[0]
    other = {"fixtures": {**_FLOORS["fixtures"], "digest": "0" * 64}}
    assert "the corpus has changed" in gate.drops("fixtures", scores, other)[0]
    assert gate.drops("fixtures", scores, {}) == ["fixtures: no floors yet"]
