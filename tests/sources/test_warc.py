import gzip
import io
import tarfile
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
import zstandard
from archives import page, warc
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus_builder.sources.reading import Dropped, NoWatch, Poisoned
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
PAGES = [page(n) for n in range(4)]


def read(data: bytes, limit: int = 1 << 20) -> tuple[list[Record], list[Dropped], list[Poisoned]]:
    found = list(walk(io.BytesIO(data), NoWatch(), limit))
    return (
        [x for x in found if isinstance(x, Record)],
        [x for x in found if isinstance(x, Dropped)],
        [x for x in found if isinstance(x, Poisoned)],
    )


def bodies(data: bytes) -> list[bytes]:
    return [record.body for record in read(data)[0]]


@pytest.mark.parametrize("compress", [True, False])
def test_every_document_record_comes_out_and_the_others_do_not(compress: bool) -> None:
    records, dropped, poisoned = read(warc(PAGES, compress=compress, around=True))
    assert [record.body for record in records] == PAGES
    assert (dropped, poisoned) == ([], [])
    assert [record.url for record in records] == [f"https://example.jp/{n}" for n in range(4)]
    first = records[0]
    assert (first.type, first.http_status, first.content_type) == ("response", 200, "text/html")
    assert (first.charset, first.date) == ("UTF-8", "2026-01-01T00:00:00Z")
    assert first.record_id.startswith("urn:uuid:")


@pytest.mark.parametrize("compress", [True, False])
def test_the_bytes_at_a_records_place_are_that_record(compress: bool) -> None:
    data = warc(PAGES, compress=compress, around=True)
    for record in read(data)[0]:
        alone = data[record.offset : record.offset + record.length]
        assert bodies(alone) == [record.body]


@pytest.mark.parametrize("compress", [True, False])
def test_a_cut_at_any_byte_loses_only_the_record_cut_and_says_so(compress: bool) -> None:
    data = warc(PAGES[:3], compress=compress)
    places = [(record.offset, record.offset + record.length) for record in read(data)[0]]
    slack = 0 if compress else 4  # the blank lines behind a plain record are no part of what it says
    for cut in range(1, len(data)):
        records, dropped, poisoned = read(data[:cut])
        whole = [start for start, end in places if end - slack <= cut]
        assert [record.offset for record in records] == whole, cut
        assert not dropped
        inside = [start for start, end in places if start < cut < end - slack]
        assert [x.offset for x in poisoned] == inside, cut
        assert all(x.offset + x.length == cut for x in poisoned)


def test_a_corrupt_byte_in_a_member_costs_only_that_member() -> None:
    data = warc(PAGES)
    second = read(data)[0][1]
    for at in range(second.offset, second.offset + second.length):
        broken = bytearray(data)
        broken[at] ^= 0x55
        records, _, poisoned = read(bytes(broken))
        found = [record.body for record in records]
        assert [body for body in found if body != PAGES[1]] == [PAGES[0], *PAGES[2:]], at
        # Bytes of the gzip header that say nothing of the content may be anything.
        assert PAGES[1] in found or [x.offset for x in poisoned] == [second.offset], at


@settings(max_examples=40, deadline=None)
@example(b"\x1f\x8b\x08", 0)  # a false magic whose next byte begins the true one
@given(st.binary(min_size=1, max_size=400), st.integers(0, 3))
def test_stray_bytes_between_members_cost_nothing_but_themselves(junk: bytes, n: int) -> None:
    data = warc(PAGES)
    at = read(data)[0][n].offset
    junk = b"\x00" + junk
    records, _, poisoned = read(data[:at] + junk + data[at:])
    assert [record.body for record in records] == PAGES
    assert [(x.offset, x.length) for x in poisoned] == [(at, len(junk))]


