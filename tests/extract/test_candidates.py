"""The scan over raw bytes: what may be Japanese passes, whatever it was written in."""

from __future__ import annotations

import csv
import io
import re
import tarfile
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.extract.candidates import KANA, may_be_japanese
from corpus_builder.extract.scan_kernels import is_utf8, scan

SHARED = Path(__file__).parents[3] / "shared" / "data"
TEXT = "これはにほんごのぶんしょうで、ひらがながたくさんあります。カタカナもあります。"
ENTITY = re.compile(rb"&#([xX]?)([0-9a-fA-F]+);")
FILLER = "<div class='x'>lorem ipsum</div>" * 3000


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16"])
@pytest.mark.parametrize("before", ["", FILLER])
def test_japanese_passes_in_every_charset_without_a_label(codec: str, before: str) -> None:
    assert may_be_japanese((before + TEXT + before).encode(codec))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_passes_without_a_mark(codec: str) -> None:
    assert may_be_japanese(f"<html><body><div><p>{TEXT}</p></div>".encode(codec))


@pytest.mark.parametrize("label", ["Shift_JIS", "EUC-JP", "iso-2022-jp", "x-sjis"])
def test_a_japanese_label_is_enough_unless_the_bytes_are_ascii_or_utf_8(label: str) -> None:
    assert may_be_japanese(b"<p>caf\xe9s", label)
    assert may_be_japanese(f"<meta charset={label}><p>caf".encode() + b"\xe9s")
    assert not may_be_japanese(b"<p>hello", label)
    assert not may_be_japanese("<p>café".encode(), label)


def test_a_page_of_kanji_passes_by_its_language() -> None:
    kanji = "<title>機能</title><p>単語削除</p>"
    assert may_be_japanese(f'<html lang="ja">{kanji}'.encode())
    assert may_be_japanese(f"<html xml:lang=ja-JP>{kanji}".encode())
    assert not may_be_japanese(f'<html><link hreflang="ja" href="/">{kanji}'.encode())
    assert not may_be_japanese(f'<html lang="zh">{kanji}'.encode())


def test_numeric_entities_in_both_bases_count_as_kana() -> None:
    assert may_be_japanese("".join(f"&#{ord(char)};" for char in TEXT).encode())
    assert may_be_japanese("".join(f"&#x{ord(char):x};" for char in TEXT).encode())
    assert may_be_japanese("".join(f"&#X{ord(char):X};" for char in TEXT).encode())
    assert not may_be_japanese("".join(f"&#{code};" for code in range(12600, 12700)).encode())


def test_the_bound_is_exact_and_counts_across_blocks() -> None:
    step = "あ" + " " * 40_000
    assert may_be_japanese((step * KANA).encode())
    assert not may_be_japanese((step * (KANA - 1)).encode())


@pytest.mark.parametrize(("size", "kana"), [(0, 1), (1900, 1), (2100, 2), (9_500, 9), (19_500, 19), (50_000, KANA)])
def test_a_small_page_needs_one_kana_for_each_kilobyte(size: int, kana: int) -> None:
    assert may_be_japanese(("あ" * kana).encode() + b" " * (size - 3 * kana))
    assert not may_be_japanese(("あ" * (kana - 1)).encode() + "é".encode() + b" " * (size - 3 * kana))


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(["あ", "ヾ", "一", "、", "é", "&", "&#12354;", "&#x30fe;", "&#65;", "x", " " * 31])),
    st.integers(0, 40),
)
def test_the_scan_counts_what_a_regular_expression_counts(pieces: list[str], shift: int) -> None:
    body = (" " * shift + "".join(pieces)).encode()
    data = np.frombuffer(body, np.uint8)
    words = np.frombuffer(body, np.uint64, len(body) // 8)
    kana, entities, high = scan(data, words, 1 << 30)
    assert kana == len(re.findall("[\u3040-\u30ff]", body.decode()))
    assert entities == sum(0x3041 <= int(digits, 16 if base else 10) <= 0x30FE for base, digits in ENTITY.findall(body))
    assert high == (not body.isascii())
    assert is_utf8(data, words, 1 << 30)


def test_one_bad_byte_anywhere_is_not_utf_8() -> None:
    for before in range(20):
        for bad in (b"\xff", b"\x80", b"\xe3\x81 ", b"\xc1\x81", b"\xf5"):
            body = "é".encode() + b" " * before + bad + b" " * 20
            data = np.frombuffer(body, np.uint8)
            words = np.frombuffer(body, np.uint64, len(body) // 8)
            assert not is_utf8(data, words, 64), (before, bad)
            assert is_utf8(data, words, 1)


def test_a_kana_across_a_chunk_border_counts() -> None:
    for shift in range(3):
        body = b" " * (65536 - 1 - shift) + ("あ" * KANA).encode()
        assert may_be_japanese(body)
        assert not may_be_japanese(body[:-3])


def test_a_short_legacy_page_without_a_label_passes() -> None:
    for codec in ("cp932", "euc_jp"):
        assert may_be_japanese("<p>営業時間のお知らせ</p>".encode(codec))


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("This is an English page. ", "ascii"),
        ("这是一个中文网页，没有假名，只有汉字。", "utf-8"),
        ("这是一个中文网页，没有假名，只有汉字。", "gb18030"),
        ("<meta charset=big5>這是一個中文網頁，沒有假名。", "big5"),
        ("이것은 한국어 문서입니다. 가나는 없습니다.", "utf-8"),
        ("이것은 한국어 문서입니다. 가나는 없습니다.", "cp949"),
        ("Это русский текст без каны. ", "cp1251"),
        ("Un texte français à côté de l'été. ", "cp1252"),
    ],
)
def test_other_languages_do_not_pass(text: str, codec: str) -> None:
    assert not may_be_japanese((text * 200).encode(codec))


def test_any_bytes_are_judged() -> None:
    for body in (b"", b"\xe3", b"\xe3\x81", b"\xff", b"\x82", b"\x00", bytes(range(256)) * 50):
        assert may_be_japanese(body) in (True, False)


@pytest.mark.shared
def test_every_real_japanese_page_passes() -> None:
    archive = SHARED / "html_ja.tar.zst"
    if not archive.exists():
        pytest.skip("../shared/data is absent")
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(archive.read_bytes())).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        files = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
        index = tar.extractfile(files["index.tsv"])
        assert index is not None
        lines = io.TextIOWrapper(index, "utf-8")
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        wanted = [row["path"] for row in rows if row["lang_heur"] == "ja"]
        missed = []
        for path in wanted:
            file = tar.extractfile(files[path])
            assert file is not None
            if not may_be_japanese(file.read()):
                missed.append(path)
    assert len(wanted) > 2000
    assert missed == []
