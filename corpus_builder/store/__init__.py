"""Files: where a corpus is kept, and where its inputs come from."""

from corpus_builder.store.local import LocalStore
from corpus_builder.store.s3 import ObjectStore
from corpus_builder.store.store import HashingFile, Output, Store, write_parquet

__all__ = ["HashingFile", "LocalStore", "ObjectStore", "Output", "Store", "at", "write_parquet"]


def at(root: str) -> Store:
    """The store of an output folder or an s3:// prefix."""
    return ObjectStore(root.rstrip("/")) if root.startswith("s3://") else LocalStore(root)
