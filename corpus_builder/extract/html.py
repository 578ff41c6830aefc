"""The main text of an HTML page, as a Japanese reader would copy it out.

lexbor (through resiliparse) parses; ``blocks`` reads the page as a list of blocks, ``content`` says
which of them are the page's own text. resiliparse's ``main_content`` is not used: version 2.0.1
deletes text nodes of one CJK character.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from resiliparse.parse.html import HTMLTree

from corpus_builder.extract import content
from corpus_builder.extract.blocks import PREFORMATTED, Block, read
from corpus_builder.extract.flow import spaced
from corpus_builder.extract.limits import bounded


class Page(NamedTuple):
    """``text``: a block a line, rows of tables with tabs between cells, ``<pre>`` with its lines.

    ``title`` is that of ``<title>``, "" without one. ``link_chars`` counts characters of ``text``
    that are link labels; ``page_chars`` and ``page_link_chars`` are those of the whole page, menus and footers and all.
    ``cut`` is "" or names the limit at which the page was cut (see ``limits``).
    """

    text: str
    title: str
    link_chars: int
    page_chars: int
    page_link_chars: int
    cut: str = ""


def extract(markup: str) -> Page | None:
    """The page's text, or None when it has none but menus; any string is accepted.

    >>> extract("<title>日記</title><nav><a href=/>目次</a></nav><p>今日は\\n晴れ。<p>　終わり")
    Page(text='今日は晴れ。\\n終わり', title='日記', link_chars=0, page_chars=11, page_link_chars=2, cut='')
    """
    markup, cut = bounded(markup)
    tree = _parsed(markup)
    blocks, regions = read(_serialised(tree))
    kept = content.main(blocks, regions)
    if not kept:
        return None
    text = _joined(kept)
    title = " ".join((tree.title or "").split())
    outside, linked = _chars(blocks)
    links = min(len(text), sum(block.link_chars for block in kept))
    return Page(text, title, links, max(outside + linked, len(text)), linked, cut)


def all_text(markup: str) -> tuple[int, int]:
    """Characters of all the page's text, menus and footers included: outside links, and in links.

    >>> all_text("<nav><a href=/>目次</a></nav><p>今日は晴れ。")
    (6, 2)
    """
    blocks, _ = read(_serialised(_parsed(bounded(markup)[0])))
    return _chars(blocks)


def _chars(blocks: list[Block]) -> tuple[int, int]:
    linked = sum(block.link_chars for block in blocks)
    return sum(len(block.text) for block in blocks) - linked, linked


def _serialised(tree: HTMLTree) -> str:
    root = tree.body or tree.document
    return root.html if root is not None else ""


def _joined(blocks: list[Block]) -> str:
    """A block a line; typed spaces are set as in Japanese, which ``flow`` did where text is preformatted."""
    parts: list[str] = []
    for pre, run in groupby(blocks, lambda block: block.tag in PREFORMATTED):
        text = "\n".join(block.text for block in run)
        parts.append(text if pre else spaced(text))
    return "\n".join(parts)


def _parsed(markup: str) -> HTMLTree:
    """The tree. Lone surrogates, which no bytes decode to but callers can make, become U+FFFD."""
    try:
        return HTMLTree.parse(markup)
    except UnicodeEncodeError:
        return HTMLTree.parse(markup.encode("utf-8", "replace").decode())
