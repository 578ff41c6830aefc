"""PDF files as documents: the responses of a crawl in a WARC, or one bare file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from corpus_builder.extract.pdf import PdfError, text_of
from corpus_builder.sources.reading import Document, Dropped, Input, Poisoned, Reading, Watch
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk
from corpus_builder.sources.web import TAG, identity

SIGNATURE = b"%PDF-"
SIGNATURE_WITHIN = 1024  # bytes, as readers of PDF allow
MAX_BYTES = 128 << 20


def read_warp_pdf(input: Input, watch: Watch) -> Iterator[Reading]:
    """The PDFs of a WARC or ARC file, or the input itself when it is one.

    ``meta`` holds ``pages``, ``broken_chars`` (share of unreadable characters, 0 to 1),
    ``vertical`` (true or false), ``lost_pages``, and ``flaws`` where the body is not whole.
    """
    start = input.file.read(SIGNATURE_WITHIN)
    input.file.seek(0)
    if SIGNATURE in start and not start.startswith((b"\x1f\x8b", b"WARC/", b"filedesc:")):
        yield _bare(input, watch)
        return
    for found in walk(input.file, watch, MAX_BYTES):
        yield _read(found) if isinstance(found, Record) else found


def _bare(input: Input, watch: Watch) -> Reading:
    if watch.enter(0):
        return Poisoned("killed", "a process died while it worked on this file", 0)
    size = input.file.seek(0, 2)
    if size > MAX_BYTES:
        return Dropped("too_large", 0)
    input.file.seek(0)
    data = input.file.read(size)
    name = hashlib.sha256(data).hexdigest()
    return _document(data, Document(name, "", offset=0, length=len(data)))


def _read(record: Record) -> Reading:
    if record.http_status not in (None, 200):
        return Dropped("status_not_200", record.offset)
    if SIGNATURE not in record.body[:SIGNATURE_WITHIN]:
        if record.content_type != "application/pdf" or TAG.match(record.body):
            return Dropped("not_pdf", record.offset)
        place = record.offset, record.length, identity(record)
        return Poisoned("pdf_unreadable", "no signature", *place)
    blank = Document(identity(record), "", record.url, record.date, record.offset, record.length)
    return _document(record.body, blank, " ".join(record.flaws))


def _document(data: bytes, blank: Document, flaws: str = "") -> Reading:
    try:
        read = text_of(data)
    except PdfError as error:
        return Poisoned("pdf_unreadable", str(error), blank.offset, blank.length, blank.identity)
    if not read.text.strip():
        return Dropped("pdf_without_text", blank.offset)
    meta = {
        "pages": str(read.pages),
        "broken_chars": f"{read.broken_chars:.4f}",
        "vertical": str(read.vertical).lower(),
        "lost_pages": str(read.lost_pages),
    }
    if flaws:
        meta["flaws"] = flaws
    return blank._replace(text=read.text, meta=meta)
