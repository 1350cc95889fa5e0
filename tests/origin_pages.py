"""Invented articles in many scripts, and pages that carry them."""

import html
import json
from datetime import UTC, datetime
from typing import Any

from copydesk.captures.capture import Capture, Hop
from copydesk.origin.recognition.match import Claim, Shown
from copydesk.origin.recognition.page import Page, read_page

URL = "https://www.quay.example/2025/06/14/ferry-resumes"

ARTICLES: dict[str, tuple[str, list[str]]] = {
    "en": (
        "Ferry to the outer island sails again after two weeks",
        [
            "The ferry to the outer island runs again after two weeks in the dock, the harbour office said on Monday morning.",
            "Forty passengers had waited on the quay each day, and most of them were sent home by bus around the long bay.",
            "“We did what we could with the welders we had,” said Runa Holm, who runs the yard and the café beside it.",
            "The council will now decide whether a second boat should be bought before the winter storms come back.",
            "Until then the timetable of last summer holds, with three crossings on weekdays and two on Sundays and holidays.",
            "The post, three bicycles and a grand piano were the first freight that the boat carried across the sound.",
        ],
    ),
    "de": (
        "Die Fähre zur äußeren Insel fährt nach zwei Wochen wieder",
        [
            "Die Fähre zur äußeren Insel fährt nach zwei Wochen im Dock wieder, teilte das Hafenamt am Montagmorgen mit.",
            "Vierzig Fahrgäste hatten jeden Tag am Kai gewartet, und die meisten wurden mit dem Bus um die Bucht nach Hause geschickt.",
            "„Wir haben mit den Schweißern getan, was wir konnten“, sagte Runa Holm, die Werft und Café nebenan betreibt.",
            "Der Rat entscheidet nun, ob vor den Winterstürmen ein zweites Boot gekauft werden soll, das auch Lastwagen trägt.",
        ],
    ),
    "zh": (
        "外岛渡轮停航两周后恢复通航",
        [
            "港务局星期一上午宣布，开往外岛的渡轮在船坞检修两周之后恢复通航，首班船于清晨六点离开码头。",
            "此前每天都有四十名乘客在码头等候，其中大多数人最后只能乘坐公共汽车绕过漫长的海湾回家。",
            "经营船坞和旁边咖啡馆的鲁娜说：“我们用手头仅有的几名焊工，已经尽了最大的努力。”",
            "镇议会将在冬季风暴来临之前决定是否购买第二艘渡轮，以便在检修期间维持岛上居民的生活供应。",
        ],
    ),
    "ja": (
        "離島フェリー、二週間ぶりに運航を再開",
        [
            "港湾事務所は月曜日の朝、ドックで修理を受けていた離島行きのフェリーが二週間ぶりに運航を再開したと発表した。",
            "これまで毎日およそ四十人の乗客が岸壁で待っており、その多くは湾を大きく回るバスで家に帰るしかなかった。",
            "造船所と隣の喫茶店を営むルナさんは「限られた溶接工で、できる限りのことをしました」と静かに話した。",
            "町議会は冬の嵐が戻ってくる前に、二隻目の船を購入するかどうかを来月の会合で決める予定だという。",
        ],
    ),
    "th": (
        "เรือข้ามฟากไปเกาะนอกกลับมาเดินเรืออีกครั้งหลังหยุดสองสัปดาห์",
        [
            "สำนักงานท่าเรือแจ้งเมื่อเช้าวันจันทร์ว่าเรือข้ามฟากไปเกาะนอกกลับมาเดินเรืออีกครั้งหลังซ่อมอยู่ในอู่นานสองสัปดาห์",
            "ก่อนหน้านี้มีผู้โดยสารสี่สิบคนรออยู่ที่ท่าเรือทุกวันและส่วนใหญ่ต้องนั่งรถประจำทางอ้อมอ่าวกลับบ้าน",
            "เจ้าของอู่เรือและร้านกาแฟข้างเคียงกล่าวว่าเราทำทุกอย่างที่ทำได้ด้วยช่างเชื่อมเพียงไม่กี่คนที่เรามี",
            "สภาเมืองจะตัดสินใจในเดือนหน้าว่าจะซื้อเรือลำที่สองก่อนที่พายุฤดูหนาวจะกลับมาอีกครั้งหรือไม่",
        ],
    ),
    "ar": (
        "العبارة إلى الجزيرة البعيدة تعود إلى الإبحار بعد أسبوعين",
        [
            "قال مكتب الميناء صباح الاثنين إن العبارة المتجهة إلى الجزيرة البعيدة عادت إلى الإبحار بعد أسبوعين في حوض الإصلاح.",
            "وكان أربعون راكبا ينتظرون كل يوم على الرصيف، وأعيد معظمهم إلى بيوتهم بالحافلة حول الخليج الطويل.",
            "وقالت رونا التي تدير الحوض والمقهى المجاور له إنهم فعلوا ما استطاعوا مع العدد القليل من عمال اللحام.",
            "ويقرر المجلس قريبا هل يشتري قاربا ثانيا قبل أن تعود عواصف الشتاء إلى الساحل الشمالي من البلاد.",
        ],
    ),
    "hi": (
        "दो हफ़्ते बाद बाहरी द्वीप की नौका फिर चली",
        [
            "बंदरगाह कार्यालय ने सोमवार सुबह बताया कि बाहरी द्वीप जाने वाली नौका दो हफ़्ते गोदी में रहने के बाद फिर चलने लगी है।",
            "हर दिन चालीस यात्री घाट पर इंतज़ार करते थे और उनमें से ज़्यादातर को लंबी खाड़ी के चारों ओर बस से घर भेजा गया।",
            "गोदी और बगल का कैफ़े चलाने वाली रूना ने कहा कि हमारे पास जितने कारीगर थे उनके साथ हमने पूरी कोशिश की।",
            "परिषद अब तय करेगी कि सर्दियों के तूफ़ान लौटने से पहले दूसरी नौका ख़रीदी जाए या नहीं।",
        ],
    ),
    "ko": (
        "외딴섬 여객선 2주 만에 운항 재개",
        [
            "항만사무소는 월요일 아침 외딴섬으로 가는 여객선이 조선소에서 2주 동안 수리를 마치고 다시 운항을 시작했다고 밝혔다.",
            "그동안 매일 마흔 명의 승객이 부두에서 기다렸고 대부분은 긴 만을 돌아가는 버스를 타고 집으로 돌아가야 했다.",
            "조선소와 옆 카페를 운영하는 루나 씨는 우리가 가진 용접공으로 할 수 있는 일은 모두 했다고 말했다.",
            "의회는 겨울 폭풍이 다시 오기 전에 두 번째 배를 살 것인지 다음 달 회의에서 결정할 예정이다.",
        ],
    ),
}
"""Language -> title and paragraphs."""

