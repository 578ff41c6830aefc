"""The text of one block as a reader sees it: white space, line breaks and indents, by Japanese rules.

A source line break between wide characters is nothing (CSS Text 3, segment break transformation),
and a ``<br>`` in the middle of a sentence is a typist's margin and no end of line.
"""

from __future__ import annotations

import re

BREAK = "\0"
"""Stands for ``<br>`` in raw block text; the parser lets no NUL through."""

# East Asian Wide, Fullwidth and Halfwidth, Hangul apart; and punctuation of ambiguous width, which
# counts as wide beside a wide character where the language is Japanese.
WIDE = (
    "\u2e80-\u303e\u3041-\u312f\u3190-\u31ff\u3220-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff9f\uffe0-\uffe6\U0001b000-\U0001b2ff\U0001f200-\U0001faff\U00020000-\U0003fffd"
)
AMBIGUOUS = "§¨°±´¶·×÷‐―‖‘’“”†‡‥…‰′″※←-↓⇒⇔∀-⊿①-⓿─-◯★☆"
_BETWEEN_WIDE = re.compile(
    rf"\n(?:(?<=[{WIDE}]\n)(?=[{WIDE}{AMBIGUOUS}])|(?<=[{AMBIGUOUS}]\n)(?=[{WIDE}])"
    r"|(?<=\u200b\n)|(?=\u200b))"
)
_GLYPHS = WIDE.replace("\U0001f200-\U0001faff", "")  # without emoji, between which a space is a space
_TYPED = re.compile(rf" (?<=([{_GLYPHS}]) )(?=([{_GLYPHS}]))")
_KANA = re.compile("[ぁ-ヿ]")
_CODE = re.compile("[!-/:-~]")
# Punctuation whose glyph brings its own space with it, and the ideographic space itself.
_AIRY = frozenset("\u3000、。，．・：；！？「」『』（）【】〔〕［］｛｝〈〉《》〖〗〘〙…‥｡､｢｣･")
_BREATH = frozenset("！？")  # after which Japanese typesetting puts a full-width space
# What no word starts with: a space before it was typed beside markup.
_INSIDE = frozenset("をんーァィゥェォッャュョぁぃぅぇぉっゃゅょ々")
_SPACES = re.compile(r"[ \t\n\r\f\xa0]{2,}|[\t\r\f\xa0]")
_EDGE = " \t\n\r\f\xa0\u3000"
_IS_WIDE = re.compile(f"[{WIDE}]")
_ENDS = frozenset("。．.！？!?」』）】〉》］)]：:；;…‥♪★☆♡♥→⇒")
_OPENS = re.compile(
    r"[ \u3000・●○◎◆◇■□▲△▼▽★☆※＊*＞>►▶→⇒♪〒【〔［\[<＜《〈「『（(①-⓿ⅰ-ⅹⅠ-Ⅻ◦‣•–—\-―=＝#＃]"
    r"|[0-9０-９]+[.．、)）:：・]|第[0-9０-９一二三四五六七八九十]+|[^。、：:]{1,10}[：:]"
)
# What no sentence starts with, so that the line above must go on.
_CARRIES = frozenset("をにはがでのもへとやんーァィゥェォッャュョぁぃぅぇぉっゃゅょ々、。，．」』）")
_RUNS_ON = re.compile(r"[\u3041-\u3096、，]")
_FULL_LINE = 15  # a line shorter than this that ends in a noun is as likely a label as a margin
_HALF_LINE = 10


def flow(raw: str) -> str:
    """Lines of running text: markup white space collapsed, ``BREAK`` joined or made a newline.

    >>> flow("健康で\\n   文化的な most\\n recent\\0　山田　太郎")
    '健康で文化的な most recent\\n山田　太郎'
    >>> flow("すべて国民は、健康で\\0文化的な生活を営む。\\0終わり")
    'すべて国民は、健康で文化的な生活を営む。\\n終わり'
    """
    if "&" in raw:
        raw = _unescaped(raw)
    raw = _SPACES.sub(_one_space, raw)
    if "\n" in raw:
        raw = _BETWEEN_WIDE.sub("", raw).replace("\n", " ")
    if BREAK not in raw:
        return raw.strip(_EDGE)
    return _joined(raw.split(BREAK), "。" in raw)


def preformatted(raw: str) -> str:
    """Text of ``<pre>``: its lines and its ASCII indents are kept, ideographic indents are not.

    Spaces are code, unless a line has no ASCII but digits.

    >>> preformatted("1章 はじめに\\n#命令 名前\\n　本文")
    '1章　はじめに\\n#命令 名前\\n本文'
    """
    lines = _unescaped(raw).replace(BREAK, "\n").split("\n")
    lines = [line.rstrip(_EDGE).lstrip("\u3000") for line in lines]
    return "\n".join(line if _CODE.search(line) else spaced(line) for line in lines).strip("\n")


def spaced(text: str) -> str:
    """ASCII spaces that were typed between wide characters, as Japanese typesetting has them.

    Between letters a space becomes U+3000; beside punctuation that brings its own it is dropped, but not after
    ``！`` and ``？``. Text without kana (Chinese, Korean) and spaces beside Latin, digits and hangul stay.

    >>> spaced("総務省 総合通信基盤局、 「IIJ も 」 本当！？ そう。 v2 版")
    '総務省　総合通信基盤局、「IIJ も」本当！？　そう。 v2 版'
    >>> spaced("北京 上海"), spaced("한자 漢字 のこと")
    ('北京 上海', '한자 漢字　のこと')
    """
    return _TYPED.sub(_ideographic, text) if " " in text and _KANA.search(text) else text


def _ideographic(space: re.Match[str]) -> str:
    before, after = space[1], space[2]
    if before in _BREATH and after not in _AIRY:
        return "\u3000"
    return "" if before in _AIRY or after in _AIRY or after in _INSIDE else "\u3000"


def _one_space(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "


def _joined(lines: list[str], prose: bool) -> str:
    """Lines put together where the sentence of one goes on in the next; empty ones are dropped."""
    parts: list[str] = []
    last = ""
    for line in lines:
        text = line.strip(_EDGE)
        if not text:
            continue
        if parts:
            indented = line.lstrip(" ").startswith("\u3000")
            if indented or not _continues(last, text, prose):
                parts.append("\n")
            elif not _IS_WIDE.match(last[-1]) and not _IS_WIDE.match(text):
                parts.append(" ")
        parts.append(text)
        last = text
    return "".join(parts)


def _continues(line: str, following: str, prose: bool) -> bool:
    """Whether ``following`` goes on with the sentence of ``line``, which was broken by hand."""
    end = line[-1]
    if end in _ENDS or _OPENS.match(following):
        return False
    if _IS_WIDE.match(end):
        if _RUNS_ON.match(end) or following[0] in _CARRIES:
            return prose or "、" in line or len(line) >= _FULL_LINE
        return prose and len(line) >= _HALF_LINE
    return (end.isalpha() or end == ",") and following[0].islower()


def _unescaped(raw: str) -> str:
    """The references that a serialised text node can hold."""
    raw = raw.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
    return raw.replace("&amp;", "&")
