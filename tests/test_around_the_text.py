"""What law, habit and software print around a story, in the language of the site, is furniture; stories that speak of it are not."""

import csv
from pathlib import Path

import pytest

from conftest import TEXT, record
from copydesk.rules import REGISTRY
from test_rules import OFFLINE, articles, passes

with (Path(__file__).parent / "interface.csv").open(encoding="utf-8", newline="") as rows:
    INTERFACE = list(csv.DictReader(rows))
LANGUAGES = sorted({row["language"] for row in INTERFACE})

IMPRINTS = [
    "京ICP备20991234号-7",
    "粤公网安备 44010602000991号",
    "互联网新闻信息服务许可证31120990007 | 增值电信业务经营许可证B2-20990011",
    "违法和不良信息举报电话：021-99990000 举报邮箱：jubao@haigang.example",
    "责编：林小雨",
    "核稿編輯：林小雨",
    "加入海港日報LINE好友",
    "발행인 : 김하늘 | 편집인 : 이바다",
    "청소년보호책임자 : 박소라",
    "사업자등록번호 : 999-88-77777 | 통신판매업신고 : 제2011-서울-0999호",
    "特定商取引法に基づく表記",
    "著作権は港新聞社に帰属します",
    "Учредитель: ООО «Причал»",
    "Главный редактор: Лис О. П.",
    "Сетевое издание «Причал», Эл № ФС77-99991",
    "На информационном ресурсе применяются рекомендательные технологии",
    "Реклама. ООО «Якорь». erid: 2VtzqxAAAA",
    "Использование материалов сайта допускается только со ссылкой на «Причал»",
    "Материалы с пометкой «Промо» публикуются на правах рекламы",
    "Ідентифікатор медіа R40-09999",
    "Матеріали з позначкою «Промо» розміщено на правах реклами",
    "Giấy phép số 999/GP-BTTTT do Bộ Thông tin và Truyền thông cấp ngày 4/3/2011",
    "Tổng biên tập: Trần Thị Sóng",
    "Testata giornalistica registrata presso il Tribunale di Portonovo n. 9/2011",
    "Direttore responsabile: Anna Rossetti",
    "Queda prohibida la reproducción total o parcial de este contenido",
    "CNPJ: 99.999.999/0001-99",
    "Directeur de la publication : Anne Royer",
    "Verantwortlich i.S.d. § 18 Abs. 2 MStV: Anna Roth",
    "USt-IdNr.: DE999999999",
    "Redaktor naczelny: Anna Lis",
    "Autorské práva sú vyhradené a vykonáva ich prevádzkovateľ portálu",
    "Felelős szerkesztő: Nagy Béla",
    "Αρ. Πιστοποίησης Μ.Η.Τ. 999999",
    "Sva prava pridržana",
    "Ansvarig utgivare: Anna Lind",
    "Ansvarshavende chefredaktør: Anna Lind",
    "Vastaava päätoimittaja: Anna Laine",
    "KvK-nummer: 99999999",
    "Visas tiesības aizsargātas. Pārpublicēšana bez atļaujas aizliegta",
    "رئيس التحرير: سلمى البحر",
    "تمامی حقوق این سایت برای خبرگزاری بندر محفوظ است",
    "সম্পাদক ও প্রকাশক : আনা রায়",
    "สงวนลิขสิทธิ์ ท่าเรือนิวส์",
    "Pewarta: Ana Pelabuhan",
    "FCC Public File | EEO Report | Closed Captioning",
    "Do Not Sell or Share My Personal Information",
    "Harbour Post is a member of the Independent Press Standards Organisation",
    "This material may not be published, broadcast, rewritten or redistributed without permission.",
]

