"""The encode stage: survivors of one documents file in, their token ids out, sorted for the shards to pick up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.dedup.sketch import Kept, judged_kept, kept_rows
from corpus_builder.documents.schema import ID, content_of, halves
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.seal import Seal, outputs
from corpus_builder.engine.task import Task
from corpus_builder.recipe import fingerprint
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Store, write_parquet
from corpus_builder.tokens.encoder import I32, Encoder, TokenizerRef, load
from corpus_builder.tokens.order import sort_keys

VERSION = 1
ROW_GROUP = 1 << 20  # tokens

ENCODED = pa.schema(
    [
        pa.field("line", pa.string(), nullable=False),
        pa.field("key", pa.uint64(), nullable=False),
        pa.field("doc_id", ID, nullable=False),
        pa.field("n_tokens", pa.int32(), nullable=False),
        pa.field("n_chars", pa.int32(), nullable=False),
        pa.field("text_sha", ID, nullable=False),
        pa.field("lang", pa.string()),
        pa.field("date", pa.date32()),
        pa.field("tokens", pa.list_(pa.field("element", pa.int32(), nullable=False)), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class EncodeJob:
    source: str
    kept: Kept
    clustered: str
    tokenizer: TokenizerRef
    seed: int
    unit: str
    key: str


def plan(source: str, kept: list[Kept], clustered: Seal, tokenizer: TokenizerRef, seed: int) -> list[Task]:
    """A task a documents file."""
    tasks = []
    for each in kept:
        key = fingerprint(
            [
                each.documents.sha256,
                each.verdicts.sha256,
                clustered.digest,
                tokenizer.identity(),
                seed,
                VERSION,
            ]
        )
        unit = each.documents.path.removeprefix("documents/").removesuffix(".parquet")
        job = EncodeJob(source, each, clustered.path, tokenizer, seed, unit, key)
        tasks.append(Task("encode", unit, key, work, job, warm))
    return tasks


def warm(job: EncodeJob, store: Store) -> None:
    load(store, job.tokenizer)


class _Encoded(NamedTuple):
    table: pa.Table
    ids: list[I32]


def work(job: EncodeJob, store: Store, watch: Watch) -> Receipt:
    """Leave out removed duplicates, encode the rest, sort by line and key."""
    encoder = load(store, job.tokenizer)
    removed = _removed(store, job)
    dropped: Counter[str] = Counter(f"duplicate/{reason}" for reason in removed.values())
    gone = pa.array(sorted(removed), pa.int32())

    def survivors(table: pa.Table) -> pa.Table:
        return table.filter(pc.invert(pc.is_in(table["row"], gone)))

    columns = ["id", "text", "n_chars", "text_sha", "lang", "date"]
    parts = [_encoded(t, encoder) for t in kept_rows(store, job.kept, columns, survivors) if t.num_rows]
    table = _sorted(parts, job.seed)
    path = f"shuffle/encoded/{job.unit}.{job.key}.parquet"
    output = write_parquet(store, path, ENCODED, groups(table), dictionary=["line", "lang"])
    kept = table.num_rows
    return Receipt(
        source=job.source,
        counts=Counts(judged_kept(store, job.kept), kept, dict(sorted(dropped.items()))),
        outputs=(output,),
        stats=tuple(_stats(table, encoder)),
        content=content_of(
            i + s for i, s in zip(table["doc_id"].to_pylist(), table["text_sha"].to_pylist(), strict=True)
        ),
    )


def _removed(store: Store, job: EncodeJob) -> dict[int, str]:
    """Row → reason, of this documents file."""
    found: dict[int, str] = {}
    for output in outputs(store, job.clustered, "duplicates"):
        with store.open(output.path) as file:
            table = pq.read_table(file, columns=["row", "reason"], filters=[("file", "==", job.kept.documents.path)])
        found |= dict(zip(table["row"].to_pylist(), table["reason"].to_pylist(), strict=True))
    return found


def _encoded(table: pa.Table, encoder: Encoder) -> _Encoded:
    return _Encoded(table.drop_columns(["text", "row"]), encoder.encode(table["text"].to_pylist()))


def _sorted(parts: list[_Encoded], seed: int) -> pa.Table:
    """One table of all parts, by line, then pass-1 key, then id."""
    if not parts:
        return ENCODED.empty_table()
    ids = [i for part in parts for i in part.ids]
    table = pa.concat_tables([part.table for part in parts]).combine_chunks()
    table = table.append_column("key", pa.array(sort_keys(halves(table["id"]), seed, 1)))
    order = pc.sort_indices(table, [("line", "ascending"), ("key", "ascending"), ("id", "ascending")]).to_numpy()
    table = table.take(pa.array(order)).append_column("tokens", list_array([ids[row] for row in order]))
    table = table.append_column("n_tokens", pc.list_value_length(table["tokens"]))
    return table.rename_columns({"id": "doc_id"}).select(ENCODED.names).cast(ENCODED)


def list_array(ids: list[I32]) -> pa.Array:
    """Arrow lists of ids, without going through Python integers."""
    offsets = np.concatenate([[0], np.cumsum([i.size for i in ids])]).astype(np.int32)
    flat = np.concatenate(ids) if ids else np.zeros(0, np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat), type=ENCODED.field("tokens").type)


def groups(table: pa.Table) -> Iterator[pa.Table]:
    """The table in row groups of about ``ROW_GROUP`` tokens."""
    for rows in slices(table["n_tokens"].to_numpy(), ROW_GROUP):
        yield table[rows]


def slices(lengths: npt.NDArray[np.signedinteger], most: int) -> Iterator[slice]:
    """Consecutive documents cut so that each slice holds at most ``most`` tokens, and at least one document.

    >>> list(slices(np.array([4, 3, 9, 1]), 8))
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None)]
    """
    ends = np.cumsum(lengths, dtype=np.int64)
    start = 0
    while start < ends.size:
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + most, "right")))
        yield slice(start, stop)
        start = stop


def _stats(table: pa.Table, encoder: Encoder) -> Iterator[tuple[str, str, int]]:
    for line in sorted(set(table["line"].to_pylist())):
        mine = table.filter(pc.equal(table["line"], line))
        tokens = mine["tokens"].combine_chunks()
        flat = tokens.flatten().to_numpy()
        specials = mine.num_rows * (int(encoder.bos) + int(encoder.eos))
        yield "documents", line, mine.num_rows
        yield "chars", line, pc.sum(mine["n_chars"]).as_py()
        yield "tokens", line, flat.size
        yield "tokens_bos_eos", line, specials
        yield "tokens_byte_fallback", line, int(encoder.is_byte[flat].sum())
        yield "tokens_unknown", line, int((flat == encoder.unknown).sum())
        yield "tokens_control_inside", line, int(encoder.is_control[flat].sum()) - specials
