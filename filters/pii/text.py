"""Characters and words beside a place in a text, for the kernels that look for personal data.

Every character is read *folded*: full-width forms and brackets as ASCII, capitals as small letters, any space as one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, decode, kernel

Words = npt.NDArray[np.int32]
Letters = npt.NDArray[np.int32]

EDGE = 10  # what stands before the first and after the last character: a line end
_BRACKETS = np.array([0x3008, 60, 0x3009, 62, 0x300A, 60, 0x300B, 62, 0x3010, 91, 0x3011, 93, 0x3014, 91, 0x3015, 93])


def words(listed: str, backwards: bool = False) -> Words:
    """Words, parted by commas, as rows of code points, padded with zeros; the last letter first for what is before."""
    each = [word[::-1] if backwards else word for word in listed.split(",")]
    table = np.zeros((len(each), max(map(len, each)) + 1), np.int32)
    for row, word in enumerate(each):
        table[row, : len(word)] = [ord(letter) for letter in word]
    return table


def letters(listed: str) -> Letters:
    """Single characters, to be asked for with :func:`one_of`."""
    return np.array([ord(each) for each in listed], np.int32)


@kernel
def fold(code: int) -> int:
    """The plain form of a character; every hyphen but the long vowel ー is 45.

    >>> [chr(fold(ord(each))) for each in "Ａａ５＠（【　−ー〒"]
    ['a', 'a', '5', '@', '(', '[', ' ', '-', 'ー', '〒']
    """
    if 0xFF01 <= code <= 0xFF5E:
        code -= 0xFEE0
    if 65 <= code <= 90:
        code += 32
    elif code < 0x80:
        pass
    elif 0x2010 <= code <= 0x2015 or code == 0x2212 or code == 0xFF70 or code == 0x2500:
        code = 45
    elif code == 0x3000 or code == 0xA0 or code == 0x202F or 0x2000 <= code <= 0x200A:
        code = 32
    elif 0x3008 <= code <= 0x3015:
        for at in range(0, len(_BRACKETS), 2):
            if code == _BRACKETS[at]:
                return int(_BRACKETS[at + 1])
    return code


@kernel
def char(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """The folded character at ``at`` and where the next starts; a line end beyond the text."""
    if at >= end:
        return EDGE, at
    code, after = decode(data, at)
    return fold(code), after


@kernel
def before(data: Bytes, start: int, at: int) -> tuple[int, int]:
    """The folded character that ends at ``at`` and where it starts; a line end before the text."""
    if at <= start:
        return EDGE, at
    back = at - 1
    while back > start and data[back] & 0xC0 == 0x80 and at - back < 4:
        back -= 1
    code, _ = decode(data, back)
    return fold(code), back


@kernel
def is_digit(code: int) -> bool:
    return 48 <= code <= 57


@kernel
def is_letter(code: int) -> bool:
    """A folded Latin letter without accents."""
    return 97 <= code <= 122


@kernel
def is_plain(code: int) -> bool:
    """Such a letter, or a digit."""
    return is_digit(code) or is_letter(code)


@kernel
def is_han(code: int) -> bool:
    return 0x4E00 <= code <= 0x9FFF or 0x3400 <= code < 0x4DC0 or code == 0x3005 or 0xF900 <= code < 0xFB00


@kernel
def is_hiragana(code: int) -> bool:
    return 0x3041 <= code <= 0x309F


@kernel
def is_katakana(code: int) -> bool:
    return 0x30A1 <= code <= 0x30FF and code != 0x30FB


@kernel
def one_of(code: int, listed: Letters) -> bool:
    """Whether the character is one of those."""
    found = False
    for each in listed:
        found |= each == code
    return found


@kernel
def word_before(data: Bytes, start: int, at: int, table: Words) -> int:
    """Where a word of the table, written backwards, starts that ends at ``at``, or -1; a Latin word is a whole word."""
    last, back = before(data, start, at)
    for row in range(len(table)):
        if table[row, 0] != last:
            continue
        here = back
        code = last
        size = 1
        while table[row, size] != 0:
            code, further = before(data, start, here)
            if code != table[row, size]:
                break
            here = further
            size += 1
        if table[row, size] == 0 and not (is_letter(table[row, size - 1]) and is_letter(before(data, start, here)[0])):
            return here
    return -1


@kernel
def word_after(data: Bytes, at: int, end: int, table: Words) -> int:
    """Where a word of the table ends that starts at ``at``, or -1; the first in the table's order."""
    first, after = char(data, at, end)
    for row in range(len(table)):
        if table[row, 0] != first:
            continue
        here = after
        size = 1
        while table[row, size] != 0:
            code, further = char(data, here, end)
            if code != table[row, size]:
                break
            here = further
            size += 1
        if table[row, size] == 0:
            return here
    return -1


@kernel
def skip_blank(data: Bytes, at: int, end: int) -> int:
    """Where up to four spaces, line ends and bars end that start at ``at``."""
    for _ in range(4):
        code, after = char(data, at, end)
        if not (code == 32 or code == 10 or code == 9 or code == 13 or code == 124):
            break
        at = after
    return at


@kernel
def in_address(data: Bytes, start: int, at: int) -> int:
    """Whether ``at`` lies in a Web address: 2 for surely (``://``, a query), 1 for like a path or DOI, else 0."""
    slash = False
    path = False
    value = False
    here = at
    last = 0
    for _ in range(300):
        code, here = before(data, start, here)
        if code <= 32 or code >= 0x7F or code == 34 or code == 39 or code == 60 or code == 62:
            break
        if (code == 58 and last == 47 and slash) or ((code == 63 or code == 38) and value):
            return 2
        path |= slash and (is_letter(code) or code == 46)
        slash |= code == 47
        value |= code == 61
        last = code
    return 1 if path else 0
