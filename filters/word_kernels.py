"""Longest match of many words at once over Arrow buffers: widths and case folded, neighbours of a word looked at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, Numbers, Offsets, decode, kernel, share, signed, whole
from filters.hashing import Keys, scatter, slot_of

Codes = npt.NDArray[np.uint16]
Numbered = npt.NDArray[np.int32]

IN_KATAKANA, IN_ALNUM, IN_HAN, IN_HIRAGANA = 1, 2, 4, 8  # kinds of neighbours
ROOT = 1

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd
_FIRST_BYTE, _PLACE = np.uint64(0xFF), np.uint64(63)  # of a word of eight; in a word of 64 bits
_EACH = np.uint64(0x0101010101010101)


class Automaton(NamedTuple):
    """A trie in a hash table: ``edges`` holds (node, character), ``nodes`` in the same slot where it leads.

    A node has in ``spelled`` the number of the spelling that ends there, or -1; ``word``, ``before`` and ``after`` are
    those of each spelling, ``length`` its characters. ``openings`` is a set of bits, a power of two of them: of the
    hashes of the bytes that spellings start with in all ways of writing them, as many bytes as ``masks`` has for the
    first of them.
    """

    masks: Keys
    openings: Keys
    folded: Codes
    beside: Bytes
    edges: Keys
    nodes: Numbered
    spelled: Numbered
    word: Numbered
    before: Numbered
    after: Numbered
    length: Numbered


@kernel
def voiced(code: int, mark: int) -> int:
    """The katakana with a half-width voicing mark after it, or 0 where it takes none."""
    answer = 0
    if mark == 0xFF9E:
        from_k_to_t = code in (0x30C4, 0x30C6, 0x30C8) or (0x30AB <= code <= 0x30C1 and code % 2 == 1)
        if from_k_to_t or (0x30CF <= code <= 0x30DB and code % 3 == 0):
            answer = code + 1
        elif code == 0x30A6:
            answer = 0x30F4
    elif mark == 0xFF9F and 0x30CF <= code <= 0x30DB and code % 3 == 0:
        answer = code + 2
    return answer


@kernel
def shift_for(openings: Keys) -> np.uint64:
    """By how many bits a hash is shifted to become the place of a bit in the set."""
    shift, words = np.uint64(64 - 6), 1
    while words < len(openings):
        words *= 2
        shift -= np.uint64(1)
    return shift


@kernel
def place(window: np.uint64, shift: np.uint64) -> np.uint64:
    """The bit that stands for these bytes, first byte lowest; that of no bytes is 0."""
    return window * _SPREAD >> shift


@kernel
def folded_at(data: Bytes, at: int, end: int, folded: Codes) -> tuple[int, int]:
    """The character at ``at`` as it is compared, and where the next one starts."""
    code, after = decode(data, at)
    if code < 0x10000:
        half_width = 0xFF66 <= code <= 0xFF9D
        code = signed(folded[code])
        if half_width and after < end:
            mark, beyond = decode(data, after)
            composed = voiced(code, mark)
            if composed:
                return composed, beyond
    return code, after


@kernel
def _beside(data: Bytes, at: int, end: int, beside: Bytes) -> int:
    """The kind of the character at ``at``, 0 at the end of the text."""
    if at >= end:
        return 0
    code, _ = decode(data, at)
    if code < 0x10000:
        return signed(beside[code])
    return IN_HAN if 0x20000 <= code < 0x40000 else 0


@kernel
def _before(data: Bytes, start: int, at: int, beside: Bytes) -> int:
    """The kind of the character that ends at ``at``, 0 at the start of the text."""
    here = at - 1
    while here > start and at - here < 4 and data[here] & 0xC0 == 0x80:
        here -= 1
    return _beside(data, here, whole(data, here, at), beside) if here >= start else 0


@kernel
def _eight(data: Bytes, at: np.uint64) -> np.uint64:
    """Eight bytes as one number, the first lowest: one load, as indexes without a sign let the compiler see."""
    window = np.uint64(data[at])
    for more in range(1, 8):
        window |= np.uint64(data[at + np.uint64(more)]) << np.uint64(8 * more)
    return window


@kernel
def _candidates(data: Bytes, start: int, end: int, masks: Keys, openings: Keys, out: Offsets) -> int:
    """Write to ``out`` where in ``data[start:end]`` a spelling may start; returns how many places, one in a hundred.

    The bytes after the text are looked at too, up to the end of all texts: they can only make a place more.
    """
    shift = shift_for(openings)
    at, count = np.uint64(start), np.uint64(0)
    last = np.uint64(max(start, min(end, len(data) - 7)))
    while at < last:
        if data[at] & 0xC0 != 0x80:
            window = _eight(data, at)
            bit = place(window & masks[window & _FIRST_BYTE], shift)
            out[count] = at
            count += openings[bit >> np.uint64(6)] >> (bit & _PLACE) & np.uint64(1)
        at += np.uint64(1)
    while at < np.uint64(end):
        out[count] = at
        count += np.uint64(1)
        at += np.uint64(1)
    return np.int64(count)  # type: ignore[return-value]


@kernel
def _characters(data: Bytes, start: int, end: int) -> int:
    """How many characters there are: bytes that do not continue one, eight at a time."""
    at, count = np.uint64(start), np.uint64(0)
    while at + np.uint64(8) <= np.uint64(end):
        window = _eight(data, at)
        count += (window >> np.uint64(7) & ~(window >> np.uint64(6)) & _EACH) * _EACH >> np.uint64(56)
        at += np.uint64(8)
    chars = end - start - signed(count)
    for rest in range(signed(at), end):
        chars -= data[rest] & 0xC0 == 0x80
    return chars


@kernel
def _matches(data: Bytes, start: int, end: int, words: Automaton, room: Offsets) -> int:
    """Write to ``room`` the numbers of the spellings found in ``data[start:end]``, in its order; returns how many.

    At each place the longest that its neighbours let stand; none starts within another.
    """
    edges, nodes, spelled, folded, beside = words.edges, words.nodes, words.spelled, words.folded, words.beside
    before, after = words.before, words.after
    count, free = 0, start
    for i in range(_candidates(data, start, end, words.masks, words.openings, room)):
        at = here = room[i]
        if at < free:
            continue
        node, best = ROOT, -1
        while here < end:
            code, here = folded_at(data, here, end, folded)
            key = scatter(np.uint64(node << 21 | code))
            slot = slot_of(edges, key)
            if edges[slot] != key:
                break
            node = nodes[slot]
            number = spelled[node]
            if (
                number >= 0
                and not after[number] & _beside(data, here, end, beside)
                and not before[number] & _before(data, start, at, beside)
            ):
                best, free = number, here
        if best >= 0:
            room[count] = best
            count += 1
    return count


@kernel
def _room(offsets: Offsets) -> Offsets:
    """Space for the candidates of the longest document: every byte one, and one to write what is none."""
    longest = 0
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    return np.empty(longest + 1, np.int64)


@kernel
def tally(data: Bytes, offsets: Offsets, words: Automaton, several: int) -> Numbers:
    """A row a column of ``words.COLUMNS``, see there; ``several`` distinct words are needed for the last."""
    rows = len(offsets) - 1
    out = np.empty((4, rows), np.float64)
    seen = np.full(len(words.word) + 1, -1, np.int64)
    room = _room(offsets)
    for row in range(rows):
        end = whole(data, offsets[row], offsets[row + 1])
        distinct = hits = hit_chars = 0
        for number in room[: _matches(data, offsets[row], end, words, room)]:
            word = words.word[number]
            if word >= 0:
                hits += 1
                hit_chars += words.length[number]
                distinct += seen[word] != row
                seen[word] = row
        chars = _characters(data, offsets[row], end)
        out[0, row] = distinct
        out[1, row] = hits
        out[2, row] = share(hit_chars, chars)
        out[3, row] = share(hit_chars if distinct >= several else 0, chars)
    return out


@kernel
def spans(data: Bytes, words: Automaton) -> Numbered:
    """The numbers of the spellings found in one text, in its order; harmless phrases are left out."""
    room = np.empty(len(data) + 1, np.int64)
    numbers = room[: _matches(data, 0, whole(data, 0, len(data)), words, room)]
    return numbers[words.word[numbers] >= 0].astype(np.int32)
