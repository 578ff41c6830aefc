"""Texts with personal data, and texts that only look so, with the spans: written and generated for this project.

Every value is invented: reserved domains, cards for testing, made-up digits, ranges for documentation and arbitrary
public ones. A case is written with its answers in it: ``電話は‹phone:03-1234-5678›まで``; ``⏎`` is a line end.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pii_second import SECOND_NEGATIVES, SECOND_POSITIVES
from pii_third import THIRD_NEGATIVES, THIRD_POSITIVES
from pii_unseen import UNSEEN_NEGATIVES, UNSEEN_POSITIVES
from pii_written import HARD_NEGATIVES, POSITIVES

from filters.pii import find

BLOCKS = (
    *(POSITIVES, HARD_NEGATIVES, UNSEEN_POSITIVES, UNSEEN_NEGATIVES),
    *(SECOND_POSITIVES, SECOND_NEGATIVES, THIRD_POSITIVES, THIRD_NEGATIVES),
)

_MARKED = re.compile(r"‹(\w+):([^›]*)›")


class Case(NamedTuple):
    """``answers`` are (start, end, kind) in code points of ``text``."""

    text: str
    answers: tuple[tuple[int, int, str], ...]


def case(marked: str) -> Case:
    """The text without its marks, and what they said.

    >>> case("は‹ip:192.0.2.44›から")
    Case(text='は192.0.2.44から', answers=((1, 11, 'ip'),))
    """
    marked = marked.replace("⏎", "\n")
    text, answers, last = "", [], 0
    for found in _MARKED.finditer(marked):
        text += marked[last : found.start()]
        answers.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        last = found.end()
    return Case(text + marked[last:], tuple(answers))


def wide(text: str) -> str:
    """ASCII as full-width characters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def my_number(rng: random.Random) -> str:
    """Eleven digits and the check digit of the ordinance."""
    body = str(rng.randrange(1, 10)) + digits(rng, 10)
    weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
    rest = sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11
    return body + str(0 if rest <= 1 else 11 - rest)


