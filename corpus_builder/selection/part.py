"""A unit while it is being fetched: whole ranges in the order they came in, and a journal that says which.

A line of the journal is written after its bytes, and counts only if the bytes have its checksum: what a kill left half
written is cut off and fetched again.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple


class Entry(NamedTuple):
    """A range that is there: ``size`` bytes at ``at`` of the part, holding ``good`` records and those in ``errors``."""

    range: int
    at: int
    size: int
    crc: int
    good: int
    errors: Mapping[str, int]


class Part:
    """The two files of an unfinished unit, ``<unit>.data`` and ``<unit>.journal``. One writer."""

    __slots__ = ("_data", "_folder", "_journal", "_unit", "entries")

    def __init__(self, folder: Path, unit: str, plan: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._unit = folder, unit
        paths = _paths(folder, unit)
        files: list[BinaryIO] = [os.fdopen(os.open(p, os.O_RDWR | os.O_CREAT, 0o644), "r+b") for p in paths]
        self._data, self._journal = files
        self.entries: dict[int, Entry] = {}
        self._recover(plan)

    def __enter__(self) -> Part:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._data.close()
        self._journal.close()

    def add(self, number: int, data: bytes, good: int, errors: Mapping[str, int]) -> None:
        """Keep a range that is done."""
        entry = Entry(number, self._data.tell(), len(data), zlib.crc32(data), good, dict(sorted(errors.items())))
        self._data.write(data)
        self._data.flush()
        self._journal.write(json.dumps(entry).encode() + b"\n")
        self._journal.flush()
        self.entries[number] = entry

    def copy(self, target: BinaryIO) -> tuple[int, str]:
        """Write all ranges in order; size and sha256 of what was written."""
        digest, size = hashlib.sha256(), 0
        for _, entry in sorted(self.entries.items()):
            self._data.seek(entry.at)
            data = self._data.read(entry.size)
            digest.update(data)
            size += target.write(data)
        return size, digest.hexdigest()

    def remove(self) -> None:
        forget(self._folder, self._unit)

    def _recover(self, plan: str) -> None:
        head = json.dumps({"plan": plan}).encode() + b"\n"
        end = kept = 0
        if self._journal.readline() == head:
            kept = len(head)
            for line in self._journal:
                if (entry := self._sound(line, end)) is None:
                    break
                self.entries[entry.range] = entry
                end, kept = end + entry.size, kept + len(line)
        self._data.truncate(end)
        self._data.seek(end)
        self._journal.truncate(kept)
        self._journal.seek(kept)
        if not kept:
            self._journal.write(head)
            self._journal.flush()

    def _sound(self, line: bytes, end: int) -> Entry | None:
        self._data.seek(end)
        try:
            entry = Entry(*json.loads(line))
            data = self._data.read(entry.size)
        except (ValueError, TypeError):
            return None
        sound = line.endswith(b"\n") and entry.at == end and len(data) == entry.size and zlib.crc32(data) == entry.crc
        return entry if sound else None


def forget(folder: Path, unit: str) -> None:
    """Remove what there is of a unit that is finished."""
    for path in _paths(folder, unit):
        path.unlink(missing_ok=True)


def _paths(folder: Path, unit: str) -> tuple[Path, Path]:
    return folder / f"{unit}.data", folder / f"{unit}.journal"
