"""Words of text that has spaces between them: the measures of Gopher and FineWeb for English.

Lines that end in a terminator, ellipses, bullets and repeated lines are the same in every language, and are measured
in ``sentences`` and ``repetition``.
"""

from __future__ import annotations

import functools

import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, share, texts, whole
from filters.core import Measure
from filters.hashing import Keys
from filters.scripts import HALF_WIDTH_KANA, HANGUL, HIRAGANA, LATIN, NEWLINE, OTHER, SPACE, kind_of, kinds

COLUMNS = (
    "words",
    "mean_word_length",
    "symbol_word_ratio",
    "alpha_word_ratio",
    "stop_words",
    "newline_word_ratio",
    "line_under_30_ratio",
)
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")  # Gopher's eight
LINE = 30  # characters; FineWeb

_LONGEST = 8  # bytes of a stop word, so that it is one 64-bit number


def measure_english(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Words are what stands between spaces, with the marks that cling to them.

    - ``words`` (Gopher, 50 to 100,000); ``mean_word_length`` in characters (Gopher, 3 to 10).
    - ``symbol_word_ratio``: # or ellipses (… and ...), whichever there are more of, to words (Gopher, ≤ .1).
    - ``alpha_word_ratio``: words with a letter, of any script, in them, [0, 1] (Gopher, ≥ .8).
    - ``stop_words``: how many of the be to of and that have with occur, 0 to 8, in upper or lower case (Gopher, ≥ 2).
    - ``newline_word_ratio``: line ends to words (FineWeb, ≤ .3).
    - ``line_under_30_ratio``: lines of at most 30 characters, of all that are not empty, [0, 1] (FineWeb, ≤ .67).

    Ratios and the mean are undefined where there is no word.

    >>> from filters.buffers import batch_of
    >>> found = measure_english(batch_of(["The cat, and #1 of\\nthe cats ...", ""]))
    >>> [(name, round(found[name][0].as_py(), 2)) for name in COLUMNS[:4]]
    [('words', 8), ('mean_word_length', 3.0), ('symbol_word_ratio', 0.12), ('alpha_word_ratio', 0.75)]
    >>> [round(found[name][0].as_py(), 3) for name in COLUMNS[4:]], found["mean_word_length"][1].as_py()
    ([3, 0.125, 1.0], nan)
    """
    data, offsets = texts(batch.column("text"))
    return columns(COLUMNS, _words(data, offsets, kinds(), _stop_words()), counts=("words", "stop_words"))


ENGLISH = Measure("english", 1, COLUMNS, measure_english)


@functools.cache
def _stop_words() -> Keys:
    """Each word's letters as one number, the first letter highest."""
    return np.array([int.from_bytes(word.encode(), "big") for word in STOP_WORDS], np.uint64)


@kernel
def _words(data: Bytes, offsets: Offsets, table: Bytes, stop_words: Keys) -> Numbers:
    rows = len(offsets) - 1
    out = np.empty((7, rows), np.float64)
    met = np.zeros(len(stop_words), np.bool_)
    for row in range(rows):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        met[:] = False
        words = word_chars = hashes = ellipses = alpha = newlines = lines = short = 0
        size = letters = dots = width = trimmed = 0
        key = np.uint64(0)
        while at < end:
            code, at = decode(data, at)
            kind = kind_of(code, table)
            newline = kind == NEWLINE
            if newline or kind == SPACE:
                width += width > 0
            else:
                size += 1
                width += 1
                trimmed = width
                dots = dots + 1 if code == 0x2E else 0
                hashes += code == 0x23
                ellipses += code == 0x2026 or dots == 3
                if kind in (LATIN, OTHER, HALF_WIDTH_KANA) or HIRAGANA <= kind <= HANGUL:
                    letters += 1
                    if letters <= _LONGEST:
                        key = (key << np.uint64(8)) | np.uint64(code | 0x20 if code < 0x80 else 0xFF)
            if size and (newline or kind == SPACE or at == end):
                words, word_chars, alpha = words + 1, word_chars + size, alpha + (letters > 0)
                if 0 < letters <= _LONGEST:
                    for place in range(len(stop_words)):
                        met[place] |= stop_words[place] == key
                size, letters, dots, key = 0, 0, 0, np.uint64(0)
            newlines += newline
            if trimmed and (newline or at == end):
                lines, short = lines + 1, short + (trimmed <= LINE)
            if newline:
                width, trimmed = 0, 0
        out[0, row] = words
        out[1, row] = share(word_chars, words)
        out[2, row] = share(max(hashes, ellipses), words)
        out[3, row] = share(alpha, words)
        out[4, row] = met.sum()
        out[5, row] = share(newlines, words)
        out[6, row] = share(short, lines)
    return out
