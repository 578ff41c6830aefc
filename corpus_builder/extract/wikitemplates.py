"""What the templates of running text say: a reading in brackets, a foreign word, a length.

A dump holds no rendered pages. Most templates are boxes, notices and citations, which say nothing
here; the few that stand inside sentences are told by name, as the Japanese, English, Chinese and
Korean Wikipedias call them, for without them sentences lose their subjects.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Arguments = dict[str, str]
"""Positional arguments under "1", "2", …; named ones in lower case; all stripped."""

LONGEST_NAME = 100
NAMED = re.compile(r"\s*([\w][\w .-]{0,30}?)\s*=(.*)", re.DOTALL)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIRST = _names(
    """
    ruby ルビ r-ruby ruby-ja 仮リンク 日本語版にない記事リンク ill ill2 interlanguage_link illm
    link-interwiki interlanguage_link_multi iw2 le lj lk internal_link_helper nowrap nobr nowiki
    small smaller big larger large bold b i em strong italic underline u s del ins sup sub abbr
    tooltip visible_anchor vanchor vanc quote quotation cquote blockquote bquote rquote pull_quote
    centered_pull_quote 引用 引用文 要出典範囲 要検証範囲 独自研究範囲 要追加記述範囲 疑問点範囲
    要説明範囲 誰範囲 誰範囲2 いつ範囲 どこ範囲 citation_needed_span 信頼性要検証範囲
    要ページ番号範囲 補助漢字フォント jis2004フォント jis90フォント 拡張漢字 cp932フォント unicode
    unicodefont 僻字 formatnum uc lc ucfirst lcfirst linktext noitalic normal mono mvar var kbd
    code xt tt samp key keypress 下線 太字 縦書き 縦書 resize font-size 折り返し禁止 section_link
    nts ntsh ipa ipablink ipaslink ipa_link angbr angle_bracket math 한자 본문링크
    """
)
SECOND = _names(
    "lang 言語 llang font_color fontcolor color colored_text fgcolor tsl link-translated resizebox"
    " 色 color2 rtl-lang script"
)
LAST = _names("transl transliteration audio 音声 flag flagcountry 国旗")
READING = _names("読み仮名 読み仮名_ruby不使用 読み仮名2 よみがな 読みがな ふりがな ふりがな2")
LITERAL = {
    "!": "|",
    "=": "=",
    "(": "{",
    ")": "}",
    "'": "'",
    "·": " · ",
    "•": " • ",
    "snd": " – ",
    "spnd": " – ",
    "spaced_ndash": " – ",
    "ndash": "–",
    "en_dash": "–",
    "mdash": "—",
    "em_dash": "—",
    "spaced_mdash": " — ",
    "nbsp": " ",
    "space": " ",
    "'s": "'s",
    "-": "",
}
UNITS = {
    "sqkm": "km²",
    "km2": "km²",
    "m2": "m²",
    "m3": "m³",
    "sqmi": "sq mi",
    "sqft": "sq ft",
    "cuft": "cu ft",
    "c": "°C",
    "f": "°F",
    "°c": "°C",
    "°f": "°F",
    "kph": "km/h",
    "ftin": "ft",
    "lb": "lb",
    "nmi": "nmi",
    "usgal": "US gal",
}
RANGES = {"-": "–", "–": "–", "to": " to ", "and": " and ", "by": " by ", "x": " × ", "×": " × "}
LANG_DASH = re.compile(r"(?:lang|link|i)[-_][\w-]+")
SIMPLE = re.compile(r"[-\d.,/+ eE−]+")


Rule = Callable[[Arguments], str]


def text_of(call: str) -> str:
    """What the call between a template's braces says in a sentence; "" where nothing is known.

    >>> text_of("読み仮名|東京|とうきょう"), text_of("Lang|en|Tokyo"), text_of("Infobox|name=x")
    ('東京（とうきょう）', 'Tokyo', '')
    >>> text_of("Convert|5|km|mi"), text_of("convert|5|-|10|sqkm"), text_of("formatnum:1234")
    ('5 km', '5–10 km²', '1234')
    """
    name, *parts = call.split("|")
    rule = rule_of(name)
    return rule(arguments_of(name, parts)) if rule else ""


def rule_of(name: str) -> Rule | None:
    """How a template of this name, cased and spaced anyhow, is told; None when it says nothing."""
    if len(name) > LONGEST_NAME:
        return None
    name = name.partition(":")[0].strip().replace(" ", "_").lower()
    return RULES.get(name) or (_last if LANG_DASH.fullmatch(name) else None)


def arguments_of(name: str, parts: list[str]) -> Arguments:
    """The arguments by number and name; what follows a colon in the name counts as the first."""
    found: Arguments = {}
    position = 0
    _, colon, inline = name.partition(":")
    for part in [inline, *parts] if colon else parts:
        named = NAMED.match(part)
        if named:
            found[named[1].lower()] = named[2].strip()
        else:
            position += 1
            found[str(position)] = part.strip()
    return found


def _first(arguments: Arguments) -> str:
    for key in ("label", "lt", "text"):
        if arguments.get(key):
            return arguments[key]
    return arguments.get("1", "")


def _second(arguments: Arguments) -> str:
    return arguments.get("2") or arguments.get("text", "")


def _last(arguments: Arguments) -> str:
    """The last positional argument that is not empty, as in ``{{transl|ja|ISO|text}}``."""
    positional = [arguments[key] for key in map(str, range(1, 10)) if arguments.get(key)]
    return positional[-1] if positional else ""


def _reading(arguments: Arguments) -> str:
    base, reading = arguments.get("1", ""), arguments.get("2", "")
    return f"{base}（{reading}）" if base and reading else base or reading


def _convert(arguments: Arguments) -> str:
    """The quantity or range as written, without the conversion."""
    amount, at = arguments.get("1", ""), 2
    while (between := RANGES.get(arguments.get(str(at), ""))) and str(at + 1) in arguments:
        amount += between + arguments[str(at + 1)]
        at += 2
    unit = arguments.get(str(at), "")
    if not SIMPLE.match(amount) or len(amount) + len(unit) > 60:
        return ""
    return f"{amount} {UNITS.get(unit.lower(), unit)}".strip()


def _fraction(arguments: Arguments) -> str:
    parts = [arguments[key] for key in ("1", "2", "3") if arguments.get(key)]
    if len(parts) == 3:
        return f"{parts[0]} {parts[1]}/{parts[2]}"
    return "/".join(parts if len(parts) == 2 else ["1", *parts])


def _value(arguments: Arguments) -> str:
    unit = arguments.get("u") or arguments.get("ul") or ""
    return f"{arguments.get('1', '')} {unit}".strip()


def _nihongo(arguments: Arguments) -> str:
    """``{{nihongo|English|kanji|romaji}}``: English (kanji, romaji)."""
    head, rest = arguments.get("1", ""), [arguments.get(key, "") for key in ("2", "3")]
    inside = ", ".join(part for part in rest if part)
    return f"{head} ({inside})" if head and inside else head or inside


def _lived(arguments: Arguments) -> str:
    """``{{bd|1900年|1月1日|1980年|2月2日}}`` of the Chinese Wikipedia."""
    born, died = (arguments.get(a, "") + arguments.get(b, "") for a, b in (("1", "2"), ("3", "4")))
    return f"（{born}－{died}）" if born or died else ""


def _formula(arguments: Arguments) -> str:
    """``{{chem|H|2|O}}``: H2O."""
    return "".join(arguments.get(key, "") for key in map(str, range(1, 20)))


def _dollars(arguments: Arguments) -> str:
    return f"US${arguments['1']}" if arguments.get("1") else ""


def _literal(text: str) -> Rule:
    return lambda arguments: text


RULES: dict[str, Rule] = {
    **{name: _literal(text) for name, text in LITERAL.items()},
    **dict.fromkeys(FIRST, _first),
    **dict.fromkeys(SECOND, _second),
    **dict.fromkeys(LAST, _last),
    **dict.fromkeys(READING, _reading),
    **dict.fromkeys(("convert", "cvt", "変換"), _convert),
    **dict.fromkeys(("frac", "fraction", "分数", "sfrac"), _fraction),
    **dict.fromkeys(("val", "value"), _value),
    **dict.fromkeys(("nihongo", "nihongo_foot", "nihongo3", "korean_name"), _nihongo),
    **dict.fromkeys(("chem", "chem2", "ce", "化学式"), _formula),
    **dict.fromkeys(("us$", "usd"), _dollars),
    "bd": _lived,
}
