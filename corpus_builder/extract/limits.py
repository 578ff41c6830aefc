"""What markup costs is bounded before it is parsed: characters, tags, nesting and open formatting elements.

A parser that follows the standard walks the open elements at every tag, and repeats the formatting elements that are
open in every paragraph: nesting without an end, or ten thousand open ``<b>``, costs the square of the page.
"""

from __future__ import annotations

import functools
import re
from itertools import islice

import numpy as np

from corpus_builder.extract import tag_kernels as kernels

MAX_CHARS = 4_000_000
MAX_TAGS = 200_000
MAX_DEPTH = 512  # that of Blink; the deepest pages of real sites have some hundred
FREE_TAGS = 1_000  # with so few tags nothing costs much
FREE_DEPTH_TAGS = 30_000
LONG_TAG = 600  # characters of a tag whose attributes are counted: each is compared with all before it
MAX_ATTRIBUTES = 256
MAX_COPIES = 300_000  # open formatting elements times tags

_FORMAT_NAMES = "b big code em font i nobr s small strike strong tt u"
_FORMATS = frozenset(_FORMAT_NAMES.split())
_FORMAT_TAG = re.compile(rf"</?(?:{_FORMAT_NAMES.replace(' ', '|')})(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE)
_OPTION = re.compile(r"</?opt(?:ion|group)(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'|/""")
_LONG_PIECE = re.compile(rf"<[a-zA-Z][^<]{{{LONG_TAG},}}")
_TO_BRACKET = re.compile(r"[^>]*+(?:>|\Z)")
_WHOLE_TAG = re.compile(r"""<[a-zA-Z](?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Void, or closed by the next of their kind; and formatting, which is counted apart.
_FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr option optgroup thead"
    " tbody tfoot colgroup caption rb rt rp rtc a"
)
_FLAT = _FORMATS.union(_FLAT_NAMES.split())
_SCOPES = frozenset(("table", "object", "template", "applet", "marquee", "svg", "math"))


def bounded(markup: str) -> tuple[str, str]:
    """``markup`` as far as it can be parsed in bounded time, and why it was cut: "characters", "tags", "depth" or "".

    >>> bounded("<p>文"), bounded("<div>" * 40_000)[1], bounded("文" * 6_000_000)[1]
    (('<p>文', ''), 'depth', 'characters')
    """
    reason = ""
    if len(markup) > MAX_CHARS:
        markup, reason = markup[:MAX_CHARS], "characters"
    tags = markup.count("<")
    if tags > MAX_TAGS:
        end = next(islice(re.finditer("<", markup), MAX_TAGS, None)).start()
        markup, tags, reason = markup[:end], MAX_TAGS, "tags"
    markup = _without_floods(markup)
    if tags <= FREE_TAGS:
        return markup, reason
    markup = _OPTION.sub("", markup)  # the choices of a form are no text, and each is compared with all before it
    if _open_formatting(markup) * tags > MAX_COPIES:
        markup = _FORMAT_TAG.sub("", markup)
    if tags > FREE_DEPTH_TAGS and (end := _too_deep(markup)) >= 0:
        return markup[:end], "depth"
    return markup, reason


def _without_floods(markup: str) -> str:
    """Tags of hundreds of attributes are left out; what closes a script that only looks like one stays."""
    parts, at = [], 0
    for piece in _LONG_PIECE.finditer(markup):
        start = piece.start()
        whole = _WHOLE_TAG.match(markup, start)
        if whole is None or "</" in whole[0]:  # the quotes of a script, or none: as far as the next bracket
            whole = _TO_BRACKET.match(markup, start)
        tag = whole[0] if whole else ""
        if start < at or len(tag) <= LONG_TAG:
            continue
        if len(_QUOTED.sub(" ", tag).split(None, MAX_ATTRIBUTES)) > MAX_ATTRIBUTES:
            parts.append(markup[at:start])
            at = start + (tag.rfind("</") if "</" in tag else len(tag))
    return "".join((*parts, markup[at:]))


def _open_formatting(markup: str) -> int:
    """The most formatting elements that are open at a time."""
    data = np.frombuffer(markup.encode("utf-8", "surrogatepass"), np.uint8)
    return kernels.most_open(data, _format_codes())


@functools.cache
def _format_codes() -> kernels.Codes:
    return np.array(sorted(map(kernels.code_of, _FORMATS)), np.uint64)


def _too_deep(markup: str) -> int:
    """Where elements are nested deeper than ``MAX_DEPTH``, or -1; a closing tag counts only where it can close."""
    opened: list[str] = []
    for tag in _TAG.finditer(markup):
        name = tag[2].lower()
        if name in _FLAT:
            continue
        if not tag[1]:
            opened.append(name)
            if len(opened) > MAX_DEPTH:
                return tag.start()
        elif opened and opened[-1] == name:
            opened.pop()
        elif name in opened:
            last = len(opened) - 1 - opened[::-1].index(name)
            if name in _SCOPES or not _SCOPES.intersection(opened[last + 1 :]):
                del opened[last:]
    return -1
