"""How a text is cut into lines and sentences: prose has sentences that end, navigation and tables have short lines."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, share, texts, whole
from filters.core import Measure
from filters.scripts import CONTROL, SPACE, kind_of, kinds

COLUMNS = (
    "sentences",
    "mean_sentence_length",
    "max_sentence_length",
    "kuten_ratio",
    "lines",
    "mean_line_length",
    "terminal_punctuation_line_ratio",
    "ellipsis_line_ratio",
    "bullet_line_ratio",
    "short_line_ratio",
    "short_line_char_ratio",
    "prose_line_chars",
)
COUNTS = ("sentences", "max_sentence_length", "lines", "prose_line_chars")

SHORT_LINE = 10  # characters; HojiChar's DiscardTooShortLines
FRAGMENT = 5  # characters; LLM-jp v4's rule for text from PDF
PROSE_LINE = 15  # characters of a line with a sentence in it, below which it is a label or an exclamation

_ENDS, _TERMINAL, _CLOSING, _BULLET = 16, 32, 64, 128  # above the kind, in the same byte
_MARKS = (
    (_ENDS, "。．！？!?"),
    (_TERMINAL, "。．！？!?.…｡‼⁇⁈⁉"),
    (_CLOSING, "」』）)】\"'”’〕］]"),
    (_BULLET, "・･•●○◎◆◇■□▪▫★☆※*-‐–►▶▷▸◦⁃✓→⇒·"),
)


def measure_sentences(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Lines and sentences, with spaces at both ends taken off and empty ones not counted. Lengths are in characters.

    - ``sentences``: cut after 。．！？!? and at line ends (Swallow); ``mean_sentence_length`` and
      ``max_sentence_length`` count the closing mark too.
    - ``kuten_ratio``: 。and ．as a share of all characters. HojiChar's DiscardRareKuten is 1/100, far too strict
      for technical text.
    - ``lines``, ``mean_line_length``.
    - ``terminal_punctuation_line_ratio``: lines that end as sentences end, with a bracket or quotation mark after it
      or not; English full stops count (FineWeb, FineWeb-2).
    - ``ellipsis_line_ratio``: lines that end in … or three full stops (Gopher, ≤ .3).
    - ``bullet_line_ratio``: lines that begin with a bullet (Gopher, ≤ .9); ・ ● ※ and their like among them.
    - ``short_line_ratio``: lines of at most 10 characters (HojiChar, ≤ .5).
    - ``short_line_char_ratio``: of all characters that are not space, those in lines with at most 5 of them:
      what vertical text and tables become when they are read from PDF (LLM-jp v4).
    - ``prose_line_chars``: characters in lines of at least 15 in which a sentence ends with its mark. A number, not a
      share: a reference or a table with a few sentences of explanation has as many as a short article, a menu, a list
      or an empty template has none.

    Ratios are in [0, 1]; all but the counts are undefined where the text has no line.

    >>> from filters.buffers import batch_of
    >>> found = measure_sentences(batch_of(["晴れた。「行こう！」\\n・靴\\n\\n続きを読む…", " "]))
    >>> [found[n][0].as_py() for n in ("sentences", "mean_sentence_length", "max_sentence_length", "lines")]
    [4, 4.5, 6, 3]
    >>> [round(found[n][0].as_py(), 2) for n in COLUMNS[6:11]]
    [0.67, 0.33, 0.33, 1.0, 0.11]
    >>> [found[n][1].as_py() for n in ("sentences", "mean_sentence_length", "lines", "short_line_ratio")]
    [0, nan, 0, nan]
    """
    data, offsets = texts(batch.column("text"))
    found = _lines(data, offsets, _kinds_and_marks())
    return columns(COLUMNS, found, COUNTS)


SENTENCES = Measure("sentences", 2, COLUMNS, measure_sentences)


@functools.cache
def _kinds_and_marks() -> Bytes:
    table = kinds().copy()
    for flag, marks in _MARKS:
        table[[ord(mark) for mark in marks]] |= flag
    table.flags.writeable = False
    return table


class _Line(NamedTuple):
    chars: int  # all
    width: int  # without the spaces at both ends
    solid: int  # without any space
    kuten: int
    closed: bool
    terminal: bool
    ellipsis: bool
    bullet: bool


class _Sentences(NamedTuple):
    number: int
    chars: int
    longest: int


@kernel
def _line(data: Bytes, at: int, end: int, table: Bytes) -> tuple[_Line, _Sentences]:
    """One line. A sentence takes the marks that end it and closing brackets with it; the line's end ends it too."""
    chars = solid = kuten = dots = 0
    width = trimmed = 0  # of the line, from its first solid character to here, and to its last solid one
    length = kept = 0  # the same, of the sentence
    count = total = longest = 0
    terminal = bullet = ended = closed = False
    while at < end:
        code, at = decode(data, at)
        kind = kind_of(code, table)
        chars += 1
        if ended and not kind & (_ENDS | _CLOSING):
            count, total, longest = count + 1, total + kept, max(longest, kept)
            length, kept, ended = 0, 0, False
        if kind in (SPACE, CONTROL):
            width += width > 0
            length += length > 0
            continue
        if solid == 0:
            bullet = kind & _BULLET != 0
        solid, width, length = solid + 1, width + 1, length + 1
        trimmed, kept = width, length
        ended = ended or kind & _ENDS != 0
        closed = closed or ended
        kuten += code == 0x3002 or code == 0xFF0E
        terminal = kind & _TERMINAL != 0 or (terminal and kind & _CLOSING != 0)
        dots = 3 if code == 0x2026 else dots + 1 if code == 0x2E else 0
    if kept:
        count, total, longest = count + 1, total + kept, max(longest, kept)
    line = _Line(chars, trimmed, solid, kuten, closed, terminal, dots >= 3, bullet)
    return line, _Sentences(count, total, longest)


@kernel
def _lines(data: Bytes, offsets: Offsets, table: Bytes) -> Numbers:
    rows = len(offsets) - 1
    out = np.empty((12, rows), np.float64)
    for row in range(rows):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        lines = width = chars = solid = terminal = ellipsis = bullet = short = fragments = 0
        sentences = sentence_chars = longest = kuten = prose = 0
        while at < end:
            stop = at
            while stop < end and data[stop] != 10:
                stop += 1
            line, sentence = _line(data, at, stop, table)
            chars += line.chars + (stop < end)
            kuten += line.kuten
            if line.solid:
                lines += 1
                width += line.width
                solid += line.solid
                terminal += line.terminal
                ellipsis += line.ellipsis
                bullet += line.bullet
                short += line.width <= SHORT_LINE
                fragments += line.solid if line.solid <= FRAGMENT else 0
                prose += line.width if line.closed and line.width >= PROSE_LINE else 0
                sentences += sentence.number
                sentence_chars += sentence.chars
                longest = max(longest, sentence.longest)
            at = stop + 1
        out[0, row] = sentences
        out[1, row] = share(sentence_chars, sentences)
        out[2, row] = longest
        out[3, row] = share(kuten, chars)
        out[4, row] = lines
        out[5, row] = share(width, lines)
        out[6, row] = share(terminal, lines)
        out[7, row] = share(ellipsis, lines)
        out[8, row] = share(bullet, lines)
        out[9, row] = share(short, lines)
        out[10, row] = share(fragments, solid)
        out[11, row] = prose
    return out
