"""Memory and time of the largest token shard: ``python tests/benchmarks/largest_shard.py [TOKENS] [PASS]``.

Encoded files of 16 Mi tokens each are made from random ids, then one unit gathers them all into a shard. Printed: peak
resident memory of that unit's process, its CPU seconds, and tokens a second.
"""

from __future__ import annotations

import sys
import tempfile

import numpy as np
import pyarrow as pa

from corpus_builder.engine.drive import drive
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.runner import InlineRunner
from corpus_builder.engine.seal import seal
from corpus_builder.engine.task import Limits, Outcome, Task
from corpus_builder.store import Output, Store, at, write_parquet
from corpus_builder.tokens import shards
from corpus_builder.tokens.encode import ENCODED, groups
from corpus_builder.tokens.encoder import TokenizerRef
from corpus_builder.tokens.order import sort_keys

FILE, DOCUMENT, VOCABULARY = 16 << 20, 800, 99_574


class Told:
    def stage(self, name: str, units: int, done: int) -> None:
        pass

    def unit(self, task: Task, outcome: Outcome) -> None:
        tokens = outcome.receipt.stats[1][2] if outcome.receipt else 0
        print(
            f"{outcome.ending} {outcome.message}: {tokens:,} tokens, peak {outcome.peak_bytes / 2**20:,.0f} MiB, "
            f"{outcome.cpu_seconds:.1f} CPU s, {tokens / max(outcome.cpu_seconds, 1e-9) / 1e6:.1f} M tokens/s"
        )


def main(tokens: int, number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = at(folder)
        receipts = {}
        for file in range(-(-tokens // FILE)):
            output = encoded(store, file)
            task = Task("encode", f"s/{file:05d}", "k", print, None)
            receipts[task] = Receipt("s", Counts(output.rows, output.rows), (output,))
        sealed = seal("encode", receipts, store)
        reference = TokenizerRef("none", "0" * 64, True, True)
        [*_, task] = shards.plan("s", "s", number, 1, sealed, reference, VOCABULARY, 7, store)
        drive("shards", [task], store, InlineRunner(), Limits(memory=4 << 30), Told())


def encoded(store: Store, file: int) -> Output:
    rng = np.random.default_rng(file)
    rows = FILE // DOCUMENT
    ids = rng.integers(0, 1 << 63, (rows, 2), dtype=np.uint64)
    keys = sort_keys(ids, 7, 1)
    order = np.argsort(keys)
    flat = rng.integers(8, VOCABULARY, rows * DOCUMENT, dtype=np.int32)
    names = pa.array([row.tobytes() for row in ids[order]], pa.binary(16))
    lists = pa.ListArray.from_arrays(pa.array(np.arange(0, flat.size + 1, DOCUMENT, dtype=np.int32)), pa.array(flat))
    columns = {
        "line": pa.array(["s"] * rows),
        "key": pa.array(keys[order]),
        "doc_id": names,
        "n_tokens": pa.array(np.full(rows, DOCUMENT, np.int32)),
        "n_chars": pa.array(np.full(rows, 2 * DOCUMENT, np.int32)),
        "text_sha": names,
        "lang": pa.array(["ja"] * rows),
        "date": pa.nulls(rows, pa.date32()),
        "tokens": lists.cast(ENCODED.field("tokens").type),
    }
    table = pa.table(columns).cast(ENCODED)
    return write_parquet(store, f"shuffle/encoded/s/{file:05d}.parquet", ENCODED, groups(table), dictionary=["line"])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1 << 27, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
