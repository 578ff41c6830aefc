import hashlib
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dumps import Killer, grown_mebibytes, read

from corpus_builder.sources.tables import read_parquet, read_stack


def stack_row(number: int, content: Any = None) -> dict[str, Any]:
    """A row of The Stack v1, all its kinds of column among them."""
    text = f"print({number})\n" if content is None else content
    return {
        "hexsha": hashlib.sha1(str(number).encode()).hexdigest(),
        "size": 9,
        "ext": "py",
        "lang": "Python",
        "max_stars_repo_path": f"src/file_{number}.py",
        "max_stars_repo_name": "someone/something",
        "max_stars_repo_head_hexsha": "0" * 40,
        "max_stars_repo_licenses": ["MIT", "Apache-2.0"],
        "max_stars_count": 1,
        "content": text,
        "avg_line_length": 9.0,
        "max_line_length": 9,
        "alphanum_fraction": 0.5,
    }


def parquet(table: pa.Table, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def stack(rows: int, **options: Any) -> bytes:
    return parquet(pa.Table.from_pylist([stack_row(n) for n in range(rows)]), **options)


def test_a_row_of_the_stack_is_a_document_with_its_licence() -> None:
    document = read(read_stack, stack(3)).documents[2]
    assert document.text == "print(2)\n"
    assert document.identity == f"{stack_row(2)['hexsha']}\nsomeone/something\nsrc/file_2.py"
    assert document.meta == {
        "licenses": "MIT,Apache-2.0",
        "lang": "Python",
        "repo": "someone/something",
        "path": "src/file_2.py",
        "ext": "py",
        "row": "2",
    }


def test_every_row_is_one_reading() -> None:
    rows = [stack_row(0), stack_row(1, ""), stack_row(2, " \n"), stack_row(3)]
    rows.append({**stack_row(4), "content": None})
    found = read(read_stack, parquet(pa.Table.from_pylist(rows)))
    assert len(found.documents) == 2
    assert found.dropped == ["empty_text", "empty_text", "null_text"]


def test_a_missing_column_is_said_once_with_the_columns_there_are() -> None:
    table = pa.table({"text": ["a", "b"], "hexsha": ["x", "y"]})
    found = read(read_stack, parquet(table), "python-0001.parquet")
    (poisoned,) = found.poisoned
    assert poisoned.error == "missing_column" and not found.documents
    assert "python-0001.parquet" in poisoned.message
    assert "no column content" in poisoned.message and "it has text, hexsha" in poisoned.message


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"x" * 500 + b"PAR1", b"<html></html>" * 40])
def test_what_is_no_parquet_file_is_said_once(data: bytes) -> None:
    assert read(read_stack, data).errors == ["not_parquet"]


def test_a_file_cut_off_is_no_parquet_file() -> None:
    assert read(read_parquet, stack(9)[:-9]).errors == ["not_parquet"]


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "none"])
def test_a_corrupt_row_group_costs_itself_and_each_of_its_rows_is_counted(compression: str) -> None:
    options = {"row_group_size": 100, "use_dictionary": False, "write_page_checksum": True}
    data = bytearray(stack(500, compression=compression, **options))
    group = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(2)
    content = next(c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == "content")
    end = content.data_page_offset + content.total_compressed_size
    data[end - 60 : end - 20] = b"\xee" * 40
    found = read(read_stack, bytes(data), "part.parquet")
    assert [int(d.meta["row"]) for d in found.documents] == [*range(200), *range(300, 500)]
    assert found.errors == ["row_group_corrupt"] * 100
    assert "part.parquet: row 200 of row group 2" in found.poisoned[0].message


def test_text_that_is_not_utf_8_costs_its_row() -> None:
    binary = pa.array([b"good", b"\xff\xfe", b"fine"], pa.binary())
    claimed = pa.Array.from_buffers(pa.string(), 3, binary.buffers())
    for column in (binary, claimed):
        found = read(read_parquet, parquet(pa.table({"text": column})))
        assert [d.text for d in found.documents] == ["good", "fine"]
        assert found.errors == ["invalid_utf8"]


def test_a_text_column_of_numbers_is_no_text() -> None:
    assert read(read_parquet, parquet(pa.table({"text": [1, 2]}))).errors == ["bad_text"] * 2


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_any_kind_of_string_column_is_read(kind: pa.DataType) -> None:
    table = pa.table({"text": pa.array(["一", "二", "一"]).cast(kind), "id": [7, 8, 9]})
    found = read(read_parquet, parquet(table))
    assert [d.text for d in found.documents] == ["一", "二", "一"]
    assert [d.identity.split("\n")[0] for d in found.documents] == ["7", "8", "9"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array(["2020-01-02"]), "2020-01-02"),
        (pa.array([date(2020, 1, 2)]), "2020-01-02"),
        (pa.array([datetime(2020, 1, 2, 3, 4, 5)], pa.timestamp("us")), "2020-01-02T03:04:05"),
        (pa.array([datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)], pa.timestamp("ns", "UTC")), "2020-01-02T03:04:05"),
        (pa.array(["last week"]), None),
    ],
)
def test_dates_are_iso_or_absent(column: pa.Array, expected: str | None) -> None:
    table = pa.table({"text": ["t"], "url": ["http://example.org/"], "timestamp": column})
    (document,) = read(read_parquet, parquet(table)).documents
    assert (document.date, document.url) == (expected, "http://example.org/")


def test_a_row_that_killed_a_process_is_not_touched() -> None:
    watch = Killer(70)
    found = read(read_stack, stack(100), watch=watch)
    assert len(found.documents) == 99 and found.errors == ["killed"]
    assert len(set(watch.entered)) == len(watch.entered)


def test_rows_whose_decoding_killed_a_process_are_given_up_up_to_the_next_group() -> None:
    """Positions from the count of rows on stand for the decoding of a batch."""
    found = read(read_stack, stack(200, row_group_size=100), watch=Killer(200 + 64))
    assert [int(d.meta["row"]) for d in found.documents] == [*range(64), *range(100, 200)]
    assert found.errors == ["killed"] * 36


def test_memory_is_of_a_batch_not_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "big.parquet"
    schema = pa.Table.from_pylist([stack_row(0)]).schema
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as writer:
        for group in range(4):
            rows = [stack_row(n, f"{n} = {'x' * 20_000}\n") for n in range(group * 1000, group * 1000 + 1000)]
            writer.write_table(pa.Table.from_pylist(rows, schema), row_group_size=1000)
    count, grown = grown_mebibytes("corpus_builder.sources.tables:read_stack", path)
    assert count == 4000
    assert grown < 100


@pytest.mark.shared
def test_the_code_of_the_installed_packages_is_read_as_the_stack() -> None:
    """Real code in The Stack's shape: what the interpreter running the tests has installed."""
    packages = Path(pytest.__file__).parent.parent
    rows = []
    for number, path in enumerate(sorted(packages.glob("*/*.py"))[:1500]):
        try:
            content = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        rows.append({**stack_row(number, content), "max_stars_repo_path": str(path.relative_to(packages))})
    found = read(read_stack, parquet(pa.Table.from_pylist(rows), row_group_size=200, compression="zstd"))
    assert len(found.documents) + len(found.dropped) == len(rows)
    assert [d.text for d in found.documents] == [row["content"] for row in rows if row["content"].strip()]
    assert len({d.identity for d in found.documents}) == len(found.documents)
