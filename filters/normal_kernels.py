"""The compiled part of normalisation: which documents could change, and all changes but canonical composition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, Offsets, decode, kernel, signed, whole

# What is to be done with a code point.
KEEP, MAP, GONE, CONTROL, RETURN, HALF, VOICE, JOINER, BREAK, COMPOSE = range(10)
MISREADABLE = 1 << CONTROL | 1 << HALF | 1 << VOICE  # what a wrong charset can have brought forth
EDITED = 1 << MAP | 1 << GONE | MISREADABLE | 1 << RETURN | 1 << JOINER | 1 << BREAK

# A byte of interest: one that begins a code point with a rule, or the last of a mark among U+3000..3FFF.
LEAD, TONE, SOUND = 1, 2, 4

Codes = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.int64]

REMOVED = -1
_DAKUTEN, _HANDAKUTEN = 0xFF9E, 0xFF9F


@kernel
def scan(data: Bytes, offsets: Offsets, rules: Bytes, bytes_: Bytes, before: Bytes, out: Flags) -> None:
    """One set of rules a document, as bits: those of the code points in it that have one.

    Byte by byte, without decoding: kana and kanji are most of the text and begin with bytes of no interest.
    """
    for row in range(len(offsets) - 1):
        start = offsets[row]
        end = whole(data, start, offsets[row + 1])
        seen, last = 0, 0
        for at in range(start, end):
            byte = data[at]
            found = bytes_[byte] & before[last]
            last = byte
            if found:
                first = at if found == LEAD else max(start, at - 2)
                code, _ = decode(data, first)
                seen |= 1 << rule_of(code, rules)
        out[row] = seen & ~(1 << KEEP)


@kernel
def rule_of(code: int, rules: Bytes) -> int:
    """Beyond the table, marks stand between U+10000 and the pictographs; kanji and tags stay as they are."""
    if code < 0x10000:
        return signed(rules[code])
    return COMPOSE if code < 0x1F000 else KEEP


@kernel
def rewrite(
    data: Bytes,
    offsets: Offsets,
    flags: Flags,
    rules: Bytes,
    becomes: Codes,
    out: Bytes,
    ends: Offsets,
    changed: Flags,
) -> int:
    """Copy all documents into ``out``, those with a rule edited; returns the length. Nothing becomes longer."""
    place = 0
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        changed[row] = 0
        stop = start
        if flags[row] & EDITED:
            stop = whole(data, start, end)
            place, changed[row] = _edited(data, start, stop, rules, becomes, out, place)
        out[place : place + end - stop] = data[stop:end]
        place += end - stop
        ends[row + 1] = place
    return place


@kernel
def _edited(data: Bytes, at: int, end: int, rules: Bytes, becomes: Codes, out: Bytes, place: int) -> tuple[int, int]:
    """Write one document; ``last`` is the code point written before, ``half`` the one read if it was half-width."""
    changed = last = half = 0
    while at < end:
        code, after = decode(data, at)
        rule = rule_of(code, rules)
        new = code
        if rule in (MAP, HALF):
            new = signed(becomes[code])
        elif rule in (GONE, CONTROL):
            new = REMOVED
        elif rule == RETURN:
            new = REMOVED if after < end and data[after] == 10 else 10
        elif rule == VOICE and half:
            new = code - _DAKUTEN + 0x309B
        elif rule == JOINER:
            new = code if _joins(last) else REMOVED
        elif rule == BREAK:
            new = code if _lacks_spaces(last) else REMOVED
        half = code if rule == HALF else 0
        if half and after < end:
            following, beyond = decode(data, after)
            voiced = _voiced(new, following)
            if voiced:
                new, after, half = voiced, beyond, 0
                changed += 1
        if new == code:
            for each in range(at, after):
                out[place] = data[each]
                place += 1
        else:
            changed += 1
            place = _write(out, place, new)
        if new != REMOVED:
            last = new
        at = after
    return place, changed


@kernel
def _voiced(kana: int, mark: int) -> int:
    """The full-width kana with a half-width mark of sound after it as one code point; 0 if there is none."""
    if mark == _DAKUTEN:
        if 0x30AB <= kana <= 0x30C8 and kana != 0x30C3 and (kana & 1) == (kana < 0x30C3):
            return kana + 1
        if 0x30CF <= kana <= 0x30DB and kana % 3 == 0:
            return kana + 1
        if kana == 0x30A6:
            return 0x30F4
        if kana == 0x30EF or kana == 0x30F2:
            return kana + 8
    elif mark == _HANDAKUTEN and 0x30CF <= kana <= 0x30DB and kana % 3 == 0:
        return kana + 2
    return 0


@kernel
def _joins(code: int) -> bool:
    """A joiner means something after pictographs and in scripts from Hebrew to the south of Asia."""
    letters = 0x0590 <= code < 0x1D00 or 0xA800 <= code < 0xAC00
    presented = 0xFB1D <= code < 0xFE00 or 0xFE70 <= code < 0xFEFF
    pictures = 0x2190 <= code < 0x2C00 or code == 0xFE0F or 0x10000 <= code < 0x20000
    return letters or presented or pictures


@kernel
def _lacks_spaces(code: int) -> bool:
    """Thai, Lao, Burmese and Khmer, where a zero-width space is what parts words."""
    burmese = 0x1000 <= code < 0x10A0 or 0xA9E0 <= code < 0xAA00 or 0xAA60 <= code < 0xAA80
    return 0x0E00 <= code < 0x0F00 or burmese or 0x1780 <= code < 0x1800


@kernel
def _write(out: Bytes, place: int, code: int) -> int:
    """Append an ASCII or a three-byte code point, nothing for REMOVED."""
    if 0 <= code < 0x80:
        out[place] = code
        place += 1
    elif code >= 0x800:
        out[place] = 0xE0 | code >> 12
        out[place + 1] = 0x80 | (code >> 6 & 0x3F)
        out[place + 2] = 0x80 | (code & 0x3F)
        place += 3
    return place
