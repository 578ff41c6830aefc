"""Postal codes, and addresses down to the household: a named place with its block and house numbers."""

from __future__ import annotations

import numpy as np

from filters.buffers import Bytes, kernel
from filters.pii.numbers import HYPHEN, Groups, Integers, clear_left, clear_right, cued
from filters.pii.places import PREFECTURES, building, chain, city, is_mark_word, is_place, prefecture
from filters.pii.text import (
    before,
    char,
    in_address,
    is_digit,
    is_han,
    is_letter,
    letters,
    one_of,
    skip_blank,
    word_after,
    word_before,
    words,
)

NUMERALS = letters("〇一二三四五六七八九十百千零")
_DIRECTIONS = letters("東西南北")
_AFTER = letters("にでへがをはのと")
_JOINTS = letters("のノ之ﾉ")
_NOT_BEFORE = letters("第約計全各毎同満数対")
_MARKS = letters("市区郡町村")
_HARD = letters("はをにでともへ")
_UNITS = words("丁目,番地,番,号,条,線,地割")
_COUNTERS = words(
    "年,月,日,円,人,位,回,度,点,時,分,秒,万,億,%,m,km,cm,mm,kg,g,ha,戸,世帯,件,個,枚,冊,歳,才,票,勝,敗,対,で勝,で敗,で破,で快,で逆"
)
_MARK = words(
    "〒,郵便番号,〶,郵便番号〒,zip,zip code,postal code,郵便,zipcode,postcode,post code,〒番号",
    backwards=True,
)
_CUES = words(
    "住所,所在地,現住所,本籍,本籍地,自宅,送付先,送り先,届け先,宛先,宛て先,勤務先,本社,本店,支店,会場,address,連絡先,"
    "居所,店舗住所,所在,住居,住民票,郵送先,開催場所,事務所,事務局,工場,自宅住所,会社住所,実家,転居先,引越先,旧住所,新住所",
    backwards=True,
)

STRONG, MEDIUM, WEAK, NONE, DATED = 3, 2, 1, 0, -1  # DATED: as a year and month


@kernel
def address(data: Bytes, start: int, end: int, at: int, codes: Integers, places: Integers) -> tuple[int, int]:
    """The address whose first number starts at ``at``: from its prefecture or city to its house, building and room.

    A name of a place alone, or with a 丁目 alone, points at no household and is left.
    """
    last, strength = tail(data, at, end)
    following, _ = char(data, last, end)
    if strength == NONE or (strength == WEAK and is_place(following) and not one_of(following, _AFTER)):
        return -1, -1
    count = chain(data, start, at, codes, places)
    if count < 2 or one_of(codes[0], _NOT_BEFORE) or word_after(data, last, end, _COUNTERS) >= 0:
        return -1, -1
    size = prefecture(codes, count)
    if size == 0 or _kana(codes, size) > 8:
        size, after, marks = city(codes, count)
        cue = size > 1 and cued(data, start, int(places[size - 1]), _CUES)
        spaced = before(data, start, at)[0] == 32
        if not cue and not _enough(data, end, last, strength, codes, after, marks, spaced):
            return -1, -1
        if size < 2 or (cue and marks == 0 and strength < STRONG):
            return -1, -1
    elif not _named(data, start, codes, size, strength, cued(data, start, int(places[size - 1]), _CUES)):
        return -1, -1
    if strength == WEAK and is_place(following) and not np.any(codes[:size] == 0x5B57):
        return -1, -1
    if in_address(data, start, at) > 0:
        return -1, -1
    return int(places[size - 1]), building(data, last, end)


