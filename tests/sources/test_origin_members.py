"""Records that were cut out of another archive carry the place that they came from into the documents."""

import io

from archives import page, warc

from corpus_builder.sources.origin import parse, render
from corpus_builder.sources.reading import Document, Input, NoWatch, Poisoned, Reading
from corpus_builder.sources.web import read_common_crawl

FILE = "crawl-data/CC-MAIN-2024-10/segments/1/warc/CC-MAIN-1-00000.warc.gz"


def read(data: bytes) -> list[Reading]:
    return list(read_common_crawl(Input(io.BytesIO(data), "unit.warc.gz"), NoWatch()))


def test_a_record_behind_its_origin_has_the_place_of_the_origin() -> None:
    for compress in (True, False):
        one, two = warc([page(0)], compress=compress), warc([page(1)], compress=compress)
        data = render(FILE, 1000, len(one)) + one + render(FILE, 9000, len(two)) + two
        places = [(d.file, d.offset, d.length) for d in read(data) if isinstance(d, Document)]
        assert places == [(FILE, 1000, len(one)), (FILE, 9000, len(two))]


def test_an_origin_is_of_the_one_record_behind_it() -> None:
    one, two = warc([page(0)]), warc([page(1)])
    first = render(FILE, 5, len(one)) + one
    places = [(d.file, d.offset, d.length) for d in read(first + two) if isinstance(d, Document)]
    assert places == [(FILE, 5, len(one)), (None, len(first), len(two))]


def test_a_record_that_could_not_be_fetched_is_told_with_its_place() -> None:
    one = warc([page(0)])
    failed, kept = read(render(FILE, 7, 70, "digest_differs") + render(FILE, 99, len(one)) + one)
    assert isinstance(failed, Poisoned) and isinstance(kept, Document)
    assert (failed.error, failed.file, failed.offset, failed.length) == ("fetch_digest_differs", FILE, 7, 70)
    assert (kept.file, kept.offset) == (FILE, 99)


def test_numbers_that_no_archive_has_are_no_origin() -> None:
    for number in (b"-1", b"1" * 30, b"", "１".encode()):
        assert (
            parse(b"WARC/1.0\r\nX-Origin-File: a\r\nX-Origin-Offset: " + number + b"\r\nX-Origin-Length: 1\r\n") is None
        )
