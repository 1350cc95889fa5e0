"""The words of a news site's interface, in languages outside Europe, are furniture; stories that use the same words are not."""

from conftest import TEXT, record
from test_rules import OFFLINE, articles, passes

INTERFACE = {
    "link copied, share": [
        "تم نسخ الرابط", "لینک کپی شد", "لنک کاپی ہو گیا", "הקישור הועתק", "लिंक कॉपी हो गया", "লিংক কপি হয়েছে", "लिंक कॉपी झाली",
        "கருத்து தெரிவிக்கவும்", "คัดลอกลิงก์แล้ว", "Đã sao chép liên kết", "Tautan disalin", "Pautan disalin", "链接已复制", "連結已複製",
        "リンクをコピーしました", "링크가 복사되었습니다", "Холбоос хуулагдлаа", "ბმული დაკოპირდა", "Link kopyalandı", "Сілтеме көшірілді",
        "Havola nusxalandi", "Kiungo kimenakiliwa", "Skakel gekopieer", "카카오톡으로 공유하기", "LINEでシェアする", "分享至LINE",
    ],
    "print, listen, size of letters, time to read": [
        "حجم الخط", "اندازه متن", "גודל טקסט", "फॉन्ट साइज", "অক্ষরের আকার", "ขนาดตัวอักษร", "Cỡ chữ", "Ukuran huruf", "字体大小",
        "字級：大 中 小", "文字サイズ", "글자 크기 조절", "기사 음성으로 듣기", "قراءة 3 دقائق", "زمان مطالعه: ۳ دقیقه", "3 דקות קריאה",
        "4 मिनट में पढ़ें", "5 phút đọc", "읽는 시간 약 3분", "阅读时间约3分钟", "อ่าน 3 นาที",
    ],
    "how long ago": [
        "منذ ساعتين", "منذ 5 دقائق", "۲ ساعت پیش", "2 گھنٹے قبل", "לפני שעתיים", "לפני 5 דקות", "२ घंटे पहले", "২ ঘণ্টা আগে",
        "2 तासांपूर्वी", "૨ કલાક પહેલા", "2 ਘੰਟੇ ਪਹਿਲਾਂ", "2 மணி நேரத்திற்கு முன்", "2 గంటల క్రితం", "2 ಗಂಟೆಗಳ ಹಿಂದೆ",
        "2 മണിക്കൂർ മുമ്പ്", "२ घण्टा अगाडि", "2 ชั่วโมงที่แล้ว", "5 tháng trước", "2 bulan lalu", "2 jam lepas", "3个月前", "3か月前",
        "5개월 전", "2 цагийн өмнө", "2 საათის წინ", "2 ժամ առաջ", "2 saat əvvəl", "2 сағат бұрын", "2 soat oldin",
        "Saa 2 zilizopita", "ከ2 ሰዓታት በፊት", "2 saacadood ka hor", "2 uur gelede", "២ ម៉ោងមុន",
    ],
    "comments": [
        "سجل الدخول للتعليق", "برای ثبت نظر وارد شوید", "תגובות גולשים", "कमेंट करने के लिए लॉगिन करें", "মন্তব্য করতে লগইন করুন",
        "क्या आप वाकई हटाना चाहते हैं?", "Bạn có chắc chắn muốn xóa bình luận này?", "Jadilah yang pertama berkomentar",
        "确定删除该评论吗？", "登入後留言", "コメントを投稿するにはログインしてください", "댓글을 삭제하시겠습니까?", "신고하기", "12件のコメント",
        "已有 12 条评论", "תגובות (12)", "12 تعليقات", "Сэтгэгдэл бичих", "Andika maoni", "Lewer kommentaar",
    ],
    "accounts and subscriptions": [
        "هذا المحتوى متاح للمشتركين", "برای مطالعه متن کامل مشترک شوید", "לרכישת מינוי דיגיטלי", "पूरी खबर पढ़ने के लिए लॉगिन करें",
        "สมัครสมาชิกเพื่ออ่านต่อ", "Đăng nhập để đọc tiếp", "Berlangganan untuk membaca artikel ini", "登录后查看全文",
        "本文僅限會員閱讀", "ここから先は有料会員の方のみ", "로그인 후 계속 읽기", "Teken in om verder te lees",
        "パスワードを忘れた方", "忘記密碼？", "שכחת סיסמה?", "نسيت كلمة المرور؟",
    ],
    "newsletters, channels, apps": [
        "احصل على الإشعارات", "به کانال ما در تلگرام بپیوندید", "הרשמה לניוזלטר", "न्यूज़लेटर के लिए साइन अप करें", "নোটিফিকেশন চালু করুন",
        "เปิดการแจ้งเตือน", "Đăng ký nhận thông báo", "Aktifkan notifikasi", "追蹤Google新聞", "プッシュ通知を受け取る", "네이버에서 구독하기",
        "알림 받기", "扫码下载APP", "アプリで開く", "Pakua programu", "ऐप में पढ़ें",
    ],
    "consent and mistakes": [
        "إدارة التفضيلات", "رد همه", "דחה הכל", "सभी स्वीकार करें", "ยอมรับคุกกี้ทั้งหมด", "Từ chối tất cả", "Tolak semua", "管理Cookie设置",
        "Cookieの設定", "쿠키 설정", "الإبلاغ عن خطأ", "گزارش خطا", "דווחו על טעות", "गलती की सूचना दें", "แจ้งข้อผิดพลาด", "Báo lỗi bài viết",
        "Laporkan kesalahan", "我要纠错", "誤りを報告", "오류 신고", "ভুল ধরিয়ে দিন", "Rapporteer ’n fout",
    ],
    "other articles, the way about": [
        "قد يعجبك أيضاً", "پربازدیدترین اخبار", "הכי נקראות", "सबसे ज्यादा पढ़े गए", "এই বিভাগের আরও খবর", "तुमच्यासाठी",
        "அதிகம் வாசிக்கப்பட்டவை", "ఇవీ చదవండి", "ಇದನ್ನೂ ನೋಡಿ", "ഏറ്റവും പുതിയ വാർത്തകൾ", "धेरै पढिएको", "වැඩිපුරම කියවූ", "ข่าวถัดไป",
        "Bài viết tiếp theo", "Berita selanjutnya", "Paling dibaca", "你可能也喜歡", "大家都在看", "よく読まれている記事", "많이 본 기사",
        "ဆက်ဖတ်ရန်", "អានទាំងស្រុង", "ອ່ານຕໍ່", "Холбоотой мэдээ", "წაიკითხეთ სრულად", "Կարդալ ամբողջությամբ", "Davamını oxu", "Толық оқу",
        "Batafsil o‘qish", "Endelea kusoma", "በብዛት የተነበቡ", "Wararka ugu dambeeyay", "Labarai masu alaƙa", "Lees die volle berig",
        "Funda kabanzi", "نور ولولئ", "هەواڵی پەیوەندیدار", "Nûçeyên têkildar", "ਪੂਰੀ ਖ਼ਬਰ ਪੜ੍ਹੋ", "સંપૂર્ણ સમાચાર વાંચો",
    ],
    "re-use": [
        "무단 복제 및 배포를 금합니다.", "ⓒ 부두신문, 무단전재·재배포, AI 학습 및 활용 금지", "未经港口报书面授权，不得转载。", "轉載請註明出處",
        "記事・写真の無断転用を禁じます。", "يمنع نسخ أو إعادة نشر المواد", "هرگونه کپی‌برداری بدون ذکر منبع ممنوع",
        "Dilarang memperbanyak tanpa izin tertulis dari redaksi", "ห้ามคัดลอกหรือทำซ้ำ",
    ],
    "summaries and translations by machine, polls": [
        "AI 요약", "AIが記事を要約", "AI速读", "Ringkasan AI", "ملخص بالذكاء الاصطناعي", "투표 결과 보기", "查看投票结果", "投票結果を見る",
        "شارك في التصويت", "مشاهده نتایج", "תוצאות הסקר", "परिणाम देखें", "Xem kết quả", "Piga kura",
    ],
}  # fmt: skip

