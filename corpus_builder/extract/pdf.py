"""The text of a PDF in paragraphs, and how much of it cannot be trusted.

pdfium reads the pages, ten times as fast as pdfminer; those whose glyphs run downwards, or whose
glyphs pdfium does not see, go to pdfminer. pdfium keeps global state: call this from one thread.
"""

from __future__ import annotations

import ctypes
import logging
from itertools import islice
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus_builder.extract.pdf_lines import (
    RUBY_SIZE,
    STARTS_CJK,
    Line,
    mended,
    paragraphs,
    without_ruby,
    without_running_heads,
)
from corpus_builder.extract.pdf_vertical import VerticalPages

MAX_PAGES = 1_000
MAX_PAGE_CHARS = 50_000
MAX_GLYPHS = 20_000  # of a page that pdfminer is trusted with: its layout is slow
PAIRS = 200  # of neighbouring glyphs looked at to find the direction of a page
WORD_GAP = 0.45  # ems: what pdfium calls a space beside a CJK character is one from here on
UNSEEN = 5  # glyphs that pdfium may pass by before pdfminer is asked
HYPHENS = (0x02, 0xFFFE)  # how pdfium marks the hyphen of a word that goes on in the next line

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


class PdfError(ValueError):
    """The file is encrypted, damaged or empty; the message is a few words that stay the same."""


class PdfText(NamedTuple):
    """What a file says. ``text`` has a paragraph a line.

    ``broken_chars`` is the share of its characters that are unreadable (U+FFFD), 0 to 1;
    ``vertical`` says that most of it is in vertical writing; ``lost_pages`` counts those of
    ``pages`` that are not in it: unreadable, or behind the first 1,000.
    """

    text: str
    pages: int
    broken_chars: float
    vertical: bool
    lost_pages: int


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> float:
        return abs(self.top - self.bottom)


def text_of(data: bytes) -> PdfText:
    """Read a whole file; raises ``PdfError``. A file of scans gives an empty text.

    At most 1,000 pages are read, and 50,000 characters of a page.
    """
    if not data:
        raise PdfError("empty")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise PdfError("encrypted" if "password" in str(error).lower() else "damaged") from None
    try:
        return _text(document, data)
    finally:
        document.close()


def _text(document: pdfium.PdfDocument, data: bytes) -> PdfText:
    pages = len(document)
    if not pages:
        raise PdfError("no pages")
    down = VerticalPages(data)
    lines: list[Line] = []
    lost = max(0, pages - MAX_PAGES)
    vertical = broken = 0
    for index in range(min(pages, MAX_PAGES)):
        try:
            found, is_vertical = _page(document, index, down)
        except pdfium.PdfiumError:
            lost += 1
            continue
        for line in without_ruby(found):
            text, unreadable = mended(line.text)
            lines.append(line._replace(text=text))
            broken += unreadable
            vertical += len(text) if is_vertical else 0
    if lost == pages:
        raise PdfError("no page can be read")
    body = [line for line in without_running_heads(lines, pages - lost) if line.text.strip()]
    text = "\n".join(paragraphs(body))
    chars = sum(len(line.text) for line in lines)
    share = broken / chars if chars else 0.0
    return PdfText(text, pages, share, vertical * 2 > chars, lost)


def _page(document: pdfium.PdfDocument, index: int, down: VerticalPages) -> tuple[list[Line], bool]:
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            count = min(textpage.count_chars(), MAX_PAGE_CHARS)
            runs_down = _runs_down(textpage, count)
            if runs_down or _unseen(page, count):
                found, vertical = _by_pdfminer(down, index)
                if found and (runs_down or vertical or _glyphs(found) > count):
                    return found, vertical
            return _lines(textpage, count, page.get_height(), index), False
        finally:
            textpage.close()
    finally:
        page.close()


def _by_pdfminer(down: VerticalPages, index: int) -> tuple[list[Line], bool]:
    try:
        return down.lines(index)
    except Exception:  # pdfminer raises anything on a damaged page: what pdfium has is kept then
        return [], False


