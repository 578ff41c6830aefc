"""A document's place is one range request away from its record, and the record alone gives the same document."""

from __future__ import annotations

import gzip
import io
import tarfile
import threading
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import zstandard
from archives import page, warc

from corpus_builder.sources.reading import Document, Input, NoWatch
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk
from corpus_builder.sources.web import read_common_crawl

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
PAGES = [page(n) for n in range(5)]
PLAIN = warc(PAGES, compress=False, around=True)


@contextmanager
def served(data: bytes) -> Iterator[str]:
    """The address of a server that holds the bytes and knows ``Range: bytes=a-b``, and nothing else."""

    class Ranges(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
            part = data[first : last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/a.warc.gz"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def documents(data: bytes) -> list[Document]:
    readings = read_common_crawl(Input(io.BytesIO(data), "a.warc.gz"), NoWatch())
    return [x for x in readings if isinstance(x, Document)]


def fetched(address: str, place: Document | Record) -> bytes:
    last = place.offset + place.length - 1
    request = urllib.request.Request(address, headers={"Range": f"bytes={place.offset}-{last}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        data: bytes = answer.read()
    assert len(data) == place.length
    return data


def inflated(data: bytes) -> bytes:
    """The content of whole gzip members, or the bytes of a plain record."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    out = b""
    while data:
        inflater = zlib.decompressobj(31)
        out += inflater.decompress(data)
        assert inflater.eof
        data = inflater.unused_data
    return out


def assert_origins_hold(data: bytes) -> int:
    """How many documents had a place; each place gives its document again, all but the place equal."""
    placed = [d for d in documents(data) if (d.offset, d.length) != (-1, -1)]
    with served(data) as address:
        for document in placed:
            raw = fetched(address, document)
            record = inflated(raw)
            head = record.lstrip(b"\r\n").partition(b"\r\n\r\n")[0]
            if head.startswith(b"WARC/"):
                assert f"<{document.identity}>".encode() in head
            else:
                assert document.url and document.url.encode() in head
            (again,) = documents(raw)
            assert again == document._replace(offset=0)
    return len(placed)


def arc() -> bytes:
    https = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body for body in PAGES]
    line = b"http://example.jp/%d 192.0.2.1 20140216050222 text/html %d\n%b\n"
    return b"".join(line % (n, len(http), http) for n, http in enumerate(https))


@pytest.mark.parametrize(
    "data",
    [warc(PAGES), warc(PAGES, around=True), PLAIN, arc(), warc(PAGES) + PLAIN, warc(PAGES[:3])[:-9] + warc(PAGES[3:])],
    ids=["members", "with requests about", "plain", "arc", "members, then plain", "a cut file before another"],
)
def test_one_range_request_returns_the_documents_record(data: bytes) -> None:
    assert assert_origins_hold(data) == len(documents(data)) >= 4


def test_the_members_of_an_arc_are_places() -> None:
    records = arc().split(b"\nhttp://")
    data = b"".join(gzip.compress(b"http://" + part.removeprefix(b"http://") + b"\n") for part in records)
    assert assert_origins_hold(data) == 5


def test_records_that_share_a_member_have_no_place_and_say_so() -> None:
    for data in (gzip.compress(PLAIN), gzip.compress(warc(PAGES[:2], compress=False)) + gzip.compress(PLAIN)):
        found = documents(data)
        assert len(found) >= 5
        assert {(d.offset, d.length) for d in found} == {(-1, -1)}
        assert all(d.identity.startswith("urn:uuid:") for d in found)


def test_a_record_alone_among_members_that_are_shared_has_its_place() -> None:
    data = gzip.compress(PLAIN) + warc(PAGES[:1]) + gzip.compress(PLAIN)
    assert assert_origins_hold(data) == 1


@pytest.mark.parametrize("cut", [60, 420, 700, -40, -4, -2])
def test_a_record_split_over_members_is_read_and_its_place_holds_all_of_them(cut: int) -> None:
    records = [warc([body], compress=False) for body in PAGES]
    split = gzip.compress(records[1][:cut]) + gzip.compress(records[1][cut:])
    data = gzip.compress(records[0]) + split + gzip.compress(records[2])
    found = documents(data)
    assert [d.text for d in found] == [documents(r)[0].text for r in records[:3]]
    if cut > 400:  # a place that leaves line ends behind the record out is as good
        assert (found[1].offset, found[1].length) == (len(gzip.compress(records[0])), len(split))
    assert assert_origins_hold(data) == 3


@pytest.mark.shared
def test_the_places_of_real_records_hold_those_records() -> None:
    placed = 0
    with (
        (SHARED / "warc.tar.zst").open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if not member.isfile() or not (content := tar.extractfile(member)):
                continue
            data = content.read()
            records = [x for x in walk(io.BytesIO(data), NoWatch()) if isinstance(x, Record) and x.length >= 0]
            with served(data) as address:
                for record in records:
                    raw = fetched(address, record)
                    again = [x for x in walk(io.BytesIO(raw), NoWatch()) if isinstance(x, Record)]
                    assert again == [record._replace(offset=0)], member.name
            placed += len(records)
    assert placed >= 200
