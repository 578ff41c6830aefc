"""A compiled walk over the tags of serialised HTML: which text is a block, and which containers hold it.

One pass over the bytes. Inline tags vanish, white space collapses as in ``flow``; what takes a look at whole lines
(``<br>`` in a sentence, ``<pre>``) is handed on raw.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corpus_builder.extract.flow_kernels import flow_into, has_text, is_blank_text, is_permalink, letters
from filters.buffers import Bytes, kernel, signed

Codes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64]

# Kinds of tags, in the order that the walk tests them: all from RULE on end a block.
LINK, BUTTON, BREAK, DROPPED, RULE, BLOCK, OPENER, REGION, PRE, TABLE, ROW, CELL = range(1, 13)
# Columns of what the walk finds. Spans are of the output (text) and of the markup (attributes).
TEXT, TEXT_END, HOW, BLOCK_TAG, LINKED, BLOCK_REGION = range(6)
REGION_TAG, REGION_KIND, ATTRIBUTES, ATTRIBUTES_END, PARENT, START, END = range(7)
TABLE_REGION, TABLE_START, TABLE_END, LAYOUT, ROWS, REGIONS_END = range(6)
CELL_TABLE, CELL_ROW, CELL_START = range(3)
# What the walk knows at each place, and counts.
REGION_NOW, TAG_NOW, TABLE_NOW, PRE_NOW, DEPTH, N_BLOCKS, N_REGIONS, N_TABLES, N_CELLS, N_TEXT = range(10)
# What is left to do for a block's text: nothing, lines to join at <br>, lines to keep.
FLOWED, BROKEN, PREFORMATTED = range(3)

_LT, _GT, _SLASH, _BANG, _MINUS = 0x3C, 0x3E, 0x2F, 0x21, 0x2D


@kernel
def name_code(data: Bytes, start: int, end: int) -> np.uint64:
    """FNV-1a of a tag's name in lower case."""
    code = np.uint64(0xCBF29CE484222325)
    for place in range(start, end):
        code = (code ^ np.uint64(data[place] | 0x20)) * np.uint64(0x100000001B3)
    return code


@kernel
def _closing(data: Bytes, start: int, name: int, name_end: int) -> int:
    """Behind the next ``</name>``, or -1."""
    size = name_end - name
    for place in range(start, len(data) - size - 2):
        if data[place] != _LT or data[place + 1] != _SLASH or data[place + 2 + size] != _GT:
            continue
        step = 0
        while step < size and data[place + 2 + step] == data[name + step]:
            step += 1
        if step == size:
            return place + size + 3
    return -1


@kernel
def _comment_end(data: Bytes, start: int) -> int:
    for place in range(start, len(data) - 2):
        if data[place] == _MINUS and data[place + 1] == _MINUS and data[place + 2] == _GT:
            return place + 3
    return -1


@kernel
def _known(codes: Codes, code: np.uint64) -> int:
    """Index of ``code`` in the sorted ``codes``, or -1."""
    low, high = 0, len(codes)
    while low < high:
        middle = (low + high) // 2
        if codes[middle] < code:
            low = middle + 1
        else:
            high = middle
    return low if low < len(codes) and codes[low] == code else -1


@kernel
def _has_href(data: Bytes, start: int, end: int) -> bool:
    for place in range(start, end - 4):
        if data[place] != 0x68 or data[place + 1] != 0x72 or data[place + 2] != 0x65:
            continue
        if data[place + 3] == 0x66 and data[place + 4] == 0x3D:
            return True
    return False


@kernel
def _name_end(data: Bytes, place: int) -> int:
    while place < len(data) and data[place] > 0x20 and data[place] != _SLASH and data[place] != _GT:
        place += 1
    return place


@kernel
def _next(data: Bytes, place: int, byte: int) -> int:
    while place < len(data) and data[place] != byte:
        place += 1
    return place


