"""Normalisation: what it changes, and above all what it leaves."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.buffers import batch_of
from filters.language import LANGUAGE, MISREAD
from filters.normal import NORMALISED, compose, kept

SHARED = Path(__file__).parents[2].parent / "shared" / "data"

# Characters that normal forms fight over, and what stands beside them.
CONTESTED = st.characters(codec="utf-8") | st.sampled_from(
    "aａＺ１か゛゜ｶｱﾊﾜｦｳｯﾞﾟ｡･ｰ\u3099\u309a\u0301\u0327\u200b\u200c\u200d\u2060\ufeff\xad\xa0\r\n\t\0\x85\u2028"
    "กक\u094d👨❤\ufe0f\ufa19\U0002f800각\u1100\u1161\u11a8\u212b\u0958\U00011f41\U0001d15e\ufffd\u302a\u302b（！…①"
)


def normal(text: str) -> str:
    return str(NORMALISED(batch_of([text]))[0][0].as_py())


def changed(text: str) -> int:
    return int(NORMALISED(batch_of([text]))[1]["normalised_chars"][0].as_py())


@pytest.mark.parametrize(
    "text",
    [
        "（！）？：；～，．［］｛｝＂＇＄％＆",
        "①②⑳ⅢⅣⅰ㈱㈲㍻㊙℡№™㎡㎏㌔㍍℃",
        "x²+10⁵m²₂ 5½ ⅓ ªº µ ﬁ ﬀ ĳ ſ",
        "え……と、あ‥、…",
        "か゛ は゜ ´ ￣ ¨ ¸",
        "(´▽｀) （￣ー￣） (ﾟдﾟ) (｀・ω・´)",
        "\ufa19\ufa1a\ufa1b\ufa26\ufa11\ufa10\U0002f800\U0002fa1d",
        "葛\U000e0100城市 辻\U000e0101 ❤\ufe0f ☺\ufe0e 0\ufe0f\u20e3",
        "\u3000一字下げ。山田\u3000太郎",
        "￥￠￡￢￤￦ ￨￩￭",
        "〜 ～ — ― – ‐ － ー ﹣ ‑",
        "⺀⼀⼆ ㋿ ㍿ 𝐀𝑥 ㎜ ゟヿ",
        "👨‍👩‍👧‍👦 🏴‍☠️ 👩‍❤️‍💋‍👨 🇯🇵 👍🏽",
        "می‌خواهم क्‍ष ක්‍ෂ",
        "ภาษา\u200bไทย ខ្មែរ\u200bភាសា",
        "\ufffd tab\tand\nline",
        "한국어 각 é ñ ガ パ",
    ],
)
def test_what_full_compatibility_would_damage_stays(text: str) -> None:
    assert normal(text) == text
    assert changed(text) == 0


@pytest.mark.parametrize(
    ("text", "expected", "count"),
    [
        ("ｶﾞｷﾞﾊﾟﾋﾟｳﾞﾜﾞｦﾞﾄﾞﾂﾞﾎﾞﾎﾟ", "ガギパピヴヷヺドヅボポ", 22),
        ("ｱﾞｯﾞﾏﾟﾅﾞﾝﾞ", "ア゛ッ゛マ゜ナ゛ン゛", 10),
        ("ｶｯｺｰ｡｢ｱ､ｲ･ｳ｣ｧｮ", "カッコー。「ア、イ・ウ」ァョ", 14),
        ("か\u3099ハ\u309aウ\u3099", "がパヴ", 6),
        ("ｶ\u3099", "ガ", 3),
        ("ＡＢＣｘｙｚ０９", "ABCxyz09", 8),
        ("e\u0301 ａ\u0301", "é á", 5),
        ("a\r\nb\rc\n\rd\x0be\x0cf\x85g\u2028h\u2029i", "a\nb\nc\n\nd\ne\nf\ng\nh\ni", 8),
        ("\0a\x01\x1b\x7f\x80\x9fb", "ab", 6),
        ("\ufeffa\u200bb\u2060c\xadd", "abcd", 4),
        ("a\u200e\u200f\u202a\u202e\u2066\u2069\u061cb", "ab", 7),
        ("a\u200db 漢\u200c字 か\u200b\u200dな", "ab 漢字 かな", 4),
        ("👨\u200d\u200d👩", "👨\u200d👩", 1),
        ("1\xa0000", "1 000", 1),
        ("\u212b\u2126\u212a", "ÅΩK", 3),
        ("\u1100\u1161\u11a8", "각", 3),
        ("\ufa19か\u3099\ufa1a", "\ufa19が\ufa1a", 2),
        ("\u302b\u302a", "\u302a\u302b", 1),
    ],
)
def test_two_ways_to_write_one_thing_become_one(text: str, expected: str, count: int) -> None:
    assert normal(text) == expected
    assert changed(text) == count


@settings(deadline=None)
@given(st.lists(st.text(CONTESTED, max_size=30), max_size=5))
def test_to_normalise_twice_is_to_normalise_once(texts: list[str]) -> None:
    once, _ = NORMALISED(batch_of(texts))
    again, counts = NORMALISED(batch_of(once.to_pylist()))
    assert again.equals(once)
    assert not any(counts["normalised_chars"].to_pylist())


@settings(deadline=None)
@given(st.text(CONTESTED, max_size=40))
def test_the_count_says_whether_anything_changed(text: str) -> None:
    assert (changed(text) > 0) == (normal(text) != text)


@settings(deadline=None)
@given(st.text(CONTESTED, max_size=40))
def test_all_between_the_kept_is_in_nfc(text: str) -> None:
    if LANGUAGE(batch_of([text]))["mojibake"][0].as_py() > MISREAD:
        return
    assert all(unicodedata.is_normalized("NFC", piece) for piece in kept().split(normal(text)))


@settings(deadline=None)
@given(st.lists(st.text(CONTESTED, max_size=20), min_size=2, max_size=6))
def test_a_text_becomes_the_same_beside_any_other(texts: list[str]) -> None:
    whole = batch_of(texts)
    assert NORMALISED(whole)[0].to_pylist() == [normal(text) for text in texts]
    assert NORMALISED(whole.slice(1))[0].to_pylist() == [normal(text) for text in texts[1:]]


def test_an_array_in_which_nothing_changes_is_returned_itself() -> None:
    batch = batch_of(["そのまま。", "as is", "한국어 é（）", ""])
    assert NORMALISED(batch)[0].buffers()[2].address == batch.column("text").buffers()[2].address


def test_nulls_and_small_strings_become_texts() -> None:
    batch = pa.record_batch({"text": pa.array(["ｱ", None, "b"], pa.string())})
    text, counts = NORMALISED(batch)
    assert text.type == pa.large_string() and text.to_pylist() == ["ア", "", "b"]
    assert counts["normalised_chars"].to_pylist() == [1, 0, 0]


def test_bytes_that_are_no_utf8_come_out_as_they_went_in() -> None:
    pieces = [
        b"\xe3",
        b"\xef\xbd",
        b"\xf0\x9f\x98",
        b"\x80\xcc",
        b"a\xff\xfe",
        b"\xe3\xcc\x81",
        b"\xed\xa0\x80\xcc\x81",
    ]
    mixed = [each + "ａ".encode() for each in pieces]
    batch = pa.record_batch({"text": pa.array([*pieces, *mixed], pa.large_binary()).view(pa.large_string())})
    out = NORMALISED(batch)[0].view(pa.large_binary()).to_pylist()
    assert out[:7] == pieces
    assert NORMALISED(pa.record_batch({"text": NORMALISED(batch)[0]}))[0].view(pa.large_binary()).to_pylist() == out


def test_what_was_read_in_the_wrong_charset_keeps_the_evidence() -> None:
    text = "文字が化けると、誰にも読めないので困ります。" * 3
    for wrong in (text.encode().decode("cp932", "ignore"), text.encode("euc_jp").decode("cp932", "replace")):
        assert normal(wrong + "Ａ") == wrong + "Ａ"
    latin = text.encode().decode("latin-1")
    assert normal(latin) == latin


def test_no_code_point_that_one_unicode_version_orders_and_another_does_not() -> None:
    newer = "\U00010efd\U00011f41\U0001e08f\U0001e4ef"
    assert all(compose(f"a\u0315{each}\u0300") == f"a\u0315{each}\u0300" for each in newer)


def test_a_marked_kana_is_found_wherever_it_stands() -> None:
    """The scan goes by single bytes: every neighbour, every place."""
    for before in ("", "a", "あ", "é", "😀", "゙", "€"):
        for mark in ("\u3099", "\u309a", "\u302b\u302a", "ａ", "\r", "\x7f"):
            assert NORMALISED(batch_of([before + "ハ" + mark + "z"]))[0].to_pylist() != [before + "ハ" + mark + "z"]


def test_ten_megabytes_of_one_character_pass() -> None:
    for each in ("あ", "ｱ", "ﾞ", "\u3099", "\u200d", "\r", "😀"):
        text = each * (10_000_000 // len(each.encode()))
        assert changed(text) in (0, len(text))


def test_piles_of_marks_take_no_more_than_their_share_of_time() -> None:
    pile = "a" + "\u0315\u0300" * 1_000_000
    assert normal(pile) == pile
    assert normal("a" + "\u0315\u0300" * 100) == "à" + "\u0300" * 99 + "\u0315" * 100


@pytest.mark.shared
def test_labelled_paragraphs_lose_no_letter() -> None:
    import gzip

    path = SHARED / "quality_labels_ja.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    for text, new in zip(texts, NORMALISED(batch_of(texts))[0].to_pylist(), strict=True):
        assert "".join(unicodedata.normalize("NFKC", new).split()) == "".join(
            each
            for each in unicodedata.normalize("NFKC", text)
            if not each.isspace() and each not in "\u200b\ufeff\xad"
        )
