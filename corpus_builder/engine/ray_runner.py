"""Attempts as Ray Core tasks, with Ray as nothing but a scheduler: no data, no actors, no retries of its own."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus_builder.engine.task import Attempt, Outcome
from corpus_builder.engine.worker import own_zygote
from corpus_builder.errors import CallError

# Without keepalive a task on a partitioned node hangs for minutes; both ends must be told before Ray starts.
KEEPALIVE = {
    "RAY_grpc_client_keepalive_time_ms": "30000",
    "RAY_grpc_client_keepalive_timeout_ms": "20000",
}
# Nothing but task arguments and receipts goes through the object store (bytes; Ray refuses less than 75 MiB).
OBJECT_STORE = 80 << 20
# Seconds to wait for a cluster to answer at all.
ANSWER = 20


@dataclass(frozen=True, slots=True)
class RayRunner:
    """A local Ray with ``workers`` CPUs started on demand, or the cluster at ``address`` with all of its CPUs."""

    workers: int = 2
    address: str | None = None

    def run(self, attempts: Iterable[Attempt]) -> Iterator[tuple[Attempt, Outcome]]:
        import ray

        connect(self.workers, self.address)
        task = ray.remote(num_cpus=1, max_retries=0)(_attempt)
        window = 4 * max(1, int(ray.cluster_resources().get("CPU", self.workers)))
        running: dict[Any, Attempt] = {}
        source = iter(attempts)
        try:
            while True:
                while len(running) < window and (attempt := next(source, None)) is not None:
                    running[task.remote(attempt)] = attempt
                if not running:
                    return
                ready, _ = ray.wait(list(running), num_returns=1)
                for reference in ready:
                    yield running.pop(reference), _outcome(reference)
        finally:
            for reference in running:
                ray.cancel(reference, force=True)


def connect(workers: int, address: str | None) -> None:
    """Start or join Ray once in this process. Raises CallError when there is no cluster at the address."""
    import ray

    if ray.is_initialized():
        return
    os.environ.update({k: os.environ.get(k, v) for k, v in KEEPALIVE.items()})
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if address is None:
        # "local" and not the default: the default joins whatever cluster it finds on this machine.
        ray.init(
            address="local",
            num_cpus=workers,
            object_store_memory=OBJECT_STORE,
            include_dashboard=False,
            **quiet,
        )
        return
    import corpus_builder
    import filters

    _reached(address)
    try:
        ray.init(address=address, runtime_env={"py_modules": [corpus_builder, filters]}, **quiet)
    except ConnectionError as error:
        raise CallError(f"--address {address}: no Ray cluster answers there: {error}") from None


def _reached(address: str) -> None:
    """Ray would go on asking an address where nobody answers for many minutes."""
    if address == "auto":
        return
    host, _, port = address.rpartition("://")[2].rstrip("/").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=ANSWER).close()
    except (OSError, ValueError) as error:
        raise CallError(f"--address {address}: no Ray cluster answers there: {error}") from None


def _attempt(attempt: Attempt) -> Outcome:
    return own_zygote().attempt(attempt)


def _outcome(reference: Any) -> Outcome:
    import ray
    from ray.exceptions import RayError

    try:
        outcome: Outcome = ray.get(reference)
    except RayError as error:  # a worker, a node or the memory monitor: never the unit's own word
        return Outcome("infrastructure", f"{type(error).__name__}: {error}"[:500])
    return outcome
