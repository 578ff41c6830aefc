"""The order of documents: a keyed hash, so that it can be recomputed anywhere and one removal moves nobody else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def mix64(values: U64) -> U64:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014), over an array.

    >>> [hex(v) for v in mix64(np.array([0, 1, 2], np.uint64)).tolist()]
    ['0x0', '0x5692161d100b05e5', '0xdbd238973a2b148a']
    """
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def sort_keys(ids: U64, seed: int, number: int) -> U64:
    """Keys of documents in pass ``number`` (from 1). ``ids`` are (documents, 2) little-endian halves of the ids.

    An id already depends on the source, so equal records of two sources stand in unrelated places.

    >>> sort_keys(np.array([[1, 2]], np.uint64), seed=7, number=1).tolist()
    [14734774228694600417]
    """
    start = mix64(np.array([(seed + number * _GOLDEN) & _MASK], np.uint64))
    return mix64(ids[:, 0] ^ mix64(ids[:, 1] ^ start))


def shard_bounds(shard: int, shards: int) -> tuple[int, int]:
    """First and last key (inclusive) of a shard: equal ranges of the 64-bit keys.

    >>> shard_bounds(1, 2) == (1 << 63, (1 << 64) - 1)
    True
    """
    return (1 << 64) * shard // shards, (1 << 64) * (shard + 1) // shards - 1


def shard_count(budget_tokens: int, shard_tokens: int) -> int:
    """A power of two fixed by the budget and not by what was found, so that shards keep their ranges.

    >>> shard_count(1_000_000, 128_000)
    8
    >>> shard_count(0, 128_000)
    1
    """
    return 1 << max(0, -(-budget_tokens // shard_tokens) - 1).bit_length()
