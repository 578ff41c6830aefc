"""Reads a file and digests it on the way, so that the digest in a receipt is of the very bytes that were read."""

from __future__ import annotations

import hashlib
import io
import os
from typing import Any, BinaryIO

CHUNK = 1 << 20


class DigestingFile(io.RawIOBase):
    """A seekable file that hashes what passes in order; ``digest`` reads whatever was jumped over."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self._hashed = file, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        start = self._file.tell()
        data = self._file.read(size if size is not None else -1)
        if start <= self._hashed < start + len(data):
            self._hash.update(memoryview(data)[self._hashed - start :])
            self._hashed = start + len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        return self.read(-1)

    def digest(self) -> str:
        """sha256 of the whole file as hex."""
        self._file.seek(self._hashed)
        while data := self._file.read(CHUNK):
            self._hash.update(data)
            self._hashed += len(data)
        return self._hash.hexdigest()
