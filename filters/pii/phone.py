"""Telephone numbers in the forms in which Japan writes them (numbering plan: Ministry of Internal Affairs)."""

from __future__ import annotations

from filters.buffers import Bytes, kernel
from filters.pii.numbers import (
    CLOSE,
    DOT,
    END,
    HYPHEN,
    LOOSE,
    OPEN,
    SPACE,
    Groups,
    clear_left,
    clear_right,
    cued,
    of_another_kind,
    standing_alone,
    total_of,
)
from filters.pii.text import before, in_address, words

_CUES = words(
    "tel,電話,電話番号,携帯,携帯電話,携帯番号,携帯電話番号,ケータイ,"
    "ケイタイ,fax,ファックス,ファクス,ファクシミリ,fax番号,"
    "tel番号,phone,telephone,mobile,cell,℡,☎,☏,✆,📞,📱,連絡先,直通,代表,問い合わせ先,問合せ先,お問い合わせ,お問合せ,"
    "問合わせ先,phone number,phone no,phone no.,tel no,tel no.,電話no,電話no.,でんわ,連絡先番号,電話先,固定電話,自宅,"
    "phone_number,phonenumber,mobile_phone,ダイヤルイン,代表番号,直通番号,"
    "fax no.,tel/fax,ｔｅｌ,telno,私の番号,僕の番号,"
    "俺の番号,彼の番号,彼女の番号,自宅番号,呼出,携帯tel,sms,t.,f.,m.,ph.",
    backwards=True,
)
_CLOSE_CUES = words(
    "tel,電話,電話番号,fax,℡,☎,☏,ファックス,ファクス,ファクシミリ,📞,でんわ,fax番号,tel番号,電話は",
    backwards=True,
)


@kernel
def phone(data: Bytes, start: int, end: int, found: Groups, count: int) -> tuple[int, int]:
    """Where the telephone number that the groups begin with starts and ends; (-1, -1) where they are none.

    Free and flat-rate numbers of companies (0120, 0800, 0570, 0990) name nobody and are left.
    """
    first = int(found.starts[0])
    code, back = before(data, start, first)
    if not _possible(found, count, code):
        return -1, -1
    cue = cued(data, start, back if code == 43 else first, _CUES)
    if code == 43:
        used = _abroad(found, count)
        return _checked(data, start, end, found, count, used, back, cue)
    if code == 40:
        code, further = before(data, start, back)
        if code == 43 and found.digits[0] == 8 and found.digits[1] == 1:
            cue = cued(data, start, further, _CUES)
            return _checked(data, start, end, found, count, _abroad(found, count), further, cue)
        first = back if _opens(found, count) else first
    used = _domestic(found, count, cue)
    if used == 0 and found.sizes[0] >= 2 and (cue or count >= 4):
        used = _prefixed(found, count, cue)
    if used == 0 and cued(data, start, first, _CLOSE_CUES):
        used = _local(found, count)
    return _checked(data, start, end, found, count, used, first, cue)


@kernel
def _possible(found: Groups, count: int, left: int) -> bool:
    """Whether sizes and first digits allow for a number; asked first, for most numbers of a text are no such."""
    digits, sizes = found.digits, found.sizes
    if digits[0] == 0 or (digits[0] == 8 and digits[1] == 1 and sizes[0] == 2):
        return total_of(found, count) >= 10
    return left == 43 or (
        count > 1 and sizes[1] == 4 and sizes[0] <= 4 and (found.parts[1] == HYPHEN or found.parts[1] == CLOSE)
    )


@kernel
def _opens(found: Groups, count: int) -> bool:
    """Whether the bracket before the first group closes after it."""
    return count > 1 and found.parts[1] == CLOSE


@kernel
def _checked(
    data: Bytes, start: int, end: int, found: Groups, count: int, used: int, first: int, cue: bool
) -> tuple[int, int]:
    """The span, if what stands around it allows for one."""
    if used == 0 or not _well_parted(found, used):
        return -1, -1
    last = int(found.ends[used - 1])
    spaced = used > 1 and found.parts[1] == SPACE and found.parts[used - 1] == SPACE
    if used < count and (found.parts[used] == HYPHEN or found.parts[used] == DOT):
        return -1, -1
    if not clear_right(data, last, end) or (spaced and not cue and not standing_alone(data, start, first, last, end)):
        return -1, -1
    if cue:
        return (-1, -1) if in_address(data, start, first) == 2 else (first, last)
    if not clear_left(data, start, first) or of_another_kind(data, start, first):
        return -1, -1
    return first, last


@kernel
def _well_parted(found: Groups, used: int) -> bool:
    """Hyphens, brackets and spaces may mix; dots are all dots."""
    dots = 0
    for at in range(1, used):
        dots += found.parts[at] == DOT
        if found.parts[at] == OPEN and (at + 1 >= used or found.parts[at + 1] != CLOSE):
            return False
    return dots == 0 or dots == used - 1


