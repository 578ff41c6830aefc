"""Compiled rules for the characters of a page's running text: what is space, what is wide, what a gap comes to.

``flow`` says the same in Python, and does what needs to look further than the next character.
"""

from __future__ import annotations

from filters.buffers import Bytes, decode, kernel, signed

# Classes of characters, bits of one byte.
WIDE, AMBIGUOUS, ZERO_WIDTH = 1, 2, 4

_LT, _GT, _AMP, _NBSP = 0x3C, 0x3E, 0x26, 0xA0


@kernel
def is_blank(code: int) -> bool:
    """As ``str.isspace``."""
    if code <= 0x20:
        return code == 0x20 or 0x09 <= code <= 0x0D or 0x1C <= code <= 0x1F
    if code < 0x1680:
        return code == 0x85 or code == 0xA0
    return (
        code == 0x3000
        or code == 0x1680
        or 0x2000 <= code <= 0x200A
        or code == 0x2028
        or code == 0x2029
        or code == 0x202F
        or code == 0x205F
    )


@kernel
def letters(data: Bytes, start: int, end: int) -> int:
    """Characters from ``start`` to ``end`` without the white space around them; 0 for nothing but space."""
    count, trailing = 0, 0
    while start < end:
        code, start = decode(data, start)
        if is_blank(code):
            trailing += count > 0
        else:
            count += 1 + trailing
            trailing = 0
    return count


@kernel
def entity_at(data: Bytes, place: int, end: int) -> tuple[int, int]:
    """The character of a reference that a serialised text node can hold, and where the reference ends."""
    left = end - place
    if left >= 4 and data[place + 2] == 0x74 and data[place + 3] == 0x3B:  # t;
        if data[place + 1] == 0x6C:  # l
            return _LT, place + 4
        if data[place + 1] == 0x67:  # g
            return _GT, place + 4
    ends = left >= 5 and data[place + 3] == 0x70 and data[place + 4] == 0x3B  # p;
    if ends and data[place + 1] == 0x61 and data[place + 2] == 0x6D:  # am
        return _AMP, place + 5
    ends = left >= 6 and data[place + 3] == 0x73 and data[place + 4] == 0x70 and data[place + 5] == 0x3B  # sp;
    if ends and data[place + 1] == 0x6E and data[place + 2] == 0x62:  # nb
        return _NBSP, place + 6
    return _AMP, place + 1


@kernel
def _is_nothing(before: int, after: int) -> bool:
    """Whether a source line break between characters of these classes comes to nothing."""
    if (before | after) & ZERO_WIDTH:
        return True
    return bool((before & WIDE and after & (WIDE | AMBIGUOUS)) or (before & AMBIGUOUS and after & WIDE))


@kernel
def flow_into(out: Bytes, at: int, raw: Bytes, end: int, classes: Bytes) -> int:
    """Running text of ``raw[:end]``, which has no ``<br>``, from ``at`` on; returns where it ends."""
    start, solid, place, before = at, at, 0, 0
    space, newline = False, False
    while place < end:
        code, then = decode(raw, place)
        entity = False
        if code == _AMP:
            code, then = entity_at(raw, place, end)
            entity = then > place + 1
        if code == 0x20 or code == 0x09 or code == 0x0A or code == 0x0C or code == 0x0D or code == _NBSP:
            space = True
            newline = newline or code == 0x0A
            place = then
            continue
        after = signed(classes[code]) if code < len(classes) else 0
        if at == start and code == 0x3000:
            place = then
            space = newline = False
            continue
        if space and at > start and not (newline and _is_nothing(before, after)):
            out[at] = 0x20
            at += 1
        space = newline = False
        if entity:
            out[at] = code
            at += 1
        else:
            for step in range(then - place):
                out[at + step] = raw[place + step]
            at += then - place
        if code != 0x3000:
            solid = at
        before = after
        place = then
    return solid


@kernel
def has_text(data: Bytes, end: int) -> bool:
    """Whether there is more than white space, breaks and ``&nbsp;``."""
    place = 0
    while place < end:
        code, then = decode(data, place)
        if code == _AMP:
            code, then = entity_at(data, place, end)
        if code and not is_blank(code):
            return True
        place = then
    return False


@kernel
def is_blank_text(data: Bytes, start: int, end: int) -> bool:
    if end - start == 6 and data[start] == _AMP:
        return entity_at(data, start, end)[0] == _NBSP
    return letters(data, start, end) == 0


@kernel
def is_permalink(data: Bytes, start: int, end: int) -> bool:
    code, then = decode(data, start)
    return then == end and (code == 0x23 or code == 0xA7 or code == 0xB6)
