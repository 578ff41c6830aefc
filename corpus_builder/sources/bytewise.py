"""Bytes of an archive by place: windows of a file, an inflated gzip member, a cursor over either.

Windows stay small because ``zlib`` copies what follows a member, for every member of a window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from isal import isal_zlib

SLAB = 1 << 18
WINDOW = 1 << 14
MOST = 1 << 20  # bytes inflated at a time
LONGEST_HEAD = 1 << 16
LONGEST_LINE = 1 << 14
# The library's stubs forget that it is an exception.
IsalError = cast(type[Exception], isal_zlib.error)
GZIP = b"\x1f\x8b\x08"
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
        self._slab = memoryview(b"")

    def at(self, position: int, count: int) -> memoryview:
        """``count`` bytes (at most a slab), fewer only at the end of the file."""
        count = min(count, self.size - position)
        inside = position - self._start
        if not 0 <= inside <= len(self._slab) - count:
            self._load(position)
            inside = 0
        return self._slab[inside : inside + count]

    def window(self, position: int, count: int = WINDOW) -> memoryview:
        """Up to ``count`` bytes, as many as are at hand without reading again; none at the end."""
        inside = position - self._start
        if not 0 <= inside < len(self._slab):
            self._load(position)
            inside = 0
        return self._slab[inside : inside + count]

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
            slab = self.at(position, SLAB)
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
        self._slab = memoryview(b"".join(parts))
        self._start = position


class Inflated:
    """One gzip member; ``position`` is the place behind it once it has ``ended``, checksum and all."""

    __slots__ = ("_place", "ended", "position")

    def __init__(self, place: Place, position: int) -> None:
        self._place = place
        self.position = position
        self.ended = False

    def windows(self) -> Iterator[bytes]:
        """The member's content; raises ``Unreadable`` where it, or its checksum, is corrupt."""
        inflater = isal_zlib.decompressobj(31)
        window: memoryview | bytes = b""
        while not inflater.eof:
            window = inflater.unconsumed_tail
            if not window:
                window = self._place.window(self.position)
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


class Cursor:
    """Reads heads and blocks from windows of bytes; holds what was asked for and a window."""

    __slots__ = ("_at", "_data", "_fault", "_windows", "consumed")

    def __init__(self, windows: Iterator[bytes]) -> None:
        self._windows = windows
        self._data = b""
        self._at = 0
        self._fault: Unreadable | None = None
        self.consumed = 0

    def at_end(self) -> bool:
        return self._at >= len(self._data) and not self._has(1)

    def at_head(self) -> bool:
        """Whether a record's head begins here."""
        if not self._has(5):
            return False
        if self._data[self._at : self._at + 5] == b"WARC/":
            self._has(32)
        else:
            self._has(LONGEST_LINE)
        return HEAD.match(self._data, self._at) is not None

    def at_member(self) -> bool:
        return self._has(3) and self._data[self._at : self._at + 3] == GZIP

    def head(self) -> bytes:
        """Take the head, up to its blank line (WARC) or its line's end (ARC)."""
        self._has(LONGEST_LINE)
        if line := ARC_HEAD.match(self._data, self._at):
            return self.take(line.end() - self._at)
        end = self._data.find(b"\r\n\r\n", self._at, self._at + LONGEST_HEAD) + 4
        if end < 4:
            self._has(LONGEST_HEAD)
            blank = BLANK_LINE.search(self._data, self._at, self._at + LONGEST_HEAD)
            if not blank:
                if self._fault:
                    raise self._fault
                raise Unreadable("bad_head", "a record's head does not end")
            end = blank.end()
        return self.take(end - self._at)

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer only where the windows end."""
        parts = []
        missing = count
        while missing and self._has(1):
            part = self._data[self._at : self._at + missing]
            self._at += len(part)
            missing -= len(part)
            parts.append(part)
        self.consumed += count - missing
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def skip(self, count: int) -> int:
        """Pass by ``count`` bytes without holding them; returns how many there were."""
        missing = count
        while missing and self._has(1):
            step = min(missing, len(self._data) - self._at)
            self._at += step
            missing -= step
        self.consumed += count - missing
        return count - missing

    def skip_blank(self) -> int:
        """Pass by the line ends that follow a block; returns how many bytes they were."""
        start = self.consumed
        if self._data[self._at : self._at + 4] == b"\r\n\r\n":
            self._at += 4
            self.consumed += 4
        while self._has(1) and self._data[self._at] in b"\r\n":
            self._at += 1
            self.consumed += 1
        return self.consumed - start

    def push_back(self, block: bytes) -> None:
        self._data = block + self._data[self._at :]
        self._at = 0
        self.consumed -= len(block)

    def seek_head(self) -> None:
        """Go on to the next head, or to the end."""
        while self._has(1):
            last = not self._has(2 * LONGEST_LINE)
            found = START.search(self._data, self._at)
            while found and found[0][:3] == GZIP:
                found = START.search(self._data, found.end())
            goal = found.start() if found else len(self._data) - (0 if last else LONGEST_LINE)
            self.consumed += goal - self._at
            self._at = goal
            if found:
                return

    def _has(self, count: int) -> bool:
        """Whether ``count`` bytes follow. A fault is raised only when no sound byte is left before it."""
        while len(self._data) - self._at < count:
            if self._fault:
                if self._at >= len(self._data):
                    raise self._fault
                return False
            try:
                window = next(self._windows, b"")
            except Unreadable as caught:
                self._fault = caught
                continue
            if not window:
                return False
            self._data = self._data[self._at :] + window if self._at < len(self._data) else window
            self._at = 0
        return True
