"""A corpus in a folder. Files are written beside their place, synced, and renamed into it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

DRAFT = ".draft-"


@dataclass(frozen=True, slots=True)
class LocalStore:
    """See ``Store``. Drafts of killed writers begin with ``.draft-`` and are invisible to ``list``."""

    root: str

    @contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        target = Path(self.root, path)
        draft = _draft(target)
        try:
            with draft.open("wb") as file:
                yield file
                _sync(file)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)

    def claim(self, path: str, data: bytes) -> bool:
        target = Path(self.root, path)
        if target.exists():
            return False
        draft = _draft(target)
        try:
            with draft.open("wb") as file:
                file.write(data)
                _sync(file)
            os.link(draft, target)  # fails when somebody was faster, also on NFS
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        return True

    def replace(self, path: str, data: bytes) -> None:
        with self.create(path) as file:
            file.write(data)

    def get(self, path: str) -> bytes | None:
        try:
            return Path(self.root, path).read_bytes()
        except FileNotFoundError:
            return None

    def open(self, path: str) -> BinaryIO:
        return Path(self.root, path).open("rb")

    def list(self, prefix: str) -> list[str]:
        root = Path(self.root)
        found = (p for p in (root / prefix).rglob("*") if p.is_file() and not p.name.startswith(DRAFT))
        return sorted(p.relative_to(root).as_posix() for p in found)

    def remove(self, path: str) -> None:
        Path(self.root, path).unlink(missing_ok=True)


def _draft(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=DRAFT, dir=target.parent)
    os.close(handle)
    os.chmod(name, 0o644)
    return Path(name)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
