"""Does what lies there match what was committed? Digests recomputed, and files that the corpus does not need found."""

from __future__ import annotations

import hashlib
import json
from typing import BinaryIO, NamedTuple

from corpus_builder.audit.accounts import read_corpus
from corpus_builder.audit.ledger import stats_path
from corpus_builder.errors import CallError
from corpus_builder.store import Output, Store

# Written whole and over again; everything else belongs to a receipt.
FREE = ("corpus.json", "report.html", "tokenizer/")


class Verdict(NamedTuple):
    """``damaged`` and ``missing`` are files of the sealed corpus. ``superseded`` belong to other builds in the same
    place (another recipe, other inputs), ``orphans`` to no receipt at all."""

    checked: int
    damaged: list[str]
    missing: list[str]
    superseded: list[str]
    orphans: list[str]


def verify(store: Store, shard: str | None = None) -> Verdict:
    """Recompute the digest of every file of the sealed corpus, or of the one token shard at path ``shard``."""
    papers, outputs = _sealed(store)
    files = {o.path: o for o in outputs if shard in (None, o.path)}
    if shard is not None and not files:
        return Verdict(0, [], [shard], [], [])
    there = set(store.list(""))
    missing, damaged = [] if shard else sorted(papers - there), []
    for path, output in sorted(files.items()):
        try:
            with store.open(path) as file:
                found = _sha256(file)
        except FileNotFoundError:
            missing.append(path)
            continue
        if found != output.sha256:
            damaged.append(path)
    if shard is not None:
        return Verdict(len(files), damaged, missing, [], [])
    superseded, orphans = _unneeded(store, there - papers - files.keys())
    return Verdict(len(files), damaged, missing, superseded, orphans)


def prune(store: Store, found: Verdict) -> None:
    """Take away what the sealed corpus does not need: work of other builds, and files that nobody owns.

    Raises CallError unless the sealed corpus is whole: what a partial build does not need, the next one may.
    """
    corpus = read_corpus(store)
    built = {line["source"] for line in corpus["lines"].values()}
    if found.missing or found.damaged or "mix" not in corpus["seals"] or built != set(corpus["manifest"]["sources"]):
        raise CallError(f"{store.root}: not pruned, for the corpus is not whole; finish corpus build first")
    # Receipts first: a file without a receipt is an orphan, a receipt without its files would be a lie.
    for path in sorted((*found.superseded, *found.orphans), key=lambda p: (not p.startswith("receipts/"), p)):
        store.remove(path)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


def _sealed(store: Store) -> tuple[set[str], list[Output]]:
    """Seals, receipts and statistics that ``corpus.json`` stands on, and the files that they name."""
    receipts: set[str] = set()
    found: list[Output] = []
    for stage, each in read_corpus(store)["seals"].items():
        receipts |= {each["path"], stats_path(stage, each["digest"])}
        for unit in json.loads(store.get(each["path"]) or b'{"units": []}')["units"]:
            receipts.add(unit["receipt"])
            found += [Output(**o) for o in unit["outputs"]]
    return receipts, found


def _unneeded(store: Store, rest: set[str]) -> tuple[list[str], list[str]]:
    """Everything else: what a receipt names or is, and what none does."""
    others = sorted(p for p in rest if not p.startswith(FREE))
    old = {p for p in others if p.startswith(("receipts/", "stats/"))}
    for receipt in sorted(p for p in old if p.endswith(".json")):
        old |= {o["path"] for o in json.loads(store.get(receipt) or b"{}").get("outputs", [])}
    return [p for p in others if p in old], [p for p in others if p not in old]
