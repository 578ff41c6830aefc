"""Records in order, made into ranges to ask for and units to work on. Pure functions over sorted rows.

The gap that is fetched along rather than skipped is a price: a request costs as much as the bytes that could be
had in its stead.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# No range reaches into the next window of so many bytes, except by its last record: it is held in memory, and
# fetched again when it breaks off.
WINDOW = 16 << 20


def range_starts(
    files: NDArray[np.int64], offset: NDArray[np.int64], length: NDArray[np.int64], gap: int
) -> NDArray[np.bool_]:
    """Which records begin a range, of records sorted by file and offset (bytes below 2**44). Shape ``(n,)``.

    A record joins the one before it when both lie in one file and one window and no more than ``gap`` bytes lie
    between them. Records that overlap are never parted, so the ranges of a file are disjoint.

    >>> at = np.array([0, 40, 90, 5]); long = np.array([30, 10, 10, 5])
    >>> range_starts(np.array([1, 1, 1, 2]), at, long, 10).tolist()
    [True, False, True, True]
    """
    new_file = np.ones(len(offset), dtype=bool)
    new_file[1:] = files[1:] != files[:-1]
    # The end of all that came before in the same file: a running maximum that starts anew with each file.
    base = np.cumsum(new_file).astype(np.int64) << 45
    end = np.maximum.accumulate(offset + length + base) - base
    starts = new_file.copy()
    between = offset[1:] - end[:-1]
    other_window = offset[1:] // WINDOW != offset[:-1] // WINDOW
    starts[1:] |= (between > gap) | (other_window & (between >= 0))
    return starts


def in_ranges(rows: Iterator[pa.Table], gap: int) -> Iterator[pa.Table]:
    """Sorted rows, a second row of one place left out, with ``range_offset`` and ``range_length``; ranges are whole.

    Rows have ``crawl``, ``file``, ``offset``, ``length``; each table that comes out has one crawl.
    """
    rest: pa.Table | None = None
    for table in rows:
        table = _unique(pa.concat_tables([rest, table]) if rest is not None else table)
        starts = _starts(table, gap)
        last = int(np.flatnonzero(starts)[-1])
        rest = table.slice(last)
        yield from _by_crawl(_with_ranges(table.slice(0, last), starts[:last]))
    if rest is not None:
        yield from _by_crawl(_with_ranges(rest, _starts(rest, gap)))


def _unique(table: pa.Table) -> pa.Table:
    files, offset = _files(table), _numbers(table, "offset")
    keep = np.ones(len(offset), dtype=bool)
    keep[1:] = (files[1:] != files[:-1]) | (offset[1:] != offset[:-1])
    return table if keep.all() else table.filter(pa.array(keep))


def _starts(table: pa.Table, gap: int) -> NDArray[np.bool_]:
    return range_starts(_files(table), _numbers(table, "offset"), _numbers(table, "length"), gap)


def _with_ranges(table: pa.Table, starts: NDArray[np.bool_]) -> pa.Table:
    offset, first = _numbers(table, "offset"), np.flatnonzero(starts)
    end = np.maximum.reduceat(offset + _numbers(table, "length"), first) if len(first) else offset
    number = np.cumsum(starts) - 1
    table = table.append_column("range_offset", pa.array(offset[first][number]))
    return table.append_column("range_length", pa.array((end - offset[first])[number]))


def _by_crawl(table: pa.Table) -> Iterator[pa.Table]:
    for crawl in table["crawl"].unique():
        yield table.filter(pc.equal(table["crawl"], crawl))


def units(tables: Iterator[pa.Table], unit_bytes: int) -> Iterator[tuple[str, pa.Table]]:
    """Whole ranges gathered, each time about ``unit_bytes`` to fetch: (crawl, rows with ``range``, counted from 0).

    A unit is closed by the range that fills it, and what is left at a crawl's end joins the unit before it when it
    fills less than a half: so every unit fetches from 0.5 to 1.5 times as much, and a range, except a crawl's only one.
    """
    held: pa.Table | None = None
    crawl, parts, size = "", list[pa.Table](), 0
    for table in tables:
        if (name := table["crawl"][0].as_py()) != crawl:
            yield from _last(crawl, held, parts, size, unit_bytes)
            crawl, held, parts, size = name, None, [], 0
        first = range_heads(table)
        filled = size + np.cumsum(_numbers(table, "range_length")[first])
        position, before = 0, 0
        while (cut := int(np.searchsorted(filled, before + unit_bytes))) < len(first):
            stop = int(first[cut + 1]) if cut + 1 < len(first) else table.num_rows
            if held is not None:
                yield crawl, _numbered(held)
            held = pa.concat_tables([*parts, table.slice(position, stop - position)])
            parts, position, before = [], stop, int(filled[cut])
        parts.append(table.slice(position))
        size = int(filled[-1]) - before
    yield from _last(crawl, held, parts, size, unit_bytes)


def _last(
    crawl: str, held: pa.Table | None, parts: list[pa.Table], size: int, unit_bytes: int
) -> Iterator[tuple[str, pa.Table]]:
    if held is not None and size * 2 < unit_bytes:
        yield crawl, _numbered(pa.concat_tables([held, *parts]))
        return
    if held is not None:
        yield crawl, _numbered(held)
    if size:
        yield crawl, _numbered(pa.concat_tables(parts))


def range_heads(table: pa.Table) -> NDArray[np.int64]:
    """Positions of the first row of each range, of rows that stand in order and know their range."""
    files, offset = _files(table), _numbers(table, "range_offset")
    new = np.ones(len(offset), dtype=bool)
    new[1:] = (files[1:] != files[:-1]) | (offset[1:] != offset[:-1])
    return np.flatnonzero(new)


def _numbered(table: pa.Table) -> pa.Table:
    marks = np.zeros(table.num_rows, dtype=np.int64)
    marks[range_heads(table)] = 1
    return table.append_column("range", pa.array(np.cumsum(marks) - 1))


def _files(table: pa.Table) -> NDArray[np.int64]:
    """Numbers that differ where crawl or file does."""
    both = pc.binary_join_element_wise(table["crawl"], table["file"], " ")
    return _array(pc.dictionary_encode(both.combine_chunks()).indices)


def _numbers(table: pa.Table, name: str) -> NDArray[np.int64]:
    return _array(table[name].combine_chunks())


def _array(values: pa.Array) -> NDArray[np.int64]:
    array: NDArray[np.int64] = values.to_numpy(zero_copy_only=False).astype(np.int64)
    return array
