"""Files: where a corpus is kept, and where its inputs come from."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus_builder.errors import CallError
from corpus_builder.store.local import LocalStore
from corpus_builder.store.s3 import ObjectStore
from corpus_builder.store.store import HashingFile, Output, Store, write_parquet

__all__ = ["HashingFile", "LocalStore", "ObjectStore", "Output", "Store", "alone", "at", "write_parquet"]


@contextmanager
def alone(
    store: Store, busy: str = "another build is under way there; wait for it, or choose another --out"
) -> Iterator[None]:
    """Hold an output folder, so that two builds do not write their generations over each other.

    The lock is on the folder itself and ends with the process. A prefix of S3 cannot be held: there, see to it that
    one build runs at a time. Raises CallError when somebody else holds the folder (``busy`` says so), or nothing can
    be written there.
    """
    if store.root.startswith("s3://"):
        yield
        return
    try:
        Path(store.root).mkdir(parents=True, exist_ok=True)
        folder = os.open(store.root, os.O_RDONLY)
    except OSError as error:
        raise CallError(f"{store.root}: cannot be written: {error.strerror}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CallError(f"{store.root}: {busy}") from None
    else:
        yield
    finally:
        os.close(folder)


def at(root: str) -> Store:
    """The store of an output folder or an s3:// prefix. Raises CallError when there is a file in its place."""
    if root.startswith("s3://") and root.strip("/") != "s3:":
        return ObjectStore(root.rstrip("/"))
    if "://" in root or root.strip("/") == "s3:":
        raise CallError(f"{root}: a corpus lies in a folder or under s3://bucket/prefix")
    if Path(root).exists() and not Path(root).is_dir():
        raise CallError(f"{root}: is a file; a corpus lies in a folder or under s3://bucket/prefix")
    return LocalStore(str(Path(root).resolve()))
