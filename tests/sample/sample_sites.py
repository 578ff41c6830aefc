"""The invented sites of the mini-web: what stands around their articles, and pages that have no article at all."""

from __future__ import annotations

from html import escape

from sample_html import Site

SITES = {
    site.host: site
    for site in (
        Site(
            "kawabe-kyodoshi.example",
            "川辺郷土史の会",
            "old",
            ("表紙", "会報の目次", "古い写真", "町名の由来", "掲示板", "リンク集"),
            (),
            "無断転載を禁じます　川辺郷土史の会　管理人まで",
        ),
        Site(
            "daidokoro.example",
            "台所だより",
            "magazine",
            ("和のおかず", "汁もの", "麺", "保存食", "道具"),
            ("春キャベツの浅漬け", "焼き豆腐の煮物", "塩こうじの作り方", "圧力鍋を使いこなす"),
            "© 2026 台所だより編集部",
        ),
        Site(
            "blog.hoshizora.example",
            "星空ノート",
            "blog",
            ("観望記", "機材", "撮影", "自由研究"),
            ("双眼鏡の選び方", "冬の大三角を探す", "月食の写真を整理した", "赤道儀の手入れ"),
            "Powered by 架空ブログ",
        ),
        Site(
            "tetsudo-sanpo.example",
            "てつどう散歩",
            "old",
            ("はじめに", "廃線を歩く", "駅弁の包み紙", "時刻表のたな", "更新の記録"),
            (),
            "tetsudo-sanpo　ご感想はメールでどうぞ",
        ),
        Site(
            "niwa-to-hatake.example",
            "庭と畑の相談室",
            "magazine",
            ("野菜", "草花", "果樹", "土づくり", "病害虫"),
            ("きゅうりのうどんこ病", "挿し木の時期", "堆肥のにおいを減らす", "芝生の目土"),
            "庭と畑の相談室 / 架空園芸普及会",
        ),
        Site(
            "www.hikari-sho.example",
            "ひかり小学校",
            "office",
            ("学校案内", "年間行事", "学年だより", "給食", "保護者の方へ"),
            ("十二月の献立", "持久走大会の結果", "図書室の新しい本"),
            "ひかり小学校　架空県緑が丘町三丁目",
        ),
        Site(
            "pc-yorozu.example",
            "パソコンよろず帖",
            "blog",
            ("写真の整理", "文字コード", "バックアップ", "故障の記録"),
            ("古いメールを読み出す", "電源が入らないとき", "USBメモリーの寿命", "PDFを軽くする"),
            "パソコンよろず帖 All rights reserved.",
        ),
        Site(
            "kurashi-memo.example",
            "くらしの覚え書き",
            "magazine",
            ("洗濯", "掃除", "住まい", "防災", "手仕事"),
            ("網戸を外さずに洗う", "湿気取りを置く場所", "かびた傘の手入れ", "衣替えの手順"),
            "くらしの覚え書き　運営：架空生活研究室",
        ),
        Site(
            "yama-to-kawa.example",
            "山と川の記録",
            "bare",
            ("記録", "地図"),
            (),
            "",
        ),
        Site(
            "machi-zine.example",
            "町の仕事ずかん",
            "blog",
            ("職人", "商店街", "工場", "朝の仕事"),
            ("畳屋さんの針", "活版印刷所の一日", "船大工をたずねて", "たばこ屋の店番"),
            "町の仕事ずかん編集室",
        ),
        Site(
            "recipe-matome.example",
            "みんなの料理メモ",
            "blog",
            ("人気", "新着", "十分でできる", "節約"),
            ("ピーマンの肉詰め", "卵焼きがふわふわになるこつ", "冷凍うどんで焼きうどん"),
            "みんなの料理メモ",
        ),
        Site(
            "sorami.example",
            "そらみ日記",
            "magazine",
            ("日記", "星", "雲"),
            ("夕焼けの色", "飛行機雲のでき方"),
            "そらみ日記",
        ),
        Site(
            "rekishi-archive.example",
            "地域資料アーカイブ",
            "office",
            ("資料を探す", "地図から探す", "年表", "利用のてびき"),
            ("絵図の公開を始めました", "画像の利用申請について"),
            "地域資料アーカイブ（架空）",
        ),
        Site("chaye.example", "茶园日记", "blog", ("首页", "游记", "茶"), ("雨后的山路",), "版权所有", "zh"),
        Site("lvxing.example", "旅行笔记", "magazine", ("日本", "交通"), ("买车票",), "旅行笔记", "zh"),
        Site("danche.example", "單車日誌", "blog", ("環島", "裝備"), ("補胎",), "單車日誌", "zh-TW"),
        Site("jangnal.example", "장날 이야기", "blog", ("시장", "음식"), ("국밥",), "장날 이야기", "ko"),
        Site("sanhaeng.example", "산행 수첩", "magazine", ("산", "장비"), ("지도",), "산행 수첩", "ko"),
        Site("crumb.example", "Crumb & Crust", "blog", ("Bread", "Tools"), ("Rye",), "Crumb", "en"),
        Site("lamp.example", "Lamp Trust", "office", ("Visit", "News"), ("Opening",), "Trust", "en"),
        Site("pinwheel.example", "Pinwheel", "bare", ("Docs",), (), "", "en"),
    )
}

