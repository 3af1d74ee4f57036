"""The bytes decide what a page says; what it declares is only a hint."""

from __future__ import annotations

import codecs
import encodings.aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.decode import declared, decode

# Long enough that frequent characters tell a right decoding from a wrong one.
_TEXT = "我们的工作是一个长期的过程，不是在一两天里就可以做到的。大家来到这里，为了学习，也为了生活。" * 3
_HANT = "我們的工作是一個長期的過程，不是在一兩天裡就可以做到的。大家來到這裡，為了學習，也為了生活。" * 3


def page(declaration: str = "", text: str = _TEXT) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declaration}">' if declaration else ""
    return f"<html><head>{meta}<title>标题</title></head><body><p>{text}</p></body></html>"


def gbk(declaration: str = "", text: str = _TEXT) -> bytes:
    return page(declaration, text).encode("gb18030")


@pytest.mark.parametrize(
    "declaration", ["", "gb2312", "GBK", "utf-8", "big5", "iso-8859-1", "windows-1252", "euc-kr", "no-such"]
)
@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_whatever_is_declared_the_text_is_right(charset: str, declaration: str) -> None:
    decoded = decode(page(declaration).encode(charset))
    assert (decoded.text, decoded.charset, decoded.replaced) == (page(declaration), charset, 0)


@pytest.mark.parametrize(
    "content_type",
    [None, "text/html", "text/html; charset=utf-8", "text/html;charset=big5", 'text/html; charset="GBK"'],
)
def test_a_wrong_header_does_not_make_a_gbk_page_wrong(content_type: str | None) -> None:
    assert decode(gbk(), content_type).text == page()


@pytest.mark.parametrize("declaration", ["", "big5", "gb2312", "utf-8"])
def test_big5_is_read_whatever_is_declared(declaration: str) -> None:
    body = page(declaration, _HANT).replace("标题", "標題")
    assert decode(body.encode("big5hkscs")).text == body


def test_gb18030_characters_of_four_bytes_are_read_on_pages_that_declare_gb2312() -> None:
    text = page("gb2312", _TEXT + "镕㙍𠮷䶮堃")
    decoded = decode(text.encode("gb18030"))
    assert (decoded.text, decoded.charset) == (text, "gb18030")


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf16_is_read_with_and_without_a_byte_order_mark(order: str, bom: bool) -> None:
    mark = {"le": codecs.BOM_UTF16_LE, "be": codecs.BOM_UTF16_BE}[order] if bom else b""
    decoded = decode(mark + page("utf-16").encode(f"utf-16-{order}"))
    assert decoded.text == page("utf-16")
    assert decoded.charset.startswith("utf-16")


def test_a_utf8_byte_order_mark_beats_the_declaration_and_is_no_text() -> None:
    decoded = decode(codecs.BOM_UTF8 + page("gb2312").encode())
    assert (decoded.text, decoded.charset) == (page("gb2312"), "utf-8")


def test_a_page_of_numeric_entities_is_ascii() -> None:
    body = b"<p>&#25105;&#20204;&#x7684;</p>"
    assert decode(body, "text/html; charset=gb2312").charset == "ascii"


def test_a_meta_tag_behind_40_kb_of_script_is_found() -> None:
    script = b"<script>" + b"var filler = 0;\n" * 2600 + b"</script>"
    assert len(script) > 40_000
    assert declared(script + b'<meta charset="big5">', None) == ["big5hkscs"]


def test_a_meta_tag_in_single_quotes_or_none_is_found() -> None:
    assert declared(b"<meta charset='gbk'><meta http-equiv=content-type content=text/html;charset=utf-8>", None) == [
        "gb18030",
        "utf-8",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("rot13", "hex", "base64", "uu", "zlib", "idna", "punycode", "undefined", "utf-7", "unicode_escape", "mbcs"),
        *("raw_unicode_escape", "charmap", "palmos", "x-user-defined", "..", "中文", "none"),
    ],
)
def test_a_declaration_that_names_no_encoding_of_web_pages_is_none(name: str) -> None:
    body = page(name).encode() + b"\xff\xfe.."
    assert declared(body, f"text/html; charset={name}") == []
    assert _TEXT in decode(body, f"text/html; charset={name}").text


@given(st.sampled_from(sorted(encodings.aliases.aliases)) | st.text(max_size=12), st.binary(max_size=60))
def test_no_declaration_and_no_bytes_make_the_decoder_raise(name: str, body: bytes) -> None:
    decoded = decode(b"<meta charset=" + name.encode() + b">" + body, f"text/html; charset={name}")
    # The page itself may print some, which replace nothing.
    assert decoded.replaced in (decoded.text.count("\ufffd"), 0)


