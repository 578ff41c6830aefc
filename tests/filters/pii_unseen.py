"""Cases of other forms, written after the rules and scored once before any was changed for them: P .962, R .894."""

UNSEEN_POSITIVES = r"""
ご不明点は佐藤（‹phone:090-2345-6789›）までお知らせください。
【電話】‹phone:0798-12-3456›
【TEL】‹phone:06-7654-3210›【FAX】‹phone:06-7654-3211›
電話番号　‹phone:098-765-4321›
TEL:‹phone:(03)9876-5432›
Tel: ‹phone:03.9876.5432›
T: ‹phone:03-9876-5432› / M: ‹phone:080-9876-5432›
ＦＡＸ　‹phone:０４２－３２１－６５４３›
緊急連絡先は母の携帯‹phone:09087654321›です
携帯電話番号:‹phone:08011112222›
電話番号（‹phone:0312340000›）
電話 : ‹phone:0451234567›
☎ ‹phone:0982-33-4455›
☎️‹phone:088-612-3456›
問い合わせ：市民課 ‹phone:0263-34-3000›
‹phone:0178‐22‐3344›に電話した
‹phone:050 5555 1234›
私のLINEは使えないので‹phone:070 8888 9999›にください
‹phone:+81 45 123 4567›
‹phone:+81-80-1234-5678›に国際ローミング
‹phone:＋８１－３－１２３４－５６７８›
‹phone:0081-3-1234-5678›
Call me at ‹phone:+44 20 7946 0958›.
‹phone:(090)1234-5678›
‹phone:（03）1234-5678›
‹phone:03（1234）5678›
‹phone:０３－１２３４－５６７８›（平日のみ）
Fax.‹phone:03-1111-2222›
電話･FAX ‹phone:0555-12-3456›
電話とファックスは‹phone:0555-12-3457›
TEL＆FAX：‹phone:0555-12-3458›
電話番号が‹phone:052-000-1111›に変わりました
電話番号:‹phone:03-0000-1111›, メール:‹mail:abc@example.com›
担当直通：‹phone:03-5555-6666›（田中）
{"phone": "‹phone:090-1234-0000›", "email": "‹mail:user01@example.com›"}
"tel":"‹phone:0612345678›"
phone=‹phone:080-1111-0000›
氏名,電話,住所⏎山田,‹phone:03-2222-3333›,‹address:東京都北区王子1-1-1›
| 電話 | ‹phone:03-2222-3333› |
‹phone:０９０（１２３４）５６７８›
‹mail:Taro.Yamada@EXAMPLE.CO.JP›
‹mail:user+tag@example.com›
‹mail:first_last@dept.univ.example.ac.jp›にご連絡
送信先→‹mail:entry2024@example.or.jp›
‹mail:foo@example.museum›
Mail to:‹mail:abc@example.net›.
email＝‹mail:abc@example.net›
連絡は ‹mail:suzuki [アット] example.jp› へ
‹mail:suzuki(アット)example.co.jp›
‹mail:suzuki＠example．co．jp›
‹mail:suzuki[a]example.jp›
‹mail:suzuki（＠）example.jp›
‹mail:suzuki＜at＞example.jp›
‹mail:suzuki [AT] example.jp›
‹mail:suzuki(at)example(dot)jp›
‹mail:suzuki at example dot jp›
‹mail:suzuki_at_example.jp›（_at_を@に）
‹mail:suzuki●example.jp›（●を@に置き換え）
‹mail:suzuki◎example.co.jp›
‹mail:suzuki -at- example.jp›
‹mail:suzuki@@example.jp›
‹mail:suzuki ＠ example.jp›
「‹mail:a@example.jp›」「‹mail:b@example.jp›」
（E-mail:‹mail:office@example.go.jp›、Tel:‹phone:03-3333-4444›）
著者の連絡先は‹mail:author@example.edu›である
‹mail:o'brien@example.com›
‹mail:x@example.co.uk›さんより
To: ‹mail:a.b.c@example.com›; Cc: ‹mail:d-e@example.org›
〈‹mail:kanri@example.jp›〉
アドレスは「‹mail:hana-chan.love@docomo.example.jp›」だよ
住所：‹address:〒160-0023 東京都新宿区西新宿2丁目8番1号›
‹address:〒060-8588 札幌市中央区北3条西6丁目›
‹address:〒 700-0824 岡山県岡山市北区内山下2-4-6›
‹address:〒604-8571　京都市中京区寺町通御池上る上本能寺前町488番地›
郵便番号：‹address:8100001›
（‹address:〒231-0005›）‹address:横浜市中区本町6丁目50番地の10›
‹address:横浜市中区本町6-50-10›
‹address:大阪府堺市堺区南瓦町3番1号›
‹address:東京都府中市宮西町2-24›
‹address:青森県青森市長島一丁目1-1›
‹address:福島県会津若松市東栄町3番46号›
‹address:茨城県水戸市笠原町978番6›
‹address:群馬県前橋市大手町１丁目１番１号›
‹address:富山県富山市新総曲輪1番7号›
‹address:長野県長野市大字南長野字幅下692-2›
‹address:愛媛県松山市一番町四丁目4番地2›
‹address:長崎県長崎市尾上町3-1›
‹address:鹿児島市鴨池新町10番1号›
‹address:さいたま市浦和区高砂3-15-1›
‹address:つくば市吾妻1丁目10-1›
‹address:いわき市平字梅本21番地›
‹address:東京都西多摩郡奥多摩町氷川215-6›
‹address:北海道虻田郡倶知安町北1条東3丁目3番地›
‹address:東京都江東区豊洲3-3-3 豊洲見本センタービル8F›
‹address:東京都品川区大崎1-2-3-405›
‹address:東京都豊島区池袋2-3-4 グリーンハイツ305›
‹address:神奈川県藤沢市片瀬海岸1-2-3 メゾン見本A-201›
‹address:東京都練馬区光が丘2-10-1-502号›に住んでいる
‹address:千葉市美浜区ひび野2-4›
‹address:東京都目黒区自由が丘１－２－３›
‹address:港区虎ノ門1-23-1›
‹address:大阪市此花区桜島2-1-33›で開かれた
現在は‹address:愛知県豊橋市今橋町1番地›に居住。
勤務先　‹address:兵庫県姫路市安田四丁目1番地›
‹address:沖縄県国頭郡恩納村字恩納2451番地›
‹address:新潟県新潟市中央区新光町4番地1›
‹address:東京都千代田区永田町一ー七ー一›
‹address:奈良県奈良市二条大路南一丁目一番一号›
お届け先：‹address:石川県金沢市鞍月1-1›　山田様
‹address:岐阜市薮田南2-1-1›
クレジットカード番号は‹card:4012-8888-8888-1881›です
‹card:4111111111111111›
カード: ‹card:3714 496353 98431›
‹card:5200 8282 8282 8210›
‹card:6011-0009-9013-9424›
‹card:３５６６－００２０－２０３６－０５０５›
"card_number": "‹card:4000056655665556›"
card=‹card:5555555555554444›;
‹card:4242　4242　4242　4242›
Amex ‹card:371449635398431›
個人番号（マイナンバー）は ‹my_number:1234 5678 9018› です。
【個人番号】‹my_number:123456789018›
マイナンバー：‹my_number:１２３４５６７８９０１８›
my_number: "‹my_number:123456789018›"
IP:‹ip:203.0.113.195›
‹ip:198.51.100.7› - - [01/Jan/2024:00:00:00 +0900]
Failed password for root from ‹ip:203.0.113.12› port 22
IPv6 ‹ip:2001:db8:0:1:1:1:1:1›
編集者 ‹ip:126.43.22.190› による投稿
（‹ip:219.117.200.54›）
X-Forwarded-For: ‹ip:202.32.115.9›
remote_addr="‹ip:61.205.9.77›"
"""

