"""What a charset label means on the web: the WHATWG Encoding Standard's table, and other names in use.

Labels of the standard's ``replacement`` (ISO-2022-KR, HZ) and ``x-user-defined`` name nothing here: what such a
page is written in is told from its bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping

STANDARD: Mapping[str, str] = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": (
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e"
        " iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
    ),
    "iso8859-7": (
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7"
        " iso_8859-7:1987 sun_eu_greek"
    ),
    "iso8859-8": (
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8"
        " iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"
    ),
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": (
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591"
        " iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"
    ),
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5"
        " windows-1254 x-cp1254"
    ),
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc-jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso-2022-jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"
    ),
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}
"""The standard's labels by Python codec: always the superset that pages are really written in."""

_OTHERS: Mapping[str, str] = {
    "cp932": "cp932 sjis-win x-ms-cp932 x-shift_jis x-shift-jis cswindows31j",
    "euc-jp": "euc_jp eucjp x-euc ujis eucjp-ms eucjpms eucjp-win cp51932 cp20932 eucjp-open",
    "iso-2022-jp": (
        "iso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-ms jis cp50220"
        " cp50221 cp50222 x-jis"
    ),
    "gb18030": "cp936 ms936 windows-936 gb18030-2000 euc-cn euccn x-euc-cn",
    "big5hkscs": "cp950 ms950 big5hkscs big5-eten x-windows-950",
    "cp949": "euckr uhc ms949 cp949 x-windows-949",
    "utf-8": "utf_8 utf-8n utf8mb4 cp65001",
    "utf-16-le": "cp1200",
    "utf-16-be": "cp1201 utf16be",
    "koi8-r": "cp20866",
    "cp866": "ibm-866",
    "cp1252": "latin-1",
}
_CODECS = {label: codec for table in (_OTHERS, STANDARD) for codec, labels in table.items() for label in labels.split()}
# Python knows more codecs: what is bytes that begin as ASCII may be asked for, the rest (EBCDIC, idna) may not.
_NOTHING = frozenset(
    {"csiso2022kr", "hz-gb-2312", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-kr", "replacement", "x-user-defined"}
)
_PROBE = b"<meta charset=A>"
_FAMILIES = ("iso8859", "cp", "koi8", "mac-", "mac_", "tis", "johab", "ptcp", "kz1048")


def codec_of(label: str) -> str | None:
    """The codec of a label in any case, with white space or quotes around it; None where it names none.

    >>> codec_of(" Shift_JIS "), codec_of("windows-31j"), codec_of("ISO-8859-1"), codec_of("none")
    ('cp932', 'cp932', 'cp1252', None)
    """
    name = label.strip(" \t\r\n\f\"'").lower()
    if name in _CODECS:
        return _CODECS[name]
    if name in _NOTHING:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not info.name.startswith(_FAMILIES) or info.decode(_PROBE, "replace")[0] != _PROBE.decode("ascii"):
        return None
    return _CODECS.get(info.name, info.name)