@kernel
def _named(data: Bytes, start: int, codes: Integers, size: int, strength: int, cue: bool) -> bool:
    """Whether numbers after a prefecture's name are an address: a city or village in it, and no sentence between."""
    marks = sentence = nearest = 0
    rural = cue
    for at in range(size - 3):
        code = codes[at]
        mark = one_of(code, _MARKS) and not is_mark_word(codes, at)
        nearest = at if mark and marks == 0 else nearest
        marks += mark
        rural |= code == 0x5B57
        lonely = at == 0 or not 0x3041 <= codes[at - 1] <= 0x309F
        sentence += lonely and not 0x3041 <= codes[at + 1] <= 0x309F and one_of(code, _HARD)
    if strength == WEAK:
        settled = nearest > 0 or (marks > 1 and (codes[0] == 0x753A or codes[0] == 0x6751))
        settled &= codes[0] != 0x9053  # 国道19号
        return (rural or settled) and marks > 0 and sentence == 0
    if strength == DATED:
        return marks > 1 and sentence == 0
    return (marks > 0 and sentence == 0) or (strength == STRONG and size > 4)


@kernel
def _enough(
    data: Bytes, end: int, last: int, strength: int, codes: Integers, after: int, marks: int, spaced: bool
) -> bool:
    """Whether numbers after this name are an address although no prefecture and no cue says so."""
    following, _ = char(data, last, end)
    units = before(data, last - 12, last)[0]
    written = units == 0x53F7 or units == 0x5730 or units == 0x756A
    if strength == STRONG:
        return after >= 1 or marks >= 2 or (after == 0 and written) or (marks == 1 and (codes[0] == 0x753A or written))
    if strength == MEDIUM:
        open_end = not is_place(following) or 0x3041 <= following <= 0x309F
        return open_end and not spaced and after >= 1 and (marks >= 2 or after >= 2)
    return strength == WEAK and not spaced and not is_place(following) and after >= 1 and marks >= 3


@kernel
def _kana(codes: Integers, size: int) -> int:
    return int(np.sum((codes[:size] >= 0x3041) & (codes[:size] <= 0x309F)))


