"""How a build tells where it is: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from corpus_builder.engine.task import Outcome, Task

# Seconds between plain lines.
QUIET = 10.0
READ, THERE, UNITS = "bytes_read", "bytes_there", "units"  # of stages that read a part of their files


@dataclass(slots=True)
class Usage:
    """CPU seconds of all units of a stage, and the largest resident memory of any (bytes)."""

    cpu_seconds: float = 0.0
    peak_bytes: int = 0


@dataclass(slots=True)
class BuildProgress:
    """Hears of every unit; see ``corpus_builder.engine.drive.Progress``."""

    console: Console
    usage: dict[str, Usage] = field(default_factory=lambda: defaultdict(Usage))
    _live: Progress | None = None
    _bar: TaskID | None = None
    _stage: str = ""
    _units: int = 0
    _done: int = 0
    _rows: int = 0
    _began: float = 0.0
    _spoke: float = 0.0
    _read: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> BuildProgress:
        if self.console.is_terminal:
            columns = (
                TextColumn("{task.description:<8}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
            )
            self._live = Progress(*columns, console=self.console)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._tell_read()
        if self._live is not None:
            self._live.stop()

    def stage(self, name: str, units: int, done: int) -> None:
        self._tell_read()
        self._stage, self._units, self._done, self._rows = name, units, done, 0
        self._began = self._spoke = time.monotonic()
        if self._live is not None:
            self._bar = self._live.add_task(name, total=units, completed=done, rate="")
        else:
            told = f", {done:,} done before" if done else ""
            self.console.print(f"{name}: {units:,} units{told}", highlight=False)

    def unit(self, task: Task, outcome: Outcome) -> None:
        usage = self.usage[task.stage]
        usage.cpu_seconds += outcome.cpu_seconds
        usage.peak_bytes = max(usage.peak_bytes, outcome.peak_bytes)
        if outcome.receipt is None:
            self.console.print(
                f"{task.stage} {task.unit}: {outcome.message}",
                style="yellow",
                highlight=False,
                markup=False,
            )
            return
        self._done += 1
        self._rows += outcome.receipt.counts.rows_in
        self._read[UNITS] += 1
        self._read.update({metric: n for metric, _, n in outcome.receipt.stats if metric in (READ, THERE)})
        now = time.monotonic()
        rate = f"{self._rows / max(now - self._began, 1e-9):,.0f} rows/s"
        if self._live is not None and self._bar is not None:
            self._live.update(self._bar, advance=1, rate=rate)
        elif now - self._spoke >= QUIET:
            self._spoke = now
            self.console.print(f"{task.stage}: {self._done:,} of {self._units:,} units, {rate}", highlight=False)

    def _tell_read(self) -> None:
        """What the stage that ends here read of the files before it."""
        if self._read[THERE]:
            of = self._read[READ] / self._read[THERE]
            self.console.print(
                f"{self._stage}: {self._read[UNITS]:,} units read {self._read[READ]:,} of {self._read[THERE]:,} bytes "
                f"of documents ({of:.1%}): measures, no text",
                highlight=False,
            )
        self._read.clear()
