"""Listed words: found whole, counted once, told, and the lists that ship leave alone what only looks like them."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
import random
import re
from pathlib import Path

import pyarrow as pa
import pytest

from filters import batch_of
from filters.words import SHIPPED, WordList, found, measure_words, word_list, words

DATA = Path(__file__).parents[3] / "shared" / "data"
SHIPPED_NAMES = sorted(each.stem for each in SHIPPED.glob("*.txt"))
ADULT_AT_MOST = VIOLENCE_AT_MOST = 0.02

# Words of the adult list, or what published lists have, inside others; and honest prose about the same matters.
NOTHING_FOUND = [
    "アマゾンで本を買い、マゾヒズムの研究書を読んだ。",
    "SMSとGSMの違いを、SMBの担当者とUSMの技術者に聞いた。",
    "サブスクリプションを解約し、ブスケッツの試合を見た。",
    "アカウントを作り、アカデミーに申し込んだ。",
    "マイクロサービスとバイクとイクラ丼。",
    "フェロー諸島のフェローシップ、フェライト磁石、フェラーリ、カフェラテ。",
    "セックスレスとセクシュアリティの相談は産婦人科でも受けられる。",
    "ホモ・サピエンスとホモ・エレクトスの化石が見つかった。",
    "AV機器の配線と、AVアンプの設置。",
    "小学校の性教育では、体の成長と命の大切さを学ぶ。",
    "殺人事件の容疑者が逮捕され、爆発の原因が調べられている。",
    "刑法は死刑、懲役、禁錮、罰金、拘留及び科料を主刑とする。",
    "EssexとSussexとMiddlesexを旅した。unisexの服。",
    "エロイカ交響曲、エローラ石窟群、メロエの遺跡。",
    "エッチングの技法とスケッチ、レッチワースの町。",
    "風俗習慣や風俗画から江戸の暮らしを知る。",
    "パンティストッキングとアナルトシアの語源。",
    "ぱちんこ店の前を、えっちらおっちら歩く。",
    "夫人は妻として子を育てた。",
    "ポルノグラフィティのライブで盛り上がった。",
    "ヌキテパという魚料理店。ハメルンの笛吹き。",
]
NOT_ENOUGH = [
    "フィルタリングは、アダルトサイトや出会い系サイト、ギャンブルのページを見せないようにする仕組みです。",
    "性風俗店の営業には届出が要り、ソープランドやファッションヘルス、ストリップ劇場も同じ法律の対象になる。",
    "AV出演を強いられた被害者を守る法律で、アダルトビデオの契約は一か月あけなければ撮影できない。",
    "パパ活や援助交際をきっかけに、出会い系サイトで知り合った男に脅される被害が増えている。",
    "母乳をあげると乳首が痛むことがあります。おっぱいが張ったら冷やしましょう。",
    "思春期には勃起や射精が起こり、マスターベーションをすることも、セックスに関心を持つことも自然です。",
    "猫の発情期には鳴き声が大きくなる。発情を抑えるには手術がある。",
]


def a_list(folder: Path, content: str | bytes) -> WordList:
    file = folder / "list.txt"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return word_list("mine", file)


def told(folder: Path, content: str, text: str) -> list[tuple[str, int]]:
    return found(text, a_list(folder, content))


def test_the_longest_word_is_found_and_what_is_found_does_not_overlap(tmp_path: Path) -> None:
    assert told(tmp_path, "東京\n東京都庁\n都庁前\n", "東京都庁前") == [("東京都庁", 1)]
    assert told(tmp_path, "*ああい\n*いう\n", "あああいう") == [("ああい", 1)]


def test_a_word_that_goes_on_differently_does_not_hide_the_shorter_one(tmp_path: Path) -> None:
    assert told(tmp_path, "かき\nかきくけこ\n", "かきくけさ") == [("かき", 1)]


@pytest.mark.parametrize(
    ("word", "alone", "inside"),
    [
        ("マゾ", "このマゾ。マゾ", "アマゾン マゾッホ ーマゾ ﾏｿﾞﾝ"),
        ("sm", "SMと ＳＭ、sm-", "SMS GSM sm1 ＳＭＳ"),
        ("売春", "は売春を", "売春婦 反売春"),
        ("ちち", "父、ちちと", "こちち をちち"),
        ("オナラ", "ｵﾅﾗ", "ｵﾅﾗﾃﾞ"),
    ],
)
def test_a_word_is_not_found_inside_a_longer_one(tmp_path: Path, word: str, alone: str, inside: str) -> None:
    times = len(re.findall(word, alone.lower())) + len(re.findall("ＳＭ|ｵﾅﾗ", alone))
    assert told(tmp_path, word, alone) == [(word, times)]
    assert told(tmp_path, word, inside) == []


def test_a_star_lifts_the_rule_at_its_end(tmp_path: Path) -> None:
    assert told(tmp_path, "*マゾ", "ドマゾ ドマゾン") == [("マゾ", 1)]
    assert told(tmp_path, "sex*", "sexy unisex") == [("sex", 1)]
    assert told(tmp_path, "*人妻*", "若人妻会") == [("人妻", 1)]
    assert told(tmp_path, "*x*", "axb 0xff") == [("x", 2)]


@pytest.mark.parametrize("text", ["ガッツpop", "ＧＡ・ガッツＰＯＰ", "ｶﾞｯﾂpop", "ｶﾞッツＰop"])
def test_widths_and_capitals_are_alike_in_text_and_list(tmp_path: Path, text: str) -> None:
    for written in ("ガッツPOP", "ｶﾞｯﾂｐｏｐ", "カ\u3099ッツPop"):
        assert [times for _, times in told(tmp_path, written, text)] == [1]


def test_every_voiced_kana_is_found_in_half_width_writing(tmp_path: Path) -> None:
    voiced = "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ"
    half = "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟｳﾞ"
    assert told(tmp_path, voiced, half) == [(voiced, 1)]
    assert told(tmp_path, "\n".join(voiced), "。".join(half[i : i + 2] for i in range(0, 52, 2))) == [
        (each, 1) for each in voiced
    ]


def test_hiragana_is_not_katakana(tmp_path: Path) -> None:
    assert told(tmp_path, "ばか", "バカ") == []


def test_circles_are_alike(tmp_path: Path) -> None:
    assert told(tmp_path, "エ○チ", "エ◯チ エ〇チ エ●チ エロチ") == [("エ○チ", 3)]


def test_a_harmless_phrase_hides_the_words_in_it(tmp_path: Path) -> None:
    assert told(tmp_path, "爆弾\n!爆弾低気圧\n", "爆弾低気圧 爆弾") == [("爆弾", 1)]


def test_spellings_of_one_line_are_one_word_and_are_told_apart(tmp_path: Path) -> None:
    given = a_list(tmp_path, "猫, *ねこ, CAT\n犬\n")
    answer = measure_words(given, batch_of(["猫とねことcatと犬", "猫とねこ"]))
    assert [answer[f"mine_{name}"].to_pylist() for name in ("words", "hits")] == [[2, 1], [4, 2]]
    assert found("猫とCatとcat", given) == [("CAT", 2), ("猫", 1)]


def test_shares_are_of_characters_and_one_word_alone_has_none(tmp_path: Path) -> None:
    answer = measure_words(a_list(tmp_path, "赤色\n青い\n"), batch_of(["赤色の青い😀", "赤色の赤色", "x", ""]))
    assert answer["mine_hit_ratio"].to_pylist()[:3] == pytest.approx([4 / 6, 4 / 5, 0])
    assert answer["mine_ratio"].to_pylist()[:3] == pytest.approx([4 / 6, 0, 0])
    assert all(answer[name].is_null(nan_is_null=True)[3].as_py() for name in ("mine_hit_ratio", "mine_ratio"))


def test_the_kernel_finds_what_a_regular_expression_finds(tmp_path: Path) -> None:
    """Words without neighbours' rules, so that plain leftmost-longest alternation is the truth."""
    generator = random.Random(3)
    alphabet = "あいうｱ漢字a😀○1ア"
    listed = {"".join(generator.choices("あいう漢字a😀1", k=generator.randrange(1, 5))) for _ in range(60)}
    given = a_list(tmp_path, "\n".join(f"*{each}*" for each in sorted(listed)))
    free = re.compile("|".join(map(re.escape, sorted(listed, key=len, reverse=True))))
    starred = [each for each in listed if 0 < len(each) <= 3 and set(each) <= set("あいう")]
    assert starred
    texts = ["".join(generator.choices(alphabet, k=generator.randrange(60))) for _ in range(500)]
    counts = measure_words(given, batch_of(texts))
    assert counts["mine_hits"].to_pylist() == [len(free.findall(text)) for text in texts]
    assert counts["mine_words"].to_pylist() == [len(set(free.findall(text))) for text in texts]
    assert [sum(times for _, times in found(text, given)) for text in texts] == counts["mine_hits"].to_pylist()


