"""The scan over raw bytes: what may be Japanese passes, whatever it was written in."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

import pytest
import zstandard

from corpus_builder.extract.candidates import KANA, may_be_japanese

SHARED = Path(__file__).parents[3] / "shared" / "data"
TEXT = "これはにほんごのぶんしょうで、ひらがながたくさんあります。カタカナもあります。"
FILLER = "<div class='x'>lorem ipsum</div>" * 3000


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16"])
@pytest.mark.parametrize("before", ["", FILLER])
def test_japanese_passes_in_every_charset_without_a_label(codec: str, before: str) -> None:
    assert may_be_japanese((before + TEXT + before).encode(codec))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_passes_without_a_mark(codec: str) -> None:
    assert may_be_japanese(f"<html><body><div><p>{TEXT}</p></div>".encode(codec))


@pytest.mark.parametrize("label", ["Shift_JIS", "EUC-JP", "iso-2022-jp", "x-sjis", "utf-16le"])
def test_a_japanese_label_is_enough_in_the_header_or_the_page(label: str) -> None:
    assert may_be_japanese(b"<p>hello", label)
    if not label.startswith("utf-16"):
        assert may_be_japanese(f"<meta charset={label}><p>hello".encode())


def test_numeric_entities_in_both_bases_count_as_kana() -> None:
    assert may_be_japanese("".join(f"&#{ord(char)};" for char in TEXT).encode())
    assert may_be_japanese("".join(f"&#x{ord(char):x};" for char in TEXT).encode())
    assert may_be_japanese("".join(f"&#X{ord(char):X};" for char in TEXT).encode())
    assert not may_be_japanese("".join(f"&#{code};" for code in range(12600, 12700)).encode())


def test_the_bound_is_exact_and_counts_across_chunks() -> None:
    step = "あ" + " " * 40_000
    assert may_be_japanese((step * KANA).encode())
    assert not may_be_japanese((step * (KANA - 1)).encode())


def test_a_kana_across_a_chunk_border_counts() -> None:
    for shift in range(3):
        body = b" " * (65536 - 1 - shift) + ("あ" * KANA).encode()
        assert may_be_japanese(body)
        assert not may_be_japanese(body[:-3])


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
