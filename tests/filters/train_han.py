"""Learns which kanji and pairs of kanji are Japanese and which Chinese, and writes ``filters/han.bin``.

    python tests/filters/train_han.py [../shared/data]

One logistic regression over runs of kanji, by stochastic gradient in a fixed order. Japanese runs come from JGLUE,
WAC, FKC, UD GSD and Web pages, Aozora Bunko with little weight, for its language is old. Chinese runs come from Web
pages and UD GSD in both scripts (OpenCC turns one into the other), and the words of jieba's dictionary, weighted by
their frequency: ``pip install jieba==0.42.1 opencc==1.4.2`` beside this project. A kanji that is seen seldom keeps
the odds of its class in the national character sets. The texts that tests/benchmarks/language.py measures on are not
among those learned from. Only the odds are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from language_texts import learned_from, literature

from filters.buffers import kernel
from filters.han import (
    CHINESE,
    FIRST,
    JAPANESE,
    LAST,
    LONG,
    LONGER,
    MODEL,
    ODDS_OF_LENGTH,
    PAIRS,
    START,
    UNIT,
    han_classes,
    pair_of,
)

RUN = re.compile("[々〇㐀-鿿]{2,}")
LONGEST = 30  # kanji of a run that are looked at
LEXICON = 0.5  # the dictionary's part of the weight of Chinese
OLD = 0.02  # Aozora Bunko's part of the weight of Japanese
LEAST_FREQUENT, MOST_FREQUENT = 5, 5000  # of words
EPOCHS, RATE, DECAY, SEED = 6, 0.1, 1e-3, 1
PRIOR = 1.0  # nats for a kanji of one language's sets

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Example(NamedTuple):
    run: str
    chinese: int
    weight: float


def examples() -> list[Example]:
    """Runs with weights that make Japanese and Chinese equally heavy, 1 on average."""
    lines = learned_from()
    old = _runs(literature())
    new = _runs(lines["ja"])
    chinese, words = _runs(lines["zh"]), _words()
    found = _weighted({run: count**0.5 for run, count in new.items()}, 0, 1 - OLD)
    found += _weighted({run: count**0.5 for run, count in old.items()}, 0, OLD)
    found += _weighted(_both_scripts({run: count**0.5 for run, count in chinese.items()}), 1, 1 - LEXICON)
    found += _weighted(_both_scripts(words), 1, LEXICON)
    return [each._replace(weight=min(each.weight * len(found) / 2, 10)) for each in found]


def _runs(lines: Iterable[str]) -> Counter[str]:
    return Counter(run for line in lines for run in RUN.findall(line))


def _weighted(runs: dict[str, float], chinese: int, share: float) -> list[Example]:
    total = sum(runs.values())
    return [Example(run, chinese, weight * share / total) for run, weight in runs.items()]


def _words() -> dict[str, float]:
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("jieba is missing: pip install jieba==0.42.1")
    found = {}
    for line in Path(spec.origin).with_name("dict.txt").read_text("utf-8").splitlines():
        word, frequency = line.split()[:2]
        if int(frequency) >= LEAST_FREQUENT and RUN.fullmatch(word):
            found[word] = min(int(frequency), MOST_FREQUENT) ** 0.5
    return found


def _both_scripts(runs: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("t2s", "s2t", "s2tw"):
        written = _converter(name)("\n".join(runs)).split("\n")
        for run, weight in zip(written, runs.values(), strict=True):
            found[run] = found.get(run, 0.0) + (weight if name == "t2s" else weight / 2)
    return found


def _converter(name: str) -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC(name).convert
    return convert


def fit(given: list[Example]) -> tuple[Floats, Floats]:
    """Odds in nats of every kanji, from START on, and of every place of pairs."""
    codes = [[ord(each) - START for each in example.run[:LONGEST]] for example in given]
    flat = np.array([code for run in codes for code in run], np.int64)
    offsets = np.cumsum([0, *map(len, codes)]).astype(np.int64)
    wanted = np.array([example.chinese for example in given], np.float64)
    weights = np.array([example.weight for example in given], np.float64)
    prior = np.zeros(LAST + 1 - START)
    classes = han_classes()
    prior[FIRST - START :][classes == JAPANESE] = -PRIOR
    prior[FIRST - START :][classes == CHINESE] = PRIOR
    kanji, pairs = prior.copy(), np.zeros(PAIRS)
    seen_kanji, seen_pairs = np.full(len(kanji), 0.1), np.ones(PAIRS)
    generator = np.random.Generator(np.random.PCG64(SEED))
    for epoch in range(EPOCHS):
        order = generator.permutation(len(given))
        loss = _epoch(flat, offsets, wanted, weights, order, prior, kanji, pairs, seen_kanji, seen_pairs)
        print(f"epoch {epoch}: loss {loss:.4f}")
    return kanji, pairs


@kernel
def _epoch(
    flat: Integers, offsets: Integers, wanted: Floats, weights: Floats, order: Integers,
    prior: Floats, kanji: Floats, pairs: Floats, seen_kanji: Floats, seen_pairs: Floats,
) -> float:  # fmt: skip
    loss = 0.0
    for row in order:
        first, last = offsets[row], offsets[row + 1]
        odds = max(0, min(last - first, LONGER) - LONG) * ODDS_OF_LENGTH / UNIT
        for i in range(first, last):
            odds += kanji[flat[i]]
            if i > first:
                odds += pairs[pair_of(flat[i - 1] + START, flat[i] + START)]
        chance = 1 / (1 + np.exp(-odds))
        loss -= weights[row] * np.log(chance if wanted[row] else 1 - chance + 1e-9)
        slope = (chance - wanted[row]) * weights[row]
        for i in range(first, last):
            at = flat[i]
            step = slope + DECAY * (kanji[at] - prior[at])
            seen_kanji[at] += step * step
            kanji[at] -= RATE * step / np.sqrt(seen_kanji[at])
            if i > first:
                at = pair_of(flat[i - 1] + START, flat[i] + START)
                step = slope + DECAY * pairs[at]
                seen_pairs[at] += step * step
                pairs[at] -= RATE * step / np.sqrt(seen_pairs[at])
    return loss / len(order)


def main() -> None:
    given = examples()
    odds = np.concatenate(fit(given))
    stored = np.clip(np.rint(odds * UNIT), -127, 127).astype(np.int8)
    stored.tofile(MODEL)
    print(f"{len(given):,} runs, {len(stored):,} bytes")


if __name__ == "__main__":
    main()
