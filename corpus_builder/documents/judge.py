"""The judge stage: stored measures and the recipe's bounds in, a verdict a document out. No text is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.documents.schema import VERDICTS, content_of
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.task import Task
from corpus_builder.recipe import Recipe, fingerprint
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Output, Store, write_parquet

# Raise when the meaning of a bound or of levels changes.
VERSION = 2


@dataclass(frozen=True, slots=True)
class JudgeJob:
    source: str
    documents: Output
    unit: str
    key: str
    recipe: Recipe
    lines: tuple[str, ...]


def plan(source: str, documents: list[Output], recipe: Recipe, lines: tuple[str, ...]) -> list[Task]:
    """A task a documents file."""
    tasks = []
    for output in documents:
        key = fingerprint([output.sha256, recipe.decided_by(), lines, VERSION])
        unit = output.path.removeprefix("documents/").removesuffix(".parquet")
        tasks.append(Task("judge", unit, key, work, JudgeJob(source, output, unit, key, recipe, lines)))
    return tasks


def work(job: JudgeJob, store: Store, watch: Watch) -> Receipt:
    """Decide every document of one file, row for row."""
    with store.open(job.documents.path) as file:
        # One column a measure: the text's pages are never touched.
        wanted = ["id", "n_chars", *(f"measures.{name}" for name in job.recipe.columns)]
        parquet = pq.ParquetFile(file)
        table = parquet.read(columns=wanted)
        read = _bytes_of(parquet.metadata, set(wanted))
    measures = table["measures"].combine_chunks()
    measured = pa.table({name: measures.field(name) for name in job.recipe.columns})
    levels, objection, objections = decide(job.recipe, measured)
    lines = pc.take(pa.array(job.lines, pa.string()), levels)
    verdicts = pa.Table.from_arrays([table["id"].combine_chunks(), lines, objection, objections], schema=VERDICTS)
    path = f"verdicts/{job.unit}.{job.key}.parquet"
    output = write_parquet(store, path, VERDICTS, iter([verdicts]), dictionary=["line", "objection"])
    dropped = {each["values"]: each["counts"] for each in pc.value_counts(objection.drop_null()).to_pylist()}
    kept = pc.count(lines).as_py()
    per_line = pa.table({"line": lines, "chars": table["n_chars"].combine_chunks()}).group_by("line")
    sums = {row["line"]: row for row in per_line.aggregate([("chars", "count"), ("chars", "sum")]).to_pylist()}
    kept_lines = [line for line in job.lines if line in sums]
    stats = [("documents", line, sums[line]["chars_count"]) for line in kept_lines]
    stats += [("chars", line, sums[line]["chars_sum"]) for line in kept_lines]
    stats += [("bytes_read", "", read), ("bytes_there", "", job.documents.bytes)]
    rows = zip(table["id"].to_pylist(), lines.to_pylist(), objection.to_pylist(), strict=True)
    return Receipt(
        source=job.source,
        counts=Counts(table.num_rows, kept, dict(sorted(dropped.items()))),
        outputs=(output,),
        stats=tuple(stats),
        content=content_of(i + f"{line}\0{why}".encode() for i, line, why in rows),
    )


def _bytes_of(metadata: pq.FileMetaData, wanted: set[str]) -> int:
    """Bytes of the file that hold these columns, and of its footer."""
    groups = (metadata.row_group(group) for group in range(metadata.num_row_groups))
    chunks = (group.column(place) for group in groups for place in range(metadata.num_columns))
    return int(metadata.serialized_size + sum(c.total_compressed_size for c in chunks if c.path_in_schema in wanted))


def decide(recipe: Recipe, measured: pa.Table) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Level index (null = rejected), the first objection, and all objections, for each row of ``measured``.

    A document takes the first level that has no objection to it. The objections told are those of the last
    level, the most tolerant: they are what keeps the document out of the corpus.
    """
    rows = measured.num_rows
    level = np.full(rows, -1, dtype=np.int8)
    said: list[pa.Array] = []
    for index, filters in enumerate(recipe.levels):
        said = [answer for f in filters for answer in f.objections(measured)]
        first = pc.coalesce(*said) if said else pa.nulls(rows, pa.string())
        clean = pc.is_null(first).to_numpy(zero_copy_only=False)
        level[(level < 0) & clean] = index
    rejected = level < 0
    levels = pa.array(level, mask=rejected)
    if not said:
        return levels, pa.nulls(rows, pa.string()), _no_objections(rows)
    # A stricter level can accept what a later one rejects only if the recipe's levels are not nested.
    mask = pa.array(rejected)
    said = [pc.if_else(mask, answer, pa.scalar(None, pa.string())) for answer in said]
    return levels, pc.coalesce(*said), _gathered(said, rows)


def _gathered(said: list[pa.Array], rows: int) -> pa.Array:
    """Column-wise answers to one list of non-null answers a row."""
    given = np.stack([pc.is_valid(a).to_numpy(zero_copy_only=False) for a in said], axis=1)
    flat = pc.take(
        pa.concat_arrays(said),
        pa.array((np.arange(len(said)) * rows + np.arange(rows)[:, None])[given]),
    )
    offsets = np.concatenate([[0], np.cumsum(given.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), flat)


def _no_objections(rows: int) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.zeros(rows + 1, np.int32)), pa.array([], pa.string()))
