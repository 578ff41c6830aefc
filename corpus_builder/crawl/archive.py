"""The WARC files of a crawl: what was asked and answered, byte for byte, and what became of every listed URL.

The outcome of a URL is a ``metadata`` record in the same file. The archive is thus its own
journal: a later run reads from it what is done, and what a killed run left behind is cut after its
last whole record and counts like any other part.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from corpus_builder.crawl.urls import Target

PART_NAME = re.compile(r"crawl-(\d{5,})\.warc\.gz(\.tmp)?")
PART_BYTES = 1_000_000_000  # the size of a Common Crawl WARC: one unit of later work
FETCHED = "fetched"
# The client has undone the transfer coding, so these no longer describe what is stored. Common
# Crawl keeps the originals under this prefix too. Content-Encoding stays: the stored bytes are
# still encoded.
UNTRUE_HEADERS = frozenset({"transfer-encoding", "content-length"})


class Exchange(NamedTuple):
    """One request and its answer; ``body`` is as received, still in its Content-Encoding."""

    url: str
    request_headers: Sequence[tuple[str, str]]
    protocol: str
    status: int
    reason: str
    response_headers: Sequence[tuple[str, str]]
    body: bytes
    address: str = ""


class CrawlInUse(RuntimeError):
    """Another crawl writes into the directory."""


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold ``directory`` for one crawl; the lock goes with the process that holds it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CrawlInUse(f"{directory}: another crawl is writing here; wait for it") from error
        yield


def whole_members(path: Path) -> int:
    """The length in bytes of the run of complete gzip members that ``path`` begins with."""
    whole = consumed = 0
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            consumed += len(data)
            while data:
                try:
                    member.decompress(data)
                except zlib.error:
                    return whole
                data = member.unused_data
                if member.eof:
                    whole = consumed - len(data)
                    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return whole


def salvage(directory: Path) -> list[Path]:
    """Turn parts that an interrupted crawl left open into finished ones, less a last half record."""
    saved = []
    for left in sorted(directory.glob("crawl-*.warc.gz.tmp")):
        if whole := whole_members(left):
            os.truncate(left, whole)
            finished = left.with_suffix("")
            left.rename(finished)
            saved.append(finished)
        else:
            left.unlink()
    return saved


def fetched_urls(directory: Path) -> set[str]:
    """The listed URLs that finished parts hold an answer to, whatever its status; failures are not among them."""
    done = set()
    for part in sorted(directory.glob("crawl-*.warc.gz")):
        with part.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type != "metadata":
                    continue
                fields = record.content_stream().read().decode("utf-8", "replace").split("\r\n")
                if f"outcome: {FETCHED}" in fields:
                    done.add(record.rec_headers.get_header("WARC-Target-URI"))
    return done


class Archive:
    """Writes parts one after the other; a part has its final name only when it is whole.

    Every record is flushed as a gzip member of its own, so a kill costs at most the record being
    written.
    """

    __slots__ = ("_directory", "_file", "_info", "_limit", "_number", "_writer", "parts")

    def __init__(self, directory: Path, info: Mapping[str, str], part_bytes: int = PART_BYTES) -> None:
        names = map(PART_NAME.fullmatch, (path.name for path in directory.iterdir()))
        self._number = max((int(name[1]) + 1 for name in names if name), default=0)
        self._directory, self._info, self._limit = directory, dict(info), part_bytes
        self._file: BinaryIO | None = None
        self._writer: WARCWriter = None
        self.parts: list[Path] = []

    def store(self, exchange: Exchange) -> str:
        """Write the request and the response; the id of the response record."""
        writer = self._open()
        asked = StatusAndHeaders(
            f"GET {_path(exchange.url)} HTTP/1.1",
            list(exchange.request_headers),
            is_http_request=True,
        )
        told = StatusAndHeaders(
            f"{exchange.status} {exchange.reason}".rstrip(),
            true_headers(exchange.response_headers, len(exchange.body)),
            exchange.protocol,
        )
        now = _now()
        response = writer.create_warc_record(
            exchange.url,
            "response",
            payload=io.BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=told,
            warc_headers_dict={"WARC-Date": now} | ({"WARC-IP-Address": exchange.address} if exchange.address else {}),
        )
        identity: str = response.rec_headers.get_header("WARC-Record-ID")
        request = writer.create_warc_record(
            exchange.url,
            "request",
            http_headers=asked,
            warc_headers_dict={"WARC-Date": now, "WARC-Concurrent-To": identity},
        )
        writer.write_record(request)
        writer.write_record(response)
        return identity

    def outcome(self, target: Target, outcome: str, fields: Mapping[str, str]) -> None:
        """Write what became of a listed URL: ``fetched``, or why not. Closes the part when it is full."""
        writer = self._open()
        known = {"outcome": outcome, "collected": target.collected, "title": target.title, **fields}
        lines = "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in known.items() if value)
        writer.write_record(
            writer.create_warc_record(
                target.url,
                "metadata",
                payload=io.BytesIO(lines.encode()),
                length=len(lines.encode()),
                warc_content_type="application/warc-fields",
                warc_headers_dict={"WARC-Date": _now()},
            )
        )
        if self._file is not None and self._file.tell() >= self._limit:
            self.close()

    def close(self) -> None:
        """Give the open part its final name, after its bytes are on the disk."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        finished = self._part()
        Path(f"{finished}.tmp").rename(finished)
        self.parts.append(finished)
        self._file = self._writer = None
        self._number += 1

    def _part(self) -> Path:
        return self._directory / f"crawl-{self._number:05d}.warc.gz"

    def _open(self) -> WARCWriter:
        if self._file is None:
            part = self._part()
            self._file = Path(f"{part}.tmp").open("xb")  # noqa: SIM115 - closed by close()
            self._writer = WARCWriter(self._file, gzip=True)
            self._writer.write_record(self._writer.create_warcinfo_record(part.name, self._info))
        return self._writer


def true_headers(headers: Sequence[tuple[str, str]], length: int) -> list[tuple[str, str]]:
    """HTTP headers that describe a stored body of ``length`` bytes.

    What no longer holds stays readable under ``X-Crawler-``.

    >>> true_headers([("Transfer-Encoding", "chunked"), ("Server", "a")], 5)
    [('X-Crawler-Transfer-Encoding', 'chunked'), ('Server', 'a'), ('Content-Length', '5')]
    """
    kept = [
        (f"X-Crawler-{name}" if name.lower() in UNTRUE_HEADERS else name, value)
        for name, value in headers
        if (name.lower(), value) != ("content-length", str(length))
    ]
    return [*kept, ("Content-Length", str(length))]


def _path(url: str) -> str:
    rest = url.split("://", 1)[1]
    slash = min((place for mark in "/?" if (place := rest.find(mark)) >= 0), default=-1)
    path = rest[slash:] if slash >= 0 else "/"
    return path if path.startswith("/") else "/" + path


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