SOFTWARE = [
    # comments
    "10 thoughts on “Ferry sails again”",
    "3 Gedanken zu „Fähre fährt wieder“",
    "3 réflexions sur « Le bac repart »",
    "3 comentarios en «El ferri vuelve»",
    "New, 6 comments",
    "bobquay says:",
    "LEAVE A REPLY Cancel reply",
    "You have entered an incorrect email address!",
    "Diese Website verwendet Akismet, um Spam zu reduzieren.",
    "Этот сайт использует Akismet для борьбы со спамом.",
    "このサイトはスパムを低減するために Akismet を使っています。",
    "Az e-mail címet nem tesszük közzé. A kötelező mezőket * karakterrel jelöltük",
    "Η ηλ. διεύθυνση σας δεν δημοσιεύεται.",
    "您的邮箱地址不会被公开。 必填项已用 * 标注",
    "لن يتم نشر عنوان بريدك الإلكتروني.",
    "Salva il mio nome, email e sito web in questo browser.",
    "Запишіть: Ваша e-mail адреса не оприлюднюватиметься.",
    "Du musst angemeldet sein, um einen Kommentar abzugeben.",
    # buttons
    "Like this:",
    "Curtir Carregando...",
    "Click to share on Facebook (Opens in new window)",
    "Haz clic para compartir en Facebook (Se abre en una ventana nueva)",
    "Link copied",
    "Click To Tweet",
    # embedded posts and players
    "View this post on Instagram",
    "Ein Beitrag geteilt von Ana Roe (@anaroe)",
    "Your browser does not support the audio element.",
    "Votre navigateur ne supporte pas la vidéo HTML5",
    # forms and notices
    "indicates required",
    "By submitting your information you agree to the Terms & Conditions and Privacy Policy",
    "Any cookies that may not be particularly necessary for the website to function",
    "This post may contain affiliate links.",
    "Keep it Clean. Please avoid obscene, vulgar, lewd, racist or sexually-oriented language.",
    "Love 0 Funny 0 Wow 0 Sad 0 Angry 0",
    "Error! There was an error processing your request.",
    "Download The Harbour News App to get Daily Updates.",
    "We apologize, but this video has failed to load.",
    "Allow Twitter content?",
    "Ich bin damit einverstanden, dass mir externe Inhalte angezeigt werden.",
    "Votre adresse email est utilisée par le Journal du Quai pour vous adresser des newsletters",
    "Sigue toda la información de El Muelle en Facebook y X",
    "Tekst gaat verder onder de foto",
    "A cikk a hirdetés után folytatódik",
    "הצטרפו לערוץ הוואטסאפ שלנו",
    "关注海港日报微信公众号",
    # notices of consent, and of where a post appeared first
    "Like the others, this website uses cookies to remember you.",
    "We use cookies to make the timetable load faster.",
    "This slideshow requires JavaScript.",
    "Sorry, you must be logged in to post a comment.",
    "Support independent journalism from two crowns a month.",
    "Questo sito utilizza cookie tecnici.",
    "Tento web používá cookies. Více informací zde.",
    "Ta strona korzysta z plików cookie. Dowiedz się więcej.",
    "Наш сайт использует cookie. Продолжая, вы соглашаетесь с этим.",
    "Эта публикация доступна тем, кто согласен на использование файлов cookie.",
]

TRAILERS = [
    "Der Beitrag Fähre fährt wieder erschien zuerst auf Hafenpost.",
    "Dieser Artikel ist zuerst in der Hafenpost erschienen.",
    "L’article Le bac repart est apparu en premier sur Le Quai.",
    "La entrada El ferri vuelve apareció primero en El Muelle.",
    "O post A balsa volta apareceu primeiro em O Cais.",
    "L'articolo Il traghetto riparte proviene da Il Molo.",
    "Het bericht Veer vaart weer verscheen eerst op De Kade.",
    "Artykuł Prom wrócił pochodzi z serwisu Nabrzeże.",
    "This article is republished from The Quay under a free licence.",
]

