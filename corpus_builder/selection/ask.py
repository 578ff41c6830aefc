"""One byte range of one file over HTTP(S) or S3, with the status looked at before the body. Only here is urllib3 known.

S3 is asked by signed URLs, so that a refusal looks alike from both: obstore, which signs, does not tell a status.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

import obstore
import urllib3
from obstore.store import S3Store

from corpus_builder.errors import CallError

if TYPE_CHECKING:
    from obstore.store import S3Config
    from urllib3.response import BaseHTTPResponse

# Seconds to connect, and bytes a second below which a range is given up although some come.
CONNECT = 30.0
SLOWEST = 8 << 10
SLOW_DOWN = {403, 408, 429, 500, 502, 503, 504}
RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
SIGNED_FOR = timedelta(hours=1)
BASE = re.compile(r"(https?|s3)://[!-~]+")
HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


class Refused(Exception):
    """The server wants fewer requests, or has trouble: everybody waits, at least ``wish`` seconds."""

    def __init__(self, why: str, wish: float = 0.0) -> None:
        super().__init__(why)
        self.wish = wish


class Broken(Exception):
    """This answer was no good, or none came (not ``answered``); another may be."""

    def __init__(self, why: str, answered: bool = True) -> None:
        super().__init__(why)
        self.answered = answered


class Unfit(Exception):
    """This server cannot serve: asking again would not help."""


class Answer(NamedTuple):
    """The bytes of a range. ``missing`` says why they are fewer than asked for: ``not_found``, ``beyond_end``."""

    data: bytes
    missing: str = ""


class Server:
    """Where files are fetched from: ``base`` is https://…/, http://…/ or s3://bucket/prefix. Shared by threads."""

    __slots__ = ("_agent", "_pool", "_refusals", "_sign", "_silent", "base")

    def __init__(self, base: str, connections: int, agent: str, silent: float) -> None:
        self.base, self._agent, self._silent = normal(base), agent, silent
        timeout = urllib3.Timeout(connect=CONNECT, read=silent)
        self._pool = urllib3.PoolManager(maxsize=connections, retries=False, timeout=timeout)
        self._sign = _signer(self.base) if self.base.startswith("s3://") else None
        # S3 says 503 when it is asked too often, and 403 to who may not read: that does not pass by waiting.
        self._refusals = SLOW_DOWN - {403} if self._sign else SLOW_DOWN

    def ask(self, file: str, offset: int, length: int) -> Answer:
        """The bytes ``offset`` to ``offset + length`` of a file. Raises Refused, Broken or Unfit, and CallError when
        nothing can be signed."""
        url = self._sign(file) if self._sign else self.base + quote(file, safe="/:@!$&'()*+,;=~-._")
        headers = {
            "Range": f"bytes={offset}-{offset + length - 1}",
            "User-Agent": self._agent,
            "Accept-Encoding": "identity",
        }
        try:
            answer = self._pool.request("GET", url, headers=headers, preload_content=False, redirect=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Broken(f"no answer: {type(error).__name__}", answered=False) from None
        try:
            return self._answered(answer, offset, length)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            answer.close()
            raise Broken(f"broke off: {type(error).__name__}") from None
        except (Broken, Refused, Unfit):
            answer.close()
            raise
        finally:
            answer.release_conn()

    def close(self) -> None:
        self._pool.clear()

    def _answered(self, answer: BaseHTTPResponse, offset: int, length: int) -> Answer:
        status = answer.status
        if status == 206:
            got, more = _told(answer.headers.get("Content-Range", ""), offset, length)
            return Answer(_body(answer, got, self._silent), "" if more else "beyond_end")
        if status in (404, 410, 416):
            answer.close()
            return Answer(b"", "beyond_end" if status == 416 else "not_found")
        if status in self._refusals:
            raise Refused(f"status {status}", _wish(answer.headers.get("Retry-After", "")))
        if status == 200:
            raise Refused("status 200: it sends whole files where ranges are asked for")
        where = answer.headers.get("Location")
        raise Unfit(f"status {status}" + (f", it points to {where}" if where else ""))


def normal(base: str) -> str:
    """A base as it is written down, with a slash at its end. Raises CallError for one that nobody can fetch from.

    >>> normal("https://data.commoncrawl.org"), normal("s3://commoncrawl/")
    ('https://data.commoncrawl.org/', 's3://commoncrawl/')
    """
    if not BASE.fullmatch(base) or "?" in base or "#" in base or not _names_a_place(base):
        raise CallError(f"--from {base}: must be https://host/…, http://host:port/… or s3://bucket/prefix")
    return base.rstrip("/") + "/"


def _names_a_place(base: str) -> bool:
    try:
        place = urlsplit(base)
        port = place.port  # raises for one above 65535
    except ValueError:
        return False
    host = place.netloc if port is None else place.netloc.removesuffix(f":{port}")
    return port != 0 and HOST.fullmatch(host) is not None


def _told(said: str, offset: int, length: int) -> tuple[int, bool]:
    """How many bytes come, and whether these are all. Raises Broken when they are others than asked for."""
    if not (found := RANGE.fullmatch(said.strip())):
        raise Broken("status 206 without a Content-Range")
    first, last = int(found[1]), int(found[2])
    all_there = last == offset + length - 1
    ends_early = found[3] != "*" and last + 1 == int(found[3]) and offset <= last < offset + length
    if first != offset or not (all_there or ends_early):
        raise Broken(f"Content-Range {said.strip()[:60]} is not what was asked for")
    return last - first + 1, all_there


def _body(answer: BaseHTTPResponse, size: int, silent: float) -> bytes:
    got = bytearray()
    deadline = time.monotonic() + silent + size / SLOWEST
    while len(got) < size:
        piece = answer.read1(min(1 << 18, size - len(got)), decode_content=False)
        if not piece:
            raise Broken(f"broke off after {len(got):,} of {size:,} bytes")
        got += piece
        if time.monotonic() > deadline:
            raise Broken(f"too slow: {len(got):,} of {size:,} bytes")
    return bytes(got)


def _wish(said: str) -> float:
    """Seconds that Retry-After asks for; 0 when it is absent or no such thing.

    >>> _wish("120"), _wish("soon")
    (120.0, 0.0)
    """
    said = said.strip()
    if said.isdecimal():
        return float(said[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except ValueError:
        return 0.0


def _signer(base: str) -> Callable[[str], str]:
    bucket, _, prefix = base.removeprefix("s3://").rstrip("/").partition("/")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    config: S3Config = {"region": region}
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        config["endpoint"] = endpoint
    store = S3Store(bucket, prefix=prefix or None, config=config)

    def sign(file: str) -> str:
        try:
            return str(obstore.sign(store, "GET", file, SIGNED_FOR))
        except obstore.exceptions.GenericError:
            keys = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            raise CallError(f"--from {base}: no AWS credentials; set {keys}, or use https://…/") from None

    return sign
