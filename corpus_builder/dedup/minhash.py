"""MinHash signatures in one pass: one-permutation hashing (Li, Owen, Zhang 2012) with optimal densification
(Shrivastava 2017) over character n-grams of the normalised text.

Japanese has no spaces, so the n-grams are of characters; punctuation, width and case are normalised away first,
or 、。 against ，． alone would hide most duplicates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numba as nb
import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
EMPTY = np.uint32(0xFFFFFFFF)
_BASE = np.uint64(0x9E3779B97F4A7C15)


@nb.njit(cache=True, inline="always")  # type: ignore[untyped-decorator]
def mix(value: np.uint64) -> np.uint64:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection of 64 bits."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@cache
def _folded() -> npt.NDArray[np.uint16]:
    """What each BMP code point counts as: itself, its lower case, or 0 for what is no letter or digit."""
    table = np.zeros(1 << 16, np.uint16)
    for point in range(1 << 16):
        char = chr(point)
        if char.isalnum():
            lower = char.lower()
            table[point] = ord(lower) if len(lower) == 1 else point
    return table


def signatures(texts: Sequence[str], ngram: int, values: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """(texts, values) minima, and the number of n-grams of each text (0 where it is too short to have one).

    The share of equal values of two rows estimates the Jaccard similarity of the two sets of n-grams, with a
    standard error of about √(J(1−J)/values).

    >>> sig, n = signatures(["今日は、良い天気です。", "今日は，良い天気です．"], 3, 64)
    >>> bool((sig[0] == sig[1]).all()), n.tolist()
    (True, [7, 7])
    """
    out = np.full((len(texts), values), EMPTY, np.uint32)
    counts = np.zeros(len(texts), np.int64)
    for row, text in enumerate(texts):
        points = np.frombuffer(unicodedata.normalize("NFKC", text).encode("utf-32-le"), np.uint32)
        counts[row] = _sign(points, _folded(), ngram, out[row])
    return out, counts


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def _sign(
    points: npt.NDArray[np.uint32],
    folded: npt.NDArray[np.uint16],
    ngram: int,
    out: npt.NDArray[np.uint32],
) -> int:
    values = np.uint64(out.size)
    window = np.zeros(ngram, np.uint64)
    top = np.uint64(1)
    for _ in range(ngram):
        top *= _BASE
    rolling, seen = np.uint64(0), 0
    for point in points:
        char = np.uint64(folded[point]) if point < 65536 else np.uint64(point)
        if char == 0:
            continue
        slot = seen % ngram
        rolling = rolling * _BASE + char - window[slot] * top
        window[slot] = char
        seen += 1
        if seen >= ngram:
            hashed = mix(rolling)
            bin_ = ((hashed >> np.uint64(32)) * values) >> np.uint64(32)
            low = np.uint32(hashed & np.uint64(0xFFFFFFFE))  # never the mark of an empty bin
            if low < out[bin_]:
                out[bin_] = low
    if seen < ngram:
        return 0
    _densify(out)
    return seen - ngram + 1


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def _densify(out: npt.NDArray[np.uint32]) -> None:
    """An empty bin borrows from a bin drawn by a hash of its own number, so equal sets stay equal."""
    full = out != EMPTY
    for bin_ in range(out.size):
        attempt = np.uint64(0)
        while out[bin_] == EMPTY:
            attempt += np.uint64(1)
            donor = mix(np.uint64(bin_) * _BASE + attempt) % np.uint64(out.size)
            if full[donor]:
                out[bin_] = out[donor]


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def band_keys(signature: npt.NDArray[np.uint32], bands: int, rows: int, salt: np.uint64) -> U64:
    """(texts, bands) keys; equal keys mean that a whole band agrees. ``salt`` keeps unlike n-grams apart."""
    out = np.zeros((signature.shape[0], bands), np.uint64)
    for text in range(signature.shape[0]):
        for band in range(bands):
            key = mix(salt + np.uint64(band + 1))
            for row in range(rows):
                key = mix(key ^ np.uint64(signature[text, band * rows + row])) + _BASE
            out[text, band] = key
    return out


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def pair_keys(halves: U64, kind: int) -> U64:
    """One key for each 128-bit digest, given as (texts, 2) halves; different kinds of digest never share one."""
    out = np.zeros(halves.shape[0], np.uint64)
    for row in range(halves.shape[0]):
        out[row] = mix(halves[row, 0] ^ mix(halves[row, 1] + np.uint64(kind))) | np.uint64(1)
    return out
