"""One pass over many texts that finds every kind of personal data, and the copy in which it is masked."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, Offsets, decode, kernel, whole
from filters.pii.address import NUMERALS, address, grid_numerals, joined_numerals, numerals_before, postal
from filters.pii.codes import card, ip4, ip6, my_number
from filters.pii.mail import at_in_brackets, at_in_words, mail
from filters.pii.numbers import DOT, HYPHEN, Groups, Integers, read, room, total_of
from filters.pii.phone import phone
from filters.pii.places import CHAIN, is_place
from filters.pii.plain import plain_number
from filters.pii.text import before, char, fold, is_digit, one_of

NOTHING, MAIL, PHONE, ADDRESS, MY_NUMBER, CARD, IP = -1, 0, 1, 2, 3, 4, 5

Spans = npt.NDArray[np.int64]  # a row each: document, first byte, byte after the last, kind


@functools.cache
def triggers() -> Bytes:
    """One for every character of the Basic Multilingual Plane at which a search may start."""
    table = np.zeros(1 << 16, np.uint8)
    table[
        [
            ord(each)
            for each in "0123456789@([<{_- ０１２３４５６７８９＠（［＜｛【〔〈《★☆●○◎■◆▲△＃丁番ア一二三四五六七八九十"
        ]
    ] = 1
    table.flags.writeable = False
    return table


@kernel
def scan(data: Bytes, offsets: Offsets, rows: npt.NDArray[np.bool_], table: Bytes) -> Spans:
    """The spans of the documents that ``rows`` names, in order, none overlapping another."""
    found = np.empty((64, 4), np.int64)
    count = 0
    number = room()
    codes = np.zeros(CHAIN + 1, np.int64)
    places = np.zeros(CHAIN + 1, np.int64)
    for row in range(len(offsets) - 1):
        if not rows[row]:
            continue
        floor = at = int(offsets[row])
        end = whole(data, at, offsets[row + 1])
        while True:
            at = _next(data, at, end, table)
            if at >= end:
                break
            kind, first, last, at = _look(data, floor, at, end, number, codes, places)
            if kind == NOTHING:
                continue
            if count == len(found):
                more = np.empty((2 * count, 4), np.int64)
                more[:count] = found
                found = more
            found[count, 0], found[count, 1], found[count, 2], found[count, 3] = row, first, last, kind
            count += 1
            floor = at = last
    return found[:count]


@kernel
def _next(data: Bytes, at: int, end: int, table: Bytes) -> int:
    """The first character from ``at`` on at which a search starts."""
    while at < end:
        first = data[at]
        if first < 0x80:
            if table[first] and (first >= 48 or first == 40 or _is_word_at(data, at, end)):
                break
            at += 1
        else:
            code, after = decode(data, at)
            if code < 0x10000 and table[code]:
                break
            at = after
    return at


@kernel
def _is_word_at(data: Bytes, at: int, end: int) -> bool:
    """Whether ``at`` or ``atmark`` with the same character around it may stand here: `` at ``, ``_at_``, ``-at-``."""
    return bool(
        at + 4 < end
        and data[at + 1] | 32 == 97
        and data[at + 2] | 32 == 116
        and (data[at + 3] == data[at] or data[at + 3] == 45 or data[at + 3] | 32 == 109)
    )


@kernel
def _look(
    data: Bytes, floor: int, at: int, end: int, number: Groups, codes: Integers, places: Integers
) -> tuple[int, int, int, int]:
    """What is found at ``at``: its kind, its span, and where to look on."""
    code, after = decode(data, at)
    if 48 <= code <= 57:
        past = plain_number(data, floor, at, end)
        if past > at:
            return NOTHING, -1, -1, past
    code = fold(code)
    if is_digit(code):
        return _number(data, floor, at, end, number, codes, places)
    if code == 0x4E01 or code == 0x756A:
        return _numerals(data, floor, at, after, end, codes, places)
    if 0x4E00 <= code < 0xA000:
        return _joined(data, floor, at, after, end, codes, places)
    sign = after
    plain = code == 64
    if code == 0x30A2 or code == 32 or code == 45 or code == 95:
        sign = at_in_words(data, at, end)
    elif not plain and not 0x2500 < code < 0x2700 and code != 35:
        sign = at_in_brackets(data, at, end)
    if sign < 0:
        return NOTHING, -1, -1, after
    first, last = mail(data, floor, end, at, sign, plain)
    return (MAIL if first >= 0 else NOTHING), first, last, after


@kernel
def _numerals(
    data: Bytes, floor: int, at: int, after: int, end: int, codes: Integers, places: Integers
) -> tuple[int, int, int, int]:
    """An address whose first number is written in kanji, before 丁目 or 番."""
    begin = numerals_before(data, floor, at)
    if begin == at:
        return NOTHING, -1, -1, after
    first, last = address(data, floor, end, begin, codes, places)
    return (ADDRESS if first >= 0 else NOTHING), first, last, after


@kernel
def _joined(
    data: Bytes, floor: int, at: int, after: int, end: int, codes: Integers, places: Integers
) -> tuple[int, int, int, int]:
    """An address whose numbers are written in kanji, with hyphens or as streets of a grid (北八条西五丁目)."""
    following, _ = char(data, after, end)
    if following != 45 and following != 0x30FC and following != 0x6761 and not one_of(following, NUMERALS):
        return NOTHING, -1, -1, after
    code, _ = before(data, floor, at)
    if not is_place(code) or not (joined_numerals(data, at, end) or grid_numerals(data, at, end)):
        return NOTHING, -1, -1, after
    first, last = address(data, floor, end, at, codes, places)
    return (ADDRESS if first >= 0 else NOTHING), first, last, after


@kernel
def _number(
    data: Bytes, floor: int, at: int, end: int, number: Groups, codes: Integers, places: Integers
) -> tuple[int, int, int, int]:
    """What the number is that starts at ``at``."""
    count = read(data, at, end, number)
    size = number.sizes[0]
    at = int(number.ends[0])
    first = last = -1
    if (size == 4 or at < end) and (number.digits[0] == 2 or number.digits[0] == 3) and size <= 4:
        first, last = ip6(data, floor, end, int(number.starts[0]))
        if first >= 0:
            return IP, first, last, last
    if count >= 4 and size <= 3 and number.parts[1] == DOT:
        first, last = ip4(data, floor, end, number, count)
        if first >= 0:
            return IP, first, last, last
    if size == 4 or size >= 12:
        first, last = card(data, floor, end, number, count)
        if first >= 0:
            return CARD, first, last, last
        first, last = my_number(data, floor, end, number, count)
        if first >= 0:
            return MY_NUMBER, first, last, last
    if size == 7 or (size == 3 and count > 1):
        first, last = postal(data, floor, end, number, count)
        if first >= 0:
            return ADDRESS, first, last, last
    if total_of(number, count) >= 5 and size <= 12:
        first, last = phone(data, floor, end, number, count)
        if first >= 0:
            return PHONE, first, last, last
    return _place(data, floor, end, number, count, codes, places)


@kernel
def _place(
    data: Bytes, floor: int, end: int, number: Groups, count: int, codes: Integers, places: Integers
) -> tuple[int, int, int, int]:
    """An address, if a place's name can end before the number; else where to look on: after what hyphens join."""
    begin = int(number.starts[0])
    code, back = before(data, floor, begin)
    if code == 32:
        code, _ = before(data, floor, back)
    if is_place(code) and number.sizes[0] <= 5:
        first, last = address(data, floor, end, begin, codes, places)
        if first >= 0:
            return ADDRESS, first, last, last
    joined = 1
    while joined < count and (number.parts[joined] == HYPHEN or number.parts[joined] == DOT):
        joined += 1
    return NOTHING, -1, -1, int(number.ends[joined - 1])


