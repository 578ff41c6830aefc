"""Why is a document in or out? Every stage's word on it, from what the stages left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.audit.accounts import read_corpus
from corpus_builder.documents.schema import ID, halves
from corpus_builder.engine.seal import outputs
from corpus_builder.errors import CallError
from corpus_builder.store import Store
from corpus_builder.tokens.order import sort_keys


@dataclass(frozen=True, slots=True)
class Bounded:
    """One bound of one level, and the document's value of its measure."""

    level: str
    name: str
    value: float | None
    low: float | None
    high: float | None

    @property
    def holds(self) -> bool:
        """Undefined never holds."""
        if self.value is None or self.value != self.value:
            return False
        # In the precision that measures are stored and judged in.
        value = np.float32(self.value)
        above = self.low is None or value >= np.float32(self.low)
        below = self.high is None or value <= np.float32(self.high)
        return bool(above and below)


@dataclass(frozen=True, slots=True)
class Story:
    """``document`` is its row without text; ``duplicate`` the row of the map that removed it; ``used`` its place in
    each pass: (pass, shard path, tokens)."""

    document: dict[str, Any]
    verdict: dict[str, Any] | None
    bounds: list[Bounded]
    duplicate: dict[str, Any] | None
    used: list[tuple[int, str, int]]


def why(store: Store, wanted: str) -> list[Story]:
    """The stories of the documents with an id (32 hex digits) or a URL. Raises CallError when there is none.

    Records dropped before they had text are counted by reason only and have no story.
    """
    corpus = read_corpus(store)
    column, value = _wanted(wanted)
    stories = []
    for output in outputs(store, corpus["seals"]["read"]["path"], "documents"):
        for row, document in _rows(store, output.path, column, value):
            stories.append(_story(store, corpus, output.path, row, document))
    if not stories:
        raise CallError(
            f"{store.root}: no document with {column} {wanted}; records that were dropped before they had text "
            "(corpus audit tells how many, and why) or quarantined (quarantine/*.parquet) are not among the documents"
        )
    return stories


def _wanted(text: str) -> tuple[str, pa.Scalar]:
    if len(text) == 32 and all(c in "0123456789abcdef" for c in text):
        return "id", pa.scalar(bytes.fromhex(text), ID)
    return "url", pa.scalar(text)


def _rows(store: Store, path: str, column: str, value: pa.Scalar) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row in the file, the row without its text) of the documents that match."""
    with store.open(path) as file:
        parquet = pq.ParquetFile(file)
        start = 0
        for group in range(parquet.num_row_groups):
            matches = pc.equal(parquet.read_row_group(group, columns=[column])[column], value)
            if pc.any(matches).as_py():
                names = [name for name in parquet.schema_arrow.names if name != "text"]
                table = parquet.read_row_group(group, columns=names)
                for row in pc.indices_nonzero(pc.fill_null(matches, False)).to_pylist():
                    yield start + row, table.slice(row, 1).to_pylist()[0]
            start += parquet.metadata.row_group(group).num_rows


def _story(store: Store, corpus: Mapping[str, Any], path: str, row: int, document: dict[str, Any]) -> Story:
    verdict = duplicate = None
    used: list[tuple[int, str, int]] = []
    if "judge" in corpus["seals"]:
        unit = path.removeprefix("documents/").removesuffix(".parquet")
        [judged] = [o for o in outputs(store, corpus["seals"]["judge"]["path"], "verdicts") if f"/{unit}." in o.path]
        with store.open(judged.path) as file:
            verdict = pq.ParquetFile(file).read().slice(row, 1).to_pylist()[0]
    if "cluster" in corpus["seals"]:
        for output in outputs(store, corpus["seals"]["cluster"]["path"], "duplicates"):
            with store.open(output.path) as file:
                found = pq.read_table(file, filters=[("file", "==", path), ("row", "==", row)]).to_pylist()
            duplicate = found[0] if found else duplicate
    if verdict and verdict["line"] and not duplicate and "shards" in corpus["seals"]:
        used = list(_used(store, corpus, verdict["line"], document["id"]))
    return Story(document, verdict, _bounds(corpus, document), duplicate, used)


def _bounds(corpus: Mapping[str, Any], document: dict[str, Any]) -> list[Bounded]:
    source = document["source"]
    lines = [name for name, each in corpus["lines"].items() if each["source"] == source]
    levels = corpus["recipes"][source]["levels"]
    return [
        Bounded(line, f"{name}/{measure}", document["measures"][measure], low, high)
        for line, filters in zip(lines, levels, strict=True)
        for name, bounds in filters
        for measure, low, high in bounds
    ]


def _used(store: Store, corpus: Mapping[str, Any], line: str, document: bytes) -> Iterator[tuple[int, str, int]]:
    """The shard of each pass, found by the document's key."""
    key = int(sort_keys(halves(pa.array([document], ID)), corpus["manifest"]["seed"], 1)[0])
    for number in range(1, corpus["lines"][line]["passes"] + 1):
        shards = outputs(store, corpus["seals"]["shards"]["path"], f"tokens/{line}/pass-{number}")
        path = shards[key * len(shards) >> 64].path
        with store.open(path) as file:
            found = pq.read_table(file, columns=["n_tokens"], filters=[("doc_id", "==", document)])
        for tokens in found["n_tokens"].to_pylist():
            yield number, path, tokens
