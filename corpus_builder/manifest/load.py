"""YAML in, manifest out, or one message a mistake that names file, field and value."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from corpus_builder.errors import CallError
from corpus_builder.manifest.model import Corpus


@dataclass(frozen=True, slots=True)
class Manifest:
    """A parsed manifest, its file (relative paths start from there), and the text it was read from."""

    corpus: Corpus
    path: Path
    text: str

    @property
    def folder(self) -> Path:
        return self.path.resolve().parent

    def mistake(self, place: str, what: str) -> CallError:
        """An error that names the manifest and the field, ``sources.kaken.inputs[0]``."""
        return CallError(f"{self.path}: at $.{place}: {what}")

    def resolve(self, path: str) -> str:
        """Relative paths are relative to the manifest; URLs and absolute paths stay."""
        if "://" in path or path.startswith("/"):
            return path
        return str(self.folder / path)


class _UniqueKeys(yaml.SafeLoader):
    """YAML lets the second of two equal keys win in silence; here it is a mistake."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[object, object]:
    seen: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(path: Path) -> Manifest:
    """Read and check a manifest. Raises CallError with every mistake, each at its ``$.path``."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"{path}: cannot be read as a manifest: {error}") from None
    try:
        raw = yaml.load(text, Loader=_UniqueKeys)
    except yaml.YAMLError as error:
        raise CallError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    try:
        corpus = Corpus.model_validate(raw)
    except ValidationError as error:
        raise CallError("\n".join(f"{path}: {line}" for line in _mistakes(error))) from None
    return Manifest(corpus, path, text)


def _mistakes(error: ValidationError) -> list[str]:
    lines = []
    for each in error.errors():
        # The union over ways to write an input adds its own class names to the place: leave them out.
        parts = [p for p in each["loc"] if p not in ("str", "InputFile", "InputList", "InputSelection")]
        place = "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts)
        what = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            what = "nobody knows this key; remove it or correct its spelling"
        shown = "" if isinstance(each["input"], dict) else f" (it is {each['input']!r:.80})"
        lines.append(f"at {place}: {what}{shown}")
    return list(dict.fromkeys(lines))