def test_bytes_that_look_like_a_member_by_chance_begin_none() -> None:
    data = warc(PAGES)
    at = read(data)[0][2].offset
    other = gzip.compress(b"WARC/1.0 is the name of a format. " * 9)
    junk = b"\x00\x1f\x8b\x08\x00 by chance \x1f\x8b\x08" + other
    records, _, poisoned = read(data[:at] + junk + data[at:])
    assert [record.body for record in records] == PAGES
    assert [(x.offset, x.length) for x in poisoned] == [(at, len(junk))]


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("change", [-7, 7, 3000])
def test_a_wrong_content_length_costs_only_its_record(compress: bool, change: int) -> None:
    plain = warc(PAGES, compress=False)
    starts = [record.offset for record in read(plain)[0]]
    parts = [plain[a:b] for a, b in zip(starts, [*starts[1:], len(plain)], strict=True)]
    head, _, rest = parts[1].partition(b"\r\nContent-Length: ")
    number, _, rest = rest.partition(b"\r\n")
    parts[1] = head + b"\r\nContent-Length: %d\r\n" % (int(number) + change) + rest
    data = b"".join(gzip.compress(part) for part in parts) if compress else b"".join(parts)
    records, _, poisoned = read(data)
    assert [record.body for record in records] == [PAGES[0], *PAGES[2:]]
    # At the end of a plain file a length that is too large looks like a cut.
    assert [x.error for x in poisoned] in (["wrong_length"], ["record_truncated"])


def test_a_file_gzipped_as_one_is_read_and_its_records_have_no_place() -> None:
    data = gzip.compress(warc(PAGES, compress=False, around=True))
    records, _, poisoned = read(data)
    assert [record.body for record in records] == PAGES
    assert {(record.offset, record.length) for record in records} == {(-1, -1)}
    assert poisoned == []
    records, _, poisoned = read(data[:-9])
    assert len(records) >= 3
    assert [(x.error, x.offset, x.length) for x in poisoned] == [("gzip_truncated", 0, len(data) - 9)]


def test_what_is_no_archive_is_said_once() -> None:
    for data in (b"", b"hello", b"\x1f\x8b\x08", gzip.compress(b"a,b\n" * 9999), b"%PDF-1.4 " * 99999):
        records, dropped, poisoned = read(data)
        assert (records, dropped) == ([], [])
        assert [(x.offset, x.length) for x in poisoned] == [(0, len(data))]
    assert read(b"hello" * 9)[2][0].error == "not_warc"
    assert read(gzip.compress(b"hello"))[2][0].error == "not_warc"


