"""SQL over everything a build left, for reading only: DuckDB in memory, shut off from files and network."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from corpus_builder.audit.accounts import read_corpus
from corpus_builder.audit.scan import Scan
from corpus_builder.audit.views import View, relations, views
from corpus_builder.errors import CallError
from corpus_builder.store import Store

# What DuckDB may hold (its own word for it); the rest lies in a folder that is removed afterwards.
MEMORY = "2GB"
# Rows handed over at once.
CHUNK = 1 << 11
READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI}
SHUT = (
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET TimeZone = 'UTC'",
    "SET lock_configuration = true",
)


class Answer(NamedTuple):
    """Rows in batches, each read when it is asked for."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


@dataclass(frozen=True, slots=True)
class Session:
    """``corpus`` is ``corpus.json`` at ``root``; ``measures`` has the column of each measure, by source; ``views`` can
    be asked."""

    root: str
    corpus: dict[str, Any]
    measures: dict[str, dict[str, str]]
    views: list[View]
    connection: Any
    hand: ThreadPoolExecutor

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> Answer:
        """The answer, as it comes. Raises CallError with DuckDB's hint when the SQL is wrong or would write."""

        def begin() -> pa.RecordBatchReader:
            statement = _statement(self.connection, sql)
            return self.connection.sql(statement, params=list(parameters) or None).to_arrow_reader(CHUNK)

        reader = self._wait(begin)
        return Answer(reader.schema, self._batches(reader))

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """A small answer, whole."""
        return [row for batch in self.ask(sql, parameters).batches for row in batch.to_pylist()]

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        while (batch := self._wait(lambda: next(reader, None))) is not None:
            yield batch

    def _wait(self, call: Callable[[], Any]) -> Any:
        """What DuckDB gives, in another thread: only so can it be interrupted in everything it does."""
        try:
            return self.hand.submit(call).result()
        except KeyboardInterrupt:
            self.connection.interrupt()
            raise
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise CallError(_one_line(error)) from None

    def columns(self, view: str) -> list[tuple[str, str]]:
        """(name, DuckDB's type) of a view's columns."""
        return [(row["column_name"], row["column_type"]) for row in self.rows(f'DESCRIBE "{view}"')]


@contextmanager
def session(store: Store) -> Iterator[Session]:
    """A corpus to ask. Raises CallError where there is none."""
    corpus = read_corpus(store)
    with tempfile.TemporaryDirectory(prefix="corpus-query-") as scratch:
        connection = duckdb.connect(":memory:")
        try:
            quoted = str(Path(scratch, "spill")).replace("'", "''")
            connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{quoted}'")
            try:
                measures, offered = _offer(connection, store, corpus)
            except (OSError, pa.ArrowException) as error:
                raise CallError(f"{store.root}: {error}; corpus verify tells what is missing or damaged") from None
            for statement in SHUT:
                connection.execute(statement)
            with ThreadPoolExecutor(1) as hand:
                yield Session(store.root, corpus, measures, offered, connection, hand)
        finally:
            connection.close()


def _offer(connection: Any, store: Store, corpus: dict[str, Any]) -> tuple[dict[str, dict[str, str]], list[View]]:
    tables = relations(store, corpus)
    pieces = {part.constants["source"]: part.pieces[0].columns for part in tables[0].parts}
    measures = {
        source: {place.removeprefix("measures."): name for name, place in columns.items() if "." in place}
        for source, columns in pieces.items()
    }
    for relation in tables:
        connection.register(relation.name, Scan(store, relation))
    offered = views(tables, corpus)
    for view in offered:
        if view.sql is not None:
            connection.execute(f"CREATE VIEW {view.name} AS {view.sql}")
    return measures, offered


def quoted(text: str) -> str:
    """A string of SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _statement(connection: Any, sql: str) -> str:
    """The one statement of ``sql``. Raises CallError for none, several, and for what does not only read."""
    found = list(connection.extract_statements(sql))
    if len(found) != 1:
        raise CallError(f"corpus query answers one statement at a time, not {len(found)}")
    if found[0].type not in READS:
        raise CallError(
            f"corpus query only reads: write SELECT (or FROM, DESCRIBE, SUMMARIZE, EXPLAIN), "
            f"not {found[0].type.name}; --to FILE keeps an answer"
        )
    query: str = found[0].query
    return query


def _one_line(error: Exception) -> str:
    r"""DuckDB's message and hint; not its picture of the query.

    >>> _one_line(Exception('Catalog Error: no table d\nDid you mean "documents"?\n\nLINE 1: select\n   ^'))
    'Catalog Error: no table d Did you mean "documents"?'
    """
    told = " ".join(str(error).split("\n\nLINE ")[0].partition(". Detail: Python exception")[0].split())
    if (start := told.find("failed: IOError: ")) < 0:
        return told
    return f"{told[start + len('failed: IOError: ') :]}; corpus verify tells what is missing or damaged"
