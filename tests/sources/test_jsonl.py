import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import zstandard
from dumps import Killer, grown_mebibytes, read, shared_files

from corpus_builder.sources.jsonl import LONGEST_LINE, Line, lines, read_dolma, read_jsonl


def jsonl(*records: Any) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def dolma(number: int, text: str = "A sentence.", **fields: Any) -> dict[str, Any]:
    return {"id": f"doc-{number}", "text": text, "source": "made-up", **fields}


def test_every_line_comes_out_as_exactly_one_reading() -> None:
    data = jsonl({"text": "一"}, {"text": "  "}, {"text": 3}, {"no": 1}, [1]) + b"\n{broken\n" + jsonl({"text": "二"})
    found = read(read_jsonl, data)
    assert [document.text for document in found.documents] == ["一", "二"]
    assert found.dropped == ["empty_text", "empty_line"]
    assert found.errors == ["bad_text", "no_text", "not_an_object", "invalid_json"]


def test_messages_name_the_file_and_the_line_and_no_text() -> None:
    data = jsonl({"text": "fine"}) + b'{"text": "secret words"\n' + jsonl({"body": "secret words"})
    broken, lacking = read(read_jsonl, data, "part-7.jsonl").poisoned
    assert "part-7.jsonl: line 2" in broken.message
    assert "line 3: no field 'text'; its fields are body" in lacking.message
    assert "secret" not in broken.message + lacking.message


def test_offset_and_length_fetch_the_line_of_a_plain_file_again() -> None:
    data = jsonl({"text": "いち"}, {"text": "に"}) + b'{"text": "last, without a line feed"}'
    for document in read(read_jsonl, data).documents:
        raw = data[document.offset : document.offset + document.length]
        assert json.loads(raw)["text"] == document.text


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_compressed_file_reads_the_same_and_tells_the_line_instead(compress: Any) -> None:
    data = jsonl(*(dolma(n) for n in range(50)))
    plain, packed = read(read_dolma, data), read(read_dolma, compress(data))
    assert [d.identity for d in plain.documents] == [d.identity for d in packed.documents]
    assert all((d.offset, d.length) == (-1, -1) for d in packed.documents)
    assert packed.documents[41].meta["line"] == "42"
    assert "line" not in plain.documents[41].meta


def test_ids_that_repeat_with_other_texts_are_other_documents() -> None:
    found = read(read_dolma, jsonl(dolma(1, "one"), dolma(1, "two"), dolma(1, "one")))
    first, second, third = (document.identity for document in found.documents)
    assert first != second and first == third
    assert first.startswith("doc-1\n")


def test_an_identity_is_free_of_the_file_and_the_place() -> None:
    records = [{"text": f"text {n}"} for n in range(9)]
    whole = read(read_jsonl, jsonl(*records), "a")
    part = read(read_jsonl, gzip.compress(jsonl(*records[4:])), "b")
    assert [d.identity for d in whole.documents[4:]] == [d.identity for d in part.documents]


def test_dolma_requires_id_text_and_source() -> None:
    found = read(read_dolma, jsonl({"id": "1", "text": "t"}, {"text": "t", "source": "s"}, {"id": [1], "text": "t"}))
    assert found.errors == ["no_source", "no_id", "bad_id"]


def test_attribute_files_are_not_taken_for_documents() -> None:
    found = read(read_dolma, jsonl({"id": "1", "attributes": {"toxic": [[0, 9, 0.1]]}}), "a.json.gz")
    assert found.errors == ["no_text"]
    assert "its fields are attributes, id" in found.poisoned[0].message


def test_fields_of_dolma_and_of_llm_jp_are_found() -> None:
    metadata = {"url": "http://example.org/a", "license": "CC-BY", "perplexity": 3.5, "title": "x" * 999}
    record = dolma(1, created="2020-03-29T09:04:10Z", added="2023-04-07", version="v1", metadata=metadata)
    (document,) = read(read_dolma, jsonl(record)).documents
    assert (document.url, document.date) == ("http://example.org/a", "2020-03-29T09:04:10Z")
    assert document.meta == {"source": "made-up", "version": "v1", "license": "CC-BY"}
    meta = {"docId": "d9", "url": "http://example.jp/", "date": "2019-05-01T00:00:00Z", "charset": "UTF-8"}
    (document,) = read(read_jsonl, jsonl({"text": "本文", "meta": meta})).documents
    assert document.identity.startswith("d9\n")
    assert (document.url, document.date) == ("http://example.jp/", "2019-05-01T00:00:00Z")


def test_dates_are_iso_or_absent() -> None:
    stamps = ["2020-01-02", 1585472650, "yesterday", None]
    found = read(read_jsonl, jsonl(*({"text": "t", "timestamp": stamp} for stamp in stamps)))
    assert [d.date for d in found.documents] == ["2020-01-02", "2020-03-29T09:04:10+00:00", None, None]


def test_an_id_that_is_an_address_is_the_address() -> None:
    (document,) = read(read_dolma, jsonl({"id": "http://example.org/x", "text": "t", "source": "s"})).documents
    assert document.url == "http://example.org/x"


def test_lone_surrogates_are_replaced_and_pairs_joined() -> None:
    data = b'{"text": "a\\ud83d\\ude00b\\ud83dc", "id": "\\udc00"}\n'
    (document,) = read(read_jsonl, data).documents
    assert document.text == "a😀b\ufffdc"
    assert document.identity.startswith("\ufffd\n")


