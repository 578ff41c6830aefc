"""What a filter is: a measure computed in code, a bound read from data, an objection derived from both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class Measure:
    """Numbers about documents: one row in, one row out, whatever the neighbours.

    ``function`` takes a record batch that has at least ``text`` (large_string, never null), ``url``, ``link_chars``,
    ``page_chars`` and ``page_link_chars`` (int32, the last two null where the document is no Web page), and returns
    one array a name in ``columns``, each as long as the batch.
    An undefined number (the mean of nothing) is null or NaN, never a made-up zero. A change of meaning is
    a change of ``version``, which makes stored numbers stale. ``function`` must be importable by name, or be a
    ``functools.partial`` of one that is; ``data`` is the sha256 of the file (a model, a word list) it measures with.
    """

    name: str
    version: int
    columns: tuple[str, ...]
    function: Callable[[pa.RecordBatch], dict[str, pa.Array]]
    data: str = ""

    def __call__(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        return self.function(batch)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the text itself, made before anything is measured, and counted: one row in, one row out.

    ``function`` takes a batch with the column ``text`` and returns the edited texts (large_string, never null, the same
    array where nothing changed) and one int32 array a name in ``columns``: how often it did what, a document.
    The same laws hold as for measures, and one more: to edit twice is to edit once.
    """

    name: str
    version: int
    columns: tuple[str, ...]
    function: Callable[[pa.RecordBatch], tuple[pa.Array, dict[str, pa.Array]]]

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.Array, dict[str, pa.Array]]:
        return self.function(batch)


@dataclass(frozen=True, slots=True)
class Bound:
    """The range of one measure that is acceptable: ``low <= value <= high``, either side open when None."""

    measure: str
    low: float | None = None
    high: float | None = None

    def objections(self, values: pa.Array | pa.ChunkedArray) -> pa.Array:
        """A string a row that names what is wrong, null where nothing is.

        Compared in the column's own precision: a stored 0.2 is not above a bound of 0.2, be it float32.

        >>> Bound("kana_ratio", low=0.1).objections(pa.array([0.5, 0.05, None, float("nan")])).to_pylist()
        [None, 'kana_ratio<0.1', 'kana_ratio=?', 'kana_ratio=?']
        """
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        answers = pa.nulls(len(values), pa.string())
        precision = pa.float32() if values.type == pa.float32() else pa.float64()
        number = pc.cast(values, precision)
        low, high = (pa.scalar(bound, precision) for bound in (self.low, self.high))
        if self.high is not None:
            answers = pc.if_else(pc.greater(number, high), f"{self.measure}>{self.high:.15g}", answers)
        if self.low is not None:
            answers = pc.if_else(pc.less(number, low), f"{self.measure}<{self.low:.15g}", answers)
        undefined = pc.is_null(number, nan_is_null=True)
        return pc.if_else(undefined, f"{self.measure}=?", answers)


@dataclass(frozen=True, slots=True)
class Filter:
    """Named for what it keeps; it keeps a document when every bound holds."""

    name: str
    measures: tuple[Measure, ...]
    bounds: tuple[Bound, ...]

    def __post_init__(self) -> None:
        known = {column for measure in self.measures for column in measure.columns}
        for bound in self.bounds:
            if bound.measure not in known:
                raise ValueError(
                    f"filter {self.name!r} bounds {bound.measure!r}, which none of its measures computes; "
                    f"they compute {', '.join(sorted(known))}"
                )

    def objections(self, measured: pa.Table | pa.RecordBatch) -> list[pa.Array]:
        """One string array a bound, null where it holds; ``measured`` has a column a measure.

        >>> from filters.core import Measure
        >>> kana = Measure("kana", 1, ("kana_ratio",), lambda batch: {})
        >>> keep = Filter("japanese_prose", (kana,), (Bound("kana_ratio", low=0.1),))
        >>> [a.to_pylist() for a in keep.objections(pa.table({"kana_ratio": [0.5, 0.0]}))]
        [[None, 'japanese_prose/kana_ratio<0.1']]
        """
        answers = []
        for bound in self.bounds:
            said = bound.objections(measured.column(bound.measure))
            answers.append(pc.binary_join_element_wise(self.name, said, "/"))
        return answers

    def __call__(self, batch: pa.RecordBatch) -> pa.Array:
        """Measure and decide at once: the first objection a row, null where the text is kept."""
        columns = measure(self.measures, batch)
        said = self.objections(pa.table(columns))
        return pc.coalesce(*said) if said else pa.nulls(batch.num_rows, pa.string())


def measure(measures: Iterable[Measure], batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """The columns of several measures over one batch, each as long as the batch."""
    columns: dict[str, pa.Array] = {}
    for each in measures:
        answer = each(batch)
        if tuple(answer) != each.columns:
            raise ValueError(f"measure {each.name!r} declares {each.columns} and returned {tuple(answer)}")
        columns |= answer
    return columns