OTHERS = (
    "The old bridge over the Tarn closes for repairs until the end of autumn, the roads office announced in the evening.",
    "Lorries are led through the valley, and cyclists may still cross on the footway that was built beside it last year.",
    "Farmers complained that the detour costs them an hour, which matters when the milk has to reach the dairy by nine.",
    "The roads office answered that it had asked for a temporary bridge, and that the army would decide within ten days.",
    "Two piers have been washed out by the floods of spring, and divers found a third one cracked below the water line.",
    "A choir of the upper village has already announced a concert on the closed bridge, to be held on the first Saturday.",
    "Whoever wants to sing along may bring a lantern, for the street lamps are switched off while the cables are renewed.",
)


BRIDGES = {
    "zh": (
        "老桥关闭维修直到秋末",
        [
            "公路局星期二晚上宣布，跨越塔恩河的老桥从下周开始关闭维修，预计要到秋末才能重新开放交通。",
            "货车将绕行山谷，骑自行车的人仍然可以使用去年在桥旁修建的人行便道，但夜间没有照明。",
            "农民抱怨绕道每天要多花一个小时，而牛奶必须在早上九点以前送到镇上的乳品厂进行加工。",
        ],
    ),
    "ja": (
        "古い橋、秋の終わりまで通行止め",
        [
            "道路事務所は火曜日の夜、タルン川に架かる古い橋を来週から秋の終わりまで修理のため閉鎖すると発表した。",
            "トラックは谷を通る道へ迂回し、自転車は昨年橋の隣に作られた歩道を引き続き利用することができる。",
            "農家からは、回り道で毎日一時間も余計にかかり、牛乳を朝九時までに届けられないという声が出ている。",
        ],
    ),
    "th": (
        "สะพานเก่าปิดซ่อมจนถึงปลายฤดูใบไม้ร่วง",
        [
            "สำนักงานทางหลวงประกาศเมื่อคืนวันอังคารว่าสะพานเก่าข้ามแม่น้ำจะปิดซ่อมตั้งแต่สัปดาห์หน้าจนถึงปลายฤดูใบไม้ร่วง",
            "รถบรรทุกต้องอ้อมไปทางหุบเขาส่วนผู้ขี่จักรยานยังใช้ทางเท้าที่สร้างไว้ข้างสะพานเมื่อปีที่แล้วได้",
            "ชาวนาบ่นว่าการอ้อมทางทำให้เสียเวลาวันละหนึ่งชั่วโมงทั้งที่ต้องส่งนมให้โรงงานก่อนเก้าโมงเช้า",
        ],
    ),
}
"""Language -> another article, in scripts without blanks, of which any two share most of their letters."""


