"""Marks: what says the same, what is nearly a copy, what is of one family, and what is none of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from bench.dedup import EDITS, identity
from crawler.extract import Article, TextPart
from pipelines.dedup.index import LOOSE, LOOSE_SLOTS, STRICT, STRICT_SLOTS, DupIndex
from pipelines.dedup.mark import choose, mark
from pipelines.dedup.segment import ENTRY
from pipelines.dedup.signature import SHINGLE, SLOTS, Signature, fold, shingles, sign, signature_of
from tests.examples import times
from tests.site import story

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def essay(number: int) -> str:
    return "\n".join(story.essay(random.Random(number)).paragraphs)


def article(text: str, name: str = "", **columns: object) -> Article:
    held = {"id": identity(name or text), "text": text, "fetched_at": NOON, "parts": []} | columns
    names = ("url", "canonical_url", "site", "family", "template", "title")
    return sign(Article(**{**dict.fromkeys(names, ""), **held}))  # type: ignore[arg-type]


@pytest.fixture
def index(tmp_path: Path) -> DupIndex:
    return DupIndex(tmp_path / "duplicates", tmp_path / "drafts", "run")


def marks(row: Article) -> tuple[str | None, str | None]:
    return row.duplicate_of, row.near_duplicate_of


def exact(a: str, b: str) -> float:
    """Jaccard similarity of the two texts' shingles, counted."""
    one, other = set(shingles(fold(a)).tolist()), set(shingles(fold(b)).tolist())
    return len(one & other) / len(one | other)


# The signature.


def test_shingles_are_the_runs_of_three_characters() -> None:
    words = ["".join(chr(int(n) >> shift & 0x1FFFFF) for shift in (0, 21, 42)) for n in shingles("党员干部\U00020000")]
    assert words == ["党员干", "员干部", "干部\U00020000"]


def test_a_fold_keeps_what_is_said_and_drops_how_it_is_set() -> None:
    assert fold("（１）“党员” 干部，ＡＢＣ…\n　要\u200b学_习！") == "1党员干部abc要学习"


@pytest.mark.parametrize("sign", ["-", "－", "−", "+", "±"])
def test_the_sign_of_a_number_is_said(sign: str) -> None:
    assert fold(f"夜里最低{sign}7℃") != fold("夜里最低7℃")
    assert fold(f"夜里最低{sign}7℃") == fold(f"夜里，最低 {sign}7 ℃。")


def test_a_dash_between_two_numbers_is_no_sign() -> None:
    assert fold("2011-10-05，3－4名") == "20111005" + "34名"


@given(st.text(max_size=60))
def test_every_text_can_be_signed_and_white_space_makes_no_difference(text: str) -> None:
    signature = signature_of(text)
    again = signature_of("\n" + text.replace(" ", "\u3000\n") + " 。")
    assert (signature is None) == (len(fold(text)) < SHINGLE) == (again is None)
    if signature and again:
        assert signature.pack() == again.pack()


def test_a_signature_comes_back_from_its_column() -> None:
    text = essay(1) + "\n" + essay(2)
    parts = [TextPart("part", None, 0, len(essay(1))), TextPart("part", None, len(essay(1)) + 1, len(text))]
    signature = signature_of(text, parts)
    assert signature is not None
    packed = signature.pack()
    back = Signature.unpack(packed)
    assert back is not None
    assert (back.digest, back.minhashes.shape) == (signature.digest, (3, SLOTS))
    assert np.array_equal(back.minhashes, signature.minhashes)
    # What docs and docstring tell a user to write.
    rows = np.frombuffer(packed, "<u2", offset=17).reshape(-1, 128)
    alone = signature_of(essay(1))
    assert alone is not None
    assert np.array_equal(rows[1], alone.minhashes[0])


def test_the_algorithm_has_not_changed_under_the_signatures_in_the_dataset() -> None:
    """Fails when rensa hashes in another way: then VERSION and RULES_VERSION have to rise."""
    signature = signature_of("党员干部要坚持学习，不断提高服务群众的本领。")
    assert signature is not None
    assert signature.pack()[:24].hex() == "026933c6474bbafedbaf04328e41585b0fe98d16059d7188"


