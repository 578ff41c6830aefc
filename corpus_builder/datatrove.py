"""datatrove, both ways: our filters as a step of its pipelines, its filters as ours. Needs the extra ``datatrove``."""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import inspect
import pickle
import random
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus_builder.recipe import fingerprint
from filters.core import Bound, Filter, Measure, measure

try:
    from datatrove.data import Document
    from datatrove.pipeline.filters.base_filter import BaseFilter, get_filter_result
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(f"{error}; pip install 'jp-corpus-builder[datatrove]'", name=error.name) from error

_FASTTEXT = (
    "it needs the fasttext of fasttext-numpy2-wheel, which returns arrays and is installed over fasttext-predict, "
    "under the same name"
)
# What a filter cannot be used for, and what can be used instead; a subclass is refused like its base.
REFUSED = {
    "C4QualityFilter": "it rewrites the text it keeps; english_prose() measures and leaves the text alone",
    "FastTextClassifierFilter": f"it rewrites text, and {_FASTTEXT}; use filters.fasttext_model.fasttext_model()",
    "LanguageFilter": f"{_FASTTEXT}; use filters.in_language(), or fasttext_model() with a file of its kind",
    "SamplerFilter": "it draws lots, and another run would keep other documents; mix by the budgets of the manifest",
}


class OurFilter(BaseFilter):  # type: ignore[misc]  # a subclass, for the peer's executors ask for one
    """Drops what one of our filters objects to, for the reason of the first objection; see ``as_datatrove``."""

    def __init__(self, filters: tuple[Filter, ...], exclusion_writer: Any, batch_size: int) -> None:
        self.name = "jp-corpus-builder " + ", ".join(each.name for each in filters)
        super().__init__(exclusion_writer, batch_size)
        self.filters = filters
        self.measures = tuple({m.name: m for each in filters for m in each.measures}.values())

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        measured = pa.table(measure(self.measures, _batch_of(batch)))
        said = [answer for each in self.filters for answer in each.objections(measured)]
        first = pc.coalesce(*said).to_pylist() if said else [None] * len(batch)
        return [True if why is None else (False, why) for why in first]


def as_datatrove(*filters: Filter, exclusion_writer: Any = None, batch_size: int = 256) -> OurFilter:
    """A datatrove ``PipelineStep`` that keeps a document when all of ``filters`` do; no text is changed.

    Its reason for dropping is the first objection, such as ``japanese_prose/kana_ratio<0.1``: counted in the step's
    statistics, and in the metadata of what ``exclusion_writer`` writes. ``batch_size`` documents are measured at once.
    Of the metadata it reads ``url``, ``link_chars``, ``page_chars`` and ``page_link_chars``. What is absent is
    undefined, and undefined numbers object: without ``link_chars`` leave out ``linked_little()``.

    >>> from filters import long_enough
    >>> step = as_datatrove(long_enough(5))
    >>> step, step.filter(Document("はい。", "1")), step.filter(Document("わかりました。", "2"))
    (🔻 - FILTER: jp-corpus-builder long_enough, (False, 'long_enough/chars<5'), True)
    """
    if not filters:
        raise ValueError("as_datatrove() has no filter; give it at least one, such as filters.japanese_prose()")
    return OurFilter(filters, exclusion_writer, batch_size)


class Asked(NamedTuple):
    """A datatrove filter, and the columns its answers make: whether it drops, then, one by one, for what reason."""

    step: BaseFilter
    columns: tuple[str, ...]
    reasons: tuple[str, ...]


