"""What speaks for which language in a text, clause by clause and word by word, before any model is asked.

A clause of kana and kanji is judged by itself, so a Chinese page that quotes Japanese has both in their shares. Words
of Latin letters count only where they stand as words do: identifiers, URLs, markup and numbers speak no language.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, Offsets, decode, kernel, whole
from filters.han import CHINESE, FIRST, JAPANESE, LAST, RARE, han_classes
from filters.scripts import (
    DIGIT,
    HALF_WIDTH_KANA,
    HAN,
    HANGUL,
    HIRAGANA,
    JAPANESE_MARK,
    KATAKANA,
    LATIN,
    MARK,
    NEWLINE,
    OTHER,
    REPLACED,
    SYMBOL,
    kind_of,
    kinds,
)

# Columns of the evidence: letters of each sort, an East Asian one worth EAST_ASIAN Latin ones (as in UTF-8 bytes).
JA, ZH, KO, UNSURE, WORDS, FOREIGN = range(6)
EAST_ASIAN = 3
WORD_SAMPLE, HAN_SAMPLE = 480, 240  # bytes kept for the model

# Log-odds of Chinese against Japanese in tenths, from the shares in han.py; a kana counts less than it could, since
# Chinese advertising likes の.
_ODDS_OF_CHINESE, _ODDS_OF_JAPANESE, _ODDS_OF_PLAIN, _ODDS_OF_KANA = 42, -61, -1, -30
_SURE = 20

Counts = npt.NDArray[np.int64]


@functools.cache
def sorts() -> Bytes:
    """For every code point of the BMP its kind, and above it (bits 4 and 5) the class of a kanji; read-only."""
    table = kinds().copy()
    table[FIRST : LAST + 1] |= han_classes() << 4
    table[0x3005] |= JAPANESE << 4  # 々
    table.flags.writeable = False
    return table


@kernel
def evidence(data: Bytes, offsets: Offsets, table: Bytes) -> tuple[Counts, Bytes, Counts]:
    """Evidence (documents × 6), samples (documents × bytes) and how much of each sample is filled (documents × 2).

    A sample holds the first words of Latin letters, and from WORD_SAMPLE on the first clauses of kanji that could be
    Japanese or Chinese.
    """
    rows = len(offsets) - 1
    found = np.zeros((rows, 6), np.int64)
    samples = np.empty((rows, WORD_SAMPLE + HAN_SAMPLE), np.uint8)
    filled = np.zeros((rows, 2), np.int64)
    for row in range(rows):
        end = whole(data, offsets[row], offsets[row + 1])
        _clauses(data, offsets[row], end, table, found[row], samples[row, WORD_SAMPLE:], filled[row, 1:])
        _words(data, offsets[row], end, table, found[row], samples[row, :WORD_SAMPLE], filled[row, :1])
    return found, samples, filled


@kernel
def _clauses(data: Bytes, at: int, end: int, table: Bytes, found: Counts, sample: Bytes, filled: Counts) -> None:
    """Give the East Asian letters of each clause to a language, and count letters of other scripts."""
    start = at
    kanji = kana = hangul = chinese = japanese = rare = foreign = 0
    while at < end:
        here = at
        code, at = decode(data, at)
        sort = kind_of(code, table)
        kind = sort & 15
        if kind in (HIRAGANA, KATAKANA):
            kana += 1
        elif kind == HAN:
            kanji += 1
            chinese += sort >> 4 == CHINESE
            japanese += sort >> 4 == JAPANESE
            rare += sort >> 4 == RARE or code > 0xFFFF
        elif kind == HANGUL:
            hangul += 1
        elif kind == OTHER:
            foreign += 1
        elif kind in (HALF_WIDTH_KANA, REPLACED):
            foreign += EAST_ASIAN
        cuts = kind in (NEWLINE, JAPANESE_MARK, MARK, SYMBOL)
        if not cuts and at < end:
            continue
        if kanji + kana + hangul:
            plain = kanji - chinese - japanese
            odds = _ODDS_OF_CHINESE * chinese + _ODDS_OF_JAPANESE * japanese
            odds += _ODDS_OF_PLAIN * plain + _ODDS_OF_KANA * kana
            language = _language_of(odds, kanji, kana, hangul, rare)
            found[language] += EAST_ASIAN * (kanji + kana + hangul)
            if language == UNSURE:
                _keep(data, start, here if cuts else at, sample, filled)
            kanji = kana = hangul = chinese = japanese = rare = 0
        start = at
    found[FOREIGN] += foreign


@kernel
def _language_of(odds: int, kanji: int, kana: int, hangul: int, rare: int) -> int:
    language = UNSURE
    if hangul and hangul >= kana:
        language = KO
    elif 4 * rare > kanji + kana // 4:
        language = FOREIGN
    elif odds < -_SURE:
        language = JA
    elif odds > _SURE:
        language = ZH
    return language


@kernel
def _words(data: Bytes, at: int, end: int, table: Bytes, found: Counts, sample: Bytes, filled: Counts) -> None:
    """Count the Latin letters of tokens that have no digit and no symbol, and of marks inside only ' ’ and -."""
    start, letters, joint, clean = at, 0, False, True
    while at < end:
        here = at
        code, at = decode(data, at)
        kind = kind_of(code, table) & 15
        inside = True
        if kind == LATIN:
            clean = clean and not joint
            start = here if letters == 0 else start
            letters += 1
        elif kind == MARK:
            joint = letters > 0 and code != 0x27 and code != 0x2D and code != 0x2019
        elif kind in (DIGIT, SYMBOL):
            clean = False
        else:
            inside = False
        if inside and at < end:
            continue
        if letters and clean:
            found[WORDS] += letters
            _keep(data, start, at if inside else here, sample, filled)
        letters, joint, clean = 0, False, True


@kernel
def _keep(data: Bytes, start: int, end: int, sample: Bytes, filled: Counts) -> None:
    """Copy a word or clause and a space into the sample, if it still fits."""
    used = filled[0]
    size = end - start
    if used + size < len(sample):
        sample[used : used + size] = data[start:end]
        sample[used + size] = 32
        filled[0] = used + size + 1