def test_a_signature_of_another_version_is_none() -> None:
    signature = signature_of(essay(1))
    assert signature is not None
    assert Signature.unpack(b"\xff" + signature.pack()[1:]) is None
    assert Signature.unpack(None) is None


def pairs() -> Iterator[tuple[str, str]]:
    for number, edit in enumerate(EDITS.values()):
        for seed in range(6):
            yield essay(seed), edit(essay(seed), random.Random(number))


def test_estimates_agree_with_datasketch_and_with_the_count() -> None:
    ours, theirs = [], []
    for a, b in pairs():
        truth = exact(a, b)
        error = max(truth * (1 - truth) / SLOTS, 1e-9) ** 0.5
        one, other = signature_of(a), signature_of(b)
        assert one is not None
        assert other is not None
        oracle = [MinHash(SLOTS), MinHash(SLOTS)]
        for minhash, text in zip(oracle, (a, b), strict=True):
            minhash.update_batch([shingle.tobytes() for shingle in shingles(fold(text))])
        estimate = float((one.minhashes[0] == other.minhashes[0]).mean())
        ours.append((estimate - truth) / error)
        theirs.append((float(oracle[0].jaccard(oracle[1])) - truth) / error)
        assert abs(estimate - oracle[0].jaccard(oracle[1])) < 4 * 0.044 * 2**0.5
    for errors in (ours, theirs):  # in standard errors of 128 slots
        assert max(map(abs, errors)) < 4
        assert float(np.mean(np.square(errors))) < 1.5


# The marks.


def test_what_says_the_same_is_a_duplicate_of_the_first(index: DupIndex) -> None:
    first = mark(article(essay(1)), index)
    again = mark(article(EDITS["set anew"](essay(1), random.Random(1)), "b"), index)
    third = mark(article(essay(1), "c"), index)
    assert marks(first) == (None, None)
    assert marks(again) == marks(third) == (first.id, None)
    assert again.similarity == 1.0


def test_a_copy_with_edits_and_a_family_are_two_levels(index: DupIndex) -> None:
    source = mark(article(essay(1)), index)
    copy = mark(article(EDITS["1% of the words"](essay(1), random.Random(1)), "b"), index)
    family = mark(article(EDITS["10% of the words"](essay(1), random.Random(2)), "c"), index)
    assert marks(copy) == marks(family) == (None, source.id)
    assert copy.similarity is not None
    assert family.similarity is not None
    assert copy.similarity >= STRICT > family.similarity >= LOOSE


def test_a_spun_text_falls_into_the_family_of_its_source(index: DupIndex) -> None:
    source = mark(article(essay(3)), index)
    spun = EDITS["synonyms"](essay(3), random.Random(1))
    assert 0.02 < sum(a != b for a, b in zip(essay(3), spun, strict=True)) / len(spun) < 0.2
    assert marks(mark(article(spun, "b"), index)) == (None, source.id)


def test_unrelated_texts_have_no_marks(index: DupIndex) -> None:
    mark(article(essay(1)), index)
    news = "\n".join(story.news(random.Random(1), 9).paragraphs)
    assert marks(mark(article(news), index)) == (None, None)


def test_an_essay_out_of_a_compilation_is_found_by_its_part(index: DupIndex) -> None:
    pieces = [essay(n) for n in range(20, 25)]
    text = "\n".join(pieces)
    parts = [TextPart("part", None, text.index(piece), text.index(piece) + len(piece)) for piece in pieces]
    compilation = mark(article(text, parts=parts), index)
    alone = mark(article(pieces[3]), index)
    assert marks(alone) == (None, compilation.id)
    assert alone.similarity == 1.0


def test_a_compilation_is_no_copy_of_the_essay_in_it(index: DupIndex) -> None:
    news = ["\n".join(story.news(random.Random(n), 9).paragraphs) for n in range(8)]
    mark(article(essay(1)), index)
    assert marks(mark(article("\n".join([essay(1), *news])), index)) == (None, None)


