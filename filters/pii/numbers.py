"""A number written in groups (``03-1234-5678``, ``（045）123 4567``): its digits, its groups and what parts them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, kernel
from filters.pii.text import before, char, in_address, is_digit, is_letter, is_plain, word_after, word_before, words

Integers = npt.NDArray[np.int64]

MOST = 8  # groups read of one number
LONGEST = 20  # digits of a group; a longer one is a number of another kind
HYPHEN, DOT, SPACE, OPEN, CLOSE, LOOSE, END = 45, 46, 32, 40, 41, 95, 0

_AFTER = words("fax,tel,e-mail,email,mail,phone,http,url,携帯,f:,t:,e:,m:")
_UNITS = words("%,_,@,＠,円,\\,$,℃,万,億,点,pt")
_OTHER = words(
    "型番,品番,型式,番号,番號,ナンバー,コード,code,jan,ean,isbn,issn,id,no,no.,#,№,シリアル,serial,s/n,sn,モデル,model,"
    "ロット,lot,特開,特願,特許,特公,実開,実願,特開平,特開昭,特願平,口座,普通,当座,伝票,ref,rev,ver,version,バージョン,"
    "part,sku,order,pmid,nct,jp,図書,品名,文献,cas,icd",
    backwards=True,
)


class Groups(NamedTuple):
    """Group ``k`` is ``data[starts[k]:ends[k]]``, has ``sizes[k]`` digits, and ``parts[k]`` before it."""

    starts: Integers
    ends: Integers
    sizes: Integers
    parts: Integers
    digits: Integers


@kernel
def room() -> Groups:
    """Room for one number, to be used again and again."""
    return Groups(
        np.zeros(MOST + 1, np.int64),
        np.zeros(MOST + 1, np.int64),
        np.zeros(MOST + 1, np.int64),
        np.zeros(MOST + 2, np.int64),
        np.zeros(MOST * (LONGEST + 1) + 1, np.int64),
    )


@kernel
def read(data: Bytes, at: int, end: int, into: Groups) -> int:
    """Read the groups from ``at`` on, where a digit stands; how many. ``parts[count]`` is what follows the last one."""
    count = 0
    total = 0
    part = END
    while count < MOST:
        size = 0
        into.starts[count] = at
        into.parts[count] = part
        code, after = char(data, at, end)
        while is_digit(code) and size <= LONGEST:
            into.digits[total] = code - 48
            total += 1
            size += 1
            at = after
            code, after = char(data, at, end)
        into.ends[count] = at
        into.sizes[count] = size
        count += 1
        part, at = _parting(data, at, end)
        if part == END or size > LONGEST:
            break
    into.parts[count] = part
    return count


@kernel
def _parting(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """What stands between two groups of one number, up to three characters, and where the next group starts."""
    part = END
    spaces = 0
    for _ in range(4):
        code, after = char(data, at, end)
        if is_digit(code):
            return (END if spaces > 1 and part == SPACE else part), at
        if code == 32:
            spaces += 1
            part = SPACE if part == END else LOOSE if part == HYPHEN else part
        elif code == 45 or code == 0x30FC:
            if part in (HYPHEN, DOT):
                break
            part = HYPHEN if part == END else LOOSE if part == SPACE else part
        elif (code == 46 or code == 0x30FB) and part == END:
            part = DOT
        elif code == 40 and part != OPEN and part != CLOSE and part != DOT:
            part = OPEN
        elif code == 41 and part != DOT:
            part = CLOSE
        else:
            break
        at = after
    return END, at


@kernel
def total_of(found: Groups, count: int) -> int:
    """Digits of the first ``count`` groups."""
    total = 0
    for at in range(count):
        total += found.sizes[at]
    return total


@kernel
def sizes_are(found: Groups, a: int, b: int, c: int) -> bool:
    return bool(found.sizes[0] == a and found.sizes[1] == b and found.sizes[2] == c)


@kernel
def parted_by(found: Groups, count: int) -> int:
    """The one thing that parts the first ``count`` groups; END where they are parted by several."""
    for at in range(2, count):
        if found.parts[at] != found.parts[1]:
            return END
    return int(found.parts[1])


@kernel
def clear_left(data: Bytes, start: int, at: int) -> bool:
    """Whether a number may start here: not within a word, a path, a product's number or a longer number."""
    code, back = before(data, start, at)
    if is_plain(code) or code == 95 or code == 46 or code == 61 or code == 35 or code == 37 or code == 36 or code == 92:
        return False
    if code == 45 or code == 0x30FC:
        further, _ = before(data, start, back)
        return code == 0x30FC and not is_plain(further)
    if code == 47 or code == 43 or code == 126 or code == 0xA5 or code == 0xFFE5 or code == 44:
        further, _ = before(data, start, back)
        return (code == 47 and not is_letter(further) and further != 47) or (code == 44 and not is_digit(further))
    return True


@kernel
def clear_right(data: Bytes, at: int, end: int) -> bool:
    """Whether a number may end here: no letter, unit, file name or further group follows."""
    code, after = char(data, at, end)
    following, _ = char(data, after, end)
    if is_plain(code):
        return is_letter(code) and word_after(data, at, end, _AFTER) >= 0
    if code == 45 or code == 0x30FC or code == 46:
        return not is_plain(following)
    if code == 47:
        return not is_letter(following) or word_after(data, after, end, _AFTER) >= 0
    return word_after(data, at, end, _UNITS) < 0


@kernel
def standing_alone(data: Bytes, start: int, first: int, last: int, end: int) -> bool:
    """Whether no other number is in the row of numbers parted by spaces: a table's row is not a telephone number."""
    code, back = before(data, start, first)
    if code == 32 or code == 9:
        code, _ = before(data, start, back)
        if is_digit(code) or code == 62:
            return False
    code, after = char(data, last, end)
    if code == 32 or code == 9:
        code, _ = char(data, after, end)
    return not (is_digit(code) or code == 60)


@kernel
def is_filler(code: int) -> bool:
    """Spaces, colons, brackets and particles that may stand between a cue and its number: ``電話番号は、03``."""
    return (
        code == 32
        or code == 58
        or code == 10
        or code == 9
        or (code >= 40 and code <= 41)
        or (code >= 45 and code <= 47)
        or code == 91
        or code == 93
        or code == 34
        or code == 61
        or code == 124
        or code == 0x306F
        or code == 0x304C
        or code == 0x306E
        or code == 0x3001
        or code == 0x30FB
        or code == 0x300C
        or code == 0x203B
        or code == 0xFE0F
        or code == 0x2192
    )


@kernel
def cued(data: Bytes, start: int, at: int, table: npt.NDArray[np.int32]) -> bool:
    """Whether a word of the table stands before the number, fillers between them."""
    for _ in range(7):
        if word_before(data, start, at, table) >= 0:
            return True
        code, at = before(data, start, at)
        if not is_filler(code):
            return False
    return False


@kernel
def of_another_kind(data: Bytes, start: int, at: int) -> bool:
    """Whether the words before say that this is the number of a product, patent, account or the like."""
    return cued(data, start, at, _OTHER) or in_address(data, start, at) > 0
