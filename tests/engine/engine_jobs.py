"""Units that misbehave in every way a unit can, for the tests of the engine."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from corpus_builder.engine.receipt import Counts, Receipt
from corpus_builder.engine.task import Task
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Store


@dataclass(frozen=True)
class Records:
    """``count`` records, of which those in ``bad`` misbehave as ``how`` says."""

    count: int
    bad: tuple[int, ...] = ()
    how: str = ""
    mark: str = ""


def task(name: str, job: Records) -> Task:
    return Task("play", name, "0" * 16, work, job)


def work(job: Records, store: Store, watch: Watch) -> Receipt:
    quarantined = 0
    for position in range(job.count):
        if watch.enter(position):
            quarantined += 1
        elif position in job.bad:
            misbehave(job, position)
    return Receipt("s", Counts(job.count, job.count - quarantined, {}, quarantined))


def misbehave(job: Records, position: int) -> None:
    match job.how:
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            time.sleep(3600)
        case "swell":
            held = []
            while True:
                held.append(bytes(16 << 20))
        case "raise":
            raise ValueError(f"record {position} is odd")
        case "once":  # an accident: the process is killed from outside, the first time only
            if not Path(job.mark).exists():
                Path(job.mark).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        case "leak":
            raise SystemExit(3)


def miscount(job: Records, store: Store, watch: Watch) -> Receipt:
    return Receipt("s", Counts(rows_in=5, kept=4))


def fail_at_the_end(job: Records, store: Store, watch: Watch) -> Receipt:
    work(job, store, watch)
    raise ValueError("after all records")
