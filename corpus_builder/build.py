"""The whole road from a manifest to token shards: plan a stage, drive it, seal it, plan the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus_builder.audit.ledger import write_corpus, write_stats
from corpus_builder.dedup import cluster, match, sketch
from corpus_builder.dedup.sketch import Kept
from corpus_builder.documents import judge, read
from corpus_builder.engine.drive import Progress, drive
from corpus_builder.engine.receipt import Receipt
from corpus_builder.engine.runner import Runner
from corpus_builder.engine.seal import Seal, of_receipt, seal
from corpus_builder.engine.task import Limits, Task
from corpus_builder.order import Order
from corpus_builder.store import Store
from corpus_builder.tokens import encode, mix, shards
from corpus_builder.tokens.encoder import TokenizerRef, from_model
from corpus_builder.tokens.order import shard_count

LIMITS = Limits()
# What --until can name: the last stage of each step of the road.
STEPS = {"read": "read", "judge": "judge", "dedup": "cluster", "tokens": "shards", "mix": "mix"}


@dataclass(slots=True)
class _Road:
    """What has been driven so far."""

    order: Order
    store: Store
    runner: Runner
    limits: Limits
    progress: Progress
    seals: dict[str, Seal] = field(default_factory=dict)
    receipts: dict[str, Mapping[Task, Receipt]] = field(default_factory=dict)

    def go(self, stage: str, tasks: list[Task]) -> Mapping[Task, Receipt]:
        done = drive(stage, tasks, self.store, self.runner, self.limits, self.progress)
        self.receipts[stage], self.seals[stage] = done, seal(stage, done, self.store)
        write_stats(self.store, self.seals[stage], done)
        return done


def build(
    order: Order,
    store: Store,
    runner: Runner,
    *,
    until: str = "mix",
    limits: Limits = LIMITS,
    progress: Progress,
) -> str:
    """Drive every stage up to ``until`` and return the build hash. Raises UnitError when units are missing."""
    road, last = _Road(order, store, runner, limits, progress), STEPS[until]
    for step in (_read, _judge, _dedup, _tokens, _mix):
        step(road)
        if last in road.seals:
            break
    return write_corpus(store, order.manifest, order.lines, order.recipes, road.seals)


def _read(road: _Road) -> None:
    order, tasks = road.order, []
    for source in order.sources:
        of = order.manifest.corpus.sources[source]
        recipe, keep = order.recipes[source], of.keep_rejected == "all"
        tasks += read.plan(source, of.kind, order.inputs[source], recipe, keep)
    road.go("read", tasks)


def _judge(road: _Road) -> None:
    tasks = []
    for source in road.order.sources:
        documents = [
            o for r in road.receipts["read"].values() if r.source == source for o in of_receipt(r, "documents")
        ]
        lines = tuple(road.order.manifest.corpus.lines(source))
        tasks += judge.plan(source, documents, road.order.recipes[source], lines)
    road.go("judge", tasks)


def _kept(road: _Road, source: str) -> list[Kept]:
    judged = road.receipts["judge"].items()
    return [Kept(t.job.documents, r.outputs[0]) for t, r in judged if r.source == source]


def _dedup(road: _Road) -> None:
    recipes, tasks = road.order.recipes, []
    for source in road.order.sources:
        tasks += sketch.plan(source, _kept(road, source), recipes[source].near)
    sketched = road.go("sketch", tasks)
    keys = sum(n for r in sketched.values() for metric, _, n in r.stats if metric == "keys")
    road.go("match", match.plan(road.seals["sketch"], keys))
    thresholds: dict[str, float] = {}
    for source in road.order.sources:
        near = recipes[source].near
        # A similarity never exceeds 1: without near-duplicates only equal documents go.
        thresholds |= dict.fromkeys(road.order.manifest.corpus.lines(source), near.threshold if near else 2.0)
    road.go("cluster", cluster.plan(road.seals["sketch"], road.seals["match"], thresholds))


def _tokens(road: _Road) -> None:
    corpus, model = road.order.manifest.corpus, road.order.model
    wanted = corpus.tokenizer
    path = f"tokenizer/{wanted.sha256[:16]}.model"
    road.store.claim(path, model)
    tokenizer = TokenizerRef(path, wanted.sha256, wanted.bos, wanted.eos)
    tasks = []
    for source in road.order.sources:
        tasks += encode.plan(source, _kept(road, source), road.seals["cluster"], tokenizer, corpus.seed)
    encoded = road.go("encode", tasks)
    found = Counter[str]()
    for receipt in encoded.values():
        found.update({line: n for metric, line, n in receipt.stats if metric == "tokens"})
    vocabulary, tasks = from_model(model, wanted.bos, wanted.eos).vocabulary, []
    for source in road.order.sources:
        for line in corpus.lines(source):
            budget, passes = road.order.lines[line]
            # The budget fixes the number of shards, unless so much was found that they would not fit in memory.
            count = shard_count(max(budget, found[line]), corpus.shard_tokens)
            tasks += shards.plan(
                source,
                line,
                passes,
                count,
                road.seals["encode"],
                tokenizer,
                vocabulary,
                corpus.seed,
                road.store,
            )
    road.go("shards", tasks)


def _mix(road: _Road) -> None:
    corpus = road.order.manifest.corpus
    lines = tuple((line, passes) for line, (_, passes) in road.order.lines.items())
    road.go("mix", mix.plan(road.seals["shards"], lines, corpus.sequence_length, corpus.global_batch))
