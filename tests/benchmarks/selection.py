"""What a selection costs: rows a second and memory of ``corpus select``, and what the gap between records buys.

    python tests/benchmarks/selection.py [--rows 4000000] [--japanese 0.05]

The index is made here: files of 20,000 pages whose records measure 34 KB on average (lognormal, sigma 1), each behind
a request and before a metadata record of 0.5 KB, 5 % of them Japanese and strewn at random, as fetch lists are.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.selection.book import Asked
from corpus_builder.selection.ranges import range_starts
from corpus_builder.selection.select import select

FILE = "crawl-data/CC-MAIN-2024-10/segments/{:013d}.{}/warc/CC-MAIN-20240220211055-20240221001055-{:05d}.warc.gz"
PER_FILE = 20_000
MEAN, SIGMA, BESIDE = 34_000, 1.0, 500


def lengths(draw: np.random.Generator, count: int) -> np.ndarray:
    return np.maximum(600, draw.lognormal(np.log(MEAN) - SIGMA**2 / 2, SIGMA, count)).astype(np.int64)


def places(file: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Offsets of records that stand one behind the other in each file."""
    begin = np.cumsum(length + 2 * BESIDE) - length
    return begin - begin[np.searchsorted(file, file)] + BESIDE


def make_index(folder: Path, rows: int, japanese: float) -> list[str]:
    """Pages of many files, shuffled over index files of 500,000 rows, in the real table's layout and types."""
    draw = np.random.default_rng(1)
    length = lengths(draw, rows)
    file = np.arange(rows) // PER_FILE
    offset = places(file, length)
    order = draw.permutation(rows)
    spoken = np.where(draw.random(rows) < japanese, "jpn", np.where(draw.random(rows) < 0.5, "eng", "rus,eng"))
    names = np.array([FILE.format(1_707_947_470_000 + n % 100, n % 7, n) for n in range(int(file[-1]) + 1)])
    paths = []
    for number, start in enumerate(range(0, rows, 500_000)):
        part = order[start : start + 500_000]
        path = folder / "crawl=CC-MAIN-2024-10" / "subset=warc" / f"part-{number:05d}.c000.gz.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.table(
            {
                "url": [
                    f"https://www.example-{n % 99_991}.org/articles/2024/02/{n}/some-words-here.html" for n in part
                ],
                "fetch_status": pa.array(np.full(len(part), 200, dtype=np.int16)),
                "content_digest": [f"{n:032X}" for n in part],
                "content_mime_detected": np.full(len(part), "text/html"),
                "content_languages": spoken[part],
                "warc_filename": names[file[part]],
                "warc_record_offset": offset[part].astype(np.int32),
                "warc_record_length": length[part].astype(np.int32),
            }
        )
        pq.write_table(table, path, compression="gzip", compression_level=1)
        paths.append(str(path))
    return paths


def selecting(rows: int, japanese: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        maker = multiprocessing.get_context("spawn")
        with maker.Pool(1) as pool:
            paths = pool.apply(make_index, (folder, rows, japanese))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for memory in ("1GB", "150MB"):
            began, cpu = time.perf_counter(), time.process_time()
            made = select(paths, folder / "out", Asked(("jpn",), 256 << 10, 10**9), lambda *_: None, memory).total
            took, cpu = time.perf_counter() - began, time.process_time() - cpu
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            print(
                f"{rows:,} rows, {made.records:,} wanted, DuckDB {memory}: {rows / took:,.0f} rows/s "
                f"({took:.1f} s, {cpu:.1f} CPU s), peak {peak / 1024:.0f} MiB ({before / 1024:.0f} before)"
            )
            shutil.rmtree(folder / "out")


def gaps(pages: int, japanese: float) -> None:
    """A table of requests and bytes, for the records that a crawl's files hold."""
    draw = np.random.default_rng(2)
    length = lengths(draw, pages)
    file = np.arange(pages) // PER_FILE
    offset = places(file, length)
    wanted = draw.random(pages) < japanese
    file, offset, length = file[wanted], offset[wanted], length[wanted]
    records, size = len(offset), int(length.sum())
    print(f"{pages:,} pages, {records:,} wanted, {size / records:,.0f} bytes each")
    print(
        f"{'gap':>9} {'requests':>12} {'a record':>9} {'bytes/wanted':>13}  hours for 10^8 records at 20 req/s, 20 MB/s"
    )
    for gap in (0, 16 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20):
        starts = np.flatnonzero(range_starts(file, offset, length, gap))
        ends = np.append(starts[1:], records) - 1
        fetched = int((offset[ends] + length[ends] - offset[starts]).sum())
        asks, spends = 1e8 * len(starts) / records / 20 / 3600, 1e8 * fetched / records / 20e6 / 3600
        print(
            f"{gap >> 10:>5} KiB {len(starts):>12,} {len(starts) / records:>9.3f} {fetched / size:>13.2f}  "
            f"requests {asks:,.0f}, bytes {spends:,.0f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--japanese", type=float, default=0.05)
    asked = parser.parse_args()
    gaps(asked.rows, asked.japanese)
    selecting(asked.rows, asked.japanese)
