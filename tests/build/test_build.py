"""The same manifest gives the same corpus: whatever the runner, the workers, the split of the input, or accidents."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import little
import pytest
from rich.console import Console

from corpus_builder import build as road
from corpus_builder.audit.audit import Audit, audit
from corpus_builder.audit.verify import prune, verify
from corpus_builder.cli.progress import BuildProgress
from corpus_builder.engine.runner import InlineRunner, Runner
from corpus_builder.errors import CallError, UnitError
from corpus_builder.manifest import load
from corpus_builder.order import prepare
from corpus_builder.store import at


def build(manifest: Path, out: Path, runner: Runner, until: str = "mix") -> Audit:
    store = at(str(out))
    with BuildProgress(Console(quiet=True)) as progress:
        road.build(prepare(load(manifest)), store, runner, until=until, progress=progress)
    return audit(store)


def tree(out: Path, *folders: str) -> dict[str, str]:
    """Path → sha256 of every file below ``folders``, or of all."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and (not folders or name.startswith(folders)):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Audit]:
    """Manifest, output and audit of an undisturbed build with one worker."""
    folder = tmp_path_factory.mktemp("reference")
    manifest = little.write(folder / "in")
    return manifest, folder / "out", build(manifest, folder / "out", InlineRunner(1))


def test_every_sum_closes_and_every_gate_holds(reference: tuple[Path, Path, Audit]) -> None:
    result = reference[2]
    assert [g for g in result.gates if not g.ok] == []
    told = result.to_json()["sources"]["notes"]
    assert told["documents_in"] == 121 and told["quarantined"] == 1
    assert told["dropped"]["duplicate/exact"] == 6 and told["dropped"]["duplicate/near"] == 6
    assert told["tokens_consumed"] == 2 * told["tokens_unique"] > 0


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("kind", ["inline", "ray"])
def test_runners_and_workers_write_the_same_bytes(
    reference: tuple[Path, Path, Audit], tmp_path: Path, kind: str, workers: str
) -> None:
    manifest, out, before = reference
    run = subprocess.run(
        command(manifest, tmp_path, "--runner", kind, "--workers", workers), check=True, capture_output=True, text=True
    )
    assert f"build hash {before.corpus['build_hash']}" in run.stdout
    (tmp_path / "report.html").unlink()  # the command writes it as well
    assert tree(tmp_path) == tree(out)


@pytest.mark.parametrize("files", [1, 7])
def test_the_split_of_the_input_changes_no_token(
    reference: tuple[Path, Path, Audit], tmp_path: Path, files: int
) -> None:
    _, out, before = reference
    after = build(little.write(tmp_path / "in", files=files), tmp_path / "out", InlineRunner(2))
    assert after.corpus["build_hash"] == before.corpus["build_hash"]
    assert tree(tmp_path / "out", "tokens/") == tree(out, "tokens/") != {}


def test_passes_have_the_same_documents_in_another_order(reference: tuple[Path, Path, Audit]) -> None:
    import pyarrow.parquet as pq

    first, second = (
        [pq.read_table(p)["doc_id"].to_pylist() for p in sorted((reference[1] / f"tokens/notes/pass-{n}").iterdir())]
        for n in (1, 2)
    )
    assert [sorted(a) for a in first] == [sorted(b) for b in second] and first != second


def command(manifest: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "corpus_builder.cli.main", "build", str(manifest), "--out", str(out), *more]