def test_the_euro_sign_of_windows_is_one_in_a_gbk_page() -> None:
    body = page("gbk", _TEXT + "门票每张").encode("gb18030") + b"\x80" + "五十。".encode("gb18030")
    decoded = decode(body)
    assert (decoded.charset, decoded.replaced) == ("gb18030", 0)
    assert decoded.text.endswith("€五十。")


@pytest.mark.parametrize(
    ("code", "character"),
    [
        *(("fe51", "\U00020087"), ("fe59", "龴"), ("fe91", "\U000241fe")),
        *(("a6d9", "\ufe10"), ("a8bc", "ḿ"), ("a3a0", "\u3000")),
    ],
)
def test_characters_that_gbk_had_for_private_use_have_their_code_points(code: str, character: str) -> None:
    whole = page("gbk", _TEXT + "偏旁").encode("gb18030")
    decoded = decode(whole.replace("偏旁".encode("gb18030"), "偏旁".encode("gb18030") + bytes.fromhex(code)))
    assert f"偏旁{character}" in decoded.text
    assert decoded.utf8 in (None, decoded.text.encode())


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_lost_bytes_damage_their_own_place_only_and_are_counted(charset: str) -> None:
    whole = page("gb2312", _TEXT * 8).encode(charset)
    middle = len(whole) // 2
    while whole[middle] < 128 or whole[middle - 1] < 128:
        middle += 1
    damaged = whole[:middle] + b"\xff" + whole[middle + 1 :]
    decoded = decode(damaged)
    assert decoded.charset == charset
    assert 1 <= decoded.replaced <= 3
    assert decoded.replaced == decoded.text.count("\ufffd")
    assert _TEXT in decoded.text


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_page_cut_in_the_middle_of_a_character_keeps_all_the_others(cut: int) -> None:
    whole = page("utf-8", _TEXT).split("</p>")[0].encode()
    decoded = decode(whole[:-cut])
    assert decoded.charset == "utf-8"
    assert decoded.text.rstrip("\ufffd") in page("utf-8", _TEXT)


def test_text_stored_as_utf8_read_as_gbk_is_healed() -> None:
    # "鎴戜滑鐨勫伐浣滐紝": the site's database was filled by a program that took UTF-8 for GBK; pairs that fit survive.
    plain = page("utf-8", "我们，是的，大家好，来了，在这里，不是，" * 12)
    stored = plain.encode().decode("gb18030", "strict") if _fits(plain) else ""
    assert stored, "the sample must survive the wrong decoding, or it proves nothing"
    decoded = decode(stored.encode())
    assert decoded.text == plain
    assert decoded.charset == "utf-8 stored as gb18030"


def _fits(text: str) -> bool:
    try:
        return text.encode().decode("gb18030").encode("gb18030") == text.encode()
    except UnicodeDecodeError:
        return False


@pytest.mark.parametrize("wrong", ["latin-1"])
def test_text_stored_as_utf8_read_as_latin_is_healed(wrong: str) -> None:
    stored = page("utf-8").encode().decode(wrong)
    decoded = decode(stored.encode())
    assert decoded.text == page("utf-8")
    assert decoded.charset == f"utf-8 stored as {wrong}"


def test_a_page_about_mojibake_is_left_alone() -> None:
    text = page("utf-8", _TEXT + "乱码是“锟斤拷”和“烫烫烫”，“锛”是逗号。")
    assert decode(text.encode()).text == text


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded(body: bytes) -> None:
    decoded = decode(body)
    # The page itself may print some, which replace nothing.
    assert decoded.replaced in (decoded.text.count("\ufffd"), 0)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=60))
def test_utf8_with_han_is_never_taken_for_anything_else(text: str) -> None:
    assert decode(page("gb2312", text).encode()).text == page("gb2312", text)


def test_letters_of_two_bytes_are_what_the_page_declares() -> None:
    """The bytes of "é" in UTF-8 are those of 茅 in GBK: no character of three bytes tells which."""
    for declaration, letter in (("utf-8", "é"), ("gbk", "茅")):
        decoded = decode(f"<meta charset={declaration}><p>caf".encode() + b"\xc3\xa9")
        assert decoded.text.endswith(f"caf{letter}")
    plain = decode(b"<p>" + "我们".encode("gb18030"))
    assert (plain.text, plain.charset) == ("<p>我们", "gb18030")


def test_a_byte_order_mark_of_a_damaged_page_counts() -> None:
    decoded = decode(codecs.BOM_UTF8 + "我们".encode() + b"\xff" + "好".encode())
    assert (decoded.text, decoded.charset, decoded.replaced) == ("我们\ufffd好", "utf-8", 1)