@kernel
def _open(
    state: Numbers, regions: Rows, tables: Rows, cells: Rows, stack: Rows, tag: int, kind: int, names: tuple[int, int]
) -> None:
    """A block element begins. Elements with attributes are regions until their names are looked at."""
    stack[state[DEPTH], 0], stack[state[DEPTH], 1] = state[REGION_NOW], state[TAG_NOW]
    state[DEPTH] += 1
    state[TAG_NOW] = tag
    if kind in (REGION, TABLE, CELL) or names[1] > names[0]:
        region = regions[state[N_REGIONS]]
        region[REGION_TAG], region[REGION_KIND], region[PARENT] = tag, kind, state[REGION_NOW]
        region[ATTRIBUTES], region[ATTRIBUTES_END] = names
        region[START] = state[N_BLOCKS]
        state[REGION_NOW] = state[N_REGIONS]
        state[N_REGIONS] += 1
    now = state[TABLE_NOW]
    if kind == PRE:
        state[PRE_NOW] += 1
    elif kind == TABLE:
        if now >= 0:
            tables[now, LAYOUT] = 1
        table = tables[state[N_TABLES]]
        table[TABLE_REGION], table[TABLE_START], table[LAYOUT], table[ROWS] = state[REGION_NOW], state[N_BLOCKS], 0, 0
        table[TABLE_END] = now  # the table around it, until it is closed
        state[TABLE_NOW] = state[N_TABLES]
        state[N_TABLES] += 1
    elif kind == ROW and now >= 0:
        tables[now, ROWS] += 1
    elif kind == CELL and now >= 0 and tables[now, ROWS]:
        cell = cells[state[N_CELLS]]
        cell[CELL_TABLE], cell[CELL_ROW], cell[CELL_START] = now, tables[now, ROWS] - 1, state[N_BLOCKS]
        state[N_CELLS] += 1


@kernel
def _close(state: Numbers, regions: Rows, tables: Rows, stack: Rows, kind: int) -> None:
    """The innermost open element ends."""
    if state[DEPTH] == 0:
        return
    now = state[TABLE_NOW]
    if kind == PRE:
        state[PRE_NOW] -= 1
    elif kind == TABLE and now >= 0:
        state[TABLE_NOW] = tables[now, TABLE_END]
        tables[now, TABLE_END], tables[now, REGIONS_END] = state[N_BLOCKS], state[N_REGIONS]
    state[DEPTH] -= 1
    outer, state[TAG_NOW] = stack[state[DEPTH]]
    while state[REGION_NOW] > outer:
        regions[state[REGION_NOW], END] = state[N_BLOCKS]
        state[REGION_NOW] = regions[state[REGION_NOW], PARENT]


@kernel
def _block(
    state: Numbers, blocks: Rows, out: Bytes, raw: Bytes, end: int, broken: bool, linked: int, classes: Bytes
) -> None:
    """The gathered text as a block, if there is any."""
    if not has_text(raw, end):
        return
    block, at = blocks[state[N_BLOCKS]], state[N_TEXT]
    block[TEXT], block[LINKED] = at, linked
    block[BLOCK_TAG], block[BLOCK_REGION] = state[TAG_NOW], state[REGION_NOW]
    block[HOW] = PREFORMATTED if state[PRE_NOW] > 0 else BROKEN if broken else FLOWED
    if block[HOW] == FLOWED:
        at = flow_into(out, at, raw, end, classes)
    else:
        out[at : at + end] = raw[:end]
        at += end
    block[TEXT_END] = state[N_TEXT] = at
    state[N_BLOCKS] += 1


def code_of(name: str) -> int:
    """``name_code`` of a whole name."""
    data = np.frombuffer(name.encode(), np.uint8)
    return int(name_code(data, 0, len(data)))


@kernel
def most_open(data: Bytes, codes: Codes) -> int:
    """The most elements of the names in ``codes`` that are open at a time."""
    counts = np.zeros(len(codes), np.int64)
    total, most, place = 0, 0, _next(data, 0, _LT)
    while place < len(data):
        closing = place + 1 < len(data) and data[place + 1] == _SLASH
        name = place + 1 + closing
        known = _known(codes, name_code(data, name, _name_end(data, name)))
        if known >= 0 and (not closing or counts[known]):
            step = -1 if closing else 1
            counts[known] += step
            total += step
            most = max(most, total)
        place = _next(data, place + 1, _LT)
    return most


