"""Lines that site templates print around the text, told by their wording; each is matched as a whole.

The lists are short and hold what no sentence or heading of the text itself consists of.
"""

from __future__ import annotations

import re

_SHORT = 40  # characters of such a line; three times that of a copyright line

# To the top, back, on, share, print.
_BUTTON = re.compile(
    r"[\s\W]*(?:"
    r"(?:この)?(?:ページ|頁|画面)?(?:の)?(?:先頭|トップ|TOP|上部?|最上部|はじめ|最初)(?:ページ)?(?:へ|に)?(?:戻る|もどる|移動する?)?"
    r"|(?:前|次|元|一覧|目次|ホーム|HOME|メニュー|記事一覧)(?:の?(?:ページ|画面|記事))?(?:へ|[へに](?:戻る|もどる|進む)|を見る)"
    r"|(?:前|次)の(?:ページ|記事)|戻る|もどる|進む|閉じる|もっと(?:見|読)る|続き(?:を(?:見|読)る|は(?:こちら|コチラ))"
    r"|(?:詳細|詳しく|くわしく)(?:は(?:こちら|コチラ)|を?見る)|(?:本文|コンテンツ|メニュー)(?:へ|に|を)?(?:スキップ|移動|飛ばす?)"
    r"|(?:この(?:記事|ページ|サイト)を)?(?:シェア|ツイート|ポスト|共有|印刷|ブックマーク)(?:する)?|いいね"
    r"|スポンサー(?:ド)?(?:リンク|サイト)?|広告|ログイン|新規(?:会員)?登録|メニュー|検索|ナビゲーション"
    r"|(?:back to |page ?)?top|home|next|prev(?:ious)?|menu|search|share(?: this)?|tweet|print"
    r"|skip to (?:main )?content|read more|advertisement|log ?in|sign (?:in|up)"
    r")[\s\W]*",
    re.IGNORECASE,
)
_RIGHTS = re.compile(r"\W*(?:copyright|©|\(c\)|（Ｃ）|Ⓒ)\W.*|.*\ball rights reserved\W*", re.IGNORECASE | re.DOTALL)
# What stands over other articles.
_ELSEWHERE = re.compile(
    r"\W*(?:"
    r"(?:この記事に)?関連(?:する|の)?(?:記事|ニュース|エントリー?|コンテンツ|商品|キーワード)(?:一覧)?"
    r"|(?:あわせて|合わせて|併せて)(?:読|よ)みたい(?:記事)?|こちら(?:の記事)?も(?:おすすめ|オススメ|お勧め|どうぞ|読まれています)"
    r"|(?:おすすめ|オススメ|お勧め|人気|注目|最新|最近)の?(?:記事|ニュース|エントリー?|投稿|コメント)(?:一覧|ランキング)?"
    r"|(?:アクセス|記事|人気|カテゴリー?|週間|月間)ランキング|この記事を(?:書いた|シェアした)人|カテゴリー?一覧|月別アーカイブ"
    r"|(?:この記事を)?(?:シェア|共有)(?:する)?|トラックバック(?:一覧|URL)?|コメントを?(?:書く|残す|投稿|送信)(?:する)?"
    r"|(?:related|recommended|recent|latest|popular|more|similar|other|trending)"
    r" (?:articles?|posts?|stories|news|reading|content|topics|links|products|items|resources)"
    r"|you (?:may|might)(?: also)? (?:like|enjoy|be interested in)|recommended for you|read next|up next"
    r"|also in the news|share this(?: article| post| story)?|leave a (?:comment|reply)|about the author|follow us"
    r"|stay connected|(?:sign up|subscribe)(?: (?:for|to) our newsletters?)?"
    r")\W*",
    re.IGNORECASE,
)


def is_button(text: str) -> bool:
    """Whether a block is what readers click on.

    >>> [is_button(t) for t in ("▲ページの先頭へ戻る", "次へ", "次に、")]
    [True, True, False]
    """
    return len(text) <= _SHORT and _BUTTON.fullmatch(text) is not None


def is_rights(text: str) -> bool:
    """Whether a block is the copyright line of a footer.

    >>> is_rights("Copyright (C) 2003 K. All rights reserved."), is_rights("© 2026 長樹園"), is_rights("著作権の話")
    (True, True, False)
    """
    return len(text) <= 3 * _SHORT and _RIGHTS.fullmatch(text) is not None


def is_elsewhere(text: str) -> bool:
    """Whether a heading announces other pages than this one.

    >>> [is_elsewhere(t) for t in ("関連記事", "■人気記事ランキング", "Related posts", "関連する法律")]
    [True, True, True, False]
    """
    return len(text) <= _SHORT and _ELSEWHERE.fullmatch(text) is not None
