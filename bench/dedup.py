"""Duplicates measured: what is found after which edits, and what the index costs.

    python -m bench.dedup                      precision and recall by kind of edit
    python -m bench.dedup --documents 1000000  speed, bytes on disk and memory of an index of so many texts

The sources are essays and news of the demo web's generator, whose texts of one genre share whole sentences, and, where
../shared/pages is there, the labelled texts of real pages. Every edited text is looked up in an index of all sources.
The million are random texts of Zipf-distributed words, with a copy for every tenth, so that no text has to be kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from crawler.extract.article import TextPart
from pipelines.dedup.index import STRICT, DupIndex
from pipelines.dedup.mark import Match, choose
from pipelines.dedup.signature import Signature, fold, shingles, signature_of
from tests.site import story

REAL = Path(__file__).resolve().parents[2] / "shared" / "pages" / "labels"
# What a spinner does: words for words that are never quite right.
_SWAPS = """
问题题目 力量气力 深入深进 认为以为 能力本领 同志同道 管理治理 中央中心 清晰清楚 学习研习
工作劳动 提高进步 加强增强 重要紧要 进行举行 认真当真 要求请求 服务办事 发展成长 情况状况
积极主动 完成达成 方面方向 通过经由 不断连续 思想思惟 坚持保持 组织构造 落实贯彻 经验履历
活动运动 我们咱们 主要重要 具体详细 必须务必 努力尽力 时间工夫 领导引导 制度轨制 建设扶植
"""
SYNONYMS = {pair[:2]: pair[2:] for pair in _SWAPS.split()}

Edit = Callable[[str, random.Random], str]


def replaced(share: float) -> Edit:
    """`share` of the words, of two characters each, become others."""

    def edit(text: str, rng: random.Random) -> str:
        characters = list(text)
        for at in range(0, len(characters) - 1, 2):
            if rng.random() < share:
                characters[at : at + 2] = [chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(2)]
        return "".join(characters)

    return edit


def rewritten(share: float) -> Edit:
    """`share` of the sentences become sentences of nobody's."""

    def edit(text: str, rng: random.Random) -> str:
        sentences = text.split("。")
        return "。".join(replaced(1)(each, rng) if rng.random() < share else each for each in sentences)

    return edit


def inserted(text: str, rng: random.Random) -> str:
    """Three lines of the site's own, of 40 characters, between the paragraphs."""
    lines = text.split("\n")
    for _ in range(3):
        lines.insert(rng.randrange(len(lines) + 1), replaced(1)("字" * 40, rng))
    return "\n".join(lines)


