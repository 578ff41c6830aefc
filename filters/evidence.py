"""What speaks for which language in a text, clause by clause and word by word, before any model of words is asked.

A clause of kana and kanji is judged by itself, so a Chinese page that quotes Japanese has both in their shares. Words
of Latin letters count only where they stand as words do: identifiers, URLs, markup and numbers speak no language.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, Offsets, decode, kernel, signed, whole
from filters.han import (
    CHINESE,
    FIRST,
    JAPANESE,
    LAST,
    LONG,
    LONGER,
    ODDS_OF_LENGTH,
    RARE,
    START,
    UNIT,
    Odds,
    han_classes,
    pair_of,
)
from filters.scripts import (
    CONTROL,
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
    SPACE,
    SYMBOL,
    kind_of,
    kinds,
)

# Columns of the letters: how many of each sort, an East Asian one worth EAST_ASIAN Latin ones (as in UTF-8 bytes).
# The same numbers name what a paragraph is in; NOTHING is a paragraph that says nothing of its language.
JA, ZH, KO, UNSURE, WORDS, FOREIGN, NOTHING = range(7)
# Two more columns: odds of Chinese against Japanese in 1/UNIT nat, summed over clauses of kanji alone, and how many of
# the letters in JA stand in clauses with kana.
ODDS, WITH_KANA, COLUMNS = 6, 7, 8
EAST_ASIAN = 3
WORD_SAMPLE = 240  # bytes kept for the model
LATIN_PARAGRAPH = 40  # letters in words from which a paragraph without East Asian letters is in another language

# A kana counts less than it could, since Chinese advertising likes の.
_ODDS_OF_KANA = -3 * UNIT
_SURE = 2 * UNIT
# Marks of which one of the languages has at least ten times as many, for as many kanji. Few writers of Japanese use ，
# but those who do use no other comma, so it weighs less than its share would let it.
_JAPANESE_MARKS, _CHINESE_MARKS, _ODDS_OF_MARK = "・〜", "，；《》“”·", 3 * UNIT // 2

_CLAUSE_ENDS = 1 << NEWLINE | 1 << JAPANESE_MARK | 1 << MARK | 1 << SYMBOL

Counts = npt.NDArray[np.int64]


class Evidence(NamedTuple):
    """A row a document."""

    letters: Counts  # documents × COLUMNS
    standing: Counts  # documents × 7: characters, without space, in paragraphs of each sort
    samples: Bytes  # documents × WORD_SAMPLE: the first words of Latin letters, where these are a quarter of all
    filled: Counts  # documents: how much of the sample is filled


@functools.cache
def sorts() -> Bytes:
    """For every code point of the BMP its kind, and above it (bits 4 and 5) the class of a kanji or mark; read-only."""
    table = kinds().copy()
    table[FIRST : LAST + 1] |= han_classes() << 4
    table[[ord(each) for each in _JAPANESE_MARKS]] |= JAPANESE << 4
    table[[ord(each) for each in _CHINESE_MARKS]] |= CHINESE << 4
    table.flags.writeable = False
    return table


@kernel
def gather(
    data: Bytes, offsets: Offsets, table: Bytes, kanji: Odds, pairs: Odds
) -> tuple[Counts, Counts, Bytes, Counts]:
    """The fields of ``Evidence``; ``table`` is from ``sorts``, ``kanji`` and ``pairs`` are from ``han_odds``."""
    rows = len(offsets) - 1
    letters = np.zeros((rows, COLUMNS), np.int64)
    standing = np.zeros((rows, 7), np.int64)
    samples = np.empty((rows, WORD_SAMPLE), np.uint8)
    filled = np.zeros(rows, np.int64)
    line = np.zeros(COLUMNS, np.int64)
    seen = np.zeros(16, np.int64)
    for row in range(rows):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        while at < end:
            for each in range(COLUMNS):
                line[each] = 0
            start = at
            at, chars, latin = _clauses(data, start, end, table, kanji, pairs, line, seen)
            decided = line[JA] + line[ZH] + line[KO]
            # There are no more letters in words than letters, so most lines need no second look.
            if latin and not _mere_terms(decided, latin):
                _words(data, start, at, table, line, samples[row, :0])
                if _mere_terms(decided, line[WORDS]):
                    line[WORDS] = 0
            standing[row, _sort_of(line, chars)] += chars
            for each in range(COLUMNS):
                letters[row, each] += line[each]
        if letters[row, WORDS] and 4 * letters[row, WORDS] >= letters[row, :ODDS].sum():
            filled[row] = _words(data, offsets[row], end, table, line, samples[row])
    return letters, standing, samples, filled


@kernel
def _mere_terms(decided: int, words: int) -> bool:
    """Whether so many letters in Latin words are terms and names in a paragraph of another language."""
    return decided > 0 and (2 * decided >= words or words < LATIN_PARAGRAPH)


@kernel
def _clauses(
    data: Bytes, at: int, end: int, table: Bytes, kanji: Odds, pairs: Odds, line: Counts, seen: Counts
) -> tuple[int, int, int]:
    """Give the East Asian letters of each clause of a line to a language, and count letters of other scripts.

    Returns where the next line starts, and how many characters, without space, and Latin letters this one has.
    Kinds are counted, and what holds of kanji alone is multiplied: kana and kanji take turns too fast for branches.
    """
    for each in range(len(seen)):
        seen[each] = 0
    total = rare = odds = before = run = kanas = hans = hanguls = 0
    inside = True
    while inside and at < end:
        code, at = decode(data, at)
        sort = kind_of(code, table)
        kind = sort & 15
        seen[kind] += 1
        total += 1
        is_han = int(kind == HAN)
        known = is_han & (code >= START) & (code <= LAST)
        both = known & (before > 0)
        run = (run + 1) * is_han
        rare += (sort == HAN | RARE << 4) | (is_han & (code > 0xFFFF))
        length = int(run > LONG) & (run <= LONGER)
        odds += signed(kanji[(code - START) * known]) * known + ODDS_OF_LENGTH * (length & known)
        odds += signed(pairs[pair_of(before, code) * both]) * both
        before = code * known
        inside = kind != NEWLINE
        if at < end and not _CLAUSE_ENDS >> kind & 1:
            continue
        if kind != HAN and sort >= 16:
            odds += _ODDS_OF_MARK if sort >> 4 == CHINESE else -_ODDS_OF_MARK
        kana = seen[HIRAGANA] + seen[KATAKANA] - kanas
        han, hangul = seen[HAN] - hans, seen[HANGUL] - hanguls
        if han + kana + hangul:
            language = _language_of(odds + _ODDS_OF_KANA * kana, han, kana, hangul, rare)
            line[language] += EAST_ASIAN * (han + kana + hangul)
            if kana == 0:
                line[ODDS] += odds
            elif language == JA:
                line[WITH_KANA] += EAST_ASIAN * (han + kana)
            kanas, hans, hanguls, rare, odds = kanas + kana, hans + han, hanguls + hangul, 0, 0
    line[FOREIGN] += seen[OTHER] + EAST_ASIAN * (seen[HALF_WIDTH_KANA] + seen[REPLACED])
    return at, total - seen[SPACE] - seen[NEWLINE] - seen[CONTROL], seen[LATIN]


@kernel
def _language_of(odds: int, han: int, kana: int, hangul: int, rare: int) -> int:
    language = UNSURE
    if hangul and hangul >= kana:
        language = KO
    elif 4 * rare > han + kana // 4:
        language = FOREIGN
    elif odds < -_SURE:
        language = JA
    elif odds > _SURE:
        language = ZH
    return language


@kernel
def _words(data: Bytes, at: int, end: int, table: Bytes, line: Counts, sample: Bytes) -> int:
    """Count the Latin letters of tokens that have no digit and no symbol, and of marks inside only ' ’ and -.

    A sample that has any room ends the count when it is full; returns how much of it is.
    """
    start, letters, joint, clean, filled = at, 0, False, True, 0
    while at < end and (len(sample) == 0 or filled + 1 < len(sample)):
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
            line[WORDS] += letters
            filled = _keep(data, start, at if inside else here, sample, filled)
        letters, joint, clean = 0, False, True
    return filled


@kernel
def _keep(data: Bytes, start: int, end: int, sample: Bytes, filled: int) -> int:
    """Copy a word and a space into the sample, if it still fits; how much is filled then."""
    size = end - start
    if filled + size < len(sample):
        sample[filled : filled + size] = data[start:end]
        sample[filled + size] = 32
        filled += size + 1
    return filled


@kernel
def _sort_of(line: Counts, chars: int) -> int:
    """What a paragraph is in by its own letters, NOTHING where only the rest of the document can tell."""
    decided = line[JA] + line[ZH] + line[KO]
    east = decided + line[UNSURE]
    sort = NOTHING
    if 2 * line[FOREIGN] > east + line[WORDS] + line[FOREIGN]:
        sort = FOREIGN
    elif line[WORDS] >= LATIN_PARAGRAPH and line[WORDS] > 2 * east and 2 * line[WORDS] > chars:
        sort = WORDS
    elif 4 * decided > line[UNSURE]:
        sort = JA if line[JA] >= max(line[ZH], line[KO]) else ZH if line[ZH] > line[KO] else KO
    elif line[UNSURE]:
        sort = JA if line[ODDS] < -_SURE else ZH if line[ODDS] > _SURE else UNSURE
    return sort
