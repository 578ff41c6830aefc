"""What the default Japanese recipe throws away: good texts of four kinds, and pages that are no text.

    PYTHONPATH=.:tests/filters python tests/benchmarks/filter_safety.py [--reasons]

Reads ``../shared/data``. A text is rejected when no level of ``pipelines/japanese_web.py`` takes it; the shares of texts
that the first, and the first two levels would leave out stand beside it. Good is good by origin, not by a reader's label;
texts shorter than 200 characters are left out (the recipe's own limit is a matter of length, not of quality).

Pages without text are found by the page index alone (columns ``links``, ``text_chars``): of pages in Japanese those with
at least 10 links whose text is at most 12 characters a link, and those with at most 400 characters of text and 5 links.
A page that extraction finds no text in counts as rejected.
"""

from __future__ import annotations

import argparse
import html as entities
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

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
Text = tuple[str, int, str]  # text, characters of link labels, a name to ask for


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
            yield (page.text, page.link_chars, path) if page else ("", 0, path)


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
                yield plain, 0, f"{Path(name).name}#{number}"


def rejected(texts: Sequence[Text]) -> tuple[list[float], list[str | None]]:
    """The share that the first level, the first two, and all together do not take; and why each is out."""
    batch = batch_of([t for t, _, _ in texts], [links for _, links, _ in texts])
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
            first = [n for (_, _, n), w in zip(texts, why, strict=True) if w == reason][:3]
            print(f"      {count:4} {reason}   {first}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reasons", action="store_true", help="name what rejects")
    reasons = parser.parse_args().reasons
    index = rows()
    japanese = {path: row for path, row in index.items() if row["lang_heur"] == "ja"}
    books = random.Random(4).sample(literature(), 200)
    good = {
        "long articles": [(text, 0, str(n)) for n, text in enumerate(good_pages())],
        "literature": [(text, 0, str(n)) for n, text in enumerate(books)],
        "blog posts": list(posts()),
        "technical (momdo)": list(pages(index, {p for p in japanese if re.search(TECHNICAL, p)})),
        "documentation": list(
            pages(
                index, {p for p in japanese if re.search(DOCUMENTATION, p) and int(japanese[p]["text_chars"]) >= 1000}
            )
        ),
    }
    for name, texts in good.items():
        show(name, [t for t in texts if len(t[0]) >= LEAST], reasons)
    chars = {p: (int(r["text_chars"]), int(r["links"])) for p, r in japanese.items()}
    bare = {
        "navigation (≥10 links, ≤12 chars a link)": {p for p, (c, n) in chars.items() if n >= 10 and c <= 12 * n},
        "template (≤400 chars, ≥5 links)": {p for p, (c, n) in chars.items() if c <= 400 and n >= 5},
    }
    for name, wanted in bare.items():
        show(name, list(pages(index, wanted)), reasons)


if __name__ == "__main__":
    main()
