"""Readings gathered into Arrow tables of bounded size, edited, with ids and digests; drops and poison pass through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder.documents.schema import COLUMNS, content_of, digest16, document_id
from corpus_builder.sources.reading import Document, Dropped, Poisoned, Reading
from filters.core import Edit

ROWS = 1024
CHARS = 2 << 20
# Longer than any book; a lattice over more would not fit in a worker.
LONGEST = 4 << 20


class Batch(NamedTuple):
    """``edited`` has the edits' counts, a row a document; ``content`` digests id and text digest of each document."""

    table: pa.Table
    edited: dict[str, pa.Array]
    chars: int
    content: str


def batches(
    source: str, file: str, readings: Iterator[Reading], edits: Sequence[Edit] = ()
) -> Iterator[Batch | Dropped | Poisoned]:
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
            yield _batch(source, file, gathered, edits)
            gathered, chars = [], 0
    if gathered:
        yield _batch(source, file, gathered, edits)


def _batch(source: str, file: str, documents: list[Document], edits: Sequence[Edit]) -> Batch:
    texts, edited = _edit(documents, edits)
    ids = [document_id(source, d.identity) for d in documents]
    shas = [digest16(text) for text in texts.view(pa.large_binary()).to_pylist()]
    lengths = pc.utf8_length(texts).to_pylist()
    columns = {
        "id": ids,
        "source": [source] * len(documents),
        "text_sha": shas,
        "n_chars": lengths,
        "url": [d.url for d in documents],
        "date": [_date(d.date) for d in documents],
        "lang": [None] * len(documents),
        "link_chars": [d.link_chars for d in documents],
        "page_chars": [d.page_chars for d in documents],
        "page_link_chars": [d.page_link_chars for d in documents],
        "identity": [d.identity for d in documents],
        "file": [d.file or file for d in documents],
        "offset": [d.offset for d in documents],
        "length": [d.length for d in documents],
        "meta": [sorted(d.meta.items()) for d in documents],
    }
    arrays = [texts if f.name == "text" else pa.array(columns[f.name], f.type) for f in COLUMNS]
    table = pa.Table.from_arrays(arrays, schema=COLUMNS)
    return Batch(table, edited, sum(lengths), content_of(i + s for i, s in zip(ids, shas, strict=True)))


def _edit(documents: list[Document], edits: Sequence[Edit]) -> tuple[pa.Array, dict[str, pa.Array]]:
    """The texts after all edits, and how often each did what."""
    texts = pa.array([_utf8(d.text) for d in documents], pa.large_binary()).view(pa.large_string())
    edited: dict[str, pa.Array] = {}
    for edit in edits:
        batch = pa.record_batch({"text": texts})
        texts, counts = edit(batch)
        edited |= counts
    return texts, edited


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
