"""Where a corpus lies: a folder or an s3:// prefix behind one seam. A file is whole or it does not exist.

Data goes through ``create`` (a reader never sees half a file), commits through ``claim`` (the first writer
wins, for ever). Nothing is ever renamed on S3; there an object appears when its upload is complete.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq


class Store(Protocol):
    """Paths are relative to the root, with forward slashes. Every implementation pickles."""

    @property
    def root(self) -> str: ...

    def create(self, path: str) -> AbstractContextManager[BinaryIO]:
        """A file to write; it appears under ``path`` only if the block ends without an exception."""

    def claim(self, path: str, data: bytes) -> bool:
        """Create ``path`` if it is absent. False when it is there already: somebody else won."""

    def replace(self, path: str, data: bytes) -> None:
        """Write ``path`` whole, over what was there."""

    def get(self, path: str) -> bytes | None:
        """The bytes, or None where there is no such file."""

    def open(self, path: str) -> BinaryIO:
        """A seekable file to read. Raises FileNotFoundError."""

    def list(self, prefix: str) -> list[str]:
        """Every whole file below the folder ``prefix``, sorted."""

    def remove(self, path: str) -> None:
        """Take a file away; an absent one is no error."""


@dataclass(frozen=True, slots=True)
class Output:
    """A written file: what a receipt says of it."""

    path: str
    bytes: int
    sha256: str
    rows: int


class HashingFile(io.RawIOBase):
    """Counts and digests what is written through it, so that nobody has to read the file again."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest, self._bytes = file, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._file.write(data)
        self._digest.update(data)
        self._bytes += len(data)
        return len(data)

    def tell(self) -> int:
        return self._bytes

    def output(self, path: str, rows: int) -> Output:
        return Output(path, self._bytes, self._digest.hexdigest(), rows)


def write_parquet(
    store: Store,
    path: str,
    schema: pa.Schema,
    batches: Iterator[pa.Table],
    *,
    dictionary: list[str] | None = None,
) -> Output:
    """One table after the other as a row group each: zstd-3, PLAIN except for the named columns.

    Deterministic: same tables, same bytes (for one version of pyarrow).
    """
    rows = 0
    with store.create(path) as raw:
        file = HashingFile(raw)
        with pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=dictionary or False,
            write_statistics=True,
            store_schema=True,
        ) as writer:
            for table in batches:
                rows += table.num_rows
                writer.write_table(table, row_group_size=max(1, table.num_rows))
        return file.output(path, rows)
