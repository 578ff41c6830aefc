"""Which parts of a page are its text: headings, leads, lists, boxes, buttons; and spaces that authors typed."""

from __future__ import annotations

import pytest

from corpus_builder.extract.html import extract

PROSE = "吾輩はここで始めて人間というものを見た。しかもあとで聞くと、一番獰悪な種族であったそうだ。"
LEAD = "この章では、猫がはじめて書生に出会うまでの話をする。"
MENU = "".join(f"<li><a href=/{n}>項目{n}</a></li>" for n in range(12))
STORY = f"<p>{PROSE}</p>" * 6


def lines(markup: str) -> list[str]:
    page = extract(markup)
    return page.text.split("\n") if page else []


def within(body: str) -> list[str]:
    """Lines of ``body`` between two paragraphs of prose."""
    found = lines(f"<body><p>{PROSE}</p>{body}<p>{PROSE}</p></body>")
    assert found[0] == found[-1] == PROSE
    return found[1:-1]


def test_an_anchor_without_an_address_is_no_link() -> None:
    assert within("<p><a name=a>一</a></p><p><a name=b>二</a></p><p><a name=c>三</a></p>") == ["一", "二", "三"]


def test_signs_that_link_to_a_heading_itself_are_dropped() -> None:
    assert within(f"<h2>題<a href=#t>¶</a></h2><p>{PROSE}</p>") == ["題", PROSE]


def test_a_heading_above_a_label_or_another_heading_stays() -> None:
    assert within("<h2>用語</h2><dl><dt>猫<dd>哺乳類。</dl>") == ["用語", "猫", "哺乳類。"]
    assert within("<h3>副題</h3><h3>題</h3><p>文。</p>") == ["副題", "題", "文。"]
    assert within("<dl><dt>read(x)<dt>load(x)<dd>読む。</dl>") == ["read(x)", "load(x)", "読む。"]


def test_the_id_of_a_heading_or_section_is_made_from_its_text_and_names_nothing() -> None:
    for tag in ("<h3 id=comments>", "<h3 id=meta-data>"):
        assert within(f"{tag}題</h3><p>{PROSE}</p>") == ["題", PROSE]
    body = f"<p>{PROSE}<a href=x>続き</a></p>"
    for markup in (f"<section id=related>{body}</section>", f"<div class=section id=tags>{body}</div>"):
        assert within(markup) == [PROSE + "続き"]


def test_headings_and_sentences_in_headers_are_text_and_scraps_are_not() -> None:
    header = f"<header><h2>題</h2><p>{LEAD}</p><span>2020/1/1</span></header>"
    assert within(f"<div>{header}<p>{PROSE}</p></div>") == ["題", LEAD, PROSE]


def test_a_lead_and_its_heading_above_the_densest_part_belong_to_it() -> None:
    menu = f"<ul>{MENU}</ul>"
    page = f"<body><div>{menu}<h1>題</h1><p>{LEAD}</p></div><div class=text>{STORY}</div><div>{menu}</div></body>"
    assert lines(page) == ["題", LEAD, *[PROSE] * 6]


def test_what_follows_the_densest_part_in_no_container_of_its_own_belongs_to_it() -> None:
    page = f"<body><div class=text>{STORY}</div><p>{LEAD}</p><div class=more><p>{LEAD}</p></div></body>"
    assert lines(page) == [*[PROSE] * 6, LEAD]


def test_an_article_begins_where_its_author_says() -> None:
    teaser = f"<div class=t><p>別の記事の話。{LEAD}</p></div>"
    assert lines(f"<body>{teaser}<h1>題</h1><article>{STORY}</article><div>{teaser}</div></body>") == [
        "題",
        *[PROSE] * 6,
    ]


def test_one_long_section_does_not_push_out_its_short_siblings() -> None:
    parts = [f"<section class=part><h2>{n}</h2>{STORY * (30 if n == 1 else 1)}</section>" for n in range(3)]
    found = lines(f"<body><div>{''.join(parts)}</div><ul>{MENU}</ul></body>")
    assert [line for line in found if line != PROSE] == ["0", "1", "2"]


