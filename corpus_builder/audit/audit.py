"""One audit: accounts and gates of what is committed. Command line, report and tests all read this value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from corpus_builder.audit import accounts
from corpus_builder.audit.accounts import Facts, Line
from corpus_builder.audit.gates import Gate, gates
from corpus_builder.store import Store

# Rows of quarantine that a report shows; all are in quarantine/*.parquet.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Audit:
    corpus: dict[str, Any]
    facts: Facts
    lines: dict[str, Line]
    gates: list[Gate]
    quarantined: list[dict[str, Any]]

    @property
    def ok(self) -> bool:
        return all(gate.ok for gate in self.gates)

    @property
    def total(self) -> dict[str, Any]:
        """Sums over the lines. Documents in are counted once a source, however many levels it has."""
        sources = dict.fromkeys(each["source"] for each in self.corpus["lines"].values())
        dropped: Counter[str] = Counter()
        for line in self.lines.values():
            dropped.update({k: n for k, n in line.dropped.items() if not k.startswith("passed_to/")})
        return {
            "documents_in": sum(self.facts.get("read", source, "rows_in") for source in sources),
            "documents_kept": sum(line.documents_kept for line in self.lines.values()),
            "dropped": dict(sorted(dropped.items())),
            "quarantined": sum(line.quarantined for line in self.lines.values()),
            "tokens_unique": sum(line.tokens_unique for line in self.lines.values()),
            "tokens_consumed": sum(line.tokens_consumed for line in self.lines.values()),
            "budget_tokens": sum(line.budget_tokens for line in self.lines.values()),
        }

    def to_json(self) -> dict[str, Any]:
        """The form of ``corpus audit --json``."""
        return {
            "sources": {name: _plain(line) for name, line in self.lines.items()},
            "total": self.total,
            "gates": [gate._asdict() for gate in self.gates],
            "build_hash": self.corpus["build_hash"],
        }


def audit(store: Store) -> Audit:
    """Read what a build left. Raises CallError when there is none."""
    corpus = accounts.read_corpus(store)
    facts = accounts.read_facts(store, corpus["seals"])
    lines = accounts.lines(corpus, facts)
    quarantined = accounts.quarantined(store, corpus, SHOWN)
    return Audit(corpus, facts, lines, gates(store, corpus, facts, lines), quarantined)


def _plain(line: Line) -> dict[str, Any]:
    return {
        "documents_in": line.documents_in,
        "documents_kept": line.documents_kept,
        "dropped": line.dropped,
        "quarantined": line.quarantined,
        "tokens_unique": line.tokens_unique,
        "passes": line.passes,
        "tokens_consumed": line.tokens_consumed,
        "budget_tokens": line.budget_tokens,
        "variance": line.variance,
    }
