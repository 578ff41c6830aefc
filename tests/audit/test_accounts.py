"""The accounts of a corpus close line by line, and a gate fails when a number does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus_builder.audit.audit import Audit, audit
from corpus_builder.audit.ledger import write_corpus, write_stats
from corpus_builder.documents.schema import QUARANTINE
from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.seal import seal
from corpus_builder.engine.task import Task
from corpus_builder.errors import CallError
from corpus_builder.manifest import Corpus, Manifest
from corpus_builder.order import recipe_of
from corpus_builder.store import at, write_parquet

ROOT = Path(__file__).resolve().parents[2]
SOURCE = {
    "kind": "common_crawl",
    "recipe": "pipelines/japanese_web.py",
    "licence": "CC0-1.0",
    "inputs": ["a.warc.gz"],
    "levels": {name: {"budget_tokens": 10, "passes": 2} for name in ("first", "second", "third")},
}
BODY = {
    "corpus": "little",
    "version": "2026.11.1",
    "seed": 1,
    "tokenizer": {"file": "t.model", "sha256": "ab" * 32},
    "allowed_quarantine": 0.2,
    "sources": {"web": SOURCE},
}


def corpus_of(folder: Path, read: Counts = Counts(20, 15, {"not_html": 3}, 2)) -> Audit:  # noqa: B008  # frozen
    """A corpus of one source with three levels, read and judged: 6 + 4 + 2 documents kept, 3 rejected."""
    import pyarrow as pa

    store = at(str(folder))
    row = {"source": "web", "file": "a.warc.gz", "offset": 5, "length": 9, "identity": "", "error": "gzip_corrupt"}
    table = pa.Table.from_pylist([{**row, "message": "<b>not a tag"}], QUARANTINE)
    poisoned = write_parquet(store, "quarantine/web/0.parquet", QUARANTINE, iter([table]))
    judged = Counts(15, 12, {"long_enough/chars<100": 3})
    documents = tuple(("documents", name, n) for name, n in (("first", 6), ("second", 4), ("third", 2)))
    seals = {}
    for stage, receipt in (
        ("read", Receipt("web", read, (poisoned,))),
        ("judge", Receipt("web", judged, (), (), documents)),
    ):
        receipts = {Task(stage, "web/0", "k", print, None): receipt}
        seals[stage] = seal(stage, receipts, store)
        write_stats(store, seals[stage], receipts)
    manifest = Manifest(Corpus.model_validate(BODY), ROOT / "m.yaml", "")
    lines = {name: (10, 2) for name in ("first", "second", "third")}
    write_corpus(store, manifest, lines, {"web": recipe_of(manifest, "web")}, seals)
    return audit(store)


def failed(result: Audit) -> Sequence[str]:
    return [gate.name for gate in result.gates if not gate.ok]


def test_each_level_passes_on_what_it_does_not_take(tmp_path: Path) -> None:
    result = corpus_of(tmp_path)
    told = {name: (line.documents_in, line.documents_kept, line.dropped) for name, line in result.lines.items()}
    assert told == {
        "first": (20, 6, {"not_html": 3, "passed_to/second": 9}),
        "second": (9, 4, {"passed_to/third": 5}),
        "third": (5, 2, {"long_enough/chars<100": 3}),
    }
    assert all(line.closes for line in result.lines.values()) and failed(result) == []


def test_totals_count_a_document_once_however_many_levels_saw_it(tmp_path: Path) -> None:
    total = corpus_of(tmp_path).total
    assert (total["documents_in"], total["documents_kept"], total["quarantined"]) == (20, 12, 2)
    assert total["dropped"] == {"long_enough/chars<100": 3, "not_html": 3}


@pytest.mark.parametrize(
    ("read", "gates"),
    [
        (Counts(21, 15, {"not_html": 3}, 2), ["sums/read", "sums/lines"]),
        (Counts(21, 16, {"not_html": 3}, 2), ["handed_on/read→judge", "sums/lines"]),
        (Counts(23, 15, {"not_html": 3}, 5), ["quarantine/web"]),
    ],
)
def test_a_number_that_is_off_fails_its_gate(tmp_path: Path, read: Counts, gates: list[str]) -> None:
    result = corpus_of(tmp_path, read)
    assert set(gates) <= set(failed(result)) and not result.ok


def test_the_json_has_what_was_agreed(tmp_path: Path) -> None:
    body = json.loads(json.dumps(corpus_of(tmp_path).to_json()))
    assert set(body) == {"sources", "total", "gates", "build_hash"}
    assert set(body["gates"][0]) == {"name", "ok", "detail"}
    assert body["sources"]["first"]["variance"] == -1.0


def test_where_nothing_was_built_the_call_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"holds no corpus\.json"):
        audit(at(str(tmp_path)))
