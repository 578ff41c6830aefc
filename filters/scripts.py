"""Which kind of character a code point is: a table written out in ranges, so that no Unicode version decides."""

from __future__ import annotations

import functools

import numpy as np

from filters.buffers import Bytes, kernel, signed

OTHER = 0  # letters of other scripts, marks, anything unassigned
HIRAGANA = 1
KATAKANA = 2
HAN = 3
HANGUL = 4
LATIN = 5
DIGIT = 6
SYMBOL = 7
SPACE = 8
NEWLINE = 9
REPLACED = 10  # U+FFFD: a byte that could not be decoded
HALF_WIDTH_KANA = 11
JAPANESE_MARK = 12  # punctuation of Japanese running text
MARK = 13  # punctuation of running text in other scripts
CONTROL = 14  # control and zero-width characters
KINDS = 15

_RANGES: tuple[tuple[int, int, int], ...] = (
    (CONTROL, 0x0000, 0x001F),
    (SPACE, 0x0009, 0x0009),
    (NEWLINE, 0x000A, 0x000A),
    (SPACE, 0x000B, 0x000D),
    (SPACE, 0x0020, 0x0020),
    (SYMBOL, 0x0021, 0x007E),
    (DIGIT, 0x0030, 0x0039),
    (LATIN, 0x0041, 0x005A),
    (LATIN, 0x0061, 0x007A),
    (CONTROL, 0x007F, 0x009F),
    (SPACE, 0x00A0, 0x00A0),
    (SYMBOL, 0x00A1, 0x00BF),
    (CONTROL, 0x00AD, 0x00AD),
    (LATIN, 0x00AA, 0x00AA),
    (LATIN, 0x00BA, 0x00BA),
    (LATIN, 0x00C0, 0x024F),
    (SYMBOL, 0x00D7, 0x00D7),
    (SYMBOL, 0x00F7, 0x00F7),
    (HANGUL, 0x1100, 0x11FF),
    (LATIN, 0x1E00, 0x1EFF),
    (SPACE, 0x2000, 0x200A),
    (CONTROL, 0x200B, 0x200F),
    (MARK, 0x2010, 0x201F),
    (SYMBOL, 0x2020, 0x2BFF),
    (MARK, 0x2025, 0x2026),
    (CONTROL, 0x2028, 0x202E),
    (SPACE, 0x202F, 0x202F),
    (SPACE, 0x205F, 0x205F),
    (CONTROL, 0x2060, 0x206F),
    (HAN, 0x2E80, 0x2FDF),
    (SPACE, 0x3000, 0x3000),
    (JAPANESE_MARK, 0x3001, 0x3002),
    (SYMBOL, 0x3003, 0x303F),
    (HAN, 0x3005, 0x3007),  # 々 〆 〇
    (JAPANESE_MARK, 0x300C, 0x300F),
    (HIRAGANA, 0x3041, 0x3096),
    (HIRAGANA, 0x309D, 0x309F),
    (SYMBOL, 0x309B, 0x309C),
    (KATAKANA, 0x30A1, 0x30FA),
    (JAPANESE_MARK, 0x30FB, 0x30FB),
    (KATAKANA, 0x30FC, 0x30FF),
    (HANGUL, 0x3130, 0x318F),
    (KATAKANA, 0x31F0, 0x31FF),
    (SYMBOL, 0x3200, 0x33FF),
    (HAN, 0x3400, 0x4DBF),
    (HAN, 0x4E00, 0x9FFF),
    (HANGUL, 0xAC00, 0xD7AF),
    (SYMBOL, 0xE000, 0xF8FF),
    (HAN, 0xF900, 0xFAFF),
    (CONTROL, 0xFE00, 0xFE0F),
    (SYMBOL, 0xFE30, 0xFE6F),
    (CONTROL, 0xFEFF, 0xFEFF),
    (SYMBOL, 0xFF01, 0xFF5E),
    (DIGIT, 0xFF10, 0xFF19),
    (LATIN, 0xFF21, 0xFF3A),
    (LATIN, 0xFF41, 0xFF5A),
    (HALF_WIDTH_KANA, 0xFF61, 0xFF9F),
    (SYMBOL, 0xFFE0, 0xFFEE),
    (CONTROL, 0xFFF9, 0xFFFB),
    (REPLACED, 0xFFFD, 0xFFFD),
)
_MARKS = "!\"'(),-.:;?"
_JAPANESE_MARKS = "！（），．：；？～〜"


@functools.cache
def kinds() -> Bytes:
    """The kind of every code point of the Basic Multilingual Plane: 65,536 bytes, read-only.

    >>> [int(kinds()[ord(c)]) for c in "あアー亜々a１。･ｱ★"]
    [1, 2, 2, 3, 3, 5, 6, 12, 11, 11, 7]
    """
    table = np.zeros(1 << 16, np.uint8)
    for kind, first, last in _RANGES:
        table[first : last + 1] = kind
    table[[ord(each) for each in _MARKS]] = MARK
    table[[ord(each) for each in _JAPANESE_MARKS]] = JAPANESE_MARK
    table.flags.writeable = False
    return table


@kernel
def kind_of(code: int, table: Bytes) -> int:
    """The kind of a code point of any plane; beyond the table there are kanji (planes 2, 3), emoji and rare scripts.

    >>> kind_of(0x20B9F, kinds()) == HAN, kind_of(0x1F600, kinds()) == SYMBOL, kind_of(0x1B000, kinds()) == KATAKANA
    (True, True, True)
    """
    kind = OTHER
    if code < 0x10000:
        kind = signed(table[code])
    elif 0x20000 <= code < 0x40000:
        kind = HAN
    elif 0x1F000 <= code < 0x1FB00:
        kind = SYMBOL
    elif 0x1B000 <= code < 0x1B170:
        kind = HIRAGANA if 0x1B000 < code < 0x1B153 else KATAKANA
    elif 0xE0000 <= code < 0xE0200:
        kind = CONTROL  # ideographic variation selectors and tags
    return kind
