"""C4's rules as measures: which of its lines would stay, how many sentences these have, and what C4 refuses outright.

C4 cuts lines out of documents. Nothing is cut here: a filter over these measures decides as C4 decides of the whole
document, and leaves its text alone.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, share, signed, texts, whole
from filters.core import Measure
from filters.english.rules import BLANK, MARK, Classes, class_of, classes, exceptions
from filters.english.words import CLASS, CODE, END, Codes, cut, new_run, next_run
from filters.hashing import Keys

COLUMNS = (
    "c4_line_ratio",
    "c4_sentences",
    "c4_lorem_ipsum_lines",
    "c4_curly_bracket_lines",
    "c4_javascript_lines",
    "c4_policy_lines",
    "c4_longest_word",
)
MIN_WORDS, MAX_WORD = 3, 1000  # words of a line; characters of a word
LOREM, JAVASCRIPT = 0, 1  # places in PHRASES; the rest are of policies
PHRASES = (
    *("lorem ipsum", "javascript"),
    *("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"),
)


def measure_c4(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Lines that end in . ? ! " or ' but not in three full stops, of at least three words, none above 1,000
    characters, and with neither javascript nor a phrase of policies in them, are those that C4 keeps. Words are
    here what stands between spaces; notes like [1] and [edit] at the end of a line are passed over, as C4 cuts them.

    - ``c4_line_ratio``: lines that C4 keeps, of all that are not blank, [0, 1]; undefined where there is none.
    - ``c4_sentences``: sentences in them (C4, ≥ 5), which end where a full stop, ? or ! stands as a word of its own
      (spaCy's sentencizer over ``english_words``).
    - ``c4_lorem_ipsum_lines`` (C4, 0) and ``c4_curly_bracket_lines`` (C4, 0): lines with these which C4 would
      otherwise have kept. C4 refuses a document for one.
    - ``c4_javascript_lines``, ``c4_policy_lines``: lines left out for those words alone.
    - ``c4_longest_word``: characters of the longest word (C4 leaves out lines with more than 1,000).

    Sources: Raffel et al. 2020, 2.2, and c4_utils of TensorFlow Datasets; the order of the rules is datatrove's
    (0.10). Of C4's rules that of bad words is left to word lists.

    >>> from filters.buffers import batch_of
    >>> found = measure_c4(batch_of(["It rained. We read.[1]\\nHome\\nEnable JavaScript here now.\\nLa { la la.", ""]))
    >>> {name[3:]: round(found[name][0].as_py(), 2) for name in COLUMNS}
    {'line_ratio': 0.25, 'sentences': 2, 'lorem_ipsum_lines': 0, 'curly_bracket_lines': 1, 'javascript_lines': 1, \
'policy_lines': 0, 'longest_word': 10}
    """
    data, offsets = texts(batch.column("text"))
    return columns(COLUMNS, _c4(data, offsets, classes(), exceptions(), new_run(), _phrases()), counts=COLUMNS[1:])


C4 = Measure("c4", 1, COLUMNS, measure_c4)


class _Phrases(NamedTuple):
    """One phrase a row, zero-filled, and for every byte the phrases that have it first, and second, a bit each."""

    letters: Bytes
    first: Bytes
    second: Bytes


class _Line(NamedTuple):
    end: int  # without white space behind
    words: int
    longest: int
    phrases: int  # a bit for each that was found
    curly: bool


@functools.cache
def _phrases() -> _Phrases:
    letters = np.zeros((len(PHRASES), max(map(len, PHRASES)) + 1), np.uint8)
    first, second = np.zeros((2, 256), np.uint8)
    for place, phrase in enumerate(PHRASES):
        letters[place, : len(phrase)] = np.frombuffer(phrase.encode(), np.uint8)
        for table, letter in ((first, phrase[0]), (second, phrase[1])):
            table[[ord(letter), ord(letter.upper())]] |= 1 << place
    return _Phrases(letters, first, second)


