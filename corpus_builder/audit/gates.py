"""Checks that a corpus must pass. Each recomputes a number in two ways from what is committed, and says both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_builder.audit.accounts import Facts, Line
from corpus_builder.engine.seal import outputs
from corpus_builder.store import Store


class Gate(NamedTuple):
    """``detail`` holds the numbers compared, or what to look at."""

    name: str
    ok: bool
    detail: str


def gates(store: Store, corpus: Mapping[str, Any], facts: Facts, lines: Mapping[str, Line]) -> list[Gate]:
    """Every gate that the sealed stages allow to be checked."""
    seals = corpus["seals"]
    found = [*_sums(corpus, facts, lines), *_quarantine(corpus, facts)]
    if "shards" in seals:
        found += [
            *_tokens(store, corpus, facts, lines),
            *_passes(corpus, facts),
            *_control(corpus, facts),
        ]
        found += [*_budgets(corpus, lines), *_empty(lines)]
    if "mix" in seals:
        found += _plan(store, corpus)
    return found


def _sums(corpus: Mapping[str, Any], facts: Facts, lines: Mapping[str, Line]) -> Iterator[Gate]:
    """Rows in = kept + dropped + quarantined in every stage, and what one stage keeps the next one gets."""
    for stage, seal in corpus["seals"].items():
        c = seal["counts"]
        dropped = sum(c["dropped"].values())
        yield Gate(
            f"sums/{stage}",
            c["rows_in"] == c["kept"] + dropped + c["quarantined"],
            f"{c['rows_in']:,} in = {c['kept']:,} kept + {dropped:,} dropped + {c['quarantined']:,} quarantined",
        )
    kept = {stage: seal["counts"] for stage, seal in corpus["seals"].items()}
    for earlier, later in (("read", "judge"), ("judge", "encode")):
        if later in kept:
            a, b = kept[earlier]["kept"], kept[later]["rows_in"]
            yield Gate(f"handed_on/{earlier}→{later}", a == b, f"{a:,} kept, {b:,} taken up")
    unclosed = [name for name, line in lines.items() if not line.closes]
    yield Gate(
        "sums/lines",
        not unclosed,
        f"do not close: {', '.join(unclosed)}" if unclosed else f"all {len(lines)} close",
    )
    if "encode" in kept:
        wrong = [
            n
            for n, line in lines.items()
            if line.documents_kept != facts.get("encode", corpus["lines"][n]["source"], "documents", n)
        ]
        yield Gate(
            "survivors",
            not wrong,
            f"differ from what was encoded: {', '.join(wrong)}" if wrong else "funnel and encoded documents agree",
        )


def _quarantine(corpus: Mapping[str, Any], facts: Facts) -> Iterator[Gate]:
    allowed = corpus["manifest"]["allowed_quarantine"]
    for source in dict.fromkeys(each["source"] for each in corpus["lines"].values()):
        rows, bad = (
            facts.get("read", source, "rows_in"),
            facts.get("read", source, "rows_quarantined"),
        )
        share = bad / rows if rows else 0.0
        yield Gate(
            f"quarantine/{source}",
            share <= allowed,
            f"{bad:,} of {rows:,} records ({share:.2%}); allowed {allowed:.2%}",
        )


def _tokens(store: Store, corpus: Mapping[str, Any], facts: Facts, lines: Mapping[str, Line]) -> Iterator[Gate]:
    """The statistics, the shards' footers and their n_tokens columns must say the same."""
    footers: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for output in outputs(store, corpus["seals"]["shards"]["path"], "tokens"):
        with store.open(output.path) as file:
            parquet = pq.ParquetFile(file)
            footer = parquet.metadata.metadata
            line = footer[b"line"].decode()
            footers[line] += int(footer[b"tokens"])
            columns[line] += pc.sum(parquet.read(columns=["n_tokens"])["n_tokens"]).as_py() or 0
    for name, line_ in lines.items():
        counts = (line_.tokens_consumed, footers[name], columns[name])
        detail = "statistics {:,}, footers {:,}, columns {:,}".format(*counts)
        yield Gate(f"tokens/{name}", len(set(counts)) == 1, detail)
    encoded = sum(n for (st, _, m, _), n in facts.values.items() if st == "encode" and m == "tokens")
    unique = sum(line.tokens_unique for line in lines.values())
    yield Gate(
        "tokens/encoded",
        encoded == unique,
        f"{encoded:,} encoded, {unique:,} in the shards of pass 1",
    )


