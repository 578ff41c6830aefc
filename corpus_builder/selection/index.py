"""The columnar index of Common Crawl (``cc-index``), read file by file: pages with their place and languages.

The table's columns are described at https://github.com/commoncrawl/cc-index-table. Old crawls lack some of them,
and ``crawl`` and ``subset`` stand in the path (``crawl=CC-MAIN-2024-10/subset=warc/part-….parquet``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from corpus_builder.errors import CallError
from corpus_builder.store.s3 import file_system

HTML = ("text/html", "application/xhtml+xml")
# Columns that a page needs, and what they are called from here on.
NEEDED = {"warc_filename": "file", "warc_record_offset": "offset", "warc_record_length": "length", "url": "url"}
OPTIONAL = {"content_digest": "digest", "content_languages": "languages"}
PAGES = pa.schema(
    [
        ("crawl", pa.string()),
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
        ("url", pa.string()),
        ("digest", pa.string()),
        ("languages", pa.string()),
    ]
)
# No record of a crawl is so large, no file so long (bytes): what says so is a broken row.
LARGEST, FARTHEST = 64 << 20, 1 << 44


def pages(path: str) -> Iterator[pa.Table]:
    """The HTML pages with status 200 that one index file lists, in batches of the schema ``PAGES``.

    ``path`` is local or s3://. Raises CallError for a file that is no index, or breaks off.
    """
    try:
        where = {"filesystem": file_system(), "source": path[5:]} if path.startswith("s3://") else {"source": path}
        data = ds.dataset(**where, format="parquet", partitioning="hive")
        columns, wanted = _columns(path, data.schema), _wanted(path, data.schema)
        for batch in data.to_batches(columns=columns, filter=wanted, batch_size=1 << 17):
            if batch.num_rows:
                yield _named(pa.Table.from_batches([batch])).cast(PAGES)
    except (OSError, pa.ArrowException) as error:
        what = " ".join(str(error).split())[:300]
        raise CallError(f"{path}: cannot be read as an index in Parquet: {what}") from None


def _columns(path: str, schema: pa.Schema) -> dict[str, pc.Expression]:
    missing = [name for name in NEEDED if name not in schema.names]
    if missing:
        raise CallError(f"{path}: has no column {missing[0]}; is it a file of cc-index/table/cc-main/warc/?")
    names = {"crawl": "crawl"} | {new: old for old, new in {**NEEDED, **OPTIONAL}.items()}
    columns = {}
    for field in PAGES:
        old = names[field.name]
        column = ds.field(old) if old in schema.names else pc.scalar(pa.scalar(None, field.type))
        columns[field.name] = column.cast(field.type)
    return columns


def _wanted(path: str, schema: pa.Schema) -> pc.Expression:
    if "fetch_status" not in schema.names:
        raise CallError(f"{path}: has no column fetch_status; is it a file of cc-index/table/cc-main/warc/?")
    wanted = ds.field("fetch_status") == 200
    if "subset" in schema.names:
        wanted &= ds.field("subset").cast(pa.string()) == "warc"
    if "content_mime_detected" in schema.names:
        kind = ds.field("content_mime_detected").cast(pa.string())
        wanted &= kind.is_null() | kind.isin(pa.array(HTML))
    return wanted


def _named(table: pa.Table) -> pa.Table:
    """With the crawl taken from the file's path where no column gives it."""
    if not table["crawl"].null_count:
        return table
    path = pc.extract_regex(table["file"], r"^crawl-data/(?P<crawl>[A-Za-z0-9._-]+)/")
    crawl = pc.coalesce(table["crawl"], pc.struct_field(path, "crawl"))
    return table.set_column(0, "crawl", crawl)


def usable(table: pa.Table) -> pa.ChunkedArray:
    """Which rows name a place that can be: a crawl and a file in printable ASCII, and bytes within reason."""
    checks = [
        pc.match_substring_regex(table["crawl"], r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"),
        pc.match_substring_regex(table["file"], r"^[!-~]{1,1000}$"),
        pc.greater_equal(table["offset"], 0),
        pc.less(table["offset"], FARTHEST),
        pc.greater(table["length"], 0),
        pc.less_equal(table["length"], LARGEST),
    ]
    mask = checks[0]
    for check in checks[1:]:
        mask = pc.and_(mask, check)
    return pc.fill_null(mask, False)


def speaks(languages: pa.ChunkedArray, asked: tuple[str, ...]) -> pa.ChunkedArray:
    """Which values of ``content_languages`` (``jpn``, ``eng,jpn``) name one of the languages asked for.

    >>> speaks(pa.chunked_array([["jpn", "eng,jpn", "eng", None]]), ("jpn",)).to_pylist()
    [True, True, False, False]
    """
    pattern = rf"(^|,)({'|'.join(map(re.escape, asked))})(,|$)"
    return pc.fill_null(pc.match_substring_regex(languages, pattern), False)
