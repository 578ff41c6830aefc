"""Compiled scans over the raw bytes of a page, eight at a time, as fast as memory allows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, kernel, signed

Words = npt.NDArray[np.uint64]

_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_LEADS = np.uint64(0xE3E3E3E3E3E3E3E3)
_AMPERSANDS = np.uint64(0x2626262626262626)
_BLOCK = 4  # words looked at before a decision


@kernel
def kana_entity(data: Bytes, place: int) -> int:
    """1 where ``place``, just behind ``&#``, begins a number from 0x3041 to 0x30FE (12353 to 12542)."""
    hexadecimal = data[place] == 0x78 or data[place] == 0x58
    base = 16 if hexadecimal else 10
    place += hexadecimal
    number = 0
    for step in range(place, min(place + 8, len(data))):
        digit = signed(data[step])
        if 0x30 <= digit <= 0x39:
            digit -= 0x30
        elif hexadecimal and 0x41 <= digit & 0xDF <= 0x46:
            digit = (digit & 0xDF) - 0x37
        else:
            break
        number = number * base + digit
    return 1 if 0x3041 <= number <= 0x30FE else 0


@kernel
def count(data: Bytes, start: int, end: int) -> tuple[int, int]:
    """Kana in UTF-8 and as entities that begin from ``start`` on and before ``end``."""
    size, kana, entities = len(data), 0, 0
    for place in range(start, end):
        byte = data[place]
        if byte == 0xE3:
            kana += place + 1 < size and 0x81 <= data[place + 1] <= 0x83
        elif byte == 0x26 and place + 6 < size and data[place + 1] == 0x23:
            entities += kana_entity(data, place + 2)
    return kana, entities


@kernel
def scan(data: Bytes, words: Words, enough: int) -> tuple[int, int, bool]:
    """Kana in UTF-8, kana as numeric entities, and whether any byte is not ASCII.

    ``words`` is ``data`` as far as whole words go. Ends at ``enough`` kana of either kind, with the rest unseen.
    Kana are E3 81..83, the lead bytes of U+3040 to U+30FF; entities those of U+3041 to U+30FE in either base.
    """
    blocks, kana, entities, high = len(words) // _BLOCK, 0, 0, np.uint64(0)
    for block in range(blocks):
        hit = np.uint64(0)
        for index in range(block * _BLOCK, block * _BLOCK + _BLOCK):
            word = words[index]
            high |= word
            lead, mark = word ^ _LEADS, word ^ _AMPERSANDS
            hit |= ((lead - _ONES) & ~lead) | ((mark - _ONES) & ~mark)  # a high bit where a byte became zero
        if hit & _HIGHS:
            for index in range(block * _BLOCK, block * _BLOCK + _BLOCK):
                lead, mark = words[index] ^ _LEADS, words[index] ^ _AMPERSANDS
                if (((lead - _ONES) & ~lead) | ((mark - _ONES) & ~mark)) & _HIGHS:
                    more, others = count(data, index * 8, index * 8 + 8)
                    kana += more
                    entities += others
            if kana >= enough or entities >= enough:
                return kana, entities, True
    rest = blocks * _BLOCK * 8
    more, others = count(data, rest, len(data))
    for place in range(rest, len(data)):
        high |= np.uint64(data[place])
    return kana + more, entities + others, (high & _HIGHS) != 0


@kernel
def is_utf8(data: Bytes, words: Words, enough: int) -> bool:
    """Whether the first ``enough`` non-ASCII characters, or all that there are, are UTF-8; a cut last one is."""
    size, place, seen = len(data), 0, 0
    while place < size and seen < enough:
        if place & 7 == 0:
            while place >> 3 < len(words) and not words[place >> 3] & _HIGHS:
                place += 8
            if place >= size:
                break
        lead = data[place]
        place += 1
        if lead < 0x80:
            continue
        if lead < 0xC2 or lead > 0xF4:
            return False
        follow = 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3
        for index in range(place, min(place + follow, size)):
            if data[index] & 0xC0 != 0x80:
                return False
        place += follow
        seen += 1
    return True


@kernel
def legacy_kana(data: Bytes) -> tuple[int, int, int]:
    """Non-ASCII bytes, and the pairs that would be kana in CP932 and in EUC-JP wherever they begin."""
    high, cp932, euc_jp = 0, 0, 0
    for place in range(len(data) - 1):
        lead = data[place]
        if lead < 0x80:
            continue
        high += 1
        trail = data[place + 1]
        if lead == 0x82:
            cp932 += 0x9F <= trail <= 0xF1
        elif lead == 0x83:
            cp932 += 0x40 <= trail <= 0x96
        elif lead == 0xA4 or lead == 0xA5:
            euc_jp += 0xA1 <= trail <= 0xF6
    return high, cp932, euc_jp
