"""What a folder with a selection holds: what was asked, what it comes to, and which of it is fetched already.

selection.json           written last by ``corpus select``: the plan holds once it is there
units/<unit>.parquet     a row a wanted record, in the order of files and offsets
whole.tsv                files of crawls without language annotation, each with the bytes known of it
warc/<unit>.warc.gz      the fetched records, each behind its origin (``corpus_builder/sources/origin.py``)
receipts/<unit>.json     written last by ``corpus fetch``: the unit is fetched once it is there
from.json                where it was fetched from
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from corpus_builder.errors import CallError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """``languages``: ISO 639-3 codes of which a page has one. ``gap``: bytes between two records that are fetched
    along rather than asked for apart. ``unit_bytes``: bytes to fetch a unit, roughly."""

    languages: tuple[str, ...]
    gap: int
    unit_bytes: int


@dataclass(frozen=True, slots=True)
class IndexFile:
    """An index file that was read; ``sample`` digests its size, head, middle and tail."""

    name: str
    bytes: int
    sample: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one crawl comes to. ``pages``: rows of HTML with status 200; of these ``unusable`` name no possible place,
    ``unknown_language`` bear no language in a crawl that has them. ``bytes_wanted`` are those of the records,
    ``bytes_fetched`` with the gaps; ``whole_bytes`` is a lower bound, the end of the last page known of each file."""

    crawl: str
    pages: int
    unusable: int
    unknown_language: int
    records: int
    requests: int
    bytes_wanted: int
    bytes_fetched: int
    whole_files: int
    whole_bytes: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the plan; ``sha256`` is of its Parquet file."""

    name: str
    records: int
    requests: int
    bytes_wanted: int
    bytes_fetched: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A fetched unit: ``good`` records are there, the others failed for a reason that stays. ``bytes`` and ``sha256``
    are of its WARC file, ``plan`` is the sha256 of the unit's plan."""

    unit: str
    plan: str
    records: int
    good: int
    errors: Mapping[str, int]
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A whole plan, as it lies in ``folder``."""

    folder: Path
    asked: Asked
    index: tuple[IndexFile, ...]
    crawls: tuple[Share, ...]
    units: tuple[Unit, ...]
    whole_sha256: str

    @property
    def total(self) -> Share:
        """All crawls in one."""
        numbers = [each.name for each in fields(Share)][1:]
        return Share("all", *(sum(getattr(crawl, name) for crawl in self.crawls) for name in numbers))

    def plan(self, unit: Unit) -> Path:
        return self.folder / "units" / f"{unit.name}.parquet"

    def warc(self, unit: Unit) -> Path:
        return self.folder / "warc" / f"{unit.name}.warc.gz"

    def receipt(self, unit: Unit) -> Receipt | None:
        """The receipt, if the unit is fetched: by this plan, and its file is there with its size."""
        try:
            said = json.loads((self.folder / "receipts" / f"{unit.name}.json").read_bytes())
            found, size = Receipt(**said), self.warc(unit).stat().st_size
        except (OSError, ValueError, TypeError):
            return None
        return found if (found.plan, found.bytes) == (unit.sha256, size) else None

    def unfetched(self) -> list[Unit]:
        return [unit for unit in self.units if self.receipt(unit) is None]

    def base(self) -> str | None:
        """Where units were fetched from, ``https://…/`` or ``s3://…/``; None before the first ``corpus fetch``."""
        try:
            return str(json.loads((self.folder / "from.json").read_bytes())["base"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CallError(f"{self.folder}/from.json: is damaged ({error!r}); run corpus fetch again") from None

    def whole(self) -> list[tuple[str, int]]:
        """Files to be read whole, sorted, each with the bytes known of it."""
        try:
            lines = (self.folder / "whole.tsv").read_text("ascii").splitlines()
            return [(name, int(size)) for name, size in (line.split("\t") for line in lines)]
        except (OSError, ValueError) as error:
            raise CallError(f"{self.folder}/whole.tsv: cannot be read ({error}); run corpus select again") from None


def dump(selection: Selection, versions: Mapping[str, str]) -> bytes:
    """The bytes of ``selection.json``."""
    said = {key: value for key, value in asdict(selection).items() if key != "folder"}
    return json.dumps({"format": FORMAT, **said, "versions": dict(versions)}, indent=1).encode() + b"\n"


def load(folder: Path) -> Selection:
    """The selection that ``corpus select`` left in a folder. Raises CallError when there is no whole one."""
    path = folder / "selection.json"
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        if said["format"] != FORMAT:
            raise CallError(f"{path}: format {said['format']!r}, and this version reads {FORMAT}; select again")
        asked = Asked(**{**said["asked"], "languages": tuple(said["asked"]["languages"])})
        index = tuple(IndexFile(**each) for each in said["index"])
        crawls = tuple(Share(**each) for each in said["crawls"])
        units = tuple(Unit(**each) for each in said["units"])
        return Selection(folder, asked, index, crawls, units, said["whole_sha256"])
    except FileNotFoundError:
        raise CallError(f"{path}: is not there; make a selection with: corpus select INDEX… --out {folder}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CallError(f"{path}: cannot be read as a selection ({error!r}); select again") from None
