import hashlib
import io

from archives import page, warc

from corpus_builder.sources.pdf_crawl import read_warp_pdf
from corpus_builder.sources.reading import Document, Dropped, Input, NoWatch, Poisoned, Reading

HEADERS = [("Content-Type", "application/pdf")]


def pdf(text: str) -> bytes:
    """A one-page file in a font that every reader has; pdfium finds the objects without an index."""
    show = f"BT /F 12 Tf 72 720 Td ({text}) Tj ET".encode()
    stream = b"4 0 obj<</Length %d>>stream\n%b\nendstream endobj\n" % (len(show), show)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
        b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        + stream
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def read(data: bytes, name: str = "made.warc.gz") -> list[Reading]:
    return list(read_warp_pdf(Input(io.BytesIO(data), name), NoWatch()))


def test_the_pdf_responses_of_a_crawl_become_documents_and_its_pages_do_not() -> None:
    data = warc([pdf("one"), page(0), pdf("two")], headers=HEADERS[:0])
    first, dropped, last = read(data)
    assert isinstance(first, Document) and isinstance(last, Document)
    assert (first.text, last.text) == ("one", "two")
    assert first.identity.startswith("urn:uuid:")
    assert first.url == "https://example.jp/0"
    assert first.meta == {
        "pages": "1",
        "broken_chars": "0.0000",
        "vertical": "false",
        "lost_pages": "0",
    }
    assert isinstance(dropped, Dropped) and dropped.reason == "not_pdf"
    alone = data[last.offset : last.offset + last.length]
    assert read(alone) == [last._replace(offset=0)]


def test_a_bare_file_is_one_document_named_by_its_bytes() -> None:
    data = pdf("hello")
    (document,) = read(data, "hello.pdf")
    assert isinstance(document, Document)
    assert document.identity == hashlib.sha256(data).hexdigest()
    assert (document.text, document.offset, document.length) == ("hello", 0, len(data))


def test_a_bare_file_that_killed_a_process_is_not_touched_again() -> None:
    class Skip:
        def enter(self, position: int) -> bool:
            return position == 0

    (killed,) = read_warp_pdf(Input(io.BytesIO(pdf("hello")), "hello.pdf"), Skip())
    assert isinstance(killed, Poisoned) and killed.error == "killed"


def test_what_cannot_be_read_is_poisoned_and_what_has_no_text_is_dropped() -> None:
    bodies = [b"%PDF-1.4 nothing follows", pdf(""), b"no such thing", b"<html>404</html>", pdf("good")]
    unreadable, textless, absent, html, good = read(warc(bodies, headers=HEADERS))
    assert isinstance(unreadable, Poisoned)
    assert (unreadable.error, unreadable.message) == ("pdf_unreadable", "damaged")
    assert unreadable.identity.startswith("urn:uuid:") and unreadable.length > 0
    assert isinstance(textless, Dropped) and textless.reason == "pdf_without_text"
    assert isinstance(absent, Poisoned) and absent.error == "pdf_unreadable"
    assert isinstance(html, Dropped) and html.reason == "not_pdf"
    assert isinstance(good, Document)
    (bare,) = read(b"%PDF-1.4 nothing follows", "bad.pdf")
    assert isinstance(bare, Poisoned)


def test_a_response_that_is_not_200_is_dropped() -> None:
    (dropped,) = read(warc([pdf("x")], headers=HEADERS, status="404 Not Found"))
    assert isinstance(dropped, Dropped) and dropped.reason == "status_not_200"
