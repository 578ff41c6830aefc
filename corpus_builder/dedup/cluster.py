"""The cluster stage: edges in, the map removed → kept out, each removal verified.

Connected components only say which documents to compare. Inside one, documents are taken by rank (source priority,
then date, then id), and each is removed only if it is similar enough to one that was kept before it: chains
A ~ B ~ C with A unlike C lose nobody who resembles no survivor. The result depends on the set of documents alone.

One unit, with every document that has an edge in memory, about 2.5 kB each: 400,000 of them fill a worker of 1 GiB.
Verification compares a document with the survivors of its component only, so it is quadratic in those.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.dedup.components import components, verified
from corpus_builder.documents.schema import ID, content_of, halves
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.seal import Seal, outputs
from corpus_builder.engine.task import Task
from corpus_builder.recipe import fingerprint
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Store, write_parquet

VERSION = 1
# Small groups, so that who looks for one documents file reads little else.
ROWS_A_GROUP = 1 << 14
REASONS = ("same_id", "exact", "near")

DUPLICATES = pa.schema(
    [
        pa.field("removed", ID, nullable=False),
        pa.field("kept", ID, nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("similarity", pa.float32(), nullable=False),  # verified, of removed to kept
        pa.field("cluster", ID, nullable=False),  # the id of the component's first document
        pa.field("cluster_size", pa.int32(), nullable=False),
        pa.field("removed_line", pa.string(), nullable=False),
        pa.field("kept_line", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),  # documents file and row of the removed
        pa.field("row", pa.int32(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class ClusterJob:
    sketched: str
    matched: str
    lines: tuple[str, ...]  # in order of priority
    thresholds: tuple[float, ...]  # one a line
    key: str


def plan(sketched: Seal, matched: Seal, thresholds: dict[str, float]) -> list[Task]:
    """One task. ``thresholds`` has every line of the manifest, in order of priority."""
    lines, values = tuple(thresholds), tuple(thresholds.values())
    key = fingerprint([sketched.digest, matched.digest, lines, values, VERSION])
    return [
        Task(
            "cluster",
            "all/00000",
            key,
            work,
            ClusterJob(sketched.path, matched.path, lines, values, key),
        )
    ]


def work(job: ClusterJob, store: Store, watch: Watch) -> Receipt:
    """Components, ranks, verification, map."""
    edges = [_edges(store, o.path) for o in outputs(store, job.matched, "shuffle/edges")]
    nodes, flat = np.unique(np.concatenate([np.zeros((0, 2), np.uint64), *edges]), return_inverse=True)
    component = components(flat.reshape(-1, 2), nodes.size)
    members = _members(store, job, nodes)
    # By component, then rank inside it; file and row only part documents that are the same in every respect.
    ids, shas = halves(members["id"]), halves(members["text_sha"])
    rank = (
        members["priority"].to_numpy(),
        members["date"].to_numpy(),
        *_bytewise(ids),
        *_bytewise(shas),
    )
    order = np.lexsort((nodes, *reversed(rank), component))
    kept, why, similarity = verified(
        component[order],
        ids[order],
        shas[order],
        _signatures(members)[order],
        members["ngram"].to_numpy()[order],
        pc.divide(pc.binary_length(members["signature"]), 4).to_numpy().astype(np.int64)[order],
        np.asarray(job.thresholds)[members["priority"].to_numpy()][order],
    )
    table = _map(members, order, component, kept, why, similarity)
    output = write_parquet(
        store,
        f"duplicates/duplicates.{job.key}.parquet",
        DUPLICATES,
        (table.slice(start, ROWS_A_GROUP) for start in range(0, table.num_rows, ROWS_A_GROUP)),
        dictionary=["reason", "removed_line", "kept_line", "file"],
    )
    dropped = {reason: int((why == code).sum()) for code, reason in enumerate(REASONS)}
    return Receipt(
        source="",
        counts=Counts(int(nodes.size), int((kept < 0).sum()), {k: n for k, n in dropped.items() if n}),
        outputs=(output,),
        stats=(("components", "", int(component.max(initial=-1)) + 1), *_per_line(table)),
        content=content_of(r + k for r, k in zip(table["removed"].to_pylist(), table["kept"].to_pylist(), strict=True)),
    )


def _edges(store: Store, path: str) -> npt.NDArray[np.uint64]:
    with store.open(path) as file:
        table = pq.read_table(file)
    return np.stack([table["a"].to_numpy(), table["b"].to_numpy()], axis=1)


def _members(store: Store, job: ClusterJob, nodes: npt.NDArray[np.uint64]) -> pa.Table:
    """Sketches of the nodes, in the nodes' order (files ascending, rows ascending), with priority and file."""
    files, rows = nodes >> np.uint64(32), (nodes & np.uint64(0xFFFFFFFF)).astype(np.int64)
    order = {line: index for index, line in enumerate(job.lines)}
    parts = []
    for number, output in enumerate(outputs(store, job.sketched, "shuffle/sketches")):
        here = rows[files == number]
        if here.size:
            with store.open(output.path) as file:
                part = pq.read_table(file).take(pa.array(here))
            priority = np.array([order[line] for line in part["line"].to_pylist()], np.int64)
            path = output.path.removeprefix("shuffle/sketches/").rpartition(".")[0].rpartition(".")[0]
            name = pa.array([f"documents/{path}.parquet"] * len(here), pa.string())
            parts.append(part.append_column("priority", pa.array(priority)).append_column("file", name))
    if parts:
        return pa.concat_tables(parts).combine_chunks()
    return pa.schema(
        [
            ("id", ID),
            ("row", pa.int32()),
            ("line", pa.string()),
            ("date", pa.int32()),
            ("text_sha", ID),
            ("ngram", pa.int8()),
            ("signature", pa.binary()),
            ("priority", pa.int64()),
            ("file", pa.string()),
        ]
    ).empty_table()


