"""How much of a text says again what it said before: lines, runs, and n-grams of characters.

Gopher counts words, and its bounds are for words. Japanese has no spaces, and with characters in their place
particles and set phrases alone cross them: more than half of good long articles were thrown away so. Here an n-gram is
long (10 characters for duplicates) or its first occurrence is free (5 for the commonest), and a long text is looked at
in blocks of 16,384 characters, each for itself: a book has the numbers of its pages and needs no more memory.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, share, texts, whole
from filters.core import Measure
from filters.hashing import Keys, doubled, follow, room_for, scatter, slot_of
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

Places = npt.NDArray[np.int32]

_BASE = np.uint64(0x5851F42D4C957F2D)  # multiplier of the rolling hash, odd
_ODD = np.uint64(1)  # a key is never zero


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
    numbers = np.empty((len(COLUMNS), batch.num_rows), np.float64)
    _duplicate_lines(data, offsets, kinds(), numbers)
    _ngrams(data, offsets, kinds(), numbers)
    return columns(COLUMNS, numbers, counts=("longest_run",))


REPETITION = Measure("repetition", 1, COLUMNS, measure_repetition)


@kernel
def _duplicate_lines(data: Bytes, offsets: Offsets, table: Bytes, out: Numbers) -> None:
    """Fill the first two rows of ``out``; the set of lines grows with the number of different ones."""
    for row in range(len(offsets) - 1):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        seen = np.zeros(64, np.uint64)
        known = lines = chars = again = again_chars = 0
        while at < end:
            key, solid, at = _line_key(data, at, end, table)
            if solid == 0:
                continue
            lines, chars = lines + 1, chars + solid
            slot = slot_of(seen, key)
            if seen[slot] == key:
                again, again_chars = again + 1, again_chars + solid
                continue
            seen[slot] = key
            known += 1
            if 2 * known > len(seen):
                seen = doubled(seen)
        out[0, row] = share(again, lines)
        out[1, row] = share(again_chars, chars)


@kernel
def _line_key(data: Bytes, at: int, end: int, table: Bytes) -> tuple[np.uint64, int, int]:
    """The hash of a line's solid characters, how many they are, and where the next line starts."""
    key, solid = np.uint64(0), 0
    while at < end:
        code, at = decode(data, at)
        kind = kind_of(code, table)
        if kind == NEWLINE:
            break
        if kind != SPACE and kind != CONTROL:
            key, solid = follow(key, code), solid + 1
    return key | _ODD, solid, at


@kernel
def _ngrams(data: Bytes, offsets: Offsets, table: Bytes, out: Numbers) -> None:
    """Fill the last three rows of ``out``."""
    block = np.empty(BLOCK, np.uint64)
    keys = np.empty(room_for(BLOCK), np.uint64)
    last = np.empty(len(keys), np.int32)
    count = np.empty(len(keys), np.int32)
    for row in range(len(offsets) - 1):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        chars = filled = top = again = run = longest = 0
        before = -1
        while at < end:
            code, at = decode(data, at)
            kind = kind_of(code, table)
            if kind != SPACE and kind != CONTROL and kind != NEWLINE:
                run = run + 1 if code == before else 1
                longest, before = max(longest, run), code
                block[filled] = scatter(np.uint64(code))
                filled, chars = filled + 1, chars + 1
            if filled == BLOCK or at == end:
                top += _said_most(block[:filled], keys, last, count)
                again += _said_before(block[:filled], keys)
                filled = 0
        out[2, row] = share(top, chars)
        out[3, row] = share(again, chars)
        out[4, row] = longest


@kernel
def _said_most(block: Keys, keys: Keys, last: Places, count: Places) -> int:
    """Characters in the repeated occurrences of the commonest TOP-gram, not overlapping, without the first."""
    keys = keys[: room_for(len(block))]
    keys[:] = 0
    power = _power(TOP)
    state, most = np.uint64(0), 1
    for place in range(len(block)):
        state = state * _BASE + block[place]
        if place >= TOP:
            state -= power * block[place - TOP]
        if place < TOP - 1:
            continue
        key = scatter(state) | _ODD
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
def _said_before(block: Keys, keys: Keys) -> int:
    """Characters that lie in a DUPLICATE-gram which occurred before, each once."""
    keys = keys[: room_for(len(block))]
    keys[:] = 0
    power = _power(DUPLICATE)
    state, again, covered = np.uint64(0), 0, -1
    for place in range(len(block)):
        state = state * _BASE + block[place]
        if place >= DUPLICATE:
            state -= power * block[place - DUPLICATE]
        if place < DUPLICATE - 1:
            continue
        key = scatter(state) | _ODD
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
