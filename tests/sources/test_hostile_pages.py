"""Records made to do harm: each costs itself, by name and with its place, and the pages around it are all kept."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import brotli
import pyarrow.parquet as pq
import pytest
import zstandard
from archives import page

from corpus_builder.documents.read import plan
from corpus_builder.engine.drive import drive
from corpus_builder.engine.runner import InlineRunner, Runner
from corpus_builder.engine.task import Attempt, Limits, Outcome, Task
from corpus_builder.recipe import load as load_recipe
from corpus_builder.sources.reading import Document, Dropped, Input, NoWatch, Poisoned
from corpus_builder.sources.web import read_common_crawl
from corpus_builder.store import LocalStore
from corpus_builder.store.inputs import InputRef

RECIPE = load_recipe(Path(__file__).parents[2] / "pipelines" / "plain_ja.py")
MI = 1 << 20
LIMITS = Limits(unit_seconds=300)
HTML = b"Content-Type: text/html; charset=utf-8\r\n"


def record(block: bytes, length: bytes | None = None, uri: bytes = b"https://example.jp/h", more: bytes = b"") -> bytes:
    size = b"Content-Length: %d\r\n" % len(block) if length is None else length
    about = b"WARC-Type: response\r\nWARC-Target-URI: %b\r\nContent-Type: application/http\r\n" % uri
    return b"WARC/1.0\r\n" + about + more + size + b"\r\n" + block + b"\r\n\r\n"


def http(body: bytes, fields: bytes = HTML) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n" + body


def one(body: bytes, fields: bytes = HTML) -> bytes:
    return gzip.compress(record(http(body, fields)), 1)


def around(text: str) -> bytes:
    return one(page(7) + text.encode() + page(8))


def zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(MI)) for _ in range(size // MI)) + packer.flush()


def bombs() -> dict[str, bytes]:
    said = HTML + b"Content-Encoding: "
    unchanged = zlib.compress(zeros(64 * MI), 9, wbits=31)
    return {
        "gzip": one(zeros(64 * MI), said + b"gzip\r\n"),
        "gzip of gzip": one(unchanged, said + b"gzip, gzip\r\n"),
        "zstd": one(zstandard.compress(bytes(64 * MI)), said + b"zstd\r\n"),
        "br": one(brotli.compress(bytes(64 * MI), quality=1), said + b"br\r\n"),
        "member": gzip.compress(record(bytes(64 * MI)), 1),
    }


# What comes of each: kept, or the names under which it is counted.
CASES: dict[str, tuple[bytes, str]] = {
    "head of 10 MB": (gzip.compress(record(http(page(5)), more=b"X: %b\r\n" % (b"x" * 10 * MI)), 1), "kept"),
    "head of 20,000 lines": (gzip.compress(record(http(page(5)), more=b"X: 1234\r\n" * 20_000)), "kept"),
    "head of 1 MB in a shared member": (
        gzip.compress(record(http(page(5)), more=b"X: %b\r\n" % (b"x" * MI)) + record(http(page(5)))),
        "bad_head kept",
    ),
    "head that does not end": (gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n"), "bad_head"),
    "head with NUL": (gzip.compress(record(http(page(5)), more=b"X\0: \0\r\n")), "kept"),
    "length negative": (gzip.compress(record(http(page(5)), b"Content-Length: -1\r\n")), "bad_head"),
    "length of 30 digits": (gzip.compress(record(http(page(5)), b"Content-Length: %b\r\n" % (b"9" * 30))), "bad_head"),
    "length of 18 digits": (
        gzip.compress(record(http(page(5)), b"Content-Length: %b\r\n" % (b"9" * 18))),
        "wrong_length",
    ),
    "no length": (gzip.compress(record(http(page(5)), b"")), "bad_head"),
    "URI in two lines": (gzip.compress(record(http(page(5)), uri=b"https://example.jp/\r\n x\ny")), "kept"),
    "URI of no charset": (gzip.compress(record(http(page(5)), uri=b"https://\xff\xfe.jp/\x80")), "kept"),
    "URI that is none": (gzip.compress(record(http(page(5)), uri=b"http://[::1/\0 <%zz")), "kept"),
    "many members without content": (gzip.compress(b"") * 500, ""),
    "folded HTTP head": (one(page(5), b"X: 1\r\n" + b" y\r\n" * 50_000 + HTML), "kept"),
    "HTTP head without an end": (gzip.compress(record(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 900)), "not_html"),
    "charset of 10 kB": (one(page(5), b"Content-Type: text/html; charset=%b\r\n" % (b"x" * 10_000)), "kept"),
    "charset utf-7": (one(page(5), b"Content-Type: text/html; charset=utf-7\r\n"), "kept"),
    "charset with NUL": (one(page(5), b"Content-Type: text/html; charset=utf\0-8\r\n"), "kept"),
    "chunk of 4 GB": (one(b"ffffffff\r\n" + page(5), HTML + b"Transfer-Encoding: chunked\r\n"), "kept"),
    "chunk of many digits": (one(b"f" * 9999 + page(5), HTML + b"Transfer-Encoding: chunked\r\n"), "kept"),
    "encodings by the thousand": (
        one(gzip.compress(page(5)), HTML + b"Content-Encoding: %b\r\n" % b",".join([b"gzip"] * 9999)),
        "kept",
    ),
    "comments without a type": (one(b"<!-- -->" * 100_000 + b"x", b""), "not_html"),
    "comments open without a type": (one(b"<!--" * 100_000 + b"x", b""), "not_html"),
    "meta without a name": (
        one(b"<meta " * 80 + b"charset=" + b" " * 4000 + page(5), b"Content-Type: text/html\r\n"),
        "kept",
    ),
    "deep": (around("<div>" * 3000), "kept"),
    "misnested": (around("<a><div>" * 500 + "<b><i><p></b></i>" * 500), "kept"),
    "ampersands": (around("&" * 100_000), "kept"),
    "open comment": (around("<!--" + "x" * 100_000), "kept"),
    "open script": (around("<script>" + "x" * 100_000), "kept"),
}


def archive(hostile: list[bytes]) -> bytes:
    sound = [gzip.compress(record(http(page(n)), uri=b"https://example.jp/%d" % n)) for n in range(len(hostile) + 1)]
    return b"".join(a + b for a, b in zip(sound, [*hostile, b""], strict=True))


def readings(data: bytes) -> Iterator[Document | Dropped | Poisoned]:
    return read_common_crawl(Input(io.BytesIO(data), "a.warc.gz"), NoWatch())


def name_of(reading: Document | Dropped | Poisoned) -> str:
    if isinstance(reading, Document):
        return "kept"
    return reading.reason if isinstance(reading, Dropped) else reading.error


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_record_is_counted_by_name_and_its_neighbours_are_kept(case: str) -> None:
    hostile, expected = CASES[case]
    data = archive([hostile])
    found = []
    for reading in readings(data):
        found.append(reading)
        assert len(found) < 9  # a walk that stands still would go on for ever
    assert [name_of(x) for x in found] == ["kept", *expected.split(), "kept"]
    first, last = found[0], found[-1]
    assert isinstance(first, Document) and isinstance(last, Document)
    assert (first.url, last.url) == ("https://example.jp/0", "https://example.jp/1")
    if isinstance(found[1], Poisoned) and len(found) == 3:
        assert data[found[1].offset : found[1].offset + found[1].length] == hostile


def test_a_bomb_is_dropped_before_it_goes_off() -> None:
    for name, bomb in bombs().items():
        data = archive([bomb])
        tracemalloc.start()
        found = [name_of(x) for x in readings(data)]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == ["kept", "too_large", "kept"], name
        assert peak < 120 * MI, (name, peak)


@pytest.mark.parametrize("compress", [gzip.compress, bytes], ids=["one member", "plain"])
def test_ten_thousand_records_with_false_lengths_are_passed_by(compress: type[bytes]) -> None:
    broken = b"".join(record(b"", b"Content-Length: 7777777\r\n") for _ in range(10_000))
    found = list(readings(archive([compress(broken)])))
    assert [name_of(x) for x in found if isinstance(x, Document)] == ["kept", "kept"]
    assert any(isinstance(x, Poisoned) for x in found)


class Silent:
    def stage(self, name: str, units: int, done: int) -> None: ...

    def unit(self, task: Task, outcome: Outcome) -> None: ...


def task_of(folder: Path, data: bytes, *skip: int) -> Task:
    path = folder / "hostile.warc.gz"
    path.write_bytes(data)
    (task,) = plan("web", "common_crawl", [InputRef(path.name, str(path), len(data), "0" * 16)], RECIPE, True)
    return replace(task, skip=frozenset(skip))


def store_in(folder: Path) -> LocalStore:
    return LocalStore(str(folder / "out"))


def test_the_read_stage_counts_every_hostile_record(tmp_path: Path, runner: Runner) -> None:
    task = task_of(tmp_path, archive([hostile for hostile, _ in CASES.values()]))
    (receipt,) = drive("read", [task], store_in(tmp_path), runner, LIMITS, Silent()).values()
    names = [name for _, expected in CASES.values() for name in expected.split()]
    kept = len(CASES) + 1 + names.count("kept")
    lost = sum(names.count(x) for x in ("bad_head", "wrong_length"))
    assert (receipt.counts.kept, receipt.counts.quarantined) == (kept, lost)
    assert receipt.counts.dropped == {"not_html": names.count("not_html")}


def test_a_record_that_killed_its_process_lies_in_quarantine_with_its_place(tmp_path: Path) -> None:
    hostile = around("<b>" * 50)
    data = archive([hostile, hostile])
    at = data.index(hostile)
    ((_, outcome),) = InlineRunner(1).run([Attempt(task_of(tmp_path, data, at), store_in(tmp_path), LIMITS)])
    receipt = outcome.receipt
    assert receipt is not None
    assert (receipt.counts.kept, receipt.counts.quarantined) == (4, 1)
    (path,) = (o.path for o in receipt.outputs if o.path.startswith("quarantine/"))
    (row,) = pq.read_table(tmp_path / "out" / path).to_pylist()
    assert (row["error"], row["offset"], row["length"]) == ("killed", at, len(hostile))
    assert row["file"] == "hostile.warc.gz"
