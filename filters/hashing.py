"""A set of 64-bit hashes for compiled kernels: an array of keys, zero where free, probed in line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters.buffers import kernel, signed

Keys = npt.NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd
_MIX = np.uint64(0xBF58476D1CE4E5B9)  # from splitmix64
_SHIFT = np.uint64(29)
_ONE = np.uint64(1)
_TURN, _BACK = np.uint64(23), np.uint64(41)  # of 64 bits


@kernel
def scatter(value: np.uint64) -> np.uint64:
    """A one-to-one mixing of 64 bits: near values end far apart."""
    value = (value ^ (value >> _SHIFT)) * _MIX
    return value ^ (value >> _SHIFT)


@kernel
def follow(state: np.uint64, code: int) -> np.uint64:
    """The hash of a sequence with one more element."""
    return scatter((state ^ np.uint64(code)) * _STEP)


@kernel
def joined(state: np.uint64, code: int) -> np.uint64:
    """As ``follow`` and in half its time, for long sequences; whoever has read the last element scatters the sum."""
    return ((state << _TURN | state >> _BACK) ^ np.uint64(code)) * _STEP


@kernel
def slot_of(keys: Keys, key: np.uint64) -> int:
    """Where ``key`` (not zero) stands in the set, or the free place where it belongs; the set must not be full."""
    last = len(keys) - 1
    slot = signed(key >> _ONE) & last
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & last
    return slot


@kernel
def doubled(keys: Keys) -> Keys:
    """The same set with twice the room."""
    bigger = np.zeros(len(keys) * 2, np.uint64)
    for key in keys:
        if key != 0:
            bigger[slot_of(bigger, key)] = key
    return bigger


@kernel
def room_for(count: int) -> int:
    """The length of a set that ``count`` keys fill by half at most."""
    room = 64
    while room < 2 * count:
        room *= 2
    return room
