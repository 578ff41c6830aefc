"""Which blocks of a page are its content.

Four questions in turn: what the containers are called, which container holds the prose and what leads in to it,
which lists are text as a whole, and how much of a block is links.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate

from corpus_builder.extract import furniture, hints, phrases
from corpus_builder.extract.blocks import Block, Region
from corpus_builder.extract.prose import LABEL, LINKED, PROSE, TEXT, is_linked, is_text, rank, weigh

_MAIN_SHARE = 0.3  # of the prose, that makes a <main> or <article> the page
_NARROW = 0.8  # of the prose, that a region must hold to stand for what is around it
_FEW = 200.0  # characters of prose below which a page is too small to narrow
_ELSEWHERE = 0.3  # of the kept text, up to which the part under "related articles" is let go
_LISTS = frozenset({"ul", "ol", "dl", "dir", "table"})
_CELLS = frozenset({"td", "th"})
_LINES = frozenset({"p", "div", "td", "center", "body", "address", "section", "article", "main"})
_CLASS = re.compile(r'\sclass="([^"]+)"')


def main(blocks: list[Block], regions: list[Region]) -> list[Block]:
    """The blocks to keep, in order; empty when the page has nothing but links and names."""
    judged = [weigh(block) for block in blocks]
    solid = [firm for _, firm in judged]
    weights = furniture.without([weight for weight, _ in judged], solid, blocks, regions)
    start, end = _span(blocks, weights, solid, regions)
    whole = _in_text_lists(blocks, weights, regions)
    keep = [weights[i] > 0 and (whole[i] or is_text(blocks[i])) for i in range(start, end)]
    for i in range(1, len(keep) - 1):
        # One linked line between kept ones is a reference; several in a row are a menu.
        if keep[i - 1] and keep[i + 1] and weights[start + i] > 0:
            keep[i] = True
    inside = blocks[start:end]
    _drop_rights(inside, keep)
    _drop_phrases(inside, keep, _boxes(regions, start, end))
    return _with_headings(inside, keep)


def _span(blocks: list[Block], weights: list[float], solid: list[bool], regions: list[Region]) -> tuple[int, int]:
    """The blocks from which the content is taken: those of one region, with what leads in to it and follows it."""
    region = _densest(weights, regions)
    if region is None:
        return 0, len(blocks)
    is_main = region.hint.level == hints.MAIN  # its author says where the text begins: only headings lead in
    start, end = region.start, region.end
    while start and weights[start - 1] > 0 and solid[start - 1] and not is_linked(blocks[start - 1]):
        if is_main and rank(blocks[start - 1]) == TEXT:
            break
        start -= 1
    if not is_main:
        homes = _homes(regions, region.parent)
        while end < len(blocks) and weights[end] > 0 and not is_linked(blocks[end]):
            if homes[blocks[end].region] != region.parent:
                break  # a container with a name of its own, or one further out
            end += 1
    return start, end


def _homes(regions: list[Region], outer: int) -> list[int]:
    """For each region the nearest one around it, itself included, that has a name, or lies as far out as ``outer``.

    One more at the end for index -1, that of blocks in no region.
    """
    homes = list(range(len(regions)))
    for i in range(outer + 1, len(regions)):
        if not _CLASS.search(regions[i].attributes):
            parent = regions[i].parent
            homes[i] = homes[parent] if parent > outer else parent
    return [*homes, -1]


def _densest(weights: list[float], regions: list[Region]) -> Region | None:
    """The smallest region that still holds nearly all prose, inside ``<main>`` where that is rich."""
    sums = list(accumulate(weights, initial=0.0))
    held = sums[-1]
    if held <= 0 or not regions:
        return None
    mass = [sums[region.end] - sums[region.start] for region in regions]
    best: Region | None = None
    mains = [i for i, region in enumerate(regions) if region.hint.level == hints.MAIN]
    richest = max(mains, key=lambda i: mass[i], default=0)
    if mains and mass[richest] >= _MAIN_SHARE * held:
        best, held = regions[richest], mass[richest]
    if held < _FEW:
        return best
    for region, prose in zip(regions, mass, strict=True):
        if prose >= _NARROW * held and (best is None or (best.start <= region.start and region.end <= best.end)):
            best = region
    return _above_siblings(best, regions, mass)


def _above_siblings(region: Region | None, regions: list[Region], mass: list[float]) -> Region | None:
    """A chapter among chapters is not the page: its parent, while siblings that look alike hold text too."""
    if region is None or region.parent < 0 or not _look(region):
        return region
    alike = Counter((each.parent, _look(each)) for each, prose in zip(regions, mass, strict=True) if prose > 1.0)
    while region.parent >= 0 and _look(region) and alike[region.parent, _look(region)] > 1:
        region = regions[region.parent]
    return region


def _look(region: Region) -> str:
    found = _CLASS.search(region.attributes)
    if found is None:
        return region.tag if region.tag in ("section", "article") else ""
    return f"{region.tag} {found[1]}"


def _in_text_lists(blocks: list[Block], weights: list[float], regions: list[Region]) -> list[bool]:
    """For each block whether it is in a list or data table that is text as a whole, links and all."""
    lists: list[int] = []
    for i, region in enumerate(regions):
        outer = lists[region.parent] if region.parent >= 0 else -1
        lists.append(i if region.tag in _LISTS else -1 if region.tag in _CELLS else outer)
    sizes, links = [0] * (len(regions) + 1), [0] * (len(regions) + 1)
    home = [lists[block.region] if block.region >= 0 else -1 for block in blocks]
    for block, weight, i in zip(blocks, weights, home, strict=True):
        if weight > 0 and i >= 0:
            if block.tag == "row":  # one of its cells is often a link, and the others say something of it
                sizes[i] += 1
                links[i] += 0 < block.link_chars >= sum(map(str.isalnum, block.text))
            else:
                sizes[i] += len(block.text)
                links[i] += block.link_chars
    return [i >= 0 and links[i] <= LINKED * sizes[i] for i in home]


def _boxes(regions: list[Region], start: int, end: int) -> list[int]:
    """For each block from ``start`` to ``end`` the end of the widest region that begins with it, from ``start``."""
    ends = list(range(1, end - start + 1))
    for region in reversed(regions):
        if start <= region.start < region.end <= end:
            ends[region.start - start] = region.end - start
    return ends


def _drop_rights(blocks: list[Block], keep: list[bool]) -> None:
    """Let go of copyright lines at the end."""
    for i in range(len(blocks) - 1, -1, -1):
        if keep[i]:
            if not phrases.is_rights(blocks[i].text):
                return
            keep[i] = False


def _drop_phrases(blocks: list[Block], keep: list[bool], ends: list[int]) -> None:
    """Let go of lines to click on, and of what stands under "related articles" while it is a small part:

    the box that begins with that heading, and the links right below.
    """
    sizes = [len(block.text) if wanted else 0 for block, wanted in zip(blocks, keep, strict=True)]
    allowed, i = _ELSEWHERE * sum(sizes), 0
    while i < len(blocks):
        block, first = blocks[i], i
        i += 1
        if block.tag in _LINES and phrases.is_button(block.text):
            keep[first] = False
        elif block.tag != "row" and phrases.is_elsewhere(block.text):
            level = rank(block)
            if level == TEXT and len(block.text) >= PROSE:
                continue
            if sum(sizes[first : ends[first]]) <= allowed:
                i = ends[first]
            while i < len(blocks) and blocks[i].link_chars > 0 and rank(blocks[i]) > min(level, LABEL):
                i += 1
            if sum(sizes[first:i]) <= allowed:
                keep[first:i] = [False] * (i - first)


def _with_headings(blocks: list[Block], keep: list[bool]) -> list[Block]:
    """Kept blocks; a heading only when something of lower rank is kept under it before the next one.

    Headings right after one another are set for their size, and stay together.
    """
    out: list[Block] = []
    above = False
    under = 0  # rank of the block kept last below; 0 when all below the next heading is dropped
    for block, wanted in zip(reversed(blocks), reversed(keep), strict=True):
        level = rank(block)
        if level < TEXT:
            wanted = wanted and (above or under > level or under == level == LABEL)
            under = level if wanted else 0
        elif wanted:
            under = TEXT
        above = wanted
        if wanted:
            out.append(block)
    return out[::-1]
