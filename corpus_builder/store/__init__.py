"""Files: where a corpus is kept, and where its inputs come from."""

from pathlib import Path

from corpus_builder.errors import CallError
from corpus_builder.store.local import LocalStore
from corpus_builder.store.s3 import ObjectStore
from corpus_builder.store.store import HashingFile, Output, Store, write_parquet

__all__ = ["HashingFile", "LocalStore", "ObjectStore", "Output", "Store", "at", "write_parquet"]


def at(root: str) -> Store:
    """The store of an output folder or an s3:// prefix. Raises CallError when there is a file in its place."""
    if root.startswith("s3://") and root.strip("/") != "s3:":
        return ObjectStore(root.rstrip("/"))
    if "://" in root or root.strip("/") == "s3:":
        raise CallError(f"{root}: a corpus lies in a folder or under s3://bucket/prefix")
    if Path(root).exists() and not Path(root).is_dir():
        raise CallError(f"{root}: is a file; a corpus lies in a folder or under s3://bucket/prefix")
    return LocalStore(str(Path(root).resolve()))
