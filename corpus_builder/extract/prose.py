"""What a block is by itself: a heading, a sentence, a link, and how much prose it holds."""

from __future__ import annotations

import re

from corpus_builder.extract.blocks import Block

PROSE, LONG = 20, 60
"""Characters of a block that is prose, and of one that is although it is a link."""
LINKED = 0.6
"""Share of link labels above which a block is a link."""
LABEL, TEXT = 7, 9
"""Ranks of a label (``<dt>``, ``<caption>``) and of what is no heading; ``<h1>`` to ``<h6>`` are 1 to 6."""

_RANKS = {f"h{n}": n for n in range(1, 7)} | dict.fromkeys(("dt", "caption", "summary", "legend"), LABEL)
_SCRAP = 0.3  # weight of a character that is in no sentence
_ANY = 1e-3  # of any block, so that lists have a place
_SENTENCE = re.compile(r"[。．！？、，]|[.!?,;:](?:\s|$)")


def rank(block: Block) -> int:
    """Whole paragraphs are set as headings for their size, and those are text.

    >>> rank(Block("題", "h2", 0, -1)), rank(Block("これは文です。", "h2", 0, -1))
    (2, 9)
    """
    found = _RANKS.get(block.tag, TEXT)
    return TEXT if found < TEXT and (len(block.text) >= LONG or block.text[-1] == "。") else found


def is_linked(block: Block) -> bool:
    """Whether link labels make up the block; brackets and bars around them are no text.

    >>> is_linked(Block("[top] /", "p", 3, -1)), is_linked(Block("topへ戻る", "p", 3, -1))
    (True, False)
    """
    links, size = block.link_chars, len(block.text)
    return links > LINKED * size or (links > 0 and size < LONG and sum(map(str.isalnum, block.text)) <= links)


def is_text(block: Block) -> bool:
    if not is_linked(block):
        return True
    return len(block.text) >= LONG and _SENTENCE.search(block.text) is not None


def weigh(block: Block) -> tuple[float, bool]:
    """How much prose a block is, in characters, and whether it is solid: a heading or a sentence of its own."""
    text, tag, links, _ = block
    size = len(text)
    own = size - links
    sentence = (own >= PROSE or size >= LONG) and _SENTENCE.search(text) is not None
    solid = (sentence and own >= PROSE) or rank(block) < LABEL
    if tag == "noscript":
        return 0.0, solid  # markup that a script would unwrap; elements inside <noscript> are other blocks
    if tag == "row":
        return 0.5 * own + _ANY, solid
    if sentence:
        return (own if own >= PROSE else 0.1 * size), solid
    return (0.0 if is_linked(block) else _SCRAP * own) + _ANY, solid
