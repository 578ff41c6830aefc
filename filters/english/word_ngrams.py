"""Repeated phrases of English text, counted in words: Gopher's top and duplicate n-grams, lines and paragraphs.

Only a pair of words that occurs twice can begin a longer n-gram that does, so each length looks at the places the
one before it left; all of them together cost little more than the pairs. A text is looked at in blocks of 131,072
words, each for itself, which is more than Gopher keeps of any document.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, kernel, share, signed, texts, whole
from filters.core import Measure
from filters.english.rules import Classes, classes, exceptions
from filters.english.words import CODE, END, Codes, cut, new_run, next_run
from filters.hashing import Keys, doubled, joined, room_for, scatter, slot_of

TOP, DUPLICATE, LONGEST = 2, 5, 10  # words: top n-grams have 2 to 4, duplicate n-grams 5 to 10
COLUMNS = (
    *(f"top_{n}_gram_ratio" for n in range(TOP, DUPLICATE)),
    *(f"duplicate_{n}_gram_ratio" for n in range(DUPLICATE, LONGEST + 1)),
    "repeated_line_ratio",
    "repeated_line_char_ratio",
    "repeated_paragraph_ratio",
    "repeated_paragraph_char_ratio",
)
BLOCK = 1 << 17  # words

Places = npt.NDArray[np.int32]

_ODD = np.uint64(1)  # a key is never zero
_BASE = np.uint64(0x5851F42D4C957F2D)  # odd
_HALF = np.uint64(32)


def measure_word_ngrams(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Repetition in words as spaCy cuts them (``english_words``); every share is of all characters of the text.

    - ``top_2_gram_ratio`` (Gopher, ≤ .2), ``top_3_gram_ratio`` (≤ .18), ``top_4_gram_ratio`` (≤ .16): characters,
      with the spaces between words, in all occurrences of the commonest n-gram; of several, the first. They may
      overlap, and one occurrence counts: up to about n.
    - ``duplicate_5_gram_ratio`` (≤ .15), ``duplicate_6_gram_ratio`` (≤ .14), ``duplicate_7_gram_ratio`` (≤ .13),
      ``duplicate_8_gram_ratio`` (≤ .12), ``duplicate_9_gram_ratio`` (≤ .11), ``duplicate_10_gram_ratio`` (≤ .1):
      characters of words in n-grams that were met before, read from left to right; none is counted twice, [0, 1].
    - ``repeated_line_ratio`` (≤ .3): lines that stood earlier in the document, of all; empty lines are none.
      ``repeated_line_char_ratio`` (≤ .2): their characters, of all, [0, 1]. Unlike ``duplicate_line_ratio``, lines
      that differ in spaces differ.
    - ``repeated_paragraph_ratio`` (≤ .3), ``repeated_paragraph_char_ratio`` (≤ .2): the same for what stands between
      empty lines, [0, 1].

    Undefined for the empty text. Sources: Rae et al. 2021 (Gopher), table A1; counted as datatrove 0.10 does.
    Equality of words and lines is equality of 64-bit hashes.

    >>> from filters.buffers import batch_of
    >>> found = measure_word_ngrams(batch_of(["\\n\\n".join(["to be or not"] * 3), "a b c d e " * 2, ""]))
    >>> [round(found[name][0].as_py(), 2) for name in ("top_2_gram_ratio", "top_4_gram_ratio")]
    [0.38, 0.9]
    >>> [round(found[name][0].as_py(), 2) for name in COLUMNS[-4:]]
    [0.67, 0.6, 0.67, 0.6]
    >>> [round(x, 2) for x in found["duplicate_5_gram_ratio"].to_pylist()]
    [0.28, 0.25, nan]
    """
    data, offsets = texts(batch.column("text"))
    numbers = np.empty((len(COLUMNS), batch.num_rows), np.float64)
    _ngrams(data, offsets, classes(), exceptions(), new_run(), numbers)
    _repeated(data, offsets, numbers)
    return columns(COLUMNS, numbers)


WORD_NGRAMS = Measure("word_ngrams", 1, COLUMNS, measure_word_ngrams)


class _Block(NamedTuple):
    """Room for one block of words and for its n-grams of one length, each named by the place where it first stood."""

    words: Keys  # hashes
    before: Places  # characters in the words before
    keys: Keys
    first: Places  # beside the keys
    name: Places  # of the n-gram that begins here
    times: Places  # that the n-gram of this name occurs; -1 once it was met
    left: Places  # the places whose n-gram occurs more than once, in order


@kernel
def _ngrams(data: Bytes, offsets: Offsets, classes: Classes, exceptions: Keys, run: Codes, out: Numbers) -> None:
    """Fill the rows of n-grams."""
    block = _room()
    hashes, before = block.words, block.before
    found = np.zeros(LONGEST + 1, np.int64)
    for row in range(len(offsets) - 1):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        chars = _chars(data, at, end)
        found[:] = 0
        words = 0
        while at < end:
            at, size, seen = next_run(data, at, end, classes, run)
            start = 0
            for place in range(cut(run, size, seen, exceptions)):
                stop = run[END, place]
                if words == BLOCK:
                    _look(block, words, found)
                    words = 0
                state = np.uint64(0)
                for each in range(start, stop):
                    state = joined(state, run[CODE, each])
                hashes[words], before[words + 1] = scatter(state), before[words] + stop - start
                words, start = words + 1, stop
        _look(block, words, found)
        for n in range(TOP, LONGEST + 1):
            out[n - TOP, row] = share(min(found[n], chars), chars)


