"""The one shape that documents have, and the digests that name them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

ID = pa.binary(16)

COLUMNS = pa.schema(
    [
        pa.field("id", ID, nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("text", pa.large_string()),
        pa.field("text_sha", ID, nullable=False),
        pa.field("n_chars", pa.int32(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("date", pa.date32()),
        pa.field("lang", pa.string()),
        pa.field("link_chars", pa.int32(), nullable=False),
        pa.field("page_chars", pa.int32()),  # null where the document is no Web page
        pa.field("page_link_chars", pa.int32()),
        pa.field("identity", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("meta", pa.map_(pa.string(), pa.string())),
    ]
)

VERDICTS = pa.schema(
    [
        pa.field("id", ID, nullable=False),
        pa.field("line", pa.string()),  # the budget line that the document counts to; null when rejected
        pa.field("objection", pa.string()),
        pa.field("objections", pa.list_(pa.string()), nullable=False),
    ]
)

QUARANTINE = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("identity", pa.string(), nullable=False),
        pa.field("error", pa.string(), nullable=False),
        pa.field("message", pa.string(), nullable=False),
    ]
)


def documents_schema(measures: Mapping[str, pa.DataType]) -> pa.Schema:
    """``COLUMNS`` and a struct ``measures`` with one nullable number a measure, and a count an edit."""
    return COLUMNS.append(pa.field("measures", pa.struct(list(measures.items()))))


def document_id(source: str, identity: str) -> bytes:
    """16 bytes from source and origin, the same wherever and whenever the record is read.

    >>> document_id("kaken", "KAKENHI-PROJECT-1/ja").hex()
    'f0b40ff349ba8aa98f59f087be5b4d26'
    """
    return digest16(f"{source}\0{identity}".encode())


def digest16(data: bytes) -> bytes:
    """blake2b with 16 bytes: the digest of ids, texts and rows."""
    return hashlib.blake2b(data, digest_size=16).digest()


def halves(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.uint64]:
    """(rows, 2) little-endian halves of a column of 16-byte digests, not copied where it is one chunk.

    >>> halves(pa.array([bytes(range(16)), bytes(16)], ID)).tolist()
    [[506097522914230528, 1084818905618843912], [0, 0]]
    """
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if len(array) == 0:
        return np.zeros((0, 2), np.uint64)
    return np.frombuffer(array.buffers()[1], "<u8", 2 * len(array), 16 * array.offset).reshape(-1, 2)


def content_of(rows: Iterable[bytes]) -> str:
    """Sum of the rows' 128-bit digests modulo 2^128: a digest of a multiset, for which order does not matter.

    >>> content_of([b"a", b"b"]) == content_of([b"b", b"a"]) != content_of([b"a", b"b", b"b"])
    True
    """
    total = sum(int.from_bytes(digest16(row)) for row in rows)
    return f"{total % (1 << 128):032x}"
