"""A file is whole or absent, and a claim is won once: in a folder and on a real S3 server."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_builder.errors import CallError
from corpus_builder.store import Store, alone, at, write_parquet


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return at(str(tmp_path))
    return at(f"{request.getfixturevalue('s3_server')}/{tmp_path.name}")


def test_what_is_created_can_be_read_and_listed(store: Store) -> None:
    with store.create("a/b.bin") as file:
        file.write(b"whole")
    with store.open("a/b.bin") as file:
        assert file.read() == b"whole"
    assert store.get("a/b.bin") == b"whole"
    assert store.list("a") == ["a/b.bin"] == store.list("")


def test_a_file_whose_writer_fails_does_not_exist(store: Store) -> None:
    with pytest.raises(RuntimeError, match="half-way"), store.create("a/half.bin") as file:
        file.write(b"x" * 100)
        raise RuntimeError("half-way")
    assert store.get("a/half.bin") is None and store.list("") == []


def test_a_claim_is_won_by_one_writer_of_many(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: store.claim("receipts/u.json", f"{n}".encode()), range(8)))
    assert won.count(True) == 1
    assert store.get("receipts/u.json") == f"{won.index(True)}".encode()


def test_what_is_absent_is_none_and_cannot_be_opened(store: Store) -> None:
    assert store.get("nothing") is None
    with pytest.raises(FileNotFoundError):
        store.open("nothing")


def test_replacing_and_removing(store: Store) -> None:
    store.replace("corpus.json", b"1")
    store.replace("corpus.json", b"2")
    assert store.get("corpus.json") == b"2"
    store.remove("corpus.json")
    store.remove("corpus.json")
    assert store.get("corpus.json") is None


def test_a_table_comes_back_and_its_digest_is_of_the_file(store: Store) -> None:
    import hashlib

    schema = pa.schema([("a", pa.int64())])
    tables = [pa.table({"a": [1, 2]}, schema), pa.table({"a": [3]}, schema)]
    output = write_parquet(store, "t.parquet", schema, iter(tables))
    assert (output.rows, output.sha256) == (3, hashlib.sha256(store.get("t.parquet") or b"").hexdigest())
    with store.open("t.parquet") as file:
        parquet = pq.ParquetFile(file)
        assert parquet.num_row_groups == 2 and parquet.read()["a"].to_pylist() == [1, 2, 3]


def test_a_store_travels(store: Store) -> None:
    assert pickle.loads(pickle.dumps(store)) == store


def test_a_file_is_no_place_for_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(CallError, match="out: is a file"):
        at(str(tmp_path / "out"))


def test_a_folder_is_held_by_one_build(tmp_path: Path) -> None:
    store = at(str(tmp_path / "new" / "out"))
    with alone(store), pytest.raises(CallError, match="another build is under way"), alone(store):
        pass
    with alone(store):
        assert store.list("") == []


def test_a_killed_writer_leaves_no_file_that_anybody_sees(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom corpus_builder.store import at\n"
        f"with at({str(tmp_path)!r}).create('a/b.bin') as f:\n"
        "    f.write(b'half'); f.flush(); print('.', flush=True); time.sleep(60)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert writer.stdout is not None and writer.stdout.read(1) == b"."
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert at(str(tmp_path)).list("") == []
