import os
import tarfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard

from corpus_builder.extract.pdf import MAX_PAGES, PdfError, PdfText, text_of

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
WIDTH, HEIGHT = 595, 842
SENTENCES = (
    "春の野に出て若菜を摘む人の姿が、遠くの丘からも小さく見えていた。",
    "川の水は前の日の雨で濁り、渡し舟はまだ岸につながれたままである。",
    "それでも市の立つ日であったから、荷を負う者は朝から列をなしていた。",
    "年寄りたちは火のそばに集まって、昔の洪水のことを語り合うのだった。",
)
PARAGRAPHS = ["".join(SENTENCES[(n + k) % 4] for k in range(2 + n % 3)) + f"その{n}番目の話である。" for n in range(9)]

Item = tuple[float, float, float, str]  # x, y, size, text


def pdf_of(pages: Sequence[Sequence[Item]], vertical: bool = False) -> bytes:
    """A file in a font of the reader's own, as Japanese PDFs without embedded fonts are."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        3: b"<</Type/Font/Subtype/Type0/BaseFont/HeiseiMin-W3/Encoding/UniJIS-UCS2-%c"
        b"/DescendantFonts[4 0 R]>>" % (b"V" if vertical else b"H"),
        4: b"<</Type/Font/Subtype/CIDFontType0/BaseFont/HeiseiMin-W3/DW 1000/FontDescriptor 5 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>>>",
        5: b"<</Type/FontDescriptor/FontName/HeiseiMin-W3/Flags 4/FontBBox[0 -120 1000 880]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 80>>",
    }
    kids = []
    for items in pages:
        shows = []
        for x, y, size, text in items:
            code = text.encode("utf-16-be").hex()
            shows.append(f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm <{code}> Tj ET")
        stream = "\n".join(shows).encode()
        number = len(objects) + 2
        kids.append(b"%d 0 R" % number)
        objects[number] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (WIDTH, HEIGHT, number + 1)
        )
        objects[number + 1] = b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream)
    objects[2] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(kids), b" ".join(kids))
    body = b"%PDF-1.4\n"
    places = {}
    for number, value in sorted(objects.items()):
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    return body + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )


def set_lines(paragraphs: Sequence[str], width: int, indent: str = "\u3000") -> list[str]:
    """Lines of ``width`` characters as a typesetter breaks them, first lines indented."""
    lines = []
    for paragraph in paragraphs:
        text = indent + paragraph
        lines += [text[n : n + width] for n in range(0, len(text), width)]
    return lines


def page_of(lines: Sequence[str], x: float = 72, top: float = 740, size: float = 10) -> list[Item]:
    return [(x, top - 1.7 * size * n, size, line) for n, line in enumerate(lines)]


def read(pages: Sequence[Sequence[Item]], vertical: bool = False) -> PdfText:
    return text_of(pdf_of(pages, vertical))


def test_lines_are_joined_into_the_paragraphs_that_were_set() -> None:
    read_back = read([page_of(set_lines(PARAGRAPHS, 44))])
    assert read_back.text.split("\n") == PARAGRAPHS
    assert (read_back.pages, read_back.broken_chars, read_back.vertical) == (1, 0.0, False)
    assert read_back.lost_pages == 0


def test_an_indent_made_of_space_instead_of_a_character_opens_a_paragraph() -> None:
    items = page_of(set_lines(PARAGRAPHS, 44))
    items = [(x + size, y, size, line[1:]) if line[0] == "\u3000" else (x, y, size, line) for x, y, size, line in items]
    assert read([items]).text.split("\n") == PARAGRAPHS


def test_an_indent_opens_a_paragraph_even_behind_a_full_line() -> None:
    text = "".join(SENTENCES)
    full = [text[n : n + 86] + "。" for n in range(4)]  # two lines, of 43 and 44
    lines = [line for text in full for line in (text[:43], text[43:])]
    items = page_of(lines)
    items = [(x + size * (n % 2 == 0), y, size, line) for n, (x, y, size, line) in enumerate(items)]
    assert read([items]).text.split("\n") == full


def test_a_paragraph_goes_on_over_columns_and_pages() -> None:
    lines = set_lines(PARAGRAPHS, 20)
    half, quarter = len(lines) // 2, len(lines) // 4
    pages = [page_of(part[:quarter], x=60) + page_of(part[quarter:], x=310) for part in (lines[:half], lines[half:])]
    assert read(pages).text.split("\n") == PARAGRAPHS


def test_running_heads_and_page_numbers_go() -> None:
    pages = []
    for n, paragraph in enumerate(PARAGRAPHS):
        head = "令和の白書" if n % 2 else "第二章\u3000川の話"
        body = page_of(set_lines([paragraph], 44))
        pages.append([(72, 800, 8, head), *body, (290, 40, 8, f"- {n + 1} -")])
    assert read(pages).text.split("\n") == PARAGRAPHS


def test_what_stands_at_the_edge_of_many_pages_goes_wherever_it_stands_there() -> None:
    pages = [[(72 + 30 * n, 800, 8, "川の話"), *page_of(set_lines([text], 44))] for n, text in enumerate(PARAGRAPHS)]
    assert read(pages).text.split("\n") == PARAGRAPHS


def test_what_stands_in_one_place_of_many_pages_goes_wherever_that_is() -> None:
    pages = [
        [*page_of(set_lines([text], 40)), (540, 500, 8, "鷺の巻"), (72, 400, 10, "終。"), (72, 300, 10, text[:9])]
        for text in PARAGRAPHS
    ]
    assert "鷺" not in read(pages).text
    assert read(pages).text.count(PARAGRAPHS[0]) == 1


def test_a_line_at_the_edge_that_does_not_return_stays() -> None:
    pages = [[(72, 800, 8, f"{'甲乙丙丁'[n]}の巻の始め。"), *page_of(["本文。"])] for n in range(4)]
    assert read(pages).text.count("の巻の始め。") == 4


def test_readings_above_a_line_are_not_glued_into_it() -> None:
    items = page_of(set_lines(PARAGRAPHS[:3], 44))
    with_ruby: list[Item] = []
    for x, y, size, line in items:
        with_ruby += [(x + 3 * size, y + size, size / 2, "はるのの"), (x, y, size, line)]
    assert read([with_ruby]).text.split("\n") == PARAGRAPHS[:3]


def test_headings_and_items_begin_a_paragraph_of_their_own() -> None:
    lines = ["第一章 川の話", *set_lines([SENTENCES[0] * 3], 44), "(1) 渡し舟", "(2) 市の立つ日"]
    found = read([page_of(lines)]).text.split("\n")
    assert found == ["第一章 川の話", SENTENCES[0] * 3, "(1) 渡し舟", "(2) 市の立つ日"]


@pytest.mark.parametrize("by_glyph", [True, False])
def test_vertical_writing_is_read_down_and_leftwards(by_glyph: bool) -> None:
    items: list[Item] = []
    for n, line in enumerate(set_lines(PARAGRAPHS[:5], 60)):
        x, top = 540 - 18 * n, 780
        if by_glyph:
            items += [(x, top - 10 * k, 10, glyph) for k, glyph in enumerate(line) if glyph != "\u3000"]
        else:
            items.append((x, top, 10, line))
    found = read([items], vertical=not by_glyph)
    assert found.vertical
    assert found.text.split("\n") == PARAGRAPHS[:5]


def test_glyphs_set_one_by_one_make_lines_too() -> None:
    items: list[Item] = []
    for x, y, size, line in page_of(set_lines(PARAGRAPHS[:3], 40)):
        items += [(x + size * k, y, size, glyph) for k, glyph in enumerate(line) if glyph != "\u3000"]
    found = read([items])
    assert not found.vertical
    assert found.text.split("\n") == PARAGRAPHS[:3]


def test_unreadable_glyphs_are_shown_and_counted_and_radicals_mended() -> None:
    found = read([page_of(["\u2f47本語の\ue001\ue002文字"])])
    assert found.text == "日本語の\ufffd\ufffd文字"
    assert found.broken_chars == pytest.approx(2 / 8)


def test_no_more_than_the_first_thousand_pages_are_read() -> None:
    found = read([page_of(["頁。"])] * (MAX_PAGES + 5))
    assert (found.pages, found.lost_pages) == (MAX_PAGES + 5, 5)


def test_a_file_without_text_gives_none() -> None:
    assert read([[]]).text == ""


def test_a_file_that_is_none_is_named_so() -> None:
    data = pdf_of([page_of(["本文。"])])
    for broken, reason in ((b"", "empty"), (b"%PDF-1.4", "damaged"), (b"<html>", "damaged")):
        with pytest.raises(PdfError, match=reason):
            text_of(broken)
    locked = data.replace(
        b"trailer<<",
        b"trailer<</ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>" % (b"11" * 32, b"22" * 32),
    )
    with pytest.raises(PdfError, match="encrypted"):
        text_of(locked)


def test_a_cut_anywhere_is_an_error_or_a_text_but_nothing_else() -> None:
    data = pdf_of([page_of(set_lines(PARAGRAPHS[:2], 44))])
    for cut in range(0, len(data), 37):
        try:
            text_of(data[:cut])
        except PdfError:
            continue


def shared_pdfs() -> Iterator[tuple[str, bytes]]:
    path = SHARED / "pdf.tar.zst"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    unpack = zstandard.ZstdDecompressor()
    with (
        path.open("rb") as file,
        unpack.stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if member.name.endswith(".pdf") and (content := tar.extractfile(member)):
                yield member.name, content.read()


@pytest.mark.shared
def test_every_real_file_is_read_or_refused_by_name_in_bounded_memory() -> None:
    read_back: dict[str, PdfText] = {}
    refused = 0
    before = resident()
    for name, data in shared_pdfs():
        try:
            read_back[name] = text_of(data)
        except PdfError as error:
            assert str(error) in {"empty", "encrypted", "damaged", "no pages", "no page can be read"}
            refused += 1
    assert resident() - before < 512 << 20
    assert len(read_back) > 150 and refused > 30
    assert sum(found.vertical for name, found in read_back.items() if name.endswith("jo.pdf")) == 1
    white_paper = next(x for name, x in read_back.items() if name.endswith("demo/sample.pdf"))
    lines = white_paper.text.split("\n")
    assert sum(not a.endswith("。") and len(a) > 60 for a, _ in pairwise(lines)) < 60
    assert not any("\ue000" <= c <= "\uf8ff" for x in read_back.values() for c in x.text)


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
