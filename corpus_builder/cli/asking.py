"""The verbs that ask a corpus: why is a document in or out, what does SQL say, what do the rejects look like."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from corpus_builder.audit.query import Session, session
from corpus_builder.audit.report import render_samples
from corpus_builder.audit.sample import Wanted, reasons
from corpus_builder.audit.sample import sample as take_sample
from corpus_builder.audit.why import why as tell_why
from corpus_builder.cli.answers import FORMATS, show_rows, show_views, write_rows
from corpus_builder.cli.story import show_answer, show_reasons, show_samples
from corpus_builder.errors import CallError
from corpus_builder.store import at

# Characters of a text shown on the screen, and on a page.
SCREEN, PAGE = 300, 3000


def arguments(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What the three verbs take."""
    told = verbs.add_parser("why", help="every stage's word on one document")
    told.add_argument("out")
    told.add_argument(
        "document", metavar="ID|URL", help="32 hex digits (or the first 8 or more), a URL, or the record's own name"
    )
    told.set_defaults(command=why)

    asked = verbs.add_parser("query", help="SQL over everything a build left; without SQL: what there is to ask")
    asked.add_argument("out")
    asked.add_argument("sql", nargs="?", metavar="SQL", help="one statement that reads; - takes it from standard input")
    asked.add_argument("--format", choices=FORMATS, help="for machines, whole; the default is a table for people")
    asked.add_argument("--to", type=Path, metavar="FILE", help="write there (format by its ending, unless --format)")
    asked.add_argument("--limit", type=_count, default=40, help="rows of the table (default: %(default)s; 0: all)")
    asked.set_defaults(command=query)

    seen = verbs.add_parser(
        "sample", help="documents that are out for a reason, to read; without --reason: the reasons"
    )
    seen.add_argument("out")
    seen.add_argument("--reason", help="the beginning of an objection, duplicate, or an error class of quarantine")
    seen.add_argument("--source", help="only of this source")
    seen.add_argument("--line", help="by the bounds of this level (default: the last of the source)")
    seen.add_argument("--kept", action="store_true", help="documents that are kept")
    seen.add_argument("-n", dest="count", type=_count, default=20, help="documents (default: %(default)s)")
    seen.add_argument("--seed", type=int, default=0, help="another number, other documents")
    seen.add_argument("--chars", type=_count, help="characters of each text (default: 300, on a page 3,000)")
    seen.add_argument("--html", type=Path, metavar="FILE", help="write a page to read")
    seen.set_defaults(command=sample)


def why(arguments: argparse.Namespace, console: Console) -> int:
    show_answer(console, tell_why(at(arguments.out), arguments.document))
    return 0


def query(arguments: argparse.Namespace, console: Console) -> int:
    form = arguments.format or (_ending(arguments.to) if arguments.to else None)
    if form == "parquet" and not arguments.to:
        raise CallError("--format parquet needs --to FILE; a terminal shows no Parquet")
    sql = sys.stdin.read() if arguments.sql == "-" else arguments.sql
    with session(at(arguments.out)) as corpus:
        if not sql:
            show_views(console, corpus, arguments.out)
            return 0
        _answer(corpus, sql, form, arguments.to, arguments.limit, console)
    return 0


def sample(arguments: argparse.Namespace, console: Console) -> int:
    if arguments.kept and arguments.reason:
        raise CallError("--kept and --reason: a document is in, or out for a reason; choose one")
    wanted = Wanted(arguments.reason, arguments.source, arguments.line, arguments.kept, arguments.count, arguments.seed)
    with session(at(arguments.out)) as corpus:
        if not arguments.kept and not arguments.reason:
            if arguments.html:
                raise CallError("--html shows documents; say which with --reason or --kept")
            show_reasons(console, reasons(corpus, wanted), arguments.out)
            return 0
        found = take_sample(corpus, wanted)
    if arguments.html:
        page = render_samples(
            _title(wanted), corpus.corpus, found, PAGE if arguments.chars is None else arguments.chars
        )
        try:
            arguments.html.write_text(page, encoding="utf-8")
        except OSError as error:
            raise CallError(f"{arguments.html}: cannot be written: {error.strerror}") from None
        console.print(
            f"wrote {len(found):,} documents to {arguments.html}", highlight=False, markup=False, soft_wrap=True
        )
    else:
        show_samples(console, found, SCREEN if arguments.chars is None else arguments.chars)
    return 0


def _title(wanted: Wanted) -> str:
    what = "kept" if wanted.kept else f"out for {wanted.reason}"
    return what + "".join(f", {name}" for name in (wanted.source, wanted.line) if name)


def _answer(corpus: Session, sql: str, form: str | None, to: Path | None, limit: int, console: Console) -> None:
    answer = corpus.ask(sql)
    if form is None:
        show_rows(console, answer, limit)
    elif to is not None:
        draft = to.with_name(f".draft-{to.name}")
        try:
            with draft.open("wb") as file:
                rows = write_rows(answer, form, file)
            os.replace(draft, to)
        except OSError as error:
            raise CallError(f"{to}: cannot be written: {error.strerror or error}") from None
        finally:
            draft.unlink(missing_ok=True)
        console.print(f"wrote {rows:,} rows to {to}", highlight=False, markup=False, soft_wrap=True)
    else:
        try:
            write_rows(answer, form, sys.stdout.buffer)
            sys.stdout.flush()
        except BrokenPipeError:  # whoever reads has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ending(path: Path) -> str:
    form = path.suffix.removeprefix(".")
    if form not in FORMATS:
        raise CallError(f"{path}: ends in none of .{', .'.join(FORMATS)}; say which with --format")
    return form


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rows")
    return int(text)
