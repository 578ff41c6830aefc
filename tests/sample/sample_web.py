"""The mini-web as a table: which article stands at which address, on which site, in which charset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sample_html import page
from sample_sites import SITES, listed, navigation, spam, thin
from sample_text import Article, article, edited
from sample_warc import Page, corrupt, identity, visit, warc, warcinfo

INFO = {
    "software": "make_sample.py",
    "isPartOf": "CC-MAIN-SAMPLE",
    "description": "invented pages, written for this sample",
    "format": "WARC File Format 1.0",
}


class Placed(NamedTuple):
    """``codec`` encodes the page, ``named`` is what it calls its charset, ``told`` where it does so.

    ``told``: ``both``, ``meta``, ``header``, ``none``, or ``lie`` (it names another charset than
    its own).
    """

    text: str
    url: str
    codec: str = "utf-8"
    named: str = "UTF-8"
    told: str = "both"


ARTICLES = (
    Placed("yosui", "http://kawabe-kyodoshi.example/kaihou/12.html", "cp932", "Shift_JIS", "meta"),
    Placed("chomei", "http://kawabe-kyodoshi.example/chomei/3.html", "cp932", "x-sjis", "meta"),
    Placed("dashi", "https://daidokoro.example/kihon/dashi/"),
    Placed("udon", "https://daidokoro.example/men/udon/", told="header"),
    Placed("ryusei", "https://blog.hoshizora.example/entry/0812.html"),
    Placed("tenkizu", "https://yama-to-kawa.example/tenkizu.html", told="meta"),
    Placed("yamagoya", "https://yama-to-kawa.example/mizu.html", "utf-8", "", "none"),
    Placed("yukigakoi", "https://yama-to-kawa.example/yuki.html", "cp932", "", "none"),
    Placed("haisen", "http://tetsudo-sanpo.example/haisen/07.htm", "euc_jp", "EUC-JP", "meta"),
    Placed("jikokuhyo", "http://tetsudo-sanpo.example/tana/04.htm", "euc_jp", "EUC-JP", "both"),
    Placed("tomato", "https://niwa-to-hatake.example/yasai/minitomato/"),
    Placed("kyushoku", "http://www.hikari-sho.example/kyushoku/kengaku.html", "cp932", "Shift_JIS"),
    Placed("kabi", "http://www.hikari-sho.example/jiyu/kabi.html", "iso2022_jp", "ISO-2022-JP"),
    Placed("hogen", "http://www.hikari-sho.example/jiyu/hogen.html", "iso2022_jp", "ISO-2022-JP", "meta"),
    Placed("backup", "https://pc-yorozu.example/entry/321.html"),
    Placed("mojicode", "https://pc-yorozu.example/moji/1.html", "cp932", "Shift_JIS", "header"),
    Placed("tsuyu_sentaku", "https://kurashi-memo.example/sentaku/tsuyu/"),
    Placed("hinan", "https://kurashi-memo.example/bosai/mochidashi/"),
    Placed("panku", "https://kurashi-memo.example/tejigoto/panku/"),
    Placed("tokei", "https://machi-zine.example/tokei.html", "euc_jp", "EUC-JP", "header"),
    Placed("washi", "https://machi-zine.example/washi.html"),
    Placed("tofuya", "https://machi-zine.example/tofu.html", "cp932", "UTF-8", "lie"),
    Placed("sento", "https://machi-zine.example/sento.html"),
    Placed("akimatsuri", "https://rekishi-archive.example/matsuri/2.html"),
    Placed("wataridori", "https://yama-to-kawa.example/fuyudori.html"),
    Placed("higata", "https://sorami.example/higata/"),
    Placed("yomikikase", "https://sorami.example/ehon/"),
)
FOREIGN = (
    Placed("zh-tea", "https://chaye.example/chunian.html", "gb18030", "GB2312", "meta"),
    Placed("zh-quote", "https://lvxing.example/riben/guanggao.html"),
    Placed("zh-tw-bike", "https://danche.example/day1.html", "big5", "Big5", "both"),
    Placed("ko-market", "https://jangnal.example/oiljang.html"),
    Placed("ko-hiking", "https://sanhaeng.example/gyeoul.html", "euc_kr", "EUC-KR", "both"),
    Placed("en-sourdough", "https://crumb.example/starter/"),
    Placed("en-lighthouse", "https://lamp.example/notes/", "cp1252", "", "none"),
    Placed("en-release", "https://pinwheel.example/4.2.html"),
)
BROKEN = (
    Placed("asaichi", "https://sorami.example/asaichi/"),
    Placed("nejikoba", "https://machi-zine.example/neji.html", "cp932", "Shift_JIS"),
    Placed("kintsugi", "https://machi-zine.example/kintsugi.html"),
    Placed("chatsumi", "http://kawabe-kyodoshi.example/kikou/5.html", "euc_jp", "EUC-JP"),
    Placed("shogi", "https://machi-zine.example/shogi.html"),
)

# What follows are copies of pages above, found elsewhere; (article, edits, place).
EDITED = (
    (
        "dashi",
        (
            ("三十分以上おき", "三十分ほどおき"),
            ("ふりかけになります", "ふりかけにもなります"),
            ("みそ汁が", "味噌汁が"),
        ),
        Placed("dashi", "https://recipe-matome.example/memo/8841"),
    ),
    (
        "ryusei",
        (("三十一個", "三十三個"), ("去年は", "昨年は"), ("ちゃんと大きな", "とても大きな")),
        Placed("ryusei", "https://sorami.example/hoshi/ryusei/"),
    ),
    ("yosui", (), Placed("yosui", "https://rekishi-archive.example/doc/00112.html", "euc_jp", "EUC-JP")),
    (
        "backup",
        (("、", "，"), ("。", "．")),
        Placed("backup", "https://kurashi-memo.example/shashin/backup/"),
    ),
    (
        "tsuyu_sentaku",
        (("、", ","), ("。", "．"), ("五十度", "５０度")),
        Placed("tsuyu_sentaku", "https://recipe-matome.example/memo/9012", "cp932", "Shift_JIS"),
    ),
)
NEAR_DUPLICATES = tuple((place.url, name) for name, _, place in EDITED)
EXACT_DUPLICATE = ("https://www.niwa-to-hatake.example/yasai/minitomato/", "tomato")


def rendered(place: Placed, text: Article) -> Page:
    """The page as a server would answer it."""
    site = SITES[place.url.split("/")[2]]
    named = {"both": place.named, "meta": place.named, "lie": place.named}.get(place.told, "")
    if not named:
        meta = ""
    elif site.design in ("old", "office"):
        meta = f'<META http-equiv="Content-Type" content="text/html; charset={named}">'
    else:
        meta = f'<meta charset="{named}">'
    header = f"; charset={place.named}" if place.told in ("both", "header", "lie") else ""
    html = page(site, text, meta)
    if place.codec == "cp1252":
        html = html.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    return Page(place.url, html.encode(place.codec), "text/html" + header)


def japanese() -> list[Page]:
    return [rendered(place, article(f"web/{place.text}")) for place in ARTICLES]


def foreign() -> list[Page]:
    return [rendered(place, article(f"other/{place.text}")) for place in FOREIGN]


def copies() -> Iterator[Page]:
    for name, edits, place in EDITED:
        yield rendered(place, edited(article(f"web/{name}"), edits))
    (original,) = (page for page in japanese() if page.url.endswith("minitomato/"))
    yield original._replace(url=EXACT_DUPLICATE[0], date="2026-01-18T11:02:00Z")


def plain_pages() -> list[Page]:
    return [
        Page(url, html.encode(), "text/html; charset=utf-8")
        for url, html in {**navigation(), **spam(), **thin(), **listed()}.items()
    ]


def odd() -> list[Page | tuple[Page, Page]]:
    """Answers that hold no page: refused, moved, no text, cut off by the crawler, unchanged."""
    gone = b"<html><title>404 Not Found</title><h1>Not Found</h1></html>"
    pixel = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
    noise = b"".join(identity(str(n)).encode()[10:46] for n in range(40))
    scrambled = bytes((byte * 167 + place * 31) % 256 for place, byte in enumerate(noise))
    udon, tomato = (page for page in japanese() if page.url.split("/")[-2] in ("udon", "minitomato"))
    return [
        Page("https://daidokoro.example/kihon/gone/", gone, "text/html", "404 Not Found"),
        Page(
            "http://daidokoro.example/men/udon/",
            b"",
            "text/html",
            "301 Moved Permanently",
            (("Location", udon.url),),
        ),
        Page("https://daidokoro.example/img/dot.gif", pixel, "image/gif"),
        Page("https://machi-zine.example/broken.html", scrambled, "text/html; charset=UTF-8"),
        Page(
            "https://niwa-to-hatake.example/long.html",
            tomato.body[: len(tomato.body) // 2],
            warc_headers=(("WARC-Truncated", "length"),),
        ),
        (tomato._replace(date="2026-01-24T08:30:00Z"), tomato),
    ]


def web_files() -> Iterator[tuple[str, bytes]]:
    """``web-00`` and ``web-01`` share the pages; copies lie in the other file than their originals."""
    first, second = japanese()[:14], japanese()[14:]
    plain = plain_pages()
    duplicates = list(copies())
    strange = odd()
    yield (
        "web-00.warc.gz",
        b"".join(warc("web-00.warc.gz", INFO, [*first, *foreign()[:4], *plain[::2], *duplicates[3:5], *strange[:3]])),
    )
    yield (
        "web-01.warc.gz",
        b"".join(
            warc(
                "web-01.warc.gz",
                INFO,
                [*foreign()[4:], *duplicates[:3], *second, *plain[1::2], duplicates[5], *strange[3:]],
            )
        ),
    )
    yield "web-broken.warc.gz", broken()


def broken() -> bytes:
    """Five pages; the response of the third has a corrupt member, the file ends within that of the fifth."""
    name = "web-broken.warc.gz"
    members = [warcinfo(name, INFO)]
    for number, place in enumerate(BROKEN, 1):
        request, response, metadata = visit(rendered(place, article(f"web/{place.text}")), identity("warcinfo", name))
        if number == 3:
            members += [request, corrupt(response), metadata]
        elif number == len(BROKEN):
            members += [request, response[: len(response) * 3 // 5]]
        else:
            members += [request, response, metadata]
    return b"".join(members)
