"""Readings gathered into Arrow tables of bounded size, with ids and digests; drops and poison pass through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from corpus_builder.documents.schema import COLUMNS, content_of, digest16, document_id
from corpus_builder.sources.reading import Document, Dropped, Poisoned, Reading

ROWS = 1024
CHARS = 2 << 20
# Longer than any book; a lattice over more would not fit in a worker.
LONGEST = 4 << 20


class Batch(NamedTuple):
    """``content`` digests id and text digest of each document, as ``content_of`` does."""

    table: pa.Table
    chars: int
    content: str


def batches(source: str, file: str, readings: Iterator[Reading]) -> Iterator[Batch | Dropped | Poisoned]:
    """A batch when 1,024 documents or 2 Mi characters have gathered, and one for the rest."""
    gathered: list[Document] = []
    chars = 0
    for reading in readings:
        if not isinstance(reading, Document):
            yield reading
            continue
        if len(reading.text) > LONGEST:
            yield Dropped("text_too_long", reading.offset)
            continue
        gathered.append(reading)
        chars += len(reading.text)
        if len(gathered) >= ROWS or chars >= CHARS:
            yield _batch(source, file, gathered)
            gathered, chars = [], 0
    if gathered:
        yield _batch(source, file, gathered)


def _batch(source: str, file: str, documents: list[Document]) -> Batch:
    encoded = [_utf8(d.text) for d in documents]
    ids = [document_id(source, d.identity) for d in documents]
    shas = [digest16(text) for text in encoded]
    lengths = [len(d.text) for d in documents]
    columns = {
        "id": ids,
        "source": [source] * len(documents),
        "text": encoded,
        "text_sha": shas,
        "n_chars": lengths,
        "url": [d.url for d in documents],
        "date": [_date(d.date) for d in documents],
        "lang": [None] * len(documents),
        "link_chars": [d.link_chars for d in documents],
        "identity": [d.identity for d in documents],
        "file": [d.file or file for d in documents],
        "offset": [d.offset for d in documents],
        "length": [d.length for d in documents],
        "meta": [sorted(d.meta.items()) for d in documents],
    }
    arrays = [
        pa.array(columns[f.name], pa.large_binary()).view(f.type)
        if f.name == "text"
        else pa.array(columns[f.name], f.type)
        for f in COLUMNS
    ]
    table = pa.Table.from_arrays(arrays, schema=COLUMNS)
    return Batch(table, sum(lengths), content_of(i + s for i, s in zip(ids, shas, strict=True)))


def _utf8(text: str) -> bytes:
    """Lone surrogates become U+FFFD: Arrow text is valid UTF-8."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _date(text: str | None) -> date | None:
    """The day of an ISO 8601 time, or None for what is none."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