def test_a_record_over_the_limit_is_passed_by_without_being_held() -> None:
    bomb = bytes(60 << 20)
    data = warc([PAGES[0], bomb, PAGES[1]])
    del bomb
    tracemalloc.start()
    records, dropped, poisoned = read(data, limit=1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [record.body for record in records] == PAGES[:2]
    assert [x.reason for x in dropped] == ["too_large"]
    assert poisoned == []
    assert peak < 8 << 20


@pytest.mark.parametrize("compress", [True, False])
def test_a_small_record_over_a_smaller_limit_is_dropped_as_well(compress: bool) -> None:
    large = page(1) * 3
    records, dropped, _ = read(warc([PAGES[0], large], compress=compress), limit=2 * len(PAGES[0]))
    assert [record.body for record in records] == PAGES[:1]
    assert [x.reason for x in dropped] == ["too_large"]


def test_a_body_that_decodes_beyond_the_limit_is_dropped() -> None:
    body = gzip.compress(bytes(5 << 20))
    records, dropped, _ = read(warc([body], headers=[("Content-Encoding", "gzip")]))
    assert (records, [x.reason for x in dropped]) == ([], ["too_large"])


def chunked(body: bytes) -> bytes:
    parts = [body[n : n + 100] for n in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


ENCODED = {
    "gzip": gzip.compress(PAGES[0]),
    "x-gzip": gzip.compress(PAGES[0]),
    "deflate": zlib.compress(PAGES[0]),
    "Deflate": raw_deflate(PAGES[0]),
    "br": brotli.compress(PAGES[0]),
    "zstd": zstandard.compress(PAGES[0]),
    "gzip, br": brotli.compress(gzip.compress(PAGES[0])),
    "identity": PAGES[0],
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_content_encodings_and_chunks_are_undone(encoding: str) -> None:
    headers = [("Content-Encoding", encoding), ("Transfer-Encoding", "chunked")]
    (record,) = read(warc([chunked(ENCODED[encoding])], headers=headers))[0]
    assert record.body == PAGES[0]
    assert record.flaws == ()
    # Some crawlers store the body decoded and leave the headers as they were.
    (record,) = read(warc([PAGES[0]], headers=headers))[0]
    assert (record.body, record.flaws) == (PAGES[0], ())


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_cut_inside_its_encoding_gives_what_is_there_and_says_so(encoding: str) -> None:
    large = b"".join(page(n) for n in range(4000))
    packed = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.compress,
    }[encoding](large)
    data = warc([packed[: len(packed) * 3 // 4]], headers=[("Content-Encoding", encoding)])
    (record,) = read(data, limit=1 << 24)[0]
    assert record.flaws == ("encoding_cut",)
    assert 0 < len(record.body) < len(large)
    assert large.startswith(record.body)


def test_chunks_that_end_early_or_break_give_what_is_there_and_say_so() -> None:
    headers = [("Transfer-Encoding", "chunked")]
    whole = chunked(PAGES[0])
    (cut,) = read(warc([whole[:350]], headers=headers))[0]
    assert cut.flaws == ("chunks_cut",)
    assert PAGES[0].startswith(cut.body) and len(cut.body) > 300
    (broken,) = read(warc([whole[:318] + b"zz" + whole[318:]], headers=headers))[0]
    assert broken.flaws == ("chunks_broken",)
    assert broken.body == PAGES[0][:300]


def test_a_revisit_and_an_unknown_type_are_counted_by_name() -> None:
    data = warc(PAGES[:2], compress=False)
    assert [x.reason for x in read(data.replace(b"WARC-Type: response", b"WARC-Type: revisit"))[1]] == [
        "revisit",
        "revisit",
    ]
    odd = data.replace(b"WARC-Type: response", b"warc-type:  strange ")
    assert [x.reason for x in read(odd)[1]] == ["unknown_record_type"] * 2


def test_a_conversion_record_is_plain_text() -> None:
    text = "ことば".encode()
    head = b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: "
    (record,) = read(head + b"%d\r\n\r\n" % len(text) + text + b"\r\n\r\n")[0]
    assert (record.type, record.content_type, record.body) == ("conversion", "text/plain", text)
    assert (record.http_status, record.url, record.record_id) == (None, None, "")


@pytest.mark.parametrize("compress", [True, False])
def test_an_arc_file_is_read_as_well(compress: bool) -> None:
    about = b"1 0 tests\nURL IP-address Archive-date Content-type Archive-length\n\n"
    parts = [b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain %d\n%b\n" % (len(about), about)]
    for n in range(3):
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGES[n]
        line = b"http://example.jp/a b/%d 192.0.2.1 20140216050222 text/html %d\n" % (n, len(http))
        parts.append(line + http + b"\n")
    pack = gzip.compress if compress else bytes
    data = b"".join(pack(part) for part in parts)
    records, dropped, poisoned = read(data)
    assert [record.body for record in records] == PAGES[:3]
    assert (dropped, poisoned) == ([], [])
    assert (records[1].url, records[1].date) == ("http://example.jp/a b/1", "2014-02-16T05:02:22Z")
    assert records[1].type == "arc"
    # A damaged record costs itself alone here, too.
    parts[2] = parts[2].replace(b"HTTP/1.1", b"HTTP/1.1 longer than said")
    records, _, poisoned = read(b"".join(pack(part) for part in parts))
    assert [record.body for record in records] == [PAGES[0], PAGES[2]]
    assert [x.error for x in poisoned] == ["wrong_length"]


class Remembering:
    def __init__(self, *skip: int) -> None:
        self.skip = skip
        self.seen: list[int] = []

    def enter(self, position: int) -> bool:
        self.seen.append(position)
        return position in self.skip


@pytest.mark.parametrize("compress", [True, False])
def test_the_watch_hears_of_a_record_before_it_is_given_and_can_have_it_skipped(
    compress: bool,
) -> None:
    data = warc(PAGES, compress=compress, around=True)
    places = [record.offset for record in read(data)[0]]
    watch = Remembering(places[2])
    found: list[Record | Dropped | Poisoned] = []
    for item in walk(io.BytesIO(data), watch):
        found.append(item)
        assert isinstance(item, Poisoned) or item.offset == watch.seen[-1]
    assert watch.seen == sorted(set(watch.seen))
    killed = found.pop(2)
    assert isinstance(killed, Poisoned)
    assert (killed.error, killed.offset) == ("killed", places[2])
    assert [x.body for x in found if isinstance(x, Record)] == [*PAGES[:2], PAGES[3]]


def test_records_of_one_member_have_watch_positions_of_their_own() -> None:
    data = gzip.compress(warc(PAGES, compress=False))
    watch = Remembering()
    assert len(list(walk(io.BytesIO(data), watch))) == 4
    assert len(set(watch.seen)) == 4
    found = list(walk(io.BytesIO(data), Remembering(watch.seen[1])))
    assert isinstance(found[1], Poisoned)
    assert [x.body for x in found if isinstance(x, Record)] == [PAGES[0], *PAGES[2:]]


def test_a_large_file_is_never_held_in_memory() -> None:
    part = warc(PAGES * 25, around=True)
    data = part * (1 + (8 << 20) // len(part))
    tracemalloc.start()
    n = sum(1 for _ in walk(io.BytesIO(data), NoWatch()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n == 100 * (len(data) // len(part))
    assert peak < 3 << 20


def shared(name: str) -> Iterator[tuple[str, bytes]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is absent")
    unpack = zstandard.ZstdDecompressor()
    with (
        path.open("rb") as file,
        unpack.stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if member.isfile() and (content := tar.extractfile(member)):
                yield member.name, content.read()


def intact_members(data: bytes) -> Iterator[bytes]:
    """Every gzip member that inflates, found at each place that could begin one."""
    at = data.find(b"\x1f\x8b\x08")
    while at >= 0:
        try:
            inflater = zlib.decompressobj(31)
            content = inflater.decompress(data[at:])
            if inflater.eof:
                yield content
        except zlib.error:
            pass
        at = data.find(b"\x1f\x8b\x08", at + 1)


def naive_count(data: bytes) -> int:
    """Document and revisit records of the intact members, by their heads alone."""
    kinds = Counter[bytes]()
    members = intact_members(data) if b"\x1f\x8b\x08" in data[:4096] else iter([data])
    for content in members:
        if content.startswith(b"WARC/"):
            head = content.partition(b"\r\n\r\n")[0]
            kinds.update(line for line in head.split(b"\r\n") if line.startswith(b"WARC-Type: "))
    wanted = (b"response", b"resource", b"conversion", b"revisit")
    return sum(kinds[b"WARC-Type: " + kind] for kind in wanted)


@pytest.mark.shared
def test_real_archives_are_read_through_or_say_what_is_lost() -> None:
    seen = 0
    for name, data in shared("warc.tar.zst"):
        tracemalloc.start()
        records, dropped, poisoned = read(data, limit=32 << 20)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        found = len(records) + len(dropped)
        assert found + len(poisoned) >= naive_count(data), name
        assert found or poisoned or data[:3] == b"\x1f\x8b\x08" or data[:5] == b"WARC/", name
        assert peak < 16 << 20, name
        spans = [(x.offset, x.length) for x in poisoned if x.length >= 0]
        assert all(at >= 0 and at + n <= len(data) for at, n in spans), name
        seen += found
    assert seen > 300