@kernel
def _domestic(found: Groups, count: int, cue: bool) -> int:
    """How many groups make a number with its leading 0: ten digits, or eleven for 050 to 090; else 0."""
    digits, sizes = found.digits, found.sizes
    if digits[0] != 0 or digits[1] == 0:
        return 0
    used = 0
    total = 0
    while used < count and total < 10:
        total += sizes[used]
        used += 1
    free = digits[1] == 1 and digits[2] == 2 and digits[3] == 0
    free |= digits[2] == 7 and digits[3] == 0 and digits[1] == 5 and sizes[0] != 2
    free |= digits[1] == 8 and digits[2] == 0 and digits[3] == 0 and sizes[0] == 4
    free |= digits[1] == 9 and digits[2] == 9 and digits[3] == 0
    free |= digits[1] == 1 and digits[2] == 8 and digits[3] == 0 and sizes[0] == 4
    if total < 10 or free or used > 3 or sizes[0] < 2:
        return 0
    mobile = digits[1] >= 5 and digits[2] == 0
    if total == 11 and mobile:
        split = used == 3 and sizes[0] == 3 and sizes[1] == 4
        split |= used == 2 and (sizes[0] == 3 or sizes[0] == 7)
        return used if split or cue else 0
    if total != 10 or (used > 1 and sizes[used - 1] != 4 and not cue and not (used == 2 and sizes[0] == 2)):
        return 0
    if used == 3:
        return used if sizes[0] <= 5 and sizes[2] == 4 else 0
    if used == 2:
        return used if cue or (sizes[0] == 2 and (digits[1] == 3 or digits[1] == 6)) or sizes[1] == 4 else 0
    return used if cue else 0


@kernel
def _abroad(found: Groups, count: int) -> int:
    """How many groups make a number after ``+``; for 81 as many digits as Japan's numbers have, else 9 to 13."""
    digits, sizes = found.digits, found.sizes
    if digits[0] == 8 and digits[1] == 1:
        return _national(found, count, 2)
    code = sizes[0] == 1 and (digits[0] == 1 or digits[0] == 7)
    code |= (sizes[0] == 2 or sizes[0] == 3) and digits[0] >= 2
    total = total_of(found, 1)
    used = 1
    while (
        used < count and used < 6 and total < 13 and found.parts[used] != END and sizes[used] <= 4 and sizes[used] > 1
    ):
        if total + sizes[used] > 13:
            break
        total += sizes[used]
        used += 1
    if code and used >= 3 and 10 <= total <= 13 and sizes[used - 1] >= 2:
        return used
    return 0


@kernel
def _national(found: Groups, count: int, skip: int) -> int:
    """How many groups make a Japanese number whose first ``skip`` digits lead into it; a 0 after them may be there."""
    digits = found.digits
    skip += digits[skip] == 0
    total = -skip
    used = 0
    while used < count and total < 9:
        total += found.sizes[used]
        used += 1
    mobile = digits[skip] >= 5 and digits[skip + 1] == 0
    free = (digits[skip] == 1 or digits[skip] == 8) and digits[skip + 1] == (2 if digits[skip] == 1 else 0)
    free &= digits[skip + 2] == 0
    free |= digits[skip] == 5 and digits[skip + 1] == 7 and digits[skip + 2] == 0
    if free or digits[skip] == 0 or not (total == 9 or (total == 10 and mobile)):
        return 0
    return used if used == 1 or found.sizes[used - 1] >= 4 else 0


@kernel
def _prefixed(found: Groups, count: int, cue: bool) -> int:
    """A number called from abroad without ``+``: 81-, 0081- or 010-81-, the first only after a cue."""
    digits, sizes = found.digits, found.sizes
    if sizes[0] == 3 and sizes[1] == 2 and digits[0] == 0 and digits[1] == 1 and digits[2] == 0:
        return _national(found, count, 5) if digits[3] == 8 and digits[4] == 1 else 0
    if sizes[0] == 4 and digits[0] == 0 and digits[1] == 0 and digits[2] == 8 and digits[3] == 1:
        return _national(found, count, 4)
    if cue and sizes[0] == 2 and count > 1 and digits[0] == 8 and digits[1] == 1:
        return _national(found, count, 2)
    return 0


@kernel
def _local(found: Groups, count: int) -> int:
    """A number without its area code, which only a cue right before it tells: 電話 23-4567."""
    sizes = found.sizes
    if count < 2 or sizes[1] != 4 or sizes[0] < 1 or sizes[0] > 4 or found.digits[0] == 0:
        return 0
    years = sizes[0] == 4 and found.digits[0] <= 2 and found.digits[4] == found.digits[0]
    if years or found.parts[1] == SPACE or found.parts[1] == DOT or found.parts[1] == OPEN or found.parts[1] == LOOSE:
        return 0
    return 2
