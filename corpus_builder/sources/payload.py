"""What an HTTP response of an archive carries: head parsed, body freed of chunks and compression.

Crawlers store bodies as they came, or decoded with the old headers left standing, or cut off:
whatever is sound is given, and what is missing is named in ``flaws``.
"""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

import brotli
import zstandard

from corpus_builder.sources.head import Head, content_type_of

WINDOW = 1 << 16
ZSTD_STEP = 1 << 8
BROTLI_STEP = 1 << 16
# Beyond what any server sends: more would be there to cost time.
MOST_CHUNKS = 1 << 20
MOST_ENCODINGS = 4
CHUNK_HEAD = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]{0,4096})?\r?\n")
STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")


class TooLarge(ValueError):
    """The body is larger than the limit once decoded."""


class Payload(NamedTuple):
    """``status`` is None where the block is no HTTP response; ``content_type`` is lower case."""

    status: int | None
    content_type: str
    charset: str | None
    content_encoding: str
    body: bytes
    flaws: tuple[str, ...]


def response(content: bytes, start: int, end: int, limit: int) -> Payload:
    """Split and decode the HTTP response ``content[start:end]``; raises ``TooLarge`` beyond ``limit`` bytes of body."""
    status = STATUS.match(content, start, end)
    if not status:
        return Payload(None, "", None, "", content[start:end], ("no_http_head",))
    head, body = _split(content, start, end)
    found = Head(head)
    content_type, charset = content_type_of(found.get(b"content-type"))
    encoding = found.get(b"content-encoding").lower()
    flaws: list[str] = []
    if "chunked" in found.get(b"transfer-encoding").lower():
        body = _unchunked(body, flaws)
    if encoding:
        for name in reversed([part.strip() for part in encoding.split(",")][-MOST_ENCODINGS:]):
            body = _decompressed(body, name, limit, flaws)
    if len(body) > limit:
        raise TooLarge
    return Payload(int(status[1]), content_type, charset, encoding, body, tuple(flaws))


def _split(content: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """Head and body, at the first blank line of either kind."""
    blank = content.find(b"\r\n\r\n", start, end)
    bare = content.find(b"\n\n", start, blank if blank >= 0 else end)
    if bare >= 0:
        return content[start:bare], content[bare + 2 : end]
    return (content[start:blank], content[blank + 4 : end]) if blank >= 0 else (content[start:end], b"")


def _unchunked(body: bytes, flaws: list[str]) -> bytes:
    """The chunks joined; the body as it is when it begins like none (it was stored decoded)."""
    parts: list[bytes] = []
    position = 0
    while len(parts) < MOST_CHUNKS and (head := CHUNK_HEAD.match(body, position)):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts)
        part = body[head.end() : head.end() + size]
        parts.append(part)
        position = head.end() + size
        if len(part) < size:
            break
        if body[position : position + 2] == b"\r\n":
            position += 2
        elif body[position : position + 1] == b"\n":
            position += 1
    if not parts:
        return body
    flaws.append("chunks_cut" if position >= len(body) else "chunks_broken")
    return b"".join(parts)


def _decompressed(body: bytes, name: str, limit: int, flaws: list[str]) -> bytes:
    """The body decoded as far as it goes; as it is when it is not encoded as the header says."""
    if name in ("gzip", "x-gzip", "deflate"):
        parts, whole = _inflated(body, 47, limit)
        if name == "deflate" and not parts:
            parts, whole = _inflated(body, -15, limit)
    elif name == "br":
        parts, whole = _unbrotli(body, limit)
    elif name == "zstd":
        parts, whole = _unzstd(body, limit)
    else:
        return body
    if not parts:
        return body
    if not whole:
        flaws.append("encoding_cut")
    return b"".join(parts)


def _inflated(body: bytes, wbits: int, limit: int) -> tuple[list[bytes], bool]:
    inflater = zlib.decompressobj(wbits)
    parts: list[bytes] = []
    total = position = 0
    try:
        while not inflater.eof:
            window = inflater.unconsumed_tail or body[position : position + WINDOW]
            if not window:
                return parts, False
            if not inflater.unconsumed_tail:
                position += len(window)
            part = inflater.decompress(window, WINDOW * 16)
            if part:
                parts.append(part)
            total += len(part)
            if total > limit:
                raise TooLarge
    except zlib.error:
        return parts, False
    return parts, True


def _unbrotli(body: bytes, limit: int) -> tuple[list[bytes], bool]:
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    total = 0
    try:
        part = unpacker.process(body, output_buffer_limit=BROTLI_STEP)
        while part:
            parts.append(part)
            total += len(part)
            if total > limit:
                raise TooLarge
            part = b"" if unpacker.is_finished() else unpacker.process(b"", output_buffer_limit=BROTLI_STEP)
    except brotli.error:
        return parts, False
    return parts, unpacker.is_finished()


def _unzstd(body: bytes, limit: int) -> tuple[list[bytes], bool]:
    """One frame, in steps so small that none can blow up beyond a few MiB."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    parts: list[bytes] = []
    total = 0
    try:
        for position in range(0, len(body), ZSTD_STEP):
            part = unpacker.decompress(body[position : position + ZSTD_STEP])
            parts.append(part)
            total += len(part)
            if total > limit:
                raise TooLarge
            if unpacker.eof:
                break
    except zstandard.ZstdError:
        return [part for part in parts if part], False
    return [part for part in parts if part], unpacker.eof
