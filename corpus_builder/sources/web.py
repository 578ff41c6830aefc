"""HTML pages of a web archive as documents: Common Crawl, and the national archive's crawls alike.

The tests stand in order of cost: status and type from the header, kana in the raw bytes, then
decoding and extraction for the few per cent that are left.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from corpus_builder.extract.candidates import may_be_japanese
from corpus_builder.extract.charset import decode
from corpus_builder.extract.main_text import main_text
from corpus_builder.sources.reading import Document, Dropped, Input, Reading, Watch
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk

HTML_TYPES = ("text/html", "application/xhtml+xml")
UNSURE_TYPES = ("", "*/*", "unknown/unknown", "application/unknown")
TAG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<!--(?:(?!-->).){0,512}+-->\s*+|<\?xml[^>]{0,256}+>\s*+)*+<(?:!doctype\s+html|html|head|body|title|"
    rb"meta|script|table|div|p|h1|a)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
# What servers send as text/html although it is not.
BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"ID3",
)


def read_common_crawl(input: Input, watch: Watch) -> Iterator[Reading]:
    """The Japanese candidates among the HTML responses and resources of a WARC or ARC file.

    ``meta`` holds ``charset`` and who said so (``mislabelled``: nobody, against header and page), the ``extractor``
    that read the page, ``title``, ``flaws`` where the body is not whole, and ``cut`` where it was too large to be read
    to its end.
    """
    for found in walk(input.file, watch):
        yield _read(found, input.extractor) if isinstance(found, Record) else found


# A crawl of the national archive (WARP) is read alike; the two kinds of source differ in what they hold.
read_warp_html = read_common_crawl


def warm() -> None:
    """Read a small page in each kind of charset, so that kernels and tables are there before the first record."""
    page = f"<title>頁</title><table><tr><td>{'暖機運転をします。' * 9}<br>続き</table>{'<b></b>' * 600}"
    for codec in ("utf-8", "cp932", "euc_jp", "iso2022_jp"):
        body = page.encode(codec)
        if may_be_japanese(body):
            main_text(decode(body).text)


def identity(record: Record) -> str:
    """The record's id, or, where the archive gives none, one made of address, date and body."""
    if record.record_id:
        return record.record_id
    body = hashlib.sha256(record.body).hexdigest()[:32]
    return f"{record.url or ''} {record.date or ''} {body}"


def is_html(record: Record) -> bool:
    """By the server's word, or by the first tag where it gives none; never against a signature."""
    if record.body.startswith(BINARY):
        return False
    if record.content_type in UNSURE_TYPES:
        return TAG.match(record.body) is not None
    return record.content_type in HTML_TYPES


def _read(record: Record, extractor: str) -> Reading:
    if record.http_status not in (None, 200):
        return Dropped("status_not_200", record.offset)
    if not is_html(record):
        return Dropped("not_html", record.offset)
    if not may_be_japanese(record.body, record.charset):
        return Dropped("not_japanese_bytes", record.offset)
    decoded = decode(record.body, record.charset)
    page, read_by = main_text(decoded.text, extractor)
    if not page or not page.text.strip():
        return Dropped("no_text", record.offset)
    meta = {"charset": decoded.charset, "charset_by": decoded.source, "extractor": read_by, "title": page.title}
    if page.cut:
        meta["cut"] = page.cut
    if record.flaws:
        meta["flaws"] = " ".join(record.flaws)
    return Document(
        identity(record),
        page.text,
        record.url,
        record.date,
        record.offset,
        record.length,
        page.link_chars,
        meta,
        record.file,
        page.page_chars,
        page.page_link_chars,
    )
