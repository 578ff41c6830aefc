"""The story of one document, as ``corpus why`` tells it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from corpus_builder.audit.why import Bounded, Story
from corpus_builder.cli.tables import place


def show_story(console: Console, story: Story) -> None:
    """One document: origin, measures against bounds, verdict, duplicate, shards."""
    d = story.document
    console.print(f"{d['id'].hex()}  {d['url'] or ''}", style="bold", highlight=False, markup=False)
    console.print(
        f"  read from {d['file']}{place(d)}, record {d['identity']}", highlight=False, markup=False, soft_wrap=True
    )
    console.print(f"  {d['n_chars']:,} characters, language {d['lang']}, date {d['date']}", highlight=False)
    if d["meta"]:
        said = ", ".join(f"{key} {value}" for key, value in d["meta"])
        console.print(f"  {said}", highlight=False, markup=False, soft_wrap=True)
    table = Table("bound", "value")
    levels = list(dict.fromkeys(b.level for b in story.bounds))
    for level in levels:
        table.add_column(level)
    names = dict.fromkeys(b.name for b in story.bounds)
    for name in names:
        each = {b.level: b for b in story.bounds if b.name == name}
        value = next(iter(each.values())).value
        table.add_row(name, "?" if value is None else f"{value:g}", *(_bound(each.get(level)) for level in levels))
    console.print(table)
    if story.verdict is not None:
        line, objections = story.verdict["line"], ", ".join(story.verdict["objections"])
        console.print(
            f"  judged: counts to {line}" if line else f"  judged: rejected for {objections}", highlight=False
        )
    if story.duplicate is not None:
        r = story.duplicate
        console.print(
            f"  removed as {r['reason']} duplicate of {r['kept'].hex()} ({r['kept_line']}), "
            f"similarity {r['similarity']:.2f}, cluster of {r['cluster_size']:,}",
            highlight=False,
        )
    for number, path, tokens in story.used:
        console.print(f"  pass {number}: {tokens:,} tokens in {path}", highlight=False)


def _bound(bound: Bounded | None) -> str:
    if bound is None:
        return ""
    limits = [f"≥ {bound.low:g}"] if bound.low is not None else []
    limits += [f"≤ {bound.high:g}"] if bound.high is not None else []
    return f"{'✓' if bound.holds else '✗'} {' and '.join(limits)}"