def test_numbers_that_are_none_and_a_byte_order_mark_cost_no_record() -> None:
    data = b'\xef\xbb\xbf{"text": "one"}\n{"text": "two", "metadata": {"score": NaN, "worst": -Infinity}}\r\n'
    assert [d.text for d in read(read_jsonl, data).documents] == ["one", "two"]


@pytest.mark.parametrize(
    "line", [b'{"text": "\xff\xfe"}', b'{"text": "a', b"null", b"[" * 200_000, b"\x00\x01", b'{"text": "a"} {}']
)
def test_a_hostile_line_costs_only_itself(line: bytes) -> None:
    found = read(read_jsonl, jsonl({"text": "before"}) + line + b"\n" + jsonl({"text": "after"}))
    assert [d.text for d in found.documents] == ["before", "after"]
    assert len(found.errors) == 1


def test_a_line_over_the_limit_is_passed_over_without_being_held() -> None:
    pieces = iter([b"ab\n" + b"x" * 40, b"y" * 40, b"\ncd\n", b"z" * 61 + b"\nef"])
    assert list(lines(pieces, limit=60)) == [
        Line(1, 0, 2, b"ab"),
        Line(2, 3, 80, None),
        Line(3, 84, 2, b"cd"),
        Line(4, 87, 61, None),
        Line(5, 149, 2, b"ef"),
    ]


def test_an_endless_line_takes_no_memory() -> None:
    piece = b"x" * (1 << 16)
    tracemalloc.start()
    try:
        (line,) = lines((piece + b"%d" % n for n in range(1000)), limit=1 << 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(line, Line) and line.data is None and line.length > 1000 << 16
    assert peak < 4 << 20


def test_a_line_over_the_limit_is_poisoned_with_its_place() -> None:
    data = jsonl({"text": "a"}) + b'{"text": "' + b"x" * LONGEST_LINE + b'"}\n' + jsonl({"text": "b"})
    found = read(read_jsonl, data)
    assert [d.text for d in found.documents] == ["a", "b"]
    (poisoned,) = found.poisoned
    assert (poisoned.error, poisoned.offset, poisoned.length) == ("line_too_long", 14, LONGEST_LINE + 12)


def test_a_cut_file_gives_the_lines_before_the_cut() -> None:
    data = gzip.compress(jsonl(*(dolma(n, f"text {n * n}") for n in range(3000))))
    found = read(read_dolma, data[:-200], "c4-0001.json.gz")
    assert [d.text for d in found.documents] == [f"text {n * n}" for n in range(len(found.documents))]
    assert len(found.documents) > 2500
    assert found.errors == ["gzip_truncated"]
    assert found.poisoned[0].offset == len(data) - 200
    assert "c4-0001.json.gz" in found.poisoned[0].message


def test_a_corrupt_member_costs_only_its_lines() -> None:
    members = [gzip.compress(jsonl(*(dolma(100 * m + n) for n in range(100)))) for m in range(3)]
    torn = members[1][: len(members[1]) // 2] + b"\xff" * 40
    found = read(read_dolma, members[0] + torn + members[2])
    numbers = [int(d.identity.split("\n")[0][4:]) for d in found.documents]
    assert numbers[:100] == list(range(100)) and numbers[-100:] == list(range(200, 300))
    assert "gzip_corrupt" in found.errors


def test_a_record_that_killed_a_process_is_not_touched() -> None:
    data = jsonl({"text": "a"}, {"text": "b"}, {"text": "c"})
    watch = Killer(14)
    found = read(read_jsonl, data, watch=watch)
    assert [d.text for d in found.documents] == ["a", "c"]
    assert found.errors == ["killed"] and watch.entered == [0, 14, 28]


def test_memory_is_of_one_line_not_of_the_file(tmp_path: Path) -> None:
    text = "吾輩は猫である。名前はまだ無い。" * 200
    path = tmp_path / "many.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for number in range(100):
            file.write(jsonl(*(dolma(number * 100 + n, f"{n}{text}") for n in range(100))))
    count, grown = grown_mebibytes("corpus_builder.sources.jsonl:read_dolma", path)
    assert count == 10_000
    assert grown < 64


@pytest.mark.shared
def test_the_documents_of_dolma_s_own_tests_are_read_and_its_attributes_are_not() -> None:
    for name, data in shared_files("dolma.tar.zst", ".jsonl", ".jsonl.gz", ".json.gz", ".jsonl.zst"):
        if "dolma-tests" not in name or "/formats/" in name:
            continue
        found = read(read_dolma, data, name)
        if "/attributes/" in name or "/dedupe-" in name:
            assert not found.documents and set(found.errors) == {"no_text"}
        else:
            assert found.documents and not found.poisoned, name
            assert all(d.url and d.url.startswith("http") for d in found.documents)


@pytest.mark.shared
def test_lines_of_other_projects_are_read_as_plain_json_lines() -> None:
    for name, data in shared_files("dolma.tar.zst", "sample_in_100.jsonl", "majority_data.jsonl"):
        found = read(read_jsonl, data, name)
        assert len(found.documents) == data.count(b"\n") + (not data.endswith(b"\n")), name
