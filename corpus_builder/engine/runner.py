"""Where attempts run. One method: what is in the runner changes speed, never bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from corpus_builder.engine.task import Attempt, Outcome
from corpus_builder.engine.worker import Zygote


class Runner(Protocol):
    def run(self, attempts: Iterable[Attempt]) -> Iterator[tuple[Attempt, Outcome]]:
        """Every attempt once, outcomes as they come. ``attempts`` is drawn on only as there is room."""


@dataclass(frozen=True, slots=True)
class InlineRunner:
    """On this machine, without Ray: a thread and a zygote a worker."""

    workers: int = 1

    def run(self, attempts: Iterable[Attempt]) -> Iterator[tuple[Attempt, Outcome]]:
        zygotes: SimpleQueue[Zygote] = SimpleQueue()
        everyone = [Zygote() for _ in range(self.workers)]
        for each in everyone:
            zygotes.put(each)

        def one(attempt: Attempt) -> Outcome:
            zygote = zygotes.get()
            try:
                return zygote.attempt(attempt)
            finally:
                zygotes.put(zygote)

        with ThreadPoolExecutor(self.workers) as pool:
            try:
                yield from windowed(attempts, self.workers, lambda a: pool.submit(one, a))
            finally:
                for each in everyone:
                    each.close()


def windowed(
    attempts: Iterable[Attempt], window: int, submit: Callable[[Attempt], Future[Outcome]]
) -> Iterator[tuple[Attempt, Outcome]]:
    """At most ``window`` submitted at a time."""
    running: dict[Future[Outcome], Attempt] = {}
    source = iter(attempts)
    while True:
        while len(running) < window and (attempt := next(source, None)) is not None:
            running[submit(attempt)] = attempt
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future.result()
