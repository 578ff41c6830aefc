"""Does what lies there match what was committed? Digests recomputed, files that nobody owns found."""

from __future__ import annotations

import hashlib
import json
from typing import BinaryIO, NamedTuple

from corpus_builder.audit.accounts import read_corpus
from corpus_builder.store import Output, Store

# Written whole and over again; everything else belongs to a receipt.
FREE = ("corpus.json", "report.html", "stats/", "receipts/", "tokenizer/")


class Verdict(NamedTuple):
    """``damaged`` and ``missing`` are files of the sealed corpus; ``orphans`` belong to no receipt at all."""

    checked: int
    damaged: list[str]
    missing: list[str]
    orphans: list[str]


def verify(store: Store, shard: str | None = None) -> Verdict:
    """Recompute the digest of every file of the sealed corpus, or of the one token shard at path ``shard``.

    Files of earlier builds in the same place have receipts and are no orphans.
    """
    files = {o.path: o for o in _sealed(store) if shard in (None, o.path)}
    if shard is not None and not files:
        return Verdict(0, [], [shard], [])
    missing, damaged = [], []
    for path, output in sorted(files.items()):
        try:
            with store.open(path) as file:
                found = _sha256(file)
        except FileNotFoundError:
            missing.append(path)
            continue
        if found != output.sha256:
            damaged.append(path)
    return Verdict(len(files), damaged, missing, [] if shard else _orphans(store))


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


def _sealed(store: Store) -> list[Output]:
    found = []
    for each in read_corpus(store)["seals"].values():
        for unit in json.loads(store.get(each["path"]) or b'{"units": []}')["units"]:
            found += [Output(**o) for o in unit["outputs"]]
    return found


def _orphans(store: Store) -> list[str]:
    owned = set()
    for path in store.list("receipts"):
        body = json.loads(store.get(path) or b"{}")
        owned |= {o["path"] for o in body.get("outputs", [])}
    return [p for p in store.list("") if p not in owned and not p.startswith(FREE)]