def _passes(corpus: Mapping[str, Any], facts: Facts) -> Iterator[Gate]:
    """Every document is used exactly once in each pass."""
    wrong = []
    for name, each in corpus["lines"].items():
        documents = facts.keys("shards", each["source"], "documents")
        counts = {documents.get(f"{name}/{p}", 0) for p in range(1, each["passes"] + 1)}
        if len(counts) != 1:
            wrong.append(name)
    yield Gate(
        "passes",
        not wrong,
        f"differ: {', '.join(wrong)}" if wrong else "every pass of a line has the same documents",
    )


def _control(corpus: Mapping[str, Any], facts: Facts) -> Iterator[Gate]:
    sums: Counter[str] = Counter()
    for (stage, _, metric, _), n in facts.values.items():
        if stage == "encode":
            sums[metric] += n
    inside = sums["tokens_control_inside"]
    yield Gate("control_ids", inside == 0, f"{inside:,} control ids inside documents")


def _empty(lines: Mapping[str, Line]) -> Iterator[Gate]:
    empty = [name for name, line in lines.items() if line.budget_tokens and not line.tokens_unique]
    yield Gate(
        "no_line_empty",
        not empty,
        f"without a token: {', '.join(empty)}" if empty else "every line has tokens",
    )


def _budgets(corpus: Mapping[str, Any], lines: Mapping[str, Line]) -> Iterator[Gate]:
    """Only where the manifest states a tolerance; otherwise variance is told and not judged."""
    tolerance = corpus["manifest"]["tolerance"]
    if tolerance is None:
        return
    for name, line in lines.items():
        variance = line.variance
        if variance is not None:
            detail = f"{line.tokens_unique:,} of {line.budget_tokens:,} ({variance:+.2%}); allowed ±{tolerance:.2%}"
            yield Gate(
                f"budget/{name}",
                abs(variance) <= tolerance,
                detail + ("" if abs(variance) <= tolerance else f"; {_where(line)}"),
            )


def _where(line: Line) -> str:
    """The largest loss, as a hint at the stage to look at."""
    if not line.dropped:
        return "nothing was dropped: the inputs are too small or too large"
    reason, count = max(line.dropped.items(), key=lambda each: each[1])
    return f"largest loss: {count:,} for {reason}"


def _plan(store: Store, corpus: Mapping[str, Any]) -> Iterator[Gate]:
    """Each sequence of each shard stands in the plan exactly once."""
    path = corpus["seals"]["mix"]["path"]
    plan_path, sequences_path = (o.path for o in outputs(store, path, "mix"))
    with store.open(plan_path) as file:
        plan = pq.read_table(file)
    with store.open(sequences_path) as file:
        sequences = pq.read_table(file)
    planned = {
        (r["line"], r["pass"]): r["count_sum"]
        for r in plan.group_by(["line", "pass"]).aggregate([("count", "sum")]).to_pylist()
    }
    there = {
        (r["line"], r["pass"]): r["count_sum"]
        for r in sequences.group_by(["line", "pass"]).aggregate([("count", "sum")]).to_pylist()
        if r["count_sum"]
    }
    total, batch = sum(planned.values()), corpus["manifest"]["global_batch"]
    yield Gate(
        "plan",
        planned == there,
        f"{total:,} sequences planned, {sum(there.values()):,} in the shards, {-(-total // batch):,} steps",
    )
