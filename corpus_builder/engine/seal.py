"""A seal says that a stage is whole: it lists the units' receipts, sums their counts, and digests their content.

Seals are named by their digest and never change; a later stage is keyed on them, so lineage is a chain of digests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce

from corpus_builder.engine.receipt import Counts, Receipt, add_contents
from corpus_builder.engine.task import Task
from corpus_builder.errors import BuildError
from corpus_builder.store import Output, Store


@dataclass(frozen=True, slots=True)
class Seal:
    """``digest`` names the seal's file; ``content`` is the same for every split of the inputs."""

    stage: str
    units: int
    counts: Counts
    content: str
    digest: str

    @property
    def path(self) -> str:
        return f"receipts/{self.stage}.{self.digest}.seal.json"


def seal(stage: str, receipts: Mapping[Task, Receipt], store: Store) -> Seal:
    """Write the stage's seal. Called only when every unit has its receipt."""
    units = [
        {
            "unit": t.unit,
            "receipt": t.receipt,
            "source": r.source,
            "outputs": [asdict(o) for o in r.outputs],
        }
        for t, r in sorted(receipts.items(), key=lambda each: each[0].unit)
    ]
    body = json.dumps({"stage": stage, "units": units}, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    sealed = Seal(
        stage=stage,
        units=len(units),
        counts=reduce(Counts.__add__, (r.counts for r in receipts.values()), Counts()),
        content=add_contents(r.content for r in receipts.values()),
        digest=hashlib.sha256(body.encode()).hexdigest()[:16],
    )
    store.claim(sealed.path, body.encode())
    return sealed


def outputs(store: Store, path: str, folder: str) -> list[Output]:
    """The files below ``folder`` that a seal's units wrote, sorted by path: the only way to list a stage's data."""
    data = store.get(path)
    if data is None:
        raise BuildError(f"{store.root}/{path}: the seal is missing; run corpus build again")
    units = json.loads(data)["units"]
    found = [Output(**o) for unit in units for o in unit["outputs"] if o["path"].startswith(folder + "/")]
    return sorted(found, key=lambda o: o.path)


def of_receipt(receipt: Receipt, folder: str) -> Sequence[Output]:
    """The files below ``folder`` that one unit wrote, in the order it wrote them."""
    return [o for o in receipt.outputs if o.path.startswith(folder + "/")]