PROSE = [
    "海港公司去年取得互联网新闻信息服务许可证，今年开始招聘记者。",
    "市民可以通过举报邮箱反映码头的噪音问题。",
    "值班编辑陈波说，那天夜里没有人注意到这条消息。",
    "청소년보호책임자를 새로 지정한 회사는 다음 달부터 교육을 시작한다.",
    "Адрес редакции изменится осенью, когда газета переедет на набережную.",
    "Главный редактор газеты Анна Лис сказала, что номер выйдет в срок.",
    "Материалы с пометкой «Срочно» лежали на столе начальника порта до утра.",
    "Giấy phép số hóa bến cảng sẽ được cấp vào mùa thu, theo lời cảng vụ.",
    "Testata giornalistica e sindacato discutono da un mese del nuovo contratto.",
    "Directrice de la publication depuis mai, Anne Royer veut rouvrir le bureau du port.",
    "Ansvarig utgivare för tidningen blir Anna Lind, som börjar på måndag.",
    "Ansvarlig redaktør Anna Lind sier at avisen vil trykke rettelsen på mandag.",
    "Vastaava päätoimittaja Anna Laine sanoo, että lehti muuttaa satamaan.",
    "The station's FCC public file showed that the harbour board had paid for forty spots.",
    "Registered in England since 1899, the ferry company still owns three boats.",
    "The views expressed are those of a minority on the council, the mayor said.",
    "تمامی حقوق کارگران بندر تا پایان ماه پرداخت می‌شود.",
    "The minister says:",
    "5 thoughts on the new harbour wall",
    "One thought on the matter kept her awake, she said, until the ferry left.",
    "A post shared by the ferry company drew forty thousand answers in a day.",
    "Ein Beitrag geteilt von der Reederei habe den Streit ausgelöst, sagte der Kapitän.",
    "Публикация от третьего июня вызвала споры, сказал начальник порта.",
    "Tagged seals swam beside the ferry for a week.",
    "Gefällt mir: nichts davon, sagte die Kapitänin.",
    "Newer Post Office branches",
    "Download speeds on the island doubled after the cable was laid.",
    "Be the first to know the tide, and the last to leave the quay.",
    "Love 40 Funny Stories, the ferry's library says",
    "Like this: take the ferry at nine, and walk along the quay.",
    "The regulator found that the harbour's website uses cookies to follow sailors long after they have left.",
    "We use cookies in the recipe twice: once for the base and once for the crumble.",
    "Every member of the crew must be logged in to read the tide tables, the union complains.",
    "The job at the terminal requires JavaScript and a head for heights, says the advert.",
    "Readers who want to support independent journalism can buy a share in the boat.",
    "Got a story? The skipper always has, and most of them are true.",
    "The film is republished from time to time in a new cut.",
    "Der Roman ist zuerst erschienen, als der Hafen noch eine Werft hatte.",
    "Das Buch erschien zuerst in Bergen und machte den Autor über Nacht bekannt.",
    "Wer weiterliest, muss der Verwendung von Cookies zustimmen, urteilte das Gericht.",
    "Le récit a été publié en premier sur un mur du port.",
    "En signant, vous acceptez l'utilisation du quai par les pêcheurs.",
    "El poema apareció primero en una hoja que los marineros leían en voz alta.",
    "Il pesce proviene da acque fredde, e il prezzo sale ogni inverno.",
    "A lei limita a utilização de cookies em sites do porto.",
    "Zdjęcie pochodzi z serwisu, który prowadzi kapitan portu.",
    "Urząd ustalił, że przewoźnik używa plików cookie bez zgody pasażerów.",
    "Ведомство выяснило, что перевозчик использует файлы cookie без согласия пассажиров.",
    "သင်္ဘောသားများက အတွေ့အကြုံများကို ဝေမျှခဲ့ကြသည်။",
    "A rule of the sea fits in one tweet, she says, and the crew click to tweet it every night.",
    # what somebody said of a notice
    "The minister said the ministry's newsletter will be delivered to your inbox only on request.",
    "Die Partei schickt das Programm kostenlos in Ihr Postfach, heißt es auf dem Plakat.",
    "Die Bahn wirbt: Melden Sie sich für unseren Newsletter an, dann fahren Sie gratis.",
    "La mairie envoie les horaires dans votre boîte mail, précise l'élue.",
    "El ayuntamiento mandará las alertas en tu correo, dijo la alcaldesa.",
    "Nuestro boletín llega a diez mil vecinos, dijo la alcaldesa.",
    "Il Comune manda gli avvisi nella tua email, ha detto la sindaca.",
    "De gemeente stuurt de waarschuwing in je mailbox, zegt de burgemeester.",
    "Kommunen skickar vårt nyhetsbrev till alla hushåll, säger borgmästaren.",
    "The council may not be published, broadcast, rewritten rules apply, the lawyer joked.",
    "The law says all rights reserved notices are no longer needed.",
    "The video player is loading slowly on old trains, passengers said.",
    "Your browser does not support the new ticket shop, the railway told customers.",
    "The company said something went wrong, please try again later was the only message that customers saw.",
    "Ihr Browser unterstützt die neue Seite nicht, lautete die Meldung.",
    "The reporter can be reached at the harbour, her editor said.",
    "Her work has contributed reporting on fisheries to the inquiry.",
    "She contributed reporting to the book about the strike.",
    "The mayor asked people to share this story with their neighbours.",
    "The police asked residents to follow them on Facebook for updates.",
    "Die Polizei bittet, ihr auf Facebook zu folgen.",
    "The hashtag was shared on Facebook and Instagram 4,000 times.",
    "Comments are closed at the town hall, the clerk said of the consultation.",
    "You must be logged in to comment, the ministry's new portal says.",
    "Man muss angemeldet sein, um zu kommentieren, sagt die Sprecherin des Portals.",
    "The image was taken via Getty Images, the court heard.",
    "The museum bought 400 prints from Getty Images.",
    "Die Aufnahmen stammen von picture alliance, sagt die Kuratorin.",
    "The advert said: we may earn a commission if you buy, and nobody bought.",
    "Influencer müssen jeden Affiliate-Link kennzeichnen, entschied das Gericht.",
    "This story was first published in 1911, the historian said.",
    "This article was originally published in a journal that no longer exists, she said.",
    "Dieser Text erschien zuerst 1911 in einer Zeitung, sagt der Historiker.",
    "The article is republished from a pamphlet of 1848, the archivist said.",
    "Related diseases are rare, the doctor said.",
    "See also the church from the tower, the guide told us.",
    "Más información habrá el lunes, dijo el portavoz.",
    "Mehr dazu will die Ministerin am Montag sagen.",
    "Lesen Sie mehr Bücher, riet die Ministerin.",
    "Lire aussi est un plaisir, disait-il.",
    "Watch: the gulls, she whispered.",
    "Sponsored by the brewery, the race starts at noon.",
    "Advertising revenue fell by ten percent, the publisher said.",
    "Anzeige gegen Unbekannt hat die Polizei aufgenommen.",
    "Anzeige erstattete die Firma am Montag.",
    "Publicidad engañosa es el delito, según la fiscalía.",
    "Pubblicità ingannevole, dice l'autorità.",
    "Photo finish: the ferry won by a metre.",
]


