"""The tables of the command line: the funnel, the budget, the gates, and what a plan would cost."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from corpus_builder.audit.audit import Audit
from corpus_builder.audit.sample import place
from corpus_builder.crawl import CrawlSummary
from corpus_builder.estimate import Estimate, reading_core_hours
from corpus_builder.manifest import Corpus
from corpus_builder.selection.book import Selection

# Reasons shown a line; the rest are summed.
REASONS = 4
# Quarantined records shown.
POISONED = 12


def show_audit(console: Console, audit: Audit) -> None:
    """Funnel, budget, and every gate that does not hold."""
    console.print(_funnel(audit), _budget(audit))
    _quarantine(console, audit)
    held = sum(gate.ok for gate in audit.gates)
    console.print(
        f"gates: {held} of {len(audit.gates)} hold",
        style="green" if audit.ok else "red",
        highlight=False,
    )
    for gate in audit.gates:
        if not gate.ok:
            console.print(f"  ✗ {gate.name}: {gate.detail}", style="red", highlight=False)
    console.print(f"build hash {audit.corpus['build_hash']}", highlight=False)


def _quarantine(console: Console, audit: Audit) -> None:
    """What could not be read, and where it lies."""
    total = audit.total["quarantined"]
    if not total:
        return
    console.print(f"quarantined {total:,} (all of them in quarantine/*.parquet)", highlight=False)
    for row in audit.quarantined[:POISONED]:
        console.print(f"  {row['file']}{place(row)}: {row['error']}: {row['message']}", highlight=False, markup=False)
    if total > POISONED:
        console.print(f"  and {total - POISONED:,} more", highlight=False)


def _funnel(audit: Audit) -> Table:
    table = Table("source", title="Where the documents went", title_justify="left")
    for column in ("in", "kept", "%", "quarantined"):
        table.add_column(column, justify="right")
    table.add_column("dropped for")
    for name, line in audit.lines.items():
        share = f"{line.documents_kept / line.documents_in:.1%}" if line.documents_in else "–"
        ranked = sorted(line.dropped.items(), key=lambda each: (-each[1], each[0]))
        reasons = [f"{reason} {n:,}" for reason, n in ranked[:REASONS]]
        if len(ranked) > REASONS:
            reasons.append(f"{len(ranked) - REASONS} more {sum(n for _, n in ranked[REASONS:]):,}")
        table.add_row(
            name,
            f"{line.documents_in:,}",
            f"{line.documents_kept:,}",
            share,
            f"{line.quarantined:,}",
            ", ".join(reasons),
        )
    total = audit.total
    table.add_section()
    table.add_row(
        "all",
        f"{total['documents_in']:,}",
        f"{total['documents_kept']:,}",
        "",
        f"{total['quarantined']:,}",
        f"{sum(total['dropped'].values()):,} in all",
    )
    return table


def _budget(audit: Audit) -> Table:
    table = Table("source", title="Tokens against the budget", title_justify="left")
    for column in ("unique", "budget", "variance", "passes", "consumed"):
        table.add_column(column, justify="right")
    for name, line in audit.lines.items():
        variance = "–" if line.variance is None else f"{line.variance:+.1%}"
        table.add_row(
            name,
            f"{line.tokens_unique:,}",
            f"{line.budget_tokens:,}",
            variance,
            str(line.passes),
            f"{line.tokens_consumed:,}",
        )
    total = audit.total
    table.add_section()
    table.add_row(
        "all",
        f"{total['tokens_unique']:,}",
        f"{total['budget_tokens']:,}",
        "",
        "",
        f"{total['tokens_consumed']:,}",
    )
    return table


def show_plan(console: Console, corpus: Corpus, estimate: Estimate, done: dict[str, int] | None) -> None:
    """What would run, and the budget it is meant to fill. ``done``: committed read units by source, if asked."""
    work = Table("source", "kind", title="What would be read", title_justify="left")
    for column in ("units", "bytes", "core-hours", *(("done",) if done is not None else ())):
        work.add_column(column, justify="right")
    for each in estimate.sources:
        cells = [
            f"{each.units:,}",
            size(each.bytes) + ("" if each.present else " *"),
            f"{each.core_hours:,.1f}",
        ]
        if done is not None:
            cells.append(f"{done.get(each.source, 0):,}")
        work.add_row(each.source, each.kind, *cells)
    budget = Table("source", title="The budget", title_justify="left")
    for column in ("unique tokens", "passes", "consumed", "share"):
        budget.add_column(column, justify="right")
    for name, (unique, passes) in corpus.budgets().items():
        share = unique * passes / estimate.consumed if estimate.consumed else 0
        budget.add_row(name, f"{unique:,}", str(passes), f"{unique * passes:,}", f"{share:.3%}")
    budget.add_section()
    budget.add_row("all", f"{estimate.unique:,}", "", f"{estimate.consumed:,}", "")
    console.print(work, budget)
    if not all(each.present for each in estimate.sources):
        console.print("* as the manifest expects; the inputs are not there", highlight=False)
    console.print(
        f"read {sum(s.units for s in estimate.sources):,} units, {size(sum(s.bytes for s in estimate.sources))}; "
        f"about {estimate.core_hours:,.0f} core-hours ({estimate.token_core_hours:,.1f} of them after reading); "
        f"about {size(estimate.disk_bytes)} of disk; "
        f"{estimate.steps:,} steps of {corpus.global_batch:,} × {corpus.sequence_length:,} tokens",
        highlight=False,
    )


def show_selection(console: Console, selection: Selection, rate: float, requests_per_second: float) -> None:
    """What a selection would fetch, how long that takes at the given rates, and what reading it costs."""
    table = Table("crawl", title=f"The selection in {selection.folder}", title_justify="left")
    for column in ("pages", "records", "requests", "wanted", "to fetch", "whole files", "in these", "core time"):
        table.add_column(column, justify="right")
    for share in (*selection.crawls, selection.total):
        if share.crawl == "all":
            table.add_section()
        table.add_row(
            share.crawl,
            *(f"{count:,}" for count in (share.pages, share.records, share.requests)),
            size(share.bytes_wanted),
            size(share.bytes_fetched),
            f"{share.whole_files:,}",
            size(share.whole_bytes),
            hours(reading_core_hours(share)),
        )
    total, missing = selection.total, selection.unfetched()
    by_requests, by_bytes = total.requests / requests_per_second / 3600, total.bytes_fetched / rate / 3600
    console.print(table)
    console.print(
        f"fetch {total.requests:,} requests, {size(total.bytes_fetched)}: about {hours(max(by_requests, by_bytes))} "
        f"({hours(by_requests)} by {requests_per_second:g} requests/s, {hours(by_bytes)} by {size(rate)}/s); "
        f"{len(selection.units) - len(missing):,} of {len(selection.units):,} units are there",
        highlight=False,
    )
    if total.unusable or total.unknown_language:
        console.print(
            f"left out: {total.unknown_language:,} pages without a language in crawls that have them, "
            f"{total.unusable:,} rows that name no possible place",
            highlight=False,
        )


def show_crawl(console: Console, summary: CrawlSummary) -> None:
    """What became of every line of the list."""
    table = Table("lines of the list", title=f"Crawl {summary.end}", title_justify="left")
    table.add_column("", justify="right")
    counts = {**summary.outcomes, "done before": summary.done_before, "listed twice": summary.repeated}
    counts |= {f"no URL: {reason}": n for reason, n in summary.invalid.items()} | {"not reached": summary.not_reached}
    for name, count in counts.items():
        if count:
            table.add_row(name, f"{count:,}")
    table.add_section()
    table.add_row("all", f"{summary.listed:,}")
    console.print(table)
    for part in summary.parts:
        console.print(f"wrote {part}", highlight=False)


def hours(count: float) -> str:
    """Hours, and minutes or seconds where they are few.

    >>> hours(1234.56), hours(0.5), hours(0.001), hours(0)
    ('1,234.6 h', '30.0 min', '3.6 s', '0.0 s')
    """
    if count >= 1:
        return f"{count:,.1f} h"
    return f"{count * 60:.1f} min" if count * 60 >= 1 else f"{count * 3600:.1f} s"


def size(count: float) -> str:
    """Bytes in decimal units.

    >>> size(1_234_567)
    '1.2 MB'
    """
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} PB"
