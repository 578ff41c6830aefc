"""What a finished or half-finished build can be asked: relations over the files of the current corpus, never over
leftovers of other builds, and views that join them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_builder.audit.ledger import STATS, stats_path
from corpus_builder.audit.scan import Part, Piece, Relation
from corpus_builder.dedup.cluster import DUPLICATES
from corpus_builder.documents.schema import COLUMNS, QUARANTINE, VERDICTS
from corpus_builder.engine.receipt import Receipt
from corpus_builder.engine.seal import outputs
from corpus_builder.store import Output, Store
from corpus_builder.tokens.mix import PLAN, SEQUENCES
from corpus_builder.tokens.shards import SHARD

HELD = {"source": pa.string(), "path": pa.string(), "row": pa.int64()}
FILES = {"stage": pa.string(), "source": pa.string(), "unit": pa.string(), "path": pa.string()}
FILES |= {"bytes": pa.int64(), "rows": pa.int64(), "sha256": pa.string()}
RECEIPTS = {"stage": pa.string(), "source": pa.string(), "unit": pa.string()}
RECEIPTS |= dict.fromkeys(("rows_in", "kept", "dropped", "quarantined"), pa.int64())
RECEIPTS |= {"dropped_for": pa.map_(pa.string(), pa.int64()), "inputs": pa.list_(pa.string()), "path": pa.string()}
BOUNDS = {"source": pa.string(), "line": pa.string(), "level": pa.int32(), "filter": pa.string()}
BOUNDS |= {"measure": pa.string(), "low": pa.float64(), "high": pa.float64()}
LINES = {"line": pa.string(), "source": pa.string(), "kind": pa.string(), "licence": pa.string()}
LINES |= {"recipe": pa.string(), "budget_tokens": pa.int64(), "passes": pa.int32(), "keep_rejected": pa.string()}

# The order of columns in ``documents``: these, the measures, the rest, and where the row lies.
FIRST = ("id", "source", "url", "lang", "date", "n_chars", "text")
LAST = ("path", "row")


@dataclass(frozen=True, slots=True)
class View:
    """``sql`` over the relations (None: the relation itself). ``rows`` is None where only asking tells."""

    name: str
    about: str
    sql: str | None = None
    rows: int | None = None


def relations(store: Store, corpus: Mapping[str, Any]) -> list[Relation]:
    """The tables that views stand on."""
    seals = corpus["seals"]
    duplicates = {"path": "file"} | {n: n for n in DUPLICATES.names if n != "file"}
    stats = [Output(stats_path(stage, seal["digest"]), 0, "", 0) for stage, seal in seals.items()]
    shards = _files(store, seals, "shards", "tokens")
    return [
        _documents(store, corpus),
        _plain("duplicates", DUPLICATES, _files(store, seals, "cluster", "duplicates"), duplicates),
        Relation(
            "all_tokens",
            _schema({"line": pa.string(), "pass": pa.int32(), "shard": pa.string()}, SHARD),
            _shards(shards),
        ),
        _plain("stats", STATS, stats),
        _plain("quarantine", QUARANTINE, _files(store, seals, "read", "quarantine")),
        _plain("mix", PLAN, [o for o in _files(store, seals, "mix", "mix") if "/plan." in o.path]),
        _plain("sequences", SEQUENCES, [o for o in _files(store, seals, "mix", "mix") if "/sequences." in o.path]),
        Relation("lines", pa.schema(LINES), small=lambda: _lines(corpus)),
        Relation("bounds", pa.schema(BOUNDS), small=lambda: bounds(corpus)),
        Relation("files", pa.schema(FILES), small=lambda: _sealed(store, seals)),
        Relation("receipts", pa.schema(RECEIPTS), small=lambda: _receipts(store, seals)),
    ]


def views(all_: Sequence[Relation], corpus: Mapping[str, Any]) -> list[View]:
    """What is offered, in the order in which it is told of."""
    names = all_[0].schema.names
    measures = names[names.index("meta") + 1 : names.index("line")]
    rest = [n for n in names if n not in {*FIRST, *measures, *LAST, "line", "objection", "objections"}]
    base = ", ".join(f'"{name}"' for name in (*FIRST, *measures, *rest, *LAST))
    named = ", ".join(f"'{m}'" for m in measures)
    numbers = ", ".join(f'"{m}"::DOUBLE' for m in measures)
    long = (
        f"SELECT id, source, path, row, unnest([{named}]::VARCHAR[]) AS measure, unnest([{numbers}]::DOUBLE[]) AS value"
    )
    verdicts = 'SELECT id, source, url, "line", objection, objections, path, row FROM all_documents'
    kept = {stage: seal["counts"]["kept"] for stage, seal in corpus["seals"].items()}
    gone = sum(corpus["seals"]["cluster"]["counts"]["dropped"].values()) if "cluster" in kept else 0
    units = sum(seal["units"] for seal in corpus["seals"].values())
    read, judged = kept["read"], kept["read"] if "judge" in kept else 0
    return [
        View(
            "documents",
            "every document that was read, its measures, and its text",
            f"SELECT {base} FROM all_documents",
            read,
        ),
        View("decisions", "what became of each document, in one word, and for what", DECISIONS, read),
        View("verdicts", "the line that each document counts to, or every objection to it", verdicts, judged),
        View("objections", "a row an objection; sole: nothing else keeps the document out", OBJECTIONS),
        View(
            "measures",
            "a row a document and measure that its recipe takes",
            f"SELECT * FROM ({long} FROM all_documents) WHERE value IS NOT NULL",
        ),
        View("duplicates", "what was removed for what, and the similarity that was verified", None, gone),
        View(
            "tokens",
            "a row a document and pass: where it stands in the shards",
            "SELECT * EXCLUDE (tokens) FROM all_tokens",
            kept.get("shards", 0),
        ),
        View(
            "token_ids",
            "the token ids themselves",
            'SELECT doc_id, "line", pass, shard, tokens FROM all_tokens',
            kept.get("shards", 0),
        ),
        View("mix", "sequences of each line and pass in each block of training"),
        View("sequences", "sequences in each shard"),
        View(
            "quarantine",
            "what could not be read, and where it lies",
            None,
            corpus["seals"]["read"]["counts"]["quarantined"],
        ),
        View("stats", "every count, by stage, source, unit, metric and key"),
        View("lines", "budget lines, with kind, licence and recipe", None, len(corpus["lines"])),
        View("bounds", "what the recipes ask of each measure, by line", None, len(list(bounds(corpus)))),
        View("files", "every file of the corpus, with its digest"),
        View("receipts", "what each unit of work took in and gave out", None, units),
    ]


DECISIONS = """
SELECT d.id, d.source, d.url, d."line", d.objection, d.objections,
  CASE WHEN x.row IS NOT NULL THEN 'duplicate' WHEN d."line" IS NOT NULL THEN 'kept'
       WHEN d.objections IS NOT NULL THEN 'rejected' END AS decision,
  x.kept AS kept_instead, x.reason AS duplicate, x.similarity, d.n_chars, d.lang, d.path, d.row
