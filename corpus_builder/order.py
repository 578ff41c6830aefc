"""An order: a manifest with everything it names found, read and checked, before any work is done."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from corpus_builder.errors import CallError
from corpus_builder.manifest import Manifest
from corpus_builder.manifest.model import HTML_KINDS
from corpus_builder.recipe import Recipe
from corpus_builder.recipe import load as load_recipe
from corpus_builder.store.inputs import InputRef, expand


@dataclass(frozen=True, slots=True)
class Order:
    """A manifest with everything it names found, read and checked: nothing has been written yet."""

    manifest: Manifest
    sources: tuple[str, ...]
    recipes: dict[str, Recipe]
    inputs: dict[str, list[InputRef]]
    model: bytes

    @property
    def lines(self) -> dict[str, tuple[int, int]]:
        """Budget and passes of the lines of the chosen sources, in order of priority."""
        chosen = {line for source in self.sources for line in self.manifest.corpus.lines(source)}
        return {n: b for n, b in self.manifest.corpus.budgets().items() if n in chosen}


def prepare(manifest: Manifest, only: tuple[str, ...] = ()) -> Order:
    """Find and check recipes, tokenizer and inputs. Raises CallError before any work is done."""
    corpus = manifest.corpus
    for name in only:
        if name not in corpus.sources:
            raise CallError(f"--source {name}: the manifest has no such source; it has {', '.join(corpus.sources)}")
    sources = tuple(s for s in corpus.sources if not only or s in only)
    recipes = {source: recipe_of(manifest, source) for source in sources}
    inputs = {source: expand(manifest, source) for source in sources}
    for source in sources:
        if not inputs[source]:
            what = "has no inputs; a source is never skipped, so add them or choose others with --source"
            raise manifest.mistake(f"sources.{source}", what)
    return Order(manifest, sources, recipes, inputs, tokenizer_bytes(manifest))


def recipe_of(manifest: Manifest, source: str) -> Recipe:
    """A source's recipe with the manifest's bounds. Raises CallError at the bound that the recipe lacks."""
    of = manifest.corpus.sources[source]
    recipe = load_recipe(Path(manifest.resolve(of.recipe)))
    place = f"sources.{source}"
    try:
        recipe = recipe.with_bounds({name: (b.low, b.high) for name, b in of.bounds.items()})
    except KeyError as error:
        what = f"the recipe {of.recipe} has no such bound"
        raise manifest.mistake(f"{place}.bounds.{error.args[0]}", what) from None
    if recipe.extractor != "japanese" and of.kind not in HTML_KINDS:
        what = f"the recipe {of.recipe} asks for {recipe.extractor}, which reads HTML; {of.kind} is none"
        raise manifest.mistake(f"{place}.recipe", what)
    if len(recipe.levels) != len(manifest.corpus.lines(source)):
        lines = len(manifest.corpus.lines(source))
        what = f"the recipe {of.recipe} has {len(recipe.levels)} levels and the manifest {lines}"
        raise manifest.mistake(f"{place}.levels", what)
    return recipe


def tokenizer_bytes(manifest: Manifest) -> bytes:
    """The model that the manifest pins. Raises CallError when it is absent or another."""
    wanted = manifest.corpus.tokenizer
    try:
        model = Path(manifest.resolve(wanted.file)).read_bytes()
    except OSError as error:
        raise manifest.mistake("tokenizer.file", f"{wanted.file}: {error.strerror}") from None
    found = hashlib.sha256(model).hexdigest()
    if found != wanted.sha256:
        what = f"{wanted.file} has {found}, the manifest says {wanted.sha256}; correct the one that is wrong"
        raise manifest.mistake("tokenizer.sha256", what)
    return model
