"""Numbers that check themselves: payment cards (Luhn, ISO/IEC 7812-1) and My Number (mod 11), and IP addresses."""

from __future__ import annotations

import numpy as np

from filters.buffers import Bytes, kernel
from filters.pii.numbers import (
    DOT,
    HYPHEN,
    SPACE,
    Groups,
    Integers,
    clear_left,
    clear_right,
    cued,
    of_another_kind,
    parted_by,
    sizes_are,
    standing_alone,
    total_of,
)
from filters.pii.text import before, char, in_address, is_digit, is_letter, is_plain, word_after, word_before, words

_CARD_CUES = words(
    "カード,カード番号,クレジットカード番号,クレジット番号,クレカ番号,card,"
    "card number,card no,card no.,visa,mastercard,"
    "jcb,amex,american express,diners,credit card,creditcard,クレカ,master,マスターカード,ビザ,アメックス,ダイナース,"
    "cardnumber,card_number,銀聯,unionpay,discover,pan",
    backwards=True,
)
_MY_NUMBER_CUES = words(
    "マイナンバー,個人番号,マイナンバー(個人番号),個人番号(マイナンバー),my number,"
    "mynumber,my_number,マイナンバーカード,"
    "individual number,共通番号,マイナンバー番号,個人番号カード,マイナンバーカード番号",
    backwards=True,
)
_VERSIONS = words(
    "v,ver,ver.,version,versions,バージョン,ヴァージョン,rev,rev.,"
    "revision,リビジョン,release,リリース,版,build,ビルド,"
    "section,sec,sec.,§,節,章,第,項,chapter,chap.,図,表,fig.,figure,table,式,firmware,ファームウェア,ファーム,"
    "ドライバ,ドライバー,driver,chrome,パッチ,update,アップデート,oid,firefox,edge,safari,java,windows,kernel",
    backwards=True,
)
_CHAPTERS = words("節,章,項,条,版,以降,以前,より前,リリース,バージョン,へのアップ,にアップ,へアップ")
_IP_CUES = words(
    "ip,ip address,ipアドレス,ipv4,アドレス,remote_addr,host,"
    "ホスト,接続元,アクセス元,送信元,from,リモートホスト,remotehost",
    backwards=True,
)


@kernel
def check_digit(digits: Integers) -> int:
    """The twelfth digit of a My Number: 11 - (sum of P(n) Q(n)) mod 11, 0 for 10 and 11.

    P(n) is the n-th digit from the right of the first eleven, Q(n) is n + 1 up to the sixth and n - 5 from the
    seventh on (Ordinance of the Ministry of Internal Affairs and Communications No. 85 of 2014, article 5).

    >>> import numpy as np
    >>> int(check_digit(np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])))
    8
    """
    total = 0
    for n in range(1, 12):
        total += digits[11 - n] * (n + 1 if n <= 6 else n - 5)
    rest = total % 11
    return 0 if rest <= 1 else 11 - rest


@kernel
def luhn(digits: Integers, count: int) -> bool:
    """Whether the last of ``count`` digits checks the others."""
    total = 0
    for at in range(count):
        digit = digits[count - 1 - at]
        if at % 2 == 1:
            digit = digit * 2 - (9 if digit > 4 else 0)
        total += digit
    return bool(total % 10 == 0)


@kernel
def my_number(data: Bytes, start: int, end: int, found: Groups, count: int) -> tuple[int, int]:
    """A number of twelve digits whose check digit is right, after a cue or in groups of four; (-1, -1) for none."""
    if not (found.sizes[0] == 12 or (count >= 3 and sizes_are(found, 4, 4, 4))):
        return -1, -1
    used = 1 if found.sizes[0] == 12 else 3
    if check_digit(found.digits) != found.digits[11] or _one_digit(found.digits, 12):
        return -1, -1
    first = int(found.starts[0])
    cue = cued(data, start, first, _MY_NUMBER_CUES) or _announced(data, start, first)
    if not cue and (used == 1 or _years(found.digits)):
        return -1, -1
    return _bounded(data, start, end, found, count, used, cue)


@kernel
def _announced(data: Bytes, start: int, at: int) -> bool:
    """Whether the line speaks of My Number within the fourteen characters before."""
    for _ in range(14):
        if word_before(data, start, at, _MY_NUMBER_CUES) >= 0:
            return True
        code, at = before(data, start, at)
        if code == 10 or is_digit(code):
            return False
    return False


@kernel
def card(data: Bytes, start: int, end: int, found: Groups, count: int) -> tuple[int, int]:
    """A card's number by issuer, length, grouping and check digit; rare lengths only after a cue."""
    used = 1
    sizes = found.sizes
    if sizes[0] == 4:
        amex = count >= 3 and (sizes_are(found, 4, 6, 5) or sizes_are(found, 4, 6, 4))
        fours = count >= 4 and sizes_are(found, 4, 4, 4) and sizes[3] == 4
        used = 3 if amex else 4 if fours else 0
        used += fours and count > 4 and sizes[4] == 3
    total = total_of(found, used)
    if used == 0 or total < 13 or total > 19 or not luhn(found.digits, total):
        return -1, -1
    cue = cued(data, start, int(found.starts[0]), _CARD_CUES)
    if not _issued(found.digits, total, cue or used > 1):
        return -1, -1
    return _bounded(data, start, end, found, count, used, cue)


