"""Tries of words for the kernels that look for them, and what they take for the same character."""

from __future__ import annotations

import functools
import string
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from filters.buffers import Bytes, kernel
from filters.hashing import Keys, room_for, scatter, slot_of
from filters.scripts import HALF_WIDTH_KANA, HAN, HIRAGANA, KATAKANA, kinds
from filters.word_kernels import (
    IN_ALNUM,
    IN_HAN,
    IN_HIRAGANA,
    IN_KATAKANA,
    ROOT,
    Automaton,
    Codes,
    Numbered,
    folded_at,
    place,
    shift_for,
    voiced,
)

# Bytes that decide whether a spelling may start: more tell more apart, and can be written in more ways.
_OPENING, _ASCII_OPENING = 6, 4
_BITS = 64  # at least, for each way of writing an opening
_HALF_WIDTH = (
    "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
)
_CIRCLES = "◯〇●"


class Spelling(NamedTuple):
    """One spelling of a word, folded; ``word`` is its number, or -1 where it is a harmless phrase.

    ``before`` and ``after`` are the kinds of characters (``IN_KATAKANA`` and so on, or-ed) that may not stand there.
    """

    text: str
    word: int
    before: int
    after: int


@functools.cache
def folding() -> Codes:
    """What every character of the Basic Multilingual Plane is compared as; half-width voicing marks are not in it.

    >>> "".join(chr(folding()[ord(c)]) for c in "ＡbＣｱｰあア●")
    'abcアーあア○'
    """
    table = np.arange(1 << 16, dtype=np.uint16)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    table[[*range(0xFF66, 0xFF9E)]] = [ord(each) for each in _HALF_WIDTH]
    table[[ord(each) for each in _CIRCLES]] = ord("○")
    capital = (table >= ord("A")) & (table <= ord("Z"))
    table[capital] += 32
    table.flags.writeable = False
    return table


@functools.cache
def besides() -> Bytes:
    """The kind of neighbour that every character of the Basic Multilingual Plane is, 0 for none.

    >>> [int(besides()[ord(c)]) for c in "アｱーa１漢々あ。"]
    [1, 1, 1, 2, 2, 4, 4, 8, 0]
    """
    table = np.zeros(1 << 16, np.uint8)
    for kind, beside in (
        ((KATAKANA, HALF_WIDTH_KANA), IN_KATAKANA),
        ((HAN,), IN_HAN),
        ((HIRAGANA,), IN_HIRAGANA),
    ):
        table[np.isin(kinds(), kind)] = beside
    table[[0xFF61, 0xFF62, 0xFF63, 0xFF64, 0xFF65]] = 0  # half-width punctuation
    table[np.isin(folding(), [ord(each) for each in string.digits + string.ascii_lowercase])] = IN_ALNUM
    table.flags.writeable = False
    return table


def fold(text: str) -> str:
    """The text as it is compared: ASCII and full-width letters small and narrow, half-width kana wide, circles alike.

    >>> fold("ＡＶ女優 ﾊﾞﾅﾅ エ●チ")
    'av女優 バナナ エ○チ'
    """
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    found, at = [], 0
    while at < len(data):
        code, at = folded_at(data, at, len(data), folding())
        found.append(chr(code))
    return "".join(found)


def automaton(spellings: Iterable[Spelling]) -> Automaton:
    """The trie of spellings, which are folded and not empty; of equal ones the first holds."""
    spellings = list(spellings)
    edges: dict[tuple[int, int], int] = {}
    spelled = [-1] * (ROOT + 1)
    for number, spelling in enumerate(spellings):
        node = ROOT
        for code in map(ord, spelling.text):
            if (node, code) not in edges:
                edges[node, code] = len(spelled)
                spelled.append(-1)
            node = edges[node, code]
        if spelled[node] < 0:
            spelled[node] = number
    keys, nodes = _table(
        np.array([node << 21 | code for node, code in edges], np.uint64), np.array([*edges.values()], np.int32)
    )
    word, before, after = (np.array([each[i] for each in spellings], np.int32) for i in (1, 2, 3))
    length = np.array([len(each.text) for each in spellings], np.int32)
    rules = word, before, after, length
    arrays = (*_openings(spellings), folding(), besides(), keys, nodes, np.array(spelled, np.int32), *rules)
    for array in arrays:
        array.flags.writeable = False
    return Automaton(*arrays)


def _openings(spellings: list[Spelling]) -> tuple[Keys, Keys]:
    """``masks`` and ``openings`` of an automaton."""
    every = {way for text in {each.text[:_OPENING] for each in spellings} for way in _ways(text)}
    sizes = np.zeros(256, np.int64)
    for way in every:
        sizes[way[0]] = min(sizes[way[0]] or len(way), len(way))
    windows = {int.from_bytes(way[: sizes[way[0]]], "little") for way in every}
    openings = np.zeros(room_for(_BITS * len(windows)) >> 6, np.uint64)
    shift = shift_for(openings)
    for window in windows:
        bit = int(place(np.uint64(window), shift))
        openings[bit >> 6] |= np.uint64(1 << (bit & 63))
    return np.array([(1 << 8 * size) - 1 for size in sizes.tolist()], np.uint64), openings


def _ways(text: str) -> set[bytes]:
    """The bytes that a folded text starts with in all ways of writing it: an opening, or all of a shorter text."""
    growing, found = {b""}, set[bytes]()
    for character in text:
        longer = {way + more for way in growing for more in _written(character)}
        growing = {way for way in longer if len(way) < (_ASCII_OPENING if way[0] < 0x80 else _OPENING)}
        found |= {way[: _ASCII_OPENING if way[0] < 0x80 else _OPENING] for way in longer - growing}
    return found | growing


def _written(character: str) -> tuple[bytes, ...]:
    return (character.encode(), *_unfolded().get(ord(character), ()))


@functools.cache
def _unfolded() -> dict[int, tuple[bytes, ...]]:
    """The other ways of writing a folded character, in UTF-8.

    >>> [each.decode() for code in map(ord, "aヴ") for each in _unfolded()[code]]
    ['A', 'Ａ', 'ａ', 'ｳﾞ']
    """
    found: dict[int, tuple[bytes, ...]] = {}
    for raw in np.flatnonzero(folding() != np.arange(1 << 16)).tolist():
        code = int(folding()[raw])
        found[code] = (*found.get(code, ()), chr(raw).encode())
        for mark in (0xFF9E, 0xFF9F):
            if raw >= 0xFF66 and (composed := int(voiced(code, mark))):
                found[composed] = (*found.get(composed, ()), (chr(raw) + chr(mark)).encode())
    return found


@kernel
def _table(keys: Keys, values: Numbered) -> tuple[Keys, Numbered]:
    room = room_for(len(keys))
    edges, nodes = np.zeros(room, np.uint64), np.zeros(room, np.int32)
    for i in range(len(keys)):
        key = scatter(keys[i])
        slot = slot_of(edges, key)
        edges[slot] = key
        nodes[slot] = values[i]
    return edges, nodes
