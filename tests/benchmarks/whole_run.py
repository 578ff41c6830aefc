"""What a build costs: CPU seconds and peak memory of every stage, source by source, on real input.

    python tests/benchmarks/whole_run.py DIR

DIR is laid out by ``tests/real/prepare.py`` (done here when it is empty). Each source is built alone, with one worker,
into a folder that is removed again; CPU seconds are the kernel's account of the units' processes (start-up of the
interpreter, models and compiled kernels left out: they are loaded once a worker), peak memory is of the largest unit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corpus_builder import build as road
from corpus_builder.audit.audit import audit
from corpus_builder.cli.progress import BuildProgress
from corpus_builder.engine.runner import InlineRunner
from corpus_builder.manifest import load
from corpus_builder.order import Order, prepare
from corpus_builder.store import at

PREPARE = Path(__file__).resolve().parents[1] / "real" / "prepare.py"


def main(folder: Path) -> None:
    if not (folder / "real.yaml").exists():
        subprocess.run([sys.executable, str(PREPARE), str(folder)], check=True)
    order = prepare(load(folder / "real.yaml"))
    console = Console(width=150)
    table = Table(
        "input", "records", "documents", "tokens", title="CPU seconds by stage, one worker", title_justify="left"
    )
    for column in ("read", "after", "all", "all / GB", "all / 1,000 records", "peak MB"):
        table.add_column(column, justify="right")
    for source in order.sources:
        for inputs in [[i] for i in order.inputs[source]] if source == "ja_cc" else [order.inputs[source]]:
            alone = replace(order, sources=(source,), recipes={source: order.recipes[source]}, inputs={source: inputs})
            table.add_row(*measured(alone, source))
    console.print(table)


def measured(order: Order, source: str) -> list[str]:
    """One row: a build of one source."""
    with tempfile.TemporaryDirectory() as out, BuildProgress(Console(quiet=True)) as progress:
        store = at(out)
        road.build(order, store, InlineRunner(1), progress=progress)
        total = audit(store).total
    read = progress.usage["read"].cpu_seconds
    cpu = sum(usage.cpu_seconds for usage in progress.usage.values())
    peak = max(usage.peak_bytes for usage in progress.usage.values())
    size = sum(i.bytes for i in order.inputs[source])
    names = ", ".join(Path(i.name).name for i in order.inputs[source][:2])
    return [
        f"{source}: {names}",
        f"{total['documents_in']:,}",
        f"{total['documents_kept']:,}",
        f"{total['tokens_unique']:,}",
        f"{read:.2f}",
        f"{cpu - read:.2f}",
        f"{cpu:.2f}",
        f"{cpu / size * 1e9:,.0f}",
        f"{cpu / max(1, total['documents_in']) * 1000:.2f}",
        f"{peak / 1e6:.0f}",
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
