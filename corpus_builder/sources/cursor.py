"""Reads heads and blocks from windows of bytes, of a stored file and of an inflated member alike."""

from __future__ import annotations

from collections.abc import Iterator

from corpus_builder.sources.place import (
    ARC_HEAD,
    BLANK_LINE,
    GZIP,
    HEAD,
    LONGEST_HEAD,
    LONGEST_LINE,
    START,
    Unreadable,
)


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
                # Without this step a search for the next head would find the same one for ever.
                self.skip(max(1, LONGEST_HEAD - LONGEST_LINE))
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
