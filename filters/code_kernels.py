"""The compiled part of the measures of source code that goes line by line: comments, blobs, minified and data files."""

from __future__ import annotations

import functools
import string

import numpy as np

from filters.buffers import Bytes, Numbers, Offsets, kernel, share, signed

XML_BYTES = 100
BLOB = 60  # characters: PEM wraps at 64, MIME at 76
TABLE = 20
MINIFIED_LINE, MINIFIED_SPACE = 300, 0.08

# What a byte can be part of.
_SOLID, _DIGIT, _NUMBERS, _RUN, _QUOTE = 1, 2, 4, 8, 16

# How a block ends that a line began; text in quotes that does not begin its line is a value, and no comment.
_NONE, _STAR, _ARROW, _DOUBLE, _SINGLE, _DOUBLE_VALUE, _SINGLE_VALUE = range(7)


@functools.cache
def signs() -> Bytes:
    """What each byte can be part of, as bits."""
    letters = string.ascii_letters.encode()
    table = np.zeros(256, np.uint8)
    table[33:0x80] |= _SOLID
    table[0xC0:] |= _SOLID  # the first byte of any other character
    table[list(b"0123456789")] |= _DIGIT
    table[[each for each in range(0x80) if each not in letters or each in b"abcdefxABCDEFX"]] |= _NUMBERS
    table[list(b"0123456789+/=" + letters)] |= _RUN
    table[list(b"\"'")] |= _QUOTE
    table.flags.writeable = False
    return table


@kernel
def lines(data: Bytes, offsets: Offsets, signs: Bytes, out: Numbers) -> None:
    """Fill rows 6 to 9 of ``out``: shares of comments and of blobs, and whether minified, and data."""
    for row in range(len(offsets) - 1):
        text = data[offsets[row] : offsets[row + 1]]
        at = solid = comments = blobs = widest = 0
        block = _NONE
        while at < len(text):
            stop, chars, numbers, quoted, run = _line(text, at, signs)
            comment, block = _comment(text, _indented(text, at, stop), stop, block, quoted)
            solid += chars
            comments += chars if comment else 0
            blobs += chars if numbers and chars >= TABLE else run
            widest = max(widest, stop - at)
            at = stop + 1
        out[6, row] = share(comments, solid)
        out[7, row] = share(blobs, solid)
        out[8, row] = widest > MINIFIED_LINE and _spaces(text) < MINIFIED_SPACE * len(text)
        out[9, row] = _is_data(text)


@kernel
def _line(text: Bytes, at: int, signs: Bytes) -> tuple[int, int, bool, bool, int]:
    """Where a line ends; its characters that are not space; whether these are numbers, a third of them digits; whether
    it has quotes; its characters in blobs."""
    chars = digits = blobs = run = 0
    every, some = 0xFF, 0
    while at < len(text) and text[at] != 10:
        sign = signed(signs[text[at]])
        chars += sign & _SOLID
        digits += sign & _DIGIT
        every, some = every & sign, some | sign
        if sign & _RUN:
            run += 1
        else:
            blobs += _blob(text, at, run) if run >= BLOB else 0
            run = 0
        at += 1
    blobs += _blob(text, at, run) if run >= BLOB else 0
    numbers = every & _NUMBERS != 0 and 3 * digits >= chars * _DIGIT
    return at, chars, numbers, some & _QUOTE != 0, blobs


@kernel
def _blob(text: Bytes, end: int, run: int) -> int:
    """The length of the run that ends there if it is of all kinds of letters, or hexadecimal; 0 if it is words."""
    upper = lower = digits = hexadecimal = 0
    for at in range(end - run, end):
        byte = signed(text[at])
        digit = 48 <= byte <= 57
        digits += digit
        upper += 65 <= byte <= 90
        lower += 97 <= byte <= 122
        hexadecimal += digit or 97 <= byte | 0x20 <= 102
    mixed = 10 * upper >= run and 10 * lower >= run and 20 * digits >= run
    return run if mixed or (hexadecimal == run and 4 * digits >= run) else 0


