"""Draws the PDFs of the sample with ReportLab: a report with running heads, a two-column letter, a vertical essay.

The fonts are the viewer's own (Adobe-Japan1 CID fonts, not embedded), as in many PDFs of Japanese
offices. Only the maker of the sample needs ReportLab, so it is imported where it is used.
"""

from __future__ import annotations

import io
from typing import Any

from sample_text import Article, article

REPORTLAB = "5.1.0"  # another version may write other bytes
WIDTH, HEIGHT = 595.0, 842.0  # A4 in points
NO_LINE_START = "、。，．」』）・ーっゃゅょッャュョ"


def documents() -> dict[str, bytes]:
    return {
        "keikaku": report(article("pdf/keikaku")),
        "kawaraban": letter(article("pdf/kawaraban")),
        "zuihitsu": essay(article("pdf/zuihitsu")),
    }


def lines(text: str, length: int) -> list[str]:
    """Text set solid in lines of ``length`` characters; a mark that may not begin a line hangs on the last."""
    rows: list[str] = []
    while text:
        cut = length
        while cut < len(text) and text[cut] in NO_LINE_START:
            cut += 1
        rows.append(text[:cut])
        text = text[cut:]
    return rows


def paragraphs(source: Article, length: int) -> list[tuple[str, bool]]:
    """The lines of an article, and for each whether it is a heading."""
    rows: list[tuple[str, bool]] = [(source.title, True), ("", False)]
    for block in source.blocks:
        if block.kind == "h2":
            rows += [("", False), (block.lines[0], True)]
        else:
            rows += [(line, False) for line in lines("　" + block.lines[0], length)]
    return rows


def canvas(out: io.BytesIO, title: str) -> Any:
    from reportlab.pdfbase import pdfmetrics  # type: ignore
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore
    from reportlab.pdfgen.canvas import Canvas  # type: ignore

    for face in ("HeiseiMin-W3", "HeiseiKakuGo-W5"):
        pdfmetrics.registerFont(UnicodeCIDFont(face))
    # invariant: no dates and no random identifier in the file
    drawn = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    drawn.setTitle(title)
    return drawn


def report(source: Article) -> bytes:
    """One column; every page has the title above and its number below."""
    out = io.BytesIO()
    drawn = canvas(out, source.title)
    rows = paragraphs(source, 38)
    for number, start in enumerate(range(0, len(rows), 24), 1):
        drawn.setFont("HeiseiKakuGo-W5", 8)
        drawn.drawRightString(WIDTH - 70, HEIGHT - 40, "水源の森　保全計画（素案）　令和七年二月")
        drawn.drawCentredString(WIDTH / 2, 36, f"- {number} -")
        for place, (row, heading) in enumerate(rows[start : start + 24]):
            drawn.setFont("HeiseiKakuGo-W5" if heading else "HeiseiMin-W3", 11)
            drawn.drawString(85, HEIGHT - 90 - 28 * place, row)
        drawn.showPage()
    drawn.save()
    return out.getvalue()


def letter(source: Article) -> bytes:
    """Two columns under a common title."""
    out = io.BytesIO()
    drawn = canvas(out, source.title)
    drawn.setFont("HeiseiKakuGo-W5", 18)
    drawn.drawString(60, HEIGHT - 70, source.title)
    rows = paragraphs(source, 20)[2:]
    half = (len(rows) + 1) // 2
    for index, (row, heading) in enumerate(rows):
        column, place = divmod(index, half)
        drawn.setFont("HeiseiKakuGo-W5" if heading else "HeiseiMin-W3", 10.5)
        drawn.drawString((60, 320)[column], HEIGHT - 115 - 24 * place, row)
    drawn.setFont("HeiseiKakuGo-W5", 8)
    drawn.drawString(60, 40, "発行：緑が丘公民館")
    drawn.showPage()
    drawn.save()
    return out.getvalue()


def essay(source: Article) -> bytes:
    """Vertical lines from the right; the page number stands upright below."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    out = io.BytesIO()
    drawn = canvas(out, source.title)
    upright = UnicodeCIDFont("HeiseiMin-W3", isVertical=True)
    pdfmetrics.registerFont(upright)
    rows = paragraphs(source, 32)
    for number, start in enumerate(range(0, len(rows), 16), 1):
        drawn.setFont(upright.fontName, 12)
        for place, (row, _) in enumerate(rows[start : start + 16]):
            drawn.drawString(WIDTH - 90 - 27 * place, HEIGHT - 100, row)
        drawn.setFont("HeiseiMin-W3", 9)
        drawn.drawCentredString(WIDTH / 2, 50, str(number))
        drawn.showPage()
    drawn.save()
    return out.getvalue()
