"""Writes down where a selection was fetched from: ``from.json``, by which a build finds its whole files."""

from __future__ import annotations

import json

from corpus_builder.errors import CallError
from corpus_builder.selection.book import Selection
from corpus_builder.store import LocalStore


def known_base(selection: Selection) -> str | None:
    """As ``Selection.base``, and None where ``from.json`` is damaged: who asks this writes it anew."""
    try:
        return selection.base()
    except CallError:
        return None


def note_base(selection: Selection, base: str) -> None:
    """Write down where something good came from, unless it stands there."""
    if known_base(selection) != base:
        LocalStore(str(selection.folder)).replace("from.json", json.dumps({"base": base}).encode() + b"\n")
