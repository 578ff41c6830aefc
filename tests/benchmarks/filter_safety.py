"""What the default Japanese recipe throws away: good texts of four kinds, and pages that are no text.

    PYTHONPATH=.:tests/filters python tests/benchmarks/filter_safety.py [--reasons]

Reads ``../shared/data``. A text is rejected when no level of ``pipelines/japanese_web.py`` takes it; the shares that
the first, and the first two levels would leave out stand beside it. Good is good by origin, not by a reader's label;
texts below 200 characters are left out (the recipe's own limit is a matter of length, not of quality).

Pages without text are found by the page index alone (columns ``links``, ``text_chars``), of pages in Japanese: those
with at least 10 links and at most 12, or 16, characters of text a link, links' own included, and those with at least 5
links and at most 400 characters. A page that extraction finds no text in counts as rejected.
"""

from __future__ import annotations

import argparse
import html as entities
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from language_texts import CODECS, good_pages, literature, members

from corpus_builder.documents.judge import decide
from corpus_builder.extract.main_text import main_text
from corpus_builder.recipe import load
from filters import batch_of, measure

RECIPE = load(Path(__file__).parents[2] / "pipelines" / "japanese_web.py")
LEAST = 200
TECHNICAL = r"triple-underscore|momdo"
DOCUMENTATION = r"deb:|momdo|groonga|TeraTerm|sakura-editor|OpenHSP|fml8|PgBash"


class Text(NamedTuple):
    text: str
    name: str
    link_chars: int = 0
    page_chars: int | None = None
    page_link_chars: int | None = None


def rows() -> dict[str, dict[str, str]]:
    """The index of the Japanese pages by path."""
    [(_, content)] = [m for m in members("html_ja.tar.zst", r"index\.tsv$")]
    head, *lines = (line.split("\t") for line in content.decode().splitlines())
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def pages(index: dict[str, dict[str, str]], wanted: set[str]) -> Iterator[Text]:
    """What the extractor makes of the pages; the empty text where it finds none."""
    for name, content in members("html_ja.tar.zst", r"\.html?$"):
        path = name[name.index("pages/") :]
        if path in wanted:
            codec = index[path]["decoded_as"]
            page, _ = main_text(content.decode(CODECS.get(codec, codec), "replace"))
            if page is None:
                yield Text("", path)
            else:
                yield Text(page.text, path, page.link_chars, page.page_chars, page.page_link_chars)


def posts() -> Iterator[Text]:
    """The posts of the feeds among chardet's files."""
    codecs = {"CP932": "cp932", "SHIFT_JIS": "cp932", "EUC-JP": "euc_jp", "utf-8": "utf-8"}
    body = r"<(content:encoded|description|content)\b[^>]*>(.*?)</\1>"
    for name, content in sorted(members("charset.tar.zst", r"\.xml$")):
        codec = codecs.get(name.split("/")[-2])
        text = content.decode(codec, "replace") if codec else ""
        for number, (_, post) in enumerate(re.findall(body, text, re.DOTALL)):
            plain = (
                re.sub(r"<!\[CDATA\[(.*?)\]\]>", r"\1", post, flags=re.DOTALL)
                if "<![CDATA[" in post
                else entities.unescape(post)
            )
            plain = re.sub(r"(?i)<(br|/p|/div|/li|/h\d)\b[^>]*>", "\n", plain)
            plain = entities.unescape(re.sub(r"<[^>]*>", "", plain)).strip()
            if len(re.findall("[ぁ-ん]", plain)) >= len(plain) / 20:
                yield Text(plain, f"{Path(name).name}#{number}")


def rejected(texts: Sequence[Text]) -> tuple[list[float], list[str | None]]:
    """The share that the first level, the first two, and all together do not take; and why each is out."""
    words, _, links, chars, page_links = zip(*texts, strict=True)
    batch = batch_of(words, links, chars, page_links)
    for edit in RECIPE.edits:
        batch = batch.set_column(0, "text", edit(batch)[0])
    levels, objection, _ = decide(RECIPE, pa.table(measure(RECIPE.measures, batch)))
    taken = levels.fill_null(99).to_numpy()
    return [float(np.mean(taken > level)) for level in range(len(RECIPE.levels))], objection.to_pylist()


def show(name: str, texts: Sequence[Text], reasons: bool) -> None:
    if not texts:
        print(f"{name:34} n    0")
        return
    shares, why = rejected(texts)
    print(f"{name:34} n {len(texts):5}  rejected {shares[-1]:6.1%}   by level " + " ".join(f"{s:6.1%}" for s in shares))
    if reasons:
        for reason, count in Counter(w for w in why if w).most_common(8):
            first = [each.name for each, w in zip(texts, why, strict=True) if w == reason][:3]
            print(f"      {count:4} {reason}   {first}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reasons", action="store_true", help="name what rejects")
    reasons = parser.parse_args().reasons
    index = rows()
    japanese = {path: row for path, row in index.items() if row["lang_heur"] == "ja"}
    books = random.Random(4).sample(literature(), 200)
    long = {p for p, row in japanese.items() if re.search(DOCUMENTATION, p) and int(row["text_chars"]) >= 1000}
    good = {
        "long articles": [Text(text, str(n)) for n, text in enumerate(good_pages())],
        "literature": [Text(text, str(n)) for n, text in enumerate(books)],
        "blog posts": list(posts()),
        "technical (momdo)": list(pages(index, {p for p in japanese if re.search(TECHNICAL, p)})),
        "documentation (≥1,000 chars)": list(pages(index, long)),
    }
    for name, texts in good.items():
        show(name, [each for each in texts if len(each.text) >= LEAST], reasons)
    chars = {p: (int(r["text_chars"]), int(r["links"])) for p, r in japanese.items()}
    bare = {
        "menus and lists (≤12 chars a link)": {p for p, (c, n) in chars.items() if n >= 10 and c <= 12 * n},
        "menus and lists (≤16 chars a link)": {p for p, (c, n) in chars.items() if n >= 10 and c <= 16 * n},
        "template (≤400 chars, ≥5 links)": {p for p, (c, n) in chars.items() if c <= 400 and n >= 5},
    }
    for name, wanted in bare.items():
        show(name, list(pages(index, wanted)), reasons)


if __name__ == "__main__":
    main()
