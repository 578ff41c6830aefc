from __future__ import annotations

import gzip

import pytest
from dumps import Killer, read, shared_files

from corpus_builder.sources.kaken import read_kaken

HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<grantAwards>
  <totalResults>2</totalResults><startIndex>1</startIndex><itemsPerPage>20</itemsPerPage>
"""
TAIL = "</grantAwards>\n"
PURPOSE = "本研究の目的は、架空の湖に棲む架空の魚がどのように越冬するかを明らかにすることである。"
RESULT = "標識した個体を追跡した結果、湖底の湧水の近くに集まることがわかった。"
ENGLISH = "The purpose of this study is to find out how imaginary fish spend the winter."


def paragraphs(kind: str, *texts: str, mark: str = "", sequence: int = 1) -> str:
    inner = "".join(f'<paragraph sequence="{n}">{text}</paragraph>' for n, text in enumerate(texts, 1))
    lang = f' xml:lang="{mark}"' if mark else ""
    return f'<paragraphList sequence="{sequence}" parentId="x" type="{kind}"{lang}>{inner}</paragraphList>'


def summary(lang: str, title: str, *inside: str) -> str:
    return f"""<summary xml:lang="{lang}"><title>{title}</title><category niiCode="1">基盤研究(C)</category>
    <institution sequence="1">架空大学</institution>
    <member sequence="1"><personalName><fullName>名前 人</fullName></personalName></member>
    {"".join(inside)}</summary>"""


def award(*inside: str, number: str = "00K00001", extra: str = "") -> str:
    return f"""<grantAward id="KAKENHI-PROJECT-{number}" recordSet="kakenhi" awardNumber="{number}">
  <created>2020-02-06T07:42:42Z</created>{extra}
  <urlList><url>https://kaken.nii.ac.jp/grant/KAKENHI-PROJECT-{number}/</url></urlList>
  {"".join(inside)}