def reordered(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    rng.shuffle(lines)
    return "\n".join(lines)


def reset(text: str, rng: random.Random) -> str:
    """Set anew: other paragraphs, half-width marks, spaces between."""
    marks = str.maketrans("，。：；！？", ",.:;!?")
    return text.replace("\n", "").translate(marks).replace(",", ", ").replace(".", ".\n\u3000\u3000")


def spun(text: str, rng: random.Random) -> str:
    for word, other in SYNONYMS.items():
        text = text.replace(word, other)
    return text


def half(text: str, rng: random.Random) -> str:
    return text[: len(text) // 2]


EDITS: dict[str, Edit] = {
    "set anew": reset,
    **{f"{share:.0%} of the words": replaced(share) for share in (0.01, 0.05, 0.1, 0.2, 0.4)},
    **{f"{share:.0%} of the sentences": rewritten(share) for share in (0.05, 0.1, 0.2, 0.4)},
    "insertions": inserted,
    "reordered paragraphs": reordered,
    "synonyms": spun,
    "first half alone": half,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, metavar="N")
    documents = parser.parse_args().documents
    folder = Path(tempfile.mkdtemp(prefix="dedup-"))
    try:
        if documents:
            cost(folder, documents)
        else:
            for name, texts in corpora().items():
                found(folder / name, name, texts)
    finally:
        shutil.rmtree(folder)


def corpora() -> dict[str, list[str]]:
    made = [story.essay(random.Random(n)) for n in range(300)] + [story.news(random.Random(n), 9) for n in range(300)]
    texts = {"generated": ["\n".join(each.paragraphs) for each in made]}
    if REAL.is_dir():
        labels = [json.loads(path.read_bytes()) for path in sorted(REAL.glob("*.json"))]
        texts["real pages"] = strangers([text for label in labels if len(text := str(label.get("text") or "")) >= 200])
    return texts


def strangers(texts: Sequence[str]) -> list[str]:
    """The texts without those that share a tenth with an earlier one, counted exactly: pages of one article."""
    kept: list[tuple[str, set[int]]] = []
    for text in texts:
        mine = set(shingles(fold(text)).tolist())
        if all(len(mine & other) < 0.1 * len(mine | other) for _, other in kept):
            kept.append((text, mine))
    return [text for text, _ in kept]


def found(folder: Path, name: str, texts: Sequence[str]) -> None:
    """Each edit of each text, and of as many texts that have no source, against the index of the sources."""
    sources, strangers = texts[::2], texts[1::2]
    index = DupIndex(folder, folder / "drafts", "bench")
    ids = [identity(text) for text in sources]
    for article, text in zip(ids, sources, strict=True):
        index.add(article, signed(text), 1)
    index.flush()
    print(f"\n{name}: {len(sources)} sources, {sum(map(len, sources)) // len(sources)} characters each\n")
    print(f"{'':24}{'same':>6}{'copy':>6}{'family':>8}{'recall':>8}{'right source':>14}{'mean similarity':>17}")
    for kind, edit in EDITS.items():
        pairs = [(article, edit(text, random.Random(7))) for article, text in zip(ids, sources, strict=True)]
        line(kind, [(article, look(index, signed(text))) for article, text in pairs])
    line("unrelated", [("", look(index, signed(text))) for text in strangers])
    essays_in_compilations(folder / "parts", sources, strangers)


def essays_in_compilations(folder: Path, essays: Sequence[str], fillers: Sequence[str]) -> None:
    """Compilations of five essays; then the first essay of each comes alone, and the other way round."""
    for kind, with_parts in (("essay of a compilation", True), ("… without its parts", False)):
        index = DupIndex(folder / kind, folder / "drafts", "bench")
        expected = []
        for number in range(0, min(len(essays), len(fillers)) - 4, 5):
            pieces = [essays[number], *fillers[number : number + 4]]
            starts = [0, *accumulate(len(piece) + 1 for piece in pieces)]
            parts = [TextPart("part", None, at, at + len(piece)) for at, piece in zip(starts, pieces, strict=False)]
            text = "\n".join(pieces)
            signature = signature_of(text, parts if with_parts else ())
            assert signature is not None
            index.add(identity(text), signature, 1)
            expected.append((identity(text), essays[number]))
        index.flush()
        line(kind, [(article, look(index, signed(text))) for article, text in expected])
    index = DupIndex(folder / "essays", folder / "drafts", "bench")
    for text in essays:
        index.add(identity(text), signed(text), 1)
    index.flush()
    made = ["\n".join([essays[n], *fillers[n : n + 4]]) for n in range(0, min(len(essays), len(fillers)) - 4, 5)]
    line("compilation of essays", [(identity(essays[0]), look(index, signed(text))) for text in made])


def line(kind: str, results: Sequence[tuple[str, Match | None]]) -> None:
    """One line of the table: of all looked up, the shares at each level, and how many name their source."""
    matches = [(article, match) for article, match in results if match]
    same = sum(match.exact for _, match in matches)
    copies = sum(not match.exact and match.similarity >= STRICT for _, match in matches)
    right = sum(match.article == article for article, match in matches)
    total = len(results)
    mean = sum(match.similarity for _, match in matches) / len(matches) if matches else 0
    shares = f"{same / total:6.2f}{copies / total:6.2f}{(len(matches) - same - copies) / total:8.2f}"
    named = f"{right / len(matches):14.3f}" if matches else f"{'–':>14}"
    print(f"{kind:24}{shares}{len(matches) / total:8.3f}{named}{mean:17.2f}")


def cost(folder: Path, documents: int) -> None:
    """An index of so many texts; every tenth is a copy of the one before it, and every fifth is looked up."""
    rng = np.random.default_rng(1)
    words = rng.integers(0x4E00, 0x9FA5, (60_000, 2)).astype("<u4")
    index = DupIndex(folder / "index", folder / "drafts", "bench")
    spent = dict.fromkeys(("signing", "looking up", "adding"), 0.0)
    missed = wrong = 0
    text, pause = "", 0.0
    for number in range(documents):
        if number % 10 == 9:
            text = text[:1000] + "改" * 200
        else:
            drawn = np.minimum(rng.zipf(1.3, 600) - 1 + rng.integers(0, 40, 600), len(words) - 1)
            text = words[drawn].tobytes().decode("utf-32-le")
        clock = Clock(spent)
        signature = signed(text)
        clock.stop("signing")
        article = hashlib.md5(str(number).encode()).hexdigest()
        if number % 5 == 4:
            match = choose(index.find(article, signature).earlier, signature)
            clock.stop("looking up")
            missed += number % 10 == 9 and match is None
            wrong += number % 10 == 4 and match is not None
        started = time.perf_counter()
        index.add(article, signature, number + 1)
        pause = max(pause, time.perf_counter() - started)
        clock.stop("adding")
        step = max(5, documents // 10)
        if (number + 1) % step == 0:
            each = {"signing": step, "looking up": step // 5, "adding": step}
            costs = ", ".join(f"{name} {spent[name] / each[name] * 1e6:.0f}" for name in spent)
            print(f"{number + 1:>9,} texts: {costs} µs of CPU; {memory()}; {len(index.segments)} segments", flush=True)
            spent.update(dict.fromkeys(spent, 0.0))
    index.close()
    size = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
    print(f"{size / documents:.0f} bytes a text on disk; the longest pause {pause:.1f} s")
    print(f"{missed} of {documents // 10} copies missed, {wrong} of {documents // 10} unrelated texts marked")


class Clock:
    """CPU seconds of this process from one stop to the next, added to the account named."""

    def __init__(self, accounts: dict[str, float]) -> None:
        self._accounts = accounts
        self._at = time.process_time()

    def stop(self, account: str) -> None:
        now = time.process_time()
        self._accounts[account] += now - self._at
        self._at = now


def memory() -> str:
    """What is the process's own, and what is page cache of mapped files that the system may take back."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kilobytes = {
        name: int(rest.split()[0]) for name, _, rest in (each.partition(":") for each in lines) if "kB" in rest
    }
    return f"own {kilobytes['RssAnon'] >> 10} MB, mapped {kilobytes['RssFile'] >> 10} MB"


def signed(text: str) -> Signature:
    signature = signature_of(text)
    assert signature is not None
    return signature


def look(index: DupIndex, signature: Signature) -> Match | None:
    return choose(index.find("0" * 32, signature).earlier, signature)


def identity(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


if __name__ == "__main__":
    main()