def from_datatrove(step: BaseFilter, name: str | None = None, reasons: Sequence[str] = ()) -> Filter:
    """A filter that keeps what a datatrove filter keeps, by the column ``datatrove_<name>``: 1 where it drops, else 0.

    ``name`` is the class's unless given (``gopher_quality``); two steps of one class need two. Each of ``reasons``, as
    the peer words them, has a column ``datatrove_<name>_<reason>`` and so an objection of its own;
    ``datatrove_reasons`` tells all others. The empty text is undefined, as is a text that the peer's code fails on
    with an arithmetic, index, value or assertion error, and objects. The peer is Python, and asked a document at a
    time: seldom more than 1 MB/s. What a step loads or downloads, it loads in every task.

    Raises ValueError, with what to use instead, for steps that edit the text, draw lots, remember documents, need
    other libraries than are installed here, write files, or do not pickle; what the step's code does not show is
    found when it is run: every batch is checked for edited text and for a second answer unlike the first.
    """
    if why := _refusal(step):
        raise ValueError(f"from_datatrove({type(step).__name__}): {why}")
    name = name or _snake(type(step).__name__.removesuffix("Filter"))
    column = f"datatrove_{name}"
    columns = (column, *(f"{column}_{re.sub('[^0-9A-Za-z]+', '_', reason).strip('_')}" for reason in reasons))
    asked = Asked(step, columns, tuple(reasons))
    found = Measure(column, 1, columns, functools.partial(measure_verdicts, asked), _digest(step))
    return Filter(name, (found,), tuple(Bound(each, high=0) for each in (*columns[1:], column)))


def measure_verdicts(asked: Asked, batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """``datatrove_…``: 1 where the peer drops the document, or drops it for this reason, else 0; null if undefined."""
    said = _verdicts(asked.step, batch)
    rows = [[None if why is None else int(why != "") for why in said]]
    rows += [[None if why is None else int(why == reason) for why in said] for reason in asked.reasons]
    return {column: pa.array(row, pa.int32()) for column, row in zip(asked.columns, rows, strict=True)}


def datatrove_reasons(filter_: Filter, batch: pa.RecordBatch) -> pa.Array:
    """Why the peer drops each document, in its own words (``dropped`` where it has none); null where it does not."""
    function = filter_.measures[0].function
    asked = function.args[0] if isinstance(function, functools.partial) else None
    if not isinstance(asked, Asked):
        raise ValueError(f"datatrove_reasons({filter_.name}): not made by from_datatrove(); its objections say why")
    return pa.array([why or None for why in _verdicts(asked.step, batch)], pa.string())


def _verdicts(step: BaseFilter, batch: pa.RecordBatch) -> list[str | None]:
    """For each row the reason, "" where the document is kept, None where there is no answer."""
    raw = pc.cast(batch.column("text"), pa.large_string()).view(pa.large_binary()).to_pylist()
    texts = [(each or b"").decode("utf-8", "replace") for each in raw]
    urls = batch.column("url").to_pylist() if "url" in batch.schema.names else [None] * len(texts)
    said = [_verdict(step, text, url) for text, url in zip(texts, urls, strict=True)]
    first = next((row for row, text in enumerate(texts) if text), None)
    if first is not None and _verdict(step, texts[first], urls[first]) != said[first]:
        raise ValueError(
            f"datatrove's {type(step).__name__} does not answer twice alike: it draws lots or remembers documents; "
            "duplicates are the business of near=NearDuplicates() in the recipe"
        )
    return said


def _verdict(step: BaseFilter, text: str, url: str | None) -> str | None:
    if not text:
        return None
    document = Document(text=text, id=url or "", metadata={"url": url} if url else {})
    try:
        answers = step.filter_batch([document])
    except (ArithmeticError, AssertionError, IndexError, ValueError):  # what the peer's code meets in hostile text
        return None
    if document.text != text:
        raise ValueError(f"datatrove's {type(step).__name__} {_EDITS}")
    kept, reason = get_filter_result(answers[0])
    return "" if kept else str(reason or "dropped")


_EDITS = "edits the text, which a filter may not do; put an Edit into the recipe's edits and measure what it leaves"


def _refusal(step: BaseFilter) -> str | None:
    """Why a step cannot be one of our filters, None if it can."""
    kind = type(step)
    if not isinstance(step, BaseFilter):
        return "no filter of documents; text is changed by a recipe's edits, duplicates are found by its near"
    if kind.run is not BaseFilter.run:
        return "it runs over all documents together, and a verdict may depend on one alone; see the recipe's near"
    if known := next((REFUSED[each.__name__] for each in kind.__mro__ if each.__name__ in REFUSED), None):
        return known
    if _edits_text(kind):
        return f"it {_EDITS}"
    if _draws_lots(step):
        return "it draws lots, and another run would keep other documents; set what it draws with to 0, or leave it out"
    if getattr(getattr(step, "tldextractor", None), "suffix_list_urls", ()):
        return "it fetches today's list of suffixes; set its tldextractor = tldextract.TLDExtract(suffix_list_urls=())"
    if step.exclusion_writer:
        return "its exclusion_writer would write nothing: leave it out; documents/ has the rejected with objections"
    try:
        pickle.dumps(step)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        return f"it does not travel to workers ({error}); give it functions of an installed module, no lambda"
    return None


def _edits_text(kind: type) -> bool:
    """Whether the code of a class assigns to ``text`` of anything but itself. No code to read, no answer: False."""
    for each in kind.__mro__[: kind.__mro__.index(BaseFilter)]:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(each)))
        except (OSError, TypeError):
            continue
        stored = (n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store))
        if any(n.attr == "text" and not (isinstance(n.value, ast.Name) and n.value.id == "self") for n in stored):
            return True
    return False


