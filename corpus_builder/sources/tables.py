"""Reads Parquet files row by row in bounded batches: The Stack's columns, and tables of texts.

Every row of the file's own count comes out as one reading, those of a corrupt row group too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.sources.reading import Document, Dropped, Input, Poisoned, Reading, Watch

ROWS = 64
"""Rows decoded at a time: a file of The Stack has up to 1 MB."""
BUFFER = 1 << 20
MOST_LOST = 1_000_000
"""Lost rows of one group that are counted one by one, for a forged footer may claim any number."""
STACK = (
    "hexsha",
    "content",
    "lang",
    "ext",
    "max_stars_repo_name",
    "max_stars_repo_path",
    "max_stars_repo_licenses",
)
DATES = ("date", "timestamp", "created")

Row = dict[str, Any]


class _Kind(NamedTuple):
    text: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    document: Callable[[Row, str], Document]


class _Table(NamedTuple):
    name: str
    file: pq.ParquetFile
    columns: list[str]
    kind: _Kind
    watch: Watch


def read_stack(input: Input, watch: Watch) -> Iterator[Reading]:
    """The Stack v1: ``content`` is the text; licences, language, repository, path go to ``meta``.

    Its statistics columns (``avg_line_length`` …) are not read: they are measures of the text.
    """
    return _read(input, watch, _Kind("content", STACK, (), _code))


def read_parquet(input: Input, watch: Watch) -> Iterator[Reading]:
    """Any table with a column ``text``; ``id``, ``url``, ``date`` (``timestamp``) are optional."""
    return _read(input, watch, _Kind("text", ("text",), ("id", "url", *DATES), _plain))


def _read(input: Input, watch: Watch, kind: _Kind) -> Iterator[Reading]:
    try:
        file = pq.ParquetFile(input.file, buffer_size=BUFFER, pre_buffer=False, page_checksum_verification=True)
        present = file.schema_arrow.names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        yield Poisoned("not_parquet", f"{input.name}: {_first_line(error)}", 0)
        return
    missing = [name for name in kind.required if name not in present]
    if missing:
        has = ", ".join(present)[:2000]
        yield Poisoned("missing_column", f"{input.name}: no column {', '.join(missing)}; it has {has}", 0)
        return
    columns = [*kind.required, *(name for name in kind.optional if name in present)]
    table = _Table(input.name, file, columns, kind, watch)
    first = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        yield from _group(table, group, first, first + rows)
        first += rows


def _group(table: _Table, group: int, at: int, end: int) -> Iterator[Reading]:
    """Rows ``at`` to ``end`` of the file, which are row group ``group``."""
    batches = table.file.iter_batches(batch_size=ROWS, row_groups=[group], columns=table.columns, use_threads=False)
    while at < end:
        # A batch is decoded before its rows are entered, so it has a place of its own to be named.
        if table.watch.enter(table.file.metadata.num_rows + at):
            yield from _lost(table, group, at, end, "killed", "decoding ended a process before")
            return
        try:
            batch = next(batches)
            rows = _rows(batch)
        except (pa.ArrowException, OSError, StopIteration) as error:
            yield from _lost(table, group, at, end, "row_group_corrupt", _first_line(error))
            return
        for row in rows:
            yield _reading(table, row, at)
            at += 1


def _lost(table: _Table, group: int, at: int, end: int, error: str, why: str) -> Iterator[Poisoned]:
    for row in range(at, min(end, at + MOST_LOST)):
        yield Poisoned(error, f"{table.name}: row {row} of row group {group}: {why}")
    if end - at > MOST_LOST:
        rest = f"rows {at + MOST_LOST} to {end - 1} of row group {group}"
        yield Poisoned(error, f"{table.name}: {rest}: {why}")


def _rows(batch: pa.RecordBatch) -> list[Row]:
    names = batch.schema.names
    columns = [_values(column) for column in batch.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: pa.Array) -> list[Any]:
    """Python values; times as ISO 8601; strings that are not UTF-8 as the bytes that they are."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("s"), safe=False)
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.string())
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return scalar.as_buffer().to_pybytes() if hasattr(scalar, "as_buffer") else None


def _reading(table: _Table, row: Row, number: int) -> Reading:
    name = f"{table.name}: row {number}"
    if table.watch.enter(number):
        return Poisoned("killed", f"{name} ended a process before")
    text = row[table.kind.text]
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            return Poisoned("invalid_utf8", f"{name}: {error.reason} at byte {error.start}")
    if text is None:
        return Dropped("null_text")
    if not isinstance(text, str):
        kind = type(text).__name__
        return Poisoned("bad_text", f"{name}: column {table.kind.text} holds {kind}, not text")
    if not text.strip():
        return Dropped("empty_text")
    document = table.kind.document(row, text)
    return document._replace(meta={**document.meta, "row": str(number)})


def _code(row: Row, text: str) -> Document:
    repo, path = _text(row["max_stars_repo_name"]), _text(row["max_stars_repo_path"])
    meta = {
        "licenses": _text(row["max_stars_repo_licenses"]),
        "lang": _text(row["lang"]),
        "repo": repo,
        "path": path,
        "ext": _text(row["ext"]),
    }
    identity = f"{_text(row['hexsha']) or _digest(text)}\n{repo}\n{path}"
    return Document(identity, text, meta=meta)


def _plain(row: Row, text: str) -> Document:
    dates = (_text(row.get(name)).replace(" ", "T", 1) for name in DATES)
    digest = _digest(text)
    return Document(
        f"{_text(row.get('id')) or digest}\n{digest}",
        text,
        _text(row.get("url")) or None,
        next((date for date in dates if date[4:5] == "-"), None),
    )


def _text(value: Any) -> str:
    """A cell as one string; lists are joined with commas."""
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".split("\n")[0][:200]
