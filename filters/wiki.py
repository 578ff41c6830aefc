"""Is this text an article: what the extraction of a wiki page leaves when there was little to extract.

The form is that of the Wikipedia reader: the title, an empty line, then paragraphs, headings and items that begin with
"- ", sections apart by an empty line. Tables, notes and link sections are gone, and templates but for their text.
"""

from __future__ import annotations

import functools

import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, Numbers, Offsets, Texts, columns, kernel, share, signed, texts
from filters.code import heads
from filters.core import Measure

COLUMNS = (
    "prose_chars",
    "list_line_ratio",
    "heading_line_ratio",
    "empty_brackets",
    "leftover_markup",
    "disambiguation",
)
COUNTS = ("prose_chars", "disambiguation")
SIGNS = (
    "may refer to",
    "may also refer to",
    "can refer to",
    "could refer to",
    "曖昧さ回避",
    "消歧义",
    "消歧義",
    "可以指",
    "동음이의",
    "#redirect",
    "#転送",
    "#重定向",
    "#넘겨주기",
)
HEADING = 60  # characters
BRACKET = 20  # characters, as the extraction has it


def measure_wiki(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """The shape of a page. The first line is the title, and counts for nothing; empty lines are no lines.

    - ``prose_chars``: characters that are not space, on lines that are neither heading nor item. What has fewer than
      200 is a stub.
    - ``list_line_ratio``: items, of all lines, [0, 1].
    - ``heading_line_ratio``: headings, of all lines, [0, 1]: lines of 60 characters at most behind an empty line and
      before one that is not, without a mark at their end.
    - ``empty_brackets``: round brackets of both widths around nothing but space and commas, a thousand characters:
      what vanished templates leave. Brackets right behind an ASCII letter or digit are calls of functions.
    - ``leftover_markup``: {{ }} [[ ]] {| |} <ref ''' and |- that begins a line, a thousand characters.
    - ``disambiguation``: 1 if the first five lines say that the page is about several things or is a redirect.

    Ratios are undefined for a text without a line behind its title, frequencies for an empty one.

    >>> from filters.buffers import batch_of
    >>> page = "東京\\n\\n東京（、）は首都。\\n\\n歴史\\n1868年に改称。\\n- 一覧 [[x]]"
    >>> found = measure_wiki(batch_of([page, "Ada\\n\\nAda may refer to:\\n\\n- a language\\n- a place", ""]))
    >>> [[round(x, 2) for x in found[name].to_pylist()] for name in COLUMNS[:3]]
    [[18, 14, 0], [0.25, 0.67, nan], [0.25, 0.0, nan]]
    >>> round(found["empty_brackets"][0].as_py()), round(found["leftover_markup"][0].as_py())
    (31, 62)
    >>> found["disambiguation"].to_pylist()
    [0, 1, 0]
    """
    data, offsets = texts(batch.column("text"))
    numbers = np.empty((len(COLUMNS), batch.num_rows), np.float64)
    _pages(data, offsets, numbers)
    signs = _signs()
    heads(data, offsets, signs.data, signs.offsets, numbers[5])
    return columns(COLUMNS, numbers, counts=COUNTS)


WIKI = Measure("wiki", 1, COLUMNS, measure_wiki)


@functools.cache
def _signs() -> Texts:
    return texts(pa.array(SIGNS, pa.large_string()))


@kernel
def _pages(data: Bytes, offsets: Offsets, out: Numbers) -> None:
    """Fill the first five rows of ``out``."""
    for row in range(len(offsets) - 1):
        text = data[offsets[row] : offsets[row + 1]]
        at = prose = lines = items = headings = brackets = marks = chars = 0
        title, after_empty = True, False
        while at < len(text):
            stop, solid, width, empty, left = _line(text, at)
            chars += width
            brackets += empty
            marks += left
            if solid and not title:
                lines += 1
                item = stop - at > 1 and text[at] == 45 and text[at + 1] == 32
                heading = not item and after_empty and width <= HEADING and _leads(text, at, stop)
                items, headings = items + item, headings + heading
                prose += 0 if item or heading else solid
            title = title and solid == 0
            after_empty = solid == 0
            at = stop + 1
        out[0, row] = prose
        out[1, row] = share(items, lines)
        out[2, row] = share(headings, lines)
        out[3, row] = share(1000 * brackets, chars)
        out[4, row] = share(1000 * marks, chars)


@kernel
def _line(text: Bytes, at: int) -> tuple[int, int, int, int, int]:
    """Where a line ends; its characters that are not space, and all; its empty brackets; its marks of wikitext."""
    solid = width = empty = marks = 0
    if at + 1 < len(text) and text[at] == 124 and text[at + 1] == 45:  # |-
        marks += 1
    while at < len(text) and text[at] != 10:
        byte = signed(text[at])
        first = byte & 0xC0 != 0x80
        width += first
        solid += first and byte > 32
        step = 1
        if byte == 40 or (byte == 0xEF and _stands(text, at, 0xBC, 0x88)):  # ( （
            empty += _is_empty(text, at)
        elif byte in (123, 125, 91, 93, 124, 60, 39):
            step = _mark(text, at, byte)
            marks += step > 1
            width, solid = width + step - 1, solid + step - 1
        at += step
    return at, solid, width, empty, marks


@kernel
def _mark(text: Bytes, at: int, byte: int) -> int:
    """The length of the mark of wikitext that stands there, 1 if there is none."""
    two = signed(text[at + 1]) if at + 1 < len(text) else 0
    three = signed(text[at + 2]) if at + 2 < len(text) else 0
    if byte == 60:
        return 3 if two | 0x20 == 114 and three | 0x20 == 101 else 1  # <re
    if byte == 39:
        return 3 if two == 39 and three == 39 else 1
    if byte == 124:
        return 2 if two == 125 else 1
    return 2 if two == byte or (byte == 123 and two == 124) else 1


@kernel
def _stands(text: Bytes, at: int, second: int, third: int) -> bool:
    return at + 2 < len(text) and text[at + 1] == second and text[at + 2] == third


@kernel
def _is_empty(text: Bytes, at: int) -> bool:
    """Whether the bracket that opens there closes with nothing said."""
    wide = text[at] == 0xEF
    before = signed(text[at - 1]) if at > 0 else 32
    called = not wide and (48 <= before <= 57 or 97 <= before | 0x20 <= 122 or before in (95, 41))
    at += 3 if wide else 1
    for _ in range(BRACKET):
        byte = signed(text[at]) if at < len(text) else 10
        if byte in (32, 44, 59, 58, 47):  # space , ; : /
            at += 1
        elif byte == 0xE3 and (_stands(text, at, 0x80, 0x81) or _stands(text, at, 0x83, 0xBB)):  # 、 ・
            at += 3
        else:
            break
    if wide:
        return at < len(text) and text[at] == 0xEF and _stands(text, at, 0xBC, 0x89)
    return not called and at < len(text) and text[at] == 41


@kernel
def _leads(text: Bytes, at: int, stop: int) -> bool:
    """Whether a line stands right before another, and does not end as a sentence does."""
    last = signed(text[stop - 1])
    ends = last in (46, 33, 63, 58, 59, 44)  # . ! ? : ; ,
    if stop - at > 2 and text[stop - 3] == 0xE3:
        ends = text[stop - 2] == 0x80 and last in (0x81, 0x82, 0x8D)  # 、 。 」
    return not ends and stop + 1 < len(text) and text[stop + 1] != 10
