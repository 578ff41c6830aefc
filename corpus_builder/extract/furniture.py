"""Which parts of a page are furniture by the names of their containers.

Names are believed only while that leaves a page: they lie often enough.
"""

from __future__ import annotations

from bisect import bisect_left
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
    hints.THIN: 0.6,
}
_SMALL_PAGE = 0.9
_LEFT = 0.05  # share of the prose that must be left when all named regions are gone
_ARTICLE = 300.0  # characters of prose beside which even a long discussion is not the page


def without(weights: list[float], solid: list[bool], blocks: list[Block], regions: list[Region]) -> list[float]:
    """Weights, with zero for blocks in regions named as boilerplate.

    A name is believed only while the regions that bear it hold a small part of the page: page
    builders call every box a widget, and in a forum the comments are the page.
    """
    named = [each for each in regions if each.hint.level < 0 and not _is_note(each, blocks, solid, regions)]
    if not named:
        return weights
    scraps = [0.0 if firm else weight for firm, weight in zip(solid, weights, strict=True)]
    masses = _masses_by_name(weights, scraps, named)
    total = sum(weights)
    believed = [hint for hint, mass in masses.items() if mass <= _share(hint, mass) * total]
    believed.sort(key=lambda hint: masses[hint])

    def leaves_a_page(disbelieved: int) -> bool:
        believing = believed[: len(believed) - disbelieved]
        return sum(_cleared(weights, scraps, named, believing)) >= _LEFT * total

    # The fewest, the largest first; by halves, for a page can have a name of its own for every box.
    disbelieved = bisect_left(range(len(believed)), True, key=leaves_a_page)
    believed = believed[: len(believed) - disbelieved]
    left = _cleared(weights, scraps, named, believed)
    talk = [hint for hint in masses if hint.level == hints.TALK and hint not in believed]
    quiet = _cleared(left, scraps, named, talk) if talk else left
    return quiet if sum(quiet) >= _ARTICLE else left


def _share(hint: hints.Hint, mass: float) -> float:
    """On a small page the footer is most of the text; other furniture is never longer than an article."""
    sure = hint.level == hints.WORST and (mass < 2 * _ARTICLE or hint.name.endswith(("footer", "nav")))
    return _SMALL_PAGE if sure else _SHARE[hint.level]


def _is_note(region: Region, blocks: list[Block], solid: list[bool], regions: list[Region]) -> bool:
    """Whether a region named as beside the text stands in its midst, with sentences, without links: a boxed note."""
    start, end = region.start, region.end
    if region.hint.level not in (hints.BAD, hints.WORST) or region.parent < 0 or start == end:
        return False
    parent = regions[region.parent]
    if not (parent.start < start and end < parent.end and solid[start - 1] and solid[end]):
        return False
    return any(solid[start:end]) and not any(block.link_chars for block in blocks[start:end])


def _masses_by_name(weights: list[float], scraps: list[float], named: list[Region]) -> dict[hints.Hint, float]:
    """Prose inside the regions of each boilerplate name, nested ones of one name counted once."""
    every, thin = list(accumulate(weights, initial=0.0)), list(accumulate(scraps, initial=0.0))
    masses: dict[hints.Hint, float] = {}
    reached: dict[hints.Hint, int] = {}
    for region in named:
        if region.start >= reached.get(region.hint, 0):
            sums = thin if region.hint.level == hints.THIN else every
            mass = sums[region.end] - sums[region.start]
            masses[region.hint] = masses.get(region.hint, 0.0) + mass
            reached[region.hint] = region.end
    return masses


def _cleared(
    weights: list[float], scraps: list[float], named: list[Region], names: Iterable[hints.Hint]
) -> list[float]:
    """Weights, with zero inside the regions of ``names``; in thin ones only where nothing solid is."""
    weights, wanted = list(weights), frozenset(names)
    reached = thin = 0
    for region in named:
        if region.hint not in wanted:
            continue
        if region.hint.level == hints.THIN:
            span = slice(region.start, region.end)
            if region.tag != "header" and sum(weights[span]) > 2 * sum(scraps[span]):
                continue  # no byline: mostly sentences
            for i in range(max(region.start, thin), region.end):
                if scraps[i]:
                    weights[i] = 0.0
            thin = max(thin, region.end)
        elif region.end > reached:
            weights[region.start : region.end] = [0.0] * (region.end - region.start)
            reached = region.end
    return weights
