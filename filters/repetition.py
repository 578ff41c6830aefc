"""How much of a text says again what it said before: lines, runs, and n-grams of characters.

Gopher counts words, and its bounds are for words. Japanese has no spaces, and with characters in their place
particles and set phrases alone cross them: more than half of good long articles were thrown away so. Here an n-gram is
long (10 characters for duplicates) or its first occurrence is free (5 for the commonest), and a long text is looked at
in blocks of 16,384 characters, each for itself: a book has the numbers of its pages and needs no more memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, share, signed, texts, whole
from filters.core import Measure
from filters.hashing import Keys, doubled, joined, room_for, scatter, slot_of
from filters.scripts import CONTROL, NEWLINE, SPACE, kind_of, kinds

COLUMNS = (
    "duplicate_line_ratio",
    "duplicate_line_char_ratio",
    "top_ngram_char_ratio",
    "duplicate_ngram_char_ratio",
    "longest_run",
)
BLOCK = 1 << 14  # characters that are not space
TOP = 5  # characters: about the two words of Gopher's shortest n-gram
DUPLICATE = 10  # characters: about the five words of Gopher's shortest duplicate n-gram

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int32]

_BASE = np.uint64(0x5851F42D4C957F2D)  # multiplier of the rolling hash, odd
_ODD = np.uint64(1)  # a key is never zero
# Most n-grams are alone in their block. Those that share a place with another in a table small enough for the nearest
# cache, a quarter of prose, are looked for in a set of hashes; the rest need not be.
_MARKS = 8  # places in that table for each n-gram, each of two bits: one fell here, another did
_SOLID = ~(1 << SPACE | 1 << NEWLINE | 1 << CONTROL)


def measure_repetition(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Repetition within a document. Spaces and line ends are no characters here; empty lines are no lines.

    - ``duplicate_line_ratio``: lines that stood earlier in the document, of all lines (Gopher, ≤ .3; the first of
      its kind is not counted); ``duplicate_line_char_ratio``: their characters, of all (Gopher, ≤ .2).
    - ``top_ngram_char_ratio``: characters in the second and later occurrences, not overlapping, of the 5-gram with
      the most of them in its block, of all (after Gopher's top n-grams).
    - ``duplicate_ngram_char_ratio``: characters inside a 10-gram that occurred earlier in its block, each counted
      once, of all (after Gopher's duplicate n-grams).
    - ``longest_run``: the longest run of one character (HojiChar, < 200).

    Ratios are in [0, 1], undefined for a text with nothing but space. Equality is equality of 64-bit hashes.

    >>> from filters.buffers import batch_of
    >>> found = measure_repetition(batch_of(["次へ\\n前へ\\n次へ\\n次 へ", "ああああ", "あいうえおかきくけこ" * 2, ""]))
    >>> {name: [round(x, 2) for x in found[name].to_pylist()] for name in COLUMNS[:3]}
    {'duplicate_line_ratio': [0.5, 0.0, 0.0, nan], 'duplicate_line_char_ratio': [0.5, 0.0, 0.0, nan], \
'top_ngram_char_ratio': [0.0, 0.0, 0.25, nan]}
    >>> found["duplicate_ngram_char_ratio"][2].as_py(), found["longest_run"].to_pylist()
    (0.5, [1, 4, 1, 0])
    """
    data, offsets = texts(batch.column("text"))
    return columns(COLUMNS, _repetition(data, offsets, kinds()), counts=("longest_run",))


REPETITION = Measure("repetition", 1, COLUMNS, measure_repetition)


class _Room(NamedTuple):
    """Arrays that all blocks of all documents use."""

    codes: Codes  # solid characters of a block
    ends: Places  # of its lines that have any: how many characters stand before
    hashes: Keys  # of the TOP-gram that ends at each character
    marks: Keys
    often: Places  # where TOP-grams end that may not be alone
    long: Places  # and where DUPLICATE-grams do
    keys: Keys
    last: Places
    counts: Places


class _Lines(NamedTuple):
    number: int
    again: int
    again_chars: int
    known: int  # different ones
    key: np.uint64  # of the line that the last block left open
    solid: int


@kernel
def _repetition(data: Bytes, offsets: Offsets, table: Bytes) -> Numbers:
    """COLUMNS × documents."""
    out = np.empty((5, len(offsets) - 1), np.float64)
    size = room_for(BLOCK)
    places = np.empty((4, size), np.int32)
    codes, hashes, keys = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint64), np.empty(size, np.uint64)
    room = _Room(
        codes,
        np.empty(BLOCK + 1, np.int32),
        hashes,
        np.empty(_MARKS * BLOCK >> 5, np.uint64),
        places[0],
        places[1],
        keys,
        places[2],
        places[3],
    )
    for row in range(len(offsets) - 1):
        _document(data, offsets[row], whole(data, offsets[row], offsets[row + 1]), table, room, out[:, row])
    return out


@kernel
def _document(data: Bytes, at: int, end: int, table: Bytes, room: _Room, out: Numbers) -> None:
    seen = np.zeros(64, np.uint64)
    lines = _Lines(0, 0, 0, 0, np.uint64(0), 0)
    chars = top = again = run = longest = 0
    before = 0
    while at < end:
        at, filled, number = _solid(data, at, end, table, room.codes, room.ends, lines.solid > 0)
        if filled or number:
            codes = room.codes[:filled]
            seen, lines = _said_lines(codes, room.ends[:number], seen, lines)
            before, run, longest = _runs(codes, before, run, longest)
            shift = _mark(codes, room.hashes, room.marks)
            often, long = _suspects(room.hashes[:filled], room.marks, shift, room.often, room.long)
            top += _said_most(room, often)
            again += _said_before(room, long)
            chars += filled
    out[0] = share(lines.again, lines.number)
    out[1] = share(lines.again_chars, chars)
    out[2] = share(top, chars)
    out[3] = share(again, chars)
    out[4] = longest