SPELT = {
    "letters with a dot in one character": ["यह भी प\u095dें: नाव लौटी", "আরও প\u09dcুন: ফেরি"],
    "dots left out": ["यह भी पढें: नाव लौटी"],
    "Persian on an Arabic keyboard": ["بيشتر بخوانيد", "كد خبر: ۱۲", "پربازديدترين ها"],
    "alefs without a hamza, vowels left out": ["اقرا ايضا: العبارة", "قد يعجبك ايضا", "اعلان"],
    "four apostrophes": ["Ko'p o'qilgan", "Koʻp oʻqilgan", "Koʼp oʼqilgan", "Ko’p o’qilgan"],
    "blanks that do not break": ["اقرأ\u00a0أيضا: العبارة", "اقرأ\u202fأيضا", "Chia\u00a0sẻ"],
    "stops and arrows of other scripts": [
        "シェアする！",
        "分享：",
        "最新記事▼",
        "عرض المزيد ›",
        "ページトップへ↑",
        "फाइल फोटो।",
    ],
}

PROSE = [
    "قبل يومين من العاصفة أبحرت العبارة إلى الجزيرة.",
    "منذ سنوات",
    "سجل البحارة أسماءهم ثم صعدوا إلى العبارة.",
    "يمنع نسخ مفاتيح الميناء دون إذن خطي من المدير، كما قال الحارس.",
    "تصريحات القبطان لا تعبر بالضرورة عن رأي الشركة.",
    "النتائج",
    "ملخص",
    "دو ساعت پیش از طوفان، قایق به اسکله رسید.",
    "در همین رابطه مدیر بندر گفت که قایق تعمیر شده است.",
    "طراحی و تولید این قایق سه سال طول کشید.",
    "به کانال تلگرام بندر هزار نفر پیوسته‌اند.",
    "بازار",
    "עקבו אחר הסירה במשך שעות עד שנעלמה.",
    "מאות תושבים הצטרפו לקבוצת הוואטסאפ של הנמל.",
    "תגובה",
    "לפני שנים",
    "כל הזכויות של המלחים נשמרו, אמר הקברניט.",
    "हमें फेसबुक पर धमकी मिली, कप्तान ने कहा।",
    "दो घंटे पहले नाव घाट पर लौटी।",
    "चैनल इस दावे की पुष्टि नहीं करता है।",
    "सुझाव",
    "দুই ঘণ্টা আগে ফেরি ঘাটে ফিরেছে।",
    "অভিযোগ",
    "ফলাফল",
    "ஆறு மணி நேரத்திற்கு முன் படகு கரை திரும்பியது.",
    "పడవ రెండు గంటల క్రితం తిరిగి వచ్చింది.",
    "เรือกลับเข้าท่าเมื่อ 2 ชั่วโมงที่แล้ว ผู้โดยสารปลอดภัย",
    "ลูกเรือบันทึกเสียงคลื่นไว้ทุกคืน",
    "คำถามที่พบบ่อย",
    "Hai giờ trước, con tàu đã cập bến an toàn.",
    "Theo dõi báo cáo của cảng, người dân thấy giá vé tăng.",
    "Báo cáo",
    "Phản hồi",
    "Dua jam lalu kapal kembali ke dermaga.",
    "Bantuan",
    "Kapal itu menggunakan cookie untuk umpan, kata nelayan sambil tertawa.",
    "港口公司保留追究法律责任的权利。",
    "学校开展文明上网活动，三百名学生参加。",
    "警方提醒，视频由AI生成，渔民不必担心。",
    "市民可扫码加入码头志愿者队伍。",
    "本文由三部分组成，第一部分讲渡轮。",
    "声明：双方同意渡轮下月复航。",
    "民眾加入會員即可參加渡輪公司的抽獎。",
    "回應",
    "法院认定未经授权转载渡轮照片构成侵权。",
    "两小时前渡轮靠岸。",
    "各社がクッキーを利用しているかを港湾局が調べた。",
    "許可なく複製した鍵で船に入った疑い。",
    "フェリーは3時間前に港へ戻った。",
    "続きを読む気になれない、と船長は日記に書いた。",
    "同意する、と船長は言った。",
    "저작권자는 사진을 내려 달라고 요구했다.",
    "지난해 유튜브 채널을 구독한 선원은 백 명이다.",
    "배는 5분 전 부두에 닿았다.",
    "무단 전재를 금지하는 법이 다음 달 시행된다.",
    "우수 회원에게만 제공되는 배표가 동났다.",
    "Айта кетейік: кеме ертең жолға шығады",
    "Байланыс",
    "Паром екі сағат бұрын қайтты.",
    "Tarix",
    "Gəmi iki saat əvvəl limana qayıtdı.",
    "Meli ilirudi saa 2 zilizopita, nahodha alisema.",
    "Kura ya maoni",
    "Die boot het twee uur gelede teruggekeer.",
    "Antwoord",
    "ጀልባው ከሁለት ሰዓት በፊት ተመለሰ።",
    "მასალის გამოყენება ნავის შესაკეთებლად იაფია.",
    "პასუხი",
    "Կապ",
    "Сэдэв",
    "הסירה נעצרה כדי להמשיך לקרוא את המפה, סיפר הקברניט.",
    "עיריית הנמל מחקה תגובות הכוללות דברי הסתה.",
    "הזכויות שמורות לו בחוזה, אמר המלח.",
    "गाँव की बेटियों को पढ़ना जारी रखने के लिए नाव मिली।",
    "這番言論不代表本黨立場，發言人說。",
    "照片版权属于一位摄影师。",
    "严禁倒卖船票，违者必究。",
    "该船名涉及侵权，公司已经改名。",
    "漫画の無断複製で船員が逮捕された。",
    "ここから先は会員しか乗れない、と船員が言った。",
    "개인정보보호책임자를 새로 지정한 선사는 교육을 시작한다.",
    "Ons gebruik koekies in die resep, sê die kok van die veerboot.",
    "Bài viết này dành cho những ai yêu biển.",
    "Pencarian",
    "توصيات",
    "Vitambulisho",
    "کاپی رائٹ قانون میں ترمیم کی گئی۔",
    "Hak cipta lagu pelaut itu jatuh ke anaknya.",
    "Bản quyền bài hát thuộc về con trai người lái tàu.",
    "郑重声明：公司从未卖过这条船。",
]


