"""A record that its writer spread over several gzip members, put together again."""

from __future__ import annotations

from corpus_builder.sources.cursor import Cursor
from corpus_builder.sources.place import GZIP, HEAD, LONGEST_HEAD, LONGEST_LINE, Inflated, Place, Unreadable
from corpus_builder.sources.record import BLANK, Raw, next_record

MOST = 64
"""Members that a record is looked for in; each costs a try."""


def across(place: Place, position: int, limit: int) -> tuple[Raw, int] | None:
    """The record that begins with the member at ``position`` and ends with a later one, and the place behind that.

    None where it does not: a member behind begins a record of its own, is corrupt, or there are more
    than ``limit`` bytes.
    """
    content, at = b"", position
    for _ in range(MOST):
        if place.at(at, 3) != GZIP:
            return None
        member = Inflated(place, at)
        more = _all_of(member, limit + LONGEST_HEAD - len(content))
        if more is None or (content and HEAD.match(more[:LONGEST_LINE].lstrip(b"\r\n"))):
            return None
        content, at = content + more, member.position
        if len(more) < len(content) and (raw := _whole(content, limit)):
            return raw, at
    return None


def _all_of(member: Inflated, most: int) -> bytes | None:
    parts: list[bytes] = []
    try:
        for window in member.windows():
            parts.append(window)
            most -= len(window)
            if most < 0:
                return None
    except Unreadable:
        return None
    return b"".join(parts)


def _whole(content: bytes, limit: int) -> Raw | None:
    cursor = Cursor(iter((content,)))
    cursor.skip_blank()
    try:
        raw, got = next_record(cursor, limit)
    except Unreadable:
        return None
    blank = cursor.skip_blank()
    return raw if got == raw.size and cursor.at_end() and blank <= BLANK else None
