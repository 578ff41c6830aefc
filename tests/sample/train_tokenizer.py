"""Trains the sample's tokenizer, ``data_manifests/sample/tokenizer.model``, from real Japanese text.

    python tests/sample/train_tokenizer.py [../shared/data/text.tar.zst]

The text is a sample of lines, chosen by hash up to a share of bytes for each collection: works of Aozora Bunko
(their ruby, notes and colophons taken off), the Universal Dependencies treebanks, and the Wikipedia Annotated
Corpus; the English and the code of the sample itself come on top. Only the model is kept, none of the text.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard
from make_sample import FOLDER
from sample_records import DOLMA, code
from sample_text import parts, raw

from corpus_builder.tokens.train import train

VOCABULARY = 8_000
ARCHIVE = Path(__file__).parents[3] / "shared" / "data" / "text.tar.zst"
BUDGETS = {  # bytes of UTF-8
    "aozora": 1_800_000,
    "wac": 1_500_000,
    "ud/Japanese": 600_000,
    "ud/English": 200_000,
    "ud/Chinese": 200_000,
    "ud/Korean": 200_000,
}
REPEATS = 6  # of the authored English and code, which are short
MARKS = re.compile(r"《[^》]*》|［＃[^］]*］|｜")
# Kana, the commoner marks, and ASCII are never spelt in bytes.
REQUIRED = [
    chr(c) for c in (*range(0x21, 0x7F), *range(0x3041, 0x3097), *range(0x30A1, 0x30FD), *range(0x3001, 0x3003))
]


def collected(archive: Path) -> dict[str, list[str]]:
    """Lines of each collection."""
    found: dict[str, list[str]] = {name: [] for name in BUDGETS}
    with (
        archive.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        for member in tar:
            data = tar.extractfile(member)
            if data is None:
                continue
            name = member.name.removeprefix("./")
            if name.startswith("aozora_sjis/") and name.endswith(".txt"):
                found["aozora"] += aozora(data.read())
            elif (language := name.split("-")[0]) in BUDGETS and name.endswith(".conllu"):
                found[language] += treebank(data.read())
            elif name.startswith("wac/org/") and name.endswith(".org"):
                found["wac"] += sentences(data.read())
    return found


def aozora(data: bytes) -> list[str]:
    """The body of a work: after the legend between two rules, before the colophon, without marks."""
    text = data.decode("cp932", "replace").replace("\r\n", "\n")
    body = re.split(r"^-{20,}$", text, flags=re.MULTILINE)[-1]
    body = re.split(r"^底本：", body, maxsplit=1, flags=re.MULTILINE)[0]
    return [line for line in MARKS.sub("", body).split("\n") if len(line) > 10 and "\ufffd" not in line]


def treebank(data: bytes) -> list[str]:
    return [line[9:] for line in data.decode().split("\n") if line.startswith("# text = ")]


def sentences(data: bytes) -> list[str]:
    return [line for line in data.decode().split("\n") if len(line) > 10 and not line.startswith("#")]


def chosen(lines: Iterable[str], budget: int) -> Iterator[str]:
    """Different lines in the order of their hashes, up to ``budget`` bytes."""
    for line in sorted(set(lines), key=lambda line: hashlib.blake2b(line.encode(), digest_size=8).digest()):
        budget -= len(line.encode())
        if budget < 0:
            return
        yield line


def authored() -> Iterator[str]:
    for name in DOLMA:
        yield from (part.body for part in parts(f"dolma/{name}.txt"))
    for name in ("sourdough", "lighthouse", "release"):
        yield raw(f"other/en-{name}.txt")
    yield from (content for name, content in code() if not name.endswith(".min.css"))


def main() -> None:
    archive = Path(sys.argv[1]) if len(sys.argv) > 1 else ARCHIVE
    texts: list[str] = []
    for name, lines in collected(archive).items():
        sample = list(chosen(lines, BUDGETS[name]))
        print(f"{name}: {len(sample):,} of {len(lines):,} lines")
        texts += sample
    texts += list(authored()) * REPEATS
    out = FOLDER / "tokenizer.model"
    train(texts, VOCABULARY, out, required=REQUIRED)
    print(f"{hashlib.sha256(out.read_bytes()).hexdigest()}  {out.name}  {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