def test_bytes_that_are_no_utf8_do_not_let_the_next_document_in(tmp_path: Path) -> None:
    given = a_list(tmp_path, "a\n")
    for after in (b"a", b"\x82\xa2", "ア".encode(), b"\xff"):
        torn = [b"\xe3\xe3\xe3a", after, b"\xc3\xf0\x9f", b"a\x80"]
        text = pa.array(torn, pa.large_binary()).view(pa.large_string())
        hits = measure_words(given, pa.record_batch({"text": text}))["mine_hits"].to_pylist()
        assert hits == [0, int(after == b"a"), 0, 1]


def test_a_measure_survives_the_way_to_a_worker_and_names_its_list(tmp_path: Path) -> None:
    file = tmp_path / "own.txt"
    file.write_text("# mine\n桜\n", encoding="utf-8")
    one = words("flowers", file)
    assert one.name == "words_flowers" and one.data == hashlib.sha256(file.read_bytes()).hexdigest()
    again = pickle.loads(pickle.dumps(one))
    assert again(batch_of(["桜"])) == one(batch_of(["桜"]))
    assert str(SHIPPED) not in repr(words("adult").function)


def test_a_list_changed_after_the_recipe_was_read_is_refused(tmp_path: Path) -> None:
    given = a_list(tmp_path, "桜\n")
    (tmp_path / "list.txt").write_text("梅\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"list\.txt: its sha256 is .* that of the recipe .* restore the file"):
        found("桜", given)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\n\x83\x5c\n", r"list\.txt:2: byte 0x83 is not UTF-8; save"),
        ("桜\n\n梅,,桃\n", r"list\.txt:3: '' is no word; write one"),
        ("**\n", r"list\.txt:1: '\*\*' is no word"),
        ("!\n桜\n", r"list\.txt:1: '' is no word"),
        ("ABC\n桜\nａｂｃ\n", r"list\.txt:3: 'ａｂｃ' stands on line 1 already; remove one"),
        ("桜\0\n", r"list\.txt:1: '桜\\x00' has a control or replacement character; remove it"),
        ("# nothing\n!桜\n", r"list\.txt: no words; write one a line"),
        ("", r"list\.txt: no words"),
    ],
)
def test_a_bad_list_is_refused_with_file_line_value_and_remedy(tmp_path: Path, content: str | bytes, said: str) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ValueError, match=said):
        words("mine", file)


