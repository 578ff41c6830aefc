"""The compiled walk over a page's tags says what the rules in Python say, character by character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus_builder.extract.blocks import read
from corpus_builder.extract.flow import flow, preformatted

# Serialised text: white space of all kinds, wide and ambiguous and narrow characters, references, planes 0 and 2.
PIECES = [
    *" \n\t\f\r\xa0\u3000\u200b\u2003",
    *"あ漢々ーｱＡ、。「」…①★",
    *"a1.-é한",
    "𠮷",
    "😀",
    "&amp;",
    "&lt;",
    "&gt;",
    "&nbsp;",
    "&amp;lt;",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def only(markup: str) -> str:
    blocks, _ = read(markup)
    assert len(blocks) <= 1
    return blocks[0].text if blocks else ""


@given(TEXTS)
def test_running_text_is_flowed_alike(text: str) -> None:
    expected = flow(text)
    assert only(f"<p>{text}</p>") == ("" if expected.isspace() else expected)


@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_inline_tags_are_not_there(parts: list[str]) -> None:
    expected = flow("".join(parts))
    assert only("<p><b>" + "</b><span class='x'>".join(parts) + "</span></p>") == (
        "" if expected.isspace() else expected
    )


@given(TEXTS)
def test_preformatted_text_keeps_its_lines(text: str) -> None:
    expected = preformatted(text)
    assert only(f"<pre>{text}</pre>") == ("" if expected.isspace() else expected)


@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<td>",
                "<tr>",
                "<table>",
                "</table>",
                "<a href=x>",
                "</a>",
                "<br>",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                "<",
                ">",
                "</",
                "あ",
                "x ",
                "<p class='nav'>",
                "</p>",
                "<pre>",
                "</pre>",
            ]
        ),
        max_size=40,
    )
)
def test_whatever_the_tags_are_blocks_and_regions_fit_together(parts: list[str]) -> None:
    blocks, regions = read("".join(parts))
    for block in blocks:
        assert block.text.strip() and -1 <= block.region < len(regions) and 0 <= block.link_chars <= len(block.text)
    for i, region in enumerate(regions):
        assert -1 <= region.parent < i and 0 <= region.start <= region.end <= len(blocks)
        if region.parent >= 0:
            outer = regions[region.parent]
            assert outer.start <= region.start and region.end <= outer.end
