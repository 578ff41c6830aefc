"""Which blocks of a page are its content.

Three questions in turn: what the containers are called, which container holds the prose, and how much
of a block is links. Names are believed only while that leaves a page: they lie often enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from corpus_builder.extract import hints
from corpus_builder.extract.blocks import Block, Region

# Share of the page's prose up to which the regions of one name are believed to be boilerplate.
_SHARE = {
    hints.HIDDEN: 0.6,
    hints.WORST: 0.6,
    hints.TALK: 0.4,
    hints.BAD: 0.4,
    hints.WEAK: 0.25,
}
_LEFT = 0.1  # share of the prose that must be left when all named regions are gone
_ARTICLE = 300.0  # characters of prose beside which even a long discussion is not the page
_MAIN_SHARE = 0.4  # of the prose, that makes a <main> or <article> the page
_NARROW = 0.8  # of the prose, that a region must hold to stand for what is around it
_FEW = 200.0  # characters of prose below which a page is too small to narrow
_LINKED = 0.6  # share of link labels that makes a block a link
_SCRAP = 0.3  # weight of a character that is in no sentence
_PROSE, _LONG = 20, 60  # characters of a block that is prose, and of one that is although linked
_SENTENCE = re.compile(r"[。．！？、，]|[.!?,;:](?:\s|$)")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "summary", "legend"})


def main(blocks: list[Block], regions: list[Region]) -> list[Block]:
    """The blocks to keep, in order; empty when the page has nothing but links and names."""
    weights = _without_named([_weight(block) for block in blocks], regions)
    region = _densest(weights, regions)
    start, end = (region.start, region.end) if region is not None else (0, len(blocks))
    inside, weights = blocks[start:end], weights[start:end]
    keep = [weight > 0 and _is_text(block) for block, weight in zip(inside, weights, strict=True)]
    for i in range(1, len(inside) - 1):
        # One linked line between kept ones is a reference; several in a row are a menu.
        if keep[i - 1] and keep[i + 1] and weights[i] > 0:
            keep[i] = True
    return _with_headings(inside, keep)


def _weight(block: Block) -> float:
    """How much prose a block is, in characters; a little for anything, so that lists have a place."""
    if block.tag == "noscript":
        return 0.0  # markup that a script would unwrap; elements inside <noscript> are other blocks
    size = len(block.text)
    own = size - block.link_chars
    if block.tag == "row":
        return 0.5 * own + 1e-3
    if (own >= _PROSE or size >= _LONG) and _SENTENCE.search(block.text):
        return own if own >= _PROSE else 0.1 * size
    return (0.0 if block.link_chars > _LINKED * size else _SCRAP * own) + 1e-3


def _without_named(weights: list[float], regions: list[Region]) -> list[float]:
    """Weights, with zero for blocks in regions named as boilerplate.

    A name is believed only while the regions that bear it hold a small part of the page: page
    builders call every box a widget, and in a forum the comments are the page.
    """
    masses = _masses_by_name(weights, regions)
    total = sum(weights)
    believed = [hint for hint, mass in masses.items() if mass <= _SHARE[hint.level] * total]
    believed.sort(key=lambda hint: masses[hint])
    left = _cleared(weights, regions, believed)
    while believed and sum(left) < _LEFT * total:
        believed.pop()
        left = _cleared(weights, regions, believed)
    talk = [hint for hint in masses if hint.level == hints.TALK and hint not in believed]
    quiet = _cleared(left, regions, talk) if talk else left
    return quiet if sum(quiet) >= _ARTICLE else left


def _masses_by_name(weights: list[float], regions: list[Region]) -> dict[hints.Hint, float]:
    """Prose inside the regions of each boilerplate name, nested ones of one name counted once."""
    sums = list(accumulate(weights, initial=0.0))
    masses: dict[hints.Hint, float] = {}
    reached: dict[hints.Hint, int] = {}
    for region in regions:
        if region.hint.level < 0 and region.start >= reached.get(region.hint, 0):
            mass = sums[region.end] - sums[region.start]
            masses[region.hint] = masses.get(region.hint, 0.0) + mass
            reached[region.hint] = region.end
    return masses


def _cleared(weights: list[float], regions: list[Region], names: Iterable[hints.Hint]) -> list[float]:
    weights, wanted = list(weights), frozenset(names)
    reached = 0
    for region in regions:
        if region.hint in wanted and region.end > reached:
            weights[region.start : region.end] = [0.0] * (region.end - region.start)
            reached = region.end
    return weights


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
    return best


def _is_text(block: Block) -> bool:
    size = len(block.text)
    if block.link_chars <= _LINKED * size:
        return True
    return size >= _LONG and _SENTENCE.search(block.text) is not None


def _is_heading(block: Block) -> bool:
    """Whole paragraphs are set as headings for their size; those are text."""
    return block.tag in _HEADINGS and len(block.text) < _LONG and block.text[-1] != "。"


def _with_headings(blocks: list[Block], keep: list[bool]) -> list[Block]:
    """Kept blocks; a heading only when something is kept under it before the next heading."""
    out: list[Block] = []
    under = ""  # tag of the block kept last below; "" when all below the next heading is dropped
    for block, wanted in zip(reversed(blocks), reversed(keep), strict=True):
        if _is_heading(block):
            wanted = wanted and under != "" and (under not in _HEADINGS or under > block.tag)
            under = block.tag if wanted else ""
        elif wanted:
            under = "p"
        if wanted:
            out.append(block)
    return out[::-1]
