"""Extraction does not get worse unnoticed: floors and corpus are pinned together in bench/floors.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bench import gate

pytestmark = pytest.mark.slow

_FLOORS = json.loads(gate.FLOORS.read_text("utf-8"))


@pytest.mark.parametrize("name", ["fixtures", "train", "dev", "seeds"])
def test_no_score_is_below_its_floor(name: str) -> None:
    if name not in gate.corpora():
        pytest.skip(f"the pages of {name} are in ../shared, which is not here")
    assert gate.drops(name, gate.measure(name), _FLOORS) == []


def test_a_drop_names_the_score_and_a_changed_corpus_itself() -> None:
    scores = gate.measure("fixtures")
    assert gate.drops("fixtures", {**scores, "title": 0.5}, _FLOORS) == [
        f"fixtures: title is 0.5, the floor {_FLOORS['fixtures']['floors']['title']}"
    ]
    assert gate.drops("fixtures", {**scores, "made_up": 9.0}, _FLOORS) == [
        f"fixtures: made_up is 9.0, the floor {_FLOORS['fixtures']['floors']['made_up']}"
    ]
    other = {"fixtures": {**_FLOORS["fixtures"], "digest": "0" * 64}}
    assert "the corpus has changed" in gate.drops("fixtures", scores, other)[0]
    assert gate.drops("fixtures", scores, {}) == ["fixtures: no floors yet"]


def test_a_floor_is_lowered_only_by_name() -> None:
    floors = {"exact": 0.9, "title": 0.9, "dirty": 0.1, "f1": 0.9002}
    scores = {"exact": 0.8, "title": 0.95, "dirty": 0.2, "f1": 0.9}
    new, refused = gate.raised("dev", scores, floors, [])
    assert refused == [
        "dev: exact is 0.8, the floor 0.9: needs --lower dev.exact",
        "dev: dirty is 0.2, the floor 0.1: needs --lower dev.dirty",
    ]
    new, refused = gate.raised("dev", scores, floors, ["dev.exact", "train"])
    assert [line.split()[1] for line in refused] == ["dirty"]
    for lower in (["dev"], ["dev.exact", "dev.dirty"]):
        new, refused = gate.raised("dev", scores, floors, lower)
        assert refused == []
        assert new == {"exact": 0.8, "title": 0.95, "dirty": 0.2, "f1": 0.9002}  # by less than a digit: the floor stays
    assert gate.raised("new", scores, {}, []) == (scores, [])


def test_the_gap_is_what_the_known_sites_are_better_by() -> None:
    train, dev = {"f1": 0.98, "dirty": 0.05, "made_up": 3.0, "facts": 1.0}, {"f1": 0.9, "dirty": 0.2, "made_up": 0.0}
    assert gate.gap(train, dev) == {"f1": 0.08, "dirty": -0.15}


def test_the_command_writes_nothing_that_is_lower(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floors = tmp_path / "floors.json"
    better_than_possible = {**_FLOORS["fixtures"], "floors": {**_FLOORS["fixtures"]["floors"], "made_up": -1.0}}
    floors.write_text(json.dumps({**_FLOORS, "fixtures": better_than_possible}), "utf-8")
    monkeypatch.setattr(gate, "FLOORS", floors)
    monkeypatch.setattr(gate, "SHARED", tmp_path / "nowhere")
    monkeypatch.setattr(sys, "argv", ["gate", "--raise"])
    before = floors.read_text("utf-8")
    assert gate.main() == 1
    assert floors.read_text("utf-8") == before
    monkeypatch.setattr(sys, "argv", ["gate", "--raise", "--lower", *gate.corpora()])
    assert gate.main() == 0
    assert json.loads(floors.read_text("utf-8"))["fixtures"]["floors"]["made_up"] == 0.0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--lower", "fixtures"], "--lower goes with --raise"),
        (["--raise", "--lower", "fixtrues"], "no such score: fixtrues"),
        (["--raise", "--lower", "fixtures.titel"], "no such score: fixtures.titel"),
    ],
)
def test_a_mistaken_name_is_refused(
    words: list[str], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate, "SHARED", tmp_path / "nowhere")
    monkeypatch.setattr(sys, "argv", ["gate", *words])
    with pytest.raises(SystemExit):
        gate.main()
    assert why in capsys.readouterr().err