@kernel
def _c4(data: Bytes, offsets: Offsets, classes: Classes, exceptions: Keys, run: Codes, phrases: _Phrases) -> Numbers:
    out = np.zeros((7, len(offsets) - 1), np.float64)
    for row in range(len(offsets) - 1):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        lines = kept = longest = 0
        while at < end:
            stop = at
            while stop < end and data[stop] != 0x0A and data[stop] != 0x0D:
                stop += 1
            line = _line(data, at, stop, classes, phrases)
            lines, longest = lines + (line.words > 0), max(longest, line.longest)
            last = _without_notes(data, at, line.end)
            if line.longest <= MAX_WORD and line.words >= MIN_WORDS and _is_end(data, at, last):
                if line.phrases & 1 << LOREM:
                    out[2, row] += 1
                elif line.phrases & 1 << JAVASCRIPT:
                    out[4, row] += 1
                elif line.curly:
                    out[3, row] += 1
                elif line.phrases:
                    out[5, row] += 1
                else:
                    kept += 1
                    out[1, row] += _sentences(data, at, last, classes, exceptions, run)
            at = stop + 1
        out[0, row] = share(kept, lines)
        out[6, row] = longest
    return out


@kernel
def _line(data: Bytes, at: int, stop: int, classes: Classes, phrases: _Phrases) -> _Line:
    letters, first, second = phrases
    words = longest = width = found = 0
    end, curly = at, False
    while at < stop:
        begun = signed(first[data[at]]) & signed(second[data[at + 1]]) if at + 1 < stop else 0
        if begun & ~found:
            for place in range(len(letters)):
                if begun >> place & 1 and _stands(data, at, stop, letters[place]):
                    found |= 1 << place
        curly |= data[at] == 0x7B
        code, at = decode(data, at)
        if class_of(code, classes) & BLANK:
            width = 0
            continue
        words += width == 0
        end, width = at, width + 1
        longest = max(longest, width)
    return _Line(end, words, longest, found, curly)


@kernel
def _stands(data: Bytes, at: int, stop: int, phrase: Bytes) -> bool:
    """Whether the phrase stands here, in upper or lower case."""
    for place in range(len(phrase)):
        if phrase[place] == 0:
            return True
        if at + place == stop:
            return False
        byte = data[at + place]
        if (byte | 0x20 if 0x41 <= byte <= 0x5A else byte) != phrase[place]:
            return False
    return False


@kernel
def _note(data: Bytes, at: int, stop: int) -> int:
    """Where the [12], [edit] or [citation needed] that stands here ends; ``at`` if none does."""
    if data[at] != 0x5B:
        return at
    for word in (b"edit]", b"citation needed]"):
        if at + 1 + len(word) <= stop:
            same = True
            for place in range(len(word)):
                same &= data[at + 1 + place] == word[place]
            if same:
                return at + 1 + len(word)
    after = at + 1
    while after < stop and 0x30 <= data[after] <= 0x39:
        after += 1
    return after + 1 if after < stop and data[after] == 0x5D else at


@kernel
def _without_notes(data: Bytes, at: int, end: int) -> int:
    """The end of the line before the notes that it ends in."""
    while end > at and data[end - 1] == 0x5D:
        start = end - 1
        while start > at and data[start] != 0x5B:
            start -= 1
        if _note(data, start, end) != end:
            break
        end = start
    return end


@kernel
def _is_end(data: Bytes, at: int, end: int) -> bool:
    """Whether the line ends in . ? ! " or ' and not in three full stops."""
    if end == at or data[end - 1] not in (0x2E, 0x3F, 0x21, 0x22, 0x27):
        return False
    return not (end - at > 2 and data[end - 1] == 0x2E and data[end - 2] == 0x2E and data[end - 3] == 0x2E)


@kernel
def _sentences(data: Bytes, at: int, stop: int, classes: Classes, exceptions: Keys, run: Codes) -> int:
    """A sentence begins with the first word, and with every word (no mark) behind . ? or ! that is a word alone."""
    count, ended = 1, False
    while at < stop:
        part = note = at
        while part < stop and note == part:
            note = _note(data, part, stop)
            part += note == part
            note = max(note, part)
        while at < part:
            at, size, seen = next_run(data, at, part, classes, run)
            start = 0
            for place in range(cut(run, size, seen, exceptions)):
                end = run[END, place]
                marks = MARK
                for each in range(start, end):
                    marks &= run[CLASS, each]
                stops = end - start == 1 and run[CODE, start] in (0x2E, 0x21, 0x3F, 0x3002, 0xFF01, 0xFF1F, 0xFF0E)
                if ended and not marks and not stops:
                    count, ended = count + 1, False
                ended |= stops
                start = end
        at = max(note, part)
    return count
