"""Listed words: how many different ones a text has and how much of it they are, by a list that anybody can replace.

A list is a UTF-8 file of one word a line::

    # A remark. The head of a shipped list says what it is for and under which licence.
    word, another spelling of it
    *stem*
    !harmless phrase

Spellings on one line count as one word. The longest spelling wins, from left to right, so a harmless phrase hides the
words inside it. ASCII and full-width letters are alike, small and capital ones too, half-width kana and full-width
ones, and ○ ◯ 〇 ●; hiragana and katakana are not.

A word is not found inside a longer one: an end in katakana does not touch katakana, an end in ASCII letters or digits
touches none, a word of one or two kanji touches no kanji, and one of up to three hiragana has no hiragana before it.
``*`` at an end lifts that.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from filters.buffers import columns, texts
from filters.core import Measure
from filters.word_kernels import IN_ALNUM, IN_HAN, IN_HIRAGANA, IN_KATAKANA, Automaton, spans, tally
from filters.word_tries import Spelling, automaton, besides, fold

SHIPPED = Path(__file__).parent / "word_lists"
SEVERAL = 2
COLUMNS = ("words", "hits", "hit_ratio", "ratio")


@dataclass(frozen=True, slots=True)
class WordList:
    """A list as it was when the recipe was read; ``path`` is empty for a shipped one, found by its name anywhere."""

    name: str
    path: str
    sha256: str


class Loaded(NamedTuple):
    """What a list says: the spellings as written, in the numbering of the automaton."""

    spellings: tuple[str, ...]
    words: Automaton


def words(name: str, path: Path | None = None) -> Measure:
    """The measure by the list in ``path``, or by the shipped list of that name; its columns are ``{name}_words`` etc.

    Raises ValueError, with file and line, for a list that cannot be read.

    >>> from filters.buffers import batch_of
    >>> adult = words("adult")
    >>> adult.columns
    ('adult_words', 'adult_hits', 'adult_hit_ratio', 'adult_ratio')
    >>> texts = ["デリヘルと人妻、デリヘルの話", "アマゾンのSMSとサブスクリプション"]
    >>> adult(batch_of(texts))["adult_words"].to_pylist()
    [2, 0]
    """
    given = word_list(name, path)
    _load(given)
    names = tuple(f"{name}_{column}" for column in COLUMNS)
    return Measure(f"words_{name}", 1, names, functools.partial(measure_words, given), data=given.sha256)


def measure_words(given: WordList, batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """What the list finds, a text; the names below have the list's before them (``adult_words``).

    - ``words``: how many different words; spellings of one line are one.
    - ``hits``: how many times any of them.
    - ``hit_ratio``: the characters of hits, of all characters, [0, 1]; undefined for the empty text.
    - ``ratio``: the same, and 0 where there are fewer than two different words: one word alone says little (of
      paragraphs with one of a published adult list a third were harmless), and in a novel several are few among many.

    >>> from filters.buffers import batch_of
    >>> found = measure_words(word_list("adult"), batch_of(["人妻と熟女", "人妻と人妻の", ""]))
    >>> [found[name].to_pylist() for name in ("adult_words", "adult_hits")]
    [[2, 1, 0], [2, 2, 0]]
    >>> [round(x, 2) for x in found["adult_ratio"].to_pylist()]
    [0.8, 0.0, nan]
    """
    data, offsets = texts(batch.column("text"))
    numbers = tally(data, offsets, _load(given).words, SEVERAL)
    names = [f"{given.name}_{column}" for column in COLUMNS]
    return columns(names, numbers, counts=names[:2])


def found(text: str, given: WordList) -> list[tuple[str, int]]:
    """The words of the list in a text, as the list spells them, and how many times, most frequent first.

    >>> found("人妻とＡＶ女優と人妻", word_list("adult"))
    [('人妻', 2), ('AV女優', 1)]
    """
    loaded = _load(given)
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    data.flags.writeable = False
    return Counter(loaded.spellings[each] for each in spans(data, loaded.words)).most_common()


def word_list(name: str, path: Path | None = None) -> WordList:
    """The list in ``path``, or the shipped list of that name, with the sha256 of what is in it now."""
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise ValueError(f"word list name {name!r}: columns are named after it; use small letters, digits and _")
    if path is None and not (SHIPPED / f"{name}.txt").is_file():
        shipped = ", ".join(sorted(each.stem for each in SHIPPED.glob("*.txt")))
        raise ValueError(f"no word list {name!r} is shipped; there are {shipped}; or name the path of your own")
    file = SHIPPED / f"{name}.txt" if path is None else path
    return WordList(name, "" if path is None else str(path), hashlib.sha256(_content(file)).hexdigest())


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ValueError(
            f"word list {file}: cannot be read ({error.strerror}); name a file of one word a line"
        ) from error


@functools.cache
def _load(given: WordList) -> Loaded:
    """Read once a process, and only what the recipe was made with."""
    file = Path(given.path) if given.path else SHIPPED / f"{given.name}.txt"
    content = _content(file)
    digest = hashlib.sha256(content).hexdigest()
    if digest != given.sha256:
        raise ValueError(
            f"word list {file}: its sha256 is {digest}, that of the recipe {given.sha256}; "
            "restore the file, or read the recipe again to measure with the new one"
        )
    return parse(content, str(file))


def parse(content: bytes, file: str) -> Loaded:
    """The words of a list; ``file`` is for errors, which name the line, what it says and what to write instead."""
    written: dict[str, tuple[str, int]] = {}
    spellings: list[Spelling] = []
    words = 0
    for number, line in enumerate(_lines(content, file), 1):
        if not line.strip() or line.startswith("#"):
            continue
        harmless = line.startswith("!")
        for each in map(str.strip, line.removeprefix("!").split(",")):
            spelling = _spelling(each, -1 if harmless else words, f"{file}:{number}")
            if spelling.text in written:
                earlier = written[spelling.text][1]
                raise ValueError(f"{file}:{number}: {each!r} stands on line {earlier} already; remove one of them")
            written[spelling.text] = each.strip("*"), number
            spellings.append(spelling)
        words += not harmless
    if not words:
        raise ValueError(f"{file}: no words; write one a line")
    return Loaded(tuple(each for each, _ in written.values()), automaton(spellings))


def _lines(content: bytes, file: str) -> list[str]:
    try:
        return unicodedata.normalize("NFC", content.decode("utf-8-sig")).split("\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = f"byte {content[error.start]:#04x} is not UTF-8; save the list as UTF-8"
        raise ValueError(f"{file}:{line}: {said}") from error


def _spelling(written: str, word: int, where: str) -> Spelling:
    text = fold(written.removeprefix("*").removesuffix("*"))
    if not text.strip():
        raise ValueError(f"{where}: {written!r} is no word; write one, or words with commas between them")
    if "\ufffd" in text or any(unicodedata.category(each) == "Cc" for each in text):
        raise ValueError(f"{where}: {written!r} has a control or replacement character; remove it")
    if word < 0:
        return Spelling(text, word, 0, 0)
    kinds = [int(besides()[ord(each)]) if ord(each) < 0x10000 else IN_HAN for each in text]
    before, after = (kinds[end] & (IN_KATAKANA | IN_ALNUM) for end in (0, -1))
    if len(text) <= 2 and set(kinds) == {IN_HAN}:
        before = after = IN_HAN
    if len(text) <= 3 and set(kinds) == {IN_HIRAGANA}:
        before = IN_HIRAGANA
    return Spelling(text, word, 0 if written.startswith("*") else before, 0 if written.endswith("*") else after)
