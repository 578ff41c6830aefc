"""Arguments, and the exit status: 0 done and every gate holds, 1 something is missing or fails, 2 the call is wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from corpus_builder.build import STEPS
from corpus_builder.cli import asking, commands, selecting
from corpus_builder.errors import BuildError, CallError
from corpus_builder.selection.defaults import CONNECTIONS, GAP, RATE, REQUESTS, UNIT


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace, Console], int] = arguments.command
    # Tables must not be squeezed where nobody watches.
    console = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160)
    errors = Console(stderr=True, soft_wrap=True)
    try:
        return command(arguments, console)
    except CallError as error:
        errors.print(str(error), style="red", markup=False, highlight=False)
        return 2
    except BuildError as error:
        errors.print(str(error), style="red", markup=False, highlight=False)
        return 1
    except KeyboardInterrupt:
        errors.print(
            "stopped; what is committed stays, and the same command goes on from there",
            highlight=False,
        )
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corpus",
        description="Builds a pre-training corpus, and can account for every document and token of it.",
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    plan = verbs.add_parser("plan", help="what would run: units, bytes, core-hours, disk, and the budget")
    plan.add_argument("manifest", type=Path)
    plan.add_argument("--out", help="also say what is done there already")
    _rates(plan)
    plan.set_defaults(command=commands.plan)

    build = verbs.add_parser("build", help="build a corpus from a manifest, or go on with one")
    build.add_argument("manifest", type=Path)
    build.add_argument("--out", required=True, help="a folder or s3://bucket/prefix")
    build.add_argument("--source", action="append", default=[], help="only this source; may be repeated")
    build.add_argument("--until", choices=list(STEPS), default="mix", help="stop after this step")
    build.add_argument("--runner", choices=["ray", "inline"], default="ray")
    build.add_argument(
        "--workers",
        type=_positive,
        default=os.cpu_count() or 1,
        help="units at a time (default: all cores)",
    )
    build.add_argument("--address", help="a running Ray cluster, ray://… or host:port")
    build.set_defaults(command=commands.build)

    audit = verbs.add_parser("audit", help="documents and tokens by source against the budget; fails when a gate does")
    audit.add_argument("out")
    audit.add_argument("--json", action="store_true")
    audit.add_argument("--html", type=Path, help="write the report there as well")
    audit.set_defaults(command=commands.audit)

    asking.arguments(verbs)

    verify = verbs.add_parser("verify", help="recompute digests, find files that belong to no receipt")
    verify.add_argument("out")
    verify.add_argument("--shard", help="only this file, as a path below OUT")
    verify.add_argument("--prune", action="store_true", help="remove work of other builds and files nobody owns")
    verify.set_defaults(command=commands.verify)

    crawl = verbs.add_parser("crawl", help="a polite, resumable crawl of a list of URLs into WARC")
    crawl.add_argument("urls", type=Path, help="URLs as plain lines, TSV, CSV or JSON lines")
    crawl.add_argument("--out", type=Path, required=True)
    crawl.add_argument(
        "--user-agent",
        required=True,
        help="who is crawling and where to complain, e.g. 'mybot/1.0 (+https://example.org/bot)'",
    )
    crawl.add_argument("--delay", type=float, default=5.0, help="seconds between two requests to one host")
    crawl.add_argument("--concurrency", type=_positive, default=16, help="hosts at a time")
    crawl.set_defaults(command=commands.crawl)

    _selecting(verbs)

    tokenizer = verbs.add_parser("tokenizer", help="train a tokenizer").add_subparsers(required=True, metavar="COMMAND")
    train = tokenizer.add_parser("train", help="a SentencePiece Unigram model from text files, one document a line")
    train.add_argument("texts", type=Path, nargs="+")
    train.add_argument("--vocabulary", type=_positive, required=True)
    train.add_argument("--out", type=Path, required=True)
    train.set_defaults(command=commands.train)
    return parser


def _selecting(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    select = verbs.add_parser("select", help="plan which records of a crawl to fetch, from its columnar index")
    select.add_argument("index", nargs="+", help="cc-index Parquet files: paths, patterns, s3://")
    select.add_argument("--out", type=Path, required=True)
    select.add_argument("--language", action="append", default=[], help="ISO 639-3 (default: jpn); may be repeated")
    select.add_argument(
        "--gap",
        type=selecting.byte_count,
        default=GAP,
        help="bytes between two records that are fetched along rather than asked for apart (default: %(default)s)",
    )
    select.add_argument("--unit-bytes", type=selecting.byte_rate, default=UNIT, help="bytes to fetch a unit, roughly")
    _rates(select)
    select.set_defaults(command=selecting.select)

    fetch = verbs.add_parser("fetch", help="fetch the records of a selection, or go on with it")
    fetch.add_argument("folder", type=Path, metavar="DIR", help="the --out of corpus select")
    fetch.add_argument("--from", dest="base", required=True, help="https://…/, http://…/ or s3://bucket/prefix")
    _rates(fetch)
    fetch.add_argument("--connections", type=_positive, default=CONNECTIONS, help="requests at a time")
    fetch.add_argument("--user-agent", help="who is fetching and where to complain")
    fetch.set_defaults(command=selecting.fetch)


def _rates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rate", type=selecting.byte_rate, default=RATE, help="bytes a second to fetch, e.g. 20MB/s")
    parser.add_argument("--requests-per-second", type=selecting.per_second, default=REQUESTS)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
