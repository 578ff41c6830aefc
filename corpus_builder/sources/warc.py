"""A walk over a web archive that never ends early in silence: each record comes out or is counted.

The members are inflated here, one by one, rather than by a WARC library: those measured stop at the
first corrupt member, or pass on a cut record, or one that swallowed its neighbour, as whole.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

from corpus_builder.sources.bytewise import (
    ARC_HEAD,
    GZIP,
    HEAD,
    LONGEST_LINE,
    Cursor,
    Inflated,
    Place,
    Unreadable,
)
from corpus_builder.sources.payload import Payload, TooLarge, content_type_of, fields, response
from corpus_builder.sources.reading import Dropped, Poisoned, Watch

LIMIT = 32 << 20
# As nearly everyone writes them, which a search finds ten times faster, and as they may be written.
TYPE = re.compile(rb"\nWARC-Type: ([A-Za-z]+)")
TYPE_ANY = re.compile(rb"\nWARC-Type[ \t]*:[ \t]*([A-Za-z]+)", re.IGNORECASE)
LENGTH = re.compile(rb"\nContent-Length: (\d{1,18})\r\n")
LENGTH_ANY = re.compile(rb"\nContent-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
BLANK = 4  # bytes of line ends behind a record: where they stand, its length was right
READ = ("response", "resource", "conversion", "arc")
NOT_DOCUMENTS = ("warcinfo", "request", "metadata", "filedesc")
COUNTED = ("revisit", "continuation")


class Record(NamedTuple):
    """A record that may hold a document; ``type`` is response, resource, conversion, or arc.

    ``date`` is as the archive writes it (ISO 8601; an ARC's is turned into it). ``body`` is free of
    chunks and compression. ``offset`` and ``length`` are the record's bytes in the file, both -1
    where several records share one gzip member. ``flaws`` names what is missing from the body:
    ``chunks_cut``, ``chunks_broken``, ``encoding_cut``, ``no_http_head``, ``cut_by_crawler``.
    """

    type: str
    record_id: str
    url: str | None
    date: str | None
    http_status: int | None
    content_type: str
    charset: str | None
    content_encoding: str
    body: bytes
    offset: int
    length: int
    flaws: tuple[str, ...] = ()


Found = Record | Dropped | Poisoned


class _Raw(NamedTuple):
    """A record as it lies there; ``block`` is None where it is larger than the limit."""

    type: str
    head: bytes
    size: int
    block: bytes | None


def walk(file: BinaryIO, watch: Watch, limit: int = LIMIT) -> Iterator[Found]:
    """Every record that may hold a document, of a WARC (gzip by record or as one, plain) or an ARC.

    ``limit`` bounds the bytes of a record and those of its decoded body, and memory by a small
    multiple of it. What cannot be read is ``Poisoned`` with its bytes: ``not_warc``,
    ``gzip_corrupt``, ``gzip_truncated``, ``record_truncated``, ``wrong_length``, ``bad_head``,
    ``not_a_record``, ``stray_bytes``, ``killed``; the walk goes on at the next sound record.
    """
    place = Place(file)
    if not place.size:
        yield Poisoned("not_warc", "the file is empty", 0, 0)
    position = 0
    while position < place.size:
        try:
            position = yield from _record_at(place, position, watch, limit)
            continue
        except Unreadable as caught:
            broken = caught
        end = place.next_start(position)
        if end - position == place.size and broken.error in ("stray_bytes", "not_a_record"):
            broken = Unreadable("not_warc", "no WARC or ARC record in the file")
        yield Poisoned(broken.error, str(broken), position, end - position)
        position = end


def _record_at(place: Place, position: int, watch: Watch, limit: int) -> Generator[Found, None, int]:
    """What begins at ``position``; returns the position behind it."""
    if place.at(position, 3) == GZIP:
        return (yield from _member(place, position, watch, limit))
    if HEAD.match(place.at(position, LONGEST_LINE)):
        return (yield from _plain(place, position, watch, limit))
    raise Unreadable("stray_bytes", "neither a record nor a gzip member begins here")


def _plain(place: Place, position: int, watch: Watch, limit: int) -> Generator[Found, None, int]:
    """One uncompressed record."""
    killed = watch.enter(position)
    cursor = Cursor(place.stored(position))
    raw, got = _next(cursor, limit)
    if got < raw.size:
        raise Unreadable("record_truncated", f"{got} of {raw.size} bytes are there")
    blank = cursor.skip_blank()
    if blank < BLANK and not (cursor.at_end() or cursor.at_head() or cursor.at_member()):
        raise Unreadable("wrong_length", "no record begins where this one should end")
    if killed:
        yield _killed(position, cursor.consumed)
    else:
        yield from _made(raw, position, position, cursor.consumed, limit)
    return position + cursor.consumed


def _member(place: Place, position: int, watch: Watch, limit: int) -> Generator[Found, None, int]:
    """The records of one gzip member, nearly always one."""
    killed = watch.enter(position)
    member = Inflated(place, position)
    windows = member.windows()
    first = next(windows, b"")
    if member.ended and (plain := _plainly_alone(first, limit)):
        length = member.position - position
        if killed:
            yield _killed(position, length)
        else:
            yield from _made(plain, position, position, length, limit)
    else:
        cursor = Cursor(chain((first,), windows))
        cursor.skip_blank()
        yield from _each(cursor, member, position, watch, killed, limit)
    return member.position


def _each(cursor: Cursor, member: Inflated, position: int, watch: Watch, killed: bool, limit: int) -> Iterator[Found]:
    """The records under the cursor up to the member's end.

    A record alone in its member is given only when the member's checksum holds. Records that share
    a member have no bytes of their own on disk: the watch tells them apart by member and number.
    """
    number = 0
    while not cursor.at_end():
        killed = watch.enter(position + number) if number else killed
        if not cursor.at_head():
            raise Unreadable("not_a_record", "a gzip member holds something else than records")
        try:
            raw = _next_in_member(cursor, limit)
            wrong = None
        except Unreadable as caught:
            if caught.error.startswith("gzip"):
                raise
            cursor.seek_head()
            wrong = caught
        alone = number == 0 and cursor.at_end()
        offset, length = (position, member.position - position) if alone else (-1, -1)
        if wrong:
            yield Poisoned(wrong.error, str(wrong), position, length)
        elif killed:
            yield _killed(position + number, length)
        else:
            yield from _made(raw, position + number, offset, length, limit)
        number += 1


def _plainly_alone(content: bytes, limit: int) -> _Raw | None:
    """The record that a member's content is, if it is one without any question: the fast path."""
    end = content.find(b"\r\n\r\n") + 4
    stated, length = TYPE.search(content, 0, end), LENGTH.search(content, 0, end)
    if not content.startswith(b"WARC/1.") or not stated or not length:
        return None
    size = int(length[1])
    if len(content) != end + size + BLANK or not content.endswith(b"\r\n\r\n"):
        return None
    kind = stated[1].decode().lower()
    held = size <= limit and kind not in NOT_DOCUMENTS
    return _Raw(kind, content[:end], size, content[end : end + size] if held else None)


def _next_in_member(cursor: Cursor, limit: int) -> _Raw:
    raw, got = _next(cursor, limit)
    blank = cursor.skip_blank()
    if got < raw.size or not (blank >= BLANK or cursor.at_end() or cursor.at_head()):
        cursor.push_back(raw.block or b"")
        raise Unreadable("wrong_length", f"Content-Length says {raw.size}, which is not so")
    return raw


def _next(cursor: Cursor, limit: int) -> tuple[_Raw, int]:
    """The record under the cursor, and how many bytes of its block were there."""
    head = cursor.head()
    if line := ARC_HEAD.match(head):
        kind = "filedesc" if line["url"].startswith(b"filedesc:") else "arc"
        size = int(line["length"])
    else:
        stated = TYPE.search(head) or TYPE_ANY.search(head)
        length = LENGTH.search(head) or LENGTH_ANY.search(head)
        if not stated or not length:
            raise Unreadable("bad_head", "a record's head lacks WARC-Type or Content-Length")
        kind = stated[1].decode().lower()
        size = int(length[1])
    if size > limit or kind in NOT_DOCUMENTS:
        return _Raw(kind, head, size, None), cursor.skip(size)
    block = cursor.take(size)
    return _Raw(kind, head, size, block), len(block)


def _killed(position: int, length: int) -> Poisoned:
    return Poisoned("killed", "a process died while it worked on this record", position, length)


def _made(raw: _Raw, position: int, offset: int, length: int, limit: int) -> Iterator[Found]:
    """The record to give, if any, of one whose bytes are all there."""
    if raw.type in NOT_DOCUMENTS:
        return
    if raw.type not in READ:
        yield Dropped(raw.type if raw.type in COUNTED else "unknown_record_type", position)
    elif raw.block is None:
        yield Dropped("too_large", position)
    else:
        try:
            yield _record(raw, raw.block, offset, length, limit)
        except TooLarge:
            yield Dropped("too_large", position)


def _record(raw: _Raw, block: bytes, offset: int, length: int, limit: int) -> Record:
    if line := ARC_HEAD.match(raw.head):
        said = {
            "warc-target-uri": line["url"].decode("utf-8", "replace"),
            "warc-date": _iso(line["date"].decode()),
            "content-type": "application/http",
        }
    else:
        said = fields(raw.head)
    content_type, charset = content_type_of(said.get("content-type", ""))
    if content_type == "application/http":
        payload = response(block, limit)
    else:
        payload = Payload(None, content_type, charset, "", block, ())
    flaws = payload.flaws + (("cut_by_crawler",) if said.get("warc-truncated") else ())
    return Record(
        raw.type,
        said.get("warc-record-id", "").strip("<>"),
        said.get("warc-target-uri", "").strip("<> ") or None,
        said.get("warc-date"),
        payload.status,
        payload.content_type,
        payload.charset,
        payload.content_encoding,
        payload.body,
        offset,
        length,
        flaws,
    )


def _iso(digits: str) -> str:
    """An ARC date as ISO 8601.

    >>> _iso("20140216050221")
    '2014-02-16T05:02:21Z'
    """
    digits = digits.ljust(14, "0")
    date = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return f"{date}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}Z"
