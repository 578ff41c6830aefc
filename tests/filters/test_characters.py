"""Shares of scripts."""

from __future__ import annotations

import unicodedata

import pytest

from filters import CHARACTERS, batch_of
from filters.scripts import DIGIT, HAN, HANGUL, HIRAGANA, KATAKANA, LATIN, kind_of, kinds


def shares(text: str) -> dict[str, float]:
    return {name: column[0].as_py() for name, column in CHARACTERS(batch_of([text])).items()}


@pytest.mark.parametrize(
    ("column", "characters"),
    [
        ("hiragana_ratio", "ぁあゔゖゝゞ"),
        ("katakana_ratio", "ァアヴヶーヽㇰ"),
        ("han_ratio", "漢々〇〆㐂髙﨑𠮟"),
        ("hangul_ratio", "한ㄱᄀ"),
        ("latin_ratio", "aZéßＡｚ"),
        ("digit_ratio", "09０９"),
        ("symbol_ratio", "★→|/#$@{＝㈱①😀〒\ue000"),
        ("space_ratio", " \t\u3000\u00a0\r"),
        ("newline_space_ratio", "\n \u3000"),
        ("replacement_ratio", "\ufffd"),
        ("halfwidth_kana_ratio", "ｱﾞｰ｡"),
        ("japanese_ratio", "あア漢ー、。「」『』（）！？・，．～"),
    ],
)
def test_these_characters_count_in_full(column: str, characters: str) -> None:
    assert shares(characters)[column] == 1


def test_half_width_kana_are_no_kana() -> None:
    found = shares("ｶﾅ")
    assert found["kana_ratio"] == found["katakana_ratio"] == found["japanese_ratio"] == 0


def test_hiragana_share_does_not_fall_with_the_code_between() -> None:
    assert shares("これは x86_64 の ABI です")["hiragana_share"] == shares("これはのです")["hiragana_share"] == 1


def test_letters_and_digits_agree_with_unicode_names() -> None:
    names = {HIRAGANA: "HIRAGANA", KATAKANA: "KATAKANA", HANGUL: "HANGUL", LATIN: "LATIN", HAN: "CJK", DIGIT: "DIGIT"}
    for code in range(0x20, 0x30000):
        kind = kind_of(code, kinds())
        if code in (0xAA, 0xBA, 0x3006) or 0x1B000 <= code < 0x1B130:
            continue  # ª º 〆, and kana of old scripts, whose names are of another form
        if kind in names and unicodedata.category(chr(code)) in ("Lo", "Lu", "Ll", "Nd"):
            assert names[kind] in unicodedata.name(chr(code)), hex(code)
