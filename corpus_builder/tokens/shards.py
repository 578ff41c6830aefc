"""The shards stage: a range of keys of one line and pass, from every encoded file, as one file in pass order.

A shard is a pure function of the documents in its range: the same bytes whatever files they came from. Pass 1 is in
the order of the range's own keys; a later pass has keys of its own, so a document meets other neighbours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.documents.schema import ID, halves
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.seal import Seal, outputs
from corpus_builder.engine.task import Task
from corpus_builder.recipe import fingerprint
from corpus_builder.sources.reading import Watch
from corpus_builder.store import HashingFile, Output, Store
from corpus_builder.tokens.encode import slices
from corpus_builder.tokens.encoder import TokenizerRef
from corpus_builder.tokens.held import Held, gather
from corpus_builder.tokens.order import shard_bounds, sort_keys

VERSION = 1
ROW_GROUP = 4 << 20  # tokens

SHARD = pa.schema(
    [
        pa.field("doc_id", ID, nullable=False),
        pa.field("sort_key", pa.uint64(), nullable=False),
        pa.field("n_tokens", pa.int32(), nullable=False),  # as trained: BOS and EOS included
        pa.field("n_chars", pa.int32(), nullable=False),
        pa.field("text_sha", ID, nullable=False),
        pa.field("lang", pa.string()),
        pa.field("date", pa.date32()),
        pa.field("tokens", pa.list_(pa.field("element", pa.int32(), nullable=False)), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class ShardJob:
    source: str
    line: str
    number: int  # of the pass, from 1
    shard: int
    shards: int
    encoded: str
    tokenizer: TokenizerRef
    vocabulary: int
    seed: int
    path: str


def plan(
    source: str,
    line: str,
    passes: int,
    shards: int,
    encoded: Seal,
    tokenizer: TokenizerRef,
    vocabulary: int,
    seed: int,
    store: Store,
) -> list[Task]:
    """A task a pass and key range. A shard that changes gets a new generation, and so a new path."""
    tasks = []
    for number in range(1, passes + 1):
        folder = f"{line}/pass-{number}"
        earlier = store.list(f"receipts/shards/{folder}")
        files = store.list(f"tokens/{folder}")
        for shard in range(shards):
            unit = f"{folder}/shard-{shard:05d}"
            key = fingerprint([line, number, shard, shards, encoded.digest, tokenizer.identity(), seed, VERSION])
            mine = [p for p in earlier if p.startswith(f"receipts/shards/{unit}.")]
            path = _path(store, unit, key, mine, [p for p in files if p.startswith(f"tokens/{unit}.g")])
            job = ShardJob(source, line, number, shard, shards, encoded.path, tokenizer, vocabulary, seed, path)
            tasks.append(Task("shards", unit, key, work, job))
    return tasks


def _path(store: Store, unit: str, key: str, receipts: list[str], files: list[str]) -> str:
    """``tokens/<line>/pass-<p>/shard-<n>.g<generation>.parquet``; a generation that exists is never written again."""
    for receipt in receipts:
        if receipt.endswith(f".{key}.json"):
            return Receipt.from_json(store.get(receipt) or b"").outputs[0].path
    known = (int(path.rpartition(".g")[2].removesuffix(".parquet")) for path in files)
    return f"tokens/{unit}.g{max(known, default=0) + 1}.parquet"


def work(job: ShardJob, store: Store, watch: Watch) -> Receipt:
    """Gather, order, write, and check every id against the vocabulary."""
    low, high = shard_bounds(job.shard, job.shards)
    files = outputs(store, job.encoded, f"shuffle/encoded/{job.source}")
    held = gather(store, files, job.line, low, high)
    ids = halves(held.table["doc_id"])
    keys = sort_keys(ids, job.seed, job.number)
    order = np.lexsort((ids[:, 1].byteswap(), ids[:, 0].byteswap(), keys))
    if held.flat.size and not 0 <= int(held.flat.min()) <= int(held.flat.max()) < job.vocabulary:
        raise ValueError(
            f"{job.path}: token ids reach {int(held.flat.max())}, the vocabulary ends at {job.vocabulary - 1}"
        )
    digest = _content(held, ids, order)
    footer = {
        "schema_version": str(VERSION),
        "line": job.line,
        "pass": str(job.number),
        "shard": f"{job.shard}/{job.shards}",
        "key_range": f"{low:016x}-{high:016x}",
        "seed": str(job.seed),
        "tokenizer_sha256": job.tokenizer.sha256,
        "encoder": f"sentencepiece {job.tokenizer.identity()[1]}",
        "vocabulary": str(job.vocabulary),
        "bos": str(job.tokenizer.bos).lower(),
        "eos": str(job.tokenizer.eos).lower(),
        "documents": str(held.table.num_rows),
        "tokens": str(held.flat.size),
        "content_sha256": digest,
    }
    output = _write(store, job.path, held, keys, order, footer)
    return Receipt(
        source=job.source,
        counts=Counts(held.table.num_rows, held.table.num_rows),
        outputs=(output,),
        stats=(
            ("documents", f"{job.line}/{job.number}", held.table.num_rows),
            ("tokens", f"{job.line}/{job.number}", int(held.flat.size)),
        ),
        content=digest[:32],
    )


def _content(held: Held, ids: npt.NDArray[np.uint64], order: npt.NDArray[np.int64]) -> str:
    """sha256 over ids, lengths and tokens in shard order, little-endian: independent of how Parquet was written."""
    digest = hashlib.sha256()
    for rows in _slices(held, order):
        digest.update(ids[rows].astype("<u8").tobytes())
        digest.update(held.lengths[rows].astype("<i8").tobytes())
        digest.update(held.ids(rows).astype("<i4").tobytes())
    return digest.hexdigest()


def _slices(held: Held, order: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """Rows of ``held`` in order, a row group at a time."""
    for rows in slices(held.lengths[order], ROW_GROUP):
        yield order[rows]


def _write(
    store: Store,
    path: str,
    held: Held,
    keys: npt.NDArray[np.uint64],
    order: npt.NDArray[np.int64],
    footer: dict[str, str],
) -> Output:
    with store.create(path) as raw:
        file = HashingFile(raw)
        schema = SHARD.with_metadata(footer)
        with pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=["lang"],
            write_statistics=["sort_key", "n_tokens"],
        ) as writer:
            for rows in _slices(held, order):
                table = held.table.take(pa.array(rows)).append_column("sort_key", pa.array(keys[rows]))
                offsets = np.concatenate([[0], np.cumsum(held.lengths[rows])]).astype(np.int32)
                tokens = pa.ListArray.from_arrays(
                    pa.array(offsets),
                    pa.array(held.ids(rows)),
                    type=SHARD.field("tokens").type,
                )
                table = table.append_column("tokens", tokens).select(SHARD.names).cast(schema)
                writer.write_table(table, row_group_size=table.num_rows)
        return file.output(path, held.table.num_rows)
