"""The page's text: Japanese line, ruby and indent rules, tables, and what is no text of the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.extract.html import Page, extract

PROSE = "吾輩はここで始めて人間というものを見た。しかもあとで聞くと、一番獰悪な種族であったそうだ。"
MENU = "".join(f"<li><a href=/{n}>項目{n}</a></li>" for n in range(12))


def text(markup: str) -> str:
    page = extract(markup)
    return page.text if page else ""


def within(body: str) -> str:
    """``body`` as rendered between two paragraphs of prose."""
    lines = text(f"<body><p>{PROSE}</p>{body}<p>{PROSE}</p></body>").split("\n")
    assert lines[0] == lines[-1] == PROSE
    return "\n".join(lines[1:-1])


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>の読み方", "漢字の読み方"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>の<ruby>読<rt>よ</rt></ruby>み方", "漢字の読み方"),
        ("<ruby>漢<rt>かん字<rt>じ</ruby>を使う", "漢を使う"),
        ("<ruby><rb>吾輩</rb><rp>（</rp><rt>わがはい</rt><rp>）</rp></ruby>は猫", "吾輩は猫"),
        ("<ruby>東<rbc></rbc><rtc><rt>とう</rt></rtc></ruby>京", "東京"),
        ("第<b>一</b>条　この法律", "第一条　この法律"),
        ("約5<span>年</span>前", "約5年前"),
        ("すもも<wbr>も<wbr>もも", "すももももも"),
    ],
)
def test_inline_markup_neither_glues_readings_nor_loses_a_character(markup: str, wanted: str) -> None:
    assert within(f"<p>{markup}</p>") == wanted


def test_aozora_lines_stay_lines_and_lose_their_readings() -> None:
    markup = (
        "<div class='main_text'>　<ruby><rb>吾輩</rb><rp>（</rp><rt>わがはい</rt><rp>）</rp></ruby>"
        "は猫である。<br />\n名前はまだ無い。<br />\n　どこで生れたか<ruby><rb>頓</rb><rp>（</rp>"
        "<rt>とん</rt><rp>）</rp></ruby>と見当がつかぬ。<br />\n</div>"
    )
    assert text(markup) == "吾輩は猫である。\n名前はまだ無い。\nどこで生れたか頓と見当がつかぬ。"


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("健康で\n   文化的な", "健康で文化的な"),
        ("健康で\r\n文化的な", "健康で文化的な"),
        ("健康で\n<b>文化的な</b>\n生活", "健康で文化的な生活"),
        ("「……\n」と…\n言う", "「……」と…言う"),
        ("version\n  2 of\nit", "version 2 of it"),
        ("日本語\nand English\n日本語", "日本語 and English 日本語"),
        ("한국어\n문서", "한국어 문서"),
        ("半角ｶﾅ\nの行", "半角ｶﾅの行"),
        ("𠮷野\n家", "𠮷野家"),
        ("v2  of&nbsp;&nbsp;it", "v2 of it"),
    ],
)
def test_source_line_breaks_follow_css_text(markup: str, wanted: str) -> None:
    assert within(f"<p>{markup}</p>") == wanted


def test_ideographic_space_goes_at_line_start_and_stays_inside() -> None:
    assert within("<p>　山田　太郎　</p><p>&#12288;氏</p>") == "山田　太郎\n氏"


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("一段落目。<br><br>二段落目。", "一段落目。\n二段落目。"),
        ("一段落目、<br> <br/>\n二段落目", "一段落目、\n二段落目"),
        ("一段落目、<br>　<br>二段落目", "一段落目、\n二段落目"),
        ("すべて国民は、健康で<br>文化的な生活を営む。", "すべて国民は、健康で文化的な生活を営む。"),
        ("長い文をここで折り返した文<br>章です。", "長い文をここで折り返した文章です。"),
        ("言った。<br>「そうか」<br>彼は去った。", "言った。\n「そうか」\n彼は去った。"),
        ("持ち物は、次の<br>・水筒<br>・弁当", "持ち物は、次の\n・水筒\n・弁当"),
        ("字下げは、段落を<br>　示すもの。", "字下げは、段落を\n示すもの。"),
        ("東京都千代田区<br>霞が関1-2-3<br>電話 03", "東京都千代田区\n霞が関1-2-3\n電話 03"),
        ("氏名：山田<br>趣味：読書と、散歩。", "氏名：山田\n趣味：読書と、散歩。"),
        ("あ<br>い<br>うえ", "あ\nい\nうえ"),
        ("a line that runs<br>on and on", "a line that runs on and on"),
        ("First line<br>Second line", "First line\nSecond line"),
    ],
)
def test_line_breaks_end_paragraphs_or_are_a_typists_margin(markup: str, wanted: str) -> None:
    assert within(f"<div>{markup}</div>") == wanted


def test_lists_have_an_item_a_line_even_of_one_character() -> None:
    assert within("<ul><li>一<li>二<li>三</ul>") == "一\n二\n三"
    assert within("<dl><dt>猫<dd>哺乳類。<dt>犬<dd>それも。</dl>") == "猫\n哺乳類。\n犬\nそれも。"


def test_a_data_table_has_a_row_a_line_with_tabs() -> None:
    table = "<table><caption>表一</caption><tr><th>名<th>齢<tr><td>太郎<td>3<tr><td>花子<td></table>"
    assert within(table) == "表一\n名\t齢\n太郎\t3\n花子"
    assert within("<table><tr><td>a<td><td>c<tr><td>d<td>e<td>f</table>") == "a\t\tc\nd\te\tf"


def test_a_layout_table_is_read_as_blocks_and_loses_its_menu() -> None:
    menu = "<a href=1>目次</a><br><a href=2>日記</a>"
    table = f"<table><tr><td class=l>{menu}</td><td>{PROSE}<br><br>二段落目だ。</td></tr></table>"
    assert text(f"<body>{table}</body>") == f"{PROSE}\n二段落目だ。"


def test_a_table_around_a_table_is_layout() -> None:
    inner = "<table><tr><td>a<td>b<tr><td>c<td>d</table>"
    outer = f"<table><tr><td>{PROSE}<td>x<tr><td>{inner}<td>y</table>"
    assert text(outer).split("\n") == [PROSE, "x", "a\tb", "c\td", "y"]


def test_a_table_with_paragraphs_in_a_cell_is_layout() -> None:
    story = f"<p>{PROSE * 4}</p><p>{PROSE * 4}</p>"
    table = f"<table><tr><td>{PROSE}<td>{story}<tr><td>{story}<td>{PROSE}</table>"
    assert text(table).split("\n") == [PROSE, *[PROSE * 4] * 4, PROSE]
    assert within("<table><tr><td>甲<td><p>短い<p>文<tr><td>乙<td>丙</table>") == "甲\t短い　文\n乙\t丙"


def test_preformatted_text_keeps_its_lines_and_indents() -> None:
    assert within("<pre>\ndef f(x):\n    return x &lt; 1\n\n\n　本文\n</pre>") == (
        "def f(x):\n    return x < 1\n\n\n本文"
    )


@pytest.mark.parametrize(
    "markup",
    [
        f"<nav><ul>{MENU}</ul></nav>",
        f"<div class='global-nav'><ul>{MENU}</ul></div>",
        f"<ul>{MENU}</ul>",
        "<footer><p>住所は、ここにあります。</p></footer>",
        "<div id=footer><p>住所は、ここにあります。</p></div>",
        "<aside><p>関連する話題は、こちらです。</p></aside>",
        "<div class='pankuzu'>トップ &gt; 記事</div>",
        "<div class='sns-share'>この記事を、共有する。</div>",
        "<div style='display: none'>見えない文は、読まれません。</div>",
        "<p hidden>見えない文は、読まれません。</p>",
        "<script>var x = '日本語の、文。';</script><style>p{}</style>",
        "<noscript>JavaScriptを、有効にしてください。</noscript>",
        "<form><p>氏名を、入力。<select><option>東京</select><textarea>文</textarea></form>",
        "<!-- コメントの、文。 --><svg><title>図</title></svg><iframe>枠</iframe><template>型</template>",
    ],
)
def test_what_is_not_the_pages_text_is_dropped(markup: str) -> None:
    assert text(f"<body>{markup}<div><p>{PROSE}</p><p>{PROSE}</p></div>{markup}</body>") == (f"{PROSE}\n{PROSE}")


def test_a_heading_stays_with_its_text_and_goes_with_its_menu() -> None:
    menu = f"<h2>関連記事</h2><ul>{MENU}</ul>"
    body = f"<h1>題名</h1><h2>一</h2><p>{PROSE}</p>{menu}<h2>二</h2><p>{PROSE}</p>{menu}"
    assert text(body) == f"題名\n一\n{PROSE}\n二\n{PROSE}"


def test_article_is_preferred_to_what_surrounds_it() -> None:
    article = f"<article><h1>題名</h1><p>{PROSE}</p><p>{PROSE}</p></article>"
    teaser = "<div><p>別の記事の、紹介文がここにあります。</p></div>"
    assert text(f"<div>{teaser}{article}{teaser}</div>") == f"題名\n{PROSE}\n{PROSE}"


def test_names_are_not_believed_when_they_name_the_whole_page() -> None:
    for name in ("sidebar", "comment", "widget", "menu", "related"):
        assert text(f"<div class={name}><p>{PROSE}</p></div>") == PROSE
    assert text(f"<form><p>{PROSE}</p></form>") == PROSE
    assert text(f"<noscript><div><p>{PROSE}</p></div></noscript>") == PROSE


def test_names_are_not_believed_when_together_they_leave_nothing() -> None:
    names = ("widget", "related", "sns", "ranking")
    assert PROSE in text("".join(f"<div class={name}><p>{PROSE}</p></div>" for name in names))


def test_long_comments_do_not_drown_the_article() -> None:
    comments = f"<div class=comments>{f'<p>わたしは、{PROSE}</p>' * 30}</div>"
    assert text(f"<div><p>{PROSE * 8}</p></div>{comments}") == PROSE * 8


def test_one_link_between_sentences_stays_and_many_are_a_menu() -> None:
    assert within("<p><a href=x>詳しい資料</a></p>") == "詳しい資料"
    assert within("<p><a href=x>資料</a></p>" * 3) == ""


def test_title_and_link_characters_are_reported() -> None:
    page = extract(f"<title> 題\n 名 &amp; </title><p>{PROSE}<a href=x>続き</a></p>")
    assert page == Page(PROSE + "続き", "題 名 &", 2, len(PROSE) + 2, 2)


def test_references_are_resolved_once() -> None:
    assert within("<p>&lt;b&gt; &amp;amp; &copy; &#12354;&#x3044;</p>") == "<b> &amp; © あい"


def test_a_page_of_menus_and_an_empty_page_have_no_text() -> None:
    assert extract(f"<ul>{MENU}</ul>") is None
    for markup in ("", " ", "<html>", "<frameset><frame src=a></frameset>", "<!--", "<p"):
        assert extract(markup) is None


@pytest.mark.parametrize("opening", ["<div>", "<table><tr><td>", "<ul><li>", "<b>", "<b><p>", "<ruby><rt>"])
def test_deep_nesting_neither_crashes_nor_recurses(opening: str) -> None:
    extract(opening * 20_000 + PROSE)
    assert text(PROSE + opening * 20_000).startswith(PROSE)


@pytest.mark.parametrize(
    "markup",
    [
        "<table>" + "<tr><td>あ</td><td>い</td></tr>" * 20_000 + "</table>",
        "日本語の、行<br>" * 50_000,
        "<p>" + "語\n" * 200_000,
        "<p>" + " " * 1_000_000 + "語",
        "<xmp>" + "<svg>" * 100_000,
        '<div class="' + "nav-" * 100_000 + '">語。',
        '<div class="comment">あいうえお。' * 20_000,
    ],
)
def test_large_and_regular_pages_come_to_an_end(markup: str) -> None:
    """Each has been quadratic in some draft and would then take minutes."""
    extract(markup)


def test_lone_surrogates_and_nul_are_harmless() -> None:
    assert text(f"<p>{PROSE}\ud800</p>").startswith(PROSE)
    assert text(f"<p>{PROSE}\0</p>").startswith(PROSE)


@given(
    st.lists(
        st.sampled_from(
            [
                *"あ漢a 　\n&<>",
                "<br>",
                "<p>",
                "</p>",
                "<td>",
                "<table>",
                "<tr>",
                "</table>",
                "<li>",
                "<ruby>",
                "<rt>",
                "<a href=x>",
                "</a>",
                "<pre>",
                "</pre>",
                "<div class=nav>",
                "</div>",
                "。",
            ]
        )
    )
)
def test_any_soup_yields_clean_lines(parts: list[str]) -> None:
    page = extract("".join(parts))
    if page is not None:
        assert page.text.strip() and "\0" not in page.text and "\r" not in page.text
        assert 0 <= page.link_chars <= len(page.text)
        for line in page.text.split("\n"):
            assert not line.startswith("　") and line == line.rstrip(" 　")
