"""The read stage: one input file in, documents with their measures out, and a row in quarantine for what is broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder.documents.batches import Batch, batches
from corpus_builder.documents.judge import decide
from corpus_builder.documents.schema import QUARANTINE, documents_schema
from corpus_builder.engine.receipt import Counts, InputRead, Receipt, add_contents
from corpus_builder.engine.task import Task
from corpus_builder.recipe import Recipe, fingerprint
from corpus_builder.sources.kinds import READERS, WARMERS
from corpus_builder.sources.reading import NOWHERE, Dropped, Input, Poisoned, Watch
from corpus_builder.store import Output, Store, write_parquet
from corpus_builder.store.digesting import DigestingFile
from corpus_builder.store.inputs import InputRef, open_input
from corpus_builder.versions import VERSIONS
from filters.buffers import MEASURED, batch_of
from filters.core import measure
from filters.language import best_language

# A documents file is closed when it holds this much text (bytes): it is the unit of every later stage.
PART = 64 << 20
# Rows of quarantine held before they are written: an input can be nothing but broken lines.
QUARANTINE_ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class ReadJob:
    source: str
    kind: str
    input: InputRef
    unit: str
    key: str
    recipe: Recipe
    keep_rejected: bool


def plan(source: str, kind: str, inputs: list[InputRef], recipe: Recipe, keep_rejected: bool) -> list[Task]:
    """A task an input file."""
    tasks = []
    for ref in inputs:
        decides = [kind, source, ref.name, ref.sample, ref.sha256, recipe.measured_by(), VERSIONS]
        if not keep_rejected:
            decides.append(recipe.decided_by())
        key = fingerprint(decides)
        # Named after itself, not numbered: an input that is added or removed leaves the others' units alone.
        unit = f"{source}/{_stem(ref.name)}-{fingerprint(ref.name)[:6]}"
        job = ReadJob(source, kind, ref, unit, key, recipe, keep_rejected)
        tasks.append(Task("read", unit, key, work, job, warm))
    return tasks


def warm(job: ReadJob, store: Store) -> None:
    """Load the models and compiled kernels that this kind is read with, and this recipe measures with."""
    if job.kind in WARMERS:
        WARMERS[job.kind]()
    _schema(job.recipe)


def work(job: ReadJob, store: Store, watch: Watch) -> Receipt:
    """Read, measure, write. Raises ValueError when the input is not the one that the manifest pinned."""
    tally = _Tally(job, store)
    outputs: list[Output] = []
    schema = _schema(job.recipe)
    with open_input(job.input.path) as raw:
        file = DigestingFile(raw)
        name = PurePosixPath(job.input.name).name
        readings = READERS[job.kind](Input(cast(BinaryIO, file), name, job.recipe.extractor), watch)
        heard = tally.hear(batches(job.source, job.input.name, readings, job.recipe.edits))
        for number, part in enumerate(_parts(_tables(job, schema, heard, watch))):
            path = f"documents/{job.unit}.{job.key}.{number:04d}.parquet"
            dictionary = ["source", "lang", "file"]
            outputs.append(write_parquet(store, path, schema, iter(part), dictionary=dictionary))
        watch.enter(NOWHERE)
        sha256 = file.digest()
    if job.input.sha256 not in (None, sha256):
        raise ValueError(f"{job.input.name}: sha256 is {sha256}, the manifest says {job.input.sha256}")
    tally.flush()
    errors = tuple(("quarantined", error, n) for error, n in sorted(tally.errors.items()))
    edited = tuple(("edited", name, n) for name, n in sorted(tally.edited.items()))
    return Receipt(
        source=job.source,
        counts=tally.counts(),
        outputs=(*outputs, *tally.quarantine),
        inputs=(InputRead(job.input.name, job.input.bytes, sha256),),
        stats=(("chars", "", tally.chars), ("input_bytes", "", job.input.bytes), *errors, *edited),
        content=tally.content,
    )


@dataclass(slots=True)
class _Tally:
    """What came out of the input so far. Poisoned records are written as they gather."""

    job: ReadJob
    store: Store
    kept: int = 0
    chars: int = 0
    content: str = "0" * 32
    dropped: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    edited: Counter[str] = field(default_factory=Counter)
    poisoned: list[Poisoned] = field(default_factory=list)
    quarantine: list[Output] = field(default_factory=list)

    def hear(self, items: Iterator[Batch | Dropped | Poisoned]) -> Iterator[Batch]:
        """Count everything, pass on the documents."""
        for item in items:
            if isinstance(item, Batch):
                self.kept += item.table.num_rows
                self.chars += item.chars
                self.content = add_contents([self.content, item.content])
                for name, counts in item.edited.items():
                    self.edited[name] += pc.sum(counts).as_py()
                yield item
            elif isinstance(item, Dropped):
                self.dropped[item.reason] += 1
            else:
                self.errors[item.error] += 1
                self.poisoned.append(item)
                if len(self.poisoned) >= QUARANTINE_ROWS:
                    self.flush()

    def flush(self) -> None:
        if not self.poisoned:
            return
        rows = [
            {
                **p._asdict(),
                "source": self.job.source,
                "file": p.file or self.job.input.name,
                "identity": _valid(p.identity),
                "message": _valid(p.message),
            }
            for p in self.poisoned
        ]
        table = pa.Table.from_pylist(rows, QUARANTINE)
        path = f"quarantine/{self.job.unit}.{self.job.key}.{len(self.quarantine):04d}.parquet"
        self.quarantine.append(write_parquet(self.store, path, QUARANTINE, iter([table])))
        self.poisoned.clear()

    def counts(self) -> Counts:
        poisoned = self.errors.total()
        rows_in = self.kept + self.dropped.total() + poisoned
        return Counts(rows_in, self.kept, dict(sorted(self.dropped.items())), poisoned)


def _tables(job: ReadJob, schema: pa.Schema, heard: Iterator[Batch], watch: Watch) -> Iterator[pa.Table]:
    """Documents with measures and language; rejected text left out where the source does not keep it."""
    for table, edited, *_ in heard:
        watch.enter(NOWHERE)  # what fails from here on is not the fault of the record read last
        columns = measure(job.recipe.measures, table.select(MEASURED).combine_chunks().to_batches()[0])
        if "ja" in columns:
            table = _with(table, "lang", best_language(columns))
        if not job.keep_rejected:
            levels, _, _ = decide(job.recipe, pa.table(columns))
            nothing = pa.scalar(None, pa.large_string())
            table = _with(table, "text", pc.if_else(pc.is_valid(levels), table["text"], nothing))
        columns |= edited
        measures = pa.StructArray.from_arrays(list(columns.values()), names=list(columns))
        yield table.append_column("measures", measures).cast(schema)


def _schema(recipe: Recipe) -> pa.Schema:
    """The schema of documents under a recipe: measures keep the types that they come in."""
    batch = batch_of(["暖機運転。\nwarm up ｱ"])
    measured = measure(recipe.measures, batch)
    for edit in recipe.edits:
        measured |= edit(batch)[1]
    return documents_schema({name: values.type for name, values in measured.items()})


def _with(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)


def _parts(tables: Iterator[pa.Table]) -> Iterator[list[pa.Table]]:
    """Tables gathered into files of about ``PART`` bytes of text."""
    part: list[pa.Table] = []
    size = 0
    for table in tables:
        part.append(table)
        size += table["text"].nbytes
        if size >= PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _valid(text: str) -> str:
    """What a broken record says of itself can hold lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def _stem(name: str) -> str:
    """A file name's recognisable part, safe as a path.

    >>> _stem("s3://bucket/crawl/CC-MAIN 01.warc.gz")
    'CC-MAIN-01.warc.gz'
    """
    last = PurePosixPath(name).name
    return "".join(c if (c.isalnum() and c.isascii()) or c in "-._" else "-" for c in last)[:80]
