"""A small corpus to ask: three sources of the sample, with rejects, duplicates, drops and quarantine."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from corpus_builder import build as road
from corpus_builder.cli.progress import BuildProgress
from corpus_builder.engine.runner import InlineRunner
from corpus_builder.manifest import load
from corpus_builder.order import prepare
from corpus_builder.store import Store, at

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data_manifests" / "sample.yaml"


def build(store: Store, until: str = "mix", manifest: Path = SAMPLE, *only: str) -> Store:
    """The sources ``only`` of a manifest (all of them if none is named), built up to a step."""
    with BuildProgress(Console(quiet=True)) as progress:
        road.build(prepare(load(manifest), only), store, InlineRunner(2), until=until, progress=progress)
    return store


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Read, judged, deduplicated, tokenised and mixed."""
    return build(at(str(tmp_path_factory.mktemp("asked"))), "mix", SAMPLE, "notes", "kaken", "ja_cc")


@pytest.fixture(scope="session")
def only_read(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Read, and nothing more."""
    return build(at(str(tmp_path_factory.mktemp("read"))), "read", SAMPLE, "notes", "kaken")


@pytest.fixture(scope="session")
def textless(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One source that keeps no text of what it rejects."""
    folder = tmp_path_factory.mktemp("textless")
    text = SAMPLE.read_text(encoding="utf-8")
    head, notes = text.partition("sources:")[0], text[text.index("  notes:") : text.index("  notes_table:")]
    notes = notes.replace("budget_tokens", "keep_rejected: none\n    budget_tokens")
    manifest = folder / "textless.yaml"
    whole = f"{head}sources:\n{notes}".replace("sample/", f"{SAMPLE.parent}/sample/")
    manifest.write_text(whole.replace("../pipelines", f"{ROOT}/pipelines"), encoding="utf-8")
    return build(at(str(folder / "out")), "judge", manifest)
