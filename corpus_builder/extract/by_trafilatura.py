"""The main text of a page by trafilatura: the reference extractor, a dozen times as slow as ours.

A recipe can ask for it, and it is asked about pages of which ours leaves next to nothing.
"""

from __future__ import annotations

import html
import re

import trafilatura

from corpus_builder.extract.html import Page, all_text
from corpus_builder.extract.limits import bounded

_TITLE = re.compile(r"<title\b[^>]*>(.{0,1000}?)</title", re.IGNORECASE | re.DOTALL)


def extract(markup: str) -> Page | None:
    """trafilatura's text without comments, or None. ``link_chars`` is 0: it does not say what was linked; what the
    whole page has is counted by our own reading.

    >>> extract("<article><p>" + "今日はよく晴れて、遠くの山まで見えた。" * 9 + "</p></article>").text[:10]
    '今日はよく晴れて、遠'
    """
    markup, cut = bounded(markup)
    named = "html" in markup[:50].lower()  # what does not name itself HTML there is not read
    text = trafilatura.extract(markup if named else f"<html>{markup}", include_comments=False)
    if not text:
        return None
    title = _TITLE.search(markup)
    outside, linked = all_text(markup)
    name = " ".join(html.unescape(title[1]).split()) if title else ""
    return Page(text, name, 0, max(outside + linked, len(text)), linked, cut)
