import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.extract.wikitext import to_text

MARKS = ["{{", "}}", "{{{", "}}}", "[[", "]]", "|", "\n", "\n{|", "\n|}", "\n|-\n", "<ref>", "</ref>", "<!--", "-->"]
MARKS += ["''", "'''", "== a ==", "\n=", "=\n", "* ", "lang|en|", "<nowiki>", "</nowiki>", "（", "）", "、", "-{", "}-"]
MARKS += ["File:a.png|", "http://a ", "[http://a b]", "<br>", "&lt;", "&#123;", "文", " ", "x=", "__TOC__", "ruby|a|b"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{読み仮名|東雲|しののめ}}は", "東雲（しののめ）は"),
        ("{{読み仮名_ruby不使用|東雲|しののめ|English}}は", "東雲（しののめ）は"),
        ("{{ruby|都|みやこ}}", "都"),
        ("<ruby>都<rp>（</rp><rt>みやこ</rt><rp>）</rp></ruby>", "都"),
        ("{{lang|en|Tokyo}}と{{Lang-fr|Paris}}", "TokyoとParis"),
        ("{{仮リンク|甲乙|en|A B}}と{{仮リンク|甲|en|A|label=丙}}", "甲乙と丙"),
        ("{{Convert|5|km}}先", "5 km先"),
        ("{{convert|5|-|10|sqkm|sqmi|abbr=on}}", "5–10 km²"),
        ("{{要出典範囲|雨が多い|date=2020年}}。", "雨が多い。"),
        ("雨が多い{{要出典|date=2020年}}。", "雨が多い。"),
        ("{{lang|ja|2={{ruby|字|じ}}}}", "字"),
        ("{{Infobox\n|name={{lang|en|A}}\n|x=[[b|c]]\n}}本文", "本文"),
        ("{{nihongo|Sea|海|umi}}", "Sea (海, umi)"),
        ("{{frac|1|2}} {{frac|3|1|2}}", "1/2 3 1/2"),
        ("{{chem|H|2|O}}", "H2O"),
        ("{{formatnum:12345}}人", "12345人"),
        ("1990{{snd}}2000", "1990 – 2000"),
        ("-{zh-hans:计算机; zh-hant:電腦}-と-{T|zh:x}--{字}-", "计算机と字"),
        ("{{{1|既定}}}値", "値"),
    ],
)
def test_templates_of_running_text_say_what_they_show(source: str, text: str) -> None:
    assert to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[[日本]]の[[首都|都]]", "日本の都"),
        ("[[東京 (曖昧)|]]と[[#節]]", "東京と節"),
        ("[[File:a.jpg|thumb|説明の[[リンク|link]]と{{lang|en|x}}]]本文", "本文"),
        ("[[ファイル:a.jpg|200px]][[Datei:b.svg|mini|Bild]]本文", "本文"),
        ("[[Category:都市]][[カテゴリ:国|こ]][[en:Tokyo]]本文", "本文"),
        ("[[:Category:都市|都市]]と[[:en:Tokyo|Tokyo]]", "都市とTokyo"),
        ("[http://example.org/ 公式]と[https://example.org/]。", "公式と。"),
        ("'''太字'''と''斜体''と'''''両方'''''", "太字と斜体と両方"),
        ("l'''amour'' isn't", "lamour isn't"),
    ],
)
def test_links_show_their_labels_and_files_nothing(source: str, text: str) -> None:
    assert to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("甲<ref>出典{{cite|a}}</ref>乙<ref name=a />丙", "甲乙丙"),
        ("甲<!-- 見えない\n\n -->乙<!-- 終わらない", "甲乙"),
        ("前<math>x^2</math>後<gallery>\nFile:a.png|b\n</gallery>", "前後"),
        ("前\n{| class=x\n! 見出し\n|-\n| {{lang|en|a}} || [[b]]\n{|\n| 内\n|}\n|}\n後", "前\n\n後"),
        ("前\n{|\n| 終わらない表\n! a !! b\n後", "前\n\n後"),
        ("前<table><tr><td>表</td></tr></table>後", "前後"),
        ("<nowiki>'''[[そのまま]]'''</nowiki> &lt;b&gt; &amp;amp;", "'''[[そのまま]]''' <b> &amp;"),
        ("一<br />二<span style='x'>三</span>H<sub>2</sub>O", "一\n二三H2O"),
        ("__NOTOC__本文__目次強制__", "本文"),
        ("3 < 5 と 7 > 2", "3 < 5 と 7 > 2"),
        ("甲&nbsp;乙&#x3042;", "甲 乙あ"),
    ],
)
def test_notes_tables_and_tags_are_gone_and_text_around_them_stays(source: str, text: str) -> None:
    assert to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("東京（{{IPA-ja|x}}）は", "東京は"),
        ("東京（{{x}}、{{lang|en|Tokyo}}）は", "東京（Tokyo）は"),
        ("東京（とうきょう、{{x}}）は", "東京（とうきょう）は"),
        ("東京（{{x}}、{{y}} ; ）は", "東京は"),
        ("甲（乙（{{x}}））", "甲（乙）"),
        ("Tokyo ({{x}}) is", "Tokyo is"),
        ("A ({{x}}; born 1950) is", "A (born 1950) is"),
        ("関数main()を呼ぶ", "関数main()を呼ぶ"),
        ("ベルリン（{{lang|de|Berlin}}、{{x}}、伯林）", "ベルリン（Berlin、伯林）"),
    ],
)
def test_brackets_that_templates_left_empty_are_removed(source: str, text: str) -> None:
    assert to_text(source) == text


