"""A recipe: what is changed in a source's text, which measures are taken of it, which bounds decide, and how
duplicates are found."""

from __future__ import annotations

import functools
import hashlib
import json
import runpy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from corpus_builder.errors import CallError
from filters.core import Bound, Edit, Filter, Measure


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """MinHash over character n-grams of the normalised text (Broder 1997), banded (Indyk and Motwani 1998).

    Two documents become candidates when all ``rows`` values of one of ``bands`` bands agree; a candidate is
    removed only when its estimated Jaccard similarity to the kept one is at least ``threshold``. 14 × 8 over
    5-grams are FineWeb's numbers. Texts with fewer than ``least_ngrams`` n-grams are compared exactly only.
    """

    ngram: int = 5
    bands: int = 14
    rows: int = 8
    threshold: float = 0.7
    least_ngrams: int = 20


Extractor = Literal["japanese", "trafilatura"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """``levels`` are alternatives in falling quality: a document takes the first whose filters all keep it.

    ``edits`` change the text one after the other before anything is measured: what is stored is the edited text.
    ``extractor`` reads HTML, and nothing else: ``japanese`` is this project's, with trafilatura as second opinion.
    """

    name: str
    version: int
    levels: tuple[tuple[Filter, ...], ...]
    near: NearDuplicates | None = NearDuplicates()
    extractor: Extractor = "japanese"
    edits: tuple[Edit, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure once, in order of first mention."""
        found = {m.name: m for filters in self.levels for f in filters for m in f.measures}
        return tuple(found.values())

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for measure in self.measures for column in measure.columns)

    def with_bounds(self, bounds: Mapping[str, tuple[float | None, float | None]]) -> Recipe:
        """``{"japanese_prose/kana_ratio": (low, high)}`` replaces that bound in every level that has it.

        Raises KeyError with the name when no level has it.
        """
        known = {f"{f.name}/{b.measure}" for filters in self.levels for f in filters for b in f.bounds}
        for name in bounds:
            if name not in known:
                raise KeyError(name)

        def rebound(filter_: Filter) -> Filter:
            return replace(
                filter_,
                bounds=tuple(
                    Bound(b.measure, *bounds.get(f"{filter_.name}/{b.measure}", (b.low, b.high)))
                    for b in filter_.bounds
                ),
            )

        return replace(self, levels=tuple(tuple(rebound(f) for f in fs) for fs in self.levels))

    def measured_by(self) -> list[Any]:
        """What decides the stored text and numbers: extractor, edits, measures, their versions and data, no bound."""
        edits = [[e.name, e.version, list(e.columns)] for e in self.edits]
        return [self.extractor, edits, [[m.name, m.version, list(m.columns), m.data] for m in self.measures]]

    def decided_by(self) -> list[Any]:
        """What decides verdicts from stored numbers: names and bounds, level by level."""
        return [[[f.name, [[b.measure, b.low, b.high] for b in f.bounds]] for f in filters] for filters in self.levels]


def fingerprint(value: Any) -> str:
    """Sixteen hex digits of the canonical JSON of a plain value; refuses what has no stable form.

    >>> fingerprint({"b": 1, "a": [1.5, None]}) == fingerprint({"a": [1.5, None], "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def load(path: Path) -> Recipe:
    """Run a recipe file and take its ``RECIPE``. Raises CallError naming the file."""
    if not path.is_file():
        raise CallError(f"{path}: no such recipe; recipes are Python files that set RECIPE")
    try:
        recipe = runpy.run_path(str(path)).get("RECIPE")
    except (Exception, SystemExit) as error:  # a recipe is somebody's program: whatever it raises is its mistake
        raise CallError(f"{path}: the recipe does not run: {type(error).__name__}: {error}") from error
    if not isinstance(recipe, Recipe):
        raise CallError(f"{path}: sets no RECIPE = Recipe(…)")
    if not recipe.columns:
        raise CallError(f"{path}: the recipe measures nothing, so nothing could be decided; give its levels filters")
    if recipe.extractor not in get_args(Extractor):
        raise CallError(f"{path}: no extractor {recipe.extractor!r}; there are {', '.join(get_args(Extractor))}")
    _check_steps(path, recipe)
    return recipe


def _check_steps(path: Path, recipe: Recipe) -> None:
    """Measures and edits must travel to workers, and be told apart by their names."""
    steps: tuple[Measure | Edit, ...] = (*recipe.measures, *recipe.edits)
    for each in steps:
        if _home(each.function) in ("<run_path>", "__main__"):
            raise CallError(
                f"{path}: the function of {each.name!r} is defined in the recipe itself and could not travel to a "
                "worker; put it into an installed module"
            )
    # Compared by what decides their numbers: partials of one function are never equal.
    known = {m.name: (m.version, m.columns, m.data) for m in recipe.measures}
    for measure in (m for filters in recipe.levels for f in filters for m in f.measures):
        if known[measure.name] != (measure.version, measure.columns, measure.data):
            raise CallError(f"{path}: two different measures are called {measure.name!r}; give one another name")
    said = [column for each in steps for column in each.columns]
    for column in said:
        if said.count(column) > 1:
            raise CallError(f"{path}: two measures or edits give a column {column!r}; rename one, or leave one out")


def _home(function: Any) -> str:
    """The module that a function, or a partial of one, is imported from."""
    while isinstance(function, functools.partial):
        function = function.func
    return str(function.__module__)
