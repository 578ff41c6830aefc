"""Text read in the wrong charset: how much of it is characters, and pairs of them, that only such reading brings forth.

Which characters these are is computed from the codecs: what kana and kanji become when their bytes are taken for
another charset's, less what people write every day. Nothing is taken from a list of seen cases.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, Numbers, Offsets, decode, kernel, share, signed, whole
from filters.han import FIRST, LAST, lead_byte

# Bits of a character. RARE counts by itself, a LEAD before its TRAIL, WEAK beside WEAK; a kanji that Japanese lacks
# (ABROAD) counts thrice for each KANA beside it, in a sentence of which a fifth is kana: twice as many misread kanji
# happen to be ones that Japanese has.
RARE, UTF8_LEAD, UTF8_TRAIL, JIS_LEAD, JIS_TRAIL, WEAK, ABROAD, KANA = (1 << bit for bit in range(8))
BEYOND, ASCII, STOP = 1 << 8, 1 << 9, 1 << 10  # a letter beyond ASCII that is no kana, one of ASCII, a sentence's end

Marks = npt.NDArray[np.uint16]

BY_CHANCE = 4  # such characters in any text: what one name can have


def mojibake_shares(data: Bytes, offsets: Offsets) -> Numbers:
    """The share of each text's letters that wrong reading made, in [0, 1]; NaN where there is no letter.

    Letters are ASCII letters and everything beyond ASCII but space. What counts: U+FFFD, controls, private use,
    kanji and hangul of no everyday part of the national sets, half-width marks (Japanese read as a legacy charset
    of East Asia); letters like ã and ‚ before what cannot follow them (as Latin-1 or Windows-1252); kanji in a row
    that UTF-8 becomes in EUC-JP, and what U+FFFD itself becomes in a second reading; kanji that Japanese lacks
    beside kana (EUC-JP as GBK, which agree on kana). The first four of a text count for nothing.

    >>> from filters.buffers import batch_of, texts
    >>> text = "文字が化けると、誰にも読めないので困ります。"
    >>> wrong = [text.encode("utf-8").decode("cp932", "ignore"), text.encode("euc_jp").decode("latin-1"), text, "42"]
    >>> [round(float(x), 1) for x in mojibake_shares(*texts(batch_of(wrong).column("text")))]
    [0.2, 0.6, 0.0, nan]
    """
    shares: Numbers = _shares(data, offsets, _bits())
    return shares


@functools.cache
def marks() -> Bytes:
    """The bits of every code point of the Basic Multilingual Plane, read-only.

    >>> [bool(marks()[ord(each)] & RARE) for each in "縺偙�日気个ア"]
    [True, True, True, False, False, False, False]
    """
    table = np.zeros(1 << 16, np.uint8)
    for code in range(FIRST, LAST + 1):
        jis, gb, big5 = (lead_byte(code, charset) for charset in ("euc_jp", "gb2312", "big5"))
        everyday = 0 < jis < 0xD0 or 0 < gb < 0xD8 or 0 < big5 < 0xC9  # level 1 of each
        table[code] = (0 if everyday else RARE) | (0 if jis else ABROAD)
    for code in range(0xAC00, 0xD7A4):
        table[code] = 0 if lead_byte(code, "euc_kr") else RARE
    table[0x0080:0x00A0] |= RARE
    table[0x0085] = 0  # a line end to some
    table[0x3165:0x318F] |= RARE  # letters that Korean has given up
    table[0xE000:0xF900] |= RARE
    table[[0xFF61, 0xFF64, 0xFF65, 0xFFFD]] |= RARE  # ｡ ､ ･ are lead bytes of EUC-JP; half-width letters can be meant
    table[0x3041:0x3097] |= KANA
    table[0x30A1:0x30FB] |= KANA
    high = {code: ord(_one(code, "cp1252") or chr(code)) for code in range(0x80, 0x100)}
    for code, other in high.items():
        bits = UTF8_LEAD if code in (0xC2, 0xC3, *range(0xE3, 0xEA), 0xEF) else UTF8_TRAIL if code < 0xC0 else 0
        bits |= JIS_LEAD if code in (0x82, 0x83, 0xA4, 0xA5) else 0
        bits |= JIS_TRAIL if code != 0xA0 else 0
        table[[code, other]] |= bits
    for each in _second_readings():
        table[ord(each)] |= WEAK if FIRST <= ord(each) <= LAST else 0
    table.flags.writeable = False
    return table


def _second_readings() -> str:
    """What EUC-JP makes of pairs of bytes in UTF-8 of kana and kanji, and EUC-JP and GBK of those of U+FFFD."""
    leads, later = range(0xE3, 0xEA), range(0xA1, 0xC0)
    pairs = [bytes((last, lead)) for last in later for lead in leads]
    pairs += [bytes((lead, second)) for lead in leads for second in later]
    lost = "\ufffd\ufffd".encode()
    return "".join(pair.decode("euc_jp", "ignore") for pair in pairs) + lost.decode("euc_jp") + lost.decode("gbk")


def _one(code: int, charset: str) -> str:
    return bytes((code,)).decode(charset, "ignore")


@functools.cache
def _bits() -> Marks:
    """``marks`` and, above them, what else a character counts as: a letter beyond ASCII or in it, a sentence's end."""
    table = marks().astype(np.uint16)
    beyond = np.arange(1 << 16) >= 0x80
    beyond[[0xA0, *range(0x2000, 0x200B), 0x3000]] = False
    table[beyond & (table == 0) | (table != 0) & (table != KANA)] |= BEYOND
    table[[*range(0x41, 0x5B), *range(0x61, 0x7B)]] |= ASCII
    table[[0x0A, 0x3002]] |= STOP
    table.flags.writeable = False
    return table


@kernel
def _shares(data: Bytes, offsets: Offsets, table: Marks) -> Numbers:
    """Kana count as letters at the end of their sentence; all else is sums, for a branch a character costs more."""
    rows = len(offsets) - 1
    out = np.empty(rows, np.float64)
    for row in range(rows):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        beyond = wrong = before = abroad = kana = ascii = start = counted = 0
        while at < end:
            code, at = decode(data, at)
            bits = signed(table[code]) if code < 0x10000 else BEYOND
            pair = _pair(before, bits)
            wrong += pair & ~(counted | before)
            abroad += ((before & ABROAD) >> 6 & bits >> 7 | (bits & ABROAD) >> 6 & before >> 7) & 1
            counted = (pair | bits) & RARE
            wrong += counted
            kana += bits >> 7 & 1
            beyond += bits >> 8 & 1
            ascii += bits >> 9 & 1
            before = bits
            if bits & STOP:
                beyond += kana
                wrong += _foreign(abroad, kana, beyond - start)
                abroad, kana, start = 0, 0, beyond
        beyond += kana
        wrong += _foreign(abroad, kana, beyond - start)
        out[row] = share(max(min(wrong, beyond) - BY_CHANCE, 0), beyond + ascii)
    return out


@kernel
def _foreign(abroad: int, kana: int, letters: int) -> int:
    """How many letters of a sentence must be wrong if kanji unknown in Japan stand so often beside its kana.

    A name can do so once or twice in a text, and quoted words of Chinese stand in brackets.
    """
    return 3 * abroad if 5 * kana >= letters else 0


@kernel
def _pair(before: int, bits: int) -> int:
    """1 where two neighbours do not stand together in any language, else 0."""
    both = before << 1 & bits & (UTF8_TRAIL | JIS_TRAIL) | before & bits & WEAK
    return np.int64(both != 0)  # type: ignore[return-value]
