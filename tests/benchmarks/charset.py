"""How many pages are decoded exactly: ``python tests/benchmarks/charset.py [--pages N]``.

Reads ``../shared/data/{charset,html_ja,html_other}.tar.zst``. Exact means that the whole text equals what was
written; each failure's count is printed with its cell. Pages are re-encoded after what CP932 cannot express was
taken out, so that every charset can hold them; ``N`` of them are used, spread evenly over sites.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from candidates import Page, in_true_charset, pages, unpacked

from corpus_builder.extract.charset import decode

META = re.compile(r"<meta\b[^>]*\bcharset\b[^>]*>|<\?xml[^>]*\?>", re.IGNORECASE)
NOT_IN_ROWS = re.compile("[\x1b\x0e\x0f\x80-\xa0\ue000-\uf8ff]")
WIDE = re.compile(r"[^\x00-\x7f]")

# Folders of the test files, by what can be asked of them.
JAPANESE = {"CP932": "cp932", "SHIFT_JIS": "cp932", "EUC-JP": "euc_jp", "iso-2022-jp": "iso2022_jp"}
OTHER_CJK = {"Big5": "big5hkscs", "GB2312": "gb18030", "EUC-KR": "cp949", "CP949": "cp949", "iso-2022-kr": "iso2022_kr"}
UNICODE = {
    name: name.lower()
    for name in ("ascii", "utf-8", "UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE")
} | {"utf-8-sig": "utf-8-sig"}
# No browser knows these: EUC-TW has no codec in Python either.
NOT_ON_THE_WEB = {"EUC-TW": "", "Johab": "johab", "IBM855": "cp855"}
ONE_BYTE = {"TIS-620": "cp874", "MacCyrillic": "mac-cyrillic", "MacRoman": "mac-roman", "KOI8-R": "koi8-r"}

LABELS = ("utf-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "iso-8859-1", "koi8-r", "gb2312", "big5", "euc-kr", "none")
RIGHT = {"utf-8": "utf-8", "cp932": "Shift_JIS", "euc-jp": "EUC-JP", "iso-2022-jp": "ISO-2022-JP"}


def euc_jp(text: str) -> bytes:
    """EUC-JP as Windows writes it, by arithmetic on CP932; IBM characters take their NEC-selected places."""
    out = bytearray()
    for char in text:
        code = NEC_SELECTED.get(char) or char.encode("cp932")
        if len(code) == 1:
            out += b"\x8e" + code if code[0] >= 0xA1 else code
            continue
        row = (code[0] - (0x81 if code[0] < 0xA0 else 0xC1)) * 2 + (code[1] >= 0x9F)
        cell = code[1] - 0x9F if code[1] >= 0x9F else code[1] - 0x40 - (code[1] > 0x7F)
        out += bytes((row + 0xA1, cell + 0xA1))
    return bytes(out)


def iso_2022_jp(text: str) -> bytes:
    """ISO-2022-JP as Windows writes it (CP50221)."""
    out, mode = bytearray(), b"\x1b(B"
    for char in text:
        code = euc_jp(char)
        wanted = b"\x1b(B" if len(code) == 1 else b"\x1b(I" if code[0] == 0x8E else b"\x1b$B"
        if wanted != mode:
            out += wanted
            mode = wanted
        out += bytes(byte & 0x7F for byte in (code[1:] if code[0] == 0x8E else code))
    return bytes(out + (b"" if mode == b"\x1b(B" else b"\x1b(B"))


def characters(*leads: int) -> list[tuple[bytes, str]]:
    """All of CP932 with these lead bytes."""
    codes = [bytes((lead, trail)) for lead in leads for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD))]
    pairs = [(code, code.decode("cp932", "replace")) for code in codes]
    return [(code, char) for code, char in pairs if len(char) == 1 and char != "\ufffd"]


NEC_SELECTED = {char: code for code, char in characters(0xED, 0xEE)}
ENCODERS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "cp932": lambda text: text.encode("cp932"),
    "euc-jp": euc_jp,
    "iso-2022-jp": iso_2022_jp,
    "utf-16 le": lambda text: text.encode("utf-16-le"),
    "utf-16 be": lambda text: text.encode("utf-16-be"),
    "utf-16 with mark": lambda text: text.encode("utf-16"),
}


def written(body: bytes, codec: str) -> str:
    """The text of a test file by Python's own codec, in CP932's characters where it is Japanese."""
    text = body.decode(codec, "replace").removeprefix("\ufeff")
    if codec.replace("-", "_") in ("euc_jp", "iso2022_jp", "iso_2022_jp"):
        text = text.translate(dict(zip(map(ord, "〜‖−¢£¬"), "～∥－￠￡￢", strict=True)))
    return text


def one_byte(folder: str) -> str:
    """The codec of the other folders, ``iso-8859-2-czech`` or ``IBM866``; browsers read two of ISO's as Windows'."""
    name = folder.lower().replace("windows-", "cp").replace("ibm", "cp").replace("iso-8859", "iso8859").split("-")
    codec = "-".join(name[:2]) if name[0] == "iso8859" else name[0]
    return ONE_BYTE.get(folder) or {"iso8859-1": "cp1252", "iso8859-9": "cp1254"}.get(codec, codec)


def files_by_folder() -> None:
    groups = {"Japanese": JAPANESE, "other CJK": OTHER_CJK, "Unicode": UNICODE, "not on the web": NOT_ON_THE_WEB}
    tried: dict[str, Counter[str]] = defaultdict(Counter)
    for path, body in unpacked("charset").items():
        folder = Path(path).parent.name
        if folder in ("tests", ""):
            continue
        group = next((name for name, folders in groups.items() if folder in folders), "one byte")
        codec = groups[group][folder] if group in groups else one_byte(folder)
        found = decode(body)
        exact = bool(codec) and found.text == written(body, codec)
        tried[group].update(("n", "exact" if exact else f"{folder}/{Path(path).name} as {found.charset}"))
        tried[group]["false"] += found.charset in ("cp932", "euc-jp", "iso-2022-jp") and group != "Japanese"
    print("Test files by folder, no header")
    for group, counts in tried.items():
        right, n, false = (counts.pop(name, 0) for name in ("exact", "n", "false"))
        print(f"  {group:15} exact {right} of {n}, taken for Japanese {false}")
        print(*(f"    {miss}\n" for miss in sorted(counts)), sep="", end="")


def sample(count: int) -> list[str]:
    """Japanese pages without their own labels, as many of each site as are needed for ``count``."""
    by_site: dict[str, list[Page]] = defaultdict(list)
    for page in pages("html_ja"):
        if page.heuristic == "ja" and len(page.body) < 200_000:
            by_site[page.site].append(page)
    order = [page for turn in range(count) for site in by_site.values() for page in site[turn : turn + 1]]
    texts = (META.sub("", in_true_charset(page)) for page in order[:count])
    return [NOT_IN_ROWS.sub("", text.encode("cp932", "ignore").decode("cp932")) for text in texts]


def labelled(text: str, label: str) -> str:
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={label}">{text}' if label else text


def label_mixes(texts: list[str]) -> None:
    print(f"\nLabel mixes: {len(texts)} Japanese pages, right / wrong labels in header and page, exact %")
    cells = [(header, meta) for header in ("none", "right", "wrong") for meta in ("none", "right", "wrong")]
    print(f"  {'charset':17}", *(f"{header + '/' + meta:>12}" for header, meta in cells))
    misses: Counter[str] = Counter()
    for codec, encode in ENCODERS.items():
        right = RIGHT.get(codec.split(" ")[0], "utf-16")
        wrong = [label for label in LABELS if label != right]
        row = []
        for header, meta in cells:
            exact = 0
            for index, text in enumerate(texts):
                names = {"none": "", "right": right, "wrong": wrong[index % len(wrong)]}
                page = labelled(text, names[meta] if meta != "wrong" else wrong[(index + 3) % len(wrong)])
                found = decode(encode(page), names[header] or None)
                exact += found.text == page
                if found.text != page:
                    misses[f"{codec}, header {names[header]}, as {found.charset} ({found.source})"] += 1
            row.append(f"{100 * exact / len(texts):12.2f}")
        print(f"  {codec:17}", *row)
    for miss, times in misses.most_common(12):
        print(f"    {times} x {miss}")


def extensions() -> None:
    """Each character of NEC row 13, of the NEC-selected and of the IBM rows, alone in a page."""
    rows = {"NEC row 13": (0x87,), "NEC-selected": (0xED, 0xEE), "IBM": (0xFA, 0xFB, 0xFC)}
    print("\nCP932's extensions, each character once: exact of n")
    start, end = "<p>これは日本語のページです。", "と書いてあります。</p>"
    for name, leads in rows.items():
        for charset, encode in (("cp932", None), ("euc-jp", euc_jp), ("iso-2022-jp", iso_2022_jp)):
            before, after = start.encode("cp932"), end.encode("cp932")
            bodies = [(before + code + after, char) for code, char in characters(*leads)]
            if encode is not None:
                bodies = [(encode(start + char + end), char) for _, char in bodies]
            for header in (charset, None):
                exact = sum(decode(body, header).text == start + char + end for body, char in bodies)
                print(f"  {name:13} {charset:12} header {header or 'none':12} {exact} of {len(bodies)}")
    exact = sum(
        decode(start.encode("euc_jp") + code + end.encode("euc_jp"), "euc-jp").text == start + char + end
        for code, char in ibm_in_euc()
    )
    print(f"  IBM, three-byte EUC-JP (eucJP-ms) {exact} of {len(ibm_in_euc())}")
    kana = [chr(code) for code in range(0xFF61, 0xFFA0)]
    for name, on, off in (("ESC ( I", b"\x1b(I", b"\x1b(B"), ("SO/SI", b"\x0e", b"\x0f")):
        head, tail = iso_2022_jp(start), iso_2022_jp(end)
        bodies = [(head + on + bytes((ord(char) - 0xFF40,)) + off + tail, char) for char in kana]
        exact = sum(decode(body).text == start + char + end for body, char in bodies)
        print(f"  half-width kana by {name:8} {exact} of {len(bodies)}")


def ibm_in_euc() -> list[tuple[bytes, str]]:
    """8F F3 F3 to 8F F4 FE: CP932's IBM characters, in its order, without those that JIS X 0208 and 0212 have."""
    chars = [char for _, char in characters(0xFA, 0xFB, 0xFC)]
    rest = [
        char
        for index, char in enumerate(chars)
        if char not in "￢￤∵" and (index < 28 or not char.encode("euc_jp", "ignore"))
    ]
    places = [(row, cell) for row in (0xF3, 0xF4) for cell in range(0xA1, 0xFF)][0xF3 - 0xA1 :]
    return [(bytes((0x8F, *place)), char) for place, char in zip(places, rest, strict=True)]


