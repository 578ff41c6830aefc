"""WARC records with fixed dates and ids made from their content, so that the same pages give the same bytes."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class Page(NamedTuple):
    """An answer of a server; ``date`` is that of the visit."""

    url: str
    body: bytes
    content_type: str = "text/html; charset=UTF-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    date: str = "2026-01-17T03:24:00Z"
    warc_headers: tuple[tuple[str, str], ...] = ()


def identity(*about: str | bytes) -> str:
    """A record id that depends on nothing but what the record is about."""
    digest = hashlib.sha256()
    for each in about:
        digest.update(each.encode() if isinstance(each, str) else each)
        digest.update(b"\0")
    return f"<urn:uuid:{uuid.UUID(bytes=digest.digest()[:16], version=5)}>"


def address(url: str) -> str:
    """An address from the range set aside for documentation (RFC 5737)."""
    return f"192.0.2.{hashlib.sha256(url.split('/')[2].encode()).digest()[0] % 250 + 1}"


def warcinfo(name: str, lines: dict[str, str]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    text = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    record = writer.create_warc_record(
        "",
        "warcinfo",
        payload=io.BytesIO(text.encode()),
        length=len(text.encode()),
        warc_content_type="application/warc-fields",
        warc_headers_dict={
            "WARC-Record-ID": identity("warcinfo", name),
            "WARC-Date": "2026-01-17T00:00:00Z",
            "WARC-Filename": name,
        },
    )
    record.rec_headers.remove_header("WARC-Target-URI")
    writer.write_record(record)
    return out.getvalue()


def visit(page: Page, info: str) -> list[bytes]:
    """The members of one visit, as a crawl leaves them: request, response, metadata."""
    response_id = identity("response", page.url, page.date, page.body)
    shared = {"WARC-Date": page.date, "WARC-Warcinfo-ID": info}
    host = page.url.split("/")[2]
    path = "/" + page.url.split("/", 3)[3] if page.url.count("/") > 2 else "/"
    asked = [
        ("User-Agent", "sample-bot/1.0 (+https://sample-bot.example/)"),
        ("Accept", "text/html,*/*;q=0.8"),
        ("Accept-Language", "ja,en;q=0.5"),
        ("Host", host),
    ]
    get = StatusAndHeaders(f"GET {path} HTTP/1.1", asked, is_http_request=True)
    told = [("Content-Type", page.content_type)] if page.content_type else []
    http = StatusAndHeaders(
        page.status,
        [*told, ("Content-Length", str(len(page.body))), *page.headers],
        protocol="HTTP/1.1",
    )
    return [
        _member(
            "request",
            page.url,
            b"",
            get,
            {**shared, "WARC-Record-ID": identity("request", page.url, page.date, response_id)},
        ),
        _member(
            "response",
            page.url,
            page.body,
            http,
            {
                **shared,
                "WARC-Record-ID": response_id,
                "WARC-IP-Address": address(page.url),
                **dict(page.warc_headers),
            },
        ),
        _member(
            "metadata",
            page.url,
            b"fetchTimeMs: 214\r\n\r\n",
            None,
            {**shared, "WARC-Record-ID": identity("metadata", response_id)},
        ),
    ]


def revisit(page: Page, first: Page, info: str) -> bytes:
    """A visit on which the page was found unchanged since ``first``."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    digest = "sha1:" + _base32(hashlib.sha1(first.body).digest())
    record = writer.create_revisit_record(
        page.url,
        digest,
        first.url,
        first.date,
        http_headers=StatusAndHeaders("200 OK", [("Content-Type", page.content_type)], protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Record-ID": identity("revisit", page.url, page.date),
            "WARC-Date": page.date,
            "WARC-Warcinfo-ID": info,
        },
    )
    writer.write_record(record)
    return out.getvalue()


def warc(name: str, info: dict[str, str], pages: Sequence[Page | tuple[Page, Page]]) -> list[bytes]:
    """The members of a whole file; a pair stands for a revisit: the page now, and the first visit."""
    members = [warcinfo(name, info)]
    info_id = identity("warcinfo", name)
    for page in pages:
        if isinstance(page, Page):
            members += visit(page, info_id)
        else:
            members.append(revisit(*page, info_id))
    return members


def corrupt(member: bytes) -> bytes:
    """The member with a stretch of its compressed middle overwritten."""
    middle = len(member) // 2
    return member[:middle] + b"\xff" * 24 + member[middle + 24 :]


def _member(kind: str, url: str, payload: bytes, http: StatusAndHeaders | None, headers: dict[str, str]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    record = writer.create_warc_record(
        url,
        kind,
        payload=io.BytesIO(payload),
        length=len(payload),
        http_headers=http,
        warc_headers_dict=headers,
        warc_content_type="application/warc-fields" if http is None else "",
    )
    writer.write_record(record)
    return out.getvalue()


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode()
