"""A page's main text by the extractor that the recipe names, with a second opinion where that finds little.

Ours reads menus rightly as menus, and now and then a page as one. A page that is full of Japanese outside its links
and comes out all but empty is given to trafilatura, whose mistakes are others.
"""

from __future__ import annotations

import re

from corpus_builder.extract import by_trafilatura, html
from corpus_builder.extract.html import Page

LITTLE = 300  # characters of text, with which nobody else is asked
TIMES = 3  # as many characters outside links as came out of it
_KANA = re.compile(r"[\u3041-\u30ff]")


def main_text(markup: str, extractor: str = "japanese") -> tuple[Page | None, str]:
    """The page, and who read it: ``japanese`` (this project's) or ``trafilatura``, which ``extractor`` may ask for.

    >>> main_text("<p>今日は晴れ。")[1]
    'japanese'
    """
    if extractor == "trafilatura":
        return by_trafilatura.extract(markup), extractor
    page = html.extract(markup)
    size = len(page.text) if page else 0
    if size < LITTLE and len(_KANA.findall(markup)) >= LITTLE:
        outside, linked = html.all_text(markup)
        if outside >= max(LITTLE, TIMES * size, linked):
            other = by_trafilatura.extract(markup)
            if _kana(other) > 2 * _kana(page):
                return other, "trafilatura"
    return page, extractor


def _kana(page: Page | None) -> int:
    return len(_KANA.findall(page.text)) if page else 0
