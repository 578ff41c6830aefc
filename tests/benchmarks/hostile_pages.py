"""What pages made to do harm cost the read stage: seconds, memory, and whether the pages beside them come out.

    python tests/benchmarks/hostile_pages.py [part of a case's name ...]

Each case is one archive: two sound pages, the hostile records, two sound pages, read under the engine's limits.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import brotli
import pyarrow.parquet as pq
import zstandard

from corpus_builder.documents.read import plan
from corpus_builder.engine.drive import drive
from corpus_builder.engine.task import Attempt, Limits, Outcome, Task
from corpus_builder.engine.worker import Zygote
from corpus_builder.errors import UnitError
from corpus_builder.recipe import load as load_recipe
from corpus_builder.store import at
from corpus_builder.store.inputs import InputRef

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(unit_seconds=600, record_seconds=30)
SLOW, LARGE = 2.0, 700 << 20
KANA = "吾々は言葉を集めて、ひとつの書物を編みます。それはながい仕事であり、たのしい仕事でもあるのです。"
SENTENCE = f"<p>{KANA}</p>"
MI = 1 << 20


def sound(n: int) -> bytes:
    text = "".join(f"<p>これは{n}番目の頁の{k}段落です。{KANA}</p>" for k in range(12))
    return f"<html><head><title>頁{n}</title></head><body><article>{text}</article></body></html>".encode()


def record(
    block: bytes,
    uri: bytes = b"https://example.jp/hostile",
    length: bytes | None = None,
    number: int = 0,
    fields: bytes = b"",
    named: bool = True,
) -> bytes:
    identity = b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\n" % number if named else b""
    date = b"WARC-Date: 2026-01-01T00:00:00Z\r\n" if named else b""
    size = length if length is not None else b"Content-Length: %d\r\n" % len(block)
    about = b"WARC-Type: response\r\nWARC-Target-URI: %b\r\nContent-Type: application/http; msgtype=response\r\n" % uri
    return b"WARC/1.0\r\n" + about + identity + date + fields + size + b"\r\n" + block + b"\r\n\r\n"


def http(body: bytes, fields: bytes = b"Content-Type: text/html; charset=utf-8\r\n") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n" + body


def member(plain: bytes) -> bytes:
    return gzip.compress(plain, 1, mtime=0)


def html(*parts: str) -> Callable[[], bytes]:
    """A page of these parts with a Japanese sentence before and behind, so that it is no matter of no kana."""
    return lambda: member(record(http(("<body>" + SENTENCE * 2 + "".join(parts) + SENTENCE * 2).encode())))


def encoded(name: bytes, body: Callable[[], bytes]) -> Callable[[], bytes]:
    said = b"Content-Type: text/html\r\nContent-Encoding: %b\r\n" % name
    return lambda: member(record(http(body(), said)))


def zeros_deflated(size: int, wbits: int) -> bytes:
    """A stream of so many zeros, written by repeating the stream of 1 MiB; its checksum is wrong."""
    packer = zlib.compressobj(9, wbits=wbits)
    first = packer.compress(bytes(MI)) + packer.flush(zlib.Z_FULL_FLUSH)
    second = packer.compress(bytes(MI)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + second * (size // MI - 2) + packer.flush()


def zeros_zstd(size: int) -> bytes:
    packer, block = zstandard.ZstdCompressor(1).compressobj(), bytes(MI)
    return b"".join(packer.compress(block) for _ in range(size // MI)) + packer.flush()


def zeros_brotli(size: int) -> bytes:
    packer, block = brotli.Compressor(quality=1, lgwin=24), bytes(MI)
    return b"".join(packer.process(block) for _ in range(size // MI)) + packer.finish()


def bomb_in_gzip() -> bytes:
    return zlib.compress(zeros_deflated(10 << 30, 31), 9, wbits=31)


def chunks(size: bytes, body: bytes) -> bytes:
    return member(
        record(http(b"%b\r\n%b" % (size, body), b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n"))
    )


def large_member() -> bytes:
    """200 MB of page in one member."""
    block = SENTENCE.encode() * 1000
    count = 200_000_000 // len(block)
    head = http(b"<body>")
    packer = zlib.compressobj(1, wbits=31)
    size = b"Content-Length: %d\r\n" % (len(head) + count * len(block))
    out = [packer.compress(record(b"", length=size)[:-4] + head)]
    out += [packer.compress(block) for _ in range(count)]
    return b"".join([*out, packer.compress(b"\r\n\r\n"), packer.flush()])


def member_bomb() -> bytes:
    """A record of 2 GB of zeros in its member."""
    packer, block = zlib.compressobj(1, wbits=31), bytes(MI)
    head = record(b"", length=b"Content-Length: %d\r\n" % (2 << 30))[:-4]
    out = [packer.compress(head)]
    out += [packer.compress(block) for _ in range(2 << 10)]
    return b"".join([*out, packer.compress(b"\r\n\r\n"), packer.flush()])


DEEP = 1_000_000
LATIN = "x" * 20
PAGES: dict[str, Callable[[], bytes]] = {
    "nothing hostile": html(""),
    "page of 200 MB": large_member,
    "page of 31 MB": html(SENTENCE * (31 * 1_000_000 // len(SENTENCE.encode()))),
    "page of 31 MB of one paragraph": html("<p>", KANA * (31 * 1_000_000 // len(KANA.encode()))),
    "page of 20 MB without kana": lambda: member(record(http(b"<p>" + b"plain words of no use " * 1_000_000))),
    "body gzip 10 GB": encoded(b"gzip", lambda: zeros_deflated(10 << 30, 31)),
    "body gzip of gzip 10 GB": encoded(b"gzip, gzip", bomb_in_gzip),
    "body deflate 1 GB": encoded(b"deflate", lambda: zeros_deflated(1 << 30, 15)),
    "body zstd 2 GB": encoded(b"zstd", lambda: zeros_zstd(2 << 30)),
    "body brotli 1 GB": encoded(b"br", lambda: zeros_brotli(1 << 30)),
    "body gzip named 1,000 times": encoded(b",".join([b"gzip"] * 1000), lambda: gzip.compress(sound(5))),
    "body gzip 31 MB named 10,000 times": encoded(b",".join([b"gzip"] * 10000), lambda: gzip.compress(sound(5) * 9000)),
    "member 2 GB": member_bomb,
    "chunk of ffffffff": lambda: chunks(b"ffffffff", sound(5)),
    "chunk of 10,000 digits": lambda: chunks(b"f" * 10000, sound(5)),
    "chunks of 1 byte": lambda: chunks(b"1", b"\r\n".join(b"%c\r\n1" % c for c in (sound(5) * 2000)[: 6 * MI])),
    "chunk extension of 10 MB": lambda: chunks(b"5;" + b"x" * (10 * MI), sound(5)),
    "deep div": html("<div>" * DEEP),
    "deep b": html("<b>" * DEEP),
    "deep span": html("<span>" * DEEP, "</span>" * DEEP),
    "deep table": html("<table><tr><td>" * (DEEP // 3)),
    "deep a div": html("<a><div>" * (DEEP // 2)),
    "300,000 a div": html("<a><div>" * 300_000),
    "10,000 a div": html("<a><div>" * 10_000),
    "font misnested": html("<font><p>" * 100_000, "</font></p>" * 100_000),
    "b i p misnested": html("<b><i><p></b></i>" * 100_000),
    "a p closed late": html("<a href=x><p>" * 50_000, "</a>" * 50_000),
    "font colours open": html("".join(f"<font color={n}><p>" for n in range(50_000))),
    "font sizes div": html("".join(f"<font size={n}><div>" for n in range(20_000)), "</font>" * 20_000),
    "nobr nested": html("<nobr><div>" * 50_000),
    "button nested": html("<button><div>" * 50_000),
    "li unclosed deep": html("<ul><li>" * 300_000),
    "dd in div": html("<dl><dd><div>" * 100_000),
    "p end tags": html("</p>" * DEEP),
    "br end tags": html("</br>" * DEEP),
    "unknown end tags in depth": html("<div>" * 50_000, "</x>" * 50_000),
    "heading end tags in depth": html("<span>" * 50_000, "</h1>" * 50_000),
    "table foster text": html("<table>", "a<b>" * 100_000),
    "table foster": html("<table>" + "<p>x" * 300_000),
    "select option": html("<select>" + "<option>x" * DEEP),
    "form nested": html("<form><div>" * 200_000),
    "svg deep": html("<svg>" + "<g>" * 500_000),
    "math deep": html("<math>" + "<mi>" * 500_000),
    "template deep": html("<template>" * 300_000),
    "frameset": html("<frameset>" * 300_000),
    "10^6 attributes": html("<div " + "".join(f"a{n}=1 " for n in range(DEEP)) + ">"),
    "10^6 equal attributes": html("<div " + "a=1 " * DEEP + ">"),
    "100,000 attributes on body": html("<body " + "".join(f"a{n}=1 " for n in range(100_000)) + ">"),
    "10,000 bodies of 1,000 attributes": html(("<body " + "".join(f"a{n}=1 " for n in range(200)) + ">") * 2_000),
    "attribute of 10 MB": html(f'<div class="{LATIN * (MI // 2)}">'),
    "attribute of 10 MB of spaces": html(f'<div class="{" " * (10 * MI)}">'),
    "10,000 classes": html(*(f'<div class="{"nav-" * 100}{n}">x</div>' for n in range(50_000))),
    "style display": html(*(f'<div style="{"display:" * 60}{n}">x</div>' for n in range(50_000))),
    "style spaces": html(*(f'<div style="display:{" " * 470}{n}">x</div>' for n in range(20_000))),
    "style openings": html(*(f"<div{' style=' * 80}{n}>x</div>" for n in range(20_000))),
    "state names": html(*(f'<div class="{"is-" * 150}{n}">x</div>' for n in range(30_000))),
    "site-global-nav names": html(*(f'<div class="{"site-global-page-" * 25}{n}">x</div>' for n in range(30_000))),
    "10^6 br": html("<br>" * DEEP),
    "10^6 x br": html("x<br>" * DEEP),
    "10^6 line br": html("行<br>" * DEEP),
    "10^6 p": html("<p>" * DEEP),
    "10^6 p of text": html("<p>文。" * DEEP),
    "10^6 td": html("<table><tr>" + "<td>字" * DEEP),
    "10^6 tr": html("<table>" + "<tr><td>字<td>" * (DEEP // 2)),
    "10^6 links": html("<a href=x>字</a>" * DEEP),
    "10^6 nav": html("<nav>字</nav>" * DEEP),
    "nested main": html("<main>字" * 200_000),
    "nested named regions": html(*(f'<div class="nav{n}-nav">字' for n in range(50_000))),
    "regions of many names": html(*(f'<div class="share{n}x">字文。</div>' for n in range(100_000))),
    "nested sections of ads": html('<div class="ads">字' * 50_000),
    "nested tables of rows": html("<table><tr><td>字<td>字<tr><td>字<td>" * 20_000),
    "comment unclosed 20 MB": html("<!--" + LATIN * MI),
    "script unclosed 20 MB": html("<script>" + LATIN * MI),
    "comment openings": html("<!--" * (5 * MI // 4)),
    "script openings": html("<script>" * (5 * MI // 8)),
    "script ends in comments": html("<!--<script>-->" * 300_000),
    "svg openings": html("<svg>x</p>" * 200_000),
    "rt openings": html("<rt>x" * 500_000),
    "rt openings nested": html("<ruby><rt>" * 300_000),
    "iframe, object openings": html("<object><dialog>" * 300_000),
    "map openings": html("<map>" * 500_000),
    "button openings": html("<button>x</div>" * 300_000),
    "audio video": html("<audio><video>" * 300_000),
    "scripts whole": html("<script>x</script>" * 500_000),
    "title unclosed": html("<title>" + LATIN * MI),
    "textarea unclosed": html("<textarea>" + "<p>" * 3 * MI),
    "plaintext": html("<plaintext>" + "<p>字" * MI),
    "xmp": html("<xmp>" + "<p>字" * MI),
    "5 MB of &": html("&" * (5 * MI)),
    "5 MB of &#": html("&#" * (5 * MI // 2)),
    "5 MB of &#12354;": html("&#12354;" * (5 * MI // 8)),
    "reference of 5 MB of digits": html("&#" + "9" * (5 * MI)),
    "5 MB of <": html("<" * (5 * MI)),
    "5 MB of >": html(">" * (5 * MI)),
    "5 MB of </": html("</" * (5 * MI // 2)),
    "5 MB of <!": html("<!" * (5 * MI // 2)),
    "5 MB of <?": html("<?" * (5 * MI // 2)),
    "10 MB of spaces": html("<p>文", " " * (10 * MI), "字"),
    "10 MB of newlines": html("<p>文", "\n" * (10 * MI), "字"),
    "newlines between": html("<p>" + "文\n" * (3 * MI)),
    "pre of newlines": html("<pre>" + "文\n" * (3 * MI)),
    "pre of br": html("<pre>" + "文<br>" * DEEP),
    "line of 10 MB": html("<p>", "あ" * (3 * MI)),
    "U+3000 10 MB": html("<p>文", "　" * (3 * MI), "字"),
    "br of long lines": html("<p>", ("あ" * 999 + "<br>") * 9000),
    "NUL 10 MB": lambda: member(record(http(sound(5) + bytes(10 * MI)))),
    "U+FFFD 10 MB": lambda: member(record(http(sound(5) + b"\xff" * (10 * MI)))),
    "bytes at random, 20 MB": lambda: member(
        record(http(sound(5) + zlib.compress(bytes(range(256)) * 4) * 20000, b"Content-Type: text/html\r\n"))
    ),
    "euc-jp label, cp932 bytes, 20 MB": lambda: member(
        record(http(KANA.encode("cp932") * 200_000, b"Content-Type: text/html; charset=euc-jp\r\n"))
    ),
    "iso-2022-jp escapes 10 MB": lambda: member(
        record(http(b"<p>" + b'\x1b$B$"\x1b(B' * MI, b"Content-Type: text/html; charset=iso-2022-jp\r\n"))
    ),
    "iso-2022-jp SO SI 10 MB": lambda: member(
        record(http(b'<p>\x1b$B$"\x1b(B' + b"\x0e\x0f" * (5 * MI), b"Content-Type: text/html; charset=iso-2022-jp\r\n"))
    ),
    "euc-jp broken 10 MB": lambda: member(
        record(
            http(KANA.encode("euc-jp") * 9 + b"\xad\xff\x8f" * (3 * MI), b"Content-Type: text/html; charset=euc-jp\r\n")
        )
    ),
    "euc-jp NEC row 10 MB": lambda: member(
        record(http(KANA.encode("euc-jp") * 9 + b"\xad\xa1" * (5 * MI), b"Content-Type: text/html; charset=euc-jp\r\n"))
    ),
    "meta openings": lambda: member(
        record(http(b"<meta " * 800 + b"charset" * 800 + sound(5), b"Content-Type: text/html\r\n"))
    ),
    "meta charset openings": lambda: member(
        record(http(b"<meta charset" * 300 + sound(5), b"Content-Type: text/html\r\n"))
    ),
    "spaces before a tag, no type": lambda: member(record(http(b" \n" * (8 * MI) + sound(5), b""))),
    "comments before a tag, no type": lambda: member(record(http(b"<!-- -->" * MI + b"x", b""))),
    "comments nested before a tag, no type": lambda: member(record(http(b"<!--" * MI + b"x", b""))),
    "comments of --> x, no type": lambda: member(record(http((b"<!--" + b"-->" * 100) * 9 + b"x", b""))),
    "charset label of 10 kB": lambda: member(
        record(http(sound(5), b"Content-Type: text/html; charset=%b\r\n" % (b"x" * 10_000)))
    ),
    "charset label of 10 MB": lambda: member(
        record(http(sound(5), b"Content-Type: text/html; charset=%b\r\n" % (b"x" * 10 * MI)))
    ),
    "charset label utf_7": lambda: member(record(http(sound(5), b"Content-Type: text/html; charset=utf-7\r\n"))),
    "charset label with NUL": lambda: member(record(http(sound(5), b"Content-Type: text/html; charset=utf\0-8\r\n"))),
    "charset label ../../x": lambda: member(record(http(sound(5), b"Content-Type: text/html; charset=../../x\r\n"))),
    "charset openings 10 MB": lambda: member(
        record(http(sound(5), b"Content-Type: text/html; %b\r\n" % (b"charset " * MI)))
    ),
    "charset = spaces 1 MB": lambda: member(
        record(http(sound(5), b"Content-Type: text/html; charset%b\r\n" % (b" " * MI)))
    ),
    "HTTP head of 10 MB": lambda: member(
        record(http(sound(5), b"X: %b\r\nContent-Type: text/html\r\n" % (b"x" * 10 * MI)))
    ),
    "HTTP head of 10^6 lines": lambda: member(
        record(http(sound(5), b"".join(b"X%d: 1\r\n" % n for n in range(DEEP)) + b"Content-Type: text/html\r\n"))
    ),
    "HTTP head of 10^6 continued lines": lambda: member(
        record(http(sound(5), b"X: 1\r\n" + b" y\r\n" * DEEP + b"Content-Type: text/html\r\n"))
    ),
    "HTTP head without an end": lambda: member(record(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 1000)),
    "HTTP head with NUL": lambda: member(record(http(sound(5), b"X\0: \0\r\nContent-Type: text/html\r\n"))),
    "HTTP status alone": lambda: member(record(b"HTTP/1.1 200")),
    "WARC head of 10 MB": lambda: member(record(http(sound(5)), fields=b"X: %b\r\n" % (b"x" * 10 * MI))),
    "WARC head of 100,000 lines": lambda: member(
        record(http(sound(5)), fields=b"".join(b"X%d: 1\r\n" % n for n in range(100_000)))
    ),
    "WARC head with NUL": lambda: member(record(http(sound(5)), fields=b"X\0Y: \0\r\n")),
    "WARC head of 60 kB of 1 letter lines": lambda: member(record(http(sound(5)), fields=b"a\n" * 30_000)),
    "URI with a newline": lambda: member(record(http(sound(5)), uri=b"https://example.jp/\r\n x\ny")),
    "URI not UTF-8": lambda: member(record(http(sound(5)), uri=b"https://example.jp/\xff\xfe\x80\r")),
    "URI of 50 kB": lambda: member(record(http(sound(5)), uri=b"https://example.jp/" + b"%E3" * 16_000)),
    "URI that is none": lambda: member(record(http(sound(5)), uri=b"http://[::1/\0 <>%zz\\")),
    "no id, no date": lambda: member(record(http(sound(5)), named=False)),
    "length negative": lambda: member(record(http(sound(5)), length=b"Content-Length: -1\r\n")),
    "length 10^30": lambda: member(record(http(sound(5)), length=b"Content-Length: 1%b\r\n" % (b"0" * 30))),
    "length 10^17": lambda: member(record(http(sound(5)), length=b"Content-Length: 1%b\r\n" % (b"0" * 17))),
    "length twice": lambda: member(
        record(http(sound(5)), length=b"Content-Length: %d\r\nContent-Length: 5\r\n" % len(http(sound(5))))
    ),
    "length missing": lambda: member(record(http(sound(5)), length=b"")),
    "length 10^17, not compressed": lambda: record(http(sound(5)), length=b"Content-Length: 1%b\r\n" % (b"0" * 17)),
    "100,000 empty records": lambda: b"".join(member(record(b"", number=n)) for n in range(100_000)),
    "100,000 empty records in one member": lambda: member(b"".join(record(b"", number=n) for n in range(100_000))),
    "100,000 broken records in one member": lambda: member(
        b"".join(record(b"", number=n, length=b"Content-Length: 7777777\r\n") for n in range(100_000))
    ),
    "10,000 broken records, not compressed": lambda: b"".join(
        record(b"", number=n, length=b"Content-Length: 77777777777\r\n") for n in range(10_000)
    ),
    "100,000 records without a length, not compressed": lambda: b"WARC/1.0\r\nWARC-Type: response\r\n\r\n" * 100_000,
    "2 MB of false gzip heads": lambda: b"\x1f\x8b\x08\x00" * (MI // 2),
    "2 MB of gzip heads with content": lambda: member(b"x" * 50)[:-9] * 30_000,
    "10 MB of http:": lambda: b"\nhttp:" * (10 * MI // 6),
    "10 MB of ARC heads nearly": lambda: b"\nhttp://x 1.1.1.1 20140101000000 text/html " * (10 * MI // 43),
    "10 MB of a": lambda: b"a" * (10 * MI),
    "10 MB of WARC/1.0": lambda: b"WARC/1.0\r\n" * MI,
    "10 MB of line ends": lambda: b"\r\n" * (5 * MI),
    "member of 1 GB of line ends": lambda: zeros_line_ends(),
    "100,000 empty members": lambda: member(b"") * 100_000,
}


def zeros_line_ends() -> bytes:
    packer, block = zlib.compressobj(9, wbits=31), b"\r\n" * (MI // 2)
    return b"".join(packer.compress(block) for _ in range(1 << 10)) + packer.flush()


class Cost(NamedTuple):
    """``cpu`` and ``peak`` are of the attempt that cost most; ``attempts`` is 1 where nothing had to be killed."""

    cpu: float
    peak: int
    attempts: int
    endings: tuple[str, ...]
    came_out: str
    neighbours: int


class OneZygote:
    """A runner that keeps its models from case to case."""

    def __init__(self) -> None:
        self._zygote = Zygote()

    def run(self, attempts: Iterable[Attempt]) -> Iterator[tuple[Attempt, Outcome]]:
        for attempt in attempts:
            yield attempt, self._zygote.attempt(attempt)


class Heard:
    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []

    def stage(self, name: str, units: int, done: int) -> None: ...

    def unit(self, task: Task, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


def archive(hostile: bytes) -> bytes:
    around = [member(record(http(sound(n)), b"https://example.jp/%d" % n, number=90 + n)) for n in range(4)]
    return b"".join([*around[:2], hostile, *around[2:]])


def cost(folder: Path, hostile: bytes, runner: OneZygote) -> Cost:
    path = folder / "hostile.warc.gz"
    path.write_bytes(archive(hostile))
    recipe = load_recipe(ROOT / "pipelines" / "japanese_web.py")
    ref = InputRef(path.name, str(path), path.stat().st_size, "0" * 16)
    heard, store = Heard(), at(str(folder / "out"))
    try:
        receipts = drive("read", plan("web", "common_crawl", [ref], recipe, True), store, runner, LIMITS, heard)
    except UnitError as error:
        failed, receipts = str(error).splitlines()[-1], {}
    worst = max(heard.outcomes, key=lambda o: o.cpu_seconds)
    peak = max(o.peak_bytes for o in heard.outcomes)
    endings = tuple(o.ending for o in heard.outcomes if o.ending != "done")
    if not receipts:
        return Cost(worst.cpu_seconds, peak, len(heard.outcomes), endings, f"UNIT LOST {failed}", 0)
    (receipt,) = receipts.values()
    paths = [o.path for o in receipt.outputs if o.path.startswith("documents/")]
    rows = [row for p in paths for row in pq.read_table(folder / "out" / p, columns=["url"]).to_pylist()]
    urls = Counter(row["url"] for row in rows)
    beside = sum(urls[f"https://example.jp/{n}"] == 1 for n in range(4))
    counts = receipt.counts
    said = {
        "kept": counts.kept - beside,
        **counts.dropped,
        **{k: int(n) for _, k, n in receipt.stats if _ == "quarantined"},
    }
    told = ", ".join(f"{name} {n}" for name, n in said.items() if n)
    return Cost(worst.cpu_seconds, peak, len(heard.outcomes), endings, told, beside)


def main() -> None:
    wanted = sys.argv[1:]
    runner = OneZygote()
    print(f"{'case':44} {'gz MB':>7} {'CPU s':>7} {'peak MB':>8} {'tries':>5}  beside  came out")
    for name, make in PAGES.items():
        if wanted and not any(w in name for w in wanted):
            continue
        hostile = make()
        with tempfile.TemporaryDirectory() as folder:
            c = cost(Path(folder), hostile, runner)
        flag = " SLOW" * (c.cpu > SLOW + 0.5) + " LARGE" * (c.peak > LARGE) + " LOST" * (c.neighbours < 4)
        print(
            f"{name:44} {len(hostile) / 1e6:7.2f} {c.cpu:7.2f} {c.peak / MI:8.0f} {c.attempts:5} {c.neighbours:5}/4  "
            f"{c.came_out} {' '.join(c.endings)}{flag}",
            flush=True,
        )


if __name__ == "__main__":
    main()