@kernel
def tail(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Where the numbers of an address end that start at ``at``, and how much they look like such numbers."""
    last = at
    chome = banchi = ban = street = False
    joints = count = year = second = 0
    for _ in range(6):
        here, value = _number(data, at, end)
        if here == at:
            break
        year = value if count == 0 else year
        second = value if count == 1 else second
        count += 1
        last = here
        unit = word_after(data, here, end, _UNITS)
        if unit >= 0:
            code, after = char(data, here, end)
            following, _ = char(data, unit, end)
            if unit == after and code == 0x756A and is_han(following) and not one_of(following, NUMERALS):
                return last, NONE
            chome |= code == 0x4E01
            banchi |= unit > after and code == 0x756A
            ban |= unit == after and code == 0x756A
            street |= code == 0x6761 or code == 0x7DDA or code == 0x5730
            last = unit
            if code == 0x53F7:
                break
        at, joined = _joint(data, last, end, unit >= 0)
        joints += joined
    code, after = char(data, last, end)
    following, _ = char(data, after, end)
    if (is_letter(code) and code != 102) or is_digit(code) or ((code == 46 or code == 58) and is_digit(following)):
        return last, NONE
    if code == 45 and is_digit(following):
        return last, NONE
    if 1900 <= year < 2100 and ((joints > 0 and second <= 12) or (count == 1 and not banchi)):
        return last, DATED
    return last, _strength(count, joints, chome, banchi, ban, street)


@kernel
def _strength(count: int, joints: int, chome: bool, banchi: bool, ban: bool, street: bool) -> int:
    if banchi or (count >= 2 and (chome or ban) and not (street and count == 2)) or joints >= 2:
        return STRONG
    if street:
        return STRONG if count > 2 else MEDIUM if count == 2 else NONE
    if joints == 1 or ban:
        return MEDIUM
    return NONE if chome or count != 1 else WEAK


@kernel
def _joint(data: Bytes, at: int, end: int, unit: bool) -> tuple[int, int]:
    """Where the next number starts, and whether a hyphen or の leads there; ``at`` of no number where none does."""
    code, after = char(data, at, end)
    joined = 0
    if code == 45 or code == 0x30FC or one_of(code, _JOINTS):
        at = after
        joined = 1
    elif unit and (code == 32 or code == 0x901A or one_of(code, _DIRECTIONS)):
        at = after
    elif not unit:
        return end, 0
    here, _ = _number(data, at, end)
    return (at, joined) if here > at else (end, 0)


@kernel
def _number(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Where a number of up to five digits or numerals ends, and its value as far as digits write it."""
    value = 0
    size = 0
    here = at
    code, after = char(data, here, end)
    if is_digit(code):
        while is_digit(code) and size < 6:
            value = value * 10 + code - 48
            size += 1
            here = after
            code, after = char(data, here, end)
        return (at, 0) if size == 6 else (here, value)
    while one_of(code, NUMERALS) and size < 7:
        size += 1
        here = after
        code, after = char(data, here, end)
    return here, 0


@kernel
def joined_numerals(data: Bytes, at: int, end: int) -> bool:
    """Whether a hyphen and another kanji numeral follow the numerals at ``at``: 一－二－三."""
    here, _ = _number(data, at, end)
    code, after = char(data, here, end)
    following, _ = char(data, after, end)
    return (code == 45 or code == 0x30FC) and one_of(following, NUMERALS)


@kernel
def grid_numerals(data: Bytes, at: int, end: int) -> bool:
    """Whether the numerals at ``at`` count a street of a grid that another number follows: 八条西五丁目."""
    here, _ = _number(data, at, end)
    code, after = char(data, here, end)
    return code == 0x6761 and _joint(data, after, end, True)[0] < end


@kernel
def numerals_before(data: Bytes, start: int, at: int) -> int:
    """Where the kanji numerals start that end at ``at``; ``at`` for none."""
    for _ in range(7):
        code, back = before(data, start, at)
        if not one_of(code, NUMERALS):
            break
        at = back
    return at


@kernel
def postal(data: Bytes, start: int, end: int, found: Groups, count: int) -> tuple[int, int]:
    """A postal code with its mark (〒, 郵便番号) or before an address, and the address with it; (-1, -1) for none."""
    split = (
        count > 1 and found.sizes[0] == 3 and (found.sizes[1] == 4 or found.sizes[1] == 2) and found.parts[1] == HYPHEN
    )
    if not split and found.sizes[0] != 7:
        return -1, -1
    first = int(found.starts[0])
    last = int(found.ends[1 if split else 0])
    back = first
    code, further = before(data, start, back)
    while (code == 32 or code == 58) and first - back < 9:
        back = further
        code, further = before(data, start, back)
    marked = word_before(data, start, back, _MARK)
    if split and found.sizes[1] == 2 and marked < 0:
        return -1, -1
    if (count > 2 and split and found.parts[2] == HYPHEN) or not clear_right(data, last, end):
        return -1, -1
    if marked >= 0:
        opening = marked if code == 0x3012 or code == 0x3036 else first
        return opening, max(last, _following(data, last, end))
    if not split or not clear_left(data, start, first):
        return -1, -1
    here = skip_blank(data, last, end)
    if here > last and word_after(data, here, end, PREFECTURES) >= 0:
        return first, max(last, _following(data, last, end))
    further = _following(data, last, end)
    return (first, further) if further > last and here > last else (-1, -1)


@kernel
def _following(data: Bytes, at: int, end: int) -> int:
    """Where the address ends that follows a postal code, -1 where no numbers of one follow."""
    here = skip_blank(data, at, end)
    names = 0
    marks = False
    for _ in range(45):
        code, after = char(data, here, end)
        number = is_digit(code)
        if code == 0x4E01 or code == 0x756A:
            begin = numerals_before(data, at, here)
            if begin < here:
                number = True
                here = begin
        if number:
            last, strength = tail(data, here, end)
            if (
                names < 2
                or strength == NONE
                or (strength == WEAK and (not marks or is_place(char(data, last, end)[0])))
            ):
                return -1
            return building(data, last, end)
        if not (is_place(code) or code == 32):
            break
        marks |= code == 0x5E02 or code == 0x533A or code == 0x753A or code == 0x6751 or code == 0x90E1
        names += is_place(code)
        here = after
    return -1
