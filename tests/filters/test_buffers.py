"""Text reaches kernels without a copy, and kernels run wherever the package lies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import filters
from filters.buffers import decode, texts, whole

PACKAGE = Path(filters.__file__).parent


def test_the_bytes_are_the_arrays_own() -> None:
    array = pa.array(["いろは", "にほへ"], pa.large_string())
    assert texts(array).data.ctypes.data == array.buffers()[2].address
    assert not texts(array).data.flags.writeable


def test_a_chunked_array_is_read_as_one() -> None:
    chunked = pa.chunked_array([pa.array(["あ"], pa.large_string()), pa.array(["い", "う"], pa.large_string())])
    found = texts(chunked)
    assert [bytes(found.data[a:b]).decode() for a, b in zip(found.offsets, found.offsets[1:], strict=False)] == list(
        "あいう"
    )


def test_every_kind_of_code_point_is_decoded() -> None:
    text = "\0aß߿ࠀあ\ud7ff\ue000\uffff\U00010000𠮟😀\U0010ffff"
    data, at, found = np.frombuffer(text.encode(), np.uint8), 0, []
    assert whole(data, 0, len(data)) == len(data)
    while at < len(data):
        code, at = decode(data, at)
        found.append(chr(code))
    assert "".join(found) == text


@pytest.mark.parametrize("tail", [b"\xe3", b"\xe3\x81", b"\xf0\x9f", b"\xf0\x9f\x98", b"\xf0\xe3\xc3", b"\xc3"])
def test_a_sequence_that_is_cut_off_is_left_out(tail: bytes) -> None:
    data = np.frombuffer(b"ab" + tail + "あ".encode(), np.uint8)
    assert whole(data, 0, 2 + len(tail)) == 2
    assert whole(data, 2, 2 + len(tail)) == 2


def test_kernels_run_where_no_cache_can_be_written(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "filters", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "filters" / "__pycache__").write_text("a file, so that no folder can be made here")
    (tmp_path / "cache").write_text("nor here")
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    environment |= {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(tmp_path),
    }
    program = (
        "import filters\n"
        "assert filters.__file__.startswith(%r), filters.__file__\n"
        "print(filters.CHARACTERS(filters.batch_of(['ああb']))['hiragana_ratio'][0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program % str(tmp_path)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0.666")