PREFECTURE_LIKE = ("東浜", "西原", "南沢", "北野", "中島", "上町", "下田", "大森", "小川", "新川")
SERVICES = ("水漏れ修理", "鍵の交換", "不用品の回収", "エアコンの掃除", "害虫の駆除")


def shell(title: str, body: str, lang: str = "ja") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n<body>\n{body}\n</body></html>\n"
    )


def link_list(labels: list[str]) -> str:
    items = (f'<li><a href="/p/{n}.html">{escape(label)}</a></li>' for n, label in enumerate(labels))
    return "<ul>\n" + "\n".join(items) + "\n</ul>"


def navigation() -> dict[str, str]:
    """Pages that only lead elsewhere, by URL."""
    side = [label for site in SITES.values() if site.lang == "ja" for label in site.menu + site.side]
    months = [f"{year}年{month}月（{(year * month) % 9 + 1}）" for year in (2024, 2025) for month in range(1, 13)]
    tags = "　".join(f'<a href="/tag/{n}">{label}</a>({n * 7 % 23 + 1})' for n, label in enumerate(side))
    towns = [f"{town}の{service}" for town in PREFECTURE_LIKE for service in SERVICES]
    return {
        "https://kurashi-memo.example/sitemap.html": shell("サイトマップ", "<h1>サイトマップ</h1>" + link_list(side)),
        "https://blog.hoshizora.example/archive/": shell(
            "月別アーカイブ", "<h2>月別アーカイブ</h2>" + link_list(months)
        ),
        "https://machi-zine.example/tags/": shell("タグ一覧", f"<p>{tags}</p>"),
        "https://chiiki-link.example/": shell(
            "地域べつリンク", "<h1>地域べつリンク</h1>" + link_list(towns) + "<p>相互リンク募集中</p>"
        ),
    }


def spam() -> dict[str, str]:
    """Pages made for search engines, by URL."""
    brands = ("腕時計", "かばん", "財布", "スニーカー", "サングラス", "ネックレス")
    stuffed = " ".join(
        f"【送料無料】{brand} 激安 通販 {word} 最安値 人気ランキング 新作 2026 正規品 セール"
        for brand in brands
        for word in ("レディース", "メンズ", "中古", "アウトレット")
    )
    doorway = "".join(
        f"<p>{town}で{service}なら当社におまかせください！{town}の{service}は最短二十分で到着、"
        f"{town}の{service}の見積もりは無料です。{town}で{service}にお困りの方は今すぐお電話を！</p>"
        for town in PREFECTURE_LIKE
        for service in SERVICES[:2]
    )
    money = "".join(
        f"<p>★★★今だけ★★★　{n}日で月収{n * 7 + 30}万円！！！誰でも簡単、スマホだけ！！！"
        "登録はこちら→→→　クリック　クリック　クリック</p>"
        for n in range(1, 22)
    )
    goods = "".join(
        f"<div>{brand}{n:03d}型　定価{(n + 3) * 9800:,}円→特価{(n + 3) * 980:,}円（税込）在庫{n % 4 + 1}点　"
        "カートに入れる</div>"
        for n, brand in enumerate(brands * 6)
    )
    return {
        "http://gekiyasu-brand.example/item/all.html": shell("激安ブランド通販 最安値", stuffed),
        "http://kagi-mizu.example/area.php?all=1": shell("地域対応 水漏れ 鍵", doorway),
        "http://raku-raku-kasegu.example/": shell("スマホで簡単副業", money),
        "http://outlet-shop-online.example/list?page=3": shell("商品一覧", goods),
    }


