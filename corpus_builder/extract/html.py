"""The main text of an HTML page, as a Japanese reader would copy it out.

lexbor (through resiliparse) parses; ``blocks`` reads the page as a list of blocks, ``content`` says
which of them are the page's own text. resiliparse's ``main_content`` is not used: version 2.0.1
deletes text nodes of one CJK character.
"""

from __future__ import annotations

from typing import NamedTuple

from resiliparse.parse.html import HTMLTree

from corpus_builder.extract import content
from corpus_builder.extract.blocks import read

MAX_CHARS = 20_000_000
"""A page is cut here: what lies behind is data that was dressed as a page."""


class Page(NamedTuple):
    """``text``: a block a line, rows of tables with tabs between cells, ``<pre>`` with its lines.

    ``title`` is that of ``<title>``, "" without one. ``link_chars`` counts characters of ``text``
    that are link labels.
    """

    text: str
    title: str
    link_chars: int


def extract(markup: str) -> Page | None:
    """The page's text, or None when it has none but menus; any string is accepted.

    >>> extract("<title>日記</title><nav><a href=/>目次</a></nav><p>今日は\\n晴れ。<p>　終わり")
    Page(text='今日は晴れ。\\n終わり', title='日記', link_chars=0)
    """
    tree = HTMLTree.parse(_encodable(markup[:MAX_CHARS]))
    root = tree.body or tree.document
    blocks, regions = read(root.html if root is not None else "")
    kept = content.main(blocks, regions)
    if not kept:
        return None
    text = "\n".join(block.text for block in kept)
    title = " ".join((tree.title or "").split())
    return Page(text, title, sum(block.link_chars for block in kept))


def _encodable(markup: str) -> str:
    """Lone surrogates, which no bytes decode to but callers can make, would stop the parser."""
    try:
        markup.encode()
    except UnicodeEncodeError:
        return markup.encode("utf-8", "replace").decode()
    return markup
