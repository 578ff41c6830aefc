"""Real text whose language is known, for measuring and training: read from ``../shared/data``, none of it kept here.

What is learned from and what is measured on are different sources, and a sentence of the second is never learned from.
Learned from: UD GSD dev, JGLUE, FKC complaints, WAC train, Aozora Bunko, and the pages of the sites that ``learned``
picks. Measured on: UD GSD test, UD PUD, UDHR, CLD2's paragraphs, WAC dev and test, small_parallel_enja, other sites.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

DATA = Path(__file__).parents[3] / "shared" / "data"
UD_LANGUAGES = {"Japanese": "ja", "Chinese": "zh", "Korean": "ko", "English": "en"}
UDHR = {"jpn": "ja", "cmn_hans": "zh", "cmn_hant": "zh", "kor": "ko", "eng": "en"}
EUROPEAN = ("fra", "deu_1996", "por_PT", "spa", "ita", "vie", "pol", "ces", "tur", "isl", "swe", "fin", "hun", "ron")
CLD2 = {"ja_Hani": "ja", "zh_Hans": "zh", "zh_Hant": "zh", "ko_Hani": "ko", "en_Latn": "en"}
CODECS = {
    "utf-8-bom": "utf-8-sig",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "csshiftjis": "cp932",
}

# How Japanese is misread: the charset it was written in, and the one it is read in.
CONVERSIONS = (
    ("utf-8", "cp932"), ("utf-8", "euc_jp"), ("utf-8", "latin-1"), ("utf-8", "cp1252"), ("utf-8", "gbk"),
    ("utf-8", "cp949"), ("utf-8", "big5"), ("euc_jp", "cp932"), ("euc_jp", "gbk"), ("euc_jp", "latin-1"),
    ("euc_jp", "cp949"), ("euc_jp", "big5"), ("cp932", "euc_jp"), ("cp932", "gbk"), ("cp932", "cp949"),
    ("cp932", "latin-1"), ("cp932", "cp1252"), ("cp932", "big5"), ("cp932", "utf-8"), ("euc_jp", "utf-8"),
)  # fmt: skip

_TAG = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]*>|&[#\w]+;", re.DOTALL | re.IGNORECASE)
_RUBY = re.compile(r"《[^》]*》|［＃[^］]*］|｜")


def members(archive: str, wanted: str) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files in ``archive`` whose name matches the pattern, in the archive's order."""
    with (
        (DATA / archive).open("rb") as packed,
        zstandard.ZstdDecompressor().stream_reader(packed) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        for member in tar:
            file = tar.extractfile(member) if re.search(wanted, member.name) else None
            if file is not None:
                yield member.name, file.read()


def measured_on() -> dict[str, list[str]]:
    """Whole sentences and paragraphs a language, none of them learned from; ``other`` is European and Vietnamese."""
    found: dict[str, dict[str, None]] = {name: {} for name in ("ja", "zh", "ko", "en", "other")}
    split: dict[str, set[str]] = {"wac": set()}
    pages = list(
        members(
            "text.tar.zst", r"/ud/.*-(GSD|PUD)/.*test\.conllu|cld2/para|udhr/decl|wac/(id|org)/|small_par.*\.(ja|en)"
        )
    )
    for name, content in pages:
        if re.search(r"wac/id/(dev|test)\.id", name):
            split["wac"] |= set(content.decode().split())
    for name, content in pages:
        for language, sentences in _sentences(name, content.decode("utf-8", "replace"), split["wac"]):
            found[language].update(dict.fromkeys(sentences))
    return {language: list(sentences) for language, sentences in found.items()}


def _sentences(name: str, content: str, wac: set[str]) -> Iterator[tuple[str, list[str]]]:
    if treebank := re.search(r"/ud/(\w+)-(?:GSD|PUD)/", name):
        language = UD_LANGUAGES.get(treebank.group(1))
        if language:
            yield language, re.findall(r"^# text = (.+)$", content, re.MULTILINE)
    elif "cld2/" in name:
        for line in content.splitlines():
            code, _, text = line.partition("\t")
            if code in CLD2:
                yield CLD2[code], [] if "\\x" in text else [text.strip()]
    elif "udhr/" in name:
        language = UDHR.get(Path(name).stem, "other" if Path(name).stem in EUROPEAN else "")
        if language:
            text = re.sub(r"<(title|style|script)\b.*?</\1>|<[^>]*>", "\n", content, flags=re.DOTALL)
            yield language, [line for line in map(str.strip, text.splitlines()) if len(line) > 20]
    elif "wac/org" in name:
        if Path(name).stem in wac:
            yield "ja", wac_lines(content)
    elif name.endswith((".ja", ".en")) and "test" in name:
        yield name[-2:], [re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", line) for line in content.splitlines()]


def wac_lines(content: str) -> list[str]:
    """Sentences, without what the corpus took out of brackets: names in the original, years, readings."""
    pairs = re.findall(r"^# S-ID:(.*)\n([^#\n].*)$", content, re.MULTILINE)
    return [line for comment, line in pairs if "括弧始" not in comment]


def learned(site: str) -> bool:
    """Whether the pages of a site may be learned from: two of three, by digest.

    >>> [learned(f"site{i}") for i in range(4, 9)]
    [True, True, True, True, True]
    """
    return hashlib.sha256(site.encode()).digest()[0] < 170


def pages(language: str, to_learn: bool) -> Iterator[tuple[str, str]]:
    """Name and markup of pages in ``ja``, ``zh``, ``ko`` or ``other`` languages, of the sites learned from or the rest.

    The set with foreign pages names a page's language twice, by its path and by its letters; both must agree.
    """
    archive = "html_ja.tar.zst" if language == "ja" else "html_other.tar.zst"
    index: dict[str, str] = {}
    kept: dict[str, bytes] = {}
    for name, content in members(archive, r"\.html?$|index\.tsv$"):
        if name.endswith("index.tsv"):
            index = _charsets(content.decode(), language)
        else:
            kept[name[name.index("pages/") :]] = content
    for name in sorted(kept):
        if name in index and learned(name.split("/")[1]) == to_learn:
            yield name, kept[name].decode(CODECS.get(index[name], index[name]), "replace")


def _charsets(index: str, language: str) -> dict[str, str]:
    rows = [line.split("\t") for line in index.splitlines()]
    column = {name: at for at, name in enumerate(rows[0])}
    found = {}
    for row in rows[1:]:
        wanted = row[column["lang_heur"]] == {"other": "xx"}.get(language, language)
        if "lang_gt" in column and language != "other":
            wanted &= row[column["lang_gt"]][:2] == language
        if wanted:
            found[row[0]] = row[column["decoded_as"]]
    return found


def lines_of(markup: str) -> list[str]:
    """The text of a page, a line a text node; for counting, not for reading."""
    return [
        line.strip()
        for line in _TAG.sub(b"\n", markup.encode()).decode("utf-8", "replace").splitlines()
        if line.strip()
    ]


@functools.cache
def learned_from() -> dict[str, list[str]]:
    """Lines of Japanese and Chinese that may be learned from; none of them is among ``measured_on``."""
    found: dict[str, list[str]] = {"ja": [], "zh": []}
    wanted = r"/ud/(Japanese|Chinese)-GSD/.*dev\.conllu|jglue/datasets/.*\.json|fkc/org|wac/(org|id)"
    texts = list(members("text.tar.zst", wanted))
    train = {line for name, content in texts if "wac/id/train.id" in name for line in content.decode().split()}
    for name, content in texts:
        if "/ud/" in name:
            lines = re.findall(r"^# text = (.+)$", content.decode(), re.MULTILINE)
            found["zh" if "Chinese" in name else "ja"] += lines
        elif "jglue/" in name:
            found["ja"] += re.findall(r'"(?:context|question|sentence\d?|choice\d)": "([^"]+)"', content.decode())
        elif "/org" in name and ("fkc" in name or Path(name).stem in train):
            found["ja"] += wac_lines(content.decode())
    for language in ("ja", "zh"):
        for _, markup in pages(language, to_learn=True):
            found[language] += lines_of(markup)
    measured = measured_on()
    return {language: [x for x in dict.fromkeys(found[language]) if x not in measured[language]] for language in found}


@functools.cache
def literature() -> list[str]:
    """Works of Aozora Bunko, ruby and notes taken off."""
    texts = members("text.tar.zst", r"aozora_sjis/.*\.txt")
    return [_RUBY.sub("", content.decode("cp932", "replace")).replace("\r", "") for _, content in texts]


def good_pages() -> list[str]:
    """The main text of Japanese articles."""
    with gzip.open(DATA / "extraction_gold_ja.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["gold"] for line in lines]


@functools.cache
def pages_text(language: str) -> list[str]:
    """The whole text of pages of the sites that are not learned from, of 100 characters and more."""
    from resiliparse.extract.html2text import extract_plain_text

    found = (extract_plain_text(markup, main_content=False, alt_texts=False) for _, markup in pages(language, False))
    return [text for text in found if len(text) >= 100]


def read_wrongly(text: str, wrote: str, read: str, errors: str) -> str:
    """Text as it looks when its bytes are taken for another charset's."""
    return text.encode(wrote, "ignore").decode(read, errors)


def paragraphs() -> list[str]:
    """CLD2's paragraphs and the UDHR in every language they have."""
    found = []
    for name, content in members("text.tar.zst", "cld2/para|udhr/decl"):
        text = content.decode("utf-8", "replace")
        if "cld2" in name:
            found += [line.partition("\t")[2] for line in text.splitlines() if "\\x" not in line]
        else:
            found.append(re.sub(r"<(title|style|script)\b.*?</\1>|<[^>]*>", "\n", text, flags=re.DOTALL))
    return [text for text in found if len(text) >= 100]
