"""Receipts: the committed record of one unit. A file that no receipt names does not exist for any reader."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from corpus_builder.errors import SumError
from corpus_builder.store import Output


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one unit: every row that came in is kept, dropped for a reason, or quarantined."""

    rows_in: int = 0
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0

    @property
    def closes(self) -> bool:
        """
        >>> Counts(rows_in=3, kept=1, dropped={"too_short": 1}, quarantined=1).closes
        True
        >>> Counts(rows_in=3, kept=1).closes
        False
        """
        return self.rows_in == self.kept + sum(self.dropped.values()) + self.quarantined

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.rows_in + other.rows_in,
            self.kept + other.kept,
            dict(sorted((Counter(self.dropped) + Counter(other.dropped)).items())),
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class InputRead:
    """An input as it was read: its full digest, so that a later change can be told."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one unit did.

    ``content`` digests the documents in the outputs, whatever file they came from: sums of it over all units
    are the same for any split of the input. ``stats`` are additive (metric, key, value) rows.
    """

    source: str
    counts: Counts
    outputs: tuple[Output, ...] = ()
    inputs: tuple[InputRead, ...] = ()
    stats: tuple[tuple[str, str, int], ...] = ()
    content: str = "0" * 32

    def to_json(self, stage: str, unit: str, key: str) -> bytes:
        """Raises SumError when the rows do not close: such a unit is never committed."""
        if not self.counts.closes:
            raise SumError(
                f"{stage} {unit}: {self.counts.rows_in} rows in, but {self.counts.kept} kept + "
                f"{sum(self.counts.dropped.values())} dropped + {self.counts.quarantined} quarantined"
            )
        body = {"stage": stage, "unit": unit, "key": key, **asdict(self)}
        return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes) -> Receipt:
        body = json.loads(data)
        return cls(
            source=body["source"],
            counts=Counts(**body["counts"]),
            outputs=tuple(Output(**each) for each in body["outputs"]),
            inputs=tuple(InputRead(**each) for each in body["inputs"]),
            stats=tuple((m, k, v) for m, k, v in body["stats"]),
            content=body["content"],
        )


def add_contents(contents: Iterable[str]) -> str:
    """Sum of 128-bit content digests modulo 2^128, as hex: order and grouping do not matter.

    >>> add_contents(["f" * 32, "0" * 31 + "2"])
    '00000000000000000000000000000001'
    """
    return f"{sum(int(each, 16) for each in contents) % (1 << 128):032x}"