@kernel
def count_kinds(spans: Spans, rows: int, kinds: int) -> npt.NDArray[np.int32]:
    """How many spans of each kind a document has, a row a kind."""
    counts = np.zeros((kinds, rows), np.int32)
    for at in range(len(spans)):
        counts[spans[at, 3], spans[at, 0]] += 1
    return counts


@kernel
def masked(
    data: Bytes, offsets: Offsets, spans: Spans, marks: Bytes, bounds: Offsets
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The same texts with ``marks[bounds[kind]:bounds[kind + 1]]`` in place of every span."""
    size = offsets[-1] - offsets[0]
    for at in range(len(spans)):
        kind = spans[at, 3]
        size += bounds[kind + 1] - bounds[kind] - (spans[at, 2] - spans[at, 1])
    out = np.empty(size, np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    to = 0
    at = 0
    for row in range(len(offsets) - 1):
        here = offsets[row]
        while at < len(spans) and spans[at, 0] == row:
            to = _copy(data, here, spans[at, 1], out, to)
            kind = spans[at, 3]
            to = _copy(marks, bounds[kind], bounds[kind + 1], out, to)
            here = spans[at, 2]
            at += 1
        to = _copy(data, here, offsets[row + 1], out, to)
        ends[row + 1] = to
    return out, ends


@kernel
def _copy(data: Bytes, first: int, last: int, out: npt.NDArray[np.uint8], to: int) -> int:
    """Copy the bytes; where the next ones go."""
    size = last - first
    out[to : to + size] = data[first:last]
    return to + size
