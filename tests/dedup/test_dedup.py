"""Every removal is verified, and the map depends on the set of documents alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_builder.dedup import cluster, match, sketch
from corpus_builder.dedup.sketch import Kept
from corpus_builder.documents.batches import Batch, batches
from corpus_builder.documents.schema import COLUMNS, VERDICTS
from corpus_builder.engine.receipt import Receipt
from corpus_builder.engine.seal import Seal, seal
from corpus_builder.engine.task import Task
from corpus_builder.recipe import NearDuplicates
from corpus_builder.sources.reading import Document, NoWatch
from corpus_builder.store import Store, at, write_parquet

NEAR = NearDuplicates()
LETTERS = [chr(c) for c in range(0x4E00, 0x4E00 + 3000)]


@dataclass(frozen=True)
class Doc:
    name: str
    text: str
    line: str = "b"
    date: str | None = None


def text(seed: int, length: int = 600) -> str:
    return "".join(random.Random(seed).choices(LETTERS, k=length))


def edited(original: str, seed: int, share: float) -> str:
    rng, chars = random.Random(seed), list(original)
    for place in rng.sample(range(len(chars)), int(len(chars) * share)):
        chars[place] = rng.choice(LETTERS)
    return "".join(chars)


def write(store: Store, number: int, docs: Sequence[Doc]) -> Kept:
    """A documents file with verdicts, as the first two stages leave them."""
    found = batches("s", f"f{number}", iter([Document(d.name, d.text, date=d.date) for d in docs]))
    tables = [b.table for b in found if isinstance(b, Batch)]
    lines = [d.line for d in docs]
    ids = pa.concat_tables(tables)["id"].combine_chunks()
    nothing = pa.nulls(len(docs), pa.string())
    empty = pa.array([[]] * len(docs), pa.list_(pa.string()))
    verdicts = pa.Table.from_arrays([ids, pa.array(lines), nothing, empty], schema=VERDICTS)
    return Kept(
        write_parquet(store, f"documents/s/{number:05d}.k.0000.parquet", COLUMNS, iter(tables)),
        write_parquet(store, f"verdicts/s/{number:05d}.parquet", VERDICTS, iter([verdicts])),
    )


def stage(store: Store, name: str, tasks: list[Task]) -> tuple[Seal, dict[Task, Receipt]]:
    done = {t: t.work(t.job, store, NoWatch()) for t in tasks}
    for task, receipt in done.items():
        assert store.claim(task.receipt, receipt.to_json(name, task.unit, task.key))
    return seal(name, done, store), done


def deduplicate(root: Path, files: Sequence[Sequence[Doc]], near: NearDuplicates | None = NEAR) -> pa.Table:
    store = at(str(root))
    kept = [write(store, number, docs) for number, docs in enumerate(files)]
    sketched, done = stage(store, "sketch", sketch.plan("s", kept, near))
    keys = sum(n for r in done.values() for metric, _, n in r.stats if metric == "keys")
    matched, _ = stage(store, "match", match.plan(sketched, keys))
    threshold = near.threshold if near else 2.0
    _, clustered = stage(store, "cluster", cluster.plan(sketched, matched, {"a": threshold, "b": threshold}))
    [receipt] = clustered.values()
    return pq.read_table(root / receipt.outputs[0].path)


def removals(table: pa.Table, docs: Sequence[Doc]) -> dict[str, tuple[str, str]]:
    """Name of the removed → name of the kept, reason."""
    from corpus_builder.documents.schema import document_id

    names = {document_id("s", d.name): d.name for d in docs}
    return {names[r["removed"]]: (names[r["kept"]], r["reason"]) for r in table.to_pylist()}


BASE = text(1)
DOCS = [
    Doc("original", BASE, "a", "2020-01-01"),
    Doc("copy", BASE, "b", "2010-01-01"),
    Doc("near", edited(BASE, 2, 0.02), "b"),
    Doc("other", text(3), "b"),
    *[Doc(f"fill{n}", text(100 + n), "b") for n in range(40)],
    *[Doc(f"short{n}", text(900 + n, 9), "b") for n in range(20)],
]


def test_copies_go_and_the_source_of_higher_priority_stays(tmp_path: Path) -> None:
    found = removals(deduplicate(tmp_path, [DOCS]), DOCS)
    assert found == {"copy": ("original", "exact"), "near": ("original", "near")}


def test_the_map_does_not_depend_on_files_or_order(tmp_path: Path) -> None:
    expected = removals(deduplicate(tmp_path / "one", [DOCS]), DOCS)
    for parts in (3, 8):
        shuffled = random.Random(parts).sample(DOCS, len(DOCS))
        files = [shuffled[part::parts] for part in range(parts)]
        assert removals(deduplicate(tmp_path / str(parts), files), DOCS) == expected


def test_short_texts_are_compared_exactly_only(tmp_path: Path) -> None:
    docs = [Doc(f"s{n}", text(n, 8)) for n in range(1000)] + [Doc("twin", text(0, 8), "b", "2030-01-01")]
    # The dated one stays: a date is known to be early, its absence is not.
    assert removals(deduplicate(tmp_path, [docs]), docs) == {"s0": ("twin", "exact")}


def test_a_chain_loses_nobody_who_resembles_no_survivor(tmp_path: Path) -> None:
    """Each link is near the next, the ends are not: whoever goes resembles the one it goes for."""
    chain = [Doc("c0", text(7, 1000), "a")]
    for n in range(1, 12):
        chain.append(Doc(f"c{n}", edited(chain[-1].text, n, 0.03), "b", f"20{10 + n}-01-01"))
    table = deduplicate(tmp_path, [chain])
    assert 1 < table.num_rows < 11
    assert min(table["similarity"].to_pylist()) >= NearDuplicates().threshold
    kept, removed = set(table["kept"].to_pylist()), set(table["removed"].to_pylist())
    assert not kept & removed


def test_one_record_read_twice_counts_once(tmp_path: Path) -> None:
    table = deduplicate(tmp_path, [[Doc("r", BASE)], [Doc("r", BASE)]])
    assert table["reason"].to_pylist() == ["same_id"]


def test_one_id_with_two_texts_counts_once_and_its_similarity_is_told(tmp_path: Path) -> None:
    [row] = deduplicate(tmp_path, [[Doc("r", BASE)], [Doc("r", text(5))]]).to_pylist()
    assert row["reason"] == "same_id" and row["similarity"] < 0.2


def test_without_near_duplicates_only_equal_texts_go(tmp_path: Path) -> None:
    assert removals(deduplicate(tmp_path, [DOCS], near=None), DOCS) == {"copy": ("original", "exact")}


def test_a_template_that_thousands_share_costs_a_line_of_edges(tmp_path: Path) -> None:
    docs = [Doc(f"t{n}", BASE) for n in range(3000)]
    table = deduplicate(tmp_path, [docs[:1000], docs[1000:]])
    assert table.num_rows == 2999 and set(table["cluster_size"].to_pylist()) == {3000}
    edges = [pq.read_table(p).num_rows for p in (tmp_path / "shuffle/edges").rglob("*.parquet")]
    assert sum(edges) < 3000 * 3


@pytest.mark.parametrize("units", [1, 2, 7])
def test_ranges_of_keys_find_the_same_pairs(tmp_path: Path, units: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match, "KEYS_A_UNIT", 1 + 900 // units)
    assert set(removals(deduplicate(tmp_path, [DOCS[:30], DOCS[30:]]), DOCS)) == {"copy", "near"}


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    assert deduplicate(tmp_path, []).num_rows == 0


def test_a_source_with_longer_signatures_changes_nobody_elses_removals(tmp_path: Path) -> None:
    docs = [Doc("one", BASE), Doc("two", edited(BASE, 4, 0.06))]
    alone = removals(deduplicate(tmp_path / "alone", [docs]), docs)
    store = at(str(tmp_path / "both"))
    wide = [Doc("w1", text(70), "a"), Doc("w2", text(70), "a")]
    kept = [write(store, 0, docs), write(store, 1, wide)]
    tasks = sketch.plan("s", kept[:1], NEAR) + sketch.plan("s", kept[1:], NearDuplicates(bands=25, rows=8))
    sketched, _ = stage(store, "sketch", tasks)
    matched, _ = stage(store, "match", match.plan(sketched, 100))
    _, clustered = stage(store, "cluster", cluster.plan(sketched, matched, {"a": 0.7, "b": 0.7}))
    [receipt] = clustered.values()
    both = removals(pq.read_table(tmp_path / "both" / receipt.outputs[0].path), [*docs, *wide])
    assert {k: v for k, v in both.items() if k in ("one", "two")} == alone and {"w1", "w2"} & both.keys()