def luhn(body: str) -> str:
    """The digits with the one that checks them."""
    total = sum(sum(divmod(int(d) * 2, 10)) if at % 2 == 0 else int(d) for at, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def phones(rng: random.Random) -> list[str]:
    def four() -> str:
        return digits(rng, 4)

    city = rng.choice(["03", "06"])
    town = rng.choice(["045", "052", "075", "092", "011", "022"])
    small = rng.choice(["0467", "0742", "0263", "0985"])
    mobile = rng.choice(["090", "080", "070"])
    ab = str(rng.randrange(20, 99))
    abc = str(rng.randrange(200, 999))
    return [
        f"{city}-{four()}-{four()}",
        f"{town}-{abc}-{four()}",
        f"{small}-{ab}-{four()}",
        f"04992-{rng.randrange(2, 9)}-{four()}",
        f"{mobile}-{four()}-{four()}",
        f"050-{four()}-{four()}",
        f"({city}){four()}-{four()}",
        f"{city}({four()}){four()}",
        wide(f"({town}){abc}") + f"－{wide(four())}",
        wide(f"{small}({ab}){four()}"),
        wide(mobile) + "ー" + wide(four()) + "ー" + wide(four()),
        wide(city) + "－" + wide(four()) + "－" + wide(four()),
        f"{mobile} {four()} {four()}",
        f"{city}.{four()}.{four()}",
        f"+81-{city[1]}-{four()}-{four()}",
        f"+81 {mobile[1:]} {four()} {four()}",
        f"+81(0){city[1]}-{four()}-{four()}",
        f"+81{mobile[1:]}{four()}{four()}",
        f"{town}−{abc}−{four()}",
        f"{mobile}‐{four()}‐{four()}",
        f"({town}) {abc}-{four()}",
    ]


def mails(rng: random.Random) -> list[str]:
    name = rng.choice(["taro", "h.suzuki", "info", "y_tanaka", "office-2", "k.sato+news", "a1b2"])
    host = rng.choice(
        ["example.jp", "example.com", "mail.example.co.jp", "example.org", "cs.example.ac.jp", "ex-ample.net"]
    )
    return [
        f"{name}@{host}",
        f"{name}@{host}".upper(),
        wide(f"{name}@{host}"),
        f"{name}＠{host}",
        f"{name}[at]{host}",
        f"{name}(at){host}",
        f"{name} [at] {host}",
        f"{name}（アットマーク）{host}",
        f"{name}★{host}",
        f"{name}【@】{host}",
        f"{name}(a){host}",
        f"{name} @ {host}",
        f"{name}[at]{host}".replace(".co.jp", "[dot]co[dot]jp").replace(".com", "[dot]com"),
        f"{name}<at>{host}",
        f"{name}アットマーク{host}",
    ]


def addresses(rng: random.Random) -> list[str]:
    a, b, c = (rng.randrange(1, 30) for _ in range(3))
    code = f"{digits(rng, 3)}-{digits(rng, 4)}"
    kanji = "一二三四五六七八九"
    k1, k2, k3 = (rng.choice(kanji) for _ in range(3))
    return [
        f"東京都千代田区霞が関{a}-{b}-{c}",
        f"東京都港区芝公園{a}丁目{b}番{c}号",
        wide(f"大阪府大阪市北区梅田{a}") + "－" + wide(f"{b}") + "－" + wide(f"{c}"),
        f"神奈川県横浜市中区山下町{a * 9}番地",
        f"〒{code}",
        f"〒{code} 愛知県名古屋市中区栄{a}-{b}-{c}",
        f"〒{code}　京都府京都市中京区寺町通御池上る上本能寺前町{a}番地",
        f"〒{wide(code[:3])}－{wide(code[4:])}⏎福岡県福岡市博多区博多駅前{a}丁目{b}−{c}",
        f"{code} 北海道札幌市中央区北3条西{a}丁目{b}",
        f"横浜市西区みなとみらい{a}-{b}-{c}",
        f"渋谷区神南{a}丁目{b}番{c}号",
        f"長野県佐久市大字中込{a * 97}番地{b}",
        f"茨城県つくば市天王台{a}-{b}-{c} サンプルマンション{b}0{c % 9 + 1}号室",
        f"東京都新宿区西新宿{a}-{b}-{c} 見本ビル{c}階",
        f"東京都千代田区霞が関{k1}丁目{k2}番{k3}号",
        f"石川県金沢市広坂{k1}丁目{k2}番地の{k3}",
        f"埼玉県さいたま市浦和区高砂{a}の{b}の{c}",
        f"沖縄県那覇市泉崎{a}ー{b}ー{c}",
        f"東京都　港区　六本木　{a}-{b}-{c}",
        f"静岡県富士市本町{a}-{b}",
        f"熊本県阿蘇郡南阿蘇村大字河陽{a * 31}",
    ]


def cards(rng: random.Random) -> list[str]:
    visa = luhn("4" + digits(rng, 14))
    master = luhn(str(rng.randrange(51, 56)) + digits(rng, 13))
    jcb = luhn(str(rng.randrange(3528, 3590)) + digits(rng, 11))
    amex = luhn("37" + digits(rng, 12))
    return [
        "-".join(visa[at : at + 4] for at in range(0, 16, 4)),
        " ".join(master[at : at + 4] for at in range(0, 16, 4)),
        jcb,
        visa,
        f"{amex[:4]}-{amex[4:10]}-{amex[10:]}",
        amex,
        wide(jcb),
        wide("-".join(master[at : at + 4] for at in range(0, 16, 4))),
        "4111 1111 1111 1111",
        "5555-5555-5555-4444",
    ]


def my_numbers(rng: random.Random) -> list[str]:
    numbers = [my_number(rng) for _ in range(4)]
    return [
        "-".join(numbers[0][at : at + 4] for at in (0, 4, 8)),
        " ".join(numbers[1][at : at + 4] for at in (0, 4, 8)),
        wide("-".join(numbers[2][at : at + 4] for at in (0, 4, 8))),
        "　".join(wide(numbers[3])[at : at + 4] for at in (0, 4, 8)),
    ]


def ips(rng: random.Random) -> list[str]:
    def octet() -> int:
        return rng.randrange(1, 255)

    return [
        f"203.0.113.{octet()}",
        f"198.51.100.{octet()}",
        f"{rng.choice([60, 122, 133, 150, 202, 219])}.{octet()}.{octet()}.{octet()}",
        f"2001:db8:{octet():x}::{octet():x}",
        f"2400:{rng.randrange(4096, 65536):x}:1:2:3:4:5:{octet():x}",
        f"240B:10:{octet():X}:A100::1",
    ]


CONTEXTS = {
    "phone": "{}|電話：{}|TEL {}（代表）|お問い合わせは{}まで。|FAX:{}⏎|ご連絡は「{}」へお願いします|☎{}|"
    "Tel.{} 受付 9:00-17:00|携帯は{}です。|連絡先（{}）|TEL/FAX {}, 担当 山田|総務課　{}",
    "mail": "{}|メール：{}|E-mail: {}⏎|ご応募は {} まで|お問い合わせ（{}）はこちら|宛先は「{}」。|"
    "連絡先 {}、担当 佐藤|<{}>",
    "address": "{}|住所：{}|所在地　{}⏎|本社は{}にあります。|会場：{}（駅から徒歩5分）|送付先は、{}。|事務局 {}⏎TEL 略|"
    "（{}）",
    "card": "カード番号 {}|{}|クレジットカード: {} 有効期限 12/28|「{}」で決済した。|VISA {}⏎",
    "my_number": "マイナンバー：{}|{}|個人番号は{}です。|マイナンバー（個人番号） {}⏎|番号カードには「{}」とある",
    "ip": "{}|IPアドレス {} からの接続|[{}] さんの書き込み|{} - - [10/Oct/2023:13:55:36 +0900] GET|送信元は{}でした。|"
    "ping {}|host={}",
}
FORMS = {"phone": phones, "mail": mails, "address": addresses, "card": cards, "my_number": my_numbers, "ip": ips}


def positives(seed: int = 4) -> Iterator[str]:
    """Every form of every kind in some of the contexts, with other values each time."""
    rng = random.Random(seed)
    for kind, forms in FORMS.items():
        contexts = CONTEXTS[kind].split("|")
        each = {"phone": 7, "mail": 7, "address": 7, "card": 7, "my_number": 16, "ip": 11}[kind]
        for turn in range(each):
            for at, form in enumerate(forms(rng)):
                yield contexts[(at + turn * 5) % len(contexts)].replace("{}", f"‹{kind}:{form}›")


def cued(seed: int = 5) -> Iterator[str]:
    """Digits in one piece, which only a cue makes a telephone or My Number."""
    rng = random.Random(seed)
    for cue in ("TEL ", "電話番号：", "携帯", "FAX:", "電話は、", "ＴＥＬ：", "Tel:", "連絡先 ", '"tel": "'):
        yield f"{cue}‹phone:03{digits(rng, 8)}›"
        yield f"{cue}‹phone:090{digits(rng, 8)}›"
    for cue in ("マイナンバー", "個人番号：", "マイナンバーは ", "My Number: "):
        for _ in range(3):
            yield f"{cue}‹my_number:{my_number(rng)}›"
        wrong = my_number(rng)
        yield f"{cue}{wrong[:-1]}{(int(wrong[-1]) + 3) % 10}"


def negatives(seed: int = 6) -> Iterator[str]:
    """Numbers of other kinds, with other values each time."""
    rng = random.Random(seed)
    for _ in range(7):
        d = {size: digits(rng, size) for size in range(2, 17)}
        yield f"JANコード 49{d[11]}"
        yield f"JAN:45{d[11]} 型番：{rng.choice('ABC')}{d[3]}-{d[3]}-{d[4]}"
        yield f"ISBN 978-4-{d[2]}-{d[6]}-{d[2][0]}、ISBN4-{d[4]}-{d[4]}-X"
        yield f"ISSN {d[4]}-{d[4]}"
        yield f"価格は¥{rng.randrange(1, 9)},{d[3]},{d[3]}円（税込）、{d[5]}円引き"
        yield f"{rng.randrange(1980, 2030)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02} {d[2]}:30:15"
        yield f"令和{rng.randrange(2, 7)}年{rng.randrange(1, 13)}月、2024/{rng.randrange(1, 13)}/{rng.randrange(1, 29)}"
        yield f"型番 ABC-{d[3]}-{d[4]}、品番：{d[3]}-{d[4]}-{d[4]}"
        yield f"https://example.com/item/0{d[9]}.html と /m/000{d[7]}.htm"
        yield f"https://example.jp/?id=090{d[8]}&t=17{d[8]}"
        yield f"doi:10.1{d[3]}/090-{d[4]}-{d[4]}"
        yield f"特開2003-{d[6]}号公報、特願平10-{d[6]}"
        yield f"KAKEN JP{rng.randrange(15, 24)}K{d[5]}、科研費{rng.randrange(15, 24)}H0{d[4]}"
        yield f"北緯35.{d[6]}, 東経139.{d[6]}"
        yield f"unixtime 17{d[8]}、17{d[11]} ms"
        yield f'{{"id": 1{d[15]}, "count": {d[5]}}}'
        yield f"{d[4]} {d[4]} {d[4]} {d[4]} {d[4]} {d[4]}"
        yield f"バージョン {rng.randrange(1, 9)}.{d[2][0]}.{d[2]}.{d[3][0]}"
        yield f"Chrome/{rng.randrange(60, 130)}.0.{rng.randrange(1, 250)}.{rng.randrange(1, 250)}"
        yield f"銀行コード {d[4]} 支店 {d[3]} 口座番号 {d[7]}"
        yield f"ORCID 0000-000{rng.randrange(1, 4)}-{d[4]}-{d[4]}"
        yield f"伝票番号 {d[4]}-{d[4]}-{d[4]}、会員番号：{d[12]}"
        yield f"550e8400-e29b-41d4-a716-44665544{d[4]}、sha1 {d[16]}a{d[8]}c"
        yield f"フリーダイヤル 0120-{d[3]}-{d[3]}、ナビダイヤル0570-{d[3]}-{d[3]}、0800-{d[3]}-{d[4]}"
        yield f"192.168.{rng.randrange(255)}.{rng.randrange(255)} や 10.{rng.randrange(255)}.0.1、127.0.0.1"
        yield f"浦和{rng.randrange(4)}-{rng.randrange(4)}鹿島、神戸市{rng.randrange(4)}-{rng.randrange(4)}大阪市"
        yield f"@user{d[3]} さん、icon@2x.png、left-pad@1.{d[2][0]}.0、git@github.com:foo/bar.git"
        yield f"東京都千代田区の人口は{d[5]}人、大阪市北区梅田{rng.randrange(1, 4)}丁目の交差点"


def cases() -> list[Case]:
    """All of them; the same ones each time."""
    written = (line for block in BLOCKS for line in block.strip().splitlines())
    return [case(each) for source in (positives(), cued(), negatives(), written) for each in source]


class Score(NamedTuple):
    """Counts of one kind: right ones of those found, and recalled ones of those there."""

    found: int
    right: int
    there: int
    recalled: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.recalled / self.there if self.there else 1.0


SLACK = 8


def covers(found: tuple[int, int, str], answer: tuple[int, int, str]) -> bool:
    """The same kind, the whole of the answer, and at most eight characters more than it."""
    return (
        found[2] == answer[2]
        and found[0] <= answer[0]
        and found[1] >= answer[1]
        and (found[1] - found[0]) - (answer[1] - answer[0]) <= SLACK
    )


def scores(kind: str | None, among: list[Case]) -> Score:
    """What ``find`` makes of the cases, of one kind or of all."""
    counts: Counter[str] = Counter()
    for each in among:
        found = [tuple(span) for span in find(each.text) if kind in (None, span.kind)]
        answers = [answer for answer in each.answers if kind in (None, answer[2])]
        counts["found"] += len(found)
        counts["right"] += sum(any(covers(span, answer) for answer in answers) for span in found)
        counts["there"] += len(answers)
        counts["recalled"] += sum(any(covers(span, answer) for span in found) for answer in answers)
    return Score(counts["found"], counts["right"], counts["there"], counts["recalled"])