</grantAward>
"""


def response(*awards: str) -> bytes:
    return (HEAD + "".join(awards) + TAIL).encode()


BOTH = award(
    summary("ja", "架空魚の越冬", paragraphs("purpose", PURPOSE), paragraphs("abstract", RESULT, sequence=2)),
    summary("en", "Wintering of imaginary fish", paragraphs("abstract", ENGLISH)),
    extra="<modified>2024-03-01T00:00:00Z</modified>",
)


def test_an_award_is_one_document_a_language() -> None:
    japanese, english = read(read_kaken, response(BOTH)).documents
    assert japanese.text == f"架空魚の越冬\n\n{PURPOSE}\n\n{RESULT}"
    assert english.text == f"Wintering of imaginary fish\n\n{ENGLISH}"
    assert japanese.identity == "KAKENHI-PROJECT-00K00001\nja"
    assert english.identity == "KAKENHI-PROJECT-00K00001\nen"
    assert japanese.url == "https://kaken.nii.ac.jp/grant/KAKENHI-PROJECT-00K00001/"
    assert japanese.date == "2024-03-01T00:00:00Z"
    assert japanese.meta == {
        "lang": "ja",
        "awardNumber": "00K00001",
        "category": "基盤研究(C)",
        "institution": "架空大学",
    }


def test_names_of_people_are_in_no_document() -> None:
    assert all("名前" not in repr(document) for document in read(read_kaken, response(BOTH)).documents)


def test_the_date_is_that_of_creation_where_nothing_was_modified() -> None:
    assert read(read_kaken, response(award(summary("ja", "題")))).documents[0].date == "2020-02-06T07:42:42Z"


def test_a_paragraph_goes_to_the_language_that_it_is_written_in() -> None:
    mixed = award(
        summary("ja", "架空魚の越冬", paragraphs("abstract", ENGLISH, PURPOSE)),
        summary("en", "Wintering of imaginary fish"),
        paragraphs("outline_of_research_performance", RESULT),
        paragraphs("outline_of_research_achievement", "It was found out.", mark="ja"),
    )
    japanese, english = read(read_kaken, response(mixed)).documents
    assert japanese.text == f"架空魚の越冬\n\n{PURPOSE}\n\n{RESULT}"
    assert english.text == f"Wintering of imaginary fish\n\n{ENGLISH}\n\nIt was found out."


def test_what_yearly_reports_repeat_is_there_once() -> None:
    repeated = award(
        summary("ja", "題名", paragraphs("purpose", PURPOSE)),
        paragraphs("outline_of_research_initial", PURPOSE, sequence=2),
        paragraphs("outline_of_research_performance", PURPOSE, RESULT, sequence=3),
        paragraphs("outline_of_research_performance", RESULT, sequence=1),
    )
    (document,) = read(read_kaken, response(repeated)).documents
    assert document.text == f"題名\n\n{PURPOSE}\n\n{RESULT}"


@pytest.mark.parametrize(
    "text",
    [
        "翌年度、交付申請を辞退するため、記入しない。",
        "本年度が最終年度であるため、記入しない。",
        "記入なし",
        "特になし。",
        "該当しない",
        "該当事項なし",
        "平成30年度が最終年度であるため",
        "育児のため研究を廃止したため",
        "None",
        "N/A",
        "―",
        "  ",
    ],
)
def test_paragraphs_that_say_that_nothing_was_entered_are_left_out(text: str) -> None:
    found = read(read_kaken, response(award(summary("ja", "題名", paragraphs("progress", text, RESULT)))))
    assert found.documents[0].text == f"題名\n\n{RESULT}"


@pytest.mark.parametrize(
    "text", ["台帳に名を記入しない慣行が村に残ることを示した。", "遅れの理由はなかった。", "廃止された鉄道を調べた。"]
)
def test_paragraphs_that_use_the_same_words_are_kept(text: str) -> None:
    found = read(read_kaken, response(award(summary("ja", "題名", paragraphs("progress", text)))))
    assert found.documents[0].text.endswith(text)


def test_budgets_and_notes_are_left_out() -> None:
    found = read(
        read_kaken,
        response(
            award(
                summary("ja", "題名", paragraphs("planning_budget_expenditure", "旅費に使う予定である。")),
                paragraphs("plan_of_carry_over", "繰り越して使う。"),
                paragraphs("note", "内定年度：2019"),
            )
        ),
    )
    assert found.documents[0].text == "題名"


def test_line_breaks_of_layout_are_joined_and_those_of_authors_stay() -> None:
    inside = (
        paragraphs("purpose", "\n        一行目の途中\n        で折られた。\n(2)二行目。"),
        paragraphs("abstract", "A wrapped\n          sentence.", sequence=2),
    )
    japanese, english = read(read_kaken, response(award(summary("ja", "題", *inside)))).documents
    assert japanese.text == "題\n\n一行目の途中で折られた。\n(2)二行目。"
    assert english.text == "A wrapped sentence."


def test_responses_one_after_another_and_bare_awards_are_read() -> None:
    second = response(award(summary("ja", "二つ目"), number="2"))
    found = read(read_kaken, response(award(summary("ja", "一つ目"), number="1")) + second)
    assert [d.text for d in found.documents] == ["一つ目", "二つ目"] and not found.poisoned
    assert read(read_kaken, award(summary("ja", "裸")).encode()).documents[0].text == "裸"
    assert not read(read_kaken, award(summary("ja", "裸")).encode()).poisoned


def test_an_answer_without_hits_is_whole_and_empty() -> None:
    assert read(read_kaken, response()) == ([], [], [])


def test_an_award_without_text_is_dropped_and_one_without_an_id_poisoned() -> None:
    found = read(read_kaken, response(award(), award(summary("ja", "題")).replace("<grantAward id", "<grantAward x")))
    assert found.dropped == ["empty_text"]
    assert len(found.documents) == 1
    nameless = '<grantAward recordSet="kakenhi"><summary><title>題</title></summary></grantAward>'
    assert read(read_kaken, response(nameless)).errors == ["no_id"]


def test_self_closing_awards_do_not_swallow_the_next() -> None:
    found = read(read_kaken, response('<grantAward id="KAKENHI-1"/>', award(summary("ja", "次"))))
    assert found.dropped == ["empty_text"]
    assert [d.text for d in found.documents] == ["次"]


def test_awards_before_a_cut_are_kept() -> None:
    data = response(*(award(summary("ja", f"題{n}"), number=str(n)) for n in range(4)))
    found = read(read_kaken, data[:-60], "page-7.xml")
    assert [d.text for d in found.documents] == ["題0", "題1", "題2"]
    assert found.errors == ["xml_truncated"] and "page-7.xml" in found.poisoned[0].message


def test_an_entity_bomb_is_refused_by_name() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + response(award(summary("ja", "&b;")))
    found = read(read_kaken, bomb)
    assert not found.documents
    assert found.errors == ["xml_entities_forbidden", "xml_invalid"]


def test_a_master_file_is_named_by_its_root() -> None:
    found = read(read_kaken, b"<?xml version='1.0'?><field_table_list><field/></field_table_list>", "field.xml")
    assert found.errors == ["not_kaken_awards"]
    assert "field.xml" in found.poisoned[0].message and "<field_table_list>" in found.poisoned[0].message


def test_compressed_answers_are_read() -> None:
    assert len(read(read_kaken, gzip.compress(response(BOTH))).documents) == 2


def test_an_award_that_killed_a_process_is_not_touched() -> None:
    data = response(award(summary("ja", "一"), number="1"), award(summary("ja", "二"), number="2"))
    found = read(read_kaken, data, watch=Killer(data.index(b"<grantAward ")))
    assert [d.text for d in found.documents] == ["二"] and found.errors == ["killed"]


@pytest.mark.shared
def test_real_answers_give_awards_and_real_master_files_are_named() -> None:
    for name, data in shared_files("kaken.tar.zst", ".xml"):
        found = read(read_kaken, data, name)
        if "master" in name:
            assert found.errors == ["not_kaken_awards"] and not found.documents
        else:
            assert found.documents and not found.poisoned, name
            assert {d.meta["lang"] for d in found.documents} == {"ja", "en"}
