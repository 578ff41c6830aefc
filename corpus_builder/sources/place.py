"""Bytes of an archive by place: windows of a file, and the gzip members that begin in it.

Windows stay small because the inflater copies what follows a member, for every member of a window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from isal import isal_zlib

SLAB = 1 << 20
STEP = 1 << 18
WINDOW = 1 << 14
MOST = 1 << 20  # bytes inflated at a time
LONGEST_HEAD = 1 << 16
LONGEST_LINE = 1 << 14
# The library's stubs forget that it is an exception.
IsalError = cast(type[Exception], isal_zlib.error)
GZIP = b"\x1f\x8b\x08"
SHORTEST = 18  # bytes of an empty gzip member
ARC_LINE = (
    rb"(?P<url>[a-z][a-z0-9+.-]{0,30}:[^\r\n]{1,8192}) (?P<ip>[0-9.:a-f]{3,45}) (?P<date>\d{8,14}) "
    rb"(?P<type>[^\r\n]{1,256}?)(?: \S+ \S+ \d+ \S+)? (?P<length>\d{1,18})\r?\n"
)
ARC_HEAD = re.compile(ARC_LINE)
HEAD = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n|" + re.sub(rb"\?P<\w+>", b"?:", ARC_LINE))
START = re.compile(
    rb"\x1f\x8b\x08(?=[\x00-\x1f])|WARC/\d\.\d{1,2}[ \t]*\r?\n[A-Za-z-]+:|(?<=\n)"
    + re.sub(rb"\?P<\w+>", b"?:", ARC_LINE)
)
BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class Unreadable(ValueError):
    """Bytes that are no record; ``error`` is the short name under which they are counted."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class Place:
    """A seekable file by position, one slab of it in memory."""

    __slots__ = ("_file", "_slab", "_start", "size")

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        self._start = 0
        self._slab = b""

    def at(self, position: int, count: int) -> memoryview:
        """``count`` bytes (at most a slab), fewer only at the end of the file."""
        count = min(count, self.size - position)
        inside = position - self._start
        if not 0 <= inside <= len(self._slab) - count:
            self._load(position)
            inside = 0
        return memoryview(self._slab)[inside : inside + count]

    def window(self, position: int, count: int = WINDOW) -> memoryview:
        """Up to ``count`` bytes, as many as are at hand without reading again; none at the end."""
        inside = position - self._start
        if not 0 <= inside < len(self._slab):
            self._load(position)
            inside = 0
        return memoryview(self._slab)[inside : inside + count]

    def lone_member(self, position: int, most: int) -> tuple[bytes, int] | None:
        """Content and stored length of a sound gzip member that ends where the next begins, or the file.

        None when it is not plainly so: the member is longer than a slab or than ``most`` once inflated, is
        corrupt, or something else follows it.
        """
        inside = position - self._start
        if not 0 <= inside <= len(self._slab) - SHORTEST:
            self._load(position)
            inside = 0
        if not self._slab.startswith(GZIP, inside):
            return None
        end = self._slab.find(GZIP, inside + SHORTEST)
        if end < 0 and not self._at_the_end() and inside:
            self._load(position)
            inside, end = 0, self._slab.find(GZIP, SHORTEST)
        if end < 0 and not self._at_the_end():
            return None
        stored = self._slab[inside : end if end >= 0 else None]
        inflater = isal_zlib.decompressobj(31)
        try:
            content = inflater.decompress(stored, most)
        except IsalError:
            return None
        return (content, len(stored)) if inflater.eof and not inflater.unused_data else None

    def stored(self, position: int) -> Iterator[bytes]:
        """The file from ``position`` on, in windows that grow."""
        count = 1 << 12
        while window := self.window(position, count):
            yield bytes(window)
            position += len(window)
            count = min(count * 4, 1 << 16)

    def next_start(self, position: int) -> int:
        """Where the next sound record or member begins behind ``position``, or the file's end."""
        while position < self.size:
            slab = self.at(position, STEP)
            if not slab:
                break
            last = position + len(slab) >= self.size
            sure = len(slab) if last else len(slab) - LONGEST_LINE
            for found in START.finditer(slab, 1):
                if found.start() >= sure:
                    break
                here = position + found.start()
                if found[0][:3] != GZIP or self._opens(here):
                    return here
            position += sure
        return self.size

    def _at_the_end(self) -> bool:
        return self._start + len(self._slab) >= self.size

    def _opens(self, position: int) -> bool:
        """Whether a gzip member with a record begins here (its three bytes may be chance)."""
        try:
            first = isal_zlib.decompressobj(31).decompress(self.at(position, 1 << 12), LONGEST_LINE)
        except IsalError:
            return False
        return HEAD.match(first.lstrip(b"\r\n")) is not None

    def _load(self, position: int) -> None:
        self._file.seek(position)
        parts = []
        missing = min(SLAB, self.size - position)
        while missing > 0 and (part := self._file.read(missing)):
            parts.append(part)
            missing -= len(part)
        self._slab = b"".join(parts)
        self._start = position


class Inflated:
    """One gzip member; ``position`` is the place behind it once it has ``ended``, checksum and all."""

    __slots__ = ("ended", "place", "position")

    def __init__(self, place: Place, position: int) -> None:
        self.place = place
        self.position = position
        self.ended = False

    def windows(self) -> Iterator[bytes]:
        """The member's content; raises ``Unreadable`` where it, or its checksum, is corrupt."""
        inflater = isal_zlib.decompressobj(31)
        window: memoryview | bytes = b""
        while not inflater.eof:
            window = inflater.unconsumed_tail
            if not window:
                window = self.place.window(self.position)
                self.position += len(window)
            try:
                content = inflater.decompress(window, MOST)
            except IsalError as corrupt:
                raise Unreadable("gzip_corrupt", str(corrupt)) from None
            if inflater.eof:
                self.ended = True
                self.position -= len(inflater.unused_data)
            if content:
                yield content
            elif not window:
                raise Unreadable("gzip_truncated", "the file ends inside a gzip member")