def _bytewise(digests: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint64], ...]:
    """Numbers that sort as the 16 bytes do."""
    return digests[:, 0].byteswap(), digests[:, 1].byteswap()


def _signatures(members: pa.Table) -> npt.NDArray[np.uint32]:
    """(documents, values); short documents, and recipes with fewer values, are padded (and compared without that)."""
    each = [np.frombuffer(data, np.uint32) for data in members["signature"].to_pylist()]
    out = np.zeros((len(each), max((s.size for s in each), default=0)), np.uint32)
    for row, signature in enumerate(each):
        out[row, : signature.size] = signature
    return out


def _map(
    members: pa.Table,
    order: npt.NDArray[np.int64],
    component: npt.NDArray[np.int64],
    kept: npt.NDArray[np.int64],
    why: npt.NDArray[np.int64],
    similarity: npt.NDArray[np.float32],
) -> pa.Table:
    """The removed rows, sorted by documents file and row."""
    ranked = members.take(pa.array(order))
    groups = component[order]
    first = np.searchsorted(groups, groups)  # of the component, in rank order
    sizes = np.bincount(groups, minlength=1)
    removed = np.flatnonzero(kept >= 0)
    gone, stays, head = (ranked.take(pa.array(i)) for i in (removed, kept[removed], first[removed]))
    columns = {
        "removed": gone["id"],
        "kept": stays["id"],
        "reason": pa.array([REASONS[code] for code in why[removed]], pa.string()),
        "similarity": pa.array(similarity[removed]),
        "cluster": head["id"],
        "cluster_size": pa.array(sizes[groups[removed]].astype(np.int32)),
        "removed_line": gone["line"],
        "kept_line": stays["line"],
        "file": gone["file"],
        "row": gone["row"],
    }
    return pa.table(columns).cast(DUPLICATES).sort_by([("file", "ascending"), ("row", "ascending")])


def _per_line(table: pa.Table) -> list[tuple[str, str, int]]:
    """Removals by line and reason, and from which line to which."""
    reasons = table.group_by(["removed_line", "reason"]).aggregate([([], "count_all")]).to_pylist()
    pairs = table.group_by(["removed_line", "kept_line"]).aggregate([([], "count_all")]).to_pylist()
    rows = [("removed", f"{r['removed_line']}/{r['reason']}", r["count_all"]) for r in reasons]
    rows += [("removed_for", f"{r['removed_line']}→{r['kept_line']}", r["count_all"]) for r in pairs]
    return sorted(rows)
