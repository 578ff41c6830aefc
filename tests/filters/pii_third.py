"""The second author's further cases, written before mending the rules; notation as in ``pii_examples``."""

THIRD_POSITIVES = """
履歴書は下記へ⏎‹address:〒532-0011 大阪府大阪市淀川区西中島5-16-1›⏎株式会社サンプル 人事部
応募・問い合わせは、はがきに住所・氏名を書き、‹address:〒380-8570 長野市大字南長野字幅下692の2›、県広報課へ。
会費の振込後、‹mail:kaikei@example.gr.jp›宛に連絡ください（13桁の注文番号4987654321012も）。
氏名：見本花子、生年月日：1990年1月1日、住所：‹address:名古屋市東区葵1-2-3 コーポ見本202›、電話：‹phone:052-931-1234›
幹事の佐々木です。当日の連絡は‹phone:090-3344-5566›までお願いします！
集合場所は‹address:神戸市中央区三宮町1-9-1›、三宮見本プラザ前
Contact: Prof. Mori, ‹mail:mori@phys.example.ac.jp›, Tel ‹phone:+81-75-753-1111›, Fax ‹phone:+81-75-753-1112›
‹address:1-2-3 Kasumigaseki, Chiyoda-ku, Tokyo 100-0013›
Tel ‹phone:(03) 5501-1234›
‹phone:06(6208)8181›まで電話を
Q. 電話番号は? A. ‹phone:0422-45-1151›
電話＝‹phone:0744-29-1234›
＜電話＞‹phone:0745-22-1101›
【TEL】‹phone:0721-25-1000›
[FAX] ‹phone:0721-25-1001›
■電話番号⏎‹phone:0138-21-3111›
|電話|‹phone:0143-22-1111›|
電話,‹phone:0144-32-6111›,代表
お電話でのご注文 ‹phone:0178-43-2111›
担当直通 ‹phone:03-6205-1234› 携帯 ‹phone:080-6205-1234›
℡‹phone:０１５５－２４－４１１１›
（電話‹phone:0191・21・2111›）
（☎‹phone:27-5111›）
携帯番号:‹phone:+818012345678›
SMS送信先 ‹phone:09087654321›
whatsapp ‹phone:+81 70 1234 5678›
tel=‹phone:0332581111›
call ‹phone:03 3258 1111› now
‹phone:0422ー45ー1151›へ
‹phone:090ー1234ー5678›
‹phone:050(3333)4444›
ﾃﾚﾌｫﾝ: ‹phone:03-3500-1234›
ＴＥＬ‹phone:０３（３５００）１２３４›
‹mail:first.last@dept.univ.example.edu›
‹mail:t-sato@example.jp›;‹mail:u-ito@example.jp›
投稿は‹mail:toko@example.jp›。件名に「投稿」
メール:‹mail:kouhou@pref.example.lg.jp›（スパム対策のため）
送信先 = ‹mail:noreply@mail.example.com›
‹mail:yamamoto [@] example.com›
‹mail:yamamoto(@)example.com›
‹mail:yamamoto〔at〕example.ac.jp›
‹mail:yamamoto△example.jp›（△は@）
‹mail:yamamoto◆example.ne.jp›
‹mail:yamamoto@example．com›
‹mail:yamamoto＃example.jp›（＃→@）
‹mail:abc-def.ghi@docomo.example.ne.jp›
"‹mail:o'brien@example.com›"
‹mail:yamamoto[アットマーク]example.org›
‹mail:yamamoto AT example DOT jp›
住所は‹address:函館市東雲町4番13号›。
‹address:釧路市黒金町7丁目5番地›
‹address:北見市大通西3丁目1番地1›
‹address:札幌市白石区南郷通1丁目南8-1›
‹address:札幌市中央区大通西19丁目1-1›
‹address:北海道江別市文京台緑町582番地›
‹address:上川郡東川町東町1丁目16番1号›
‹address:京都市中京区河原町通三条上ル恵比須町427›
‹address:京都市中京区烏丸通御池下る虎屋町566-1›
‹address:京都府京都市左京区下鴨半木町1番地の5›
‹address:京都市伏見区深草西浦町6丁目52›
‹address:〒602-8570 京都市上京区下立売通新町西入薮ノ内町›
‹address:金沢市尾張町二丁目3番地5›
‹address:愛知県豊田市トヨタ町1番地›
‹address:福島県いわき市平字梅本21番地›
‹address:福島県会津若松市東栄町3番46号›
‹address:岩手県奥州市水沢大手町一丁目1番地›
‹address:秋田県由利本荘市尾崎17番地›
‹address:長野県下伊那郡阿智村駒場483›
‹address:千葉県市川市八幡1丁目1番1号 見本第2庁舎5F›
‹address:鹿児島県鹿児島市鴨池新町10番1号›
‹address:東京都千代田区丸の内2-7-2 JPサンプルタワー20階›
‹address:港区赤坂5-3-6›のスタジオ
‹address:東京都三鷹市下連雀3の35の1›
‹address:兵庫県西宮市六湛寺町10番3号›
‹address:長崎県佐世保市八幡町1番10号›
マイナンバー（‹my_number:7352 1075 7066›）を記入
My Number : ‹my_number:4462　9336　1680›
個人番号欄：‹my_number:6076-0305-4395›
番号 ‹my_number:２４９６　９３２９　１７５３›
‹card:4996 0048 0403 0351› 有効期限 05/27
決済 ‹card:5327-0224-7369-1854›
‹card:347640111125774›
ご利用カード ‹card:３５４０８１８１０２５０２３８８›
Card: ‹card:36343089734364›
アクセス元: ‹ip:111.87.23.45› (JP)
deny from ‹ip:198.51.100.7›
‹ip:36.52.101.200› さん
Received: from mail ([‹ip:203.0.113.9›])
"""

