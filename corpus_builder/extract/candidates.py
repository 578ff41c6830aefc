"""Which pages can be Japanese, told from raw bytes before any parsing.

Nine pages of ten in a web crawl are in other languages; a scan at memory speed spares them the parser.
The rule errs towards yes: a page that it lets through is judged again by language identification.
"""

from __future__ import annotations

import re

import numpy as np

from corpus_builder.extract import charset, detect, japanese
from corpus_builder.extract.scan_kernels import is_utf8, legacy_kana, scan

KANA = 20
"""Kana that a page of 20 kB or more must have. A smaller one needs one for each kB, and one at least."""

_PER_KANA = 1000
_HEAD = 1024
_MANY = 64  # characters that are UTF-8: then the page is
_LEGACY = frozenset({"cp932", "euc-jp", "iso-2022-jp", "utf-16-le", "utf-16-be"})
_OTHER_CJK = frozenset({"big5hkscs", "cp949"})
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_VALUE_JA = re.compile(rb"=\s?[\"']?[jJ][aA]\b")  # begins with one byte, which is found fast


def may_be_japanese(body: bytes, http_charset: str | None = None) -> bool:
    """Whether the page has enough kana for its size in any charset it may be in, or says that it is Japanese.

    It says so by ``<html lang=ja>`` or a Japanese charset, and is not believed where its bytes cannot be Japanese:
    a page of ASCII needs an escape of ISO-2022-JP or kana as numeric entities, one in UTF-8 kana or ``lang``.

    >>> may_be_japanese("ひらがなとカタカナのある、ながさもそれなりにあるような文。".encode())
    True
    >>> may_be_japanese("这是一个中文网页，没有假名。".encode() * 100)
    False
    """
    enough = min(KANA, max(1, len(body) // _PER_KANA))
    data = np.frombuffer(body, np.uint8)
    words = np.frombuffer(body, np.uint64, len(body) // 8)
    kana, entities, high = scan(data, words, enough)
    if kana >= enough or entities >= enough:
        return True
    if body.startswith(_WIDE_MARKS) or (0 in body[:_HEAD] and detect.wide(body)):
        return _has_wide_kana(body, enough)
    if not high:
        return japanese.has_iso2022(body)
    if is_utf8(data, words, _MANY):
        return _says_japanese(body)
    label = charset.declared(body, http_charset)
    return label in _LEGACY or _has_legacy_kana(body, label)


def _says_japanese(body: bytes) -> bool:
    """``lang=ja`` or ``xml:lang=ja`` near the start; ``hreflang`` speaks of other pages."""
    for found in _VALUE_JA.finditer(body, 0, _HEAD):
        name = body[: found.start()].rstrip()[-5:].lower()
        if name.endswith(b"lang") and not name[:1].isalpha():
            return True
    return False


def _has_legacy_kana(body: bytes, label: str | None) -> bool:
    """Kana of CP932 or EUC-JP without a label, and enough of them among the high bytes, or all in one charset.

    Other two-byte charsets hit kana's pairs by chance, hence the share; Big5 and EUC-KR have common characters
    there.
    """
    high, cp932, euc_jp = legacy_kana(np.frombuffer(body, np.uint8))
    if label not in _OTHER_CJK and max(cp932, euc_jp) >= max(KANA, high // 20):
        return True
    likely = "cp932" if cp932 > euc_jp else "euc-jp"
    return max(cp932, euc_jp) > 0 and detect.is_japanese(japanese.read(body, likely))


def _has_wide_kana(body: bytes, enough: int) -> bool:
    """In UTF-16 and UTF-32: 30 beside a byte of 41..FE, on one side."""
    pairs = np.frombuffer(body[: len(body) // 2 * 2], np.uint8).reshape(-1, 2)
    return any(
        int(np.count_nonzero((pairs[:, side] == 0x30) & (pairs[:, 1 - side] > 0x40))) >= enough for side in (0, 1)
    )