def children(pid: int) -> list[int]:
    """Process ids below ``pid``, however deep."""
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                below = [int(p) for p in task.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue
            found += below
            todo += below
    return found


@pytest.mark.parametrize(("kind", "seed"), [("inline", 1), ("inline", 2), ("ray", 3)])
def test_a_killed_driver_goes_on_where_it_was(
    reference: tuple[Path, Path, Audit], tmp_path: Path, kind: str, seed: int
) -> None:
    manifest, out, before = reference
    rng, start = random.Random(seed), 0.3 if kind == "inline" else 5.0
    for _ in range(4):
        driver = subprocess.Popen(
            command(manifest, tmp_path, "--runner", kind), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(start + 2.5 * rng.random())
        driver.send_signal(signal.SIGKILL)
        driver.wait()
    subprocess.run(command(manifest, tmp_path, "--runner", "inline"), check=True, capture_output=True)
    assert audit(at(str(tmp_path))).corpus["build_hash"] == before.corpus["build_hash"]
    assert tree(tmp_path, "tokens/", "mix/", "documents/") == tree(out, "tokens/", "mix/", "documents/")
    assert verify(at(str(tmp_path))).damaged == []


@pytest.mark.parametrize(("kind", "seed"), [("inline", 1), ("ray", 2)])
def test_killed_workers_change_nothing(
    reference: tuple[Path, Path, Audit], tmp_path: Path, kind: str, seed: int
) -> None:
    manifest, out, _ = reference
    rng = random.Random(seed)
    driver = subprocess.Popen(
        command(manifest, tmp_path, "--runner", kind), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    killed = 0
    while driver.poll() is None and killed < 8:
        time.sleep(0.2 + 0.5 * rng.random())
        zygotes = [p for p in children(driver.pid) if b"zygote" in cmdline(p)]
        if zygotes:
            os.kill(rng.choice(zygotes), signal.SIGKILL)
            killed += 1
    assert driver.wait() == 0 and killed > 0
    assert tree(tmp_path, "tokens/", "mix/", "documents/") == tree(out, "tokens/", "mix/", "documents/")


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_a_finished_build_does_nothing_again(reference: tuple[Path, Path, Audit]) -> None:
    manifest, out, _ = reference
    before = {p: p.stat().st_mtime_ns for p in (out / "receipts").rglob("*") if p.is_file()}
    build(manifest, out, InlineRunner(1))
    assert {p: p.stat().st_mtime_ns for p in (out / "receipts").rglob("*") if p.is_file()} == before


def test_a_new_input_is_read_alone(tmp_path: Path) -> None:
    build(little.write(tmp_path / "in", count=40, files=2), tmp_path / "out", InlineRunner(2))
    before = tree(tmp_path / "out", "receipts/read/", "documents/")
    more = [{"text": little.prose(n)} for n in range(1000, 1010)]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in more)
    (tmp_path / "in" / "part-000.jsonl").write_text(lines, encoding="utf-8")  # sorts before the others
    after = build(tmp_path / "in" / "little.yaml", tmp_path / "out", InlineRunner(2))
    now = tree(tmp_path / "out", "receipts/read/", "documents/")
    assert before.items() <= now.items() and len(now) == len(before) + 2
    assert after.lines["notes"].documents_in == 51


def test_changed_bounds_decide_again_without_reading(tmp_path: Path) -> None:
    manifest = little.write(tmp_path / "in", count=40)
    first = build(manifest, tmp_path / "out", InlineRunner(2))
    documents = tree(tmp_path / "out", "documents/", "receipts/read/")
    bounds = "    bounds: {long_enough/chars: {low: 100000}}\n"
    manifest.write_text(manifest.read_text() + bounds)
    second = build(manifest, tmp_path / "out", InlineRunner(2), until="judge")
    assert tree(tmp_path / "out", "documents/", "receipts/read/") == documents
    assert first.lines["notes"].documents_kept > 0 == second.lines["notes"].documents_kept
    assert second.lines["notes"].dropped["long_enough/chars<100000"] == 40


def test_files_that_were_taken_away_are_made_again(tmp_path: Path) -> None:
    manifest = little.write(tmp_path / "in", count=40, passes=1)
    build(manifest, tmp_path / "out", InlineRunner(2))
    before = tree(tmp_path / "out")
    for folder in ("documents", "verdicts", "duplicates", "tokens"):
        next(iter(sorted((tmp_path / "out" / folder).rglob("*.parquet")))).unlink()
    build(manifest, tmp_path / "out", InlineRunner(2))
    assert tree(tmp_path / "out") == before


def test_a_generation_is_never_written_twice(tmp_path: Path) -> None:
    """Seeds 42, 43, prune, 44, then 43 again: its shards are still those that its receipts name."""
    manifest, store = little.write(tmp_path / "in", count=40, passes=1), at(str(tmp_path / "out"))
    text = manifest.read_text()
    for seed in ("42", "43", "prune", "44", "43"):
        if seed == "prune":
            prune(store, verify(store))
            continue
        manifest.write_text(text.replace("seed: 42", f"seed: {seed}"))
        build(manifest, tmp_path / "out", InlineRunner(2))
        assert verify(store).damaged == [], seed


def test_a_partial_build_and_a_damaged_one_are_not_pruned(tmp_path: Path) -> None:
    manifest, store = little.write(tmp_path / "in", count=40, passes=1), at(str(tmp_path / "out"))
    build(manifest, tmp_path / "out", InlineRunner(2))
    before = tree(tmp_path / "out", "tokens/")
    build(manifest, tmp_path / "out", InlineRunner(2), until="read")
    with pytest.raises(CallError, match="not whole"):
        prune(store, verify(store))
    after = build(manifest, tmp_path / "out", InlineRunner(2))
    store.remove(after.corpus["seals"]["read"]["path"])
    found = verify(store)
    assert found.missing == [after.corpus["seals"]["read"]["path"]]
    with pytest.raises(CallError, match="not whole"):
        prune(store, found)
    assert tree(tmp_path / "out", "tokens/") == before


def test_work_of_an_earlier_build_can_be_removed(tmp_path: Path) -> None:
    manifest, store = little.write(tmp_path / "in", count=40), at(str(tmp_path / "out"))
    build(manifest, tmp_path / "out", InlineRunner(2))
    (tmp_path / "out" / "documents" / "stray").write_bytes(b"")
    manifest.write_text(manifest.read_text().replace("seed: 42", "seed: 43"))
    after = build(manifest, tmp_path / "out", InlineRunner(2))
    found = verify(store)
    assert found.orphans == ["documents/stray"] and found.damaged == found.missing == []
    assert any(p.startswith("tokens/notes/pass-1/shard-00000.g1") for p in found.superseded)
    assert not any(p.startswith(("documents/", "verdicts/", "duplicates/")) for p in found.superseded)
    prune(store, found)
    assert verify(store)[1:] == ([], [], [], []) and audit(store).corpus == after.corpus
    fresh = build(manifest, tmp_path / "fresh", InlineRunner(2))
    assert fresh.corpus["build_hash"] == after.corpus["build_hash"]


def test_damage_is_found(tmp_path: Path) -> None:
    build(little.write(tmp_path / "in", count=40), tmp_path / "out", InlineRunner(2))
    store = at(str(tmp_path / "out"))
    assert verify(store)[1:] == ([], [], [], [])
    [shard, *_] = sorted((tmp_path / "out/tokens/notes/pass-1").iterdir())
    name = shard.relative_to(tmp_path / "out").as_posix()
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    (tmp_path / "out/documents/stray.parquet").write_bytes(b"")
    found = verify(store)
    assert (found.damaged, found.missing, found.orphans) == ([name], [], ["documents/stray.parquet"])
    shard.unlink()
    assert verify(store, name).missing == [name]


def test_an_input_that_is_not_the_pinned_one_stops_the_build(tmp_path: Path) -> None:
    manifest = little.write(tmp_path / "in", count=10, files=1)
    pinned = f"[{{path: part-00.jsonl, sha256: {'ab' * 32}}}]"
    manifest.write_text(manifest.read_text().replace('["part-*.jsonl"]', pinned))
    with pytest.raises(UnitError, match=r"part-00.jsonl: sha256 is [0-9a-f]{64}, the manifest says abab"):
        build(manifest, tmp_path / "out", InlineRunner(1))


def test_another_tokenizer_under_the_same_name_is_refused(tmp_path: Path) -> None:
    manifest = little.write(tmp_path / "in", count=10)
    text = manifest.read_text()
    digest = hashlib.sha256(little.MODEL.read_bytes()).hexdigest()
    manifest.write_text(text.replace(digest, "ab" * 32))
    with pytest.raises(CallError, match=r"\$\.tokenizer\.sha256: .* has " + digest):
        prepare(load(manifest))


def test_exit_status_and_json(tmp_path: Path) -> None:
    manifest = little.write(tmp_path / "in", count=40, extra="tolerance: 0.01")
    run = subprocess.run(command(manifest, tmp_path / "out", "--runner", "inline"), capture_output=True, text=True)
    assert run.returncode == 1 and "budget/notes" in run.stdout and "open next:" in run.stdout
    told = subprocess.run(
        [sys.executable, "-m", "corpus_builder.cli.main", "audit", str(tmp_path / "out"), "--json"],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    body = json.loads(told.stdout)
    assert [g["name"] for g in body["gates"] if not g["ok"]] == ["budget/notes"]
    wrong = subprocess.run(command(tmp_path / "none.yaml", tmp_path / "out"), capture_output=True, text=True)
    assert wrong.returncode == 2 and "none.yaml" in wrong.stderr
