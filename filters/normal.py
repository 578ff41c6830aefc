"""Normalisation that does no harm: one way to write what has two, and nothing that a reader would miss.

Full NFKC belongs to the keys of deduplication only: on text it turns x² into x2, ㈱ into (株), ！ into !, … into three
full stops, and the marks of kaomoji into spaces with accents.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.buffers import Bytes, Offsets, Scalar, texts
from filters.core import Edit
from filters.language import MISREAD
from filters.mojibake import mojibake_shares
from filters.normal_kernels import (
    BREAK,
    COMPOSE,
    CONTROL,
    EDITED,
    GONE,
    HALF,
    JOINER,
    KEEP,
    LEAD,
    MAP,
    MISREADABLE,
    RETURN,
    SOUND,
    TONE,
    VOICE,
    Codes,
    Flags,
    rewrite,
    scan,
)

COLUMNS = ("normalised_chars",)

# CJK compatibility ideographs: names are written with them, and NFC folds them (U+FA19 to 神).
_IDEOGRAPHS = "\uf900-\ufaff\U0002f800-\U0002fa1f"
# Marks newer than Unicode 14: left alone, one text becomes the same in every Python from 3.11 on.
_NEWER = "\U00010efd-\U00010eff\U00011f41\U00011f42\U0001e08f\U0001e4ec-\U0001e4ef"
_LONGEST = 256  # marks on one letter; to order them takes the square of their number
_REMOVED = (0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x2070), 0x061C)
_LINE_ENDS = (0x0B, 0x0C, 0x85, 0x2028, 0x2029)


def normalise(batch: pa.RecordBatch) -> tuple[pa.Array, dict[str, pa.Array]]:
    """The texts in their normal form, and how many of their code points that changed or removed.

    - Half-width kana and ｡｢｣､･ become full-width, kana with its half-width mark of sound one letter (ｶﾞ to ガ; after
      a kana that has none ゛). A mark after anything else is part of a face, and stays: (ﾟдﾟ).
    - Full-width ASCII letters and digits become ASCII.
    - Control characters go, but tab and line feed; so do soft hyphens, word joiners, byte order marks, the controls of
      writing direction, and U+200B but where Thai, Lao, Burmese or Khmer part words with it. U+200C and U+200D stay
      after pictographs and in the scripts that need them.
    - CR LF, CR, form feed, vertical tab, U+0085, U+2028 and U+2029 become a line feed; U+00A0 becomes a space.
    - NFC, but CJK compatibility ideographs stay. Composed forms of assigned characters never change (Unicode's
      stability policy); marks newer than Unicode 14 and runs of more than 256 marks are left as they stand.

    Everything else stays: full-width punctuation and U+3000, ①Ⅲ㈱㎡²½…, variation selectors, U+FFFD. A text that was
    read in the wrong charset (``mojibake`` above 0.06) stays as a whole: half-width kana and controls are what shows
    it. No text becomes longer but for a few that NFC takes apart; an array in which nothing changed is returned itself.

    ``normalised_chars`` is an int32 from 0 on; of code points that NFC merges, those that are no longer there count.

    >>> from filters.buffers import batch_of
    >>> text, counts = normalise(batch_of(["ﾊﾟｿｺﾝ、Ｗｅｂ２．０！", "か\u3099\\r\\n", "神①Ⅲ㈱x²（ﾟдﾟ）…"]))
    >>> text.to_pylist(), counts["normalised_chars"].to_pylist()
    (['パソコン、Web2．0！', 'が\\n', '神①Ⅲ㈱x²（ﾟдﾟ）…'], [10, 3, 0])
    """
    array = _plain(batch.column("text"))
    data, offsets = texts(array)
    rules, becomes = _rules()
    flags = np.zeros(len(array), np.int64)
    scan(data, offsets, rules, *_interest(), flags)
    _spare_misread(data, offsets, flags)
    changed = np.zeros(len(array), np.int64)
    if (flags & EDITED).any():
        array = _rewritten(data, offsets, flags, rules, becomes, changed)
    array = _composed(array, np.flatnonzero(flags & 1 << COMPOSE), changed)
    return array, {COLUMNS[0]: pa.array(changed.astype(np.int32))}


NORMALISED = Edit("normalised", 1, COLUMNS, normalise)


def _plain(array: pa.Array) -> pa.Array:
    if not pa.types.is_large_string(array.type):
        array = pc.cast(array, pa.large_string())
    return pc.fill_null(array, "") if array.null_count else array


def _spare_misread(data: Bytes, offsets: Offsets, flags: Flags) -> None:
    """No edit for texts read in the wrong charset; only those with signs of it are looked at."""
    for row in np.flatnonzero(flags & MISREADABLE):
        if mojibake_shares(data, offsets[row : row + 2])[0] > MISREAD:
            flags[row] = 0


def _rewritten(data: Bytes, offsets: Offsets, flags: Flags, rules: Bytes, becomes: Codes, changed: Flags) -> pa.Array:
    out = np.empty(offsets[-1] - offsets[0], np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    length = rewrite(data, offsets, flags, rules, becomes, out, ends, changed)
    return _array(ends, out[:length])


def _array(ends: Offsets, data: Bytes) -> pa.Array:
    return pa.Array.from_buffers(pa.large_string(), len(ends) - 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])


def _composed(array: pa.Array, rows: Flags, changed: Flags) -> pa.Array:
    """Text by text, for few have combining marks, and of these few are not composed yet."""
    data, offsets = texts(array)
    new: dict[int, bytes] = {}
    for row in rows:
        # Bytes that are no UTF-8 come out as they went in.
        text = bytes(data[offsets[row] : offsets[row + 1]]).decode("utf-8", "surrogateescape")
        if unicodedata.is_normalized("NFC", text):
            continue
        composed = compose(text)
        if composed != text:
            new[int(row)] = composed.encode("utf-8", "surrogateescape")
            changed[row] += max(1, (Counter(text) - Counter(composed)).total())
    if not new:
        return array
    mask = np.zeros(len(array), bool)
    mask[list(new)] = True
    values = pa.array([new[row] for row in sorted(new)], pa.large_binary()).view(pa.large_string())
    return pc.replace_with_mask(array, pa.array(mask), values)


def compose(text: str) -> str:
    """NFC of everything between characters that are kept as they are.

    >>> compose("か\u3099\ufa19") == "が\ufa19"
    True
    """
    pieces, at = [], 0
    for each in kept().finditer(text):
        pieces += [unicodedata.normalize("NFC", text[at : each.start()]), each[0]]
        at = each.end()
    return "".join([*pieces, unicodedata.normalize("NFC", text[at:])])


@functools.cache
def kept() -> re.Pattern[str]:
    """What composition leaves as it is, and does not reach across."""
    newer = re.compile(f"[{_NEWER}]")
    marks = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x1F000))))
    return re.compile(f"[{_IDEOGRAPHS}{_NEWER}]+|[{newer.sub('', marks)}]{{{_LONGEST},}}")


@functools.cache
def _rules() -> tuple[Bytes, Codes]:
    """What to do with each code point of the Basic Multilingual Plane, and what it becomes if it is mapped."""
    rules = np.full(1 << 16, KEEP, np.uint8)
    becomes = np.arange(1 << 16, dtype=np.uint16)
    rules[list(_composing())] = COMPOSE
    rules[[*range(0x20), *range(0x7F, 0xA0)]] = CONTROL
    rules[[0x09, 0x0A]] = KEEP
    rules[list(_REMOVED)] = GONE
    rules[0x0D], rules[0x200B], rules[0x200C:0x200E] = RETURN, BREAK, JOINER
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)):
        rules[code], becomes[code] = MAP, code - 0xFEE0
    for code in _LINE_ENDS:
        rules[code], becomes[code] = MAP, 0x0A
    rules[0xA0], becomes[0xA0] = MAP, 0x20
    for code in range(0xFF61, 0xFF9E):
        rules[code], becomes[code] = HALF, ord(unicodedata.normalize("NFKC", chr(code)))
    rules[0xFF9E:0xFFA0] = VOICE
    return _frozen(rules), _frozen(becomes)


def _composing() -> Iterable[int]:
    """Code points of a text that need not be in NFC: marks, second halves, and those with a form to be preferred."""
    yield from (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))  # second and third of Hangul syllables
    for code in (*range(0x00A0, 0xAC00), *range(0xFB00, 0x10000)):
        each = chr(code)
        if unicodedata.combining(each) or unicodedata.normalize("NFC", each) != each:
            yield code
        parts = unicodedata.decomposition(each).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            yield int(parts[1], 16)


@functools.cache
def _interest() -> tuple[Bytes, Bytes]:
    """Which bytes the scan stops at, and after which others, as bits.

    U+3000 to U+3FFF begin with the byte of all kana, so the few marks among them are known by how they end.
    """
    rules, _ = _rules()
    bytes_, before = np.zeros(256, np.uint8), np.full(256, LEAD, np.uint8)
    leads = {chr(code).encode("utf-8", "surrogatepass")[0] for code in np.flatnonzero(rules)}
    bytes_[[*(leads - {0xE3}), 0xF0]] = LEAD
    bytes_[0xAA:0xB0] |= TONE  # U+302A to U+302F
    bytes_[0x99:0x9B] |= SOUND  # U+3099, U+309A
    before[0x80] |= TONE
    before[0x82] |= SOUND
    return _frozen(bytes_), _frozen(before)


def _frozen(array: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    array.flags.writeable = False
    return array
