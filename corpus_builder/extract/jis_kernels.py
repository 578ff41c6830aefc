"""Compiled readers of the legacy Japanese charsets: bytes to UTF-16 code units, errors counted.

Errors are those of the WHATWG Encoding Standard: U+FFFD takes the place of the bytes that cannot be, and an
ASCII byte is never swallowed by the lead byte before it. Behind a damaged byte EUC-JP and ISO-2022-JP find their
step again, which browsers do not. Each takes ``data``, a main and a second table (see
``jis``) and ``out`` of at least ``len(data)``, and gives how many units it wrote and how many are errors.
"""

from __future__ import annotations

import numpy as np

from corpus_builder.extract.jis import LIKELY, ODD, SIDE, Units
from filters.buffers import Bytes, kernel

_BAD = 0xFFFD
_ASCII, _ROMAN, _KATAKANA, _ROWS, _SUPPLEMENT = range(5)


@kernel
def ascii_from(data: Bytes, start: int, out: Units, at: int) -> int:
    """Copies the ASCII bytes from ``start``; gives where they end."""
    size = len(data)
    while start < size and data[start] < 0x80:
        out[at] = data[start]
        start += 1
        at += 1
    return start


@kernel
def read_cp932(data: Bytes, pairs: Units, second: Units, out: Units) -> tuple[int, int]:
    size, place, written, errors = len(data), 0, 0, 0
    while place < size:
        byte = np.int64(data[place])
        if byte < 0x80:
            end = ascii_from(data, place, out, written)
            written += end - place
            place = end
            continue
        if 0xA1 <= byte <= 0xDF:
            out[written] = byte - 0xA1 + 0xFF61
            place += 1
        else:
            trail = np.int64(data[place + 1]) if place + 1 < size else 0
            char = pairs[byte << 8 | trail]
            if char:
                place += 2
            else:
                lead = 0x80 < byte < 0xFD and byte != 0xA0
                char = np.uint16(byte if byte == 0x80 else _BAD)
                errors += byte != 0x80
                place += 2 if lead and trail >= 0x80 else 1
            out[written] = char
        written += 1
    return written, errors


@kernel
def run_is_odd(data: Bytes, start: int, first: int, last: int) -> int:
    """1 where an odd number of bytes from ``first`` to ``last`` follows: two-byte characters and half of one.

    A damaged byte was the first half of that one, or is too much behind its first half. Looks at 256 bytes.
    """
    place = start
    while place < min(start + 256, len(data)) and first <= data[place] <= last:
        place += 1
    return (place - start) % 2


@kernel
def read_euc_jp(data: Bytes, rows: Units, supplement: Units, out: Units) -> tuple[int, int]:
    size, place, written, errors = len(data), 0, 0, 0
    while place < size:
        byte = np.int64(data[place])
        if byte < 0x80:
            end = ascii_from(data, place, out, written)
            written += end - place
            place = end
            continue
        second = np.int64(data[place + 1]) if place + 1 < size else 0
        third = np.int64(data[place + 2]) if place + 2 < size else 0
        char, used = np.uint16(0), 2
        if byte == 0x8E and 0xA1 <= second <= 0xDF:
            char = np.uint16(second - 0xA1 + 0xFF61)
        elif byte == 0x8F and 0xA1 <= second <= 0xFE:
            used = 3
            if 0xA1 <= third <= 0xFE:
                char = supplement[(second - 0xA1) * SIDE + third - 0xA1]
            elif third < 0x80:
                used = 2
        elif 0xA1 <= byte <= 0xFE:
            if 0xA1 <= second <= 0xFE:
                char = rows[(byte - 0xA1) * SIDE + second - 0xA1]
            elif second < 0x80:
                used = 1
            else:
                used = 2 + run_is_odd(data, place + 2, 0xA1, 0xFE)
        else:
            used = 1 + run_is_odd(data, place + 1, 0xA1, 0xFE)
        if char == 0:
            char = np.uint16(_BAD)
            errors += 1
        out[written] = char
        written += 1
        place += used
    return written, errors


@kernel
def read_iso_2022_jp(data: Bytes, rows: Units, supplement: Units, out: Units) -> tuple[int, int]:
    """With half-width kana by ``ESC ( I``, SO/SI and as bare high bytes.

    A line feed ends every mode (RFC 1468), so that a lost escape costs a line and not the page. A high byte within
    two-byte characters is a damaged one: whether it was a first or a second byte, or is too much, the run's length
    tells.
    """
    size, place, written, errors, mode = len(data), 0, 0, 0, _ASCII
    while place < size:
        byte = np.int64(data[place])
        second = np.int64(data[place + 1]) if place + 1 < size else 0
        third = np.int64(data[place + 2]) if place + 2 < size else 0
        if byte == 0x1B:
            used = 3
            if second == 0x24 and (third == 0x40 or third == 0x42):
                mode = _ROWS
            elif second == 0x24 and third == 0x28 and place + 3 < size and data[place + 3] == 0x44:
                mode, used = _SUPPLEMENT, 4
            elif second == 0x28 and third == 0x49:
                mode = _KATAKANA
            elif second == 0x28 and third == 0x4A:
                mode = _ROMAN
            elif second == 0x28 and (third == 0x42 or third == 0x48):
                mode = _ASCII
            else:
                out[written] = _BAD
                written += 1
                errors += 1
                used = 1
            place += used
            continue
        if byte == 0x0E or byte == 0x0F:
            mode = _KATAKANA if byte == 0x0E else _ASCII
            place += 1
            continue
        if byte == 0x0A or byte == 0x0D:
            mode = _ASCII
        char, used = np.uint16(byte), 1
        if byte >= 0x80 and mode >= _ROWS:
            char = np.uint16(0)
            used = 1 + run_is_odd(data, place + 1, 0x21, 0x7E)
        elif 0xA1 <= byte <= 0xDF:
            char = np.uint16(byte - 0xA1 + 0xFF61)
        elif byte >= 0x80:
            char = np.uint16(0)
        elif byte > 0x20 and mode >= _ROWS:
            inside = byte < 0x7F and 0x21 <= second < 0x7F
            used = 2 if inside else 1
            cell = (byte - 0x21) * SIDE + second - 0x21
            char = np.uint16(0)
            if inside:
                char = rows[cell] if mode == _ROWS else supplement[cell]
        elif mode == _KATAKANA and 0x21 <= byte <= 0x5F:
            char = np.uint16(byte - 0x21 + 0xFF61)
        elif mode == _ROMAN and byte == 0x5C:
            char = np.uint16(0xA5)
        elif mode == _ROMAN and byte == 0x7E:
            char = np.uint16(0x203E)
        if char == 0 and byte != 0:
            char = np.uint16(_BAD)
            errors += 1
        out[written] = char
        written += 1
        place += used
    return written, errors


@kernel
def weigh(units: Units, kinds: Bytes, most: int) -> tuple[int, int, int]:
    """How many units are not ASCII, and of the first ``most`` of them how many are likely and how many odd."""
    wide, likely, odd, place = 0, 0, 0, 0
    while place < len(units) and wide < most:
        unit = units[place]
        place += 1
        if unit >= 0x80:
            wide += 1
            kind = kinds[unit]
            likely += kind == LIKELY
            odd += kind == ODD
    for rest in range(place, len(units)):
        wide += units[rest] >= 0x80
    return wide, likely, odd
