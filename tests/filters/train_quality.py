"""Learns which Japanese Web paragraphs readers call good, and writes ``filters/quality.bin`` and ``quality.md``.

    PYTHONPATH=.:tests/filters python tests/filters/train_quality.py VECTORS [../shared/data/quality_labels_ja.jsonl.gz]

One logistic regression on two views of a paragraph: its distinct n-grams, and the sum of the word vectors of those
that are words, so that words never seen with a label have a weight too. Both are linear, so the model is one weight an
n-gram. VECTORS is the ``vocab`` folder of ja_ginza 5.3.0, which has chiVe's vectors (Apache-2.0):
``pip download --no-deps ja-ginza==5.3.0``, unzip, and ``pip install msgpack`` beside this project.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from language_texts import DATA

from filters.quality import BITS, ENOUGH, MODEL, ORDERS, WINDOW, Model, grams, key_of, mixed

LABELS = DATA / "quality_labels_ja.jsonl.gz"
SHARED = 0.2  # of the shorter one's 5-grams: then two paragraphs are near-duplicates
RIDGE, WORDS_PART = 0.1, 0.6  # how much is explained by words, when by n-grams it is 1
SUPPORT = 2  # paragraphs that an n-gram must be in, unless it is a word
SEEDS = 3
STEEPEST = 0.9995  # quantile of weights that fits eight bits

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bag = Sequence[str]


class Lexicon(NamedTuple):
    """Word vectors by the folded word."""

    row: Mapping[str, int]
    vectors: Floats


class Fitted(NamedTuple):
    """The logit of a bag with m known n-grams is ``bias + sum(weights) / sqrt(m)``, less of it when m < ENOUGH."""

    bias: float
    weights: Mapping[str, float]

    def logits(self, bags: Sequence[Bag]) -> Floats:
        return np.array([self._logit([self.weights[gram] for gram in bag if gram in self.weights]) for bag in bags])

    def _logit(self, known: Sequence[float]) -> float:
        """No known n-grams are no evidence."""
        return (self.bias + sum(known) / max(len(known), 1) ** 0.5) * min(len(known) / ENOUGH, 1)


def labelled(path: Path = LABELS) -> tuple[list[str], Integers]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows], np.array([row["label"] == "good" for row in rows], np.int64)


def bags(texts: Sequence[str]) -> list[Bag]:
    """The distinct n-grams of the first window of every text, as the measure sees them."""
    return [grams(text.encode("utf-8", "replace")[:WINDOW].decode("utf-8", "ignore")) for text in texts]


def lexicon(folder: Path) -> Lexicon:
    """Vectors of all words of one to ORDERS characters. Of words that are folded to one, one that is so folded wins."""
    import msgpack

    rows = msgpack.unpackb((folder / "key2row").read_bytes(), strict_map_key=False)
    row: dict[str, int] = {}
    for word in sorted(json.loads((folder / "strings.json").read_text("utf-8"))):
        known = murmur(word.encode()) if 0 < len(word) <= ORDERS else -1
        folded = "".join(grams(word)[-1:]) if known in rows else ""
        if folded and len(folded) == len(word) and (folded == word or folded not in row):
            row[folded] = rows[known]
    return Lexicon(row, np.load(folder / "vectors").astype(np.float64))


def murmur(data: bytes, seed: int = 1) -> int:
    """MurmurHash64A, by which spaCy's tables know a string."""
    step, every = 0xC6A4A7935BD1E995, (1 << 64) - 1
    state = seed ^ len(data) * step & every
    for at in range(0, len(data) // 8 * 8, 8):
        block = int.from_bytes(data[at : at + 8], "little") * step & every
        state = (state ^ (block ^ block >> 47) * step & every) * step & every
    if len(data) % 8:
        state = (state ^ int.from_bytes(data[len(data) // 8 * 8 :], "little")) * step & every
    state = (state ^ state >> 47) * step & every
    return state ^ state >> 47


def fit(given: Sequence[Bag], good: Integers, words: Lexicon) -> Fitted:
    """Logistic regression in the span of the examples (Newton's method), written out as weights of n-grams."""
    counts: dict[str, int] = {}
    for gram in (gram for bag in given for gram in bag):
        counts[gram] = counts.get(gram, 0) + 1
    column = {gram: i for i, gram in enumerate(gram for gram, count in counts.items() if count >= SUPPORT)}
    spelt = np.zeros((len(given), len(column)), np.float32)
    meant = np.zeros((len(given), words.vectors.shape[1]), np.float32)
    for i, bag in enumerate(given):
        known = sum(gram in column or gram in words.row for gram in bag)
        size = max(known, 1) ** 0.5
        spelt[i, [column[gram] for gram in bag if gram in column]] = 1 / size
        meant[i] = words.vectors[[words.row[gram] for gram in bag if gram in words.row]].sum(0) / size
    of_spelt, of_meant = 1 / _spread(spelt), WORDS_PART**0.5 / _spread(meant)
    features = np.hstack([spelt * of_spelt, meant * of_meant])
    centre = features.mean(0)
    near = features - centre
    alpha, bias = newton((near @ near.T).astype(np.float64), good, RIDGE)
    learned = (alpha.astype(np.float32) @ near).astype(np.float64)
    by_words = words.vectors @ (learned[len(column) :] * of_meant)
    weights = {word: float(by_words[row]) for word, row in words.row.items()}
    for gram, i in column.items():
        weights[gram] = weights.get(gram, 0.0) + float(learned[i]) * float(of_spelt)
    return Fitted(bias - float(learned @ centre), weights)


def _spread(features: npt.NDArray[np.float32]) -> float:
    """The root of the variance in all dimensions together."""
    return float(np.sqrt(features.var(0, dtype=np.float64).sum()))


def newton(gram: Floats, good: Integers, ridge: float) -> tuple[Floats, float]:
    """Dual weights and bias of ridge logistic regression with this Gram matrix."""
    size = len(good)
    alpha, bias = np.zeros(size), 0.0
    for _ in range(12):
        chance = 1 / (1 + np.exp(-(gram @ alpha + bias)))
        curve = np.maximum(chance * (1 - chance), 1e-6)
        target = gram @ alpha + bias + (good - chance) / curve
        system = np.ones((size + 1, size + 1))
        system[:size, :size] = gram + np.diag(ridge / curve)
        system[size, size] = 0
        solved = np.linalg.solve(system, np.append(target, 0))
        moved = np.abs(solved[:size] - alpha).max()
        alpha, bias = solved[:size], float(solved[size])
        if moved < 1e-4:
            break
    return alpha, bias


def clusters(texts: Sequence[str]) -> Integers:
    """The first member of every text's cluster: near-duplicates, and theirs, are in one."""
    shingles = [
        {joined[i : i + 5] for i in range(max(1, len(joined) - 4))} for joined in map("".join, map(str.split, texts))
    ]
    holders: dict[str, list[int]] = {}
    parent = list(range(len(texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, own in enumerate(shingles):
        shared: dict[int, int] = {}
        for shingle in own:
            for j in holders.setdefault(shingle, []):
                shared[j] = shared.get(j, 0) + 1
            holders[shingle].append(i)
        for j, count in shared.items():
            if count >= SHARED * min(len(own), len(shingles[j])):
                low, high = sorted((root(i), root(j)))
                parent[high] = low
    return np.array([root(i) for i in range(len(texts))])


def folds(cluster: Integers, seed: int, parts: int = 5) -> Integers:
    """The fold of every text, whole clusters together."""
    names = np.unique(cluster)
    part = np.random.Generator(np.random.PCG64(seed)).permutation(len(names)) % parts
    return part[np.searchsorted(names, cluster)]


def held_out(given: Sequence[Bag], good: Integers, words: Lexicon, fold_of: Integers) -> Floats:
    """The logit of every text by a model that has seen neither it nor its near-duplicates."""
    logits = np.zeros(len(good))
    for part in np.unique(fold_of):
        inside, outside = np.flatnonzero(fold_of != part), np.flatnonzero(fold_of == part)
        fitted = fit([given[i] for i in inside], good[inside], words)
        logits[outside] = stored(fitted, (1.0, 0.0)).logits([given[i] for i in outside])
    return logits


def stored(fitted: Fitted, calibration: tuple[float, float]) -> Fitted:
    """The same model as the table keeps it: calibrated, and in eight bits."""
    slope, shift = calibration
    scale = unit(fitted) * slope
    weights = {gram: in_bytes(weight * slope, scale) * scale for gram, weight in fitted.weights.items()}
    return Fitted(fitted.bias * slope + shift, weights)


def unit(fitted: Fitted) -> float:
    return float(np.quantile(np.abs(list(fitted.weights.values())), STEEPEST)) / 127


def in_bytes(weight: float, scale: float) -> int:
    return max(-127, min(127, round(weight / scale)))


def table(weights: Mapping[str, float], scale: float) -> npt.NDArray[np.uint32]:
    """The hash table that ``Model`` tells of. Raises ``ValueError`` when two n-grams have the same hash."""
    slots = np.zeros(1 << BITS, np.uint32)
    known: set[int] = set()
    for gram in sorted(weights):
        found = int(mixed(*key_of(gram)))
        if found in known:
            raise ValueError(f"the n-gram {gram!r} has the hash of another one: change the multiplier")
        known.add(found)
        slot = found >> 24
        while slots[slot]:
            slot = (slot + 1) % len(slots)
        slots[slot] = (found & 0xFFFFFF) << 8 | in_bytes(weights[gram], scale) + 128
    return slots


def calibrate(logits: Floats, good: Integers) -> tuple[float, float]:
    """Slope and shift that make held-out logits probabilities (Platt)."""
    both = np.stack([logits, np.ones(len(logits))])
    found = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(found @ both)))
        found += np.linalg.solve(both * (chance * (1 - chance)) @ both.T, both @ (good - chance))
    return float(found[0]), float(found[1])


def auc(logits: Floats, good: Integers) -> float:
    """The chance that a good text has the higher logit of two; ties count half."""
    higher = logits[good == 1][:, None] - logits[good == 0][None, :]
    return float((higher > 0).mean() + (higher == 0).mean() / 2)


def removed(logits: Floats, good: Integers, lost: float) -> float:
    """The share of bad texts below the bound that loses this share of good ones."""
    ordered = np.sort(logits[good == 1])
    return float((logits[good == 0] < ordered[int(lost * len(ordered))]).mean())


def main() -> None:
    texts, good = labelled(*map(Path, sys.argv[2:3]))
    words, given, cluster = lexicon(Path(sys.argv[1])), bags(texts), clusters(texts)
    runs = [held_out(given, good, words, folds(cluster, seed)) for seed in range(SEEDS)]
    figures = [(auc(run, good), *(removed(run, good, lost) for lost in (0.05, 0.1, 0.2))) for run in runs]
    slope, shift = np.mean([calibrate(run, good) for run in runs], axis=0)
    fitted = fit(given, good, words)
    scale = unit(fitted) * float(slope)
    fitted = stored(fitted, (float(slope), float(shift)))
    content = np.array([scale, fitted.bias], "<f4").tobytes() + table(fitted.weights, scale).astype("<u4").tobytes()
    Model.read(content)
    MODEL.write_bytes(content)
    mean, spread = np.mean(figures, axis=0), np.std(figures, axis=0)
    chance = [1 / (1 + np.exp(-(slope * run + shift))) for run in runs]
    report = REPORT.format(
        n=len(good), good=good.sum(), clusters=len(np.unique(cluster)), words=len(words.row), seeds=SEEDS,
        known=len(fitted.weights), mean=mean, spread=spread, slope=slope, shift=shift,
        bounds="\n".join(
            f"| {bound:.2f} | {np.mean([(one[good == 0] < bound).mean() for one in chance]):.1%}"
            f" | {np.mean([(one[good == 1] < bound).mean() for one in chance]):.1%} |"
            for bound in BOUNDS
        ),
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    MODEL.with_suffix(".md").write_text(report, "utf-8")
    print(report)


BOUNDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)
REPORT = """# quality.bin: training report

Trained by tests/filters/train_quality.py on {n} labelled Japanese Web paragraphs ({good} good) in {clusters} clusters
of near-duplicates, with chiVe's word vectors (Apache-2.0, in ja_ginza 5.3.0) of {words} words. {known} n-grams have a
weight. Held out, five folds by cluster, mean and standard deviation of {seeds} assignments:

| AUC | bad removed at 5 % of good lost | at 10 % | at 20 % |
|---|---|---|---|
| {mean[0]:.3f} | {mean[1]:.1%} | {mean[2]:.1%} | {mean[3]:.1%} |
| ± {spread[0]:.3f} | ± {spread[1]:.1%} | ± {spread[2]:.1%} | ± {spread[3]:.1%} |

Below a bound fall, held out:

| bound | bad removed | good lost |
|---|---|---|
{bounds}

Calibrated on held-out logits (slope {slope:.3f}, shift {shift:+.3f}). sha256 {digest}
"""

if __name__ == "__main__":
    main()
