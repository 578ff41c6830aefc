"""Documents for people: the story of one, as ``corpus why`` tells it, and many to read, as ``corpus sample`` does."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from corpus_builder.audit.sample import Reason, Sampled, origin
from corpus_builder.audit.why import Answer, Bounded, Story


def show_answer(console: Console, answer: Answer) -> None:
    """What is known of one document, or of each of several; and records in quarantine that name it."""
    if answer.note:
        console.print(answer.note, style="yellow", highlight=False, markup=False, soft_wrap=True)
    for story in answer.stories:
        show_story(console, story)
    for row in answer.quarantined:
        what = f"in quarantine: {origin(row)}: {row['error']}: {row['message']}"
        console.print(what, highlight=False, markup=False, soft_wrap=True)


def show_story(console: Console, story: Story) -> None:
    """One document: origin, measures against bounds, verdict, duplicate, shards."""
    d = story.document

    def say(text: str) -> None:
        console.print(f"  {text}", highlight=False, markup=False, soft_wrap=True)

    console.print(f"{d['id']}  {d['url'] or ''}", style="bold", highlight=False, markup=False, soft_wrap=True)
    say(f"source {d['source']}, read from {origin(d)}")
    say(f"{d['n_chars']:,} characters, language {d['lang'] or 'unknown'}, date {d['date'] or 'unknown'}")
    say(f"kept in {d['path']}, row {d['row']:,}")
    if d["meta"]:
        say(", ".join(f"{key} {value}" for key, value in d["meta"]))
    console.print(_bounds(story.bounds))
    if story.measures:
        say("no bound on " + ", ".join(f"{name} {_number(value)}" for name, value in story.measures.items()))
    if story.objections is None:
        say("not judged yet: corpus build … --until judge does it")
    elif story.line is None:
        say(f"judged: rejected for {', '.join(story.objections)}")
    else:
        say(f"judged: counts to {story.line}")
    if (r := story.duplicate) is not None:
        say(
            f"removed as {r['reason']} duplicate of {r['kept']} {r['url'] or ''} ({r['kept_line']}), "
            f"similarity {r['similarity']:.2f}, cluster of {r['cluster_size']:,}"
        )
    if story.stands_for:
        say(f"{story.stands_for:,} removed as duplicates of this one")
    for number, path, tokens in story.used:
        say(f"pass {number}: {tokens:,} tokens in {path}")


def _bounds(bounds: list[Bounded]) -> Table:
    """A row a bounded measure, a column a level."""
    levels = list(dict.fromkeys(b.level for b in bounds))
    table = Table("measure", "value", *levels)
    for name in dict.fromkeys(b.name for b in bounds):
        each = {b.level: b for b in bounds if b.name == name}
        value = next(iter(each.values())).value
        table.add_row(name, _number(value), *(_bound(each.get(level)) for level in levels))
    return table


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:.6g}"


def show_reasons(console: Console, found: list[Reason], out: str) -> None:
    """Every reason by source, with what would come in if its bound were not there."""
    table = Table("source", "", "reason", title="Why records are out", title_justify="left")
    for column in ("records", "% of source", "told first", "alone"):
        table.add_column(column, justify="right")
    last = None
    for each in found:
        if last not in (None, each.source):
            table.add_section()
        counts = ("" if n is None else f"{n:,}" for n in (each.first, each.sole))
        name = each.source if each.source != last else ""
        table.add_row(name, each.what, escape(each.reason), f"{each.documents:,}", f"{each.share:.1%}", *counts)
        last = each.source
    console.print(table)
    console.print(
        "alone: no other bound of the level objects, so without this one they would be judged in\n"
        f"to read some: corpus sample {out} --reason REASON [--source S] [--html FILE]",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def show_samples(console: Console, found: list[Sampled], shown: int) -> None:
    """Documents one after the other: where from, what is said against them, and how they begin."""
    for number, each in enumerate(found, 1):
        head = " ".join(word for word in (each.id, each.url) if word) or each.origin
        console.print(f"{number}. {head}", style="bold", highlight=False, markup=False, soft_wrap=True)
        where = f"; {each.origin}" if head != each.origin else ""
        console.print(f"  {each.source}: {each.decision}{where}", highlight=False, markup=False, soft_wrap=True)
        for said in each.said:
            value = "" if said.value is None else f" (is {said.value:.4g})"
            seen = f": {_line(said.evidence)}" if said.evidence else ""
            console.print(f"  ✗ {said.objection}{value}{seen}", style="red", highlight=False, markup=False)
        if each.text is None:
            console.print(f"  {_line(each.note)}", style="dim", highlight=False, markup=False, soft_wrap=True)
        else:
            more = f" … {len(each.text) - shown:,} more" if len(each.text) > shown else ""
            console.print(Padding(Text(_line(each.text[:shown]) + more, style="dim"), (0, 0, 1, 4)))


def _line(text: str) -> str:
    """Line ends shown as ⏎; what a terminal would obey is shown as a space."""
    return "".join("⏎" if c == "\n" else c if c.isprintable() else " " for c in text)


def _bound(bound: Bounded | None) -> str:
    if bound is None:
        return ""
    limits = [f"≥ {bound.low:g}"] if bound.low is not None else []
    limits += [f"≤ {bound.high:g}"] if bound.high is not None else []
    return f"{'✓' if bound.holds else '✗'} {' and '.join(limits)}"
