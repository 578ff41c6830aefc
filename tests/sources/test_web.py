import gzip
import io

import pytest
from archives import DATE, Archive, page, warc
from warcio.statusandheaders import StatusAndHeaders

from corpus_builder.sources.reading import Document, Dropped, Input, NoWatch, Poisoned, Reading
from corpus_builder.sources.web import read_common_crawl

ENGLISH = b"<html><title>T</title><body><p>" + b"Nothing here is Japanese. " * 20 + b"</p></body></html>"


def read(data: bytes) -> list[Reading]:
    return list(read_common_crawl(Input(io.BytesIO(data), "made.warc.gz"), NoWatch()))


def reasons(data: bytes) -> list[str]:
    return [x.reason if isinstance(x, Dropped) else type(x).__name__ for x in read(data)]


def test_a_japanese_page_becomes_a_document_that_can_be_fetched_again() -> None:
    data = warc([page(0), page(1)], around=True)
    documents = read(data)
    assert len(documents) == 2
    for n, document in enumerate(documents):
        assert isinstance(document, Document)
        assert f"これは{n}番目の頁です。" in document.text
        assert document.identity.startswith("urn:uuid:")
        assert (document.url, document.date) == (f"https://example.jp/{n}", DATE)
        assert document.meta == {
            "charset": "utf-8",
            "charset_by": "http",
            "extractor": "japanese",
            "title": f"頁{n}",
        }
        alone = data[document.offset : document.offset + document.length]
        assert [x.text for x in read(alone) if isinstance(x, Document)] == [document.text]


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-8"])
@pytest.mark.parametrize("labelled", [True, False])
def test_the_text_is_the_same_in_whatever_charset_the_page_came(codec: str, labelled: bool) -> None:
    label = {"cp932": "Shift_JIS", "euc_jp": "EUC-JP", "iso2022_jp": "ISO-2022-JP"}.get(codec, codec)
    kind = f"text/html; charset={label}" if labelled else "text/html"
    body = page(0).decode().encode(codec)
    (plain,) = read(warc([page(0)]))
    (coded,) = read(warc([body], headers=[("Content-Type", kind)]))
    assert isinstance(plain, Document) and isinstance(coded, Document)
    assert coded.text == plain.text


def test_what_is_no_document_is_dropped_by_name() -> None:
    pdf = [("Content-Type", "application/pdf")]
    html = [("Content-Type", "text/html")]
    assert reasons(warc([page(0)], status="404 Not Found")) == ["status_not_200"]
    assert reasons(warc([b"%PDF-1.4"], headers=pdf)) == ["not_html"]
    assert reasons(warc([b"%PDF-1.4"], headers=html)) == ["not_html"]
    assert reasons(warc([b"\x89PNG\r\n"], headers=html)) == ["not_html"]
    assert reasons(warc([ENGLISH])) == ["not_japanese_bytes"]
    assert reasons(warc([b""])) == ["not_japanese_bytes"]
    empty = "<html><body><script>var x = 'これは本文ではありません';</script></body></html>"
    assert reasons(warc([empty.encode() * 3])) == ["no_text"]


def test_a_page_without_a_content_type_is_known_by_its_first_tag() -> None:
    assert reasons(warc([page(0)], headers=[])) == ["Document"]
    assert reasons(warc([b"\xef\xbb\xbf\n<!-- x --><!DOCTYPE html>" + page(0)], headers=[])) == ["Document"]
    assert reasons(warc(["ただの文章です。".encode() * 9], headers=[])) == ["not_html"]


def test_the_drops_and_losses_of_the_archive_are_passed_on() -> None:
    data = warc([page(0), page(1), page(2)])
    first, second, _ = read(data)
    assert isinstance(second, Document)
    broken = bytearray(data)
    broken[second.offset + second.length // 2] ^= 0x55
    found = read(bytes(broken))
    assert found[0] == first
    assert isinstance(found[1], Poisoned)
    assert (found[1].offset, found[1].length) == (second.offset, second.length)
    assert len(found) == 3


def test_without_a_record_id_the_identity_is_of_address_date_and_body() -> None:
    plain = warc([page(0)], compress=False)
    start = plain.index(b"WARC-Record-ID")
    end = plain.index(b"\r\n", start) + 2
    nameless = plain[:start] + plain[end:]
    (one,) = read(nameless)
    (again,) = read(gzip.compress(nameless))
    (other,) = read(nameless.replace("吾々".encode(), "我々".encode()))
    assert isinstance(one, Document) and isinstance(again, Document) and isinstance(other, Document)
    assert one.identity == again.identity != other.identity


def test_a_resource_record_is_a_page_too_and_a_body_that_is_cut_says_so() -> None:
    archive = Archive()
    archive.add("resource", "https://example.jp/r", page(0), None, "text/html")
    http = StatusAndHeaders(
        "200 OK",
        [("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
        "HTTP/1.1",
    )
    cut = gzip.compress(page(0))[:-12]
    archive.add("response", "https://example.jp/c", cut, http)
    whole, part = read(archive.file.getvalue())
    assert isinstance(whole, Document) and isinstance(part, Document)
    assert "flaws" not in whole.meta
    assert part.meta["flaws"] == "encoding_cut"