def body(language: str = "en") -> str:
    """The text of an article as a scraper would keep it."""
    return "\n".join(ARTICLES[language][1])


def source(
    language: str = "en", paragraphs: list[str] | None = None, title: str | None = None, head: str = "", **linked: Any
) -> str:
    """A news page with menus, other stories and metadata around the article; ``linked`` are further keys of its JSON-LD."""
    name, own = ARTICLES[language]
    title = name if title is None else title
    facts = {
        "@type": "NewsArticle", "headline": title, "datePublished": "2025-06-14T08:30:00Z",
        "author": {"name": "Ana Lindqvist"}, "publisher": {"name": "The Quay"}, **linked,
    }  # fmt: skip
    story = "".join(f'<p class="par">{html.escape(text)}</p>' for text in (own if paragraphs is None else paragraphs))
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)} | The Quay</title>
<meta property="og:site_name" content="The Quay"><link rel="canonical" href="/2025/06/14/ferry-resumes">
<script type="application/ld+json">{json.dumps(facts)}</script>{head}</head><body>
<nav><ul><li><a href="/">Home</a><li><a href="/harbour">Harbour</a></ul></nav>
<main><h1>{html.escape(title)}</h1><div class="text">{story}</div></main>
<aside><h3>More</h3><ul><li><a href="/bridge">{OTHERS[0]}</a></ul></aside>
<footer><p>The Quay is printed on the quay. All rights reserved by the printers and their heirs.</p></footer></body></html>"""


def capture(text: str | bytes, url: str = URL, final: str | None = None, status: int = 200, **headers: str) -> Capture:
    """The answer that brought ``text``; underscores in the names of ``headers`` stand for hyphens."""
    given = {"content_type": "text/html; charset=utf-8", **headers}
    hops = (Hop(url, 301),) if final else ()
    return Capture(
        url, final or url, datetime(2025, 6, 20, tzinfo=UTC), status, hops=hops,
        headers=tuple((name.replace("_", "-"), value) for name, value in given.items()),
        body=text.encode() if isinstance(text, str) else text,
    )  # fmt: skip


def page(text: str, **headers: str) -> Page:
    """The page that ``text`` is."""
    found = read_page(capture(text, **headers))
    assert found is not None
    return found


def shown(text: str, **headers: str) -> Shown:
    """The page that ``text`` is, ready for comparison."""
    return Shown(page(text, **headers))


def claim(language: str = "en", **changed: Any) -> Claim:
    """What a record of the article says."""
    values = {"title": ARTICLES[language][0], "body": body(language), **changed}
    return Claim(URL, "www.quay.example", "quay.example", **values)
