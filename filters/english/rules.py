"""Which marks are stripped from English words and which short words are exceptions: the tables of ``english_words``."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from filters import scripts
from filters.buffers import kernel, signed
from filters.hashing import Keys, room_for, slot_of

Classes = npt.NDArray[np.uint16]

LETTER, LOWER, UPPER, DIGIT = 1, 2, 4, 8  # letters without case are both lower and upper
OPENING, CLOSING, QUOTE, CURRENCY = 16, 32, 64, 128  # marks stripped from the front, from the back
ICON, BLANK, MARK, SIGN = 256, 512, 1024, 2048  # pictographs; white space; punctuation; other ASCII signs
HOST = 4096  # characters of host names

_QUOTES = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉⟦⟧"
_STRIPPED = "…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪—–" + _QUOTES
_ABBREVIATIONS = (
    *("Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "St.", "Jr.", "Rev.", "Gen.", "Gov.", "Sen.", "Rep.", "Mt.", "Messrs."),
    *("Inc.", "Ltd.", "Co.", "co.", "Corp.", "Bros.", "vs.", "v.s.", "e.g.", "i.e.", "E.g.", "I.e.", "a.m.", "p.m."),
    *("Jan.", "Feb.", "Mar.", "Apr.", "Jun.", "Jul.", "Aug.", "Sep.", "Sept.", "Oct.", "Nov.", "Dec.", "Ph.D."),
    *(f"{letter}." for letter in "abcdefghijklmnopqrstuvwxyz"),
)
_UNITS = (
    *("km", "m", "dm", "cm", "mm", "ha", "nm", "yd", "in", "ft", "kg", "g", "mg", "t", "lb", "oz", "kmh", "mph", "hPa"),
    *("Pa", "mb", "MB", "kb", "KB", "gb", "GB", "tb", "TB", "T", "G", "M", "K"),
)
_ENDINGS = ("ll", "ve", "re", "d", "m")  # of contractions, after the apostrophe


ABBREVIATIONS, UNITS, ENDINGS = 0, 1, 2  # rows of exceptions()


@functools.cache
def exceptions() -> Keys:
    """Three sets of words of up to eight ASCII characters, each word as one number, the first character highest."""
    table = np.zeros((3, room_for(max(map(len, (_ABBREVIATIONS, _UNITS, _ENDINGS))))), np.uint64)
    for keys, words in zip(table, (_ABBREVIATIONS, _UNITS, _ENDINGS), strict=True):
        for word in words:
            key = np.uint64(int.from_bytes(word.encode(), "big"))
            keys[slot_of(keys, key)] = key
    table.flags.writeable = False
    return table


@functools.cache
def classes() -> Classes:
    """The classes of the Basic Multilingual Plane, from the table of scripts, so that no Unicode version decides."""
    kinds = scripts.kinds()
    table = np.zeros(1 << 16, np.uint16)
    letters = [scripts.LATIN, scripts.OTHER, scripts.HALF_WIDTH_KANA, *range(scripts.HIRAGANA, scripts.HANGUL + 1)]
    table[np.isin(kinds, letters)] |= LETTER | LOWER | UPPER
    for start, stop, case in (("A", "Z", UPPER), ("a", "z", LOWER), ("À", "Þ", UPPER), ("ß", "ÿ", LOWER)):
        table[ord(start) : ord(stop) + 1] &= 0xFFFF ^ (LOWER | UPPER) | case
    table[np.isin(kinds, (scripts.SPACE, scripts.NEWLINE))] |= BLANK
    table[[0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0x2028, 0x2029]] |= BLANK
    table[np.isin(kinds, (scripts.MARK, scripts.JAPANESE_MARK))] |= MARK
    table[ord("0") : ord("9") + 1] |= DIGIT
    table[[ord(c) for c in _STRIPPED]] |= OPENING | CLOSING
    table[[ord(c) for c in "§%="]] |= OPENING
    table[[ord(c) for c in _QUOTES]] |= QUOTE
    table[[ord(c) for c in "$£€¥฿₩₹₽"]] |= CURRENCY | OPENING
    table[[ord(c) for c in "#%&*/@[\\]_{}§¶·¡¿«»•‰′″※"]] |= MARK
    table[[ord(c) for c in "$+<=>^`|~"]] |= SIGN
    for first, last in ((0xA6, 0xA6), (0xA9, 0xA9), (0xAE, 0xAE), (0xB0, 0xB0)):
        table[first : last + 1] |= ICON
    for first, last in ((0x2116, 0x2122), (0x2300, 0x23FF), (0x2500, 0x27BF), (0x2B00, 0x2BFF), (0x3200, 0x33FF)):
        table[first : last + 1] |= ICON
    table[0xFFFD] |= ICON
    table[0xA1:] |= HOST
    table[[ord(c) for c in "0123456789_-"]] |= HOST
    table[(table & LETTER) != 0] |= HOST
    table.flags.writeable = False
    return table


@kernel
def class_of(code: int, table: Classes) -> int:
    """The bits of a code point of any plane; beyond the table there are letters and pictographs."""
    if code < 0x10000:
        return signed(table[code])
    return ICON if 0x1F000 <= code < 0x1FB00 else LETTER | LOWER | UPPER
