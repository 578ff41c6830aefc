"""A walk over a web archive that never ends early in silence: each record comes out or is counted.

The members are inflated here, one by one, rather than by a WARC library: those measured stop at the
first corrupt member, or pass on a cut record, or one that swallowed its neighbour, as whole.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import chain
from typing import BinaryIO

from corpus_builder.sources.across import across
from corpus_builder.sources.cursor import Cursor
from corpus_builder.sources.origin import Origin
from corpus_builder.sources.place import GZIP, HEAD, LONGEST_LINE, STEP, Inflated, Place, Unreadable
from corpus_builder.sources.reading import Poisoned, Watch
from corpus_builder.sources.record import (
    BLANK,
    LIMIT,
    SKIPPED,
    Found,
    Raw,
    Record,
    block_of,
    made,
    next_head,
    next_record,
    plainly_alone,
)

MOST_BROKEN = 100  # records in one member; each may cost a search through all of it


def walk(file: BinaryIO, watch: Watch, limit: int = LIMIT) -> Iterator[Found]:
    """Every record that may hold a document, of a WARC (gzip by record or as one, plain) or an ARC.

    ``limit`` bounds the bytes of a record and those of its decoded body, and memory by a small
    multiple of it. What cannot be read is ``Poisoned`` with its bytes: ``not_warc``,
    ``gzip_corrupt``, ``gzip_truncated``, ``record_truncated``, ``wrong_length``, ``bad_head``,
    ``not_a_record``, ``stray_bytes``, ``killed``; the walk goes on at the next sound record. Records that were
    cut out of another archive with their ``origin`` before them have its place, and ``fetch_…`` where they failed.
    """
    origin: Origin | None = None
    for found in _walk(file, watch, limit):
        if isinstance(found, Origin):
            origin = None if found.error else found
            if found.error:
                what = "the record was not to be had when its range was fetched"
                yield Poisoned(f"fetch_{found.error}", what, found.offset, found.length, file=found.file)
            continue
        if origin and (isinstance(found, Record) or (isinstance(found, Poisoned) and found.error == "killed")):
            found = found._replace(offset=origin.offset, length=origin.length, file=origin.file)
        yield found
        origin = None


def _walk(file: BinaryIO, watch: Watch, limit: int) -> Iterator[Found | Origin]:
    place = Place(file)
    if not place.size:
        yield Poisoned("not_warc", "the file is empty", 0, 0)
    position = 0
    while position < place.size:
        killed = watch.enter(position)
        alone = None if killed else place.lone_member(position, limit)
        if alone and (raw := plainly_alone(alone[0], limit)):
            if raw.type not in SKIPPED:
                yield from made(raw, position, position, alone[1], limit)
            position += alone[1]
            continue
        try:
            position = yield from _record_at(place, position, watch, killed, limit)
            continue
        except Unreadable as caught:
            broken = caught
        end = place.next_start(position)
        if end - position == place.size and broken.error in ("stray_bytes", "not_a_record"):
            broken = Unreadable("not_warc", "no WARC or ARC record in the file")
        yield Poisoned(broken.error, str(broken), position, end - position)
        position = end


def _record_at(
    place: Place, position: int, watch: Watch, killed: bool, limit: int
) -> Generator[Found | Origin, None, int]:
    """What begins at ``position``; returns the position behind it."""
    if place.at(position, 3) == GZIP:
        return (yield from _member(place, position, watch, killed, limit))
    if HEAD.match(place.at(position, LONGEST_LINE)):
        return (yield from _plain(place, position, killed, limit))
    raise Unreadable("stray_bytes", "neither a record nor a gzip member begins here")


def _plain(place: Place, position: int, killed: bool, limit: int) -> Generator[Found | Origin, None, int]:
    """One uncompressed record."""
    cursor = Cursor(place.stored(position))
    kind, head, size = next_head(cursor)
    start = position + cursor.consumed
    if start + size > place.size:
        raise Unreadable("record_truncated", f"{place.size - start} of {size} bytes are there")
    if size > STEP and not _ends_at(place, start + size):  # a false length must not cost a read of all it claims
        raise Unreadable("wrong_length", "no record begins where this one should end")
    raw, _ = block_of(cursor, kind, head, size, limit)
    blank = cursor.skip_blank()
    if blank < BLANK and not (cursor.at_end() or cursor.at_head() or cursor.at_member()):
        raise Unreadable("wrong_length", "no record begins where this one should end")
    if killed:
        yield _killed(position, cursor.consumed)
    else:
        yield from made(raw, position, position, cursor.consumed, limit)
    return position + cursor.consumed


def _ends_at(place: Place, end: int) -> bool:
    """Whether what lies at ``end`` can follow a plain record."""
    rest = bytes(place.at(end, LONGEST_LINE))
    behind = rest.lstrip(b"\r\n")
    blank = len(rest) - len(behind)
    return blank >= BLANK or not behind or behind.startswith(GZIP) or HEAD.match(behind) is not None


def _member(
    place: Place, position: int, watch: Watch, killed: bool, limit: int
) -> Generator[Found | Origin, None, int]:
    """The records of one gzip member that is large, damaged, or holds more than one record."""
    member = Inflated(place, position)
    windows = member.windows()
    first = next(windows, b"")
    if member.ended and (plain := plainly_alone(first, limit)):
        length = member.position - position
        if killed:
            yield _killed(position, length)
        else:
            yield from made(plain, position, position, length, limit)
    else:
        cursor = Cursor(chain((first,), windows))
        cursor.skip_blank()
        yield from _each(cursor, member, position, watch, killed, limit)
    return member.position


def _each(
    cursor: Cursor, member: Inflated, position: int, watch: Watch, killed: bool, limit: int
) -> Iterator[Found | Origin]:
    """The records under the cursor up to the member's end.

    A record alone in its member is given only when the member's checksum holds. Records that share
    a member have no bytes of their own on disk: the watch tells them apart by member and number.
    """
    number = broken = 0
    while not cursor.at_end():
        killed = watch.enter(position + number) if number else killed
        if not cursor.at_head():
            raise Unreadable("not_a_record", "a gzip member holds something else than records")
        try:
            raw = _next_in_member(cursor, limit)
            wrong = None
        except Unreadable as caught:
            broken += 1
            if caught.error.startswith("gzip") or broken > MOST_BROKEN:
                raise
            cursor.seek_head()
            wrong = caught
        alone = number == 0 and cursor.at_end()
        offset, length = (position, member.position - position) if alone else (-1, -1)
        if wrong and alone and not killed and (whole := across(member.place, position, limit)):
            raw, member.position = whole
            yield from made(raw, position, position, member.position - position, limit)
        elif wrong:
            yield Poisoned(wrong.error, str(wrong), position, length)
        elif killed:
            yield _killed(position + number, length)
        else:
            yield from made(raw, position + number, offset, length, limit)
        number += 1


def _next_in_member(cursor: Cursor, limit: int) -> Raw:
    raw, got = next_record(cursor, limit)
    blank = cursor.skip_blank()
    if got < raw.size or not (blank >= BLANK or cursor.at_end() or cursor.at_head()):
        cursor.push_back(raw.content or b"")
        raise Unreadable("wrong_length", f"Content-Length says {raw.size}, which is not so")
    return raw


def _killed(position: int, length: int) -> Poisoned:
    return Poisoned("killed", "a process died while it worked on this record", position, length)
