"""SQL is answered from what the build left: all of it, nothing else, and without reading more than is asked for."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE, build
from rich.console import Console

from corpus_builder.audit.query import session
from corpus_builder.audit.scan import Part, Piece, Relation, read
from corpus_builder.cli.answers import EXAMPLES, show_rows, show_views, write_rows
from corpus_builder.cli.main import main
from corpus_builder.engine.seal import outputs
from corpus_builder.errors import CallError
from corpus_builder.store import Store, at, write_parquet

BAD = [
    "COPY documents TO '{}'",
    "ATTACH '{}' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '{}'",
    "CREATE TABLE kept AS SELECT 1",
    "DROP VIEW documents",
    "SET enable_external_access = true",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_parquet('s3://bucket/key')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM store",
    "SELECT 1; SELECT 2",
    "",
    "SELEC 1",
]


@dataclass
class Counting:
    """A store that counts the bytes that are read of each file."""

    store: Store
    read: Counter[str] = field(default_factory=Counter)

    @property
    def root(self) -> str:
        return self.store.root

    def get(self, path: str) -> bytes | None:
        return self.store.get(path)

    def open(self, path: str) -> BinaryIO:
        counts, inner = self.read, self.store.open(path)

        class Counted(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def seekable(self) -> bool:
                return True

            def seek(self, offset: int, whence: int = 0) -> int:
                return inner.seek(offset, whence)

            def tell(self) -> int:
                return inner.tell()

            def read(self, size: int = -1) -> bytes:
                data = inner.read(size)
                counts[path] += len(data)
                return data

            def close(self) -> None:
                inner.close()
                super().close()

        return Counted()  # type: ignore[return-value]


def one(store: Store, sql: str) -> object:
    with session(store) as asked:
        [row] = asked.rows(sql)
        [value] = row.values()
        return value


def test_every_view_has_rows_and_as_many_as_it_says(built: Store) -> None:
    with session(built) as asked:
        for view in asked.views:
            [found] = asked.rows(f"SELECT count(*) AS n FROM {view.name}")
            assert found["n"] > 0 and view.rows in (None, found["n"]), view.name


def test_documents_are_those_of_the_files(built: Store) -> None:
    corpus = json.loads(built.get("corpus.json") or b"")
    with session(built) as asked:
        for output in outputs(built, corpus["seals"]["read"]["path"], "documents"):
            with built.open(output.path) as file:
                expected = pq.read_table(file).to_pylist()
            rows = asked.rows("SELECT * FROM documents WHERE path = ? ORDER BY row", [output.path])
            assert [r["row"] for r in rows] == list(range(len(expected)))
            for row, document in zip(rows, expected, strict=True):
                assert bytes.fromhex(row["id"]) == document["id"] and row["text"] == document["text"]
                for name, value in document["measures"].items():
                    assert row[name] == (None if value is None or value != value else value), name


def test_decisions_add_up_to_the_counts_of_the_stages(built: Store) -> None:
    corpus = json.loads(built.get("corpus.json") or b"")
    counts = {stage: seal["counts"] for stage, seal in corpus["seals"].items()}
    with session(built) as asked:
        rows = asked.rows("SELECT decision, count(*) AS n FROM decisions GROUP BY ALL")
        told = {row["decision"]: row["n"] for row in rows}
        assert told == {
            "kept": counts["encode"]["kept"],
            "rejected": sum(counts["judge"]["dropped"].values()),
            "duplicate": sum(counts["cluster"]["dropped"].values()),
        }
        wrong = "SELECT * FROM duplicates x JOIN documents d USING (path, row) WHERE x.removed <> d.id"
        assert asked.rows(wrong) == [] and told["duplicate"] > 0
        tokens = "SELECT count(DISTINCT doc_id) AS n FROM tokens JOIN decisions ON id = doc_id AND decision = 'kept'"
        assert asked.rows(tokens)[0]["n"] == told["kept"]


def test_undefined_measures_are_null_and_never_compare(tmp_path: Path) -> None:
    store = at(str(tmp_path))
    table = pa.table({"m": pa.array([1.0, float("nan"), None])})
    write_parquet(store, "a.parquet", table.schema, iter([table]))
    relation = Relation("a", table.schema, (Part({}, (Piece("a.parquet", {"m": "m"}),)),))
    assert [t.to_pydict() for t in read(store, relation, ["m"])] == [{"m": [1.0, None, None]}]
    assert [t.num_rows for t in read(store, relation, ["m"], ~(pc.field("m") < 0.5))] == [1]


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    store, count = Counting(at(str(tmp_path))), 1000
    texts = [random.Random(n).randbytes(1000).hex() for n in range(count)]
    table = pa.table({"source": ["a"] * count, "n": range(count), "text": texts})
    groups = (table.slice(start, 100) for start in range(0, count, 100))
    size = write_parquet(store.store, "a.parquet", table.schema, groups).bytes
    columns = {"n": "n", "text": "text"}
    parts = (Part({"source": "a"}, (Piece("a.parquet", columns),)), Part({"source": "b"}, (Piece("none", columns),)))
    relation = Relation("all", table.schema, parts)

    def read_of(wanted: list[str], filter_: pc.Expression) -> tuple[int, int]:
        """Rows that come, and bytes that were read for them."""
        store.read.clear()
        here = (pc.field("source") == "a") & filter_  # the file of b does not even exist
        rows = sum(t.num_rows for t in read(store, relation, wanted, here))  # type: ignore[arg-type]
        return rows, store.read.total()

    footer = 1 << 17
    assert read_of(["text"], pc.field("n") >= 0)[1] >= size - footer
    assert read_of(["source"], pc.scalar(True))[1] < footer
    rows, read_ = read_of(["source", "n"], pc.field("n") > 9)
    assert rows == 990 and read_ < footer
    rows, read_ = read_of(["text"], pc.field("n") == 555)
    assert rows == 1 and read_ < size / 10 + footer
    [one] = read(store, relation, ["n", "text"], (pc.field("source") == "a") & (pc.field("n") == 555))  # type: ignore[arg-type]
    assert one.to_pydict() == {"n": [555], "text": [texts[555]]}
    assert read_of(["text"], pc.field("n") < 0)[1] < footer


def test_files_of_other_sources_are_not_opened(built: Store) -> None:
    counting = Counting(built)
    with session(counting) as asked:  # type: ignore[arg-type]
        counting.read.clear()
        assert asked.rows("SELECT text FROM decisions JOIN documents USING (path, row, source) WHERE source = 'kaken'")
    opened = {path.split("/")[1] for path in counting.read if path.startswith("documents/")}
    assert opened == {"kaken"}


def test_leftovers_of_other_builds_are_not_asked(built: Store, tmp_path: Path) -> None:
    shutil.copytree(built.root, tmp_path / "out")
    [some, *_] = sorted((tmp_path / "out" / "documents" / "kaken").iterdir())
    shutil.copy(some, some.with_name("of-another-build.0000.parquet"))
    everything = "SELECT count(*) AS n FROM documents"
    assert one(at(str(tmp_path / "out")), everything) == one(built, everything)


@pytest.mark.parametrize("sql", BAD)
def test_what_writes_reads_elsewhere_or_is_no_sql_is_refused(built: Store, tmp_path: Path, sql: str) -> None:
    with session(built) as asked, pytest.raises(CallError) as told:
        asked.rows(sql.format(tmp_path / "stolen"))
    assert "\n" not in str(told.value) and list(tmp_path.iterdir()) == []


def test_a_wrong_name_is_told_with_a_hint(built: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", built.root, "SELECT * FROM document"]) == 2
    error = capsys.readouterr().err
    assert 'Did you mean "documents' in error and error.count("\n") == 1


def test_where_nothing_is_judged_nothing_is_decided(only_read: Store) -> None:
    assert one(only_read, "SELECT count(*) FROM decisions WHERE decision IS NULL") == one(
        only_read, "SELECT count(*) FROM documents"
    )
    for view in ("objections", "duplicates", "tokens", "mix"):
        assert one(only_read, f"SELECT count(*) FROM {view}") == 0


def test_a_missing_file_is_named_with_what_to_do(built: Store, tmp_path: Path) -> None:
    shutil.copytree(built.root, tmp_path / "out")
    [*_, last] = sorted((tmp_path / "out" / "documents" / "ja_cc").iterdir())
    last.unlink()
    with pytest.raises(CallError, match=rf"{last.name}.*corpus verify"):
        one(at(str(tmp_path / "out")), "SELECT count(id) FROM documents")


def test_the_examples_that_are_shown_work(built: Store) -> None:
    with session(built) as asked:
        console = Console(file=io.StringIO(), width=160)
        show_views(console, asked, "OUT")
        told = console.file.getvalue()  # type: ignore[attr-defined]
        for sql in EXAMPLES:
            assert sql in told and asked.rows(sql)
        assert all(f"{view.name}:" in told for view in asked.views)


def test_machines_get_every_row_in_each_format(built: Store, tmp_path: Path) -> None:
    columns = "id, date, meta, objections, n_chars, path, row"
    sql = f"SELECT {columns} FROM documents JOIN verdicts USING (id, path, row) ORDER BY path, row"
    with session(built) as asked:
        rows = asked.rows(sql)
        files = {form: io.BytesIO() for form in ("csv", "jsonl", "parquet")}
        for form, file in files.items():
            assert write_rows(asked.ask(sql), form, file) == len(rows)
    assert pq.read_table(pa.BufferReader(files["parquet"].getvalue())).to_pylist() == rows
    lines = [json.loads(line) for line in files["jsonl"].getvalue().decode().splitlines()]
    assert [line["id"] for line in lines] == [row["id"] for row in rows]
    assert lines[0]["objections"] == rows[0]["objections"] and lines[0]["date"] == str(rows[0]["date"])
    assert files["csv"].getvalue().count(b"\n") == len(rows) + 1


def test_people_get_some_rows_and_are_told_of_more(built: Store) -> None:
    with session(built) as asked:
        for sql, there in (("SELECT id, text FROM documents", True), ("SELECT * FROM documents LIMIT 2", False)):
            console = Console(file=io.StringIO(), width=120)
            show_rows(console, asked.ask(sql), 2)
            told = console.file.getvalue()  # type: ignore[attr-defined]
            assert ("there are more" in told) == there and "2 rows" in told
            assert one(built, "SELECT id FROM documents LIMIT 1") in told.replace("\n", "")


def test_an_interrupt_ends_a_query(built: Store) -> None:
    sql = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3"
    run = subprocess.Popen(
        [sys.executable, "-m", "corpus_builder.cli.main", "query", built.root, f"SELECT 1 UNION ALL {sql}"],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONUNBUFFERED": "1"},
    )
    with pytest.raises(subprocess.TimeoutExpired):
        run.wait(4)
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 1 and b"stopped" in error and b"Traceback" not in error


def test_a_corpus_on_s3_answers_as_one_in_a_folder(built: Store, s3_server: str) -> None:
    there = build(at(f"{s3_server}/asked"), "mix", SAMPLE, "notes", "kaken", "ja_cc")
    sql = "SELECT * FROM decisions JOIN documents USING (id, source, url, n_chars, lang, path, row) ORDER BY path, row"
    with session(built) as here, session(there) as far:
        assert here.rows(sql) == far.rows(sql) != []
