"""What deciding anew costs: the measures are read, the texts are not."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from corpus_builder.documents import judge, read
from corpus_builder.recipe import Recipe
from corpus_builder.sources.reading import NoWatch
from corpus_builder.store import Store, at
from corpus_builder.store.inputs import InputRef
from filters import long_enough

FOOTER = 64 << 10  # bytes that pyarrow reads from the end before it knows how long the footer is


@dataclass
class Counting(io.RawIOBase):
    """A file that counts the bytes read from it."""

    file: BinaryIO
    count: int = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def close(self) -> None:
        self.file.close()
        super().close()

    def read(self, size: int | None = -1) -> bytes:
        data = self.file.read(-1 if size is None else size)
        self.count += len(data)
        return data


@dataclass
class Counted:
    """A store whose files count what is read from them."""

    store: Store
    opened: list[Counting] = field(default_factory=list)

    def open(self, path: str) -> BinaryIO:
        self.opened.append(Counting(self.store.open(path)))
        return cast(BinaryIO, self.opened[-1])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def test_a_decision_reads_the_measures_and_not_the_texts_and_says_how_much(tmp_path: Path) -> None:
    generator = random.Random(1)
    letters = [chr(code) for code in range(0x4E00, 0x9000)]
    lines = ["".join(generator.choices(letters, k=2000)) for _ in range(600)]
    body = "\n".join(f'{{"id": "{n}", "text": "{line}"}}' for n, line in enumerate(lines))
    (tmp_path / "in.jsonl").write_text(body, encoding="utf-8")
    store = at(str(tmp_path / "out"))
    recipe = Recipe("r", 1, ((long_enough(100),),))
    path = tmp_path / "in.jsonl"
    ref = InputRef("in.jsonl", str(path), path.stat().st_size, "")
    [task] = read.plan("s", "jsonl", [ref], recipe, True)
    documents = [o for o in read.work(task.job, store, NoWatch()).outputs if o.path.startswith("documents/")]
    counted = Counted(store)
    [again] = judge.plan("s", documents, recipe, ("s",))
    receipt = judge.work(again.job, cast(Store, counted), NoWatch())
    told = {metric: n for metric, _, n in receipt.stats}
    really = sum(file.count for file in counted.opened)
    assert told["bytes_there"] == documents[0].bytes > 2_000_000
    assert told["bytes_read"] <= really <= told["bytes_read"] + 2 * FOOTER < documents[0].bytes / 10
