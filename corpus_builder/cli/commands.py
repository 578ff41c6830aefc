"""The verbs: each turns arguments into one call and prints what came of it."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from rich.console import Console

from corpus_builder import build as road
from corpus_builder.audit import report
from corpus_builder.audit.audit import audit as audit_of
from corpus_builder.audit.verify import prune
from corpus_builder.audit.verify import verify as verify_store
from corpus_builder.cli import tables
from corpus_builder.cli.progress import BuildProgress
from corpus_builder.engine.ray_runner import RayRunner
from corpus_builder.engine.runner import InlineRunner, Runner
from corpus_builder.errors import CallError
from corpus_builder.estimate import estimate
from corpus_builder.manifest import load
from corpus_builder.order import prepare, recipe_of
from corpus_builder.store import alone, at


def plan(arguments: argparse.Namespace, console: Console) -> int:
    manifest = load(arguments.manifest)
    for source in manifest.corpus.sources:
        recipe_of(manifest, source)
    done = None
    if arguments.out:
        done = Counter(path.split("/")[2] for path in at(arguments.out).list("receipts/read"))
    estimated = estimate(manifest)
    tables.show_plan(console, manifest.corpus, estimated, done)
    for each in estimated.selections:
        tables.show_selection(console, each, arguments.rate, arguments.requests_per_second)
    return 0


def build(arguments: argparse.Namespace, console: Console) -> int:
    if arguments.address and arguments.runner != "ray":
        raise CallError("--address belongs to --runner ray")
    manifest, store = load(arguments.manifest), at(arguments.out)
    order = prepare(manifest, tuple(arguments.source))
    runner: Runner = InlineRunner(arguments.workers)
    if arguments.runner == "ray":
        runner = RayRunner(arguments.workers, arguments.address)
    with alone(store), BuildProgress(console) as progress:
        road.build(order, store, runner, until=arguments.until, progress=progress)
    result = audit_of(store)
    store.replace("report.html", report.render(result).encode())
    tables.show_audit(console, result)
    console.print(f"open next: {store.root}/report.html", highlight=False, markup=False, soft_wrap=True)
    return 0 if result.ok else 1


def audit(arguments: argparse.Namespace, console: Console) -> int:
    result = audit_of(at(arguments.out))
    if arguments.html:
        arguments.html.write_text(report.render(result), encoding="utf-8")
    if arguments.json:
        print(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        tables.show_audit(console, result)
    return 0 if result.ok else 1


def verify(arguments: argparse.Namespace, console: Console) -> int:
    store = at(arguments.out)
    found = verify_store(store, arguments.shard)
    for word, paths in (
        ("damaged", found.damaged),
        ("missing", found.missing),
        ("orphan", found.orphans),
    ):
        for path in paths:
            console.print(f"{word}: {path}", highlight=False, soft_wrap=True)
    console.print(
        f"{found.checked:,} files checked, {len(found.damaged)} damaged, {len(found.missing)} missing, "
        f"{len(found.orphans)} that belong to no receipt, {len(found.superseded)} of other builds",
        highlight=False,
    )
    if arguments.prune:
        prune(store, found)
        console.print(f"removed {len(found.orphans) + len(found.superseded):,} files", highlight=False)
    elif found.superseded or found.orphans:
        console.print("--prune removes what the corpus does not need", highlight=False)
    return 1 if found.damaged or found.missing else 0


def crawl(arguments: argparse.Namespace, console: Console) -> int:
    # Scrapy is heavy and needed here alone.
    from corpus_builder.crawl import crawl as crawl_list
    from corpus_builder.crawl.archive import CrawlInUse

    if not arguments.urls.is_file():
        raise CallError(f"{arguments.urls}: no such list of URLs")
    try:
        summary = crawl_list(
            arguments.urls,
            arguments.out,
            user_agent=arguments.user_agent,
            delay_seconds=arguments.delay,
            concurrency=arguments.concurrency,
        )
    except CrawlInUse as error:
        raise CallError(f"{arguments.out}: {error}") from None
    tables.show_crawl(console, summary)
    return 0 if summary.complete else 1


def train(arguments: argparse.Namespace, console: Console) -> int:
    from corpus_builder.tokens.train import train as train_model

    def lines() -> list[str]:
        return [line for path in arguments.texts for line in _text(path).splitlines() if line]

    train_model(lines(), arguments.vocabulary, arguments.out)
    console.print(f"wrote {arguments.out}", highlight=False)
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"{path}: cannot be read as UTF-8 text: {error}") from None
