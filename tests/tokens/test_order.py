"""The order of documents is written down: these vectors must never change."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from corpus_builder.tokens.order import shard_bounds, shard_count, sort_keys

IDS = np.array([[0, 0], [1, 2], [2**64 - 1, 2**63]], np.uint64)


def test_keys_are_those_of_the_first_release() -> None:
    assert [f"{k:016x}" for k in sort_keys(IDS, seed=1234, number=1).tolist()] == [
        "2d52f4e17a5628a1",
        "97799e8256af1eec",
        "fd2cf988c189b6f2",
    ]
    assert [f"{k:016x}" for k in sort_keys(IDS, seed=1234, number=2).tolist()] == [
        "d0e2a2d812feb6e4",
        "d5d1f155c5f096e0",
        "942a2db125b22f17",
    ]


def test_every_pass_has_an_order_of_its_own() -> None:
    ids = np.arange(2000, dtype=np.uint64).reshape(-1, 2)
    first, second = (np.argsort(sort_keys(ids, 7, number)) for number in (1, 2))
    neighbours = {tuple(p) for p in np.stack([first[:-1], first[1:]], axis=1).tolist()}
    again = {tuple(p) for p in np.stack([second[:-1], second[1:]], axis=1).tolist()}
    assert len(neighbours & again) < 10


@pytest.mark.parametrize("shards", [1, 2, 8, 64])
def test_shards_part_the_keys_without_gap_or_overlap(shards: int) -> None:
    bounds = [shard_bounds(s, shards) for s in range(shards)]
    assert bounds[0][0] == 0 and bounds[-1][1] == 2**64 - 1
    assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(bounds))


def test_the_number_of_shards_follows_the_budget() -> None:
    assert [shard_count(n, 100) for n in (0, 100, 101, 400, 401)] == [1, 1, 2, 4, 8]
