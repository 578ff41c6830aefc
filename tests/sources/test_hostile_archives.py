"""Whatever happened to an archive, each of its bytes is told of once, and records beside the damage come out."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import zstandard
from archives import page, warc

from corpus_builder.sources.reading import Dropped, NoWatch, Poisoned
from corpus_builder.sources.record import Record
from corpus_builder.sources.warc import walk

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
GZIP = b"\x1f\x8b\x08"
SILENT = ("warcinfo", "request", "metadata", "filedesc")
ARC = re.compile(rb"[a-z]+:[^\n]+ [0-9.:a-f]+ \d{14} [^\n]+ (\d+)\r?\n")


class Unit(NamedTuple):
    """A gzip member or a plain record that is whole, found without the walk: ``kinds`` are its records' types.

    ``sure`` says that it is seen to be whole without what follows it: a checksum, or the blank lines.
    """

    start: int
    end: int
    kinds: tuple[str, ...]
    sure: bool = True


class Told(NamedTuple):
    records: list[Record]
    dropped: list[Dropped]
    poisoned: list[Poisoned]


def told(data: bytes) -> Told:
    found = list(walk(io.BytesIO(data), NoWatch()))
    return Told(
        [x for x in found if isinstance(x, Record)],
        [x for x in found if isinstance(x, Dropped)],
        [x for x in found if isinstance(x, Poisoned)],
    )


def record_at(data: bytes, at: int) -> Unit | None:
    """The whole record that begins here, with the line ends behind it, if one does."""
    if line := ARC.match(data, at):
        start, size, kind = line.end(), int(line[1]), "arc"
        kind = "filedesc" if data[at:].startswith(b"filedesc:") else kind
    elif data[at : at + 5] == b"WARC/":
        blank = re.compile(rb"\r?\n\r?\n").search(data, at)
        if not blank:
            return None
        named = dict(re.findall(rb"\n([A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*)", data[at : blank.start()]))
        named = {name.lower(): value for name, value in named.items()}
        if b"warc-type" not in named or not named.get(b"content-length", b"").strip().isdigit():
            return None
        start, size, kind = blank.end(), int(named[b"content-length"]), named[b"warc-type"].decode().strip().lower()
    else:
        return None
    end = start + size
    while data[end : end + 1] in (b"\r", b"\n"):
        end += 1
    return Unit(at, end, (kind,), end - start - size >= 4) if start + size <= len(data) else None


def unit_at(data: bytes, at: int) -> Unit | None:
    if data[at : at + 3] != GZIP:
        return record_at(data, at)
    inflater = zlib.decompressobj(31)
    try:
        content = inflater.decompress(data[at:]).lstrip(b"\r\n")
    except zlib.error:
        return None
    if not inflater.eof:
        return None
    kinds: list[str] = []
    inside = 0
    while inside < len(content) and (found := record_at(content, inside)):
        inside = found.end
        kinds += found.kinds
    return Unit(at, len(data) - len(inflater.unused_data), tuple(kinds))


def units(data: bytes) -> list[Unit]:
    """Every whole unit of a file that is not damaged between them."""
    found, at = [], 0
    while at < len(data):
        unit = unit_at(data, at)
        if unit and unit.end > at:
            found.append(unit)
        starts = [x for x in (data.find(GZIP, at + 1), data.find(b"WARC/1.", at + 1)) if x > 0]
        at = unit.end if unit else min(starts, default=len(data))
    return found


def signature(record: Record) -> tuple[str, str, str]:
    return record.type, record.record_id or record.url or "", hashlib.sha256(record.body).hexdigest()


def assert_all_bytes_told(data: bytes, name: str) -> None:
    """Given, poisoned and, between them, nothing but whole records that are dropped by name or hold no document."""
    records, dropped, poisoned = told(data)
    spans = [(x.offset, x.offset + x.length) for x in (*records, *poisoned) if x.length >= 0]
    spans.sort()
    drops = Counter(x.offset for x in dropped)
    at = 0
    for start, end in [*spans, (len(data), len(data))]:
        assert at <= start and end <= len(data), (name, "overlap", at, start, end)
        while at < start:
            unit = unit_at(data, at)
            assert unit is not None and unit.end <= start, (name, "hole", at, start)
            loud = [kind for kind in unit.kinds if kind not in SILENT]
            if len(unit.kinds) == 1:
                assert drops.pop(at, 0) == len(loud), (name, "a drop without a word", at, unit.kinds)
            at = unit.end
        at = max(at, end)
    shared = [x for x in drops.elements() if not any(a <= x < b for a, b in spans)]
    members = [unit for unit in units(data) if len(unit.kinds) > 1] if shared else []
    assert all(any(m.start <= x < m.end for m in members) for x in shared), (name, "a drop at no record", shared)


class Mutation(NamedTuple):
    """``data`` as it became; ``left`` are the ranges of the old file that are still there, untouched."""

    name: str
    data: bytes
    left: tuple[tuple[int, int], ...]


def mutations(data: bytes) -> Iterator[Mutation]:
    size = len(data)
    for n in range(1, 37):
        cut = size * n // 37
        yield Mutation(f"cut at {cut}", data[:cut], ((0, cut),))
    members = units(data)
    for unit in members[:: max(1, len(members) // 24)]:
        at = (unit.start + unit.end) // 2
        flipped = data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :]
        yield Mutation(f"flipped at {at}", flipped, ((0, at), (at + 1, size)))
    for n in range(5):
        at = size * (2 * n + 1) // 11
        end = min(at + 512, size)
        yield Mutation(f"zeros at {at}", data[:at] + bytes(end - at) + data[end:], ((0, at), (end, size)))
        yield Mutation(f"removed at {at}", data[:at] + data[end:], ((0, at), (end, size)))
    for junk in (b"\0" * 700, b"\n", b"<html>garbage WARC/1.0 of a kind</html>" * 30, b"\x1f\x8b\x08\x00"):
        yield Mutation(f"trailing {junk[:9]!r}", data + junk, ((0, size),))
        yield Mutation(f"leading {junk[:9]!r}", junk + data, ((0, size),))


Signature = tuple[str, str, str]


def whole(data: bytes) -> list[tuple[int, int, list[Signature]]]:
    """For each unit the range that must be untouched for its records to come out, and these records.

    A plain record is known to be whole by what follows it: blank lines, or, in an ARC, the next
    record's head and the line's end before its own.
    """
    found = units(data)
    out = []
    for number, unit in enumerate(found):
        gives = [signature(x) for x in told(data[unit.start : unit.end]).records]
        after = found[number + 1] if number + 1 < len(found) else None
        adjoined = after is not None and after.start == unit.end
        if unit.sure:
            out.append((unit.start, unit.end, gives))
        elif after is not None and adjoined and unit.start:
            out.append((unit.start - 1, after.end, gives))
    return out


def assert_the_untouched_come_out(sound: list[tuple[int, int, list[Signature]]], mutation: Mutation, name: str) -> None:
    expected: Counter[Signature] = Counter()
    for start, end, gives in sound:
        if any(a <= start and end <= b for a, b in mutation.left):
            expected.update(gives)
    got = Counter(signature(x) for x in told(mutation.data).records)
    missing = expected - got
    assert not missing, (name, mutation.name, [x[:2] for x in missing])


def made() -> dict[str, bytes]:
    pages = [page(n) * (1 + n % 3) for n in range(9)]
    plain = warc(pages, compress=False, around=True)
    arc = b"".join(
        b"http://example.jp/%d 192.0.2.1 20140216050222 text/html %d\n%b\n" % (n, len(http), http)
        for n, body in enumerate(pages)
        if (http := b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body)
    )
    return {
        "members": warc(pages, around=True),
        "plain": plain,
        "arc": arc,
        "one member": gzip.compress(plain),
        "revisits": plain.replace(b"WARC-Type: response", b"WARC-Type: revisit"),
        "cut in blocks": b"".join(gzip.compress(part) for part in by_twos(plain)),
    }


def by_twos(plain: bytes) -> Iterable[bytes]:
    starts = [found.start() for found in re.finditer(rb"WARC/1\.", plain)][::2]
    return (plain[a:b] for a, b in zip(starts, [*starts[1:], len(plain)], strict=True))


MADE = made()


@pytest.mark.parametrize("kind", MADE)
def test_every_byte_of_a_damaged_archive_is_told_of_once(kind: str) -> None:
    data = MADE[kind]
    assert_all_bytes_told(data, kind)
    for mutation in mutations(data):
        assert_all_bytes_told(mutation.data, f"{kind} {mutation.name}")


@pytest.mark.parametrize("kind", MADE)
def test_records_that_damage_did_not_touch_come_out(kind: str) -> None:
    sound = whole(MADE[kind])
    assert len(sound) > 3 or kind == "one member"
    for mutation in mutations(MADE[kind]):
        assert_the_untouched_come_out(sound, mutation, kind)


@pytest.mark.parametrize("first", MADE)
@pytest.mark.parametrize("second", MADE)
def test_files_joined_give_what_each_gave(first: str, second: str) -> None:
    joined = MADE[first] + MADE[second]
    assert_all_bytes_told(joined, f"{first}+{second}")
    apart = Counter(signature(x) for name in (first, second) for x in told(MADE[name]).records)
    assert Counter(signature(x) for x in told(joined).records) == apart


def archives() -> Iterator[tuple[str, bytes]]:
    with (
        (SHARED / "warc.tar.zst").open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if member.isfile() and (content := tar.extractfile(member)):
                yield member.name, content.read()


@pytest.mark.shared
def test_every_byte_of_the_real_archives_is_told_of_once_damaged_or_not() -> None:
    seen = 0
    for name, data in archives():
        assert_all_bytes_told(data, name)
        seen += 1
        if len(data) > 1 << 16:  # the law is the same in the large ones
            continue
        sound = whole(data)
        for mutation in mutations(data):
            assert_all_bytes_told(mutation.data, f"{name} {mutation.name}")
            assert_the_untouched_come_out(sound, mutation, name)
    assert seen >= 90
