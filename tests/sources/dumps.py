"""What the tests of dumps and tables share: reading bytes whole, the shared archives, a child's memory."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import zstandard

from corpus_builder.sources.reading import Document, Dropped, Input, NoWatch, Poisoned, Reader, Watch

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"


class Sorted(NamedTuple):
    documents: list[Document]
    dropped: list[str]
    poisoned: list[Poisoned]

    @property
    def errors(self) -> list[str]:
        return [each.error for each in self.poisoned]


def read(reader: Reader, data: bytes, name: str = "input", watch: Watch | None = None) -> Sorted:
    readings = list(reader(Input(io.BytesIO(data), name), watch or NoWatch()))
    return Sorted(
        [each for each in readings if isinstance(each, Document)],
        [each.reason for each in readings if isinstance(each, Dropped)],
        [each for each in readings if isinstance(each, Poisoned)],
    )


def shared_files(archive: str, *suffixes: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the files of ``../shared/data/<archive>`` that end so."""
    with (
        open(SHARED / archive, "rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if member.isfile() and member.name.endswith(suffixes):
                content = tar.extractfile(member)
                assert content is not None
                yield member.name, content.read()


def grown_mebibytes(reader: str, path: Path) -> tuple[int, int]:
    """Readings of a file in a process of its own, and by how many MiB reading it made that process grow.

    ``reader`` is written ``module:function``. Asked of /proc, since ``ru_maxrss`` starts from the parent's.
    """
    code = f"""
from importlib import import_module
from pathlib import Path
from corpus_builder.sources.reading import Input, NoWatch

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])

module, name = {reader!r}.split(":")
read = getattr(import_module(module), name)
before = peak()
with open({str(path)!r}, "rb") as file:
    count = sum(1 for _ in read(Input(file, "input"), NoWatch()))
print(count, (peak() - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    count, grown = done.stdout.split()
    return int(count), int(grown)


class Killer:
    """A watch that asks for the records at given positions to be skipped, and notes all."""

    def __init__(self, *positions: int) -> None:
        self.positions = positions
        self.entered: list[int] = []

    def enter(self, position: int) -> bool:
        self.entered.append(position)
        return position in self.positions
