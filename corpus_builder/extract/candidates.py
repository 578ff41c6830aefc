"""Which pages can be Japanese, told from raw bytes before any parsing.

Nine pages of ten in a web crawl are in other languages; a scan at memory speed spares them the parser.
The rule errs towards yes: a page that it lets through is judged again by language identification.
"""

from __future__ import annotations

import re

import numpy as np

from corpus_builder.extract import charset, japanese

KANA = 20
"""Kana that a page must have; pages below have no Japanese sentence to keep."""

_CHUNK = 1 << 16
_LEGACY = frozenset({"cp932", "euc-jp", "iso-2022-jp", "utf-16-le", "utf-16-be"})
_OTHER_CJK = frozenset({"gb18030", "big5hkscs", "cp949"})
# U+3041 to U+30FE as &#12353; to &#12542; and &#x3041; to &#x30FE;
_ENTITY = re.compile(rb"&#(?:12(?:3[5-9]|4\d|5[0-4])\d|[xX]30[4-9a-fA-F][0-9a-fA-F]);?")


def may_be_japanese(body: bytes, http_charset: str | None = None) -> bool:
    """Whether the page has at least ``KANA`` kana in any charset it may be in, or a Japanese label.

    >>> may_be_japanese("ひらがなとカタカナのある、ながさもそれなりにあるような文。".encode())
    True
    >>> may_be_japanese("这是一个中文网页，没有假名。".encode() * 100)
    False
    """
    if _has_utf8_kana(body) or _has_entities(body):
        return True
    label = charset.declared(body, http_charset)
    if label in _LEGACY or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if body.isascii():
        return japanese.has_iso2022(body)
    if label in _OTHER_CJK or charset.strictly(body, "utf-8") is not None:
        return False
    return _has_utf16_kana(body) or _has_legacy_kana(body)


def _has_utf8_kana(body: bytes) -> bool:
    """E3 81..83, the lead bytes of U+3040 to U+30FF; stops at the chunk that completes the count."""
    if body.isascii():
        return False
    data = np.frombuffer(body, np.uint8)
    seen = 0
    for start in range(0, len(data) - 1, _CHUNK):
        lead = np.flatnonzero(data[start : min(start + _CHUNK, len(data) - 1)] == 0xE3)
        if lead.size:
            seen += int(np.count_nonzero((data[lead + (start + 1)] - np.uint8(0x81)) <= 2))
            if seen >= KANA:
                return True
    return False


def _has_entities(body: bytes) -> bool:
    return any(count == KANA for count, _ in enumerate(_ENTITY.finditer(body), start=1))


def _has_legacy_kana(body: bytes) -> bool:
    """Kana of CP932 or EUC-JP without a label, and enough of them among the high bytes.

    Other two-byte charsets hit these pairs by chance, hence the share.
    """
    data = np.frombuffer(body, np.uint8)
    at = np.flatnonzero(data[:-1] >= 0x80)
    first, second = data[at], data[at + 1]
    need = max(KANA, at.size // 20)
    hiragana = (first == 0x82) & (second >= 0x9F) & (second <= 0xF1)
    katakana = (first == 0x83) & (second >= 0x40) & (second <= 0x96)
    if int(np.count_nonzero(hiragana | katakana)) >= need:
        return True
    euc = ((first == 0xA4) | (first == 0xA5)) & (second >= 0xA1) & (second <= 0xF6)
    return int(np.count_nonzero(euc)) >= need


def _has_utf16_kana(body: bytes) -> bool:
    """UTF-16 without a mark or a label: 30 beside a byte of 41..FE, many times, and zero bytes."""
    if body.count(0) * 8 < len(body):
        return False
    pairs = np.frombuffer(body[: len(body) // 2 * 2], np.uint8).reshape(-1, 2)
    return any(int(np.count_nonzero((pairs[:, side] == 0x30) & (pairs[:, 1 - side] > 0x40))) >= KANA for side in (0, 1))
