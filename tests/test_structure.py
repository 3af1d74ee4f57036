"""Page blocks, compilations and attachments: found, and never at the cost of the author's own numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import Article
from pipelines.text.clean import clean
from pipelines.text.structure import (
    find_parts,
    join_page_blocks,
    strip_glued_title,
    strip_title_at_end,
    strip_title_lines,
)
from pipelines.text.tracked import TrackedText, restore

_SENTENCES = (
    "各单位要把学习摆在首位，结合自己的实际，一条一条地对照检查。",
    "1、要加强领导，明确责任，做到有人抓、有人管。",
    "2、要深入基层，多听群众的话，少开没有用处的会。",
    "3、要讲求实效，不搞形式，年底逐项验收。",
    "会议还讨论了来年的预算，对水利、道路和学校作了安排。",
    "与会同志一致认为，这份报告说到了要害，也说出了办法。",
)
# No digits and no marks: what stands between the blocks' numbers can only be lost, not confused.
texts = st.lists(st.sampled_from(_SENTENCES), min_size=40, max_size=120).map("".join)


def article(text: str, title: str = "在全市工作会议上的讲话") -> Article:
    return Article(id="", url="", canonical_url="", site="", family="wenku", template="", title=title, text=text)


def cut_into_blocks(text: str, length: int) -> str:
    """What a 文库 viewer makes of a text: a number in front of every `length` characters, each piece a line."""
    pieces = [text[i : i + length] for i in range(0, len(text), length)]
    return "\n".join(f"{number}、{piece}" for number, piece in enumerate(pieces, 1))


def without_breaks(text: str) -> str:
    return text.replace("\n", "")


@given(texts, st.integers(80, 600))
def test_page_blocks_of_any_length_are_joined_and_nothing_else_is_lost(text: str, length: int) -> None:
    body = cut_into_blocks(text, length)
    blocks = -(-len(text) // length)
    tracked = TrackedText(body)
    joined = join_page_blocks(tracked)
    assert restore(tracked.text, tracked.removed()) == body
    if blocks >= 4:
        assert joined
    assert without_breaks(tracked.text) == (text if joined else without_breaks(body))


@pytest.mark.parametrize("before", ["", _SENTENCES[0] * 3])
@given(sizes=st.lists(st.integers(1, 6), min_size=9, max_size=14), length=st.integers(60, 512))
def test_numbers_of_the_authors_own_in_a_text_of_page_blocks_stay(before: str, sizes: list[int], length: int) -> None:
    text = before + "\n".join(f"{number}、{_SENTENCES[0] * size}" for number, size in enumerate(sizes, 1))
    tracked = TrackedText(cut_into_blocks(text, length))
    if len(text) > 3 * length:
        assert join_page_blocks(tracked)
        assert without_breaks(tracked.text) == without_breaks(text)


@given(texts, st.integers(80, 300))
def test_blocks_of_a_cleaned_article_come_back_from_the_row(text: str, length: int) -> None:
    body = cut_into_blocks(text, length)
    row = clean(article(body))
    assert restore(row.text, row.removed) == body


_items = st.tuples(st.sampled_from((_SENTENCES[0], *_SENTENCES[4:])), st.integers(1, 9)).map(lambda t: t[0] * t[1])


@given(st.lists(_items, min_size=2, max_size=5))
def test_a_real_list_keeps_its_numbers(items: list[str]) -> None:
    body = "\n".join(f"{number}、{item}" for number, item in enumerate(items, 1))
    assert clean(article(body)).text == body


def test_the_clauses_of_a_law_keep_their_numbers() -> None:
    clauses = (
        "申请人的姓名、性别、年龄、住址",
        "请求的事项和所根据的事实与理由，须逐条写明并附证据",
        "证人的姓名和住址",
    )
    body = "申请书应当写明下列事项：\n" + "\n".join(f"{n}、{clause}；" for n, clause in enumerate(clauses, 1))
    assert clean(article(body, "申请书的写法")).text == body


def test_a_text_that_its_viewer_cut_off_is_truncated() -> None:
    body = cut_into_blocks(_SENTENCES[0] * 40, 290)[:-4]
    assert clean(article(body)).truncated
    assert not clean(article(_SENTENCES[0] * 40)).truncated


_ESSAY = (
    "我站在桥上看河水流过，想起去年夏天的事情，心里忽然安静下来。桥下的船夫还认得我，他笑着招手，问我什么时候再来。"
)


@pytest.mark.parametrize(
    "marks",
    [
        ["1", "2", "3"],
        ["（1）", "（2）", "（3）"],
        ["【1】", "【2】", "【3】"],
        ["篇一", "篇二", "篇三"],
        ["篇一：桥", "篇二：河", "篇三：船夫"],
        ["【篇1】", "【篇2】", "【篇3】"],
        ["【篇一】", "【篇二】", "【篇三】"],
        ["第一篇", "第二篇", "第三篇"],
        ["第1篇：桥", "第2篇：河", "第3篇：船夫"],
        ["桥边随笔 篇一", "桥边随笔 篇二", "桥边随笔 篇三"],
        ["桥边随笔(1)", "桥边随笔(2)", "桥边随笔(3)"],
        ["桥边随笔【一】", "桥边随笔【二】", "桥边随笔【三】"],
        ["范文一", "范文二", "范文三"],
    ],
    ids=lambda marks: marks[0],
)
def test_each_way_of_marking_the_pieces_of_a_compilation(marks: list[str]) -> None:
    body = "\n".join(f"{mark}\n{_ESSAY}" for mark in marks)
    row = clean(article(body, "桥边随笔3则"))
    assert [(part.kind, row.text[part.start : part.end]) for part in row.parts] == [("part", _ESSAY)] * 3


def test_the_title_of_a_piece_is_kept() -> None:
    row = clean(article(f"篇一：桥\n{_ESSAY}\n篇二：河\n{_ESSAY}", "桥边随笔"))
    assert [part.title for part in row.parts] == ["桥", "河"]


def test_a_text_with_a_numbered_list_is_no_compilation() -> None:
    body = f"{_ESSAY}\n1\n{_ESSAY[:20]}\n2\n{_ESSAY[:25]}"
    assert clean(article(body)).parts == []


@pytest.mark.parametrize("mark", ["附送：{}{}", "附件：{}{}", "附：{}{}"])
def test_a_second_document_behind_the_first_is_an_attachment(mark: str) -> None:
    second = "在表彰大会上的发言稿"
    row = clean(article(_ESSAY * 2 + mark.format(second, second) + _ESSAY, "桥边随笔"))
    (part,) = row.parts
    assert (part.kind, part.title, row.text[part.start : part.end]) == ("attachment", second, _ESSAY)


def test_an_attachment_on_a_line_of_its_own() -> None:
    row = clean(article(f"{_ESSAY}\n附送：\n发言稿\n{_ESSAY}", "桥边随笔"))
    row_inline = clean(article(f"{_ESSAY}\n附送：发言稿\n{_ESSAY}", "桥边随笔"))
    for found in (row, row_inline):
        (part,) = found.parts
        assert (part.kind, part.title, found.text[part.start : part.end]) == ("attachment", "发言稿", _ESSAY)


def test_a_list_of_enclosures_is_no_second_document() -> None:
    assert clean(article(f"{_ESSAY}\n附件：1.申请表\n2.汇总表", "关于报名的通知")).parts == []


def test_a_sentence_a_paragraph_stays_readable() -> None:
    body = "\n".join(_SENTENCES[i % 3] for i in (0, 4, 5, 0))
    assert clean(article(body)).text == body


@pytest.mark.parametrize("repeats", [2, 3])
def test_the_title_glued_to_the_first_sentence_is_taken_off(repeats: int) -> None:
    title = "在全市工作会议上的讲话"
    row = clean(article(title * repeats + "同志们：" + _ESSAY, title))
    assert row.text == "同志们：" + _ESSAY
    assert [(span.rule, span.at) for span in row.removed] == [("title_again", 0)]


_TITLE = "在全市工作会议上的讲话"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{_TITLE}{_TITLE}同志们：好", "同志们：好"),
        (f"{_TITLE}同志们：好", None),  # once it may be the sentence's own
        (f"{_TITLE}{_TITLE}。好", None),
        (f"{_TITLE}{_TITLE}，好", None),
        (f"{_TITLE}{_TITLE}", None),
        (f"{_TITLE}{_TITLE}好", "好"),
    ],
)
def test_a_title_at_the_begin_of_a_sentence_goes_where_it_stands_twice(text: str, left: str | None) -> None:
    tracked = TrackedText(text)
    strip_glued_title(_TITLE, tracked)
    assert tracked.text == (text if left is None else left)


def test_what_a_site_adds_to_a_title_goes_with_it() -> None:
    for title, text in (
        (f"{_TITLE}可编辑版", f"{_TITLE}可编辑版{_TITLE}同志们：好"),
        (f"{_TITLE}(范文)", f"{_TITLE}{_TITLE}(范文)同志们：好"),
    ):
        tracked = TrackedText(text)
        strip_glued_title(title, tracked)
        assert tracked.text == "同志们：好"
    short = TrackedText("桥边随笔桥边随笔桥下")
    strip_glued_title("桥边随笔", short)
    assert short.text == "桥边随笔桥边随笔桥下", "a short title is a phrase"


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([_TITLE, "好"], ["好"]),
        ([_TITLE, _TITLE * 2, _TITLE * 3, "好"], ["好"]),
        ([_TITLE * 4, "好"], None),
        (["《在全市工作会议上的讲话》", "好"], ["好"]),
        (["在全市工作会议", "上的讲话", "好"], ["好"]),
        (["工作会议上的讲话", "好"], ["好"]),
        (["讲话", "好"], None),  # too little of it
        (["在全市", "会议", "好"], None),
        (["好", _TITLE, "好"], None),
        ([_TITLE] * 6 + ["好"], [_TITLE, "好"]),
    ],
)
def test_lines_that_are_the_title_go_from_the_begin_of_a_text(lines: list[str], left: list[str] | None) -> None:
    tracked = TrackedText("\n".join(lines))
    strip_title_lines(_TITLE, tracked)
    assert tracked.text.split("\n") == (lines if left is None else left)


def test_a_title_of_three_characters_is_a_word() -> None:
    for title, left in (("石桥记", "石桥记\n好"), ("石桥夜记", "好")):
        tracked = TrackedText(f"{title}\n好")
        strip_title_lines(title, tracked)
        assert tracked.text == left


@pytest.mark.parametrize(
    ("text", "title", "left"),
    [
        (f"好\n> {_TITLE}", _TITLE, "好"),
        (f"好\n{_TITLE}（一）", _TITLE, None),
        ("好\n石桥边的夜", "石桥边的夜", None),
        ("好\n石桥边的雨夜", "石桥边的雨夜", "好"),
        (_TITLE, _TITLE, None),
        (f"{_TITLE}\n好", _TITLE, None),
    ],
)
def test_a_last_line_that_is_the_title_goes(text: str, title: str, left: str | None) -> None:
    tracked = TrackedText(text)
    strip_title_at_end(title, tracked)
    assert tracked.text == (text if left is None else left)


@pytest.mark.parametrize(
    ("lengths", "joined"),
    [
        ([39, 39, 39, 39, 39, 39], False),
        ([40, 40, 40, 40, 40, 40], True),
        ([60, 63, 57, 60, 60, 60], True),
        ([60, 63, 63, 60, 60, 60], True),
        ([60, 57, 57, 60, 60, 60], True),
        ([60, 60, 60, 60, 60, 60, 80, 60, 60, 60], True),
        ([60, 80, 100, 60, 90, 120], False),
        ([60, 60], False),
        ([60, 60, 20], True),
        ([60, 60, 60, 70], True),
    ],
)
def test_blocks_have_one_length(lengths: list[int], joined: bool) -> None:
    text = "\n".join(f"{number}、{'水' * length}" for number, length in enumerate(lengths, 1))
    tracked = TrackedText(text)
    assert join_page_blocks(tracked) is joined
    assert tracked.text == ("水" * sum(lengths) if joined else text)


def test_a_few_items_of_one_length_that_are_sentences_are_a_list() -> None:
    for count, joined in ((4, False), (5, False), (6, True)):
        text = "\n".join(f"{number}、{'水' * 59}。" for number in range(1, count + 1))
        assert join_page_blocks(TrackedText(text)) is joined
    cut = "\n".join(f"{number}、{'水' * 60}" for number in range(1, 5))
    assert join_page_blocks(TrackedText(cut))
    assert not join_page_blocks(TrackedText("好\n" + cut)), "the first stands at the begin of the text"
    assert not join_page_blocks(TrackedText(cut.replace("1、", "1 ")))


@pytest.mark.parametrize(
    ("marks", "count"),
    [
        (["第九篇"], 0),
        (
            [
                f"第{number}篇"
                for number in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
            ],
            12,
        ),
        ([f"({number})" for number in range(1, 13)], 12),
        (["篇一", "篇三"], 0),
        (["篇一", "篇三", "篇二"], 2),
        (["第二十一篇", "第二十二篇"], 0),
        (["篇一", "篇一二"], 0),
    ],
)
def test_the_pieces_of_a_compilation_are_numbered_from_one(marks: list[str], count: int) -> None:
    text = "\n".join(f"{mark}\n{_ESSAY}" for mark in marks)
    parts = find_parts(text, "桥边随笔")
    assert len(parts) == count
    assert all(text[part.start : part.end].startswith(_ESSAY) for part in parts)


def test_a_piece_has_a_body_and_little_stands_before_the_first() -> None:
    for length, count in ((39, 0), (40, 2)):
        body = "水" * length
        assert len(find_parts(f"篇一\n{body}\n篇二\n{body}", "")) == count
    body = "水" * 100
    for length, count in ((80, 2), (120, 0)):
        assert len(find_parts("火" * length + f"\n篇一\n{body}\n篇二\n{body}", "")) == count


def test_the_line_of_a_piece_has_sixty_characters_at_most() -> None:
    for length, count in ((18, 2), (19, 0)):
        lines = (f"{'水' * 40}篇{number}{'火' * length}\n{_ESSAY}" for number in "一二")
        assert len(find_parts("\n".join(lines), "")) == count


def test_an_attachment_named_twice_is_one_and_its_title_is_no_further_one() -> None:
    title = "附件：关于报名的通知"
    text = f"{_ESSAY}附送：{title}{title}{_ESSAY}"
    [part] = find_parts(text, "")
    assert (part.kind, part.title, text[part.start : part.end]) == ("attachment", title, _ESSAY)
    two = f"{_ESSAY}\n附送：发言稿\n{_ESSAY}\n附赠：申请书的写法\n{_ESSAY}"
    assert [(each.title, two[each.start : each.end].strip()) for each in find_parts(two, "")][1] == (
        "申请书的写法",
        _ESSAY,
    )
    long = "".join(chr(0x4E00 + number) for number in range(61))
    for none in (f"{_ESSAY}附送：发言稿", f"附送：稿\n{_ESSAY}", f"附送：{long}\n{_ESSAY}", f"{_ESSAY}\n附送：发言稿"):
        assert find_parts(none, "") == []
    assert len(find_parts(f"附送：{long[1:]}\n{_ESSAY}", "")) == 1