@kernel
def _room() -> _Block:
    table, words = room_for(BLOCK), BLOCK + 1
    places = np.zeros((4, words), np.int32)
    hashes, keys, first = np.empty(words, np.uint64), np.empty(table, np.uint64), np.empty(table, np.int32)
    return _Block(hashes, places[0], keys, first, places[1], places[2], places[3])


@kernel
def _chars(data: Bytes, at: int, end: int) -> int:
    chars = 0
    for place in range(at, end):
        chars += data[place] & 0xC0 != 0x80
    return chars


@kernel
def _look(block: _Block, words: int, found: Offsets) -> None:
    """Add to ``found``, by n, the characters of the commonest and of the duplicate n-grams of one block."""
    left = 0
    for n in range(TOP, min(LONGEST, words) + 1):
        left = _pairs(block, words) if n == TOP else _longer(block, left)
        found[n] += _commonest(block, n, left) if n < DUPLICATE else _met_before(block, n, left)


@kernel
def _pairs(block: _Block, words: int) -> int:
    """Name the pairs of words, list those that occur more than once, and say how many they are."""
    hashes, left = block.words, block.left
    keys, first, name, times = block.keys[: room_for(words)], block.first, block.name, block.times
    keys[:] = 0
    for place in range(words - 1):
        key = scatter(hashes[place] * _BASE + hashes[place + 1]) | _ODD
        slot = slot_of(keys, key)
        if keys[slot] == 0:
            keys[slot], first[slot], times[place] = key, place, 0
        known = first[slot]
        name[place], left[place] = known, place
        times[known] += 1
    return _repeating(left, name, times, words - 1)


@kernel
def _longer(block: _Block, count: int) -> int:
    """The same for n-grams one word longer: a pair of overlapping ones, each known by its name."""
    left, kept = block.left, 0
    keys, first, name, times = block.keys[: room_for(count)], block.first, block.name, block.times
    keys[:] = 0
    for each in range(count - 1):
        place = left[each]
        if left[each + 1] != place + 1:
            continue
        key = scatter((np.uint64(name[place]) << _HALF | np.uint64(name[place + 1])) + _ODD)
        slot = slot_of(keys, key)
        if keys[slot] == 0:
            keys[slot], first[slot], times[place] = key, place, 0
        known = first[slot]
        name[place], left[kept] = known, place
        times[known] += 1
        kept += 1
    return _repeating(left, name, times, kept)


@kernel
def _repeating(left: Places, name: Places, times: Places, count: int) -> int:
    """Keep those places whose n-gram occurs more than once, and say how many they are."""
    kept = 0
    for each in range(count):
        place = left[each]
        left[kept] = place
        kept += times[name[place]] > 1
    return kept


@kernel
def _commonest(block: _Block, n: int, left: int) -> int:
    """Characters of all occurrences of the n-gram with the most of them; the very first one if none is repeated."""
    name, times = block.name, block.times
    best, most = 0, 1
    for place in block.left[:left]:
        if name[place] == place and times[place] > most:
            best, most = place, times[place]
    return most * signed(block.before[best + n] - block.before[best] + n - 1)


@kernel
def _met_before(block: _Block, n: int, left: int) -> int:
    """Characters of n-grams met before; reading goes on behind each, and what it skips has not been met."""
    before, name, times = block.before, block.name, block.times
    chars = free = 0
    for place in block.left[:left]:
        if place < free:
            continue
        if times[name[place]] < 0:
            chars += before[place + n] - before[place]
            free = place + n
        times[name[place]] = -1
    return chars


@kernel
def _repeated(data: Bytes, offsets: Offsets, out: Numbers) -> None:
    """Fill the rows of lines and paragraphs."""
    base = LONGEST + 1 - TOP
    for row in range(len(offsets) - 1):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        chars = _chars(data, at, end)
        for paragraphs in range(2):
            number, again, again_chars = _pieces(data, at, end, paragraphs + 1)
            out[base + 2 * paragraphs, row] = share(again, number)
            out[base + 2 * paragraphs + 1, row] = share(again_chars, chars)


@kernel
def _pieces(data: Bytes, at: int, end: int, apart: int) -> tuple[int, int, int]:
    """The pieces between ``apart`` or more line ends: how many, how many stood before, and the characters of those."""
    seen = np.zeros(64, np.uint64)
    known = number = again = again_chars = chars = ends = 0
    state = np.uint64(0)
    for place in range(at, end + 1):
        if place < end and data[place] == 0x0A:
            ends += 1
            continue
        if chars and (ends >= apart or place == end):
            key = scatter(state) | _ODD
            slot = slot_of(seen, key)
            number += 1
            if seen[slot] == key:
                again, again_chars = again + 1, again_chars + chars
            else:
                seen[slot] = key
                known += 1
                if 2 * known > len(seen):
                    seen = doubled(seen)
            chars, ends, state = 0, 0, np.uint64(0)
        if place < end:
            if ends and chars:
                state, chars = joined(state, 0x0A), chars + ends
            state, chars, ends = joined(state, data[place]), chars + (data[place] & 0xC0 != 0x80), 0
    return number, again, again_chars
