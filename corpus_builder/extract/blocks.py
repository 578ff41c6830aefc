"""A page's markup as a flat list of text blocks and of the regions (containers) that hold them.

The tree is parsed and repaired by lexbor and written out again; a compiled walk over the bytes reads the tags. Nodes
are never visited from Python, which costs several times as much, and nothing recurses.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus_builder.extract import flow_kernels, hints
from corpus_builder.extract import tag_kernels as kernels
from corpus_builder.extract.flow import AMBIGUOUS, WIDE, flow, preformatted
from filters.buffers import Bytes

# No text of the page, or text that is read elsewhere: the readings of ruby are printed above it.
# All elements whose content is raw are here, for a "<" in them would be taken for a tag.
_KINDS = {
    kernels.DROPPED: "script style template svg iframe object select textarea datalist rt rp rtc audio"
    " video canvas head map annotation annotation-xml noframes noembed dialog xmp plaintext",
    kernels.LINK: "a",
    kernels.BUTTON: "button",
    kernels.BREAK: "br",
    kernels.RULE: "hr",
    kernels.BLOCK: "p li dd figcaption caption legend option title thead tbody tfoot colgroup optgroup",
    kernels.OPENER: "h1 h2 h3 h4 h5 h6 dt summary",
    kernels.REGION: "body div section article main aside nav header footer form ul ol dl menu center"
    " blockquote figure details fieldset address frameset hgroup search dir noscript",
    kernels.PRE: "pre listing",
    kernels.TABLE: "table",
    kernels.ROW: "tr",
    kernels.CELL: "td th",
}
PREFORMATTED = frozenset(_KINDS[kernels.PRE].split())
_CONTAINERS = (kernels.REGION, kernels.TABLE, kernels.CELL)
_CLASSES = (
    (flow_kernels.WIDE, f"[{WIDE}]"),
    (flow_kernels.AMBIGUOUS, f"[{AMBIGUOUS}]"),
    (flow_kernels.ZERO_WIDTH, "\u200b"),
)
_CHARACTERS = 0x40000  # code points that have a class: planes 0 to 3
_LONG_CELL = 300
"""Characters in several blocks that no cell of a data table has; four times that in one block."""
_PARAGRAPH = 60
"""Characters of a cell that is a paragraph."""


class Block(NamedTuple):
    """``tag`` is the nearest block element's, ``row`` for a line of a data table.

    ``link_chars`` counts characters of ``text`` that are link labels, ``region`` is an index or -1.
    """

    text: str
    tag: str
    link_chars: int
    region: int


class Region(NamedTuple):
    """A container: the blocks ``start <= i < end`` lie in it. ``parent`` is an index or -1."""

    tag: str
    attributes: str
    hint: hints.Hint
    parent: int
    start: int
    end: int


class _Found(NamedTuple):
    """Rows of numbers, columns as named in ``tag_kernels``."""

    blocks: list[list[int]]
    regions: list[list[int]]
    tables: list[list[int]]
    cells: list[list[int]]


class _Tags(NamedTuple):
    names: tuple[str, ...]
    codes: npt.NDArray[np.uint64]
    kinds: Bytes
    classes: Bytes


def read(markup: str) -> tuple[list[Block], list[Region]]:
    """Blocks in page order, and regions in order of opening (a parent before its children).

    ``markup`` is as the parser serialises it: well-formed, no ``<`` or ``>`` inside attributes.
    """
    data = markup.encode()
    text, found = _walk(data)
    names = _tags().names
    blocks = []
    for start, end, how, tag, linked, region in found.blocks:
        words = text[start:end].decode()
        if how:
            words = preformatted(words) if how == kernels.PREFORMATTED else flow(words)
        blocks.append(Block(words, names[tag] if tag >= 0 else "body", min(linked, len(words)), region))
    moved = list(range(len(blocks) + 1))  # where the block at each index went
    removed = [False] * len(found.regions)
    if found.cells:
        blocks = _with_rows(blocks, found, moved, removed)
    regions, became = _regions(data, found.regions, moved, removed)
    return [Block(text, tag, links, became[region]) for text, tag, links, region in blocks], regions


def _walk(data: bytes) -> tuple[bytes, _Found]:
    """The text of all blocks, and where what is."""
    tags = _tags()
    array = np.frombuffer(data, np.uint8)
    most = data.count(b"<") + 1
    out = np.empty(2 * len(data) + 1, np.uint8)
    blocks, regions, tables, cells, stack = (np.empty((most, columns), np.int64) for columns in (6, 7, 6, 3, 2))
    state = np.zeros(10, np.int64)
    rows = (blocks, regions, tables, cells)
    kernels.walk(array, tags.codes, tags.kinds, tags.classes, np.empty_like(array), out, (*rows, stack), state)
    *counts, size = state[kernels.N_BLOCKS :].tolist()
    return out[:size].tobytes(), _Found(*(each[:count].tolist() for each, count in zip(rows, counts, strict=True)))


def _regions(
    data: bytes, rows: list[list[int]], moved: list[int], removed: list[bool]
) -> tuple[list[Region], list[int]]:
    """Regions that are containers or have a name that says something; and which of them each row became."""
    names = _tags().names
    regions: list[Region] = []
    became: list[int] = []
    for (tag, kind, start, end, parent, first, last), gone in zip(rows, removed, strict=True):
        outer = became[parent] if parent >= 0 else -1
        named = _named if end - start <= hints.READ else _named.__wrapped__
        attributes, hint = named(names[tag], data[start:end])
        if not gone and (hint.level or kind in _CONTAINERS):
            regions.append(Region(names[tag], attributes, hint, outer, moved[first], moved[last]))
            outer = len(regions) - 1
        became.append(outer)
    became.append(-1)  # of blocks in no region
    return regions, became


@functools.lru_cache(maxsize=16384)
def _named(tag: str, attributes: bytes) -> tuple[str, hints.Hint]:
    """The attributes as text, and what they say. The caller keeps long ones, which carry data, out of the cache."""
    text = attributes.decode()
    return text, hints.of(tag, text)


def _with_rows(blocks: list[Block], found: _Found, moved: list[int], removed: list[bool]) -> list[Block]:
    """Each row of a data table made one block; the cells of a layout table are left alone."""
    rows: list[dict[int, list[int]]] = [{} for _ in found.tables]
    for number, row, first in found.cells:
        rows[number].setdefault(row, []).append(first)
    out: list[Block] = []
    done = 0
    for (region, start, end, layout, height, regions_end), cells in zip(found.tables, rows, strict=True):
        merged = None if layout or height < 2 else _merged(blocks, list(cells.values()), height, end, region)
        if merged is None:
            continue
        out += blocks[done:start]
        for place in range(done, start + 1):
            moved[place] = place + len(out) - start
        out += [block._replace(region=region) for block in blocks[start : cells[min(cells)][0]]]
        out += merged
        done, moved[end] = end, len(out)
        removed[region + 1 : regions_end] = [True] * (regions_end - region - 1)
    out += blocks[done:]
    for place in range(done, len(moved)):
        moved[place] = place + len(out) - len(blocks)
    return out


def _merged(blocks: list[Block], rows: list[list[int]], height: int, end: int, region: int) -> list[Block] | None:
    """The lines of a data table, or None where its cells are no data."""
    if not rows or max(map(len, rows)) < 2:
        return None
    bounds = [*(first for row in rows for first in row), end]
    cells = iter([blocks[a:b] for a, b in pairwise(bounds)])
    table = [[next(cells) for _ in row] for row in rows]
    if not all(_is_cell(cell) for row in table for cell in row) or _is_definitions(table, height):
        return None
    return [line for row in table if (line := _row(row, region)).text]


def _is_cell(blocks: list[Block]) -> bool:
    size = sum(len(block.text) for block in blocks)
    return size <= _LONG_CELL or (len(blocks) == 1 and size <= 4 * _LONG_CELL)


def _is_definitions(rows: list[list[list[Block]]], height: int) -> bool:
    """Whether a table of two columns is labels and paragraphs, as footnotes are set: a definition list."""
    if len(rows) < height or any(len(row) != 2 for row in rows):
        return False
    return 2 * sum(_is_paragraph(row[1]) for row in rows) > height


def _is_paragraph(cell: list[Block]) -> bool:
    text = "".join(block.text for block in cell)
    return len(text) >= _PARAGRAPH and ("。" in text or text[-1] == ".")


def _row(cells: list[list[Block]], region: int) -> Block:
    texts = [" ".join(block.text for block in cell).replace("\n", " ") for cell in cells]
    links = sum(block.link_chars for cell in cells for block in cell)
    return Block("\t".join(texts).strip("\t"), "row", links, region)


@functools.cache
def _tags() -> _Tags:
    """Tags by the code of their name, in order of codes; classes of characters by code point."""
    named = {name: kind for kind, names in _KINDS.items() for name in names.split()}
    coded = {kernels.code_of(name): name for name in named}
    assert len(coded) == len(named)
    names = tuple(coded[code] for code in sorted(coded))
    classes = np.zeros(_CHARACTERS, np.uint8)
    every = "".join(map(chr, range(_CHARACTERS)))
    for bit, pattern in _CLASSES:
        for match in re.finditer(f"(?:{pattern})+", every):
            classes[match.start() : match.end()] |= bit
    return _Tags(names, np.array(sorted(coded), np.uint64), np.array([named[n] for n in names], np.uint8), classes)
