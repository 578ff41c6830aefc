"""Answers to SQL: a table for people, CSV, JSON lines or Parquet for machines, and what there is to ask."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import pyarrow.parquet as pq
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from corpus_builder.audit.query import Answer, Session

FORMATS = ("csv", "jsonl", "parquet")
# Characters of a value shown to people.
SHOWN = 100
# Characters that a column is given without folding its values.
WIDE = 36
EXAMPLES = (
    "SELECT source, decision, count(*) AS documents FROM decisions GROUP BY ALL ORDER BY ALL",
    "SELECT objection, count(*) AS n, count(*) FILTER (sole) AS sole FROM objections GROUP BY ALL ORDER BY n DESC",
    "SELECT v.url, v.objection, left(d.text, 60) AS text FROM documents d JOIN verdicts v USING (path, row) "
    "WHERE v.line IS NULL LIMIT 5",
)


def show_views(console: Console, corpus: Session, out: str) -> None:
    """Every view with its columns, and examples that work."""
    for view in corpus.views:
        rows = "" if view.rows is None else f", {view.rows:,} rows"
        console.print(f"[bold]{view.name}[/]: {view.about}{rows}", highlight=False)
        columns = ", ".join(f"{name} {_type(type_)}" for name, type_ in corpus.columns(view.name))
        console.print(f"  {columns}", highlight=False, markup=False, style="dim")
    console.print("\n[bold]for example[/]", highlight=False)
    for sql in EXAMPLES:
        console.print(f'  corpus query {out} "{sql}"', highlight=False, markup=False, soft_wrap=True)


def _type(type_: str) -> str:
    return "text" if type_ == "VARCHAR" else type_.lower().replace("varchar", "text")


def show_rows(console: Console, answer: Answer, limit: int) -> None:
    """The first ``limit`` rows (0: all), values cut; where a row is wider than the screen, its values stand below
    each other."""
    names = answer.schema.names
    found = list(islice(_rows(answer), limit + 1 if limit else None))
    shown = [[_cell(value) for value in row] for row in found[: limit or None]]
    widths = [
        max((min(cell_len(text), WIDE) for text in column), default=0) for column in zip(names, *shown, strict=True)
    ]
    if sum(widths) + 3 * len(names) < console.width:
        table = Table(*(Column(escape(name), overflow="fold") for name in names))
        for row in shown:
            table.add_row(*map(escape, row))
        console.print(table)
    else:
        for number, row in enumerate(shown, 1):
            table = Table(f"row {number:,}", Column("value", overflow="fold"))
            for name, cell in zip(names, row, strict=True):
                table.add_row(escape(name), escape(cell))
            console.print(table)
    note = "; there are more: --limit N, or --format csv|jsonl for all" if len(found) > len(shown) else ""
    console.print(f"{len(shown):,} row{'' if len(shown) == 1 else 's'}{note}", highlight=False)


def _cell(value: Any) -> str:
    """
    >>> _cell(None), _cell(0.1 + 0.2), _cell(["a", "b"]), _cell("x" * 200)[-3:]
    ('', '0.3', 'a, b', 'xx…')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        value = ", ".join(": ".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in value)
    # What a terminal would obey is shown as a space.
    text = "".join(c if c.isprintable() else " " for c in str(value)[: SHOWN + 1])
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def write_rows(answer: Answer, form: str, file: IO[bytes]) -> int:
    """The whole answer, as it comes; how many rows there were."""
    if form == "parquet":
        rows = 0
        with pq.ParquetWriter(file, answer.schema, compression="zstd") as parquet:
            for batch in answer.batches:
                parquet.write_batch(batch)
                rows += batch.num_rows
        return rows
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    try:
        return _csv(answer, text) if form == "csv" else _jsonl(answer, text)
    finally:
        text.detach()


def _csv(answer: Answer, file: IO[str]) -> int:
    writer, rows = csv.writer(file, lineterminator="\n"), 0
    writer.writerow(answer.schema.names)
    for row in _rows(answer):
        writer.writerow([_json(v) if isinstance(v, list | dict) else v for v in row])
        rows += 1
    return rows


def _jsonl(answer: Answer, file: IO[str]) -> int:
    rows = 0
    for row in _rows(answer):
        file.write(_json(dict(zip(answer.schema.names, row, strict=True))) + "\n")
        rows += 1
    return rows


def _rows(answer: Answer) -> Iterator[list[Any]]:
    """Rows as lists: SQL can name two columns alike."""
    for batch in answer.batches:
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield list(row)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_told)


def _told(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return float(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)