FROM all_documents d LEFT JOIN duplicates x ON d.path = x.path AND d.row = x.row
"""
OBJECTIONS = """
SELECT id, source, url, unnest(objections) AS objection, objection AS first, len(objections) = 1 AS sole, path, row
FROM all_documents WHERE objection IS NOT NULL
"""


def measure_column(name: str) -> str:
    """The column of a measure in ``documents``: its name, unless documents have that already.

    >>> measure_column("kana_ratio"), measure_column("lang")
    ('kana_ratio', 'lang_measure')
    """
    return f"{name}_measure" if name in {*COLUMNS.names, *HELD, *VERDICTS.names} else name


def bounds(corpus: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a bound, by source and level. Nothing where the corpus was not judged by it: bounds are the recipe's."""
    for source, recipe in corpus["recipes"].items():
        lines = [name for name, each in corpus["lines"].items() if each["source"] == source]
        for level, (line, filters) in enumerate(zip(lines, recipe["levels"], strict=True)):
            for name, limits in filters:
                for measure, low, high in limits:
                    of = {"source": source, "line": line, "level": level, "filter": name, "measure": measure}
                    yield {**of, "low": low, "high": high}


def _documents(store: Store, corpus: Mapping[str, Any]) -> Relation:
    """Documents with their measures, and beside each the verdict on it."""
    seals = corpus["seals"]
    judged = {o.path.rpartition(".")[0].rpartition(".")[0]: o.path for o in _files(store, seals, "judge", "verdicts")}
    told = ("line", "objection", "objections")
    parts, measures, of_source = [], dict[str, pa.DataType](), dict[str, dict[str, str]]()
    for output in _files(store, seals, "read", "documents"):
        source = output.path.split("/")[1]
        if source not in of_source:
            with store.open(output.path) as file:
                schema = pq.read_schema(file)
            found = schema.field("measures").type
            # A corpus of an earlier version may lack a column: it is null there.
            of_source[source] = {n: n for n in COLUMNS.names if n != "source" and n in schema.names}
            of_source[source] |= {measure_column(f.name): f"measures.{f.name}" for f in found}
            for f in found:
                name = measure_column(f.name)
                measures[name] = f.type if measures.get(name, f.type) == f.type else pa.float64()
        verdicts = judged.get("verdicts/" + output.path.removeprefix("documents/").removesuffix(".parquet"))
        beside = (Piece(verdicts, {name: name for name in told}),) if verdicts else ()
        parts.append(Part({"source": source, "path": output.path}, (Piece(output.path, of_source[source]), *beside)))
    columns = {f.name: f.type for f in COLUMNS if f.name != "source"}
    verdict = {name: VERDICTS.field(name).type for name in told}
    return Relation("all_documents", _schema(HELD, pa.schema({**columns, **measures, **verdict})), tuple(parts))


