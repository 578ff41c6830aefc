"""The parent of unit processes: a small program that a worker starts once and that forks a child for each unit.

The child inherits loaded models and compiled kernels at no cost, and can be killed at no loss: the zygote
watches its time, its memory and the record it is on, and reports how it ended. Both die with the worker.

Run as ``python -m corpus_builder.engine.zygote``; it speaks length-prefixed pickles on stdin and stdout.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import pickle
import select
import signal
import struct
import sys
import time
import traceback
from typing import Any, BinaryIO

from corpus_builder.engine.task import Attempt, Ending, Outcome
from corpus_builder.sources.reading import NOWHERE

POLL = 0.02
PAGE = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1


class SharedWatch:
    """The child writes the record it is on, and since when, where the zygote can read it."""

    def __init__(self, skip: frozenset[int]) -> None:
        self.skip = skip
        self._board = mmap.mmap(-1, PAGE)
        self._board[:16] = struct.pack("<qd", NOWHERE, 0.0)

    def enter(self, position: int) -> bool:
        self._board[:16] = struct.pack("<qd", position, time.monotonic())
        return position in self.skip

    def read(self) -> tuple[int, float]:
        position, since = struct.unpack("<qd", self._board[:16])
        return position, since


def main() -> None:
    """Serve attempts until stdin ends."""
    _die_with_parent()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not break the protocol
    while (attempt := receive(requests)) is not None:
        send(answers, run(attempt))


def run(attempt: Attempt) -> Outcome:
    """Fork, watch, account."""
    watch = SharedWatch(attempt.task.skip)
    try:
        if attempt.task.warm is not None:
            attempt.task.warm(attempt.task.job, attempt.store)
    except Exception as error:  # a unit's own failure must be told, not end the zygote
        return Outcome("error", _told(error))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _die_with_parent()
        os.close(reading)
        gc.freeze()  # what was loaded before is here to stay, and is shared until it is touched
        _work(attempt, watch, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        cause, data = _watched(child, pipe, watch, attempt)
        _, status, usage = os.wait4(child, 0)
    return _outcome(cause, data, status, watch.read()[0], usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def _work(attempt: Attempt, watch: SharedWatch, writing: int) -> None:
    """In the child: do the unit, commit its receipt, tell the zygote, and leave without any clean-up."""
    task, store = attempt.task, attempt.store
    try:
        receipt = task.work(task.job, store, watch)
        store.claim(task.receipt, receipt.to_json(task.stage, task.unit, task.key))
        told = Outcome("done", receipt=receipt)
    except BaseException as error:  # whatever it was, the driver must hear of it: nobody is above this frame
        told = Outcome(_blamed(error), _told(error), watch.read()[0])
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(told, pipe)
    sys.stderr.flush()
    os._exit(0)


def _watched(child: int, pipe: BinaryIO, watch: SharedWatch, attempt: Attempt) -> tuple[Ending | None, bytes]:
    """Gather the child's word, or kill it for breaking a limit and say which."""
    limits, started, data = attempt.limits, time.monotonic(), b""
    while True:
        if select.select([pipe], [], [], POLL)[0]:
            chunk = os.read(pipe.fileno(), 1 << 16)
            if not chunk:
                return None, data
            data += chunk
            continue
        now, (position, since) = time.monotonic(), watch.read()
        cause: Ending | None = None
        if _resident(child) > limits.memory:
            cause = "memory"
        elif position >= 0 and now - since > limits.record_seconds:
            cause = "record_time"
        elif now - started > limits.unit_seconds:
            cause = "unit_time"
        if cause is not None:
            os.kill(child, signal.SIGKILL)
            return cause, b""


def _outcome(cause: Ending | None, data: bytes, status: int, position: int, cpu: float, peak_kib: int) -> Outcome:
    peak = peak_kib * 1024
    if cause is not None:
        return Outcome(cause, f"killed for breaking the limit on {cause}", position, None, cpu, peak)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name
        # Nobody but the machine or a person sends SIGKILL here: not the record's fault.
        ending: Ending = "infrastructure" if number in (signal.SIGKILL, signal.SIGTERM) else "signal"
        return Outcome(ending, f"the unit's process died of {name}", position, None, cpu, peak)
    if not data:
        code = os.waitstatus_to_exitcode(status)
        return Outcome("signal", f"the unit's process left with status {code}", position, None, cpu, peak)
    told: Outcome = pickle.loads(data)
    return Outcome(told.ending, told.message, told.position, told.receipt, cpu, peak)


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * PAGE
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0


def _blamed(error: BaseException) -> Ending:
    """A disk or network that fails is not the record's fault; a path that is wrong is nobody else's."""
    wrong_path = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)
    return "infrastructure" if isinstance(error, OSError) and not isinstance(error, wrong_path) else "error"


def _told(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({os.path.basename(where.filename)}:{where.lineno})"[:2000]


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def send(file: BinaryIO, value: object) -> None:
    data = pickle.dumps(value)
    file.write(struct.pack("<Q", len(data)) + data)
    file.flush()


def receive(file: BinaryIO) -> Any:
    """The next value, or None where the other side ended, be it in the middle of one."""
    head = file.read(8)
    size = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
    data = file.read(size)
    return pickle.loads(data) if size and len(data) == size else None


if __name__ == "__main__":
    main()
