"""What a text is written with: shares of scripts, digits, symbols and space, from one pass over its bytes.

Cheap, and the base of most decisions about Japanese: running Japanese is about half hiragana, lists and tables are
not, and text read in the wrong charset is full of half-width kana or U+FFFD.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, columns, decode, kernel, share, texts, whole
from filters.core import Measure
from filters.scripts import (
    DIGIT,
    HALF_WIDTH_KANA,
    HAN,
    HANGUL,
    HIRAGANA,
    JAPANESE_MARK,
    KATAKANA,
    KINDS,
    LATIN,
    NEWLINE,
    REPLACED,
    SPACE,
    SYMBOL,
    kind_of,
    kinds,
)

COLUMNS = (
    "chars",
    "hiragana_ratio",
    "katakana_ratio",
    "han_ratio",
    "kana_ratio",
    "japanese_ratio",
    "hiragana_share",
    "hangul_ratio",
    "latin_ratio",
    "digit_ratio",
    "symbol_ratio",
    "space_ratio",
    "newline_space_ratio",
    "replacement_ratio",
    "halfwidth_kana_ratio",
)


def measure_characters(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Shares of all code points of the text, each in [0, 1], undefined for the empty text.

    - ``chars``: code points, line ends and spaces included.
    - ``hiragana_ratio`` (uzushio), ``katakana_ratio`` (ー included; Swallow), ``han_ratio`` (kanji, 々, 〇),
      ``hangul_ratio``, ``latin_ratio`` (accented and full-width letters too), ``digit_ratio`` (full-width too).
    - ``kana_ratio``: hiragana and katakana. Half-width kana are left out: they are rare in good text and the mark
      of text read in the wrong charset, so they have ``halfwidth_kana_ratio``.
    - ``japanese_ratio``: kana, kanji and the punctuation of running Japanese (、。「」（）！？・～…; Swallow).
    - ``hiragana_share``: hiragana, of the characters that make ``japanese_ratio`` (Swallow, ≥ .2). It does not fall
      where Japanese is mixed with code or English; undefined without any Japanese.
    - ``symbol_ratio``: everything that is neither letter, digit, space nor punctuation of running text:
      ★ → | / # $ {, pictographs, private use (after BigScience's special characters, without their digits).
    - ``space_ratio``: spaces of every width and tabs; ``newline_space_ratio``: these and line ends
      (LLM-jp v4's rule for text from PDF).
    - ``replacement_ratio``: U+FFFD, bytes lost in decoding.

    >>> from filters.buffers import batch_of
    >>> found = measure_characters(batch_of(["漢字とカナ。", "ｱｲ �a", ""]))
    >>> [found[name].to_pylist() for name in ("chars", "halfwidth_kana_ratio", "space_ratio")]
    [[6, 5, 0], [0.0, 0.4000000059604645, nan], [0.0, 0.20000000298023224, nan]]
    >>> [round(x, 3) for x in found["kana_ratio"].to_pylist()[:2]], found["japanese_ratio"][0].as_py()
    ([0.5, 0.0], 1.0)
    """
    data, offsets = texts(batch.column("text"))
    return columns(COLUMNS, _shares(data, offsets, kinds()), counts=("chars",))


CHARACTERS = Measure("characters", 1, COLUMNS, measure_characters)


@kernel
def _shares(data: Bytes, offsets: Offsets, table: Bytes) -> Numbers:
    rows = len(offsets) - 1
    out = np.empty((15, rows), np.float64)
    seen = np.zeros(KINDS, np.int64)
    for row in range(rows):
        seen[:] = 0
        at = offsets[row]
        end = whole(data, at, offsets[row + 1])
        while at < end:
            code, at = decode(data, at)
            seen[kind_of(code, table)] += 1
        chars = seen.sum()
        kana = seen[HIRAGANA] + seen[KATAKANA]
        japanese = kana + seen[HAN] + seen[JAPANESE_MARK]
        out[0, row] = chars
        out[1, row] = share(seen[HIRAGANA], chars)
        out[2, row] = share(seen[KATAKANA], chars)
        out[3, row] = share(seen[HAN], chars)
        out[4, row] = share(kana, chars)
        out[5, row] = share(japanese, chars)
        out[6, row] = share(seen[HIRAGANA], japanese)
        out[7, row] = share(seen[HANGUL], chars)
        out[8, row] = share(seen[LATIN], chars)
        out[9, row] = share(seen[DIGIT], chars)
        out[10, row] = share(seen[SYMBOL], chars)
        out[11, row] = share(seen[SPACE], chars)
        out[12, row] = share(seen[SPACE] + seen[NEWLINE], chars)
        out[13, row] = share(seen[REPLACED], chars)
        out[14, row] = share(seen[HALF_WIDTH_KANA], chars)
    return out
