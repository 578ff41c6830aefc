"""Bytes to text: labels, their lies, and the characters that the named standards lack."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
import zstandard

from corpus_builder.extract.charset import Decoded, declared, decode

SHARED = Path(__file__).parents[3] / "shared" / "data"
SENTENCE = "むかし、ある村に髙橋さんと﨑山さんが住んでいました。①番目の㈱は第Ⅲ期で、～から－へ。"
PLAIN = "日本語の文章は、ひらがなとカタカナと漢字でできています。半角は別です。"


def page(text: str, label: str = "") -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return f"<html><head>{meta}<title>t</title></head><body><p>{text}</p></body></html>"


def eucjp_ms(text: str) -> bytes:
    """EUC-JP as Windows writes it, made from CP932 by arithmetic on rows and cells."""
    out = bytearray()
    for char in text:
        code = char.encode("cp932")
        if char in "髙﨑Ⅲ㈱①":  # the NEC and NEC-selected copies, which fit into 94 rows
            code = {"髙": b"\xee\xe0", "﨑": b"\xed\x95"}.get(char, code)
        if len(code) == 1:
            out += b"\x8e" + code if code[0] >= 0xA1 else code
            continue
        row = (code[0] - (0x81 if code[0] < 0xA0 else 0xC1)) * 2 + 1
        cell = code[1] - 0x9E
        if code[1] < 0x9F:
            cell = code[1] - 0x3F - (code[1] > 0x7F)
        else:
            row += 1
        out += bytes((row + 0xA0, cell + 0xA0))
    return bytes(out)


def iso2022(text: str) -> bytes:
    """ISO-2022-JP as Outlook writes it: NEC row 13 inside ``ESC $ B``."""
    out = bytearray()
    for char in text:
        code = eucjp_ms(char)
        if code[0] == 0x8E:
            out += b"\x1b(I" + bytes((code[1] & 0x7F,)) + b"\x1b(B"
        elif len(code) == 2:
            out += b"\x1b$B" + bytes(byte & 0x7F for byte in code) + b"\x1b(B"
        else:
            out += code
    return bytes(out)


@pytest.mark.parametrize("label", ["Shift_JIS", "x-sjis", "SJIS", "windows-31j", "shift-jis", "CP932"])
def test_every_name_of_shift_jis_means_cp932(label: str) -> None:
    body = page(SENTENCE, label).encode("cp932")
    assert decode(body) == (page(SENTENCE, label), "cp932", "meta")


def test_euc_jp_has_the_characters_of_windows_and_the_code_points_of_cp932() -> None:
    markup = page(SENTENCE, "EUC-JP")
    assert decode(eucjp_ms(markup)) == (markup, "euc-jp", "meta")


def test_iso_2022_jp_has_nec_row_13_and_half_width_kana() -> None:
    markup = page(SENTENCE.replace("髙", "高") + "ｶﾀｶﾅ", "iso-2022-jp")
    assert decode(iso2022(markup)) == (markup, "iso-2022-jp", "meta")


def test_half_width_kana_by_shift_out_and_in() -> None:
    assert decode(b"\x1b$BF|K\\\x1b(B \x0e6@6E\x0f ok", "iso-2022-jp").text == "日本 ｶﾀｶﾅ ok"


def test_jis_x_0212_in_euc_jp_and_in_iso_2022_jp() -> None:
    text = "丂はかなと違う。" + PLAIN
    assert decode(text.encode("euc_jp"), "euc-jp").text == text
    assert decode(text.encode("iso2022_jp_ext"), "iso-2022-jp").text == text


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
@pytest.mark.parametrize("label", ["", "utf-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "iso-8859-1", "us"])
def test_whatever_the_label_says_the_bytes_decide(codec: str, label: str) -> None:
    markup = page(PLAIN, label)
    assert decode(markup.encode(codec)).text == markup


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
@pytest.mark.parametrize("header", ["utf-8", "Shift_JIS", "EUC-JP", "ISO-8859-1"])
def test_a_header_is_not_believed_against_the_bytes(codec: str, header: str) -> None:
    assert decode(page(PLAIN).encode(codec), header).text == page(PLAIN)


def test_the_header_goes_before_the_page_when_both_fit() -> None:
    assert decode(page("hello", "euc-jp").encode(), "Shift_JIS").charset == "cp932"


def test_who_said_so() -> None:
    assert decode(b"\xef\xbb\xbfabc", "euc-jp") == Decoded("abc", "utf-8", "bom")
    assert decode(PLAIN.encode(), "UTF-8").source == "http"
    assert decode(page(PLAIN, "utf-8").encode()).source == "meta"
    assert decode(PLAIN.encode()).source == "detected"
    assert decode(page(PLAIN, "utf-8").encode("cp932")).source == "mislabelled"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_and_without_its_mark(codec: str) -> None:
    body = page(PLAIN).encode(codec)
    mark = "\ufeff".encode(codec)
    assert decode(mark + body).text == decode(body).text == page(PLAIN)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("gb2312", "gb18030", "这是一个中文网页，镕基。"),
        ("big5", "big5hkscs", "這是一個中文網頁。"),
        ("euc-kr", "cp949", "이것은 한국어 문서입니다. 펲"),
        ("windows-1251", "cp1251", "Это русский текст."),
    ],
)
def test_labels_of_other_languages_are_honoured(label: str, codec: str, text: str) -> None:
    assert decode(page(text, label).encode(codec)) == (page(text, label), codec, "meta")


def test_a_bad_byte_costs_one_character_and_not_the_charset() -> None:
    for codec in ("utf-8", "cp932", "euc_jp"):
        body = (PLAIN * 20).encode(codec) + b"\xff" + PLAIN.encode(codec)
        text = decode(body, "utf-8" if codec == "utf-8" else None).text
        assert text.count("\ufffd") <= 2
        assert text.startswith(PLAIN * 20)


def test_a_page_cut_within_a_character_keeps_its_charset() -> None:
    for codec in ("utf-8", "cp932", "euc_jp"):
        body = page(PLAIN * 20, "x").encode(codec)
        cut = body[: body.rindex("別".encode(codec)) + 1]
        assert PLAIN * 19 in decode(cut).text


def test_a_meta_in_a_comment_and_a_nonsense_label_say_nothing() -> None:
    assert declared(b"<!-- <meta charset=shift_jis> --><p>") is None
    assert declared(b"<meta charset=none>") is None
    assert declared(b"<meta charset=unicode_escape>") is None
    assert declared(b"<meta charset=utf-7>") is None
    assert declared(b'<?xml version="1.0" encoding="EUC-JP"?>') == "euc-jp"


def test_any_bytes_decode() -> None:
    for body in (b"", b"\x00", b"\xff\xfe", bytes(range(256)) * 8, b"\x1b$B", b"\x1b$B\xff\x1b(I"):
        assert isinstance(decode(body).text, str)


@pytest.mark.shared
def test_real_pages_decode_without_loss() -> None:
    """Every Japanese file of chardet's test suite, without the help of a header."""
    archive = SHARED / "charset.tar.zst"
    if not archive.exists():
        pytest.skip("../shared/data is absent")
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(archive.read_bytes())).read()
    wanted = {"CP932": "cp932", "SHIFT_JIS": "cp932", "EUC-JP": "euc-jp", "iso-2022-jp": "iso-2022-jp"}
    seen = 0
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        for member in tar:
            folder = Path(member.name).parent.name
            if member.isfile() and folder in wanted:
                file = tar.extractfile(member)
                assert file is not None
                text, charset, _ = decode(file.read())
                assert (charset, text.count("\ufffd")) == (wanted[folder], 0), member.name
                seen += 1
    assert seen >= 60
