"""Text that was read in the wrong charset is found, and text that was not is left alone."""

from __future__ import annotations

import pytest
from language_texts import CONVERSIONS, DATA, good_pages, literature, measured_on, pages_text, read_wrongly

from filters import LANGUAGE, batch_of, best_language
from filters.catalogue import japanese_web, well_decoded
from filters.language import MISREAD

JAPANESE = (
    "来週の会議は水曜日の午後に変更になりました。資料は前日までに送ってください。会場は駅前のビルの三階で、"
    "受付でお名前をお伝えいただければご案内いたします。ご都合の悪い方は、お手数ですがメールでご連絡をお願いします。"
)
CLEAN = (
    JAPANESE,
    "ｶﾅｼﾒｲ ﾔﾏﾀﾞ ﾀﾛｳ ｼﾞｭｳｼｮ ﾄｳｷｮｳﾄ",
    "下周的会议改到星期三下午举行，请大家在前一天把资料发过来。",
    "下週的會議改到星期三下午舉行，請大家把資料寄過來。",
    "다음 주 회의는 수요일 오후로 변경되었습니다. ㅋㅋㅋ",
    "« L’été dernier, la fête fut gâchée »… “déjà”, dit-elle à Noël – c’était l’été où naquit la réalité européenne…",
    "„Über die Straße“, ‚wörtlich‘ gesagt – größere Übungen fließen „äußerst“ schön.",
    "A manhã não são só canções: ação, coração, “informações” e órgãos – o João vê-as.",
    "Tôi muốn mua một cuốn sách về lịch sử Việt Nam, nhưng cửa hàng đã đóng cửa từ lâu.",
    "The price was £20 – “reasonable”, they said… about €23 or ¥3,500 © 2020 Example™",
    "Съешь же ещё этих мягких французских булок, да выпей чаю.",
)
# Bytes that would tell are dropped here: hardly a letter is left, or letters that Chinese or Korean could have.
DROPPED = {("cp932", "euc_jp"), ("cp932", "big5"), ("cp932", "utf-8"), ("euc_jp", "utf-8")}
DENSE = {("euc_jp", "cp949"), ("euc_jp", "big5"), ("utf-8", "big5")}


def mojibake(text: str) -> float:
    return float(LANGUAGE(batch_of([text]))["mojibake"][0].as_py())


@pytest.mark.parametrize("errors", ["replace", "ignore"])
@pytest.mark.parametrize(("wrote", "read"), CONVERSIONS)
def test_text_read_in_the_wrong_charset_is_named_and_in_no_language(wrote: str, read: str, errors: str) -> None:
    wrong = read_wrongly(JAPANESE, wrote, read, errors)
    said = best_language(LANGUAGE(batch_of([wrong]))).to_pylist()
    assert said != ["ja"]
    if (wrote, read) not in DENSE and (errors == "replace" or (wrote, read) not in DROPPED):
        assert mojibake(wrong) > 2 * MISREAD
        assert said == ["other"]
        assert japanese_web(2)[0](batch_of([wrong])).to_pylist() == ["well_decoded/mojibake>0.06"]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_has_no_mojibake(text: str) -> None:
    assert mojibake(text) < MISREAD / 2


def test_a_name_with_a_rare_character_or_two_is_no_mojibake() -> None:
    assert mojibake("髙﨑") == mojibake("鄧小平と镕") == mojibake("\ufffd") == 0


def test_what_the_replacement_character_becomes_in_a_second_reading_is_found() -> None:
    for charset in ("euc_jp", "gbk", "latin-1"):
        assert mojibake(("\ufffd" * 20).encode().decode(charset)) > 0.5


def test_a_page_in_japanese_and_chinese_is_no_mojibake() -> None:
    assert mojibake("\n".join([JAPANESE, *CLEAN[2:4]] * 3)) < MISREAD / 2


def test_a_chinese_lesson_in_japanese_is_no_mojibake() -> None:
    text = "「谢谢」は「ありがとう」、「对不起」は「すみません」、「你们好」は「皆さん、こんにちは」という意味です。"
    assert mojibake(text * 3) < MISREAD / 2


def test_half_of_a_page_read_wrongly_is_enough() -> None:
    assert mojibake(JAPANESE + read_wrongly(JAPANESE, "utf-8", "cp932", "replace")) > 2 * MISREAD


@pytest.mark.shared
@pytest.mark.parametrize(("wrote", "read"), [each for each in CONVERSIONS if each not in DENSE])
def test_real_text_read_wrongly_is_found(wrote: str, read: str) -> None:
    if not DATA.exists():
        pytest.skip(f"no {DATA}")
    sentences = measured_on()["ja"]
    texts = ["".join(sentences[at : at + 8]) for at in range(0, len(sentences), 8)]
    wrong = batch_of([read_wrongly(text, wrote, read, "replace") for text in texts if len(text) >= 100])
    assert well_decoded()(wrong).null_count <= 0.005 * wrong.num_rows


@pytest.mark.shared
def test_real_clean_text_is_left_alone() -> None:
    if not DATA.exists():
        pytest.skip(f"no {DATA}")
    texts = [text for cell in measured_on().values() for text in cell if len(text) >= 20]
    texts += [*good_pages(), *literature()[:300], *pages_text("zh"), *pages_text("other")]
    batch = batch_of(texts)
    assert batch.num_rows - well_decoded()(batch).null_count <= 0.001 * batch.num_rows