@kernel
def _solid(
    data: Bytes, at: int, end: int, table: Bytes, codes: Codes, ends: Places, is_open: bool
) -> tuple[int, int, int]:
    """Fill a block; where the next one starts, how many characters this one has, and how many ends of lines."""
    filled = number = 0
    before = -1 if is_open else 0
    while at < end and filled < BLOCK:
        code, at = decode(data, at)
        kind = kind_of(code, table)
        codes[filled] = code
        filled += (_SOLID >> kind) & 1
        if kind == NEWLINE and filled > before:
            ends[number] = before = filled
            number += 1
    if at >= end and filled > before:
        ends[number] = filled
        number += 1
    return at, filled, number


@kernel
def _said_lines(codes: Codes, ends: Places, seen: Keys, lines: _Lines) -> tuple[Keys, _Lines]:
    """Count the lines that end in a block; the set of lines grows with the number of different ones."""
    number, again, again_chars, known, key, solid = lines
    start = 0
    for end in ends:
        for place in range(start, end):
            key = joined(key, codes[place])
        solid += end - start
        key = scatter(key) | _ODD
        slot = slot_of(seen, key)
        if seen[slot] == key:
            again += 1
            again_chars += solid
        else:
            seen[slot] = key
            known += 1
            if 2 * known > len(seen):
                seen = doubled(seen)
        number += 1
        start, key, solid = end, np.uint64(0), 0
    for place in range(start, len(codes)):
        key = joined(key, codes[place])
    return seen, _Lines(number, again, again_chars, known, key, solid + len(codes) - start)


@kernel
def _runs(codes: Codes, before: int, run: int, longest: int) -> tuple[int, int, int]:
    """The character that a block ends with, how often it stands there in a row, and the longest row so far."""
    for code in codes:
        run = run + 1 if code == before else 1
        longest = max(longest, run)
        before = code
    return before, run, longest


@kernel
def _mark(codes: Codes, hashes: Keys, marks: Keys) -> np.uint64:
    """Hash every TOP-gram, and mark its place; returns by how many bits a hash is shifted to get there."""
    shift, size = np.uint64(64 - 9), 512
    while size < _MARKS * len(codes):
        size *= 2
        shift -= np.uint64(1)
    marks[: size >> 5] = 0
    power = _power(TOP)
    state = np.uint64(0)
    for place in range(len(codes)):
        state = state * _BASE + scatter(np.uint64(codes[place]))
        if place >= TOP:
            state -= power * scatter(np.uint64(codes[place - TOP]))
        hashes[place] = state
        if place >= TOP - 1:
            spot = state >> shift
            bit = np.uint64(1) << ((spot & np.uint64(31)) * np.uint64(2))
            word = marks[spot >> np.uint64(5)]
            marks[spot >> np.uint64(5)] = word | bit | (word & bit) << np.uint64(1)
    return shift


@kernel
def _suspects(hashes: Keys, marks: Keys, shift: np.uint64, often: Places, long: Places) -> tuple[int, int]:
    """Where the n-grams end that may not be alone. A DUPLICATE-gram is two TOP-grams, and not alone if neither is."""
    many = more = 0
    history = 0
    for place in range(TOP - 1, len(hashes)):
        spot = hashes[place] >> shift
        twice = signed(marks[spot >> np.uint64(5)] >> ((spot & np.uint64(31)) * np.uint64(2) + np.uint64(1))) & 1
        history = history << 1 | twice
        often[many] = place
        many += twice
        long[more] = place
        more += twice & (history >> TOP)
    return many, more


@kernel
def _said_most(room: _Room, often: int) -> int:
    """Characters in the repeated occurrences of the commonest TOP-gram, not overlapping, without the first."""
    keys = room.keys[: room_for(often)]
    keys[:] = 0
    last, count = room.last, room.counts
    most = 1
    for place in room.often[:often]:
        key = scatter(room.hashes[place]) | _ODD
        slot = slot_of(keys, key)
        if keys[slot] == 0:
            keys[slot], last[slot], count[slot] = key, place, 1
        elif place - last[slot] >= TOP:
            last[slot] = place
            again = count[slot] + 1
            count[slot] = again
            most = max(most, again)
    return (most - 1) * TOP


@kernel
def _said_before(room: _Room, long: int) -> int:
    """Characters that lie in a DUPLICATE-gram which occurred before, each once."""
    keys = room.keys[: room_for(long)]
    keys[:] = 0
    power = _power(TOP)
    again, covered = 0, -1
    for place in room.long[:long]:
        key = scatter(room.hashes[place] + power * room.hashes[place - TOP]) | _ODD
        slot = slot_of(keys, key)
        if keys[slot] == key:
            again += min(DUPLICATE, place - covered)
            covered = place
        else:
            keys[slot] = key
    return again


@kernel
def _power(n: int) -> np.uint64:
    power = np.uint64(1)
    for _ in range(n):
        power *= _BASE
    return power