def prose(texts: list[str]) -> list[str]:
    """The text of pages without their tags, for the short and the broken ones."""
    bare = (re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>|&\w+;|\s+", " ", text) for text in texts)
    return [text for text in bare if len(WIDE.findall(text)) > 300]


def short_pages(texts: list[str]) -> None:
    print("\nShort pages without a label, exact % (n)")
    for size in (20, 50, 100, 200, 500):
        row = []
        for codec, encode in ENCODERS.items():
            pieces = [text[at : at + size] for text in texts for at in range(0, min(len(text) - size, 5 * size), size)]
            pieces = [f"<p>{piece}</p>" for piece in pieces if 2 * len(WIDE.findall(piece)) > size]
            exact = sum(decode(encode(piece)).text == piece for piece in pieces)
            row.append(f"{codec} {100 * exact / len(pieces):.2f}")
        print(f"  {size:4} characters (n {len(pieces)}):", ", ".join(row))


def broken_pages(texts: list[str]) -> None:
    """The share of non-ASCII characters that are lost, when a page is damaged."""
    print("\nDamaged pages: characters lost of 10,000, and pages whose charset is lost")
    for codec in ("utf-8", "cp932", "euc-jp", "iso-2022-jp"):
        encode = ENCODERS[codec]
        for name, damage in DAMAGES.items():
            lost = total = other = 0
            for text in texts:
                found = decode(damage(encode(text)))
                left = text[: len(found.text) + 1] if name.startswith("cut") else text
                total += len(left)
                lost += len(left) - sum((Counter(left) & Counter(found.text)).values())
                other += found.charset != codec
            print(f"  {codec:12} {name:32} {1e4 * lost / total:8.1f}   {other} of {len(texts)}")


def with_include(body: bytes) -> bytes:
    middle = body.find(b" ", len(body) // 2)
    return body[:middle] + " 新着情報はこちらをご覧ください ".encode("euc_jp") + body[middle:]


DAMAGES: Mapping[str, Callable[[bytes], bytes]] = {
    "cut at two thirds": lambda body: body[: len(body) * 2 // 3],
    "one byte FF in the middle": lambda body: body[: len(body) // 2] + b"\xff" + body[len(body) // 2 :],
    "one byte missing": lambda body: body[: len(body) // 2] + body[len(body) // 2 + 1 :],
    "a byte of 2,000 overwritten by 80": lambda body: re.sub(rb"(?s)(.{1999}).", b"\\1\x80", body),
    "an EUC-JP include": with_include,
}


def other_languages() -> None:
    print("\nPages in other languages: as UTF-8 and re-encoded, exact and taken for Japanese")
    targets = {
        "zh": ("gb18030",),
        "zh-tw": ("big5hkscs",),
        "ko": ("cp949",),
        "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866"),
    }
    targets |= {"el": ("cp1253",), "tr": ("cp1254",), "cs": ("cp1250", "iso8859-2"), "pl": ("cp1250", "iso8859-2")}
    targets |= {name: ("cp1252",) for name in ("de", "fr", "es", "pt", "it", "sv", "nl", "da")}
    targets |= {"he": ("cp1255",), "th": ("cp874",), "ar": ("cp1256",), "fa": ("cp1256",)}
    tried: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for page in pages("html_other"):
        language = page.language.lower().replace("_", "-")
        language = language if language == "zh-tw" else language.split("-")[0]
        text = META.sub("", in_true_charset(page))
        for codec in ("utf-8", *targets.get(language, ())):
            body = text.encode(codec, "ignore")
            plain = body.decode(codec)
            if len(WIDE.findall(plain)) < 50 or tried[codec, "none", language]["n"] >= 100:
                continue
            for label in ("none", codec):
                found = decode(body, None if label == "none" else label)
                counts = tried[codec, "none" if label == "none" else "right", language]
                counts["n"] += 1
                counts["exact"] += found.text == plain
                counts["japanese"] += found.charset in RIGHT and found.charset != "utf-8"
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (codec, label, _), counts in tried.items():
        sums[codec, label].update(counts)
    for (codec, label), counts in sorted(sums.items()):
        print(
            f"  {codec:10} header {label:6} exact {counts['exact']} of {counts['n']},"
            f" taken for Japanese {counts['japanese']}"
        )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pages", type=int, default=300, metavar="N")
    texts = sample(arguments.parse_args().pages)
    files_by_folder()
    label_mixes(texts)
    extensions()
    short_pages(prose(texts)[:100])
    broken_pages(prose(texts)[:100])
    other_languages()


if __name__ == "__main__":
    main()