def test_versions_of_an_article_are_no_duplicates_of_it(index: DupIndex) -> None:
    for text in (essay(1), essay(1), EDITS["1% of the words"](essay(1), random.Random(1))):
        assert marks(mark(article(text, "the same"), index)) == (None, None)


def test_the_source_does_not_become_the_copy_of_its_copy(index: DupIndex) -> None:
    """Else a reader who takes the newest version of each article and drops the marked ones would lose both."""
    source = mark(article(essay(1), "source"), index)
    changed = EDITS["1% of the words"](essay(1), random.Random(1))
    assert marks(mark(article(changed, "copier"), index)) == (None, source.id)
    assert marks(mark(article(changed, "source", fetched_at=NOON + timedelta(days=9)), index)) == (None, None)


def test_a_text_without_a_shingle_is_left_alone(index: DupIndex) -> None:
    for name in "ab":
        assert marks(mark(article("啊！", name), index)) == (None, None)


@times(0.25)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(sorted(EDITS))), max_size=25))
def test_marks_never_go_in_circles(tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int, str]]) -> None:
    """Whatever is crawled again, copied and changed: following the marks ends at an article without any."""
    folder = tmp_path_factory.mktemp("circles")
    index = DupIndex(folder / "duplicates", folder / "drafts", "run")
    newest: dict[str, str | None] = {}
    for step, (name, text, edit) in enumerate(moves):
        made = article(EDITS[edit](essay(text), random.Random(step)), f"article {name}")
        mark(made, index)
        newest[made.id] = made.duplicate_of or made.near_duplicate_of
    for start in newest:
        at, seen = start, set[str]()
        while (to := newest[at]) is not None:
            assert at not in seen
            seen.add(at)
            at = to


def test_only_entries_that_may_be_near_are_candidates(index: DupIndex) -> None:
    for n in range(20):
        mark(article(essay(n)), index)
    new, known = signature_of(essay(99)), signature_of(essay(3))
    assert new is not None
    assert known is not None
    assert len(index.find(identity("new"), new).earlier) < 12  # essays of the same words
    assert 1 <= len(index.find(identity("new"), known).earlier) < 12


@pytest.mark.parametrize(
    ("shared", "same", "chosen"),
    [
        ((0, LOOSE_SLOTS - 1), None, None),
        ((0, LOOSE_SLOTS), None, 1),
        ((LOOSE_SLOTS, LOOSE_SLOTS + 9), None, 0),  # of one level the earliest
        ((LOOSE_SLOTS, STRICT_SLOTS - 1), None, 0),
        ((LOOSE_SLOTS, STRICT_SLOTS), None, 1),  # of the stricter level, though it came later
        ((STRICT_SLOTS, SLOTS), None, 0),
        ((STRICT_SLOTS, 0), 1, 1),  # what says the same comes before all that is near
        ((), None, None),
    ],
)
def test_the_strictest_level_comes_first_and_in_it_the_earliest(
    shared: tuple[int, ...], same: int | None, chosen: int | None
) -> None:
    signature = Signature(bytes(range(1, 17)), np.arange(1, SLOTS + 1, dtype="<u2").reshape(1, -1))
    earlier = np.zeros(len(shared), ENTRY)
    for number, slots in enumerate(shared):
        earlier[number]["id"] = (number + 1, 0)
        earlier[number]["minhash"][:slots] = signature.minhashes[0][:slots]
        # Half a digest in common is no digest in common.
        earlier[number]["digest"] = np.frombuffer(signature.digest, "<u8")
        earlier[number]["digest"][1] += number != same
    match = choose(earlier, signature)
    if chosen is None:
        assert match is None
    else:
        assert match is not None
        assert match.article == f"{chosen + 1:02x}" + "0" * 30
        assert (match.exact, match.similarity) == (chosen == same, 1.0 if chosen == same else shared[chosen] / SLOTS)