def test_lines_are_paragraphs_headings_and_items() -> None:
    source = "前文。\n\n\n\n二段目。\n== 歴史 ==\n=== 古代 ===\n* 甲\n** [[乙]]\n# 丙\n; 語\n: 説明\n----\n* {{x}} - 丁"
    assert to_text(source).split("\n") == [
        *("前文。", "", "二段目。", "", "歴史", "古代"),
        *("- 甲", "- 乙", "- 丙", "語", "説明", "", "- 丁"),
    ]


def test_headings_without_a_line_below_are_left_out() -> None:
    assert to_text("一\n== 空 ==\n=== 表のみ ===\n{|\n| a\n|}\n== 次 ==\n二\n== 終 ==\n") == "一\n\n次\n二"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        *(
            ("ja", t)
            for t in ("脚注", "出典", "参考文献", "関連項目", "外部リンク", "注釈", "脚注・出典", "注釈および出典")
        ),
        *(("en", t) for t in ("References", "See also", "External links", "Further reading", "Notes and references")),
        *(("zh", t) for t in ("参考文献", "參見", "外部链接", "外部連結", "注释与参考文献")),
        *(("ko", t) for t in ("각주", "같이 보기", "외부 링크", "참고 문헌", "각주 및 참고 문헌")),
    ],
)
def test_reference_sections_are_cut_and_what_follows_them_stays(language: str, title: str) -> None:
    source = f"甲\n== {title} ==\n* 乙\n=== 丙 ===\n丁\n== 本題 ==\n戊\n==={title}===\n己\n=== 庚 ===\n辛"
    for given_language in (language, None):
        assert to_text(source, given_language).split("\n") == ["甲", "", "本題", "戊", "", "庚", "辛"]


def test_headings_that_only_resemble_them_stay() -> None:
    for title in ("出典の研究史", "参考文献学", "Notes on style", "リンク機構"):
        assert title in to_text(f"甲\n== {title} ==\n乙")


def test_a_wiki_s_own_namespaces_are_taken_into_account() -> None:
    assert to_text("[[Файл:а|мини|б]][[Категория:в]]г", None, frozenset(("файл", "категория"))) == "г"


def test_a_stray_bracket_costs_no_text() -> None:
    source = "甲 [[ 乙\n\n{{lang|en|A}} 丙 {{ 丁\n\n[[戊]] ]] 己 }} 庚"
    assert [c for c in "甲乙A丙丁戊己庚" if c not in to_text(source)] == []
    assert [c for c in "前甲乙丙後" if c not in to_text("前[[甲\n\n乙|丙]]後")] == []


@pytest.mark.parametrize(
    "source",
    [
        *(
            mark * 200_000
            for mark in ("{{", "[[", "{{a|", "[[a|", "\n{|", "<!--", "<ref>", "<b", "[http://", "'", "（")
        ),
        *(
            mark * 200_000
            for mark in ("=\n", "-{", "{{{", "&", "__", "<rt>", "<nowiki>", "\n|}", "*", "、", "{{lang|en|")
        ),
        "[http://a " + "b " * 200_000,
        "（" + " " * 200_000,
        "[[" * 100_000 + "}}" * 100_000,
        "{{" * 100_000 + "]]" * 100_000,
        "{{a|" * 100_000 + "}}" * 100_000,
        "{{lang|en|" * 100_000 + "x" * 500_000 + "}}" * 100_000,
        "[[a|" * 100_000 + "]]" * 100_000,
        "{{x|" + "a=b|" * 200_000 + "}}",
    ],
    ids=lambda source: source[:12],
)
def test_pathological_nesting_neither_recurses_nor_takes_quadratic_time(source: str) -> None:
    """Were the time quadratic, these would take hours."""
    to_text(source)


@given(st.lists(st.sampled_from(MARKS), max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_soup_of_marks_becomes_text(source: str) -> None:
    text = to_text(source)
    assert text == text.strip("\n")
    assert "\n\n\n" not in text


@given(st.lists(st.sampled_from(MARKS), max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_a_page_is_not_changed_by_a_template_call_put_behind_it(source: str) -> None:
    closed = source.replace("{{", "").replace("[[", "").replace("{|", "").replace("<!--", "").replace("{", "")
    assert to_text(closed + "\n{{Navbox|a}}") == to_text(closed)
