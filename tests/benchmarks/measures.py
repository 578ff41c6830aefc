"""What measuring costs: MB of UTF-8 a second on one core, of each measure of the default Japanese recipe and of all.

    PYTHONPATH=.:tests/filters python tests/benchmarks/measures.py [--repeats 5]

Reads ``../shared/data``: 200 works of Aozora Bunko, and the text that extraction finds on 800 Japanese pages, each
decoded as pages are. Batches are as large as the reader's; one thread, after a first turn; the median of the repeats.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from language_texts import members

from corpus_builder.extract.charset import decode
from corpus_builder.extract.html import extract
from corpus_builder.recipe import load
from filters.buffers import batch_of
from filters.core import Measure, measure

ROOT = Path(__file__).resolve().parents[2]
RECIPE = load(ROOT / "pipelines" / "japanese_web.py")
WORKS, PAGES, ROWS = 200, 800, 1024


def aozora() -> pa.RecordBatch:
    found = sorted(members("text.tar.zst", r"/aozora_sjis/.*\.txt$"))
    return batch_of([decode(content, None).text for _, content in found[:: len(found) // WORKS][:WORKS]])


def pages() -> pa.RecordBatch:
    found = sorted(members("html_ja.tar.zst", r"/pages/"))
    read = (extract(decode(content, None).text) for _, content in found[:: len(found) // PAGES][:PAGES])
    kept = [page for page in read if page and page.text.strip()]
    counts = [[getattr(page, name) for page in kept] for name in ("link_chars", "page_chars", "page_link_chars")]
    return batch_of([page.text for page in kept], *counts)


def seconds(measures: Sequence[Measure], given: pa.RecordBatch, repeats: int) -> float:
    """Of CPU; the median of the repeats, after one that is not counted."""
    taken = []
    for _ in range(repeats + 1):
        start = time.process_time()
        for at in range(0, given.num_rows, ROWS):
            measure(measures, given.slice(at, ROWS))
        taken.append(time.process_time() - start)
    return statistics.median(taken[1:])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--repeats", type=int, default=5)
    said = words.parse_args()
    given = {"aozora": aozora(), "html_ja": pages()}
    size = {name: sum(len(each.as_buffer()) for each in batch["text"]) / 1e6 for name, batch in given.items()}
    for name, batch in given.items():
        print(f"{name}: n {len(batch)} documents, {size[name]:.2f} MB, {1000 * size[name] / len(batch):.1f} kB each")
    print(f"{'MB/s':20}" + "".join(f"{name:>10}" for name in given) + f"{'both':>10}")
    for label, measures in [*((each.name, (each,)) for each in RECIPE.measures), ("together", RECIPE.measures)]:
        taken = {name: seconds(measures, batch, said.repeats) for name, batch in given.items()}
        rates = [size[name] / taken[name] for name in given]
        both = sum(size.values()) / sum(taken.values())
        print(f"{label:20}" + "".join(f"{rate:10.1f}" for rate in (*rates, both)), flush=True)


if __name__ == "__main__":
    main()