def test_a_list_with_a_byte_order_mark_and_carriage_returns_is_read(tmp_path: Path) -> None:
    assert told(tmp_path, "\ufeff桜\r\n# x\r\n梅\r\n", "桜と梅") == [("桜", 1), ("梅", 1)]


def test_an_unknown_list_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no word list 'adlut' is shipped; there are adult, .*or name the path"):
        words("adlut")
    with pytest.raises(ValueError, match=r"none\.txt: cannot be read \(No such file.*name a file"):
        words("mine", tmp_path / "none.txt")
    with pytest.raises(ValueError, match=r"word list name 'My List': columns are named after it"):
        words("My List", tmp_path / "none.txt")


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_a_shipped_list_is_read_and_its_head_names_its_licence(name: str) -> None:
    content = (SHIPPED / f"{name}.txt").read_text(encoding="utf-8")
    head = content[: content.index("\n\n")]
    assert all(line.startswith("#") for line in head.splitlines()) and "Licence: " in head
    assert words(name)(batch_of(["昨日は山に登りました。"]))[f"{name}_hits"].to_pylist() == [0]


@pytest.mark.parametrize("text", NOTHING_FOUND)
def test_nothing_is_found_in_words_that_only_look_alike(text: str) -> None:
    assert {name: found(text, word_list(name)) for name in SHIPPED_NAMES} == {name: [] for name in SHIPPED_NAMES}


@pytest.mark.parametrize("text", NOT_ENOUGH)
def test_news_law_medicine_and_school_have_not_two_words(text: str) -> None:
    assert words("adult")(batch_of([text]))["adult_ratio"].to_pylist() == [0], found(text, word_list("adult"))


def test_an_advertisement_of_the_trade_has() -> None:
    text = "【無料】人妻デリヘル嬢とのエッチな動画が見放題！セフレ募集の掲示板もあります。"
    assert words("adult")(batch_of([text]))["adult_ratio"].to_pylist()[0] > ADULT_AT_MOST


def labelled() -> list[dict[str, str]]:
    with gzip.open(DATA / "quality_labels_ja.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.shared
def test_of_labelled_paragraphs_the_rule_refuses_bad_ones() -> None:
    rows = labelled()
    ratios = words("adult")(batch_of([row["text"] for row in rows]))["adult_ratio"].to_pylist()
    refused = [row["label"] for row, ratio in zip(rows, ratios, strict=True) if ratio > ADULT_AT_MOST]
    assert refused.count("bad") / len(refused) >= 0.95
    assert refused.count("bad") / [row["label"] for row in rows].count("bad") >= 0.07


@pytest.mark.shared
def test_no_article_and_no_work_of_literature_is_refused() -> None:
    from language_texts import good_pages, literature

    batch = batch_of([*good_pages(), *literature()[:200]])
    for name in SHIPPED_NAMES:
        assert max(words(name)(batch)[f"{name}_ratio"].to_pylist()) < 0.01