@kernel
def _issued(digits: Integers, total: int, sure: bool) -> bool:
    """Whether an issuer gives out numbers with this start and length; the rare ones only where ``sure``."""
    two = digits[0] * 10 + digits[1]
    four = two * 100 + digits[2] * 10 + digits[3]
    if total == 16:
        known = digits[0] == 4 or 51 <= two <= 55 or 2221 <= four <= 2720 or 3528 <= four <= 3589
        return bool(known or four == 6011 or 6440 <= four <= 6599 or two == 62)
    if total == 15:
        return bool(two == 34 or two == 37)
    if total == 14:
        return bool(sure and (3000 <= four <= 3059 or four == 3095 or two == 36 or two == 38 or two == 39))
    if total == 13:
        return bool(sure and digits[0] == 4)
    return bool(sure and (two == 62 or (total == 19 and (digits[0] == 4 or 3528 <= four <= 3589))))


@kernel
def _bounded(data: Bytes, start: int, end: int, found: Groups, count: int, used: int, cue: bool) -> tuple[int, int]:
    """The span, if its groups are parted alike and nothing around it speaks for a number of another kind."""
    first, last = int(found.starts[0]), int(found.ends[used - 1])
    part = parted_by(found, used)
    if used > 1 and part != HYPHEN and part != SPACE:
        return -1, -1
    if used < count and found.parts[used] == HYPHEN:
        return -1, -1
    if not clear_right(data, last, end):
        return -1, -1
    if part == SPACE and used > 1 and not cue and not standing_alone(data, start, first, last, end):
        return -1, -1
    if cue:
        return (-1, -1) if in_address(data, start, first) == 2 else (first, last)
    if not clear_left(data, start, first) or of_another_kind(data, start, first):
        return -1, -1
    return first, last


@kernel
def _years(digits: Integers) -> bool:
    """Whether the three groups are years: 2020 2021 2022."""
    years = 0
    for at in range(0, 12, 4):
        years += 18 <= digits[at] * 10 + digits[at + 1] <= 20
    return years == 3


@kernel
def _one_digit(digits: Integers, count: int) -> bool:
    return bool(np.all(digits[:count] == digits[0]))


@kernel
def ip4(data: Bytes, start: int, end: int, found: Groups, count: int) -> tuple[int, int]:
    """Four numbers up to 255 that are neither a version, a section, a network nor an address that is not routed.

    Left alone: private, loopback, link-local and multicast addresses (they name nobody outside), a last number of
    0 or mostly small numbers without a cue (versions, sections), the host of a URL, a mask's length after it (/24).
    Addresses reserved for documentation are taken: like ``example.com`` they stand where others would.
    """
    if count < 4 or parted_by(found, 4) != DOT or (count > 4 and found.parts[4] == DOT):
        return -1, -1
    first, last = int(found.starts[0]), int(found.ends[3])
    a, b, c, d = _octet(found, 0), _octet(found, 1), _octet(found, 2), _octet(found, 3)
    if a < 1 or b < 0 or c < 0 or d < 0 or a >= 224 or a == 10 or a == 127:
        return -1, -1
    if (
        (a == 192 and b == 168)
        or (a == 172 and 16 <= b < 32)
        or (a == 169 and b == 254)
        or (a == 100 and 64 <= b < 128)
    ):
        return -1, -1
    if cued(data, start, first, _VERSIONS) or word_after(data, last, end, _CHAPTERS) >= 0:
        return -1, -1
    large = (a >= 32) + (b >= 32) + (c >= 32) + (d >= 32)
    if (d == 0 or (a < 100 and large < 2)) and not cued(data, start, first, _IP_CUES):
        return -1, -1
    return _hosted(data, start, end, first, last)


@kernel
def _octet(found: Groups, at: int) -> int:
    size = found.sizes[at]
    begin = total_of(found, at)
    value = 0
    for each in range(min(size, 4)):
        value = value * 10 + int(found.digits[begin + each])
    return value if size <= 3 and value < 256 and (size == 1 or found.digits[begin] != 0) else -1


@kernel
def _hosted(data: Bytes, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """The span, unless letters touch it, or it is in a Web address or a network with the length of its mask."""
    code, back = before(data, start, first)
    if is_plain(code) or code == 46 or code == 45 or code == 95 or in_address(data, start, first) > 0:
        return -1, -1
    if code == 47:
        code, _ = before(data, start, back)
        if is_plain(code) or code == 47:
            return -1, -1
    code, after = char(data, last, end)
    following, _ = char(data, after, end)
    if is_plain(code) or code == 95 or ((code == 45 or code == 46) and is_plain(following)):
        return -1, -1
    if code == 47 and is_digit(following):
        return -1, -1
    return first, last


@kernel
def ip6(data: Bytes, start: int, end: int, first: int) -> tuple[int, int]:
    """A global unicast address (2000::/3) that starts here with a whole first group (RFC 4291); (-1, -1) for none."""
    at = first
    groups = 0
    double = False
    last = first
    while groups < 8:
        size = 0
        code, after = char(data, at, end)
        while size < 5 and (is_digit(code) or 97 <= code <= 102):
            size += 1
            at = after
            code, after = char(data, at, end)
        if size == 5 or (groups == 0 and size < 4):
            return -1, -1
        groups += size > 0
        last = at if size > 0 else last
        if code != 58 or groups == 8:
            break
        following, further = char(data, after, end)
        if following == 58:
            if double:
                return -1, -1
            double = True
            after = further
            last = after
        elif not (is_digit(following) or 97 <= following <= 102):
            break
        at = after
    if groups < 2 or (groups < 8) != double or data[last - 1] == 58:
        return -1, -1
    code, _ = char(data, last, end)
    if is_letter(code) or is_digit(code) or last - first < 8:
        return -1, -1
    return _hosted(data, start, end, first, last)