UNSEEN_NEGATIVES = r"""
1-2-3 Marunouchi, Chiyoda-ku, Tokyo 100-0005⏎
JAN 4 901234 567894
JANコード4549292123456の商品
ISBN：978-4-8399-1234-5
ISBN-13 9784839912345
ISBN-10：4839912345
雑誌コード 01234-05
定価：本体2,400円+税
$1,234.56
総額 123,456,789円
電話代 3,456円
2023年12月31日 23時59分
平成31年4月30日
S63.4.1
R6.1.2-R6.3.31
午前9:00-午後5:00
10:00～18:00
期間 2024.04.01-2024.05.31
20240102123456
2024010203
モデル AB-1234-5678
CPU i7-12700K
RTX 4090-24
ロット番号 2024-0102-0304
シリアルナンバー：090-1234-5678
受付番号0312345678
会員番号 0901-2345-6789
学籍番号 012345678
図書館資料番号 0123456789
https://www.example.co.jp/news/2024/01/02/0300123456.html
http://example.com/p?no=0312345678
ftp://example.org/pub/03-1234-5678.tar.gz
www.example.com/09012345678/
C:\data\090-1234-5678.csv
./log/192.0.2.1.log
0123456789.txt
10.1016/j.cell.2020.01.001
doi: 10.1038/s41586-020-2649-2
arXiv:2101.01234
PMID: 31234567
特許第6123456号、特表2005-512345
WO2010/123456
US 7,123,456 B2
意匠登録第1234567号
令和5年法律第53号
最判平成12年3月24日民集54巻3号1155頁
JSPS科研費 20H01234, 21K12345
助成番号 JPMJCR1234
緯度 35.681236 経度 139.767125
N35.6812 E139.7671
総数 1,234 5,678 9,012
12.3 45.6 78.9 10.1
1 2 3 4 5 6 7 8 9 10
90 1234 5678
野球 巨人 3-2 阪神
試合は21-25, 25-18, 15-13
6-3 7-5
東京ヴェルディ1969
FC東京 0-3-1 横浜
第10章 3-2-1 節
図3-1-2
表 1.2.3
4.3.2.1 まとめ
2.10.3.5 設定
e58ed763-928c-4155-bee9-fdbaaadc15f3
a94a8fe5ccb19ba61c4c0873d391e987982fbbd3
5d41402abc4b2a76b9719d911017c592
銀行コード0005、支店コード 123、口座1234567
ゆうちょ 記号12345 番号12345671
0000-0001-2345-6789
1704067200
1704067200000
timestamp=1704067200123456
"id": 4111111111111112
int n = 2147483647;
18446744073709551615
Android 13.0.0.1
v2.14.0.3
ver 192.0.2.1
ファームウェア 10.20.30.40
Windows 10.0.22621.1
ルーター 192.168.11.1 に接続
ゲートウェイ：172.31.255.254
ローカルの10.1.2.3
サブネットマスク255.255.255.240
localhost 127.0.0.1:8080
RGB(255.255.255)
@example
@suzuki_taro
フォローは @example.jp
deploy@server01
scp file.txt user@host.example.com:/srv/
git clone ssh://git@example.com/repo.git
npm i foo@2.0.1
logo@3x.webp
x = a @ b
価格@500円
定員@10名
＠自宅
午後3時＠渋谷
みなとみらい駅
東京都港区芝公園
北海道札幌市
千代田区霞が関
品川区大井町から
新宿2丁目
梅田1丁目バス停
〇〇市1位
3丁目の夕日
二丁目食堂
市内3-4か所
県道12-3号線
北区2-1港区
東区12-8西区
町内会費1-3月分
横浜市 2020 2021 2022
名古屋市10-12月
第3区1-2着
大阪市2025-04-13
千葉県北西部で震度5-1
京都市右京区2020年1月1日
フリーコール 0800-111-2222
0120（12）3456
0120-00-1111へ
ナビダイヤル：0570(012)345
＃7119、♯8000
104番
03-12-34
012-34
080-12
1234 5678 9012 3456
4111 1111 1111 1112
9876-5432-1098
100-200-3000
12-34-56
3-5-7
1-1
"""
