"""The sketch stage: of each kept document, what is needed to find and to verify its duplicates.

Two files a documents file: ``sketches`` (a row a document) and ``keys`` (a row for everything that two duplicates
would share), sorted by key, so that the next stage reads any range of keys from every file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.dedup.minhash import band_keys, pair_keys, signatures
from corpus_builder.documents.schema import ID, content_of, halves
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.task import Task
from corpus_builder.recipe import NearDuplicates, fingerprint
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Output, Store, write_parquet

# Raise when keys or signatures change.
VERSION = 1
KEYS_A_GROUP = 1 << 17
SAME_ID, SAME_TEXT, BAND = 0, 1, 2

SKETCHES = pa.schema(
    [
        pa.field("id", ID, nullable=False),
        pa.field("row", pa.int32(), nullable=False),  # in the documents file
        pa.field("line", pa.string(), nullable=False),
        pa.field("date", pa.int32(), nullable=False),  # days since 1970; undated is after everything
        pa.field("text_sha", ID, nullable=False),
        pa.field("ngram", pa.int8(), nullable=False),  # 0: too short for n-grams, compared exactly only
        pa.field("signature", pa.binary(), nullable=False),
    ]
)
KEYS = pa.schema([pa.field("key", pa.uint64(), nullable=False), pa.field("row", pa.int32(), nullable=False)])


class Kept(NamedTuple):
    """A documents file with its verdicts: what every later stage starts from."""

    documents: Output
    verdicts: Output


@dataclass(frozen=True, slots=True)
class SketchJob:
    source: str
    kept: Kept
    unit: str
    key: str
    near: NearDuplicates | None


def plan(source: str, kept: list[Kept], near: NearDuplicates | None) -> list[Task]:
    """A task a documents file."""
    tasks = []
    shape = [near.ngram, near.bands, near.rows, near.least_ngrams] if near else None
    for each in kept:
        key = fingerprint([each.documents.sha256, each.verdicts.sha256, shape, VERSION])
        unit = each.documents.path.removeprefix("documents/").removesuffix(".parquet")
        tasks.append(Task("sketch", unit, key, work, SketchJob(source, each, unit, key, near), warm))
    return tasks


def warm(job: SketchJob, store: Store) -> None:
    _sketched(["暖機運転のための文です。"] * 2, job.near or NearDuplicates())


def work(job: SketchJob, store: Store, watch: Watch) -> Receipt:
    """Sketch every kept document of one file."""
    tables = list(kept_rows(store, job.kept, ["id", "text", "text_sha", "date"], _sketch(job.near)))
    table = pa.concat_tables(tables) if tables else _empty()
    keys = _sorted(table)
    table = table.drop_columns(["keys"])
    outputs = (
        write_parquet(
            store,
            f"shuffle/sketches/{job.unit}.{job.key}.parquet",
            SKETCHES,
            iter([table]),
            dictionary=["line"],
        ),
        write_parquet(store, f"shuffle/keys/{job.unit}.{job.key}.parquet", KEYS, _groups(keys)),
    )
    total, wanted = job.kept.documents.rows, judged_kept(store, job.kept)
    return Receipt(
        source=job.source,
        counts=Counts(
            total,
            table.num_rows,
            {"rejected": total - wanted} if total > wanted else {},
        ),
        outputs=outputs,
        stats=(
            ("too_short_for_ngrams", "", int(pc.sum(pc.equal(table["ngram"], 0)).as_py() or 0)),
            ("keys", "", keys.num_rows),
        ),
        content=content_of(i + s for i, s in zip(table["id"].to_pylist(), table["signature"].to_pylist(), strict=True)),
    )


def judged_kept(store: Store, kept: Kept) -> int:
    """How many documents the verdicts keep."""
    with store.open(kept.verdicts.path) as file:
        lines = pq.read_table(file, columns=["line"])["line"]
    return int(len(lines) - lines.null_count)


def kept_rows(store: Store, kept: Kept, columns: list[str], turn: Callable[[pa.Table], pa.Table]) -> Iterator[pa.Table]:
    """Row group by row group, the kept documents with ``row`` and ``line`` beside ``columns``, turned."""
    with store.open(kept.verdicts.path) as file:
        lines = pq.read_table(file, columns=["line"])["line"].combine_chunks()
    start = 0
    with store.open(kept.documents.path) as file:
        parquet = pq.ParquetFile(file)
        for group in range(parquet.num_row_groups):
            table = parquet.read_row_group(group, columns=columns)
            here = lines.slice(start, table.num_rows)
            rows = pa.array(np.arange(start, start + table.num_rows, dtype=np.int32))
            start += table.num_rows
            table = table.append_column("row", rows).append_column("line", here)
            table = table.filter(pc.is_valid(here))
            if table.num_rows:
                yield turn(table)


def _sketch(near: NearDuplicates | None) -> Callable[[pa.Table], pa.Table]:
    def turn(table: pa.Table) -> pa.Table:
        rows = table.num_rows
        ids, shas = (halves(table[name]) for name in ("id", "text_sha"))
        keys = [pair_keys(ids, SAME_ID), pair_keys(shas, SAME_TEXT)]
        ngram, signature = np.zeros(rows, np.int8), [b""] * rows
        if near is not None:
            values, counts, bands = _sketched(table["text"].to_pylist(), near)
            enough = counts >= near.least_ngrams
            ngram[enough] = near.ngram
            signature = [v.tobytes() if e else b"" for v, e in zip(values, enough, strict=True)]
            keys += [np.where(enough, bands[:, band], np.uint64(0)) for band in range(near.bands)]
        dates = pc.fill_null(pc.cast(table["date"], pa.int32()), np.iinfo(np.int32).max)
        listed = np.stack(keys, axis=1)
        columns = [
            table["id"],
            table["row"],
            table["line"],
            dates,
            table["text_sha"],
            pa.array(ngram),
            pa.array(signature, pa.binary()),
        ]
        out = pa.Table.from_arrays(columns, names=SKETCHES.names).cast(SKETCHES)
        return out.append_column("keys", pa.FixedSizeListArray.from_arrays(pa.array(listed.ravel()), listed.shape[1]))

    return turn


def _sketched(
    texts: list[str], near: NearDuplicates
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    values, counts = signatures(texts, near.ngram, near.bands * near.rows)
    return (
        values,
        counts,
        band_keys(values, near.bands, near.rows, np.uint64(near.ngram << 32 | near.bands * near.rows << 8 | BAND)),
    )


def _sorted(table: pa.Table) -> pa.Table:
    """Key 0 stands for no key. Rows are numbers into the sketches."""
    lists = table["keys"].combine_chunks()
    width = lists.type.list_size if table.num_rows else 1
    keys = lists.flatten().to_numpy(zero_copy_only=False).astype(np.uint64)
    rows = np.repeat(np.arange(table.num_rows, dtype=np.int32), width)
    order = np.lexsort((rows, keys))
    order = order[keys[order] != 0]
    return pa.table({"key": keys[order], "row": rows[order]}, schema=KEYS)


def _groups(keys: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, keys.num_rows, KEYS_A_GROUP):
        yield keys.slice(start, KEYS_A_GROUP)


def _empty() -> pa.Table:
    table = SKETCHES.empty_table()
    return table.append_column("keys", pa.array([], pa.list_(pa.uint64(), 1)))
