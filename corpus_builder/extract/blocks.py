"""A page's markup as a flat list of text blocks and of the regions (containers) that hold them.

The tree is parsed and repaired by lexbor and written out again; one regular expression then walks
the tags. That is about eight times as fast as visiting nodes from Python, and nothing recurses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus_builder.extract import hints
from corpus_builder.extract.flow import BREAK, flow, preformatted

# No text of the page, or text that is read elsewhere: the readings of ruby are printed above it.
# All elements whose content is raw are here, for a "<" in them would be taken for a tag.
_DROPPED = re.compile(
    r"<(script|style|template|svg|iframe|object|select|textarea|button|datalist|rt|rp|rtc|audio"
    r"|video|canvas|head|map|annotation|annotation-xml|noframes|noembed|dialog|xmp|plaintext)"
    r"\b[^>]*>.*?</\1>|<!--.*?-->",
    re.DOTALL,
)
_TOKEN = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)>([^<]*)")
_LINK, _BR, _RULE, _BLOCK, _REGION, _PRE, _TABLE, _ROW, _CELL = range(1, 10)
_TAGS = {
    _LINK: "a",
    _BR: "br",
    _RULE: "hr",
    _BLOCK: "p h1 h2 h3 h4 h5 h6 li dt dd figcaption caption legend summary option title thead"
    " tbody tfoot colgroup optgroup",
    _REGION: "body div section article main aside nav header footer form ul ol dl menu center"
    " blockquote figure details fieldset address frameset hgroup search dir noscript",
    _PRE: "pre listing",
    _TABLE: "table",
    _ROW: "tr",
    _CELL: "td th",
}
_KINDS = {tag: kind for kind, tags in _TAGS.items() for tag in tags.split()}
_LONG_CELL = 300
"""Characters in several blocks that no cell of a data table has; four times that in one block."""


class Block(NamedTuple):
    """``tag`` is the nearest block element's, ``row`` for a line of a data table.

    ``link_chars`` counts characters of ``text`` that are link labels, ``region`` is an index or -1.
    """

    text: str
    tag: str
    link_chars: int
    region: int


@dataclass(slots=True)
class Region:
    """A container: the blocks ``start <= i < end`` lie in it. ``parent`` is an index or -1."""

    tag: str
    hint: hints.Hint
    parent: int
    start: int
    end: int = -1


@dataclass(slots=True)
class _Table:
    region: int
    start: int
    rows: list[list[int]] = field(default_factory=list)  # first block of each cell
    layout: bool = False


def read(markup: str) -> tuple[list[Block], list[Region]]:
    """Blocks in page order, and regions in order of opening (a parent before its children).

    ``markup`` is as the parser serialises it: well-formed, no ``<`` or ``>`` inside attributes.
    """
    reader = _Reader()
    buffer = reader.buffer
    in_link = False
    for closing, tag, attributes, text in _TOKEN.findall(_DROPPED.sub("", markup)):
        kind = _KINDS.get(tag, 0)
        if kind >= _RULE:
            reader.flush()
            if closing:
                reader.leave(kind)
            elif kind != _RULE:
                reader.enter(tag, kind, attributes)
        elif kind == _BR:
            if reader.line_break(text):
                continue
        elif kind == _LINK:
            in_link = not closing
        if text:
            buffer.append(text)
            if in_link:
                reader.link_chars += len(text.strip())
    reader.flush()
    while reader.open:
        reader.leave(_BLOCK)
    return reader.blocks, reader.regions


@dataclass(slots=True)
class _Reader:
    """The state of one walk over the tags."""

    blocks: list[Block] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    open: list[tuple[int, str]] = field(default_factory=list)  # region and tag to return to
    tables: list[_Table] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    region: int = -1
    tag: str = "body"
    link_chars: int = 0
    pre: int = 0

    def flush(self) -> None:
        """End the block that is being gathered, if it has any text."""
        if self.buffer:
            raw = "".join(self.buffer)
            self.buffer.clear()
            text = preformatted(raw) if self.pre else flow(raw)
            if text and not text.isspace():
                links = min(self.link_chars, len(text))
                self.blocks.append(Block(text, self.tag, links, self.region))
        self.link_chars = 0

    def line_break(self, text: str) -> bool:
        """``<br>``, and two of them a new paragraph; True when ``text`` after it is only space."""
        if self.pre:
            self.buffer.append(BREAK)
            return False
        if self.buffer and self.buffer[-1] == BREAK:
            self.flush()
        else:
            self.buffer.append(BREAK)
        return text == "&nbsp;" or text.isspace()

    def enter(self, tag: str, kind: int, attributes: str) -> None:
        hint = hints.of(tag, attributes) if attributes or kind == _REGION else hints.NONE
        self.open.append((self.region, self.tag))
        self.tag = tag
        if hint.level or kind in (_REGION, _TABLE, _CELL):
            self.regions.append(Region(tag, hint, self.region, len(self.blocks)))
            self.region = len(self.regions) - 1
        if kind == _PRE:
            self.pre += 1
        elif kind == _TABLE:
            if self.tables:
                self.tables[-1].layout = True
            self.tables.append(_Table(self.region, len(self.blocks)))
        elif self.tables and kind == _ROW:
            self.tables[-1].rows.append([])
        elif self.tables and kind == _CELL and self.tables[-1].rows:
            self.tables[-1].rows[-1].append(len(self.blocks))

    def leave(self, kind: int) -> None:
        if not self.open:
            return
        if kind == _PRE:
            self.pre -= 1
        elif kind == _TABLE and self.tables:
            self._rows(self.tables.pop())
        outer, self.tag = self.open.pop()
        while self.region > outer:
            self.regions[self.region].end = len(self.blocks)
            self.region = self.regions[self.region].parent

    def _rows(self, table: _Table) -> None:
        """Make each row of a data table one block; leave the cells of a layout table alone."""
        starts = [start for row in table.rows for start in row]
        if table.layout or len(table.rows) < 2 or max(map(len, table.rows)) < 2:
            return
        cells = [self.blocks[start:end] for start, end in zip(starts, [*starts[1:], len(self.blocks)], strict=True)]
        if not all(map(_is_cell, cells)):
            return
        merged, position = self.blocks[table.start : starts[0]], 0
        for row in table.rows:
            line = _row(cells[position : position + len(row)], table.region)
            position += len(row)
            if line.text:
                merged.append(line)
        del self.regions[table.region + 1 :]
        self.blocks[table.start :] = merged


def _is_cell(blocks: list[Block]) -> bool:
    size = sum(len(block.text) for block in blocks)
    return size <= _LONG_CELL or (len(blocks) == 1 and size <= 4 * _LONG_CELL)


def _row(cells: list[list[Block]], region: int) -> Block:
    texts = [" ".join(block.text for block in cell).replace("\n", " ") for cell in cells]
    links = sum(block.link_chars for cell in cells for block in cell)
    return Block("\t".join(texts).strip("\t"), "row", links, region)