@kernel
def walk(
    data: Bytes,
    codes: Codes,
    kinds: Bytes,
    classes: Bytes,
    raw: Bytes,
    out: Bytes,
    found: tuple[Rows, Rows, Rows, Rows, Rows],
    state: Numbers,
) -> None:
    """Fill ``out`` and the rows of ``found``: blocks, regions, tables, cells, room for a stack. Counts in ``state``."""
    blocks, regions, tables, cells, stack = found
    size, place, end, linked = len(data), 0, 0, 0
    state[:] = 0
    state[REGION_NOW] = state[TAG_NOW] = state[TABLE_NOW] = -1
    # What has no end behind one place has none further on: else raw text that leaked costs the square of itself.
    endless, comments = np.zeros(len(codes), np.bool_), True
    reading, link, fresh, broken, last_break, after_break, after_block = False, False, False, False, False, False, False
    while place < size:
        if data[place] != _LT:
            stop = _next(data, place, _LT)
            space = (after_break and is_blank_text(data, place, stop)) or (
                after_block and not letters(data, place, stop)
            )
            after_block = after_block and space
            if reading and not space and not (fresh and link and is_permalink(data, place, stop)):
                raw[end : end + stop - place] = data[place:stop]
                end += stop - place
                last_break = False
                if link:
                    linked += letters(data, place, stop)
            fresh = False
            place = stop
            continue
        bang = comments and place + 3 < size and data[place + 1] == _BANG
        if bang and data[place + 2] == _MINUS and data[place + 3] == _MINUS:
            stop = _comment_end(data, place + 4)
            if stop > 0:
                place = stop
                continue
            comments = False
        closing = place + 1 < size and data[place + 1] == _SLASH
        name = place + 1 + closing
        named = name < size and 0x61 <= data[name] | 0x20 <= 0x7A
        name_end = _name_end(data, name) if named else name
        stop = _next(data, name_end, _GT) if named else size
        if stop == size:
            reading = False
            place += 1
            continue
        known = _known(codes, name_code(data, name, name_end))
        kind = signed(kinds[known]) if known >= 0 else 0
        if kind == DROPPED and not closing and not endless[known]:
            behind = _closing(data, stop + 1, name, name_end)
            if behind > 0:
                place = behind
                continue
            endless[known] = True
        place = stop + 1
        reading, fresh, after_break, after_block = True, False, False, False
        pre = state[PRE_NOW] > 0
        if kind in (LINK, BUTTON):
            # <a name=...> is no link; the button in a heading opens what is below.
            opens = kind == BUTTON and state[TAG_NOW] >= 0 and kinds[state[TAG_NOW]] == OPENER
            link = not closing and not opens and (kind == BUTTON or _has_href(data, name_end, stop))
            fresh = True
        elif kind == BREAK and (pre or not last_break):
            raw[end] = 0
            end += 1
            broken, last_break, after_break = True, not pre, not pre
        elif kind == BREAK or kind >= RULE:
            _block(state, blocks, out, raw, end, broken, linked, classes)
            end, linked, broken, last_break, after_break = 0, 0, False, False, kind == BREAK
            if kind > RULE and closing:
                _close(state, regions, tables, stack, kind)
            elif kind > RULE:
                _open(state, regions, tables, cells, stack, known, kind, (name_end, stop))
            after_block = kind >= RULE and state[PRE_NOW] == 0
    _block(state, blocks, out, raw, end, broken, linked, classes)
    while state[DEPTH]:
        _close(state, regions, tables, stack, BLOCK)
    while state[TABLE_NOW] >= 0:
        now = state[TABLE_NOW]
        state[TABLE_NOW], tables[now, LAYOUT] = tables[now, TABLE_END], 1
