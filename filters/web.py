"""What extraction knows of a page besides its text: so far, how much of the text is labels of links."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from filters.core import Measure

COLUMNS = ("link_ratio",)


def measure_web(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """``link_ratio``: characters of the text that are link labels (the batch's ``link_chars``), of all, in [0, 1].

    uzushio refuses pages above .4 or .8. Undefined for the empty text.

    >>> from filters.buffers import batch_of
    >>> measure_web(batch_of(["次へ 前へ", ""], link_chars=[4, 0]))["link_ratio"].to_pylist()
    [0.800000011920929, nan]
    """
    chars = pc.cast(pc.utf8_length(batch.column("text")), pa.float64())
    ratio = pc.divide(pc.cast(batch.column("link_chars"), pa.float64()), chars)
    return {"link_ratio": pc.cast(ratio, pa.float32())}


WEB = Measure("web", 1, COLUMNS, measure_web)
