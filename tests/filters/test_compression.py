"""The estimate of compression, beside a compressor of the same family."""

from __future__ import annotations

import random
import zlib

import pytest

from filters.buffers import batch_of
from filters.compression import COMPRESSION, SHORTEST, WINDOW


def ratio(text: str) -> float:
    return float(COMPRESSION(batch_of([text]))["compression_ratio"][0].as_py())


def noise(length: int, seed: int = 0) -> str:
    return "".join(chr(random.Random(f"{seed}/{at}").randrange(0x4E00, 0x9F00)) for at in range(length))


def test_what_is_said_again_costs_next_to_nothing_and_noise_costs_itself() -> None:
    once = noise(2000)
    assert 0.6 < ratio(once) < 1.01
    assert ratio(once * 2) == pytest.approx(ratio(once) / 2, rel=0.01)
    assert ratio("あ" * 100_000) < 0.005


def test_the_more_a_text_repeats_the_lower_it_is() -> None:
    phrases = [noise(8, seed) for seed in range(400)]
    texts = ["".join(random.Random(1).choices(phrases[:kinds], k=400)) for kinds in (2, 10, 50, 400)]
    assert [ratio(text) for text in texts] == sorted(ratio(text) for text in texts)


def test_texts_have_the_order_that_a_real_compressor_gives_them() -> None:
    phrases = [noise(5, seed) for seed in range(300)]
    texts = ["".join(random.Random(kinds).choices(phrases[:kinds], k=500)) for kinds in range(3, 300, 40)]
    real = [len(zlib.compress(text.encode(), 9)) / len(text.encode()) for text in texts]
    ours = [ratio(text) for text in texts]
    assert sorted(range(len(texts)), key=real.__getitem__) == sorted(range(len(texts)), key=ours.__getitem__)


def test_a_repetition_farther_off_than_the_window_is_not_seen() -> None:
    phrase, gap = noise(1000, 1), noise(WINDOW // 2, 2)
    near, far = phrase + gap[:1000] + phrase, phrase + gap + phrase
    assert ratio(near) < 0.75 * ratio(phrase + gap[:1000])
    assert ratio(far) * len(far) > ratio(gap + phrase) * len(gap + phrase) + 0.5 * len(phrase)


@pytest.mark.parametrize("length", range(20))
def test_a_text_of_few_bytes_does_not_become_shorter(length: int) -> None:
    expected = 1 if length else float("nan")
    assert ratio("abcdefghijklmnopqrst"[:length]) == pytest.approx(expected, nan_ok=True)


def test_the_bytes_are_those_of_lz4s_block_format() -> None:
    """A token and the literal a, its offset, the match's length in further bytes; a token and five literals."""
    assert ratio("a" * 1000) * 1000 == pytest.approx(1 + 1 + 2 + 4 + 1 + 5)
    assert SHORTEST == 4