@pytest.mark.parametrize("line", [*IMPRINTS, *SOFTWARE])
def test_what_stands_around_the_text_is_found(line: str) -> None:
    frame = articles(record(text=f"{TEXT}\n{line}"))
    number = frame["body"][0].count("\n") + 1
    kinds = (
        "advert",
        "byline-line",
        "comments",
        "cookie-notice",
        "copyright",
        "navigation",
        "newsletter",
        "read-more",
        "social",
    )
    rules = [REGISTRY[slug]() for slug in kinds]
    spots = [spot for rule in rules if not passes(rule, frame)[0] for spot in rule.find(frame.to_dicts()[0])]
    assert [frame["body"][0].count("\n", 0, spot.start) + 1 for spot in spots] == [number]


@pytest.mark.parametrize("line", TRAILERS)
def test_where_a_post_appeared_first_is_a_trailer(line: str) -> None:
    [spot] = REGISTRY["original-url-trailer"]().find(articles(record(text=f"{TEXT}\n{line}")).to_dicts()[0])
    assert spot.repair == ""


@pytest.mark.parametrize("line", PROSE)
def test_stories_that_speak_of_it_are_left_alone(line: str) -> None:
    frame = articles(record(text=f"{TEXT}\n{line}\n{TEXT}"))
    assert [rule.slug for rule in OFFLINE if rule.code.startswith("RES") and not passes(rule(), frame)[0]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_buttons_players_and_forms_say_is_found_and_what_only_sounds_like_it_is_not(language: str) -> None:
    """`interface.csv`: lines of every function that news sites have, and lines of stories, headings and lists."""
    rows = [row for row in INTERFACE if row["language"] == language]
    frame = articles(*(record(id=row["line"], text=f"{TEXT}\n{row['line']}\n{TEXT}") for row in rows))
    rules = [
        rule()
        for rule in OFFLINE
        if rule.code.startswith("RES") and rule.slug not in ("likely-furniture", "template-line")
    ]
    clean = [all(verdicts) for verdicts in zip(*(passes(rule, frame) for rule in rules), strict=True)]
    found = ["no" if passed else "yes" for passed in clean]
    assert [row["line"] for row, said in zip(rows, found, strict=True) if row["furniture"] != said] == []
