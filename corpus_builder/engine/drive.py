"""The driver: which units are missing, who tries them again, and when to give up. Only tasks and receipts pass it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from corpus_builder.engine.receipt import Receipt
from corpus_builder.engine.runner import Runner
from corpus_builder.engine.task import Attempt, Limits, Outcome, Task
from corpus_builder.errors import BuildError, UnitError
from corpus_builder.store import Store

# A unit's own failures, and failures of what it ran on, before it is given up.
FAILURES, LOSSES = 3, 20
# A record that ended this many attempts is skipped in the next one.
STRIKES = 2
# Records that one unit may lose in this way; a unit that has more is not worth its attempts.
POISON = 50
# So many losses in a row are an outage, not bad luck.
OUTAGE = 50


class Progress(Protocol):
    """Hears of every unit; see ``corpus_builder.cli.progress``."""

    def stage(self, name: str, units: int, done: int) -> None: ...

    def unit(self, task: Task, outcome: Outcome) -> None: ...


@dataclass(slots=True)
class _Ledger:
    """What went wrong with one unit so far."""

    failures: int = 0
    losses: int = 0
    strikes: Counter[int] = field(default_factory=Counter)


def drive(
    stage: str,
    tasks: Sequence[Task],
    store: Store,
    runner: Runner,
    limits: Limits,
    progress: Progress,
) -> dict[Task, Receipt]:
    """Every task's receipt, old or new. Raises UnitError naming the units that failed, after all others are done."""
    committed = set(store.list(f"receipts/{stage}"))
    receipts = {t: read_receipt(store, t) for t in tasks if t.receipt in committed}
    for task in _without_files(store, receipts):
        store.remove(task.receipt)
        del receipts[task]
    progress.stage(stage, len(tasks), len(receipts))
    pending = deque(task for task in tasks if task not in receipts)
    ledgers: dict[str, _Ledger] = {}
    given_up: dict[str, str] = {}
    outage = 0

    def draw() -> Iterator[Attempt]:
        while pending:
            yield Attempt(pending.popleft(), store, limits)

    while pending:
        for attempt, outcome in runner.run(draw()):
            task = attempt.task
            progress.unit(task, outcome)
            if outcome.ending == "done" and outcome.receipt is not None:
                outage = 0
                # What lies in the store counts, not what this attempt says: another may have been faster.
                receipts[replace(task, skip=frozenset())] = read_receipt(store, task)
                continue
            outage = outage + 1 if outcome.ending == "infrastructure" else 0
            if outage >= OUTAGE:
                raise BuildError(f"{stage}: {OUTAGE} losses in a row, the last: {outcome.message}; run again later")
            again = _again(task, outcome, ledgers.setdefault(task.unit, _Ledger()))
            if again is None:
                given_up[task.unit] = outcome.message
            else:
                pending.append(again)
    if given_up:
        lines = "\n".join(f"  {unit}: {why}" for unit, why in sorted(given_up.items()))
        raise UnitError(f"{stage}: {len(given_up)} of {len(tasks)} units failed; the others are done:\n{lines}")
    return {task: receipts[task] for task in tasks}


def _without_files(store: Store, receipts: Mapping[Task, Receipt]) -> list[Task]:
    """Units whose files somebody took away: their receipts are no longer true."""
    folders = sorted({o.path.partition("/")[0] for r in receipts.values() for o in r.outputs})
    there = {path for folder in folders for path in store.list(folder)}
    return [task for task, r in receipts.items() if any(o.path not in there for o in r.outputs)]


def read_receipt(store: Store, task: Task) -> Receipt:
    data = store.get(task.receipt)
    if data is None:
        raise BuildError(f"{store.root}/{task.receipt}: the receipt is gone while its unit was in use")
    return Receipt.from_json(data)


def _again(task: Task, outcome: Outcome, ledger: _Ledger) -> Task | None:
    """The task to try next, with a record more to skip when one did the harm twice; None to give up."""
    if outcome.ending == "infrastructure":
        ledger.losses += 1
        return task if ledger.losses < LOSSES else None
    if outcome.position >= 0 and outcome.position not in task.skip and len(task.skip) < POISON:
        ledger.strikes[outcome.position] += 1
        if ledger.strikes[outcome.position] >= STRIKES:
            ledger.failures = 0
            return replace(task, skip=task.skip | {outcome.position})
    ledger.failures += 1
    return task if ledger.failures < FAILURES else None
