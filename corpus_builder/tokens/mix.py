"""The mix stage: how many sequences of which line and pass each block of training takes. Integers to the end.

A sequence is ``length`` tokens to predict, so it covers ``length`` + 1 tokens and shares one with the next. Sequences
are cut inside a shard; the rest of a shard that fills none is dropped and counted. A block is 64 global batches.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.seal import Seal, outputs
from corpus_builder.engine.task import Task
from corpus_builder.recipe import fingerprint
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Store, write_parquet

VERSION = 1
BATCHES_A_BLOCK = 64

PLAN = pa.schema(
    [
        pa.field("block", pa.int32(), nullable=False),
        pa.field("line", pa.string(), nullable=False),
        pa.field("pass", pa.int32(), nullable=False),
        pa.field("first", pa.int64(), nullable=False),  # sequence of that line and pass
        pa.field("count", pa.int64(), nullable=False),
    ]
)
SEQUENCES = pa.schema(
    [
        pa.field("line", pa.string(), nullable=False),
        pa.field("pass", pa.int32(), nullable=False),
        pa.field("shard", pa.string(), nullable=False),
        pa.field("tokens", pa.int64(), nullable=False),
        pa.field("first", pa.int64(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("tail_tokens", pa.int64(), nullable=False),  # of the shard, in no sequence
    ]
)


@dataclass(frozen=True, slots=True)
class MixJob:
    sharded: str
    lines: tuple[tuple[str, int], ...]  # line and passes, in manifest order
    length: int
    global_batch: int
    key: str


def plan(sharded: Seal, lines: tuple[tuple[str, int], ...], length: int, global_batch: int) -> list[Task]:
    """One task."""
    key = fingerprint([sharded.digest, lines, length, global_batch, VERSION])
    return [Task("mix", "all/00000", key, work, MixJob(sharded.path, lines, length, global_batch, key))]


def work(job: MixJob, store: Store, watch: Watch) -> Receipt:
    """Count the sequences of every shard, then give each block its share of every line."""
    sequences = _sequences(store, job)
    totals = {(line, number): 0 for line, passes in job.lines for number in range(1, passes + 1)}
    for row in sequences.to_pylist():
        totals[row["line"], row["pass"]] += row["count"]
    lines = [line for line, _ in job.lines]
    wanted = [sum(n for (name, _), n in totals.items() if name == line) for line in lines]
    rows = _rows(lines, quotas(wanted, job.global_batch * BATCHES_A_BLOCK), totals)
    table = pa.Table.from_pylist(rows, PLAN)
    out = (
        write_parquet(store, f"mix/plan.{job.key}.parquet", PLAN, iter([table]), dictionary=["line"]),
        write_parquet(
            store,
            f"mix/sequences.{job.key}.parquet",
            SEQUENCES,
            iter([sequences]),
            dictionary=["line"],
        ),
    )
    total = sum(wanted)
    content = hashlib.sha256(repr(rows).encode()).hexdigest()[:32]
    tails = sum(sequences["tail_tokens"].to_pylist())
    stats = (
        ("sequences", "", total),
        ("steps", "", -(-total // job.global_batch)),
        ("tail_tokens", "", tails),
    )
    planned = sum(table["count"].to_pylist())
    return Receipt("", Counts(total, planned), out, (), stats, content)


def _sequences(store: Store, job: MixJob) -> pa.Table:
    order = {line: index for index, (line, _) in enumerate(job.lines)}
    rows: list[dict[str, Any]] = []
    for output in outputs(store, job.sharded, "tokens"):
        with store.open(output.path) as file:
            footer = pq.read_metadata(file).metadata
        tokens, line = int(footer[b"tokens"]), footer[b"line"].decode()
        count = max(0, tokens - 1) // job.length
        tail = tokens - (count * job.length + 1) if count else tokens
        rows.append(
            {
                "line": line,
                "pass": int(footer[b"pass"]),
                "shard": output.path,
                "tokens": tokens,
                "count": count,
                "tail_tokens": tail,
            }
        )
    rows.sort(key=lambda r: (order[r["line"]], r["pass"], r["shard"]))
    done: dict[tuple[str, int], int] = {}
    for row in rows:
        stream = row["line"], row["pass"]
        row["first"] = done.get(stream, 0)
        done[stream] = row["first"] + row["count"]
    return pa.Table.from_pylist(rows, SEQUENCES)


def quotas(totals: Sequence[int], block: int) -> npt.NDArray[np.int64]:
    """(blocks, lines) sequences: every block but the last has exactly ``block``, every line is used up exactly.

    Sequence k (from 1) of a line with n of them stands at the time (2k − 1) / 2n, and blocks are cut from all
    sequences in order of time (the Sainte-Laguë method), so a line is spread evenly, and never by floating point.

    >>> quotas([6, 3, 1], 5).tolist()
    [[3, 2, 0], [3, 1, 1]]
    """
    total, taken, rows = sum(totals), [0] * len(totals), []
    for end in range(block, total + block, block):
        now = _taken(totals, min(end, total))
        rows.append([new - had for new, had in zip(now, taken, strict=True)])
        taken = now
    return np.array(rows, np.int64).reshape(-1, len(totals))


def _taken(totals: Sequence[int], end: int) -> list[int]:
    """How many of each line are among the first ``end`` of all."""
    total = sum(totals)
    # All that stand up to a time that is surely early enough, then the next ones one by one.
    early = max(0, end - len(totals))
    taken = [(2 * n * early + total) // (2 * total) if early else 0 for n in totals]
    waiting = [(Fraction(2 * t + 1, 2 * n), i) for i, (n, t) in enumerate(zip(totals, taken, strict=True)) if n > t]
    heapq.heapify(waiting)
    for _ in range(end - sum(taken)):
        time, line = heapq.heappop(waiting)
        taken[line] += 1
        if taken[line] < totals[line]:
            heapq.heappush(waiting, (time + Fraction(1, totals[line]), line))
    return taken


def _rows(
    lines: list[str], shares: npt.NDArray[np.int64], totals: dict[tuple[str, int], int]
) -> list[dict[str, object]]:
    """A line's passes follow one another; a block that crosses from one to the next has a row for each."""
    rows: list[dict[str, object]] = []
    position = {line: (1, 0) for line in lines}
    for block, share in enumerate(shares.tolist()):
        for line, count in zip(lines, share, strict=True):
            while count:
                number, first = position[line]
                here = min(count, totals[line, number] - first)
                if here:
                    rows.append(
                        {
                            "block": block,
                            "line": line,
                            "pass": number,
                            "first": first,
                            "count": here,
                        }
                    )
                count -= here
                position[line] = (number, first + here) if count == 0 else (number + 1, 0)
    return rows