def test_a_list_is_kept_or_dropped_as_a_whole() -> None:
    item = "<li><a href=x>資料</a></li>"
    assert within(f"<ul><li>説明の文がここにあり、長い。</li>{item}{item}<li>終わり。</li></ul>") == [
        "説明の文がここにあり、長い。",
        "資料",
        "資料",
        "終わり。",
    ]
    assert within(f"<ul>{item}{item}{item}</ul>") == []


def test_rows_whose_first_cell_is_a_link_are_data() -> None:
    rows = "".join(f"<tr><td><a href={n}>部品の長い名前{n}</a><td>{n}円" for n in range(3))
    assert within(f"<table>{rows}</table>") == [f"部品の長い名前{n}\t{n}円" for n in range(3)]


def test_labels_and_paragraphs_in_two_columns_are_a_definition_list() -> None:
    note = PROSE * 2
    table = f"<table><tr><td>注1<td>{note}<tr><td>注2<td>{note}</table>"
    assert within(table) == ["注1", note, "注2", note]


def test_a_boxed_note_amid_the_text_is_text_although_it_is_called_a_sidebar() -> None:
    assert within(f"<div class=sidebar><p>{LEAD}</p></div>") == [LEAD]
    assert within(f"<div class=sidebar><p>{LEAD}</p><ul>{MENU}</ul></div>") == []


def test_the_footer_of_a_small_page_is_not_its_text() -> None:
    footer = f"<footer><p>{LEAD}</p></footer>"
    assert lines(f"<body><h1>連絡先</h1><p>電話：03-1234-5678</p>{footer}</body>") == ["連絡先", "電話：03-1234-5678"]


@pytest.mark.parametrize(
    "line", ["ページの先頭へ戻る", "▲このページのトップへ", "次のページ", "もっと見る", "[戻る]", "シェアする"]
)
def test_lines_to_click_on_are_dropped_even_without_a_link(line: str) -> None:
    assert within(f"<div>{line}</div>") == []


@pytest.mark.parametrize("line", ["次に、", "前へ進め。", "検索エンジンの話", "広告の歴史", "著作権について"])
def test_lines_that_only_begin_like_buttons_stay(line: str) -> None:
    assert within(f"<div>{line}</div>") == [line]


def test_a_copyright_line_is_dropped_at_the_end_and_nowhere_else() -> None:
    rights = "<p>Copyright (C) 2003 K. All rights reserved.</p>"
    assert lines(f"<body>{STORY}{rights}</body>") == [PROSE] * 6
    assert within(rights) == ["Copyright (C) 2003 K. All rights reserved."]


def test_what_stands_under_related_articles_goes_while_it_is_a_small_part() -> None:
    box = f"<div><h3>関連記事</h3><p>{LEAD}</p></div>"
    assert lines(f"<body><div>{STORY}{box}<p>{PROSE}</p></div></body>") == [PROSE] * 7
    assert PROSE in lines(f"<body><h3>関連記事</h3><div>{STORY}</div></body>")


def test_a_button_in_a_heading_opens_its_text_and_others_are_links() -> None:
    question = "<h2><button>質問</button></h2><h3><button>なぜですか</button></h3>"
    assert within(f"{question}<p>{LEAD}</p>") == ["質問", "なぜですか", LEAD]
    assert within("<p><button>送信</button></p><p><button>取消</button></p>") == []


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("総務省 総合通信基盤局", "総務省　総合通信基盤局"),
        ("している。 「IIJ", "している。「IIJ"),
        ("本当！？ そう", "本当！？　そう"),
        ("（ 注 ）です", "（注）です"),
        ("<code>名前</code> を示す", "名前を示す"),
        ("山田　太郎", "山田　太郎"),
        ("第 1 章 は Python の", "第 1 章　は Python の"),
    ],
)
def test_typed_spaces_between_wide_characters_are_set_as_in_japanese(markup: str, wanted: str) -> None:
    assert within(f"<p>{markup}</p>") == [wanted]


def test_spaces_of_code_of_korean_and_of_chinese_are_kept() -> None:
    assert within("<pre>#命令 名前 値\n一覧 です</pre>") == ["#命令 名前 値", "一覧　です"]
    assert within("<p>한국 사람 漢字</p>") == ["한국 사람 漢字"]
    chinese = extract("<body><p>北京 上海，都是城市，人口很多，历史很长。</p></body>")
    assert chinese is not None and chinese.text.startswith("北京 上海")
