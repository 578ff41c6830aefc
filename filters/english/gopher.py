"""Words of English text: the measures of Gopher and FineWeb that count them.

Lines that end in a terminator, ellipses, bullets and repeated lines are the same in every language, and are measured
in ``sentences`` and ``repetition``; repeated phrases in ``word_ngrams``.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, kernel, share, texts, whole
from filters.core import Measure
from filters.english.rules import LETTER, MARK, SIGN, Classes, classes, exceptions
from filters.english.words import CLASS, CODE, END, Codes, cut, new_run, next_run
from filters.hashing import Keys

COLUMNS = (
    "words",
    "mean_word_length",
    "symbol_word_ratio",
    "alpha_word_ratio",
    "stop_words",
    "newline_word_ratio",
    "line_under_30_ratio",
    "alpha_token_ratio",
)
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")  # Gopher's eight
LINE = 30  # characters; FineWeb

Flags = npt.NDArray[np.bool_]

_LONGEST = 8  # bytes of a stop word, so that it is one 64-bit number


def measure_english(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Words are cut as spaCy cuts English (``english_words``), so that marks stand alone: ``the cat,`` has three.

    - ``words``: those with anything but marks in them (Gopher, 50 to 100,000); ``mean_word_length``: their
      characters (Gopher, 3 to 10).
    - ``symbol_word_ratio``: # or ellipses (… and ...), whichever there are more of, to words and marks
      (Gopher, ≤ .1; can be above 1).
    - ``alpha_word_ratio``: words with a letter, of any script, of all words, [0, 1] (Gopher, ≥ .8).
      ``alpha_token_ratio``: of words and marks, [0, 1], as datatrove reads that rule; so read, it refuses good pages
      with many numbers and marks.
    - ``stop_words``: how many of the be to of and that have with occur, 0 to 8, in upper or lower case (Gopher, ≥ 2).
    - ``newline_word_ratio``: line ends to words and marks (FineWeb, ≤ .3; can be above 1).
    - ``line_under_30_ratio``: lines of at most 30 characters, of all that are not blank, [0, 1] (FineWeb, ≤ .67).

    Ratios and the mean are undefined where there is no word. Sources: Rae et al. 2021 (Gopher), table A1 and A.1;
    Penedo et al. 2024 (FineWeb), 3.6; words are counted as datatrove 0.10 counts them.

    >>> from filters.buffers import batch_of
    >>> found = measure_english(batch_of(["The cat, and #1 of\\nthe cats ...", ""]))
    >>> [(name, round(found[name][0].as_py(), 2)) for name in COLUMNS[:4]]
    [('words', 7), ('mean_word_length', 2.71), ('symbol_word_ratio', 0.1), ('alpha_word_ratio', 0.86)]
    >>> [round(found[name][0].as_py(), 3) for name in COLUMNS[4:]], found["mean_word_length"][1].as_py()
    ([3, 0.1, 1.0, 0.6], nan)
    """
    data, offsets = texts(batch.column("text"))
    numbers = _words(data, offsets, classes(), exceptions(), new_run(), _stop_words())
    return columns(COLUMNS, numbers, counts=("words", "stop_words"))


ENGLISH = Measure("english", 2, COLUMNS, measure_english)


@functools.cache
def _stop_words() -> Keys:
    """Each word's letters as one number, the first letter highest."""
    return np.array([int.from_bytes(word.encode(), "big") for word in STOP_WORDS], np.uint64)


@kernel
def _words(data: Bytes, offsets: Offsets, classes: Classes, exceptions: Keys, run: Codes, stop_words: Keys) -> Numbers:
    rows = len(offsets) - 1
    out = np.empty((8, rows), np.float64)
    met = np.zeros(len(stop_words), np.bool_)
    for row in range(rows):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        hashes, ellipses, newlines, lines, short = _marks(data, at, end)
        met[:] = False
        pieces = words = word_chars = alpha = 0
        while at < end:
            at, size, seen = next_run(data, at, end, classes, run)
            count, start = cut(run, size, seen, exceptions), 0
            for place in range(count):
                stop = run[END, place]
                letters, others = _content(run, start, stop)
                words, word_chars = words + others, word_chars + (stop - start) * others
                alpha += letters
                if letters and stop - start <= _LONGEST:
                    _meet(run, start, stop, stop_words, met)
                start = stop
            pieces += count
        out[0, row] = words
        out[1, row] = share(word_chars, words)
        out[2, row] = share(max(hashes, ellipses), pieces)
        out[3, row] = share(alpha, words)
        out[4, row] = met.sum()
        out[5, row] = share(newlines, pieces)
        out[6, row] = share(short, lines)
        out[7, row] = share(alpha, pieces)
    return out


@kernel
def _content(run: Codes, start: int, stop: int) -> tuple[int, int]:
    """Whether a word has a letter, and whether it has anything but marks: 0 or 1 each."""
    letters = others = 0
    for at in range(start, stop):
        letters |= run[CLASS, at] & LETTER != 0
        others |= run[CLASS, at] & (MARK | SIGN) == 0
    return letters, others


@kernel
def _meet(run: Codes, start: int, stop: int, stop_words: Keys, met: Flags) -> None:
    key = np.uint64(0)
    for at in range(start, stop):
        code = run[CODE, at]
        key = (key << np.uint64(8)) | np.uint64(code | 0x20 if code < 0x80 else 0xFF)
    for place in range(len(stop_words)):
        met[place] |= stop_words[place] == key


@kernel
def _marks(data: Bytes, at: int, end: int) -> tuple[int, int, int, int, int]:
    """Hashes, ellipses, line ends, lines that are not blank, and those of them with at most LINE characters."""
    hashes = ellipses = newlines = lines = short = dots = width = 0
    solid = False
    while at < end:
        byte = data[at]
        at += 1
        if byte == 0x0A:
            newlines += 1
            lines, short = lines + solid, short + (solid and width <= LINE)
            width, solid, dots = 0, False, 0
            continue
        width += byte & 0xC0 != 0x80
        hashes += byte == 0x23
        dots = dots + 1 if byte == 0x2E else 0
        if dots == 3:
            ellipses, dots = ellipses + 1, 0
        solid |= byte > 0x20 if byte < 0x80 else True
        ellipses += byte == 0xA6 and at > 2 and data[at - 2] == 0x80 and data[at - 3] == 0xE2
    return hashes, ellipses, newlines, lines + solid, short + (solid and width <= LINE)