def _glyphs(lines: list[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _runs_down(textpage: pdfium.PdfTextpage, count: int) -> bool:
    """Whether more neighbouring glyphs stand below each other than beside each other."""
    if count > MAX_GLYPHS:
        return False
    below = beside = 0
    x, y = ctypes.c_double(), ctypes.c_double()
    for i in range(0, count - 1, max(1, count // PAIRS)):
        if min(raw.FPDFText_GetUnicode(textpage, i), raw.FPDFText_GetUnicode(textpage, i + 1)) < 0x2E80:
            continue
        places = []
        for k in (i, i + 1):
            raw.FPDFText_GetCharOrigin(textpage, k, x, y)
            places.append((x.value, y.value))
        size = _box(textpage, i).size
        (x0, y0), (x1, y1) = places
        if abs(y1 - y0) < 0.3 * size:
            beside += 1
        elif abs(x1 - x0) < 0.3 * size and 0 < y0 - y1 < 2 * size:
            below += raw.FPDFText_GetCharAngle(textpage, i) == 0
    return below > beside


def _unseen(page: pdfium.PdfPage, count: int) -> bool:
    """Whether pdfium passes by many glyphs: it takes those of absent fonts, one a text, for nothing."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    texts = page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=3)
    unseen = seen = 0
    for text in islice(texts, MAX_GLYPHS):
        raw.FPDFPageObj_GetBounds(text.raw, left, bottom, right, top)
        unseen += right.value - left.value < 0.01
        seen += 1
    return unseen > UNSEEN + count // 20 and seen < MAX_GLYPHS


def _lines(textpage: pdfium.PdfTextpage, count: int, height: float, page: int) -> list[Line]:
    """The lines as pdfium breaks them, in the order of the file."""
    lines: list[Line] = []
    codes = [raw.FPDFText_GetUnicode(textpage, i) for i in range(count)]
    codes = [code if code <= 0x10FFFF else 0xFFFD for code in codes]
    start = 0
    for i in range(count + 1):
        if i < count and codes[i] not in (0x0A, 0x0D):
            continue
        if line := _line(textpage, codes, start, i, height, page):
            lines.append(line)
        start = i + 1
    places = sorted({round(line.across) for line in lines})
    edges = {*places[:2], *places[-2:]}
    return [line._replace(edge=round(line.across) in edges) for line in lines]


def _line(
    textpage: pdfium.PdfTextpage, codes: list[int], start: int, end: int, height: float, page: int
) -> Line | None:
    visible = [i for i in range(start, end) if codes[i] not in (0x20, 0x09, 0)]
    if not visible:
        return None
    small = _ruby(textpage, codes, visible)
    visible = [i for i in visible if i not in small]
    span = range(visible[0], visible[-1] + 1)
    text = "".join(_shown(textpage, codes, i) for i in span if i not in small)
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    first, last = _box(textpage, visible[0]), _box(textpage, visible[-1])
    size = max(first.size, last.size)
    return Line(text, first.left, last.right, height - first.bottom, size, page)


def _ruby(textpage: pdfium.PdfTextpage, codes: list[int], visible: list[int]) -> set[int]:
    """The kana in a line that are much smaller than its other glyphs: pdfium lets ruby run into it."""
    if codes[visible[0]] < 0x2E80 and codes[visible[-1]] < 0x2E80:
        return set()
    sizes = {i: _box(textpage, i).size for i in visible if 0x3041 <= codes[i] <= 0x30FF}
    others = [i for i in visible if i not in sizes]
    largest = max([*sizes.values(), *(_box(textpage, i).size for i in others[:8])])
    return {i for i, size in sizes.items() if size <= RUBY_SIZE * largest}


def _shown(textpage: pdfium.PdfTextpage, codes: list[int], i: int) -> str:
    """A character as it is to be read; nothing for a space that pdfium saw in a narrow gap."""
    code = codes[i]
    if code in HYPHENS:
        return "\u00ad"
    if code != 0x20 or not 0 < i < len(codes) - 1:
        return chr(code)
    if not (STARTS_CJK.match(chr(codes[i - 1])) or STARTS_CJK.match(chr(codes[i + 1]))):
        return " "
    if not raw.FPDFText_IsGenerated(textpage, i):
        return " "
    before, after = _box(textpage, i - 1), _box(textpage, i + 1)
    return " " if after.left - before.right > WORD_GAP * before.size else ""


def _box(textpage: pdfium.PdfTextpage, i: int) -> _Box:
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, i, box)
    return _Box(box.left, box.bottom, box.right, box.top)
