"""FineWeb's own line rules, counted as FineWeb counts: the very last character of a line, and lines equal to the byte.

``sentences`` and ``repetition`` measure the same more kindly: brackets and quotation marks behind a full stop are
passed over there, and so are spaces that alone tell two lines apart. FineWeb's bounds are for the numbers here; its
words and short lines are in ``english``.
"""

from __future__ import annotations

import functools

import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, share, texts, whole
from filters.core import Measure
from filters.english.rules import BLANK, Classes, class_of, classes
from filters.hashing import doubled, joined, scatter, slot_of

COLUMNS = ("fineweb_line_end_ratio", "fineweb_repeated_char_ratio")

_TERMINATORS = ".!?。．！？｡‼⁇⁈⁉‽⸮؟۔।॥։።፧។៕᙮﹒﹖﹗"
_ODD = np.uint64(1)  # a key is never zero


def measure_fineweb(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Shares in [0, 1], undefined for a text without a line that is not blank.

    - ``fineweb_line_end_ratio``: lines whose last character is a full stop, ? or ! of any script, of all that are
      not blank; a quotation mark or a space behind it is another last character (FineWeb, ≥ .12).
    - ``fineweb_repeated_char_ratio``: characters of lines, not blank, that stood earlier in the document, of all
      characters but line ends (FineWeb, ≤ .01). Equality of lines is equality of 64-bit hashes.

    Source: Penedo et al. 2024, 3.6, as datatrove 0.10 counts.

    >>> from filters.buffers import batch_of
    >>> found = measure_fineweb(batch_of(["It rained.\\nHome\\nHome\\n \\n“Yes.”", " "]))
    >>> [[round(x, 2) for x in found[name].to_pylist()] for name in COLUMNS]
    [[0.25, nan], [0.16, nan]]
    """
    data, offsets = texts(batch.column("text"))
    return columns(COLUMNS, _fineweb(data, offsets, classes(), _terminators()))


FINEWEB = Measure("fineweb", 1, COLUMNS, measure_fineweb)


@functools.cache
def _terminators() -> Bytes:
    table = np.zeros(1 << 16, np.uint8)
    table[[ord(mark) for mark in _TERMINATORS]] = 1
    table.flags.writeable = False
    return table


@kernel
def _fineweb(data: Bytes, offsets: Offsets, classes: Classes, terminators: Bytes) -> Numbers:
    out = np.empty((2, len(offsets) - 1), np.float64)
    for row in range(len(offsets) - 1):
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        seen = np.zeros(64, np.uint64)
        known = lines = ended = chars = again = 0
        while at < end:
            key, width, last, solid, at = _line(data, at, end, classes)
            chars += width
            if not solid:
                continue
            lines, ended = lines + 1, ended + (last < 0x10000 and terminators[last] != 0)
            slot = slot_of(seen, key)
            if seen[slot] == key:
                again += width
                continue
            seen[slot] = key
            known += 1
            if 2 * known > len(seen):
                seen = doubled(seen)
        out[0, row] = share(ended, lines)
        out[1, row] = share(again, chars if lines else 0)
    return out


@kernel
def _line(data: Bytes, at: int, end: int, classes: Classes) -> tuple[np.uint64, int, int, bool, int]:
    """The line's hash, its characters, the last of them, whether it is not blank, and where the next line starts."""
    state, width, code, solid = np.uint64(0), 0, 0, False
    while at < end and data[at] != 0x0A:
        code, at = decode(data, at)
        state, width = joined(state, code), width + 1
        solid |= class_of(code, classes) & BLANK == 0
    return scatter(state) | _ODD, width, code, solid, at + 1
