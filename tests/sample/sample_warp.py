"""Pages and PDFs of invented public bodies, in the shape that this project's own crawl leaves behind."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

from sample_html import Site, page
from sample_text import article
from sample_warc import Page, warc

INFO = {
    "software": "make_sample.py",
    "format": "WARC File Format 1.0",
    "robots": "obey",
    "http-header-user-agent": "sample-bot/1.0 (+https://sample-bot.example/)",
}
TOWN = Site(
    "www.town.midorigaoka.example",
    "緑が丘町公式ホームページ",
    "office",
    ("くらしの情報", "子育て・教育", "健康・福祉", "産業・観光", "町政情報", "防災"),
    ("窓口の受付時間", "各種申請書", "町へのご意見", "広報みどりがおか", "職員の採用"),
    "緑が丘町役場　架空県緑が丘町一丁目一番地　代表電話 000-0000-0000",
)
LIBRARY = Site(
    "lib.midorigaoka.example",
    "緑が丘町立図書館",
    "old",
    ("蔵書検索", "利用案内", "行事", "こどものページ"),
    (),
    "緑が丘町立図書館",
)
PAGES = (
    ("gomi", TOWN, "kurashi/gomi/plastic.html", "cp932", "Shift_JIS"),
    ("dansui", TOWN, "kurashi/suido/dansui.html", "cp932", "Shift_JIS"),
    ("jinko", TOWN, "chosei/tokei/r6-10.html", "utf-8", "UTF-8"),
    ("gijiroku", TOWN, "gikai/r6-3/02.html", "euc_jp", "EUC-JP"),
    ("yosan", TOWN, "chosei/zaisei/yosan-r7.html", "utf-8", "UTF-8"),
    ("kenshin", TOWN, "kosodate/kenshin3.html", "utf-8", "UTF-8"),
    ("bunkazai", TOWN, "kanko/ichirizuka.html", "cp932", "Shift_JIS"),
    ("toshokan", LIBRARY, "oshirase/kyukan.html", "cp932", "Shift_JIS"),
)


def html_file() -> bytes:
    """``warp-html``: eight pages, one of them in the gzip coding in which its server sent it."""
    pages = []
    for name, site, path, codec, named in PAGES:
        meta = f'<meta http-equiv="Content-Type" content="text/html; charset={named}">'
        body = page(site, article(f"warp/{name}"), meta).encode(codec)
        coding: tuple[tuple[str, str], ...] = ()
        if name == "toshokan":
            body, coding = packed(body), (("Content-Encoding", "gzip"),)
        pages.append(
            Page(f"https://{site.host}/{path}", body, "text/html", headers=coding, date="2025-02-20T01:00:00Z")
        )
    index = page(TOWN, article("warp/gomi")._replace(title="お知らせ一覧", blocks=()), "")
    pages.append(Page(f"https://{TOWN.host}/oshirase/", index.encode(), "text/html; charset=UTF-8"))
    return b"".join(warc("warp-html.warc.gz", INFO, pages))


def packed(body: bytes) -> bytes:
    data = bytearray(gzip.compress(body, 9, mtime=0))
    data[9] = 255  # the operating system field, which Python versions fill in differently
    assert zlib.decompress(data, 31) == body
    return bytes(data)


def pdf_file(make: Callable[[], dict[str, bytes]]) -> bytes:
    """``warp-pdf``: the PDFs that ``make`` draws, one that does not parse, and an error page in place of one."""
    drawn = make()
    pages = [
        Page(f"https://{TOWN.host}/pdf/{name}.pdf", body, "application/pdf", date="2025-02-20T02:00:00Z")
        for name, body in drawn.items()
    ]
    halved = drawn["keikaku"][:700].replace(b"endobj", b"endob ") + b"\0" * 64 + b"no trailer here"
    pages.append(Page(f"https://{TOWN.host}/pdf/broken.pdf", halved, "application/pdf"))
    sorry = "<html><title>エラー</title><p>指定されたファイルは見つかりませんでした。</p></html>".encode("cp932")
    pages.append(Page(f"https://{TOWN.host}/pdf/lost.pdf", sorry, "text/html; charset=Shift_JIS"))
    return b"".join(warc("warp-pdf.warc.gz", INFO, pages))