def _schema(more: Mapping[str, pa.DataType], schema: pa.Schema) -> pa.Schema:
    """Nullable fields; digests as the hex text that people write."""
    fields = {f.name: pa.string() if f.type == pa.binary(16) else f.type for f in schema}
    return pa.schema([pa.field(name, type_) for name, type_ in {**more, **fields}.items()])


def _plain(name: str, schema: pa.Schema, files: list[Output], columns: Mapping[str, str] | None = None) -> Relation:
    """Files as they are, but for the names of columns."""
    columns = columns or {n: n for n in schema.names}
    fields = pa.schema([schema.field(old).with_name(new) for new, old in columns.items()])
    parts = tuple(Part({}, (Piece(o.path, columns),)) for o in files)
    return Relation(name, _schema({}, fields), parts)


def _files(store: Store, seals: Mapping[str, Any], stage: str, folder: str) -> list[Output]:
    return outputs(store, seals[stage]["path"], folder) if stage in seals else []


def _shards(files: list[Output]) -> tuple[Part, ...]:
    columns = {name: name for name in SHARD.names}
    parts = []
    for output in files:
        line, number = output.path.split("/")[1:3]
        constants = {"line": line, "pass": int(number.removeprefix("pass-")), "shard": output.path}
        parts.append(Part(constants, (Piece(output.path, columns),)))
    return tuple(parts)


def _lines(corpus: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for line, each in corpus["lines"].items():
        source = corpus["manifest"]["sources"][each["source"]]
        said = {name: source[name] for name in ("kind", "licence", "recipe", "keep_rejected")}
        yield {"line": line, **each, **said}


def _units(store: Store, seals: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for stage, seal in seals.items():
        for unit in json.loads(store.get(seal["path"]) or b'{"units": []}')["units"]:
            yield stage, unit


def _sealed(store: Store, seals: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for stage, unit in _units(store, seals):
        for output in unit["outputs"]:
            yield {"stage": stage, "source": unit["source"], "unit": unit["unit"], **output}


def _receipts(store: Store, seals: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One small file a unit: slow where there are very many, so read only when they are asked for."""
    for stage, unit in _units(store, seals):
        if (data := store.get(unit["receipt"])) is None:
            continue
        receipt = Receipt.from_json(data)
        counts = receipt.counts
        yield {
            **{"stage": stage, "source": unit["source"], "unit": unit["unit"], "path": unit["receipt"]},
            **{"rows_in": counts.rows_in, "kept": counts.kept, "quarantined": counts.quarantined},
            **{"dropped": sum(counts.dropped.values()), "dropped_for": list(counts.dropped.items())},
            "inputs": [each.name for each in receipt.inputs],
        }
