"""From the lines of pages to paragraphs: running heads go, broken sentences are joined.

A PDF knows glyphs and places only; which line continues the one before is read from indents, short
lines, sizes and gaps, as a typesetter of Japanese leaves them. Nothing here knows a PDF library.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

HEAD_SHARE = 0.4  # of the pages: heads differ between left and right pages
HEAD_PAGES = 3
RUBY_SIZE = 0.6  # of the body's size
SHORT = 1.5  # ems before the margin, where a sentence ends
FAR_SHORT = 2.5  # ems before it, where none ends
RAGGED = 0.25  # of the column, where a Latin word may have been too long for the line
INDENT = (0.7, 4.0)  # ems

CJK = "\u2e80-\u303f\u3040-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
STARTS_CJK = re.compile(f"[{CJK}]")
PAGE_NUMBER = re.compile(
    r"[\s\-–—―‐−・.|()\[\]]*(?:p\.?|page|ページ|頁)?\s*(?:\d{1,4}|[ivxl]{1,6})"
    r"(?:\s*(?:/|of)\s*\d{1,4})?\s*(?:ページ|頁)?[\s\-–—―‐−・.|()\[\]]*",
    re.IGNORECASE,
)
OPENER = re.compile(
    r"第\s*[0-9０-９一二三四五六七八九十百]+\s*[編部章節款条項回]|[0-9０-９]+(?:[.．][0-9０-９]+)*[.．)）、\s]"
    r"|[(（][0-9０-９一二三四五六七八九十ア-ンあ-んa-zA-Z]{1,3}[)）]|[①-⑳㈠-㈩]"
    r"|[・•‣●○◎■□◆◇▼▽▲△▶▷►※★☆◯✓]|[-–*]\s|[*＊※†‡][0-9０-９]|[一二三四五六七八九十]+[\s　]"
    r"|[（(【〔\[][^）)】〕\]]{1,40}[）)】〕\]]$"
)
CLOSED = re.compile(r"[。．！？!?…」』）)】〕》〉.:：]$")
LEADERS = re.compile(r"(?:[.．・…‥]\s*){4,}[0-9０-９ivxl]*$")
GARBAGE = re.compile(r"\(cid:\d+\)|[\u0080-\u009f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
# Radicals that Unicode's compatibility mappings leave alone, and the ideographs they stand for.
RADICALS = dict(
    zip(
        "⺟⺠⺩⻁⻄⻅⻆⻉⻋⻑⻘⻝⻣⻤⻨⻩⻫⻭⻯⻲",
        "母民王虎西見角貝車長青食骨鬼麦黄斉歯竜亀",
        strict=True,
    )
)
KANGXI = str.maketrans(
    {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | RADICALS
)


class Line(NamedTuple):
    """A line with its place along the direction of reading, in points.

    ``start`` and ``end`` run along the line, ``across`` from line to line, growing in reading order
    (downwards, or leftwards in vertical writing). ``edge`` is set near the page's edge, where
    running heads stand.
    """

    text: str
    start: float
    end: float
    across: float
    size: float
    page: int
    edge: bool = False


class _Column(NamedTuple):
    lines: list[Line]
    start: float
    end: float
    pitch: float


def glue(before: str, after: str) -> str:
    """Two lines of one paragraph as one: no space where a CJK character is on either side.

    >>> glue("留意すべきリスク", "や課題"), glue("the cor\\u00ad", "pus"), glue("two", "words")
    ('留意すべきリスクや課題', 'the corpus', 'two words')
    """
    if before.endswith("\u00ad"):
        return before[:-1] + after
    if not before or not after or STARTS_CJK.match(before[-1]) or STARTS_CJK.match(after):
        return before + after
    return f"{before} {after}"


def mended(text: str) -> tuple[str, int]:
    """Text with radicals as ideographs, unreadable glyphs as U+FFFD, and the number of those.

    >>> mended("⽇本(cid:12)\\ue000語")
    ('日本\\ufffd\\ufffd語', 2)
    """
    text, broken = GARBAGE.subn("\ufffd", text.translate(KANGXI))
    return "".join(c for c in text if c >= " "), broken


def without_running_heads(lines: Sequence[Line], pages: int) -> list[Line]:
    """The lines without page numbers, and without what many have at their edge or in one place.

    Digits count as equal.
    """
    many = max(HEAD_PAGES, HEAD_SHARE * pages)
    edges = Counter(key for _, key in {(x.page, _key(x.text)) for x in lines if x.edge})
    places = Counter(place for _, place in {(x.page, _place(x)) for x in lines})
    return [line for line in lines if not _runs_on(line, edges, places, many)]


def _runs_on(line: Line, edges: Counter[str], places: Counter[tuple[str, int, int]], many: float) -> bool:
    if places[_place(line)] >= many:
        return True
    number = PAGE_NUMBER.fullmatch(unicodedata.normalize("NFKC", line.text))
    return line.edge and (number is not None or edges[_key(line.text)] >= many)


def _place(line: Line) -> tuple[str, int, int]:
    return _key(line.text), round(line.start / 8), round(line.across / 8)


def without_ruby(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that hold nothing but small kana: readings, set beside their word."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    return [
        line for line in lines if line.size > RUBY_SIZE * body or not re.fullmatch(r"[\u3041-\u30ff\s　]+", line.text)
    ]


def paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    """Lines in reading order joined into paragraphs."""
    text = ""
    before: tuple[Line, _Column] | None = None
    for column in _columns(lines):
        for line in column.lines:
            if before and _begins(line, column, *before):
                yield text.strip().removesuffix("\u00ad")
                text = ""
            text = glue(text, line.text.strip())
            before = line, column
    if text:
        yield text.strip().removesuffix("\u00ad")


def _key(text: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))


def _columns(lines: Sequence[Line]) -> Iterator[_Column]:
    """Runs of lines one below the other."""
    run: list[Line] = []
    for line in lines:
        if run and not _below(line, run[-1]):
            yield _column(run)
            run = []
        run.append(line)
    if run:
        yield _column(run)


def _below(line: Line, before: Line) -> bool:
    step = line.across - before.across
    beside = line.start < before.end and before.start < line.end
    return line.page == before.page and beside and -0.2 * line.size < step < 6 * line.size


def _column(run: list[Line]) -> _Column:
    steps = sorted(b.across - a.across for a, b in pairwise(run))
    pitch = steps[len(steps) // 2] if steps else 2 * run[0].size
    return _Column(run, min(x.start for x in run), _margin(run), pitch)


def _margin(run: list[Line]) -> float:
    """Where full lines end: the outermost place where several do, for one line may stick out."""
    size = max(run[0].size, 1.0)
    ends = Counter(round(line.end / size) for line in run)
    shared = [place for place, n in ends.items() if n >= max(2, len(run) / 5)]
    limit = (max(shared) + 1) * size if shared else float("inf")
    return max((line.end for line in run if line.end <= limit), default=run[0].end)


def _inset(line: Line, before: Line, column: _Column) -> float:
    """How far a block set in from both margins, as a quotation or an abstract, ends before its own."""
    inset = before.start - column.start
    within = SHORT * before.size < inset < 6 * before.size
    return inset if within and abs(line.start - before.start) < 2 * before.size else 0.0


def _begins(line: Line, column: _Column, before: Line, last: _Column) -> bool:
    """Whether ``line`` opens a paragraph, ``before`` being the line that was read before it."""
    if line.text.startswith("\u3000") or OPENER.match(line.text.lstrip()):
        return True
    if abs(line.size - before.size) > 0.2 * max(line.size, before.size):
        return True
    closed = CLOSED.search(before.text) is not None
    rest = last.end - before.end - _inset(line, before, last)
    if LEADERS.search(before.text) or (closed and rest > SHORT * before.size):
        return True
    wide = STARTS_CJK.match(before.text[-1]) and STARTS_CJK.match(line.text)
    if rest > max(FAR_SHORT * before.size, 0 if wide else RAGGED * (last.end - last.start)):
        return True
    indent = (line.start - column.start) / line.size if line.size else 0.0
    hanging = last is column and OPENER.match(before.text)
    indented = INDENT[0] <= indent <= INDENT[1] and not hanging
    if last is not column:
        return closed or indented or len(last.lines) < 2
    gap = line.across - before.across
    return (indented and line.start - before.start > 0.5 * line.size) or (
        gap > 1.6 * column.pitch and gap > 1.8 * line.size
    )