@kernel
def _indented(text: Bytes, at: int, stop: int) -> int:
    while at < stop and text[at] in (32, 9, 13):
        at += 1
    return at


@kernel
def _comment(text: Bytes, at: int, stop: int, block: int, quoted: bool) -> tuple[bool, int]:
    """Whether a line is a comment, and the block that goes on behind it."""
    comment = _NONE < block < _DOUBLE_VALUE
    if block == _NONE:
        comment, block, at = _opened(text, at, stop)
    if not block and (comment or not quoted):
        return comment, block
    while at < stop:
        byte = signed(text[at])
        step = 1
        if byte in (34, 39):
            if _three(text, at, stop, byte):
                step = 3
                if block == _NONE and not comment:
                    block = _DOUBLE_VALUE if byte == 34 else _SINGLE_VALUE
                elif block in ((_DOUBLE, _DOUBLE_VALUE) if byte == 34 else (_SINGLE, _SINGLE_VALUE)):
                    block = _NONE
        elif (byte == 42 and block == _STAR and _follow(text, at, stop, 47)) or (
            byte == 45 and block == _ARROW and _follow(text, at, stop, 45) and _follow(text, at + 1, stop, 62)
        ):
            block, step = _NONE, 2
        at += step
    return comment, block


@kernel
def _opened(text: Bytes, at: int, stop: int) -> tuple[bool, int, int]:
    """Whether a line, from its first sign, begins as a comment; which block it begins, and what follows the opening."""
    one = text[at] if at < stop else np.uint8(32)
    two = text[at + 1] if at + 1 < stop else np.uint8(32)
    prefixed = one | 0x20 in (114, 117) and two in (34, 39)  # r and u before quotes
    quote = at + prefixed
    letter = 97 <= two | 0x20 <= 122
    if one == 47 and two == 42:
        return True, _STAR, at + 2
    if one == 60 and two == 33 and at + 3 < stop and text[at + 2] == 45 and text[at + 3] == 45:
        return True, _ARROW, at + 4
    if _three(text, quote, stop, 34):
        return True, _DOUBLE, quote + 3
    if _three(text, quote, stop, 39):
        return True, _SINGLE, quote + 3
    comment = one == 47 and two == 47  # //
    comment |= one == 35 and not letter and two != 91  # #
    comment |= one == 45 and two == 45 and (at + 2 >= stop or text[at + 2] in (32, 45, 91))  # --
    comment |= one == 59 and at + 1 < stop  # ;
    comment |= one == 37 and two != 62  # %
    return comment, _NONE, at


@kernel
def _three(text: Bytes, at: int, stop: int, byte: int) -> bool:
    return at + 2 < stop and text[at] == byte and text[at + 1] == byte and text[at + 2] == byte


@kernel
def _follow(text: Bytes, at: int, stop: int, byte: int) -> bool:
    return at + 1 < stop and text[at + 1] == byte


@kernel
def _spaces(text: Bytes) -> int:
    found = 0
    for byte in text:
        found += byte <= 32
    return found


@kernel
def _is_data(text: Bytes) -> bool:
    xml = False
    for at in range(min(XML_BYTES, len(text) - 5)):
        xml |= text[at] == 60 and text[at + 1] == 63 and text[at + 2] | 0x20 == 120 and text[at + 3] | 0x20 == 109
    one, after = _sign(text, 0)
    two, _ = _sign(text, after)
    value = two in (123, 34, 91, 45, 93) or 48 <= two <= 57
    return xml or (one == 123 and two in (34, 125)) or (one == 91 and value)


@kernel
def _sign(text: Bytes, at: int) -> tuple[int, int]:
    """The first byte from there on that is no space, 0 at the end, and where it stands no more."""
    while at < len(text) and text[at] <= 32:
        at += 1
    return (signed(text[at]), at + 1) if at < len(text) else (0, at)
