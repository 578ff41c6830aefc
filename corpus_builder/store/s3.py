"""A corpus under an s3:// prefix: data through pyarrow.fs, commits created if absent through obstore.

Credentials and region come from the usual ``AWS_*`` variables; ``AWS_ENDPOINT_URL`` names another server.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

import obstore
import pyarrow.fs as fs
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

from corpus_builder.errors import CallError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config

# A stalled connection must end, or a unit waits for ever (seconds).
CONNECT, REQUEST = 30, 120


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """See ``Store``. ``root`` is ``s3://bucket/prefix``."""

    root: str

    @contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        # An upload that is closed half-way shows half an object, and pyarrow cannot abort one: gather first.
        with tempfile.TemporaryFile() as draft:
            yield cast(BinaryIO, draft)
            draft.seek(0)
            with file_system().open_output_stream(self._key(path)) as stream:
                shutil.copyfileobj(draft, stream, 1 << 22)

    def claim(self, path: str, data: bytes) -> bool:
        try:
            obstore.put(self._objects(), path, data, mode="create")
        except AlreadyExistsError:
            return False
        return True

    def replace(self, path: str, data: bytes) -> None:
        obstore.put(self._objects(), path, data)

    def get(self, path: str) -> bytes | None:
        try:
            return bytes(obstore.get(self._objects(), path).bytes())
        except FileNotFoundError:
            return None

    def open(self, path: str) -> BinaryIO:
        return cast(BinaryIO, file_system().open_input_file(self._key(path)))

    def list(self, prefix: str) -> list[str]:
        pages = obstore.list(self._objects(), prefix=prefix)
        return sorted(str(each["path"]) for page in pages for each in page)

    def remove(self, path: str) -> None:
        obstore.delete(self._objects(), path)

    def _key(self, path: str) -> str:
        return f"{self.root.removeprefix('s3://').rstrip('/')}/{path}"

    def _objects(self) -> S3Store:
        bucket, _, prefix = self.root.removeprefix("s3://").partition("/")
        if not bucket:
            raise CallError(f"{self.root}: names no bucket; write s3://bucket/prefix")
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
        config: S3Config = {"region": _region()}
        if endpoint:
            config["endpoint"] = endpoint
        options: ClientConfig = {
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": f"{CONNECT}s",
            "timeout": f"{REQUEST}s",
        }
        return S3Store(bucket, prefix=prefix.rstrip("/") or None, config=config, client_options=options)


def file_system() -> fs.S3FileSystem:
    """The S3 of the environment, as pyarrow sees it."""
    scheme, _, host = os.environ.get("AWS_ENDPOINT_URL", "").partition("://")
    return fs.S3FileSystem(
        region=_region(),
        connect_timeout=CONNECT,
        request_timeout=REQUEST,
        **({"scheme": scheme, "endpoint_override": host.rstrip("/")} if host else {}),
    )


def _region() -> str:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
