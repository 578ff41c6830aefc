"""The tables that legacy Japanese bytes are read by, and what each character says for Japanese.

All come from CP932 and JIS X 0212 as Python has them, by arithmetic on rows and cells; JIS rows are mapped
as CP932 maps them, so that a sentence is the same text in whichever charset it was written.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Units = npt.NDArray[np.uint16]

SIDE = 94
"""Rows of a plane, and cells of a row."""

NEUTRAL, LIKELY, ODD = 0, 1, 2
"""What a character says for a text's being Japanese that was decoded by the right charset."""

# The kanji that newspaper prose uses most, half of all that occur in it; a text decoded by the wrong charset
# meets them by chance only, one character in twenty.
_COMMON = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立"
    "開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成"
    "期公持野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共"
    "得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係"
    "感特情投示変打男基私各始島直両朝価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有口過局少放税検町常"
    "校料状工建語球営空職証土与急止送援供可役構木割聞身費付切由説転食比難防補車優夫研収井何南石足違消境神番規術護展態導備"
    "害配算視条独育席楽着店述残想線率病声念待試助労例然早張限親額環験形景図書音館社員春夏秋冬夜昼歌愛花鳥雨雪風光色"
)
_LIKELY_MARKS = "\u3000、。々〆「」『』【】・ー～〜…※→←↑↓●○■□◆◇★☆▲▼①②③④⑤⑥⑦⑧⑨㈱！（）：？"


def _cp932() -> Units:
    """Code point by lead and trail byte, as ``lead << 8 | trail``; 0 where there is no character."""
    table = np.zeros(1 << 16, np.uint16)
    for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            table[lead << 8 | trail] = _code_point(bytes((lead, trail)), "cp932")
    return table


def _code_point(code: bytes, codec: str) -> int:
    """0 where ``code`` is no character, or more than one."""
    text = code.decode(codec, "replace")
    return ord(text) if len(text) == 1 and text != "\ufffd" else 0


def _rows(cp932: Units) -> Units:
    """Code point by row and cell of JIS X 0208 with NEC row 13 and the NEC-selected IBM rows 89 to 92."""
    row, cell = np.divmod(np.arange(SIDE * SIDE), SIDE)
    lead = row // 2 + np.where(row < 62, 0x81, 0xC1)
    trail = np.where(row % 2, cell + 0x9F, cell + 0x40 + (cell >= 0x3F))
    table: Units = cp932[lead << 8 | trail].copy()
    return table


def _supplement(cp932: Units) -> Units:
    """Code point by row and cell of JIS X 0212, with the IBM characters that eucJP-ms puts from row 83 on.

    They follow CP932's order from FA40: numerals and signs, then those kanji that JIS X 0212 lacks.
    """
    table = np.zeros(SIDE * SIDE, np.uint16)
    for place in range(len(table)):
        pair = bytes((place // SIDE + 0xA1, place % SIDE + 0xA1))
        table[place] = _code_point(b"\x8f" + pair, "euc_jp")
    ibm = cp932[0xFA40:0xFC4C]
    ibm = ibm[ibm != 0]
    signs, kanji = ibm[:28], ibm[28:]
    elsewhere = [ord(char) for char in "￢￤∵"]
    added = np.concatenate((signs[~np.isin(signs, elsewhere)], kanji[~np.isin(kanji, table)]))
    start = (83 - 1) * SIDE + 83 - 1
    table[start : start + len(added)] = added
    table[(2 - 1) * SIDE + 35 - 1] = ord("￤")
    table[(2 - 1) * SIDE + 23 - 1] = ord("～")
    return table


def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.full(1 << 16, NEUTRAL, np.uint8)
    for first, last in ((0x3041, 0x3096), (0x30A1, 0x30FA), (0xFF10, 0xFF19), (0xFF21, 0xFF3A)):
        kinds[first : last + 1] = LIKELY
    kinds[[ord(char) for char in _COMMON + _LIKELY_MARKS]] = LIKELY
    for first, last in ((0x80, 0x9F), (0xE000, 0xF8FF), (0xFF61, 0xFF9F), (0xFFFD, 0xFFFD)):
        kinds[first : last + 1] = ODD
    return kinds


CP932 = _cp932()
ROWS = _rows(CP932)
SUPPLEMENT = _supplement(CP932)
KINDS = _kinds()
