"""The whole road on real pages, PDFs, dumps and code: every source has tokens and every sum closes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

PREPARE = Path(__file__).resolve().parent / "prepare.py"
KEYS = {
    "documents_in",
    "documents_kept",
    "dropped",
    "quarantined",
    "tokens_unique",
    "passes",
    "tokens_consumed",
    "budget_tokens",
    "variance",
}


def corpus(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "corpus_builder.cli.main", *arguments], capture_output=True, text=True)


@pytest.mark.shared
def test_real_input_becomes_a_corpus_that_can_be_audited(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(PREPARE), str(tmp_path / "in")], check=True, capture_output=True)
    built = corpus("build", str(tmp_path / "in/real.yaml"), "--out", str(tmp_path / "out"))
    assert built.returncode == 0, built.stdout + built.stderr
    told = corpus("audit", str(tmp_path / "out"), "--json")
    assert told.returncode == 0
    body = json.loads(told.stdout)
    assert set(body) == {"sources", "total", "gates", "build_hash"}
    for name, line in body["sources"].items():
        assert set(line) == KEYS
        assert line["tokens_unique"] > 0, name
        assert line["tokens_consumed"] == line["passes"] * line["tokens_unique"], name
        closed = line["documents_kept"] + sum(line["dropped"].values()) + line["quarantined"]
        assert line["documents_in"] == closed, name
    assert all(gate["ok"] for gate in body["gates"])
    shards = list((tmp_path / "out/tokens").rglob("*.parquet"))
    counted = sum(pq.read_table(s, columns=["n_tokens"])["n_tokens"].to_numpy().sum() for s in shards)
    assert counted == body["total"]["tokens_consumed"]
    assert corpus("verify", str(tmp_path / "out")).returncode == 0
