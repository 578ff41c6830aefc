"""Work spread over threads that only wait for the network: results as they come, few of them in memory."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
# How often a thread with a result in its hands looks whether anybody still wants it (seconds).
LOOK = 0.2


def spread(
    items: Iterable[Item], work: Callable[[Item], Result], threads: int, stop: threading.Event
) -> Iterator[Result]:
    """``work`` of every item, in the order in which they are done. The first exception of ``work`` is raised here.

    When the caller goes away, by an exception or by not asking on, ``stop`` is set: ``work`` must heed it. The
    threads are no reason for the process to stay.
    """
    waiting, lock = iter(items), threading.Lock()
    results: queue.Queue[tuple[Result | None, BaseException | None, bool]] = queue.Queue(threads)

    def put(result: Result | None, error: BaseException | None, last: bool) -> None:
        while not stop.is_set():
            try:
                return results.put((result, error, last), timeout=LOOK)
            except queue.Full:
                continue

    def run() -> None:
        try:
            while not stop.is_set():
                with lock:
                    item = next(waiting, waiting)
                if item is waiting:
                    return
                put(work(item), None, False)  # type: ignore[arg-type]
        except BaseException as error:
            put(None, error, False)
        finally:
            put(None, None, True)

    running = [threading.Thread(target=run, daemon=True) for _ in range(threads)]
    for thread in running:
        thread.start()
    left = threads
    finished = False
    try:
        while left:
            result, error, last = results.get()
            left -= last
            if error is not None:
                raise error
            if not last:
                yield result  # type: ignore[misc]
        finished = True
    finally:
        if not finished:
            stop.set()
