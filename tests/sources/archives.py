"""Archives for the tests, written with warcio from text made up here."""

import io
from collections.abc import Iterable

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2026-01-01T00:00:00Z"
HTML = (("Content-Type", "text/html; charset=UTF-8"),)


def page(n: int) -> bytes:
    sentence = f"これは{n}番目の頁です。吾々は言葉を集めて、ひとつの書物を編みます。"
    text = "".join(f"<p>{sentence}{'あいうえお'[k % 5] * k}。</p>" for k in range(1, 9))
    return f"<html><head><title>頁{n}</title></head><body>{text}</body></html>".encode()


class Archive:
    """A WARC in the making."""

    def __init__(self, compress: bool = True) -> None:
        self.file = io.BytesIO()
        self._writer = WARCWriter(self.file, gzip=compress)

    def add(
        self,
        kind: str,
        url: str,
        body: bytes,
        http: StatusAndHeaders | None = None,
        content_type: str = "",
    ) -> None:
        self._write(
            self._writer.create_warc_record(
                url,
                kind,
                payload=io.BytesIO(body),
                http_headers=http,
                warc_headers_dict={"WARC-Date": DATE},
                warc_content_type=content_type,
            )
        )

    def add_info(self) -> None:
        self._write(self._writer.create_warcinfo_record("made.warc.gz", {"software": "tests"}))

    def _write(self, record: ArcWarcRecord) -> None:
        self._writer.write_record(record)
        record.raw_stream.close()  # warcio leaves a temporary file open behind it


def warc(
    bodies: Iterable[bytes],
    *,
    compress: bool = True,
    status: str = "200 OK",
    headers: Iterable[tuple[str, str]] = HTML,
    around: bool = False,
) -> bytes:
    """A response a body; ``around`` puts warcinfo, request and metadata records about them."""
    archive = Archive(compress)
    if around:
        archive.add_info()
    for n, body in enumerate(bodies):
        url = f"https://example.jp/{n}"
        if around:
            get = StatusAndHeaders("GET / HTTP/1.1", [("Host", "example.jp")], is_http_request=True)
            archive.add("request", url, b"", get)
        archive.add("response", url, body, StatusAndHeaders(status, list(headers), "HTTP/1.1"))
        if around:
            archive.add("metadata", url, b"fetchTimeMs: 1\r\n\r\n", None, "application/warc-fields")
    return archive.file.getvalue()
