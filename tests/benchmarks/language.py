"""Language of short, kanji-only, mixed and wrongly decoded text.

    PYTHONPATH=.:tests/filters python tests/benchmarks/language.py

Reads ``../shared/data``. Texts are those of ``tests/filters/language_texts.py`` that nothing was learned from: other
sources than the learned ones, and of Web pages other sites. lid.176 alone stands beside our measure on the same texts.
Windows are the first L characters of a sentence that has as many. Precision and F1 count ja, zh, ko and en equal.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from itertools import islice

from language_texts import CONVERSIONS, good_pages, literature, measured_on, pages_text, paragraphs, read_wrongly

from filters import LANGUAGE, batch_of, best_language, in_language, japanese_web, measure
from filters.catalogue import japanese_paragraphs, well_decoded
from filters.language import model

Answer = Callable[[Sequence[str]], list[str]]
RUN = re.compile("[々〇一-鿿]{4,}")
MODES = 300
CODE = "for (int i = 0; i < n; i++) {{\n    total += a[i].size();  // {}\n}}\nreturn total / (double)n;\n"
BOILERPLATE = "ホーム | 会社概要 | https://www.example.co.jp/a/b.html?id=1 | お問い合わせ | Copyright 2020 Example Inc."


def ours(texts: Sequence[str]) -> list[str]:
    return [str(each) for each in best_language(LANGUAGE(batch_of(texts))).to_pylist()]


def lid176(texts: Sequence[str]) -> list[str]:
    asked = (model().predict(text.replace("\n", " ").replace("\0", " "), k=1)[0] for text in texts)
    return [labels[0].removeprefix("__label__") if labels else "other" for labels in asked]


ANSWERS: dict[str, Answer] = {"ours": ours, "lid.176": lid176}


def called(answer: Answer, texts: Sequence[str], language: str = "ja") -> float:
    """The share of the texts that are said to be in the language."""
    return sum(said == language for said in answer(texts)) / max(len(texts), 1)


def windows(texts: dict[str, list[str]]) -> None:
    print("\nwindows: n ja/zh/ko/en, ja recall, precision, F1; recall of zh, ko, en")
    for title, cut, least in [(str(n), n, n) for n in (10, 20, 50, 100)] + [
        (f"whole, ≥ {n}", None, n) for n in (10, 20, 50)
    ]:
        cells = {name: [text[:cut] for text in texts[name] if len(text) >= least] for name in ("ja", "zh", "ko", "en")}
        sizes = "/".join(str(len(cell)) for cell in cells.values())
        for who, answer in ANSWERS.items():
            recall, *false = (called(answer, cell) for cell in cells.values())
            precision = recall / (recall + sum(false)) if recall else 0.0
            f1 = 2 * precision * recall / (precision + recall) if recall else 0.0
            others = " ".join(f"{called(answer, cells[name], name):6.1%}" for name in ("zh", "ko", "en"))
            print(f"{title:>11} {who:8} n {sizes:20} {recall:7.2%} {precision:7.2%} {f1:7.2%} | {others}")


def kanji_only(texts: dict[str, list[str]], kind: str) -> None:
    runs = {name: sorted({run for text in texts[name] for run in RUN.findall(text)}) for name in ("ja", "zh")}
    for who, answer in ANSWERS.items():
        recall, false = (called(answer, runs[name]) for name in ("ja", "zh"))
        print(f"kanji-only, {kind}: {who:8} n {len(runs['ja'])}/{len(runs['zh'])} ja {recall:.1%} @ zh {false:.1%}")


def mixed(texts: dict[str, list[str]]) -> None:
    print("\nfailure modes, called ja (n each)")
    japanese = [text for text in texts["ja"] if len(text) >= 40]
    chinese = ["".join(texts["zh"][at : at + 12])[:240] for at in range(0, len(texts["zh"]) - 12, 4)]
    english = [text for text in texts["en"] if len(text) >= 140]
    sets = {
        "ja 40 + en 93": [f"{j[:40]} {e[:93]}" for j, e in zip(japanese, english, strict=False)],
        "ja 25 + en 140": [f"{j[:25]} {e[:140]}" for j, e in zip(japanese, english, strict=False)],
        "code with a ja comment": [CODE.format(j[:20]) for j in japanese],
        "zh page with 20 % ja (no)": [
            f"{c}\n{j[:60]}" for c, j in zip(chinese, [t for t in japanese if len(t) >= 60], strict=False)
        ],
        "navigation and URLs": [f"{BOILERPLATE}\n{j[:12]}" for j in japanese],
        "table of dates and numbers": [
            f"2024年{i % 12 + 1}月{i % 28 + 1}日\t{i * 37:,}円\t{i % 9}件\n" * 5 for i in range(MODES)
        ],
    }
    for name, cell in sets.items():
        cell = list(islice(cell, MODES))
        print(f"{name:28} n {len(cell)} " + "  ".join(f"{who} {called(a, cell):6.1%}" for who, a in ANSWERS.items()))


def mojibake(texts: dict[str, list[str]]) -> None:
    print("\nwrongly decoded, ≥ 100 characters: called ja; objected to by well_decoded")
    whole = ["".join(texts["ja"][at : at + 4]) for at in range(0, len(texts["ja"]) - 4, 4)]
    whole = [text for text in whole if len(text) >= 100]
    for wrote, read in CONVERSIONS:
        for errors in ("replace", "ignore"):
            cell = [wrong for text in whole if len(wrong := read_wrongly(text, wrote, read, errors)) >= 20]
            objected = sum(x is not None for x in well_decoded()(batch_of(cell)).to_pylist()) / len(cell)
            said = "  ".join(f"{who} {called(a, cell):6.1%}" for who, a in ANSWERS.items())
            print(f"{wrote + ' as ' + read:20} {errors:8} n {len(cell)} {said}  objected {objected:6.1%}")


def false_objections(texts: dict[str, list[str]]) -> None:
    print("\nclean text objected to by well_decoded; Japanese by its letters (ja ≥ 0.5) and objected to by paragraphs")
    sets = {f"sentences {name}": [t for t in cell if len(t) >= 20] for name, cell in texts.items()}
    sets |= {"aozora": literature(), "articles": good_pages(), "paragraphs of 200+ languages": paragraphs()}
    sets |= {f"pages {name}": pages_text(name) for name in ("ja", "zh", "ko", "other")}
    for name, cell in sets.items():
        batch = batch_of(cell)
        objected = batch.num_rows - well_decoded()(batch).null_count
        japanese = in_language("ja", 0.5)(batch).is_null().to_numpy(zero_copy_only=False)
        few = ~japanese_paragraphs()(batch).is_null().to_numpy(zero_copy_only=False) & japanese
        shares = f"{objected:3} ({objected / len(cell):.2%})  ja {japanese.sum():5} few {few.sum():3}"
        print(f"{name:28} n {len(cell):5} {shares}")


def speed() -> None:
    batch = batch_of([text[:20_000] for text in literature()[:200]] + good_pages() * 20)
    every = {each.name: each for level in (0, 1, 2) for one in japanese_web(level) for each in one.measures}
    size = batch.column("text").nbytes / 1e6
    print(f"\nspeed on {size:.1f} MB of UTF-8, best of 5, one core")
    for name, measures in [*((name, [each]) for name, each in every.items()), ("all", list(every.values()))]:
        taken = []
        for _ in range(6):
            started = time.process_time()
            measure(measures, batch)
            taken.append(time.process_time() - started)
        print(f"{name:12} {size / min(taken[1:]):8.1f} MB/s")


def main() -> None:
    texts = measured_on()
    windows(texts)
    print()
    kanji_only(texts, "sentences")
    kanji_only({name: pages_text(name) for name in ("ja", "zh")}, "pages of other sites")
    mixed(texts)
    mojibake(texts)
    false_objections(texts)
    speed()


if __name__ == "__main__":
    main()
