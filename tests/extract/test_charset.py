"""Bytes to text: labels, their lies, and the characters that the named standards lack."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from corpus_builder.extract.charset import Decoded, declared, decode
from corpus_builder.extract.japanese import CODECS, cp932, euc_jp, iso_2022_jp
from corpus_builder.extract.labels import STANDARD, codec_of

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


def test_a_long_page_with_one_bad_byte_in_a_thousand_keeps_its_charset() -> None:
    for codec in ("cp932", "euc_jp"):
        body = (PLAIN * 28).encode(codec) + b"\xff "
        for label in (None, "iso-8859-1", codec):
            found = decode(body * 300, label)
            assert found.text.replace("\ufffd", "").startswith(PLAIN * 28 + " " + PLAIN), (codec, label)
            assert found.text.count("\ufffd") <= 300


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


def test_the_table_of_labels_is_the_standards() -> None:
    """Those of the WHATWG Encoding Standard, by the digest of ``label codec`` lines in order.

    Without those of ``replacement`` and ``x-user-defined``, which name nothing here.
    """
    lines = sorted(f"{label} {codec}" for codec, labels in STANDARD.items() for label in labels.split())
    assert len(lines) == 221
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == (
        "1b68c9307ace25cf060101c51af058547fdc2f6f903a55f1bc91682bf81e3b5d"
    )
    assert all(codec_of(label) == codec for label, codec in map(str.split, lines))
    for label in ("hz-gb-2312", "iso-2022-kr", "replacement", "x-user-defined", "cp037", "utf-7", "idna", "rot13"):
        assert codec_of(label) is None, label


def characters(*leads: int) -> list[tuple[bytes, str]]:
    codes = [bytes((lead, trail)) for lead in leads for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD))]
    pairs = [(code, code.decode("cp932", "replace")) for code in codes]
    return [(code, char) for code, char in pairs if len(char) == 1 and char != "\ufffd"]


def test_every_character_of_cp932_is_what_it_is() -> None:
    pairs = characters(*range(0x81, 0xA0), *range(0xE0, 0xFD))
    assert len(pairs) == 9604
    for code, char in pairs:
        assert cp932(code, "strict") == char


def test_rows_and_cells_of_euc_jp_and_iso_2022_jp_are_those_of_cp932() -> None:
    """The NEC and NEC-selected IBM rows among them; CP932's own bytes give the rows by arithmetic."""
    for code, char in characters(*range(0x81, 0xA0), *range(0xE0, 0xF0)):
        row = (code[0] - (0x81 if code[0] < 0xA0 else 0xC1)) * 2 + (code[1] >= 0x9F)
        cell = code[1] - 0x9F if code[1] >= 0x9F else code[1] - 0x40 - (code[1] > 0x7F)
        assert euc_jp(bytes((row + 0xA1, cell + 0xA1)), "strict") == char
        assert iso_2022_jp(b"\x1b$B" + bytes((row + 0x21, cell + 0x21)), "strict") == char


def test_ibm_characters_in_three_bytes_of_euc_jp() -> None:
    """eucJP-ms has all 388: those outside JIS X 0208 and 0212 from 8F F3 F3 on, in CP932's order."""
    places = [bytes((0x8F, row, cell)) for row in (0xF3, 0xF4) for cell in range(0xA1, 0xFF)][0xF3 - 0xA1 :]
    text = "".join(euc_jp(place, "strict") for place in places)
    assert len(text) == 106
    assert text[:26] == "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻"
    order = [char for _, char in characters(0xFA, 0xFB, 0xFC)]
    assert [order.index(char) for char in text] == sorted(order.index(char) for char in text)


def test_damage_in_two_byte_text_costs_its_neighbourhood() -> None:
    lines = [PLAIN.replace("。", ""), "plain"] * 15
    body = "\n".join(lines).encode("iso2022_jp")
    place = body.index(b"\x1b$B", len(body) // 2) + 9
    hurt = {
        "first half overwritten": (body[:place] + b"\x80" + body[place + 1 :], 2),
        "second half overwritten": (body[: place + 1] + b"\x80" + body[place + 2 :], 2),
        "a byte too much": (body[:place] + b"\xff" + body[place:], 1),
        "an escape lost": (body[: place - 9] + body[place - 6 :], len(lines[0])),
        "the escape back lost": (body.replace(b"\x1b(B\n", b"\n", 1), 0),
    }
    for name, (damaged, lost) in hurt.items():
        text, charset, _ = decode(damaged)
        assert charset == "iso-2022-jp", name
        assert (Counter("\n".join(lines)) - Counter(text)).total() <= lost, name


def test_euc_jp_finds_its_step_again_behind_a_damaged_byte() -> None:
    body = PLAIN.encode("euc_jp")
    for place in range(2, 20):
        for damaged in (body[:place] + b"\x80" + body[place + 1 :], body[:place] + b"\xff" + body[place:]):
            text = decode(damaged, "euc-jp").text
            assert (Counter(PLAIN) - Counter(text)).total() <= 2, (place, text)


def test_a_wide_page_of_any_width_needs_no_mark_and_no_label() -> None:
    for codec in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        for text in (page("plain"), page(PLAIN), PLAIN):
            if "32" not in codec or text != PLAIN:
                assert decode(text.encode(codec), "utf-8").text == text, codec


def test_korean_in_seven_bits() -> None:
    text = "한국어 문서"
    assert decode(text.encode("iso2022_kr")) == (text, "iso2022_kr", "detected")


def test_a_japanese_page_with_any_wrong_label_is_found_out() -> None:
    wrong = ("gb2312", "big5", "euc-kr", "windows-1251", "iso-8859-2", "koi8-r", "x-user-defined", "utf-16le", "none")
    for codec in ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le"):
        for label in wrong:
            found = decode(page(PLAIN, label).encode(codec), label)
            assert found.text == page(PLAIN, label), (codec, label)
            if label != "utf-16le":  # which is right of one, and in a page means UTF-8
                assert found.source == ("detected" if codec_of(label) is None else "mislabelled"), (codec, label)


def test_other_languages_are_not_taken_for_japanese() -> None:
    texts = {
        "cp1251": "Съешь же ещё этих мягких французских булок да выпей чаю.",
        "koi8-r": "Съешь же ещё этих мягких французских булок да выпей чаю.",
        "cp1252": "Voix ambiguë d’un cœur qui, au zéphyr, préfère les jattes de kiwis.",
        "cp1255": "דג סקרן שט בים מאוכזב ולפתע מצא לו חברה",
        "cp874": "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
        "gb18030": "这是一个中文网页，只有汉字，没有假名。" * 3,
        "big5": "這是一個中文網頁，只有漢字，沒有假名。" * 3,
        "cp949": "이것은 한국어 문서입니다. 가나는 없습니다." * 3,
    }
    for codec, text in texts.items():
        assert decode(text.encode(codec)).charset not in CODECS, codec
        assert decode(page(text).encode(codec), codec).text == page(text), codec


def test_gaps_of_windows_code_pages_are_controls_as_in_browsers() -> None:
    assert decode(b"a\x81b\xe9", "windows-1252").text == "a\x81bé"


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
