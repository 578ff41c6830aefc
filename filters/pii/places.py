"""The words of a Japanese address: where the name of a place before a number starts, and what building follows it."""

from __future__ import annotations

from filters.buffers import Bytes, kernel
from filters.pii.numbers import Integers
from filters.pii.text import (
    before,
    char,
    is_digit,
    is_han,
    is_hiragana,
    is_katakana,
    is_letter,
    letters,
    one_of,
    word_after,
    words,
)

PREFECTURES = words(
    "北海道,青森県,岩手県,宮城県,秋田県,山形県,福島県,茨城県,栃木県,群馬県,埼玉県,千葉県,東京都,神奈川県,新潟県,富山県,"
    "石川県,福井県,山梨県,長野県,岐阜県,静岡県,愛知県,三重県,滋賀県,京都府,大阪府,兵庫県,奈良県,和歌山県,鳥取県,島根県,"
    "岡山県,広島県,山口県,徳島県,香川県,愛媛県,高知県,福岡県,佐賀県,長崎県,熊本県,大分県,宮崎県,鹿児島県,沖縄県"
)
_ENDS = letters("都道府県市区町村郡")
_PREFECTURE_ENDS = letters("都道府県")
_MARKS = letters("市区郡町村")
_CITIES = letters("市区郡")
_DIRECTIONS = letters("東西南北")
_PARTICLES = letters("はをにでともへがのや")
_HARD = letters("はをにでともへ")
_WORD_ENDS = letters("民長議立営街間域政税役制")
_BUILDINGS = words(
    "ビル,マンション,ハイツ,コーポ,荘,アパート,メゾン,レジデンス,タワー,団地,館,棟,ハウス,パレス,ハイム,寮,コート,プラザ,"
    "スクエア,センター,庁舎,校舎,ホール,プレイス,オフィス,シティ,ガーデン,テラス,ヒルズ,ドミール,シャトー,ヴィラ,ビラ,カーサ,住宅,フラット,レジデンシャル,"
    "ステージ,フォレスト,bldg,building,tower,mansion,heights,室,キャッスル,アーバン,サンライズ,グラン,ロイヤル,メイツ"
)
_ROOMS = words("号室,号棟,号,階,f,室,棟")

CHAIN = 40  # characters of a place's name that are read


@kernel
def is_place(code: int) -> bool:
    """A character that names of places are written with."""
    return is_han(code) or is_hiragana(code) or is_katakana(code)


@kernel
def chain(data: Bytes, start: int, at: int, codes: Integers, places: Integers) -> int:
    """The characters of a place's name before ``at``, the nearest first, and where each starts; how many.

    A space may stand before the number and after the parts of an address (``東京都　港区``).
    """
    count = 0
    code, back = before(data, start, at)
    if code == 32:
        at = back
    while count < CHAIN:
        code, back = before(data, start, at)
        if code == 32 and count > 0:
            code, further = before(data, start, back)
            if not one_of(code, _ENDS):
                break
            back = further
        if not is_place(code) and not (is_digit(code) and _numbered(codes, count)):
            break
        codes[count] = code
        places[count] = back
        count += 1
        at = back
    return count


@kernel
def _numbered(codes: Integers, count: int) -> bool:
    """Whether a digit before these characters is of a name: 4丁目小松町, 1番町."""
    at = count - 1
    while at > 1 and is_digit(codes[at]):
        at -= 1
    return at > 0 and (
        (codes[at] == 0x4E01 and codes[at - 1] == 0x76EE) or (codes[at] == 0x756A and codes[at - 1] == 0x753A)
    )


@kernel
def prefecture(codes: Integers, count: int) -> int:
    """How many characters from the nearest prefecture's first to the number; 0 without a prefecture."""
    for last in range(count):
        if not one_of(codes[last], _PREFECTURE_ENDS):
            continue
        for row in range(len(PREFECTURES)):
            size = 4 if PREFECTURES[row, 3] else 3
            if last + size > count:
                continue
            same = last + size >= count or codes[last + size] != 0x6771 or codes[last] != 0x5E9C  # 東京都府中市
            for at in range(size):
                same &= codes[last + size - 1 - at] == PREFECTURES[row, at]
            if same:
                return last + size
    return 0


