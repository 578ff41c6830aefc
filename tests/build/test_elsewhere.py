"""The same corpus on S3, on a cluster that loses a node, and from inputs far larger than a worker."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import little
import pytest
from rich.console import Console

from corpus_builder import build as road
from corpus_builder.audit.audit import audit
from corpus_builder.audit.verify import verify
from corpus_builder.cli.progress import BuildProgress
from corpus_builder.engine.runner import InlineRunner
from corpus_builder.manifest import load
from corpus_builder.order import prepare
from corpus_builder.store import Store, at

RAYLETS = Path(__file__).resolve().parents[1] / "engine" / "two_raylets.py"


def build(manifest: Path, store: Store, until: str = "mix") -> BuildProgress:
    with BuildProgress(Console(quiet=True)) as progress:
        road.build(prepare(load(manifest)), store, InlineRunner(2), until=until, progress=progress)
    return progress


@pytest.fixture
def http_folder(tmp_path: Path) -> Iterator[str]:
    """The test's folder behind a web server."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_corpus_on_s3_is_the_corpus_in_a_folder(tmp_path: Path, s3_server: str) -> None:
    manifest = little.write(tmp_path / "in", count=60)
    here, there = at(str(tmp_path / "out")), at(f"{s3_server}/whole")
    for store in (here, there):
        build(manifest, store)
        assert audit(store).ok and verify(store)[1:] == ([], [], [], [])
    assert here.list("") == there.list("")
    for path in here.list(""):
        assert here.get(path) == there.get(path), path


def test_inputs_over_s3_and_http_give_the_same_tokens(tmp_path: Path, s3_server: str, http_folder: str) -> None:
    manifest = little.write(tmp_path / "in", count=40)
    build(manifest, at(str(tmp_path / "reference")))
    expected = audit(at(str(tmp_path / "reference"))).corpus["build_hash"]
    remote, text = at(f"{s3_server}/inputs"), manifest.read_text()
    for path in sorted((tmp_path / "in").glob("*.jsonl")):
        remote.replace(path.name, path.read_bytes())
    digest = hashlib.sha256((tmp_path / "in/part-00.jsonl").read_bytes()).hexdigest()
    (tmp_path / "in/all.txt").write_text(
        f"{http_folder}/in/part-00.jsonl\t{digest}\n{http_folder}/in/part-01.jsonl\n{http_folder}/in/part-02.jsonl\n"
    )
    for place, inputs in (("s3", f'["{s3_server}/inputs/part-*.jsonl"]'), ("http", "[{list: all.txt}]")):
        manifest.write_text(text.replace('["part-*.jsonl"]', inputs))
        build(manifest, at(str(tmp_path / place)))
        assert audit(at(str(tmp_path / place))).corpus["build_hash"] == expected, place


def test_a_node_that_dies_changes_no_byte(tmp_path: Path) -> None:
    manifest = little.write(tmp_path / "in", files=12)
    build(manifest, at(str(tmp_path / "reference")))
    run = subprocess.run(
        [sys.executable, str(RAYLETS), str(manifest), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert run.returncode == 0, run.stderr
    [told] = [line.split() for line in run.stdout.splitlines() if line.startswith("RESULT")]
    _, build_hash, second_nodes = told
    assert second_nodes == "0"
    assert build_hash == audit(at(str(tmp_path / "reference"))).corpus["build_hash"]


def test_memory_of_a_worker_does_not_follow_its_input(tmp_path: Path) -> None:
    """300 MB of text in one gzip file, through every stage, in workers that stay well below 1 GiB."""
    manifest = little.write(tmp_path / "in", files=1, count=1)
    text = little.prose(1, 400)
    with gzip.open(tmp_path / "in" / "part-00.jsonl", "wt", compresslevel=1, encoding="utf-8") as file:
        for number in range(6000):
            file.write(json.dumps({"text": f"{number}\n{text[number % 500 :]}"}, ensure_ascii=False) + "\n")
    progress = build(manifest, at(str(tmp_path / "out")))
    peaks = {stage: usage.peak_bytes >> 20 for stage, usage in progress.usage.items()}
    assert max(peaks.values()) < 1024, peaks
