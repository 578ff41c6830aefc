"""The match stage: a range of keys from every sketched file in, pairs of documents that share a key out.

A key that a million documents share costs a million edges to its first member, never a million squared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.seal import Seal, outputs
from corpus_builder.engine.task import Task
from corpus_builder.recipe import fingerprint
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Output, Store, write_parquet

# Keys one unit holds in memory (24 bytes each while they are sorted).
KEYS_A_UNIT = 8 << 20
VERSION = 1

# A node is a sketched document: number of its sketches file (in the seal's order) << 32 | row in it.
EDGES = pa.schema([pa.field("a", pa.uint64(), nullable=False), pa.field("b", pa.uint64(), nullable=False)])


@dataclass(frozen=True, slots=True)
class MatchJob:
    seal: str
    low: int
    high: int  # exclusive; 1 << 64 for the last unit
    unit: str
    key: str


def plan(sketched: Seal, keys: int) -> list[Task]:
    """As many equal key ranges as keep each unit's keys in memory; keys are hashes, so ranges are even."""
    units = max(1, -(-keys // KEYS_A_UNIT))
    tasks = []
    for index in range(units):
        low, high = ((1 << 64) * index // units, (1 << 64) * (index + 1) // units)
        unit, key = f"all/{index:05d}", fingerprint([sketched.digest, low, high, VERSION])
        tasks.append(Task("match", unit, key, work, MatchJob(sketched.path, low, high, unit, key)))
    return tasks


def work(job: MatchJob, store: Store, watch: Watch) -> Receipt:
    """Group by key, and link every member of a group to its first."""
    found = [
        _range(store, output, number, job.low, job.high)
        for number, output in enumerate(outputs(store, job.seal, "shuffle/keys"))
    ]
    keys = np.concatenate([k for k, _ in found]) if found else np.zeros(0, np.uint64)
    nodes = np.concatenate([n for _, n in found]) if found else np.zeros(0, np.uint64)
    order = np.lexsort((nodes, keys))
    keys, nodes = keys[order], nodes[order]
    first = np.concatenate([[True], keys[1:] != keys[:-1]]) if keys.size else np.zeros(0, bool)
    center = nodes[np.maximum.accumulate(np.where(first, np.arange(keys.size), 0))]
    edges = np.unique(np.stack([center, nodes], axis=1)[~first], axis=0)
    edges = edges[edges[:, 0] != edges[:, 1]]
    table = pa.table({"a": edges[:, 0].copy(), "b": edges[:, 1].copy()}, schema=EDGES)
    output = write_parquet(store, f"shuffle/edges/{job.unit}.{job.key}.parquet", EDGES, iter([table]))
    follows = int((~first).sum())
    alone = int(keys.size) - follows - int((first[:-1] & ~first[1:]).sum())
    return Receipt(
        source="",
        counts=Counts(int(keys.size), int(keys.size) - alone, {"shared_with_nobody": alone} if alone else {}),
        outputs=(output,),
        stats=(("edges", "", len(edges)),),
    )


def _range(
    store: Store, output: Output, number: int, low: int, high: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    keys, rows = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
    with store.open(output.path) as file:
        for table in _groups_in(pq.ParquetFile(file), low, high):
            key = table["key"].to_numpy()
            inside = (key >= np.uint64(low)) & (key <= np.uint64(high - 1))
            keys.append(key[inside])
            rows.append(table["row"].to_numpy()[inside].astype(np.uint64))
    return np.concatenate(keys), np.concatenate(rows) | np.uint64(number << 32)


def _groups_in(parquet: pq.ParquetFile, low: int, high: int) -> Iterator[pa.Table]:
    for group in range(parquet.num_row_groups):
        statistics = parquet.metadata.row_group(group).column(0).statistics
        if statistics is None or (statistics.max >= low and statistics.min < high):
            yield parquet.read_row_group(group)
