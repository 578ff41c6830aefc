"""Replaces a page's templates, links and tables by what they say, in one pass with a stack.

Nothing recurses, and every closing bracket costs what it closes: brackets without a partner are
dropped and what they hold is text; what is nested deeper than ``DEEPEST`` says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from corpus_builder.extract.wikitemplates import arguments_of, rule_of

DEEPEST = 40
"""MediaWiki stops expanding at this depth. It also bounds how often a nested text is copied."""
TOKEN = re.compile(r"\{{2,}|\}{2,}|\[\[|\]\]|^[ \t:]*\{\|[^\n{}\[\]]*|^[ \t]*\|\}(?!\})|\|", re.MULTILINE)
NAMESPACES = frozenset(
    (
        *("file", "image", "media", "category", "ファイル", "画像", "メディア", "カテゴリ"),
        *("文件", "檔案", "档案", "图像", "圖像", "媒体", "媒體", "分类", "分類"),
        *("파일", "그림", "미디어", "분류"),
    )
)
FILE_NAME = re.compile(r"\.(?:jpe?g|png|svg|gif|tiff?|webp|pdf|djvu|og[gva]|webm|wav|mid|flac|mp3)$", re.IGNORECASE)
LANGUAGE_CODE = re.compile(r"(?!mw|doi|rfc|voy|wmf)[a-z]{2,3}(?:-[a-z]{2,10}){0,2}|simple")
DISAMBIGUATION = re.compile(r"[ _]*[(（][^()（）]{1,80}[)）]$")
BRACES = ("{{", "{{{")


class _Frame(NamedTuple):
    """An open bracket: where its content starts in ``out``, and where its ``|`` stand."""

    kind: str
    start: int
    bars: list[int]


@dataclass(slots=True)
class _State:
    namespaces: frozenset[str]
    out: list[str] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=lambda: {"{{": 0, "{{{": 0, "[[": 0, "{|": 0})


def flattened(source: str, namespaces: frozenset[str] = frozenset()) -> str:
    """``source`` without brackets: labels of links, text of known templates, nothing of tables.

    ``namespaces`` are further names of file and category namespaces, in lower case.

    >>> flattened("[[日本|国]]の{{ruby|都|みやこ}}。{{Infobox|a={{x}}}}[[File:a.jpg|[[b]]]]")
    '国の都。'
    """
    state = _State(NAMESPACES | namespaces)
    out, at = state.out, 0
    for found in TOKEN.finditer(source):
        start = found.start()
        if start > at:
            out.append(source[at:start])
        at = found.end()
        token = source[start:at]
        if token == "|":
            if state.frames:
                state.frames[-1].bars.append(len(out))
            out.append("|")
        else:
            _bracket(state, token)
    out.append(source[at:])
    return "".join(out)


def _bracket(state: _State, token: str) -> None:
    if token == "[[":
        _open(state, "[[")
    elif token == "]]":
        _close(state, "[[")
    elif token.startswith("{{"):
        count = len(token)
        for _ in range(count // 2 - count % 2):
            _open(state, "{{")
        if count % 2:
            _open(state, "{{{")
    elif token.startswith("}}"):
        _close_braces(state, len(token))
    elif token.endswith("|}"):
        _close(state, "{|")
    else:
        _open(state, "{|")


def _open(state: _State, kind: str) -> None:
    state.frames.append(_Frame(kind, len(state.out), []))
    state.open[kind] += 1


def _pop(state: _State) -> _Frame:
    frame = state.frames.pop()
    state.open[frame.kind] -= 1
    return frame


def _close(state: _State, kind: str) -> None:
    """Closes the innermost bracket of a kind; those within it, left open, become text."""
    if not state.open[kind]:
        return
    while (frame := _pop(state)).kind != kind:
        pass
    _replace(state, frame)


def _close_braces(state: _State, count: int) -> None:
    """A run of closing braces ends as many templates and parameters as it has braces for."""
    while count >= 2 and (state.open["{{"] or state.open["{{{"]):
        while (frame := _pop(state)).kind not in BRACES:
            pass
        count -= 3 if frame.kind == "{{{" and count >= 3 else 2
        _replace(state, frame)
    if count == 1:
        state.out.append("}")


def _replace(state: _State, frame: _Frame) -> None:
    said = ""
    if len(state.frames) < DEEPEST:
        if frame.kind == "{{":
            said = _template(state.out, frame)
        elif frame.kind == "[[":
            said = _link(state.out, frame, state.namespaces)
    del state.out[frame.start :]
    if said:
        state.out.append(said)


def _parts(out: list[str], frame: _Frame, first: int = 0) -> list[str]:
    """What stands between the bars, from part ``first`` on."""
    edges = [frame.start - 1, *frame.bars, len(out)][first:]
    return ["".join(out[a + 1 : b]) for a, b in pairwise(edges)]


def _template(out: list[str], frame: _Frame) -> str:
    name = "".join(out[frame.start : frame.bars[0] if frame.bars else len(out)])
    rule = rule_of(name)
    return rule(arguments_of(name, _parts(out, frame, 1))) if rule else ""


def _link(out: list[str], frame: _Frame, namespaces: frozenset[str]) -> str:
    target = "".join(out[frame.start : frame.bars[0] if frame.bars else len(out)]).strip(" \t_")
    prefix, colon, rest = target.partition(":")
    if colon and (prefix.strip().lower() in namespaces or FILE_NAME.search(target)):
        return ""
    if "\n" in target:
        return "".join(out[frame.start :])
    if colon and prefix and LANGUAGE_CODE.fullmatch(prefix):
        return ""
    if not frame.bars:
        return target.lstrip(":#")
    label = "|".join(_parts(out, frame, 1))
    return label or DISAMBIGUATION.sub("", rest if colon and prefix else target.lstrip(":"))
