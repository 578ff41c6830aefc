"""One record of an archive: its head found, its block measured, its HTTP response opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus_builder.sources.cursor import Cursor
from corpus_builder.sources.head import Head, content_type_of
from corpus_builder.sources.origin import Origin, parse
from corpus_builder.sources.payload import Payload, TooLarge, response
from corpus_builder.sources.place import ARC_HEAD, Unreadable
from corpus_builder.sources.reading import Dropped, Poisoned

LIMIT = 32 << 20
# As nearly everyone writes them, which a search finds ten times faster, and as they may be written.
TYPE = re.compile(rb"\nWARC-Type: ([A-Za-z]+)")
TYPE_ANY = re.compile(rb"\nWARC-Type[ \t]*:[ \t]*([A-Za-z]+)", re.IGNORECASE)
LENGTH = re.compile(rb"\nContent-Length: (\d{1,18})\r\n")
LENGTH_ANY = re.compile(rb"\nContent-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
BLANK = 4  # bytes of line ends behind a record: where they stand, its length was right
READ = ("response", "resource", "conversion", "arc")
SKIPPED = ("request", "metadata", "filedesc")
NOT_DOCUMENTS = ("warcinfo", *SKIPPED)
COUNTED = ("revisit", "continuation")


class Record(NamedTuple):
    """A record that may hold a document; ``type`` is response, resource, conversion, or arc.

    ``date`` is as the archive writes it (ISO 8601; an ARC's is turned into it). ``body`` is free of
    chunks and compression. ``offset`` and ``length`` are the record's bytes in the file, both -1
    where several records share one gzip member. ``flaws`` names what is missing from the body:
    ``chunks_cut``, ``chunks_broken``, ``encoding_cut``, ``no_http_head``, ``cut_by_crawler``. ``file``
    is the archive file that ``offset`` is in, where records were cut out of another one.
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
    file: str | None = None


Found = Record | Dropped | Poisoned


class Raw(NamedTuple):
    """A record as it lies there: its block is ``content`` from ``start`` on, or None where that is not wanted."""

    type: str
    head: bytes
    size: int
    content: bytes | None
    start: int = 0


def plainly_alone(content: bytes, limit: int) -> Raw | None:
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
    return Raw(kind, content[:end], size, content if held else None, end)


def next_record(cursor: Cursor, limit: int) -> tuple[Raw, int]:
    """The record under the cursor, and how many bytes of its block were there."""
    return block_of(cursor, *next_head(cursor), limit)


def next_head(cursor: Cursor) -> tuple[str, bytes, int]:
    """Type, head and stated length of the record under the cursor."""
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
    return kind, head, size


def block_of(cursor: Cursor, kind: str, head: bytes, size: int, limit: int) -> tuple[Raw, int]:
    """The record whose head was taken, and how many bytes of its block were there."""
    if size > limit or kind in NOT_DOCUMENTS:
        return Raw(kind, head, size, None), cursor.skip(size)
    block = cursor.take(size)
    return Raw(kind, head, size, block), len(block)


def made(raw: Raw, position: int, offset: int, length: int, limit: int) -> Iterator[Found | Origin]:
    """The record to give, if any, of one whose bytes are all there."""
    if raw.type in NOT_DOCUMENTS:
        if raw.type == "warcinfo" and (origin := parse(raw.head)):
            yield origin
        return
    if raw.type not in READ:
        yield Dropped(raw.type if raw.type in COUNTED else "unknown_record_type", position)
    elif raw.content is None:
        yield Dropped("too_large", position)
    else:
        try:
            yield _record(raw, raw.content, offset, length, limit)
        except TooLarge:
            yield Dropped("too_large", position)


def _record(raw: Raw, content: bytes, offset: int, length: int, limit: int) -> Record:
    end = raw.start + raw.size
    if line := ARC_HEAD.match(raw.head):
        payload = response(content, raw.start, end, limit)
        address = line["url"].decode("utf-8", "replace").strip("<> ")
        return Record("arc", "", address, _iso(line["date"].decode()), *payload[:5], offset, length, payload.flaws)
    head = Head(raw.head)
    content_type, charset = content_type_of(head.get(b"content-type"))
    if content_type == "application/http":
        payload = response(content, raw.start, end, limit)
    else:
        payload = Payload(None, content_type, charset, "", content[raw.start : end], ())
    record_id = head.get(b"warc-record-id").strip("<>")
    url = head.get(b"warc-target-uri").strip("<> ") or None
    flaws = ("cut_by_crawler",) if head.get(b"warc-truncated") else ()
    date = head.get(b"warc-date") or None
    return Record(raw.type, record_id, url, date, *payload[:5], offset, length, payload.flaws + flaws)


def _iso(digits: str) -> str:
    """An ARC date as ISO 8601.

    >>> _iso("20140216050221")
    '2014-02-16T05:02:21Z'
    """
    digits = digits.ljust(14, "0")
    date = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return f"{date}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}Z"
