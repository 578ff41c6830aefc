"""Which kanji speak for Japanese and which for Chinese: by the national character sets, and by what people write.

The sets were ordered by people who counted use. A kanji of JIS level 1 that neither GB 2312 level 1 nor Big5 level 1
has (気 円 図 沢) is Japanese; one of those Chinese levels that JIS level 1 lacks (们 说 沒) is Chinese. Most kanji are
in all three, so ``han.bin`` adds learned odds of every kanji and of pairs of kanji: tests/filters/train_han.py makes
it, and tells from what.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, kernel

NEUTRAL = 0
JAPANESE = 1
CHINESE = 2
RARE = 3  # in none of the three sets' everyday parts: wrongly decoded text is full of them

FIRST, LAST = 0x3400, 0x9FFF
_MOJIBAKE = "縺繧繝"  # the lead bytes of UTF-8 kana (E3 81, E3 82, E3 83) read as CP932

UNIT = 16  # learned odds are natural logarithms of Chinese against Japanese in sixteenths
START = 0x3000  # the first code point with odds; 々 and 〇 lie below FIRST
PAIRS = 1 << 16
# Runs of kanji are longer in Chinese: one of 7 is three times as common, one of 12 forty times. Each kanji after the
# sixth adds to the odds, and less than that alone would, since the pairs in a run have told most of it.
LONG, LONGER, ODDS_OF_LENGTH = 6, 20, 7

Odds = npt.NDArray[np.int8]
MODEL = Path(__file__).with_name("han.bin")
# Whoever trains anew writes the new digest here and raises the version of LANGUAGE: stored shares come of it.
MODEL_SHA256 = "57011a516964e4bf9e7e7863bee2a5fcefc1bf8061da2e76a49f88b9bb828c94"


class HanOdds(NamedTuple):
    """Odds in 1/16 nat, positive for Chinese: of a kanji by its code point less START, of two kanji by `pair_of`."""

    kanji: Odds
    pairs: Odds


@functools.cache
def han_odds() -> HanOdds:
    """The learned odds, read-only. Raises ``ValueError`` when the file is another one than it must be.

    >>> odds = han_odds()
    >>> odds.kanji[ord("気") - START] < 0 < odds.kanji[ord("们") - START]
    np.True_
    """
    stored = np.fromfile(MODEL, np.int8)
    kanji = LAST + 1 - START
    if len(stored) != kanji + PAIRS:
        raise ValueError(f"{MODEL} has {len(stored)} bytes, expected {kanji + PAIRS}: make it with train_han.py")
    if (digest := hashlib.sha256(stored.tobytes()).hexdigest()) != MODEL_SHA256:
        raise ValueError(f"{MODEL} has sha256 {digest}, expected {MODEL_SHA256}")
    stored.flags.writeable = False
    return HanOdds(stored[:kanji], stored[kanji:])


@kernel
def pair_of(first: int, second: int) -> int:
    """Where in the table the odds of two neighbouring kanji stand; pairs that share a place share their odds."""
    return ((first * 0x9E3779B1 + second * 0x85EBCA6B) >> 13) & (PAIRS - 1)


@functools.cache
def han_classes() -> Bytes:
    """The class of every code point from FIRST to LAST, read-only.

    >>> [int(han_classes()[ord(each) - FIRST]) for each in "日気们縺偙"]
    [0, 1, 2, 3, 3]
    """
    table = np.full(LAST - FIRST + 1, RARE, np.uint8)
    for code in range(0x4E00, LAST + 1):
        jis, gb, big5 = (lead_byte(code, charset) for charset in ("euc_jp", "gb2312", "big5"))
        japanese = 0 < jis < 0xD0  # level 1: rows 16 to 47
        chinese = 0 < gb < 0xD8 or 0 < big5 < 0xC9  # level 1: rows 16 to 55; A4 to C6
        if japanese or chinese:
            both = japanese and chinese
            table[code - FIRST] = NEUTRAL if both else JAPANESE if japanese else CHINESE
        elif jis or gb:
            table[code - FIRST] = NEUTRAL
    table[[ord(each) - FIRST for each in _MOJIBAKE]] = RARE
    table.flags.writeable = False
    return table


def lead_byte(code: int, charset: str) -> int:
    """The first byte of the character in a two-byte character set, 0 where the set lacks it."""
    try:
        encoded = chr(code).encode(charset)
    except UnicodeEncodeError:
        return 0
    return encoded[0] if len(encoded) == 2 else 0
