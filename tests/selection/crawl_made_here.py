"""A small crawl with its columnar index, made for the tests: WARC files whose every record knows its place."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# The table as Common Crawl publishes it, less columns that nobody here reads; crawl and subset stand in the path.
SCHEMA = pa.schema(
    [
        pa.field("url_surtkey", pa.string(), nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("url_host_name", pa.string(), nullable=False),
        pa.field("url_port", pa.int32()),
        pa.field("fetch_time", pa.timestamp("ms"), nullable=False),
        pa.field("fetch_status", pa.int16(), nullable=False),
        pa.field("content_digest", pa.string()),
        pa.field("content_mime_type", pa.string()),
        pa.field("content_mime_detected", pa.string()),
        pa.field("content_charset", pa.string()),
        pa.field("content_languages", pa.string()),
        pa.field("content_truncated", pa.string()),
        pa.field("warc_filename", pa.string(), nullable=False),
        pa.field("warc_record_offset", pa.int32(), nullable=False),
        pa.field("warc_record_length", pa.int32(), nullable=False),
        pa.field("warc_segment", pa.string(), nullable=False),
    ]
)
SINCE_2018_39 = ("content_charset", "content_languages", "content_truncated")
NEW, OLD = "CC-MAIN-2024-10", "CC-MAIN-2016-07"


@dataclass
class Crawl:
    """``files`` by name, ``rows`` of the index with crawl and subset, ``records`` by (file, offset)."""

    files: dict[str, bytes] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    records: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def wanted(self, crawl: str = NEW) -> list[dict[str, Any]]:
        """The rows of Japanese pages, in the order of a plan."""
        rows = [r for r in self.rows if r["crawl"] == crawl and "jpn" in (r["content_languages"] or "")]
        rows = [r for r in rows if r["fetch_status"] == 200 and r["subset"] == "warc"]
        return sorted(rows, key=lambda r: (r["warc_filename"], r["warc_record_offset"]))


def member(kind: str, url: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-02-20T00:00:00Z\r\n"
    head += f"WARC-Record-ID: <urn:uuid:{hashlib.md5(url.encode() + kind.encode()).hexdigest()}>\r\n"
    head += f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


def made(crawls: Sequence[str] = (NEW,), files: int = 3, pages: int = 30, seed: int = 1) -> Crawl:
    """``pages`` in each of ``files`` of each crawl: a third of them Japanese; crawls before 2018-39 say no language."""
    crawl, draw = Crawl(), random.Random(seed)
    for name in crawls:
        for number in range(files):
            file = f"crawl-data/{name}/segments/17079474{number % 2}.0/warc/CC-MAIN-2024022021-{number:05d}.warc.gz"
            content = bytearray(member("warcinfo", file, b"software: tests\r\n"))
            for page in range(pages):
                url = f"https://www{draw.randrange(99)}.example.jp/{name}/{number}/{page}"
                content += member("request", url, b"GET / HTTP/1.1\r\n\r\n")
                row, record = _page(name, file, len(content), url, draw)
                content += record
                crawl.records[file, row["warc_record_offset"]] = record
                crawl.rows.append(row)
            crawl.files[file] = bytes(content)
    return crawl


def _page(crawl: str, file: str, offset: int, url: str, draw: random.Random) -> tuple[dict[str, Any], bytes]:
    sentence = "これは試験のために書かれた文章です。川沿いの道を歩いて本屋へ行きました。"
    text = "".join(f"<p>{draw.randrange(10**9)}番、{sentence}</p>" for _ in range(draw.randrange(6, 20)))
    body = f"<html><head><title>頁</title></head><body>{text}</body></html>".encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n"
    record = member("response", url, http + body)
    language = draw.choice(["jpn", "eng,jpn", "eng", "eng,deu", "zho", None])
    kind = draw.choice(["text/html", "text/html", "application/xhtml+xml", None])
    row = {
        "crawl": crawl,
        "subset": "warc",
        "url_surtkey": url,
        "url": url,
        "url_host_name": url.split("/")[2],
        "url_port": None,
        "fetch_time": datetime(2024, 2, 20, tzinfo=UTC).replace(tzinfo=None),
        "fetch_status": draw.choice([200] * 9 + [206]),
        "content_digest": base64.b32encode(hashlib.sha1(body).digest()).decode(),
        "content_mime_type": kind,
        "content_mime_detected": kind,
        "content_charset": "UTF-8",
        "content_languages": None if crawl == OLD else language,
        "content_truncated": None,
        "warc_filename": file,
        "warc_record_offset": offset,
        "warc_record_length": len(record),
        "warc_segment": file.split("/")[3],
    }
    return row, record


def write_index(rows: Sequence[dict[str, Any]], folder: Path, parts: int = 2, dictionary: bool = False) -> list[str]:
    """The rows in the published layout; an old crawl's files lack the columns that came later."""
    paths = []
    for crawl, subset in sorted({(row["crawl"], row["subset"]) for row in rows}):
        of = [row for row in rows if (row["crawl"], row["subset"]) == (crawl, subset)]
        for number in range(parts):
            path = folder / f"crawl={crawl}" / f"subset={subset}" / f"part-{number:05d}-0c5b.c000.gz.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            names = [n for n in SCHEMA.names if crawl != OLD or n not in SINCE_2018_39]
            schema = pa.schema([SCHEMA.field(name) for name in names])
            table = pa.Table.from_pylist([{n: row[n] for n in names} for row in of[number::parts]], schema)
            for name in ("content_languages", "warc_filename", "content_mime_detected") if dictionary else ():
                if name in names:
                    table = table.set_column(names.index(name), name, table[name].dictionary_encode())
            pq.write_table(table, path, compression="gzip")
            paths.append(str(path))
    return paths


def write_files(crawl: Crawl, folder: Path) -> None:
    for name, content in crawl.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
