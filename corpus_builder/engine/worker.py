"""A worker's side: a zygote of its own, and one attempt after the other through it."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from typing import BinaryIO, cast

from corpus_builder.engine.task import Attempt, Outcome
from corpus_builder.engine.zygote import receive, send

# One unit is one core: libraries that would start threads of their own are told not to. The arenas of glibc
# and the pool of Arrow would otherwise keep freed memory and count against the unit.
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class Zygote:
    """Starts the program of the same name and talks to it. A dead one is replaced at the next attempt."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def attempt(self, attempt: Attempt) -> Outcome:
        process = self._started()
        try:
            send(cast(BinaryIO, process.stdin), attempt)
            answer = receive(cast(BinaryIO, process.stdout))
        except BrokenPipeError:
            answer = None
        if answer is None:
            self.close()
            return Outcome("infrastructure", "the process that starts units died")
        return cast(Outcome, answer)

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            path = os.pathsep.join(p for p in sys.path if p)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "corpus_builder.engine.zygote"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **QUIET, "PYTHONPATH": path},
            )
        return self._process


@cache
def own_zygote() -> Zygote:
    """The zygote of this process, for runners whose worker is a whole process."""
    return Zygote()
