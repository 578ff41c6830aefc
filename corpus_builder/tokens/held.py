"""The documents of a shard before they are written: scalars in a table, all token ids in one flat array.

A shard of 128 Mi tokens is 512 MiB of ids. They are decoded row group by row group into their place, and copied out a
slice at a time, so that nothing but the flat array is ever of that size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.store import Output, Store
from corpus_builder.tokens.encode import ENCODED
from corpus_builder.tokens.encoder import I32

PLACE = ("line", "key")
SCALARS = tuple(name for name in ENCODED.names if name not in (*PLACE, "tokens"))


@dataclass(frozen=True, slots=True)
class Held:
    """Row r of ``table`` has its ids at ``starts[r]`` of ``flat``, ``lengths[r]`` of them."""

    table: pa.Table
    flat: I32
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    def ids(self, rows: npt.NDArray[np.int64]) -> I32:
        """The ids of ``rows``, one document after the other."""
        lengths = self.lengths[rows]
        before = np.cumsum(lengths) - lengths
        index = np.arange(int(lengths.sum())) + np.repeat(self.starts[rows] - before, lengths)
        ids: I32 = self.flat[index]
        return ids


def gather(store: Store, files: Sequence[Output], line: str, low: int, high: int) -> Held:
    """Every document of a line whose key is in ``low`` to ``high`` (inclusive), from encoded files."""
    found = [ENCODED.empty_table().select(SCALARS), *_tables(store, files, SCALARS, line, low, high)]
    table = pa.concat_tables(found).combine_chunks()
    lengths = table["n_tokens"].to_numpy().astype(np.int64)
    flat = np.empty(int(lengths.sum()), np.int32)
    filled = 0
    for part in _tables(store, files, ("tokens",), line, low, high):
        for chunk in part["tokens"].chunks:
            ids = chunk.flatten().to_numpy()
            flat[filled : filled + ids.size] = ids
            filled += ids.size
    return Held(table, flat, np.cumsum(lengths) - lengths, lengths)


def _tables(
    store: Store, files: Sequence[Output], columns: Sequence[str], line: str, low: int, high: int
) -> Iterator[pa.Table]:
    """``columns`` of the rows in range, row group by row group; groups outside are not read."""
    for output in files:
        with store.open(output.path) as file:
            parquet = pq.ParquetFile(file)
            for group in range(parquet.num_row_groups):
                lines, keys = (parquet.metadata.row_group(group).column(c).statistics for c in (0, 1))
                if lines.min <= line <= lines.max and keys.max >= low and keys.min <= high:
                    table = parquet.read_row_group(group, columns=[*PLACE, *columns])
                    yield table.filter(_inside(table, line, low, high)).select(columns)


def _inside(table: pa.Table, line: str, low: int, high: int) -> pa.ChunkedArray:
    bounds = (pa.scalar(bound, pa.uint64()) for bound in (low, high))
    above, below = (
        compare(table["key"], b) for compare, b in zip((pc.greater_equal, pc.less_equal), bounds, strict=True)
    )
    return pc.and_(pc.equal(table["line"], line), pc.and_(above, below))
