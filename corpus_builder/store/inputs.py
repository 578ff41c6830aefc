"""Input files: what a manifest's paths, globs, lists and URLs come to, and how one of them is opened.

An input is told apart from another of the same name by a sample of its bytes (size, head, middle, tail): a
changed file is a new unit, at the price of three small reads. Its full digest is taken while it is read.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import re
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow.fs as fs

from corpus_builder.manifest import Manifest
from corpus_builder.manifest.model import InputFile, InputList, InputSelection
from corpus_builder.selection.book import load as load_selection
from corpus_builder.store.s3 import file_system

SAMPLE = 1 << 16
# A connection that says nothing for so long is given up (seconds).
STALLED = 60


@dataclass(frozen=True, slots=True)
class InputRef:
    """One input file. ``name`` is the manifest's word for it, free of this machine's folders."""

    name: str
    path: str
    bytes: int
    sample: str
    sha256: str | None = None


def expand(manifest: Manifest, source: str) -> list[InputRef]:
    """Every input of a source, sorted by name. Raises CallError naming the entry that matches nothing."""
    entries = manifest.corpus.sources[source].inputs
    found: dict[str, InputRef] = {}
    places: dict[str, str] = {}
    for index, entry in enumerate(entries):
        place = f"sources.{source}.inputs[{index}]"
        for ref in _refs(manifest, entry, place):
            name = ref.name
            if name in found:
                raise manifest.mistake(place, f"{name} is listed twice; its documents would count twice")
            found[name] = ref
            real = found[name].path if "://" in found[name].path else os.path.realpath(found[name].path)
            if places.setdefault(real, name) != name:
                raise manifest.mistake(place, f"{name} is {places[real]} again; its documents would count twice")
    return [found[name] for name in sorted(found)]


def _refs(manifest: Manifest, entry: str | InputFile | InputList | InputSelection, place: str) -> Iterator[InputRef]:
    if isinstance(entry, InputSelection):
        yield from _selected(manifest, entry.selection, place)
        return
    for name, sha256 in _named(manifest, entry, place):
        yield _refer(manifest, name, sha256, place)


def _selected(manifest: Manifest, name: str, place: str) -> Iterator[InputRef]:
    """The fetched units of a selection and its whole files. Whole files are taken at the plan's word: an archive of
    100,000 files is not asked for each, and one that is missing is told when it is read."""
    folder = Path(manifest.resolve(name))
    selection = load_selection(folder)
    base, missing = selection.base(), selection.unfetched()
    if missing or (base is None and selection.total.whole_files):
        told = ", ".join(unit.name for unit in missing[:3]) + (" …" if len(missing) > 3 else "")
        what = (
            f"{len(missing):,} of {len(selection.units):,} units are not fetched ({told})" if missing else "not begun"
        )
        raise manifest.mistake(place, f"{name}: {what}; type: corpus fetch {folder} --from {base or 'BASE'}")
    for unit in selection.units:
        warc, receipt = selection.warc(unit), selection.receipt(unit)
        yield _refer(manifest, f"{name.rstrip('/')}/warc/{warc.name}", receipt.sha256 if receipt else None, place)
    for file, size in selection.whole():
        sample = hashlib.sha256(f"whole {file} {size}".encode()).hexdigest()[:32]
        yield InputRef(file, f"{base}{file}", size, sample)


def _named(manifest: Manifest, entry: str | InputFile | InputList, place: str) -> list[tuple[str, str | None]]:
    if isinstance(entry, InputList):
        return _listed(manifest, entry.list, place)
    path, sha256 = (entry, None) if isinstance(entry, str) else (entry.path, entry.sha256)
    if not any(c in path for c in "*?["):
        return [(path, sha256)]
    if sha256:
        raise manifest.mistake(place, f"a sha256 belongs to one file, and {path!r} is a pattern")
    if "://" in path and not path.startswith("s3://"):
        raise manifest.mistake(place, f"only s3:// and local paths can have patterns, not {path!r}")
    names = matching(manifest.resolve(path))
    if not path.startswith(("/", "s3://")):
        names = [os.path.relpath(p, str(manifest.folder)) for p in names]
    if not names:
        raise manifest.mistake(place, f"{path!r} matches no file (looked in {manifest.folder})")
    return [(name, None) for name in names]


def matching(pattern: str) -> list[str]:
    """The files that a local or s3:// pattern matches, sorted."""
    if not pattern.startswith("s3://"):
        return sorted(p for p in glob.glob(pattern, recursive=True) if os.path.isfile(p))
    key = pattern.removeprefix("s3://")
    fixed = key[: min(key.index(c) for c in "*?[" if c in key)].rpartition("/")[0]
    infos = file_system().get_file_info(fs.FileSelector(fixed, recursive=True))
    keys = (i.path for i in infos if i.type == fs.FileType.File)
    wanted = re.compile(_regex(key))
    return sorted(f"s3://{key}" for key in keys if wanted.fullmatch(key))


