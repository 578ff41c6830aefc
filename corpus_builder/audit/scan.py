"""Parquet files of a corpus as one relation that DuckDB scans: only the columns that a query names are read, and of
large ones only the row groups where its filters leave a row. One way for a folder and for S3: through the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from corpus_builder.store import Store

# Bytes of wanted columns decoded at once (uncompressed).
AT_ONCE = 16 << 20
HEX = np.frombuffer(b"".join(b"%02x" % n for n in range(256)), "S2")
Rows = npt.NDArray[np.int64]


class Piece(NamedTuple):
    """A file, and where in it the columns of the relation are: ``{"kana_ratio": "measures.kana_ratio"}``."""

    path: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Files whose rows belong to each other, row for row, and what is the same in all their rows."""

    constants: Mapping[str, Any]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table by another name: ``parts`` of files, or rows that ``small`` makes when they are asked for.

    A column ``row`` that no file has counts the rows of each part from 0. Digests come as hex text, NaN as null.
    """

    name: str
    schema: pa.Schema
    parts: tuple[Part, ...] = ()
    small: Callable[[], Iterable[Mapping[str, Any]]] | None = None


class Scan(pads.Dataset):  # type: ignore[misc]  # DuckDB pushes columns and filters into nothing else
    """What DuckDB takes for a pyarrow dataset: it asks ``schema``, and ``scanner`` with columns and a filter."""

    def __init__(self, store: Store, relation: Relation) -> None:
        self._store, self._relation = store, relation

    @property
    def schema(self) -> pa.Schema:
        return self._relation.schema

    def scanner(self, columns: list[str] | None = None, filter: pc.Expression | None = None) -> Reading:
        wanted = columns or self.schema.names
        schema = pa.schema([self.schema.field(name) for name in wanted])
        tables = read(self._store, self._relation, wanted, filter)
        batches = (batch for table in tables for batch in table.to_batches() if batch.num_rows)
        return Reading(pa.RecordBatchReader.from_batches(schema, batches))


class Reading(NamedTuple):
    """What stands for a pyarrow scanner."""

    reader: pa.RecordBatchReader

    def to_reader(self) -> pa.RecordBatchReader:
        return self.reader


def read(
    store: Store, relation: Relation, wanted: list[str], filter_: pc.Expression | None = None
) -> Iterator[pa.Table]:
    """The wanted columns of the rows for which the filter holds, in the order of parts and rows."""
    if relation.small is not None:
        table = pa.Table.from_pylist(list(relation.small()), relation.schema)
        yield pads.dataset(table).scanner(columns=wanted, filter=filter_, use_threads=False).to_table()
        return
    asked = _asked(relation.schema, filter_)
    for part in _possible(relation, filter_):
        try:
            yield from _part(store, relation.schema, part, wanted, filter_, asked)
        except (OSError, pa.ArrowException) as error:
            names = ", ".join(piece.path for piece in part.pieces)
            raise OSError(f"{names}: {error}") from None


def _asked(schema: pa.Schema, filter_: pc.Expression | None) -> list[str]:
    """Columns that the filter may speak of. An expression does not list its fields: a name too many costs a read."""
    words = set() if filter_ is None else set(re.findall(r"\w+", str(filter_)))
    return [name for name in schema.names if name in words]


def _possible(relation: Relation, filter_: pc.Expression | None) -> list[Part]:
    """Parts that what is the same in all their rows does not rule out; no file is opened."""
    if filter_ is None:
        return list(relation.parts)
    form, nowhere = pads.ParquetFileFormat(), pa.fs.LocalFileSystem()
    fragments = []
    for number, part in enumerate(relation.parts):
        said = pc.scalar(True)
        for name, value in part.constants.items():
            said = said & (pc.field(name) == pa.scalar(value, relation.schema.field(name).type))
        fragments.append(form.make_fragment(str(number), nowhere, partition_expression=said))
    whole = pads.FileSystemDataset(fragments, relation.schema, form, nowhere)
    return [relation.parts[int(fragment.path)] for fragment in whole.get_fragments(filter_)]


def _part(
    store: Store, schema: pa.Schema, part: Part, wanted: list[str], filter_: pc.Expression | None, asked: list[str]
) -> Iterator[pa.Table]:
    first, *others = part.pieces
    with store.open(first.path) as raw:
        file = pq.ParquetFile(raw, pre_buffer=True)
        groups = [file.metadata.row_group(n) for n in range(file.num_row_groups)]
        starts = np.cumsum([0, *(group.num_rows for group in groups)])
        rows, beside = np.arange(starts[-1]), dict[str, pa.ChunkedArray]()
        if filter_ is not None:
            beside = _beside(store, others, {*asked})
            table = _columns(schema, part, asked, rows, beside, file.read(columns=_in(first, asked)))
            held = pads.dataset(table).to_table(columns={"held": filter_}, use_threads=False)["held"]
            rows = np.flatnonzero(pc.fill_null(held, False).to_numpy())
        if rows.size:
            beside |= _beside(store, others, {*wanted} - {*beside})
        for run in _runs(groups, starts, rows, _in(first, wanted)):
            low, high = starts[run[0]], starts[run[-1] + 1]
            here = rows[(rows >= low) & (rows < high)]
            table = file.read_row_groups(run, columns=_in(first, wanted))
            yield _columns(schema, part, wanted, here, beside, table.take(pa.array(here - low)))


def _in(piece: Piece, names: Iterable[str]) -> list[str]:
    return [piece.columns[name] for name in names if name in piece.columns]


def _beside(store: Store, pieces: list[Piece], names: set[str]) -> dict[str, pa.ChunkedArray]:
    """Columns of smaller files of the same rows, whole."""
    found: dict[str, pa.ChunkedArray] = {}
    for piece in pieces:
        if mine := [name for name in piece.columns if name in names]:
            with store.open(piece.path) as raw:
                table = pq.ParquetFile(raw).read(columns=_in(piece, mine))
            found |= {name: _column(table, piece.columns[name]) for name in mine}
    return found


def _runs(groups: list[Any], starts: Rows, rows: Rows, paths: list[str]) -> Iterator[list[int]]:
    """Neighbouring row groups that have rows, together while the wanted columns are small."""
    numbers = np.unique(np.searchsorted(starts, rows, side="right") - 1).tolist()
    run: list[int] = []
    held = 0
    for number in numbers:
        columns = (groups[number].column(n) for n in range(groups[number].num_columns))
        size = sum(c.total_uncompressed_size for c in columns if _begins(c.path_in_schema, paths))
        if run and (held + size > AT_ONCE or number != run[-1] + 1):
            yield run
            run, held = [], 0
        run.append(number)
        held += size
    if run:
        yield run


def _begins(column: str, paths: list[str]) -> bool:
    return any(column == path or column.startswith(path + ".") for path in paths)


def _columns(
    schema: pa.Schema, part: Part, names: list[str], rows: Rows, beside: Mapping[str, Any], table: pa.Table
) -> pa.Table:
    """The named columns of those rows: from the first file, the files beside it, or the same for all."""
    found: dict[str, Any] = {}
    for name in names:
        type_ = schema.field(name).type
        if name in beside:
            found[name] = _plain(beside[name].take(pa.array(rows)), type_)
        elif name in part.pieces[0].columns:
            found[name] = _plain(_column(table, part.pieces[0].columns[name]), type_)
        elif name == "row":
            found[name] = pa.array(rows, type_)
        else:
            found[name] = pa.repeat(pa.scalar(part.constants.get(name), type_), len(rows))
    return pa.table(found, schema=pa.schema([schema.field(name) for name in names]))


def _column(table: pa.Table, path: str) -> pa.ChunkedArray:
    outer, _, inner = path.partition(".")
    return pc.struct_field(table[outer], inner) if inner else table[outer]


def _plain(column: pa.ChunkedArray, type_: pa.DataType) -> pa.Array:
    if column.type == pa.binary(16) and pa.types.is_string(type_):
        return in_hex(column)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column if column.type == type_ else column.cast(type_)


def in_hex(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Digests of 16 bytes, never null, as 32 hex digits.

    >>> in_hex(pa.array([bytes(range(16))], pa.binary(16))).to_pylist()
    ['000102030405060708090a0b0c0d0e0f']
    """
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if len(array) == 0:
        return pa.array([], pa.string())
    digests = np.frombuffer(array.buffers()[1], np.uint8, 16 * len(array), 16 * array.offset)
    offsets = np.arange(len(array) + 1, dtype=np.int32) * np.int32(32)
    return pa.StringArray.from_buffers(len(array), pa.py_buffer(offsets), pa.py_buffer(HEX[digests]))
