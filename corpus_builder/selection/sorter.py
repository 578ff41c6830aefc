"""Puts more rows in order than fit in memory. DuckDB is known here and to ``audit.query`` only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

# What DuckDB may hold (its own word for it); the rest lies in a folder.
MEMORY = "1GB"
# Rows gathered before they are handed over, and rows given back at once.
CHUNK = 1 << 16


class Sorter:
    """Takes tables of one schema and gives all their rows back, sorted by every column from left to right.

    The order is total up to equal rows, by bytes, nulls last: neither threads nor the order of adding can show.
    ``scratch`` is an empty folder for what memory does not hold.
    """

    __slots__ = ("_connection", "_held", "_rows", "_schema")

    def __init__(self, schema: pa.Schema, scratch: Path, memory: str = MEMORY) -> None:
        self._connection = duckdb.connect(str(scratch / "rows.duckdb"))
        for name, value in (("memory_limit", memory), ("temp_directory", str(scratch / "spill"))):
            quoted = value.replace("'", "''")
            self._connection.execute(f"SET {name} = '{quoted}'")
        self._connection.execute("SET preserve_insertion_order = false")
        self._schema, self._held, self._rows = schema, list[pa.Table](), 0
        self._insert("CREATE TABLE rows AS SELECT * FROM added", schema.empty_table())

    def __enter__(self) -> Sorter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._connection.close()

    def add(self, table: pa.Table) -> None:
        self._held.append(table)
        self._rows += table.num_rows
        if self._rows >= CHUNK:
            self._flush()

    def sorted(self) -> Iterator[pa.Table]:
        self._flush()
        # DuckDB compares strings by their bytes unless a collation is named.
        order = ", ".join(f'"{name}" NULLS LAST' for name in self._schema.names)
        reader: Any = self._connection.sql(f"SELECT * FROM rows ORDER BY {order}").to_arrow_reader(CHUNK)
        for batch in reader:
            if batch.num_rows:
                yield pa.Table.from_batches([batch]).cast(self._schema)

    def _flush(self) -> None:
        if self._held:
            self._insert("INSERT INTO rows SELECT * FROM added", pa.concat_tables(self._held))
        self._held, self._rows = [], 0

    def _insert(self, statement: str, table: pa.Table) -> None:
        self._connection.register("added", table)
        self._connection.execute(statement)
        self._connection.unregister("added")
