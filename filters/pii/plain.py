"""The one look that tells most numbers of a text from personal data: prices, years, counts, decimals."""

from __future__ import annotations

from filters.buffers import Bytes, kernel
from filters.pii.places import is_place
from filters.pii.text import before, char, is_digit, is_han, letters, one_of

_UNITS = letters("丁番号条線地")
_PARTS = letters("にでへがをはのとノ之")


@kernel
def plain_number(data: Bytes, start: int, at: int, end: int) -> int:
    """Where a number ends that begins nothing of interest, a decimal with its places; -1 where a closer look is due."""
    here = at
    while here < end and 48 <= data[here] <= 57 and here - at < 7:
        here += 1
    size = here - at
    first = data[at] - 48
    if size > 6 or (first == 0 and size > 1):
        return -1
    code, after = char(data, here, end)
    if is_han(code):
        return -1 if one_of(code, _UNITS) else here
    following, _ = char(data, after, end)
    if code == 46 and is_digit(following):
        here = after
        while here < end and 48 <= data[here] <= 57:
            here += 1
        return -1 if here < end and data[here] == 46 else here
    left, back = before(data, start, at)
    if left == 43 or _joins(code, following, size, int(first)):
        return -1
    if left == 32:
        left, _ = before(data, start, back)
    if not is_place(left):
        return here
    return here if is_place(code) and not one_of(code, _PARTS) else -1


@kernel
def _joins(code: int, following: int, size: int, first: int) -> bool:
    """Whether what follows may lead to more digits of one telephone, card or other number, or of an IPv6 address."""
    if code == 45 or code == 0x30FC or code == 0x30FB or code == 41 or code >= 0xFF10 or code == 46:
        return is_digit(following) or following == 32 or following == 45
    if code == 32:
        return (size == 4 or (size == 2 and first == 8)) and (is_digit(following) or following == 45)
    return ((first == 2 or first == 3) and ((code == 58 and size == 4) or (size < 4 and 97 <= code <= 102))) or (
        is_digit(code) or (size == 2 and first == 8 and code == 40)
    )
