"""Opens a file by its first bytes, not its name, and hands out its content in bounded pieces.

Damage is part of the answer rather than an exception: the sound bytes before it have been handed
out, its place in the file is told, and reading goes on at the next member (compressed stream).
"""

from __future__ import annotations

import bz2
import os
import re
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, NamedTuple, Protocol

import zstandard

HANDED_OUT, LARGEST = 1 << 16, 1 << 20
LONGEST_HEAD = 16
WINDOW = 1 << 27
"""The longest zstd window, 128 MiB: what ``zstd --long`` writes and every decoder reads unasked."""


class Damage(NamedTuple):
    """The ``length`` bytes of the file from ``offset`` on gave nothing; a new member follows.

    ``kind`` is the codec's name with ``_truncated``, ``_corrupt``, ``_trailing_bytes`` or
    ``_window_too_long``. A gzip checksum stands at a member's end: what came before may be false.
    """

    kind: str
    offset: int
    length: int


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class Codec(NamedTuple):
    """``piece`` is how many compressed bytes a step takes, so that the densest there are (a block of
    bzip2 may hold 45 MiB of one byte in 40 bytes, one of zstd 128 KiB in four) make below 100 MiB.
    ``member`` matches a member's head strictly enough to find the next one behind damage.
    """

    name: str
    piece: int
    magic: bytes
    member: re.Pattern[bytes]
    decoder: Callable[[], _Decoder]


def _inflater() -> _Decoder:
    return zlib.decompressobj(wbits=31)


class _Bunzip:
    """bzip2 with every block whole: what it made is given once the block's checksum has been tried."""

    __slots__ = ("_decoder",)

    def __init__(self) -> None:
        self._decoder = bz2.BZ2Decompressor()

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes) -> bytes:
        made = self._decoder.decompress(data)
        if not made or self._decoder.eof:
            return made
        parts = [made]
        while not self._decoder.eof and (more := self._decoder.decompress(b"")):
            parts.append(more)
        return b"".join(parts)


def _zstd() -> _Decoder:
    return zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()


CODECS = (
    Codec(
        "gzip",
        1 << 12,
        b"\x1f\x8b",
        re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]", re.S),
        _inflater,
    ),
    Codec("bz2", 32, b"BZh", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), _Bunzip),
    Codec("zstd", 1 << 10, b"\x28\xb5\x2f\xfd", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), _zstd),
)
BROKEN = (zlib.error, zstandard.ZstdError, OSError, ValueError)
SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")


def codec_of(file: BinaryIO) -> Codec | None:
    """The compression that the first bytes name, None for a plain file; rewinds the file."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if SKIPPABLE.match(head):
        return CODECS[2]
    return next((codec for codec in CODECS if head.startswith(codec.magic)), None)


def decompressed(file: BinaryIO) -> Iterator[bytes | Damage]:
    """The content of a gzip, bzip2, zstd (each of any number of members) or plain file.

    Pieces are about 64 KiB, at most 1 MiB, never empty. Zero bytes behind the
    last member are padding, as for gzip(1).
    """
    codec = codec_of(file)
    if codec is None:
        while plain := file.read(HANDED_OUT):
            yield plain
        return
    size = file.seek(0, os.SEEK_END)
    at = 0
    while at < size:
        at = yield from _member(file, codec, at, size)


def _member(file: BinaryIO, codec: Codec, start: int, size: int) -> Generator[bytes | Damage, None, int]:
    """Hands out one member and returns where the next one begins."""
    if start and _only_zeros(file, start):
        return size
    decoder, at = codec.decoder(), start
    ready: list[bytes] = []
    held = 0
    for piece in _pieces(file, codec.piece, start):
        try:
            made = decoder.decompress(piece)
        except BROKEN:
            yield from _joined(ready)
            return (yield from _broken(file, codec, start, at, size))
        at += len(piece)
        if made:
            ready.append(made)
            held += len(made)
            if held >= HANDED_OUT:
                yield from _joined(ready)
                ready, held = [], 0
        if decoder.eof:
            yield from _joined(ready)
            return at - len(decoder.unused_data)
    yield from _joined(ready)
    yield Damage(f"{codec.name}_truncated", at, 0)
    return size


def _broken(file: BinaryIO, codec: Codec, start: int, at: int, size: int) -> Generator[bytes | Damage, None, int]:
    """Decodes the member again, byte by byte where it broke, for a failing call gives nothing back.

    Only damaged members are decoded twice. The next member is looked for from before the place on,
    since a decoder may run on into it before it notices.
    """
    decoder = codec.decoder()
    for piece in _pieces(file, codec.piece, start, at):
        decoder.decompress(piece)
    file.seek(at)
    try:
        for byte in file.read(codec.piece):
            if made := decoder.decompress(bytes((byte,))):
                yield made
            at += 1
    except BROKEN:
        pass
    following = _next_member(file, codec, max(at - 2 * HANDED_OUT, start + 1), size)
    at = min(at, following)
    yield Damage(f"{codec.name}_{_what_broke(file, codec, start)}", at, following - at)
    return following


def _what_broke(file: BinaryIO, codec: Codec, start: int) -> str:
    file.seek(start)
    head = file.read(32)
    if not codec.member.match(head):
        return "trailing_bytes" if start else "corrupt"
    if codec.name == "zstd" and not SKIPPABLE.match(head):
        try:
            wide = zstandard.get_frame_parameters(head).window_size > WINDOW
        except zstandard.ZstdError:
            return "corrupt"
        return "window_too_long" if wide else "corrupt"
    return "corrupt"


def _next_member(file: BinaryIO, codec: Codec, at: int, size: int) -> int:
    """Where a member's head lies at or behind byte ``at``; the file's size when there is none."""
    while at < size:
        file.seek(at)
        window = file.read(HANDED_OUT)
        found = codec.member.search(window)
        if found:
            return at + found.start()
        at += len(window) if at + len(window) >= size else len(window) - LONGEST_HEAD
    return size


def _pieces(file: BinaryIO, width: int, start: int, end: int | None = None) -> Iterator[bytes]:
    """The bytes from ``start`` on, ``width`` at a time, read in larger blocks."""
    file.seek(start)
    left = end - start if end is not None else sys.maxsize
    while left and (block := file.read(min(HANDED_OUT, left))):
        left -= len(block)
        for at in range(0, len(block), width):
            yield block[at : at + width]


def _only_zeros(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    width = LONGEST_HEAD
    while window := file.read(width):
        if window.count(0) != len(window):
            return False
        width = HANDED_OUT
    return True


def _joined(ready: list[bytes]) -> Iterator[bytes]:
    made = b"".join(ready)
    for at in range(0, len(made), LARGEST):
        yield made[at : at + LARGEST]
