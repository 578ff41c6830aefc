"""Laws of ranges and units, for any records."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from corpus_builder.selection.ranges import WINDOW, in_ranges, units

Row = tuple[str, str, int, int]


def laid_out(steps: list[tuple[int, int, int]]) -> list[Row]:
    """Records near a window's edge; each step: 0 for a new file, bytes to the record before (fewer than 0: they
    overlap), length."""
    rows, file, at = list[Row](), 0, WINDOW - 60
    for new, between, length in steps:
        if new == 0:
            file, at = file + 1, WINDOW - 60
        at = max(0, at + between)
        rows.append(("CC-A" if file < 2 else "CC-B", f"file-{file:02d}", at, length))
        at += length
    return rows


records = st.lists(st.tuples(st.integers(0, 9), st.integers(-8, 9), st.integers(1, 9)), min_size=3, max_size=60).map(
    laid_out
)


def tables(rows: list[Row], batch: int) -> Iterator[pa.Table]:
    rows = sorted(rows)
    for start in range(0, len(rows), batch):
        columns = zip(*rows[start : start + batch], strict=True)
        yield pa.table(dict(zip(("crawl", "file", "offset", "length"), map(list, columns), strict=True)))


def made(rows: list[Row], batch: int, gap: int) -> list[dict[str, object]]:
    return [row for table in in_ranges(tables(rows, batch), gap) for row in table.to_pylist()]


def apart(rows: list[Row]) -> list[Row]:
    """Without records that reach into the next, as a real archive has none."""
    kept: list[Row] = []
    for row in sorted(rows):
        if not kept or kept[-1][:2] != row[:2] or kept[-1][2] + kept[-1][3] <= row[2]:
            kept.append(row)
    return kept


@given(records, st.integers(1, 7), st.integers(0, 4))
def test_every_record_lies_inside_its_range_and_comes_once(rows: list[Row], batch: int, gap: int) -> None:
    found = made(rows, batch, gap)
    places = [(r["crawl"], r["file"], r["offset"]) for r in found]
    assert places == sorted({row[:3] for row in rows})
    for r in found:
        assert r["range_offset"] <= r["offset"]
        assert r["offset"] + r["length"] <= r["range_offset"] + r["range_length"]


@given(records, st.integers(1, 7), st.integers(0, 4))
@example(laid_out([(1, 0, 9), (1, -8, 1), (1, 3, 2)]), 5, 0)  # one inside another
def test_ranges_are_disjoint_and_do_not_depend_on_batches(rows: list[Row], batch: int, gap: int) -> None:
    found = made(rows, batch, gap)
    assert found == made(rows, 1000, gap)
    spans = sorted({(r["crawl"], r["file"], r["range_offset"], r["range_length"]) for r in found})
    for one, other in itertools.pairwise(spans):
        assert one[:2] != other[:2] or one[2] + one[3] <= other[2]


@given(records, st.integers(0, 4))
def test_no_gap_inside_a_range_is_above_the_limit_and_none_between_is_below(rows: list[Row], gap: int) -> None:
    found = made(apart(rows), 5, gap)
    for one, other in itertools.pairwise(found):
        if (one["crawl"], one["file"]) != (other["crawl"], other["file"]):
            continue
        between = other["offset"] - one["offset"] - one["length"]
        same_window = one["offset"] // WINDOW == other["offset"] // WINDOW
        together = one["range_offset"] == other["range_offset"]
        assert together == (between <= gap and same_window)
    assert all(r["range_length"] <= WINDOW + 12 for r in found)


@given(records, st.integers(0, 4), st.integers(1, 100), st.integers(1, 7))
def test_units_are_similar_keep_ranges_whole_and_lose_nothing(rows: list[Row], gap: int, size: int, batch: int) -> None:
    found = made(rows, batch, gap)
    made_of = list(units(in_ranges(tables(rows, batch), gap), size))
    assert [(crawl, t.num_rows) for crawl, t in made_of] == [
        (crawl, t.num_rows) for crawl, t in units(in_ranges(tables(rows, 1000), gap), size)
    ]
    assert [r for _, t in made_of for r in t.drop_columns(["range"]).to_pylist()] == found
    largest = max((r["range_length"] for r in found), default=0)
    for crawl, table in made_of:
        spans = {r["range"]: r["range_length"] for r in table.to_pylist()}
        assert sorted(spans) == list(range(len(spans))) and set(table["crawl"].to_pylist()) == {crawl}
        alone = sum(c == crawl for c, _ in made_of) == 1
        assert alone or size / 2 <= sum(spans.values())
        assert sum(spans.values()) < size * 1.5 + largest
    spans = {(r["crawl"], r["file"], r["range_offset"]) for r in found}
    assert sum(len(set(t["range"].to_pylist())) for _, t in made_of) == len(spans)