def found(lines: list[str], behind: str = "") -> dict[str, set[str]]:
    """Which rules of page furniture find something in each of ``lines``, at the end of a story or before ``behind``."""
    frame = articles(*(record(id=str(at), text=f"{TEXT}\n{line}\n{behind}") for at, line in enumerate(lines)))
    place = TEXT.count("\n") + 1
    hit: dict[str, set[str]] = {line: set() for line in lines}
    rows = frame.to_dicts()
    for rule in OFFLINE:
        if rule.code.startswith("RES"):
            asked = rule()
            for at, passed in enumerate(passes(asked, frame)):
                if not passed and any(
                    rows[at]["body"].count("\n", 0, spot.start) == place for spot in asked.find(rows[at])
                ):
                    hit[lines[at]].add(rule.slug)
    return hit


def test_the_words_of_an_interface_are_found() -> None:
    for function, lines in INTERFACE.items():
        missed = [line for line, rules in found(lines).items() if rules <= {"likely-furniture"}]
        assert not missed, (function, missed)


def test_a_phrase_is_found_in_whatever_characters_it_is_written() -> None:
    for habit, lines in SPELT.items():
        missed = [line for line, rules in found(lines).items() if rules <= {"likely-furniture"}]
        assert not missed, (habit, missed)


def test_stories_that_use_the_same_words_are_left_alone() -> None:
    assert {line: rules for line, rules in found(PROSE, behind=TEXT).items() if rules} == {}
