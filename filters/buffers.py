"""How Arrow text reaches compiled kernels: the array's own bytes and offsets, no copy, no Python object a document.

A kernel compiled with :func:`kernel` is cached on disk under the hash of its own file. Whoever edits this file (or
any function that kernels of another file call) clears the caches: ``find . -name '*.nb[ci]' -delete``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Kernel = TypeVar("Kernel", bound=Callable[..., object])
Scalar = TypeVar("Scalar", bound=np.generic)

REPLACEMENT = 0xFFFD
MEASURED = ["text", "url", "link_chars", "page_chars", "page_link_chars"]  # what a measure may look at


class Texts(NamedTuple):
    """Document ``i`` is ``data[offsets[i]:offsets[i + 1]]``, UTF-8; both arrays are read-only views."""

    data: Bytes
    offsets: Offsets


def kernel(function: Kernel) -> Kernel:
    """Compile at the first call, without the GIL, and keep the machine code on disk where that is possible.

    The cache lies beside the source file, or in the user's cache folder if that is read-only; where neither can be
    written (a sealed container) the kernel is compiled anew in every process.
    """
    try:
        return cast(Kernel, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        return cast(Kernel, numba.njit(nogil=True)(function))


def texts(array: pa.Array | pa.ChunkedArray) -> Texts:
    """The buffers of a ``large_string`` array; a ``string`` array is cast, and a null is read as no text at all.

    >>> found = texts(pa.array(["外", "かな", "a"], pa.large_string())[1:])
    >>> [bytes(found.data[a:b]).decode() for a, b in zip(found.offsets, found.offsets[1:])]
    ['かな', 'a']
    """
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if not pa.types.is_large_string(array.type):
        array = pc.cast(array, pa.large_string())
    if array.null_count:
        array = pc.fill_null(array, "")
    _, offsets, data = array.buffers()
    if len(array) == 0 or offsets is None:
        return Texts(_view(None, np.uint8), _frozen(np.zeros(1, np.int64)))
    every = _view(offsets, np.int64)
    return Texts(_view(data, np.uint8), every[array.offset : array.offset + len(array) + 1])


def batch_of(
    texts: Sequence[str],
    link_chars: Sequence[int] | None = None,
    page_chars: Sequence[int] | None = None,
    page_link_chars: Sequence[int] | None = None,
) -> pa.RecordBatch:
    """A batch as measures expect it, made of Python strings: for the prompt, for examples and for tests.

    >>> batch_of(["いろは"]).schema.names
    ['text', 'url', 'link_chars', 'page_chars', 'page_link_chars']
    """
    nowhere = [None] * len(texts)
    return pa.record_batch(
        {
            "text": pa.array(texts, pa.large_string()),
            "url": pa.nulls(len(texts), pa.string()),
            "link_chars": pa.array([0] * len(texts) if link_chars is None else link_chars, pa.int32()),
            "page_chars": pa.array(nowhere if page_chars is None else page_chars, pa.int32()),
            "page_link_chars": pa.array(nowhere if page_link_chars is None else page_link_chars, pa.int32()),
        }
    )


def columns(names: Sequence[str], numbers: Numbers, counts: Sequence[str] = ()) -> dict[str, pa.Array]:
    """A kernel's answer, one row of ``numbers`` a name, as Arrow arrays: int32 for ``counts``, else float32.

    Single precision halves what is stored beside every document; ``Bound`` compares in the column's own precision.
    """
    return {
        name: pa.array(row.astype(np.int32 if name in counts else np.float32))
        for name, row in zip(names, numbers, strict=True)
    }


@kernel
def signed(number: np.unsignedinteger[Any]) -> int:
    """The same number as int64. Kernels need it wherever bytes or hashes meet integers: numba makes a float of both."""
    return np.int64(number)  # type: ignore[return-value]


@kernel
def whole(data: Bytes, start: int, end: int) -> int:
    """Where the last whole character of ``data[start:end]`` ends: :func:`decode` may read up to there.

    Valid text ends at ``end``. Bytes of a sequence cut off are left out, so that whatever the bytes are, no kernel
    reads beyond its document.

    >>> text = np.frombuffer("aあ".encode(), np.uint8)
    >>> whole(text, 0, 4), whole(text, 0, 3), whole(text, 0, 2), whole(text, 0, 0)
    (4, 1, 1, 0)
    """
    cut = True
    while cut and end > start:
        cut = data[end - 1] >= 0xC0
        cut |= end - 2 >= start and data[end - 2] >= 0xE0
        cut |= end - 3 >= start and data[end - 3] >= 0xF0
        end -= cut
    return end


@kernel
def decode(data: Bytes, at: int) -> tuple[int, int]:
    """The code point that starts at byte ``at``, and where the next one starts; a stray byte is one U+FFFD.

    Trailing bytes are trusted: Arrow strings are valid UTF-8. (One exit and no bounds made kernels three times
    faster than the careful form; hence :func:`whole`.)

    >>> decode(np.frombuffer("あ".encode(), np.uint8), 0) == (ord("あ"), 3)
    True
    >>> decode(np.frombuffer("あ".encode(), np.uint8), 1) == (0xFFFD, 2)
    True
    """
    first = signed(data[at])
    if first < 0x80:
        code = first
        after = at + 1
    elif first >= 0xE0 and first < 0xF0:
        code = (first & 0x0F) << 12
        code |= (signed(data[at + 1]) & 0x3F) << 6 | (signed(data[at + 2]) & 0x3F)
        after = at + 3
    elif first < 0xC0:
        code = REPLACEMENT
        after = at + 1
    elif first < 0xE0:
        code = (first & 0x1F) << 6 | (signed(data[at + 1]) & 0x3F)
        after = at + 2
    else:
        code = (first & 0x07) << 18 | (signed(data[at + 1]) & 0x3F) << 12
        code |= (signed(data[at + 2]) & 0x3F) << 6 | (signed(data[at + 3]) & 0x3F)
        after = at + 4
    return code, after


@kernel
def share(part: float, whole: float) -> float:
    """``part / whole``, undefined (NaN) where the whole is nothing."""
    return part / whole if whole > 0 else np.nan


def _view(buffer: pa.Buffer | None, dtype: type[Scalar]) -> npt.NDArray[Scalar]:
    """A read-only view, so that every batch meets the one compiled version of a kernel."""
    return _frozen(np.zeros(0, dtype) if buffer is None else np.frombuffer(buffer, dtype))


def _frozen(array: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    array.flags.writeable = False
    return array
