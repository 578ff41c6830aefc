"""Signatures estimate Jaccard similarity, and what a reader calls the same text has the same signature."""

from __future__ import annotations

import random
import unicodedata

import numpy as np
import pytest

from corpus_builder.dedup.minhash import band_keys, pair_keys, signatures

TEXT = "川沿いの町では、春になると古い堤防に菜の花が咲く。町の人は朝の散歩で、その数を数えるのを楽しみにしている。" * 3


def estimate(a: str, b: str, ngram: int = 5, values: int = 112) -> float:
    sig, _ = signatures([a, b], ngram, values)
    return float((sig[0] == sig[1]).mean())


def jaccard(a: str, b: str, ngram: int = 5) -> float:
    sets = []
    for text in (a, b):
        kept = "".join(c.lower() for c in unicodedata.normalize("NFKC", text) if c.isalnum())
        sets.append({kept[i : i + ngram] for i in range(len(kept) - ngram + 1)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("、", "，").replace("。", "．"),
        lambda t: t.replace("町", "町\n"),
        lambda t: unicodedata.normalize("NFKC", t),
        lambda t: "　" + t.replace("。", "。　"),
    ],
    ids=["punctuation", "wrapping", "width", "indents"],
)
def test_form_without_content_changes_nothing(change: object) -> None:
    assert estimate(TEXT, change(TEXT)) == 1.0  # type: ignore[operator]


def test_the_share_of_equal_values_estimates_jaccard() -> None:
    random.seed(5)
    letters = [chr(c) for c in range(0x4E00, 0x4E00 + 2000)]
    errors = []
    for edits in (0, 5, 20, 80, 300):
        a = "".join(random.choices(letters, k=1500))
        b = list(a)
        for place in random.sample(range(1500), edits):
            b[place] = random.choice(letters)
        errors.append(estimate(a, "".join(b), values=2048) - jaccard(a, "".join(b)))
    assert max(abs(e) for e in errors) < 0.05


def test_unlike_texts_share_no_band() -> None:
    random.seed(6)
    letters = [chr(c) for c in range(0x3041, 0x3096)]
    texts = ["".join(random.choices(letters, k=300)) for _ in range(300)]
    sig, _ = signatures(texts, 5, 112)
    keys = band_keys(sig, 14, 8, np.uint64(0))
    assert np.unique(keys).size == keys.size


def test_a_text_shorter_than_an_ngram_has_none() -> None:
    _, counts = signatures(["", "あい", "あいうえ", "あいうえお", "。、。、。、。、"], 5, 16)
    assert counts.tolist() == [0, 0, 0, 1, 0]


def test_different_salts_and_kinds_never_meet() -> None:
    sig, _ = signatures([TEXT], 5, 112)
    assert not set(band_keys(sig, 14, 8, np.uint64(1)).ravel()) & set(band_keys(sig, 14, 8, np.uint64(2)).ravel())
    halves = np.array([[1, 2]], np.uint64)
    assert pair_keys(halves, 0)[0] != pair_keys(halves, 1)[0]
