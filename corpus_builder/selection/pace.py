"""How fast a server is asked: one budget of bytes and requests for all connections, and patience when it refuses."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from typing import Protocol

# No server may make a fetch wait longer than this by its Retry-After (seconds).
LONGEST_WISH = 3600.0


class Stopped(Exception):
    """Somebody asked the fetch to end while this thread was waiting."""


class Clock(Protocol):
    def now(self) -> float:
        """Seconds of a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Raises Stopped when the fetch is to end."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The machine's clock; ``stop`` ends every wait at once."""

    stop: threading.Event

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise Stopped


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many bytes and requests a second, all connections together; ``connections`` requests at a time."""

    bytes_per_second: float
    requests_per_second: float
    connections: int


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a range is asked for before it is given up, and how long a refusal is waited out (seconds).

    The n-th wait is drawn evenly between nothing and ``first`` doubled n times, at most ``longest``. Twelve tries of
    one second and up to five minutes are about nine minutes; a server blocks for longer only who does not slow down.
    A connection that says nothing for ``silent`` seconds is given up.
    """

    tries: int = 12
    first: float = 1.0
    longest: float = 300.0
    silent: float = 60.0

    def wait(self, tried: int, draw: random.Random) -> float:
        return draw.uniform(0, min(self.longest, self.first * 2.0 ** min(tried, 60)))


class Pace:
    """Token buckets without a store: a request that is granted puts the next one off by what it costs.

    So no stretch of time sees more than its share and one request more. Shared by threads.
    """

    __slots__ = ("_budget", "_bytes_free", "_clock", "_held_until", "_lock", "_requests_free")

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self._budget, self._clock, self._lock = budget, clock, threading.Lock()
        self._bytes_free = self._requests_free = self._held_until = clock.now()

    def take(self, size: int) -> None:
        """Wait until a request for ``size`` bytes may be made. Raises Stopped."""
        while (wait := self._granted(size)) > 0:
            self._clock.sleep(wait)

    def hold(self, seconds: float) -> float:
        """Let nobody ask anything for so long; returns how long everybody waits now."""
        with self._lock:
            now = self._clock.now()
            self._held_until = max(self._held_until, now + min(seconds, LONGEST_WISH))
            return self._held_until - now

    def _granted(self, size: int) -> float:
        with self._lock:
            now = self._clock.now()
            wait = max(self._bytes_free, self._requests_free, self._held_until) - now
            if wait <= 0:
                self._bytes_free = now + size / self._budget.bytes_per_second
                self._requests_free = now + 1 / self._budget.requests_per_second
            return wait
