"""Quotas are exact: every block is full, every line is used up, and no line runs ahead or lags."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.tokens.mix import quotas

TARGET = [461_191_389, 151_105_946, 150_463_854, 1_826_105, 2_726_708, 60_172_944, 177_161_775, 840, 316]


@settings(deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=12), st.integers(1, 700))
def test_blocks_are_full_and_lines_are_used_up(totals: list[int], block: int) -> None:
    shares = quotas(totals, block)
    assert (shares >= 0).all()
    assert shares.sum(axis=0).tolist() == (totals if sum(totals) else [0] * len(totals))
    full = shares.sum(axis=1)
    assert (full[:-1] == block).all() and (not len(full) or full[-1] <= block)


@settings(deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=12), st.integers(64, 700))
def test_a_line_is_never_far_from_its_share(totals: list[int], block: int) -> None:
    """Half a sequence for its own rounding, and its share of everybody else's."""
    taken, total = np.cumsum(quotas(totals, block), axis=0), sum(totals)
    for row in taken.tolist():
        end = sum(row)
        for mine, had in zip(totals, row, strict=True):
            assert abs(Fraction(mine * end, total) - had) <= Fraction(1, 2) + Fraction(mine * len(totals), 2 * total)


def test_the_target_is_planned_exactly() -> None:
    sequences = [1000 * tokens // 4096 for tokens in TARGET]
    shares = quotas(sequences, 64 * 1728)
    assert shares.sum(axis=0).tolist() == sequences
