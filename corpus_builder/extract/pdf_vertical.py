"""Pages in vertical writing, read with pdfminer: pdfium takes each of their glyphs for a line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTTextBox, LTTextLine, LTTextLineVertical
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from corpus_builder.extract.pdf_lines import Line

EDGE = 0.1  # of the page's height
ITEM = re.compile("^([一二三四五六七八九十]+(?:の[一二三四五六七八九十]+)?) ")


class VerticalPages:
    """The pages of one document, opened when the first of them is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pages: list[PDFPage] | None = None

    def lines(self, index: int) -> tuple[list[Line], bool]:
        """Lines of page ``index`` in reading order, and whether most of the text is vertical.

        pdfminer raises whatever its parser runs into (KeyError, TypeError, RecursionError …): to
        the caller all of it means that this page cannot be read.
        """
        if self._pages is None:
            document = PDFDocument(PDFParser(io.BytesIO(self._data)))
            self._pages = list(PDFPage.create_pages(document))
        resources = PDFResourceManager(caching=False)
        device = PDFPageAggregator(resources, laparams=LAParams(detect_vertical=True))
        PDFPageInterpreter(resources, device).process_page(self._pages[index])
        layout = device.get_result()
        found = [line for box in layout if isinstance(box, LTTextBox) for line in box]
        found = [line for line in found if isinstance(line, LTTextLine) and line.get_text().strip()]
        down = [line for line in found if isinstance(line, LTTextLineVertical)]
        across = [line for line in found if not isinstance(line, LTTextLineVertical)]
        vertical = _glyphs(down) > _glyphs(across)
        if not vertical:
            return [_horizontal(line, layout.y1, layout.height, index) for line in found], False
        top, bottom = layout.y1 - EDGE * layout.height, layout.y0 + EDGE * layout.height
        edge = [line for line in across if line.y0 > top or line.y1 < bottom]
        inside = [line for line in across if line not in edge]
        lines = [_vertical(line, layout.y1, layout.x1, index) for line in _in_order(down + inside)]
        return [_horizontal(line, layout.y1, layout.height, index) for line in edge] + lines, True


def _glyphs(lines: list[LTTextLine]) -> int:
    return sum(len(line.get_text()) for line in lines)


def _in_order(lines: list[LTTextLine]) -> Iterator[LTTextLine]:
    """Right to left within each of the bands (段) that blank strips across the page separate."""
    band: list[LTTextLine] = []
    floor = 0.0
    for line in sorted(lines, key=lambda line: -line.y1):
        size = min(line.width, line.height)
        if band and line.y1 <= floor - 0.2 * size:
            yield from sorted(band, key=lambda line: (-line.x1, -line.y1))
            band = []
        floor = min(floor, line.y0) if band else line.y0
        band.append(line)
    yield from sorted(band, key=lambda line: (-line.x1, -line.y1))


def _vertical(line: LTTextLine, top: float, right: float, page: int) -> Line:
    size = min(line.width, line.height)
    return Line(_closed_up(line), top - line.y1, top - line.y0, right - line.x1, size, page)


def _horizontal(line: LTTextLine, top: float, height: float, page: int) -> Line:
    across = top - line.y1
    edge = not EDGE * height < across < (1 - EDGE) * height
    return Line(_closed_up(line), line.x0, line.x1, across, line.height, page, edge)


def _closed_up(line: LTTextLine) -> str:
    """The text without the spaces that pdfminer sees beside the narrow punctuation of Japanese.

    The space behind a number at the start of the line stays, for it tells an item from a sentence.
    """
    text = ITEM.sub("\\1\u3000", line.get_text().strip("\n"))
    wide = sum(c > "\u2e7f" for c in text) * 2 > len(text.replace(" ", ""))
    return text.replace(" ", "") if wide else text
