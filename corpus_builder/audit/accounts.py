"""The accounts of a corpus: for each budget line, what came in, where it went, and how many tokens are left.

Levels of one source stand below each other: what the first does not take is passed to the second, and what the last
does not take is dropped for its objection. So the sums of each line close by themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from corpus_builder.audit.ledger import CORPUS, stats_path
from corpus_builder.engine.seal import outputs
from corpus_builder.errors import CallError
from corpus_builder.store import Store


@dataclass(frozen=True, slots=True)
class Facts:
    """Sums over the statistics table: (stage, source, metric, key) → value. Absent is 0."""

    values: Counter[tuple[str, str, str, str]]

    def get(self, stage: str, source: str, metric: str, key: str = "") -> int:
        return self.values[stage, source, metric, key]

    def keys(self, stage: str, source: str, metric: str) -> dict[str, int]:
        return {k: n for (st, so, m, k), n in sorted(self.values.items()) if (st, so, m) == (stage, source, metric)}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the budget table. ``variance`` is (unique − budget) / budget, None without a budget."""

    documents_in: int
    documents_kept: int
    dropped: dict[str, int]
    quarantined: int
    tokens_unique: int
    passes: int
    tokens_consumed: int
    budget_tokens: int

    @property
    def variance(self) -> float | None:
        """
        >>> Line(1, 1, {}, 0, 90, 2, 180, 100).variance
        -0.1
        """
        if not self.budget_tokens:
            return None
        return (self.tokens_unique - self.budget_tokens) / self.budget_tokens

    @property
    def closes(self) -> bool:
        return self.documents_in == self.documents_kept + sum(self.dropped.values()) + self.quarantined


def read_corpus(store: Store) -> dict[str, Any]:
    """``corpus.json``. Raises CallError when there is no finished build."""
    data = store.get(CORPUS)
    if data is None:
        raise CallError(f"{store.root}: holds no {CORPUS}; corpus build writes it when its stages are done")
    try:
        body: dict[str, Any] = json.loads(data)
    except json.JSONDecodeError as error:
        raise CallError(f"{store.root}/{CORPUS}: is damaged ({error}); corpus build writes it again") from None
    return body


def read_facts(store: Store, stages: Mapping[str, Any]) -> Facts:
    """The statistics of the sealed stages, summed over units."""
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for stage, seal in stages.items():
        with store.open(stats_path(stage, seal["digest"])) as file:
            table = pq.read_table(file, columns=["source", "metric", "key", "value"])
        grouped = table.group_by(["source", "metric", "key"]).aggregate([("value", "sum")])
        for row in grouped.to_pylist():
            sums[stage, row["source"], row["metric"], row["key"]] += row["value_sum"]
    return Facts(sums)


def quarantined(store: Store, corpus: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
    """The first ``most`` rows of quarantine, by source and file: where it is, what was wrong."""
    rows: list[dict[str, Any]] = []
    for output in outputs(store, corpus["seals"]["read"]["path"], "quarantine"):
        with store.open(output.path) as file:
            rows += pq.ParquetFile(file).read().slice(0, most - len(rows)).to_pylist()
        if len(rows) >= most:
            break
    return rows


def lines(corpus: Mapping[str, Any], facts: Facts) -> dict[str, Line]:
    """Every budget line, in the manifest's order."""
    found: dict[str, Line] = {}
    sources = list(dict.fromkeys(each["source"] for each in corpus["lines"].values()))
    for source in sources:
        names = [name for name, each in corpus["lines"].items() if each["source"] == source]
        found |= _waterfall(source, names, corpus, facts)
    return found


def _waterfall(source: str, names: list[str], corpus: Mapping[str, Any], facts: Facts) -> dict[str, Line]:
    """The lines of one source: each passes on what it does not take."""
    judged = "judge" in corpus["seals"]
    offered = facts.get("read", source, "rows_in")
    quarantined = facts.get("read", source, "rows_quarantined")
    dropped = facts.keys("read", source, "rows_dropped")
    found: dict[str, Line] = {}
    for name, below in zip(names, [*names[1:], None], strict=True):
        taken = facts.get("judge", source, "documents", name)
        rest = offered - sum(dropped.values()) - quarantined - taken
        if judged and below is not None:
            dropped = dropped | {f"passed_to/{below}": rest}
        elif judged:
            dropped = dropped | facts.keys("judge", source, "rows_dropped")
        removed = {
            f"duplicate/{key.partition('/')[2]}": n
            for key, n in facts.keys("cluster", "", "removed").items()
            if key.startswith(f"{name}/")
        }
        kept = taken - sum(removed.values()) if judged else offered - sum(dropped.values()) - quarantined
        tokens = [
            facts.get("shards", source, "tokens", f"{name}/{p + 1}") for p in range(corpus["lines"][name]["passes"])
        ]
        found[name] = Line(
            documents_in=offered,
            documents_kept=kept,
            dropped={reason: n for reason, n in (dropped | removed).items() if n},
            quarantined=quarantined,
            tokens_unique=tokens[0],
            passes=len(tokens),
            tokens_consumed=sum(tokens),
            budget_tokens=corpus["lines"][name]["budget_tokens"],
        )
        offered, quarantined, dropped = rest, 0, {}
    return found