THIRD_NEGATIVES = """
第24回 2-1で千葉市立高校が勝った
当店は東京都港区に3店舗、大阪市に2店舗
東京都では2023年4月に1,234人、大阪府では567人
札幌市中央区で10-12日に開催
名古屋市中区栄のホールで4-5月に公演
横浜市の2-3倍の広さ
定員 30-40名、参加費 1,000-1,500円
郵便局の営業は9-17時
世田谷区2位、杉並区3位
神奈川県1-0東京都（前半1-0）
電話料金は月額 1,980円、通話 22円/30秒
TELは後日連絡
電話1本で駆けつけます
FAXは24時間受付
携帯電話3社の料金比較 2023-2024
型番 090-123-4567-A
JIS B 0031-1994
JIS X 0208:1997
ISO 9001:2015
RFC 2616、RFC 5321
EAN 5901234123457
ASIN B0CHX1W1XY
製造番号 SN 0312-3456-7890
ロット 2023-0456-1234
受付番号：R05-1234-5678
予約番号 03-12345
請求書番号 20231001-0001
整理番号 080-12
品目コード 8471.30.0000
ISBN-13: 978-4-06-288888-8 C0193 ¥800E
書籍 ISBN 4-00-310101-4
裁判 平成20年(受)第1234号
特許公報 JP 4567890 B2
PCT/JP2019/012345
NCT01234567、UMIN000012345
jRCT1031180123
CAS 50-00-0、CAS登録番号 7732-18-5
GenBank AB012345.1、NM_001234567.3
PMID: 12345678, arXiv:2101.01234v2
EC 1.1.1.1、MIM 123456
OID 1.3.6.1.4.1.311.21.20
E12.345 N35.678
(35.0116, 135.7681)
標高 1,234m、面積 12.34km2
23:59:59.999、00:12:34
1999-2003、2001-02シーズン
4-4-2のフォーメーション
1234-5678-9012-3456-7890
4000-1234-5678-9999
3782 822463 10006
学籍番号 123456789012
貨物追跡 6234-5678-9012
https://example.com/tel/0312345678
https://example.com/path?tel=0312345678&x=1
file:///home/user/192.0.2.1/log
http://example.com:8080/203.0.113.5
10.1038/s41586-020-2649-2
foo@bar
@media (min-width: 768px)
<user@host:~$
docker pull repo/image@sha256:0123456789abcdef
import {a} from "@scope/pkg"
xxx@1.2.3.tgz
1個@100円、3本@98.5円
12時@渋谷駅.集合
svn+ssh://git@example.com/repo
https://user:pass@example.com/
三丁目の夕日、四番打者、一番人気
二十四番札所、八十八か所の3番
一条から九条、二条城
大字と字の違い
住所は1丁目のどこか
"""
