"""The manifest: what to build, written by people. Unknown keys are errors, numbers are exact integers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Kind = Literal[
    "common_crawl",
    "warp_html",
    "warp_pdf",
    "wikipedia",
    "kaken",
    "dolma",
    "stack",
    "jsonl",
    "parquet",
]

# Kinds that read Web pages: what a selection holds, and what an extractor is for.
HTML_KINDS = ("common_crawl", "warp_html")


class Part(BaseModel):
    """Frozen; a key nobody knows is refused rather than ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tokenizer(Part):
    """A SentencePiece model, pinned: other bytes under the same name stop the build."""

    file: str
    sha256: Sha256
    bos: bool = True
    eos: bool = True


class InputFile(Part):
    """One path, glob or URL; ``sha256`` only where it names one file."""

    path: str
    sha256: Sha256 | None = None


class InputList(Part):
    """A text file with one input a line: ``path`` or ``path<TAB>sha256``; ``#`` starts a comment."""

    list: str


class InputSelection(Part):
    """A folder of ``corpus select`` and ``corpus fetch``: its fetched records, and files to be read whole."""

    selection: str


class Expected(Part):
    """What the inputs will amount to, for planning before they are there."""

    files: Annotated[int, Field(ge=0)]
    bytes: Annotated[int, Field(ge=0)]


class Override(Part):
    """New limits for one bound of the recipe, ``japanese_prose/kana_ratio``; null opens that side."""

    low: Annotated[float, Field(allow_inf_nan=False)] | None = None
    high: Annotated[float, Field(allow_inf_nan=False)] | None = None


class Level(Part):
    """A share of a source with a budget of its own: LLM-jp's cc1, cc2, cc3 are levels of one reading."""

    budget_tokens: Annotated[int, Field(ge=0)]
    passes: Annotated[int, Field(ge=1, le=16)] = 1


class Source(Part):
    """One named origin. It has a budget itself, or levels that have one each, in falling quality."""

    kind: Kind
    recipe: str
    licence: Annotated[str, Field(min_length=1)]
    inputs: tuple[str | InputFile | InputList | InputSelection, ...] = ()
    expected: Expected | None = None
    keep_rejected: Literal["all", "none"] = "all"
    bounds: dict[str, Override] = {}
    budget_tokens: Annotated[int, Field(ge=0)] | None = None
    passes: Annotated[int, Field(ge=1, le=16)] | None = None
    levels: dict[Name, Level] = {}

    @model_validator(mode="after")
    def _one_budget(self) -> Source:
        if self.levels and (self.budget_tokens is not None or self.passes is not None):
            raise ValueError("has levels, so budget_tokens and passes belong to each level")
        if not self.levels and self.budget_tokens is None:
            raise ValueError("needs budget_tokens (unique tokens wanted), or levels that have it")
        if not self.inputs and self.expected is None:
            raise ValueError("needs inputs, or expected {files, bytes} to plan with before they are there")
        return self

    @model_validator(mode="after")
    def _selections_are_web_pages(self) -> Source:
        if self.kind not in HTML_KINDS and any(isinstance(each, InputSelection) for each in self.inputs):
            raise ValueError(
                f"a selection holds web pages: the kind must be {' or '.join(HTML_KINDS)}, not {self.kind}"
            )
        return self


class Corpus(Part):
    """The whole manifest. Sources stand in order of priority: of two duplicates the earlier source's stays."""

    corpus: Name
    version: Annotated[str, Field(pattern=r"^\d{4}\.\d{1,2}\.\d+$")]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    tokenizer: Tokenizer
    sequence_length: Annotated[int, Field(ge=8, le=1 << 20)] = 4096
    global_batch: Annotated[int, Field(ge=1)] = 1728
    # A shard is held in memory while it is put in order, 4 bytes a token.
    shard_tokens: Annotated[int, Field(ge=1024, le=1 << 27)] = 1 << 27
    scale: Annotated[Decimal, Field(gt=0, le=1)] = Decimal(1)
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    allowed_quarantine: Annotated[float, Field(ge=0, le=1)] = 0.001
    sources: Annotated[dict[Name, Source], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Corpus:
        names = [line for source in self.sources for line in self.lines(source)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"the name {twice[0]!r} stands for more than one source or level")
        return self

    def lines(self, source: str) -> dict[str, Level]:
        """The budget lines of one source: its levels, or itself; budgets not yet scaled."""
        of = self.sources[source]
        if of.levels:
            return dict(of.levels)
        return {source: Level(budget_tokens=of.budget_tokens or 0, passes=of.passes or 1)}

    def budgets(self) -> dict[str, tuple[int, int]]:
        """Line → (unique tokens wanted, passes), scaled and rounded down, in manifest order.

        Unique times passes is what training consumes; integers to the end.
        """
        return {
            name: (int(level.budget_tokens * self.scale), level.passes)
            for source in self.sources
            for name, level in self.lines(source).items()
        }