def _draws_lots(step: BaseFilter) -> bool:
    """Whether it holds a generator of random numbers. C4BadWordsFilter holds one that it may never ask."""
    owners = [getattr(value, "__self__", value) for value in vars(step).values()]
    holds = any(isinstance(each, np.random.Generator | np.random.RandomState | random.Random) for each in owners)
    return holds and getattr(step, "keep_fraction", None) != 0


def _digest(step: BaseFilter) -> str:
    """Of what decides the verdicts: version, class and public settings. With others, stored numbers are stale."""
    settings = {k: _plain(v) for k, v in vars(step).items() if k[0] != "_" and k not in ("stats", "exclusion_writer")}
    return fingerprint([importlib.metadata.version("datatrove"), _path(type(step)), settings])


def _plain(value: Any) -> Any:
    """What JSON can hold of a setting, the same in every process; of other objects where they are defined."""
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if isinstance(value, re.Pattern):
        return [value.pattern, value.flags]
    if isinstance(value, Mapping):
        return sorted(([_plain(k), _plain(v)] for k, v in value.items()), key=repr)
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value), key=repr)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else _path(value)


def _path(value: Any) -> str:
    named = value if hasattr(value, "__qualname__") else type(value)
    return f"{named.__module__}.{named.__qualname__}"


def _snake(name: str) -> str:
    """
    >>> [_snake(name) for name in ("GopherQuality", "C4BadWords", "URL")]
    ['gopher_quality', 'c4_bad_words', 'url']
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _batch_of(documents: Sequence[Document]) -> pa.RecordBatch:
    def counts(key: str) -> pa.Array:
        found = (each.metadata.get(key) for each in documents)
        return pa.array([n if isinstance(n, int) and 0 <= n < 1 << 31 else None for n in found], pa.int32())

    urls = (each.metadata.get("url") for each in documents)
    columns = {
        "text": pa.array([_utf8(each.text) for each in documents], pa.large_binary()).view(pa.large_string()),
        "url": pa.array([_utf8(url) if isinstance(url, str) else None for url in urls], pa.binary()).view(pa.string()),
    }
    return pa.record_batch(columns | {key: counts(key) for key in ("link_chars", "page_chars", "page_link_chars")})


def _utf8(text: str) -> bytes:
    """Lone surrogates become U+FFFD: Arrow text is valid UTF-8."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
