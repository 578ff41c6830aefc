"""What a build leaves for those who ask later: the statistics table of each stage, and ``corpus.json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import pyarrow as pa

from corpus_builder.engine.receipt import Receipt
from corpus_builder.engine.seal import Seal
from corpus_builder.engine.task import Task
from corpus_builder.manifest import Manifest
from corpus_builder.recipe import Recipe, fingerprint
from corpus_builder.store import Store, write_parquet
from corpus_builder.versions import VERSIONS

# Long and additive: any partition of the rows can be summed by itself.
STATS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("metric", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("value", pa.int64(), nullable=False),
    ]
)
CORPUS = "corpus.json"


def write_stats(store: Store, seal: Seal, receipts: Mapping[Task, Receipt]) -> None:
    """``stats/<stage>.<seal>.parquet`` from the stage's receipts."""
    stage = seal.stage
    rows = sorted((r.source, stage, t.unit, *fact) for t, r in receipts.items() for fact in facts(r))
    columns = list(zip(*rows, strict=True)) or [()] * len(STATS)
    table = pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, STATS, strict=True)], schema=STATS)
    write_parquet(
        store,
        stats_path(stage, seal.digest),
        STATS,
        iter([table]),
        dictionary=["source", "stage", "metric", "key"],
    )


def stats_path(stage: str, digest: str) -> str:
    """One table a seal, so that a build under way leaves the numbers of the finished one alone."""
    return f"stats/{stage}.{digest}.parquet"


def facts(receipt: Receipt) -> Iterator[tuple[str, str, int]]:
    """(metric, key, value) of one receipt. Input of several files of one name is told apart by unit."""
    counts = receipt.counts
    yield "rows_in", "", counts.rows_in
    yield "rows_kept", "", counts.kept
    yield "rows_quarantined", "", counts.quarantined
    for reason, count in counts.dropped.items():
        yield "rows_dropped", reason, count
    yield from receipt.stats


def write_corpus(
    store: Store,
    manifest: Manifest,
    lines: Mapping[str, tuple[int, int]],
    recipes: Mapping[str, Recipe],
    seals: Mapping[str, Seal],
) -> str:
    """Write ``corpus.json``. The build hash is equal for equal documents, decisions and tokens, however split."""
    corpus = manifest.corpus
    decided = {name: fingerprint([r.name, r.measured_by(), r.decided_by()]) for name, r in recipes.items()}
    contents = {stage: each.content for stage, each in seals.items()}
    build_hash = hashlib.sha256(
        json.dumps([contents, decided, corpus.tokenizer.sha256, corpus.seed], sort_keys=True).encode()
    ).hexdigest()
    body = {
        "corpus": corpus.corpus,
        "version": corpus.version,
        "build_hash": build_hash,
        "manifest_sha256": hashlib.sha256(manifest.text.encode()).hexdigest(),
        "manifest": json.loads(corpus.model_dump_json()),
        "lines": {
            line: {"source": source, "budget_tokens": lines[line][0], "passes": lines[line][1]}
            for source in recipes
            for line in corpus.lines(source)
        },
        "recipes": {
            name: {"name": r.name, "version": r.version, "fingerprint": decided[name], "levels": r.decided_by()}
            for name, r in recipes.items()
        },
        "versions": VERSIONS,
        "seals": {stage: {**asdict(each), "path": each.path} for stage, each in seals.items()},
    }
    store.replace(CORPUS, (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode())
    return build_hash