@kernel
def city(codes: Integers, count: int) -> tuple[int, int, int]:
    """How many characters belong to the name, how many after its last 市, 区 or 郡 (-1: none), and marks of all kinds.

    Read from the number backwards; hiragana that parts words ends the name.
    """
    size = 0
    marks = 0
    after = -1
    first = 0  # characters up to and with the leftmost mark
    for at in range(count):
        code = codes[at]
        right = codes[at - 1] if at > 0 else 0
        way = _is_way(codes, at, count)
        if is_hiragana(code) and not way and not _joins(codes, at, count, marks, right):
            break
        named = marks > 0 and is_hiragana(right) and not is_hiragana(code) and not way
        if named and not (one_of(code, _DIRECTIONS) or one_of(code, _ENDS)):
            break
        if one_of(code, _MARKS) and at + 1 < count and is_place(codes[at + 1]) and not is_mark_word(codes, at):
            marks += 1
            first = at + 1
            if after < 0 and one_of(code, _CITIES):
                after = at
        size = at + 1
    if size > first + 6 and marks > 0:
        size = first + 6
    if size < count and size > first + 1 and one_of(codes[size - 1], _PARTICLES) and not is_hiragana(codes[size]):
        size -= 1
    return size, after, marks


@kernel
def is_mark_word(codes: Integers, at: int) -> bool:
    """市 of 市民 and 市長, 区 of 区間, 町 of 町内: no mark of a place's end."""
    return at > 0 and one_of(codes[at - 1], _WORD_ENDS)


@kernel
def _is_way(codes: Integers, at: int, count: int) -> bool:
    """A character of Kyoto's directions: 上る, 下がる, 西入る."""
    low = at
    if codes[low] == 0x308B and low + 1 < count:
        low += 1
    elif low < 1 or not (codes[low - 1] == 0x308B or codes[low - 1] == 0x304C):
        return False
    if codes[low] == 0x304C and low + 1 < count:
        low += 1
    return bool(codes[low] == 0x4E0A or codes[low] == 0x4E0B or codes[low] == 0x5165)


@kernel
def _joins(codes: Integers, at: int, count: int, marks: int, right: int) -> bool:
    """Whether hiragana at ``at`` is part of a name (霞が関, さいたま市) rather than between words."""
    code = codes[at]
    if at == 0:
        return not one_of(code, _PARTICLES)
    left_is_kana = at + 1 < count and is_hiragana(codes[at + 1])
    if marks > 0 and not is_hiragana(right) and not one_of(right, _MARKS):
        return False
    return not (one_of(code, _HARD) and not is_hiragana(right) and not left_is_kana)


@kernel
def building(data: Bytes, at: int, end: int) -> int:
    """Where the building and room end that follow an address's number at ``at``; ``at`` itself where none do."""
    code, after = char(data, at, end)
    here = at
    if code == 32 or code == 0x3001 or code == 44:
        here = after
        code, after = char(data, here, end)
        here = after if code == 32 else here
    elif is_hiragana(code):
        return at
    room = _room(data, here, end)
    if room > here:
        return room
    found = -1
    for _ in range(26):
        word = word_after(data, here, end, _BUILDINGS)
        found = word if word > found else found
        code, after = char(data, here, end)
        if code == 32 and found < 0:
            following, _ = char(data, after, end)
            if not (is_katakana(following) or is_letter(following)):
                break
        elif not (is_place(code) or is_letter(code) or code == 0x30FB or (is_digit(code) and found < 0)):
            break
        if is_hiragana(code) and found >= 0 and here >= found:
            break
        here = after
    if found < 0:
        return at
    further = found
    for _ in range(12):
        code, after = char(data, further, end)
        if not (is_han(code) or is_katakana(code) or is_letter(code)):
            break
        further = after
        found = further if is_katakana(code) else found
    code, after = char(data, further, end)
    here = after if code == 32 else further
    room = _number_of_room(data, here, end)
    if room > here + 1:
        return room
    code, after = char(data, found, end)
    here = after if code == 32 else found
    room = _number_of_room(data, here, end)
    return room if room > here else found


@kernel
def _room(data: Bytes, at: int, end: int) -> int:
    """Where a number of a room or floor with its unit ends (101号室, 3F), else ``at``."""
    last = _number_of_room(data, at, end)
    if last == at:
        return at
    code, _ = before(data, at, last)
    return last if not is_digit(code) else at


@kernel
def _number_of_room(data: Bytes, at: int, end: int) -> int:
    """Where a room's number ends (A-101, 5-203, 101号室), else ``at``."""
    here = at
    last = at
    code, after = char(data, here, end)
    if is_letter(code):
        here = after
        code, after = char(data, here, end)
        if code == 45:
            here = after
    for _ in range(6):
        code, after = char(data, here, end)
        if is_digit(code):
            last = after
        elif code != 45:
            break
        here = after
    if last > at:
        unit = word_after(data, last, end, _ROOMS)
        if unit >= 0:
            last = unit
            code, after = char(data, last, end)
            code, _ = char(data, after, end) if code == 32 else (code, after)
            if is_digit(code):
                more = after if char(data, last, end)[0] == 32 else last
                while is_digit(char(data, more, end)[0]):
                    _, more = char(data, more, end)
                unit = word_after(data, more, end, _ROOMS)
                last = unit if unit >= 0 else more
    return last
