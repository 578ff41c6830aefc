"""The words of the engine: a task is a unit to do, an outcome is how one attempt at it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from corpus_builder.engine.receipt import Receipt
from corpus_builder.sources.reading import Watch
from corpus_builder.store import Store


@dataclass(frozen=True, slots=True)
class Task:
    """One unit of one stage.

    ``key`` digests everything that decides the unit's bytes; a receipt under it means that the unit is done.
    ``work(job, store, watch)`` does it and returns what happened; it must be importable by name, and safe to
    repeat. ``warm(job, store)``, where given, is called once in the parent of the process that does the work, to
    load models and compiled code that all units share. ``skip`` holds positions of records that killed
    earlier attempts.
    """

    stage: str
    unit: str
    key: str
    work: Callable[[Any, Store, Watch], Receipt]
    job: Any
    warm: Callable[[Any, Store], None] | None = None
    skip: frozenset[int] = frozenset()

    @property
    def receipt(self) -> str:
        return f"receipts/{self.stage}/{self.unit}.{self.key}.json"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one unit may use. ``memory`` is resident bytes of its process, shared pages included."""

    unit_seconds: float = 24 * 3600
    record_seconds: float = 300  # more than any wait for a disk or a server
    memory: int = 1 << 30


Ending = Literal["done", "error", "signal", "unit_time", "record_time", "memory", "infrastructure"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. ``position`` is the record in progress then, -1 when none was.

    ``cpu_seconds`` and ``peak_bytes`` are the kernel's account of the unit's process.
    """

    ending: Ending
    message: str = ""
    position: int = -1
    receipt: Receipt | None = None
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What travels to a worker."""

    task: Task
    store: Store
    limits: Limits = field(default_factory=Limits)