def thin() -> dict[str, str]:
    """Pages with next to no text."""
    forum = "".join(
        f"<p>{n}：名無しの釣り人：2026/01/{n:02d} 2{n % 4}:1{n % 6}</p><p>{words}</p>"
        for n, words in enumerate(
            ("ここ釣れる？", "さっき見てきたけど濁ってた", "うそつけw", "＞３　ほんとだよ", "ｷﾀ━━━！！", "乙"),
            1,
        )
    )
    return {
        "https://yama-to-kawa.example/moved.html": shell("移転しました", "<p>移転しました。</p>"),
        "https://sorami.example/empty.html": shell("", ""),
        "http://tsuri-bbs.example/test/read.cgi/12/": shell("【河口】今日の様子", forum),
        "https://kurashi-memo.example/login": shell(
            "ログイン", "<form>メールアドレス<input>パスワード<input><button>ログイン</button></form>"
        ),
    }


def listed() -> dict[str, str]:
    """Pages worth keeping that are lists more than prose: they belong to lower levels."""
    tools = (
        "移植ごて",
        "じょうろ",
        "支柱",
        "麻ひも",
        "園芸ばさみ",
        "鉢底ネット",
        "腐葉土",
        "赤玉土",
        "寒冷紗",
        "名札",
        "軍手",
        "ふるい",
    )
    uses = (
        "春の植え替えは根を傷めないように、鉢の縁を軽くたたいてから株を抜きます。",
        "支柱は苗を植えるその日に立てておくと、あとから根を突き刺す心配がありません。",
        "麻ひもは八の字に結び、茎が太くなっても食い込まないようにゆとりを残します。",
        "赤玉土と腐葉土は七対三が目安ですが、乾きやすいベランダでは腐葉土を少し増やします。",
        "寒冷紗は虫よけにも霜よけにもなるので、たたんで一年じゅう手元に置いています。",
        "名札には種をまいた日も書いておくと、翌年の予定を立てるときに役に立ちます。",
        "使い終わった道具は土を落とし、刃物には薄く油を塗ってからしまいます。",
    )
    stations = (
        "川辺",
        "川辺本町",
        "製糸場前",
        "桑畑",
        "渡し場",
        "上渡",
        "天神下",
        "峠口",
        "水車小屋",
        "分校前",
        "滝見台",
        "終点車庫",
    )
    signs = ("青い標識", "黄色い標識", "赤い標識", "白い距離標", "勾配標", "曲線標", "汽笛の標", "停止位置")
    notes = (
        "廃線になった谷の鉄道の駅名を、起点から順に並べました。",
        "太字の駅には今もホームの石積みが残り、季節のよい日には歩いて見に行けます。",
        "沿線で見つけた標識の種類も、忘れないように書きとめておきます。",
        "駅の数は時期によって変わり、製糸場前は工場が開いていた間だけの駅でした。",
    )
    items = "".join(f"<li>{tool}</li>" for tool in tools)
    names = "".join(f"<p>{name}</p>" for name in (*stations, *signs))
    return {
        "https://niwa-to-hatake.example/dogu.html": shell(
            "庭仕事の道具", f"<h1>庭仕事の道具</h1><ul>{items}</ul>" + "".join(f"<p>{use}</p>" for use in uses)
        ),
        "http://tetsudo-sanpo.example/ekimei.htm": shell(
            "谷の鉄道の駅名",
            "<h1>谷の鉄道の駅名</h1>" + f"<p>{notes[0]}</p>{names}" + "".join(f"<p>{n}</p>" for n in notes[1:]),
        ),
    }
