"""Any fastText classifier as a measure, and the one place where fastText files are opened.

What a classifier tells (language, education, toxicity) is in its file alone, so a file is named with its sha256.
"""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import fasttext
import numpy as np
import pyarrow as pa

from filters.buffers import Bytes, columns, kernel, texts
from filters.core import Measure

LONGEST = 1 << 20  # bytes of a text that the classifier sees
PREFIX = "__label__"
_SUPERVISED = 3
# Where the file says what it is: magic, version, 12 settings and a double; then its words and, after them, its labels.
_MODEL, _SIZES, _ENTRIES = 36, 64, 92
_END_OF_TEXT = re.compile(r"(?<!\S)</s>(?!\S)")


class Model(Protocol):
    """What is used of a fastText classifier."""

    def predict(self, text: str, k: int) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


class Classifier(NamedTuple):
    """A file, and which of its labels make which columns."""

    path: str
    sha256: str
    labels: tuple[str, ...]
    columns: tuple[str, ...]


def fasttext_model(name: str, path: str | Path, sha256: str, labels: tuple[str, ...] | None = None) -> Measure:
    """A measure of one column a label, ``<name>_<label>``: how probable the classifier finds it, in [0, 1].

    ``labels`` are written with or without ``__label__``; None takes every label of the file, by name. What a label
    has besides ASCII letters, digits and _ is _ in the column. With ``labels`` given nothing is read here: the file is
    opened, once a process, when the first text is measured, so stored numbers can be judged where the file is not.

    Raises ValueError for a sha256 that is none, labels that would share a column or no label, and, when the file is
    opened, for another file than pinned, a file that is no classifier and a label that it lacks; FileNotFoundError
    where there is none.

    >>> toxic = fasttext_model("toxicity", "toxic.bin", "0" * 64, ("toxic",))
    >>> toxic.columns, toxic.data == "0" * 64
    (('toxicity_toxic',), True)
    """
    place, digest = str(Path(path).absolute()), sha256.lower()
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise ValueError(f"fasttext_model({name!r}): sha256 is {sha256!r}; give the 64 hex digits of sha256sum {path}")
    chosen = labels_in(place, digest) if labels is None else tuple(label.removeprefix(PREFIX) for label in labels)
    names = tuple(f"{name}_{re.sub('[^0-9A-Za-z_]', '_', label)}" for label in chosen)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"fasttext_model({name!r}): labels {', '.join(chosen) or '()'} do not make a column each")
    function = functools.partial(measure_labels, Classifier(place, digest, chosen, names))
    return Measure(name, 1, names, function, digest)


def measure_labels(classifier: Classifier, batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """The probability of each label, float32 in [0, 1] to four digits: further ones may differ between processors.

    Undefined (NaN) for a text of nothing but space, and where the classifier knows none of the words. The text goes to
    fastText as it is, with spaces for line ends: whoever uses a classifier of segmented words needs segmented text.
    Of a text longer than 1 MiB of UTF-8 the first 1 MiB is read; fastText takes a mean over words, so more would
    hardly move it, and its time and memory grow with the text. There is no other way into fastText than a Python
    string a text.
    """
    model = _ready(classifier)
    data, offsets = texts(batch.column("text"))
    numbers = np.full((len(classifier.columns), batch.num_rows), np.nan)
    for row in range(batch.num_rows):
        line = _line(data, int(offsets[row]), int(offsets[row + 1]))
        found = dict(zip(*model.predict(line, k=-1), strict=True)) if line and not line.isspace() else {}
        if found:
            numbers[:, row] = [round(min(found.get(PREFIX + each, 0.0), 1.0), 4) for each in classifier.labels]
    return columns(classifier.columns, numbers)


@functools.cache
def opened(path: str, sha256: str) -> Model:
    """The classifier in a file, read once a process. Raises as ``fasttext_model`` says."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no such fastText model; fetch it to there, or correct the path")
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        raise ValueError(
            f"{path} has sha256 {digest}, expected {sha256}: fetch the model again, or, if this is the one that is "
            "wanted, name its sha256; numbers stored from the other one are then stale"
        )
    try:
        model = fasttext.load_model(path)
    except ValueError as error:
        raise ValueError(f"{path} is no fastText model that can be read: {error}; fetch the .bin or .ftz") from error
    if int(np.fromfile(path, "<i4", 1, offset=_MODEL)[0]) != _SUPERVISED:
        raise ValueError(f"{path} holds fastText word vectors; a classifier (fasttext supervised) is needed")
    return cast(Model, model)


@functools.cache
def labels_in(path: str, sha256: str) -> tuple[str, ...]:
    """The labels of a classifier by name, without ``__label__``. (fasttext-predict has no call that tells them.)"""
    opened(path, sha256)
    _, words, labels = np.fromfile(path, "<i4", 3, offset=_SIZES).tolist()
    data = np.asarray(np.memmap(path, np.uint8, mode="r"))
    at = _after(data, _ENTRIES, words)
    found = []
    for _ in range(labels):
        end = _after(data, at, 1)
        found.append(data[at : end - 10].tobytes().decode("utf-8", "replace").removeprefix(PREFIX))
        at = end
    return tuple(sorted(found))


@functools.cache
def _ready(classifier: Classifier) -> Model:
    known = labels_in(classifier.path, classifier.sha256)
    if missing := [label for label in classifier.labels if label not in known]:
        raise ValueError(f"{classifier.path} has no label {', '.join(missing)}; it has {', '.join(known)}")
    return opened(classifier.path, classifier.sha256)


def _line(data: Bytes, start: int, end: int) -> str:
    """One line as fastText wants it, which would take the word </s> for its end and never see the rest."""
    text = (
        data[start : min(end, start + LONGEST)]
        .tobytes()
        .decode("utf-8", "replace")
        .replace("\n", " ")
        .replace("\0", " ")
    )
    return _END_OF_TEXT.sub(" ", text) if "</s>" in text else text


@kernel
def _after(data: Bytes, at: int, entries: int) -> int:
    """Where so many entries end: each a string, its zero, eight bytes of count and one of kind."""
    for _ in range(entries):
        while data[at] != 0:
            at += 1
        at += 10
    return at