def _regex(pattern: str) -> str:
    """A glob as the local one reads it: ``*`` stays in its folder, ``**/`` is any number of folders, or none.

    >>> [bool(re.fullmatch(_regex("a/**/*.gz"), key)) for key in ("a/x.gz", "a/b/c/x.gz", "b/x.gz")]
    [True, True, False]
    """
    marks = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*|\?|\[[^]/]+\])", pattern)
    return "".join(marks.get(part, part if part.startswith("[") else re.escape(part)) for part in parts)


def _listed(manifest: Manifest, path: str, place: str) -> list[tuple[str, str | None]]:
    try:
        text = Path(manifest.resolve(path)).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise manifest.mistake(place, f"the list {path} cannot be read: {error}") from None
    rows = []
    for line in text.splitlines():
        name, _, sha256 = line.strip().partition("\t")
        digest = sha256.strip().lower()
        if digest and not re.fullmatch("[0-9a-f]{64}", digest):
            raise manifest.mistake(place, f"the list {path} gives {name} the sha256 {sha256.strip()!r}, which is none")
        if name and not name.startswith("#"):
            rows.append((name, digest or None))
    if not rows:
        raise manifest.mistake(place, f"the list {path} names no input")
    return rows


def _refer(manifest: Manifest, name: str, sha256: str | None, place: str) -> InputRef:
    path = manifest.resolve(name)
    try:
        if path.startswith(("http://", "https://")):
            size, sample = _asked(path)
        else:
            size, sample = sampled(path)
    except OSError as error:
        what = f"{name} cannot be opened ({error.strerror or error}); a source is never skipped, so put the file in "
        raise manifest.mistake(place, what + "its place or take it out of the manifest") from None
    return InputRef(name, path, size, sample, sha256)


def sampled(path: str) -> tuple[int, str]:
    """Size in bytes, and a digest of it with head, middle and tail, of a local or s3:// file. Raises OSError."""
    with open_input(path) as file:
        size = file.seek(0, os.SEEK_END)
        digest = hashlib.sha256(str(size).encode())
        for start in sorted({0, max(0, size // 2 - SAMPLE // 2), max(0, size - SAMPLE)}):
            file.seek(start)
            digest.update(file.read(SAMPLE))
    return size, digest.hexdigest()[:32]


def _asked(url: str) -> tuple[int, str]:
    request = urllib.request.Request(url, method="HEAD")
    with urllib.request.urlopen(request, timeout=STALLED) as answer:
        size = int(answer.headers.get("Content-Length") or 0)
        mark = f"{size} {answer.headers.get('ETag')} {answer.headers.get('Last-Modified')}"
    return size, hashlib.sha256(mark.encode()).hexdigest()[:32]


def open_input(path: str) -> BinaryIO:
    """A seekable file of a local path, an s3:// object, or a URL (fetched whole into a temporary file)."""
    if path.startswith("s3://"):
        return cast(BinaryIO, file_system().open_input_file(path.removeprefix("s3://")))
    if path.startswith(("http://", "https://")):
        kept = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever reads it
        with urllib.request.urlopen(path, timeout=STALLED) as answer:
            promised = answer.headers.get("Content-Length")
            while chunk := answer.read(1 << 20):
                kept.write(chunk)
        if promised is not None and kept.tell() != int(promised):
            raise OSError(f"{path}: {kept.tell():,} bytes came of {int(promised):,} promised")
        kept.seek(0)
        return cast(BinaryIO, kept)
    if Path(path).exists() and not Path(path).is_file():
        raise IsADirectoryError(errno.EISDIR, "is no regular file", path)
    return open(path, "rb")
