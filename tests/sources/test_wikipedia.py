import bz2
import gzip
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from dumps import Killer, grown_mebibytes, read, shared_files

from corpus_builder.sources.wikipedia import read_wikipedia
from corpus_builder.sources.xml_elements import Span, spans

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="ja">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <dbname>jawiki</dbname>
    <base>https://ja.wikipedia.org/wiki/%E3%83%A1%E3%82%A4%E3%83%B3</base>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="6" case="first-letter">ファイル</namespace>
      <namespace key="14" case="first-letter">Luokka</namespace>
    </namespaces>
  </siteinfo>
"""
TAIL = "</mediawiki>\n"


def page(number: int, text: str = "本文である。", title: str = "", ns: int = 0, extra: str = "") -> str:
    return f"""  <page>
    <title>{title or f"記事{number}"}</title>
    <ns>{ns}</ns>
    <id>{number}</id>{extra}
    <revision>
      <id>{number + 1000}</id>
      <timestamp>2024-01-20T12:00:00Z</timestamp>
      <contributor><username>someone</username><id>7</id></contributor>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="9" xml:space="preserve">{escape(text)}</text>
    </revision>
  </page>
"""


def dump(*pages: str) -> bytes:
    return (HEAD + "".join(pages) + TAIL).encode()


def titles(found_documents: list[str]) -> list[str]:
    return [text.split("\n")[0] for text in found_documents]


def test_an_article_is_its_title_and_its_text() -> None:
    source = "'''東京'''は[[日本]]の首都。\n== 歴史 ==\n古い。\n== 脚注 ==\n<references/>\n[[Luokka:都市]]"
    (document,) = read(read_wikipedia, dump(page(3, source, "東京 (都市)"))).documents
    assert document.text == "東京 (都市)\n\n東京は日本の首都。\n\n歴史\n古い。"
    assert document.identity == "jawiki\n3\n1003"
    assert document.url == "https://ja.wikipedia.org/wiki/%E6%9D%B1%E4%BA%AC_(%E9%83%BD%E5%B8%82)"
    assert (document.date, document.meta) == ("2024-01-20T12:00:00Z", {"lang": "ja"})


def test_offset_and_length_fetch_the_page_of_a_plain_dump_again() -> None:
    data = dump(*(page(n) for n in range(5)))
    document = read(read_wikipedia, data).documents[3]
    raw = data[document.offset : document.offset + document.length].decode()
    assert raw.startswith("<page>") and raw.endswith("</page>") and "<id>3</id>" in raw


def test_pages_that_are_no_articles_are_dropped_by_name() -> None:
    found = read(
        read_wikipedia,
        dump(
            page(1, "話", "ノート:東京", ns=1),
            page(2, "#REDIRECT [[東京]]", extra='\n    <redirect title="東京" />'),
            page(3, "#転送 [[東京]]"),
            page(4, "* [[甲]]\n* [[乙]]\n{{aimai}}"),
            page(5, " "),
            page(6, "{{Infobox}}"),
            page(7, "{}").replace("<model>wikitext", "<model>json"),
        ),
    )
    assert not found.documents and not found.poisoned
    assert found.dropped == [
        *("namespace", "redirect", "redirect", "disambiguation"),
        *("empty_text", "empty_text", "content_model"),
    ]


@pytest.mark.parametrize(
    "template",
    [
        *("{{Dmbox|a}}", "{{曖昧さ回避}}", "{{人名の曖昧さ回避}}", "{{Aimai}}"),
        *("{{disambig}}", "{{Disambiguation|geo}}", "{{hndis|Smith}}", "{{Human name disambiguation}}", "{{dab}}"),
        *("{{消歧义}}", "{{消歧義}}", "{{地名消歧義}}", "{{동음이의}}", "{{동명이인}}", "__DISAMBIG__"),
    ],
)
def test_disambiguation_pages_are_known_in_four_languages(template: str) -> None:
    assert read(read_wikipedia, dump(page(1, f"'''甲'''\n* 乙\n{template}"))).dropped == ["disambiguation"]


@pytest.mark.parametrize(
    "text", ["{{Otheruses|a|甲 (曖昧さ回避)}}本文", "[[曖昧さ回避]]とは", "{{disambiguation needed}}本文"]
)
def test_articles_that_only_mention_disambiguation_are_kept(text: str) -> None:
    assert len(read(read_wikipedia, dump(page(1, text))).documents) == 1


def test_one_or_many_streams_and_any_compression_read_the_same() -> None:
    pages = [page(n) for n in range(30)]
    streams = [HEAD, *("".join(pages[n : n + 10]) for n in (0, 10, 20)), TAIL]
    expected = [d.identity for d in read(read_wikipedia, dump(*pages)).documents]
    assert len(expected) == 30
    for data in (
        bz2.compress(dump(*pages)),
        gzip.compress(dump(*pages)),
        b"".join(bz2.compress(stream.encode()) for stream in streams),
    ):
        found = read(read_wikipedia, data)
        assert [d.identity for d in found.documents] == expected and not found.poisoned
        assert found.documents[0].offset == -1


def test_pages_of_a_stream_without_a_head_are_named_by_the_file() -> None:
    stream = "".join(page(n) for n in range(3)).encode()
    found = read(read_wikipedia, bz2.compress(stream), "jawiki-20240120-pages-articles1.xml-p1p99.bz2")
    assert [d.identity for d in found.documents] == [f"jawiki\n{n}\n{n + 1000}" for n in range(3)]
    assert not found.poisoned and found.documents[0].url is None


@pytest.mark.parametrize("cut", [10, 100, 700])
def test_pages_before_a_cut_are_kept_and_the_cut_is_told(cut: int) -> None:
    data = dump(*(page(n) for n in range(9)))
    found = read(read_wikipedia, data[:-cut], "cut.xml")
    assert len(found.documents) == {10: 9, 100: 8, 700: 7}[cut]
    assert found.errors == ["xml_truncated"]
    assert "cut.xml" in found.poisoned[0].message


def test_a_cut_bzip2_file_tells_its_own_damage_once() -> None:
    data = b"".join(bz2.compress(part.encode()) for part in (HEAD, page(1), page(2), page(3)))
    found = read(read_wikipedia, data[:-30])
    assert len(found.documents) == 2
    assert found.errors == ["bz2_truncated"]


def test_a_corrupt_stream_costs_only_its_own_pages() -> None:
    streams = [bz2.compress(part.encode()) for part in (HEAD, page(1) + page(2), page(3) + page(4), page(5), TAIL)]
    broken = bytearray(streams[2])
    broken[60:70] = bytes(10)
    found = read(read_wikipedia, b"".join([*streams[:2], bytes(broken), *streams[3:]]))
    assert titles([d.text for d in found.documents]) == ["記事1", "記事2", "記事5"]
    assert found.errors == ["bz2_corrupt"]
    assert found.poisoned[0].length > 0


def test_an_entity_bomb_is_refused_and_the_other_pages_are_read() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?>\n<!DOCTYPE mediawiki [<!ENTITY l0 "ha">{laughs}]>\n'
    data = bomb.encode() + dump(page(1), page(2).replace("本文", "&l9;"), page(3))
    found = read(read_wikipedia, data)
    assert titles([d.text for d in found.documents]) == ["記事1", "記事3"]
    assert found.errors == ["xml_entities_forbidden", "xml_invalid"]


def test_external_entities_are_not_fetched() -> None:
    declared = b'<!DOCTYPE mediawiki [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    found = read(read_wikipedia, declared + dump(page(1).replace("本文", "&x;")))
    assert not found.documents
    assert found.errors == ["xml_entities_forbidden", "xml_invalid"]


def test_a_malformed_page_costs_only_itself() -> None:
    data = dump(page(1), page(2).replace("</revision>", ""), page(3).replace("<id>3</id>", ""), page(4))
    found = read(read_wikipedia, data)
    assert titles([d.text for d in found.documents]) == ["記事1", "記事4"]
    assert found.errors == ["xml_invalid", "page_incomplete"]


def test_a_page_that_never_ends_costs_only_itself() -> None:
    found = read(read_wikipedia, dump(page(1), page(2).replace("</page>", ""), page(3)))
    assert titles([d.text for d in found.documents]) == ["記事1", "記事3"]
    assert found.errors == ["xml_truncated"]


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 16])
def test_where_the_pieces_of_a_stream_end_changes_nothing(size: int) -> None:
    data = dump(page(1), page(2), "<page/>", page(3))[:-4]
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    cut = list(spans(pieces, "page"))
    assert cut == list(spans(iter([data]), "page"))
    assert b"".join(span.data for span in cut if isinstance(span, Span)) == data
    assert [span.kind for span in cut if isinstance(span, Span)].count("element") == 4


def test_a_page_beyond_the_limit_is_passed_over() -> None:
    found = read(read_wikipedia, dump(page(1), page(2, "長" * (6 << 20)), page(3)))
    assert titles([d.text for d in found.documents]) == ["記事1", "記事3"]
    assert found.errors == ["xml_too_large"]


@pytest.mark.parametrize("data", [b"", b"\x00\x01 no markup", b"<html><body>page</body></html>", b"{}"])
def test_what_is_no_dump_is_said_once(data: bytes) -> None:
    found = read(read_wikipedia, data, "thing.xml")
    assert found.errors == ["not_mediawiki_pages"] and not found.documents
    assert "thing.xml" in found.poisoned[0].message


def test_a_dump_without_pages_is_whole() -> None:
    assert read(read_wikipedia, dump()) == ([], [], [])


def test_a_dump_in_utf_16_is_read() -> None:
    found = read(read_wikipedia, dump(page(1)).decode().encode("utf-16"))
    assert found.documents[0].text == "記事1\n\n本文である。"
    assert found.documents[0].offset == -1


def test_of_several_revisions_the_last_is_read() -> None:
    old = "    <revision><id>5</id><timestamp>2001-01-01T00:00:00Z</timestamp><text>旧い</text></revision>\n"
    (document,) = read(read_wikipedia, dump(page(1).replace("  </page>", old + "  </page>"))).documents
    assert document.identity == "jawiki\n1\n1001" and "旧い" not in document.text


def test_a_page_that_killed_a_process_is_not_touched() -> None:
    data = dump(page(1), page(2))
    second = data.rindex(b"<page>")
    found = read(read_wikipedia, data, watch=Killer(second))
    assert titles([d.text for d in found.documents]) == ["記事1"]
    assert found.errors == ["killed"] and found.poisoned[0].offset == second


def test_memory_is_of_a_page_not_of_the_dump(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml.gz"
    body = "[[東京]]は{{lang|en|Tokyo}}という。" + f"<!-- {'長い注' * 4000} -->"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEAD.encode())
        for number in range(3000):
            file.write(page(number, f"{number} {body}").encode())
        file.write(TAIL.encode())
    count, grown = grown_mebibytes("corpus_builder.sources.wikipedia:read_wikipedia", path)
    assert count == 3000
    assert grown < 64


@pytest.mark.shared
def test_every_page_of_the_shared_dumps_is_accounted_for() -> None:
    pages = read_pages = 0
    for name, data in shared_files("wiki.tar.zst", ".xml", ".xml.bz2", "-shortened.bz2"):
        raw = bz2.decompress(data) if name.endswith("bz2") else data
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raw = raw.decode("utf-16").encode()
        found = read(read_wikipedia, data, name)
        assert not found.poisoned, (name, found.poisoned)
        assert len(found.documents) + len(found.dropped) == raw.count(b"<page>"), name
        pages += raw.count(b"<page>")
        read_pages += len(found.documents)
    assert pages > 3000 and read_pages > 2000


@pytest.mark.shared
@pytest.mark.parametrize(
    ("code", "words"), [("ja", "都市州である。"), ("zh", "德国最大的城市"), ("ko", "독일의 수도이다."), ("en", "")]
)
def test_articles_of_the_four_languages_are_free_of_markup(code: str, words: str) -> None:
    for name, data in shared_files("wiki.tar.zst", f"/minidumps/{code}/wiki.xml.bz2"):
        texts = [document.text for document in read(read_wikipedia, data, name).documents]
        assert any(words in text for text in texts)
        for text in texts:
            for mark in ("{{", "}}", "[[", "]]", "'''", "<ref", "{|", "（）", "&nbsp;", "\n== "):
                assert mark not in text, (name, mark, text[:80])
