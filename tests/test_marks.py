"""Lines are marked by phrases and shapes: nothing that the exact question knows is lost to the cheap one."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.furniture import marks, shapes
from copydesk.furniture.bylines import byline_lines, is_byline
from copydesk.furniture.captions import captions
from copydesk.furniture.lines import LINES, lines_of
from copydesk.furniture.phrases import FEW, LONGEST, index
from copydesk.vocabulary import SENTENCE_END, phrases

PHRASES = sorted({phrase.text for phrase in phrases()})
LINE = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "– ", ">> ", "(", "★", "  ", "1. "]),
    st.sampled_from(PHRASES).flatmap(lambda text: st.sampled_from([text, text.upper(), text.lower(), text.title()])),
    st.one_of(st.sampled_from(["", ":", " more", "s", "…", ": Bridge opens", "\u00a0x"]), st.text(max_size=20)),
)


def frame(texts: list[str]) -> pl.DataFrame:
    """The lines frame of one-line bodies."""
    return lines_of(pl.Series(texts, dtype=pl.String()))


@settings(max_examples=300, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=8))
def test_the_cheap_question_misses_nothing(texts: list[str]) -> None:
    lines = frame([text.replace("\n", " ") for text in texts])
    known = index()
    exact = {at: hit for at, text in enumerate(lines["text"]) if (hit := known.begins(text) or known.holds(text))}
    assert dict(known.hits(lines)) == exact


@given(st.lists(st.one_of(st.none(), st.text(max_size=60)), max_size=5))
def test_lines_stand_where_they_say(bodies: list[str | None]) -> None:
    lines = lines_of(pl.Series(bodies, dtype=pl.String()))
    assert lines.schema == LINES
    for row, line, start, text in lines.iter_rows():
        body = bodies[row] or ""
        assert body[start : start + len(text)] == text
        assert body.count("\n", 0, start) + 1 == line
    whole = {
        (row, text.strip()) for row, body in enumerate(bodies) for text in (body or "").split("\n") if text.strip()
    }
    assert {(row, text.strip()) for row, _, _, text in lines.iter_rows()} >= whole


@pytest.mark.parametrize(
    "line",
    [
        "14 June 2025", "Updated 14 June 2025, 10:30", "Samstag, 14. Juni 2025, 10:30 Uhr", "2025年6月14日 10:30", "10:30",
        "Publié le 14 juin 2025 à 10h30", "14 июня 2025, 10:30", "Saturday, June 14, 2025 10:30 a.m.", "2025-06-14",
    ],
)  # fmt: skip
def test_date_lines(line: str) -> None:
    assert shapes.is_date(line)


@pytest.mark.parametrize(
    "line",
    [
        "The ferry sank on 14 June 2025.", "-12.99", "£23.99", "2025", "In November 2023 the mayor made", "@quay 14 June 2025",
        "On 14 June 2025:", "Room 10.30", "25:99", "Born 3 March 1931", "14 июня 1945 года", "Flight 2025-06-14-7, gate 12, boards from the rear in rows of four",
    ],
)  # fmt: skip
def test_lines_with_numbers_that_are_no_dates(line: str) -> None:
    assert not shapes.is_date(line)


def test_many_dates_are_a_timeline() -> None:
    body = "\n".join(f"{day} June 2025\nOn that day the boat stayed in the dock again." for day in range(1, 9))
    assert marked(_articles(body))["furniture_kinds"].to_list() == [[]]
    assert marked(_articles("14 June 2025\nThe boat left."))["furniture_kinds"].to_list() == [["date-line"]]
    chronicle = "\n".join(f"{day} June 2025\nOn that day the boat stayed in the dock again." for day in range(1, 4))
    assert marked(_articles(f"Three days in June.\n{chronicle}"))["furniture_kinds"].to_list() == [[]]
    head = "Published 14 June 2025\nUpdated 15 June 2025\nPrinted 16 June 2025\nThe boat left."
    assert marked(_articles(head))["furniture_kinds"].to_list() == [["date-line"]]


AUTHORS = "Ana Lindqvist, Jo Moreau"


@pytest.mark.parametrize(
    ("line", "byline", "found"),
    [
        ("Ana Lindqvist", "Ana Lindqvist", True), ("By Ana Lindqvist", None, True), ("Von Ana Lindqvist und Jo Moreau", None, True),
        ("By Friday the boat was back.", None, False), ("By and large", None, False), ("Ana Lindqvist", "Jo Moreau", False),
        ("Автор: Инес Кальдера", None, True), ("Jo Moreau", AUTHORS, True), ("JO MOREAU", AUTHORS, True),
        ("Jo Moreau is a reporter who covers ports and fishing.", AUTHORS, True), ("Jo Moreau:", AUTHORS, False),
        ("Jo Moreau ist Redakteurin für Häfen.", AUTHORS, True), ("Джо Моро, корреспондент в Линдбю", "Джо Моро", True),
        ("Jo Moreau was the first to jump.", AUTHORS, False), ("Jo Moreau: You were a reporter once.", AUTHORS, False),
        ("Jo Moreaus reporter friends", AUTHORS, False), ("Jo is a reporter.", "Jo", False),
    ],
)  # fmt: skip
def test_byline_lines(line: str, byline: str | None, found: bool) -> None:
    assert is_byline(line, byline) is found
    assert list(byline_lines(frame([line]), pl.Series([byline], dtype=pl.String()))) == [0] * found


@pytest.mark.parametrize(
    "line",
    [
        "The ferry leaves the dock after two weeks of repairs (Photo: Ines Caldera)", "Foto ohne Titel. [Bild: Ines Caldera]",
        "The crew on deck, with the mayor, left, and the harbour master. (AP Photo/Ines Caldera)", "Gulls on the quayCredit: PA",
        "Die Fähre vor der Insel. Foto: Ines Caldera/Archiv", "Le quai après la tempête. Crédit photo : Ines Caldera",
        "Паром у причала. Фотография: Инес Кальдера", "渡船离开码头。图片来源：港务局", "The outer light at dawn. REUTERS/Ines Caldera",
        "Nets on the quay.Ines Caldera/Shutterstock", f"{'A caption of an agency is long. ' * 12}(Photo by Ines Caldera).",
    ],
)  # fmt: skip
def test_captions_end_with_a_credit(line: str) -> None:
    assert list(captions(frame([line]))) == [0]


@pytest.mark.parametrize(
    "line",
    [
        "分析者は能力を維持していると指摘している。(c)AFP/Ines CALDERA", "She posted her best photo: the outer light at dawn", "The ferry runs again (see the photo above)", "Das Bild: ein Hafen im Nebel",
        "He said: “Take a photo: it will last.”", "The boat is late. Quelle: dpa", "The quay was closed (pictured in 1911)",
        "Two numbers matter. Credit: what banks lend to whom", "The fare rises from 3 to 4 crowns/day", "(see photo: page 4", "",
        f"{'A paragraph is long, and somebody glued a credit to it. ' * 12}Foto: Ines Caldera", "What matters is the picture. Image: it sells",
    ],
)  # fmt: skip
def test_lines_that_end_otherwise_are_no_captions(line: str) -> None:
    assert list(captions(frame([line]))) == []


@given(
    st.lists(
        st.builds(
            "{}{}{}".format,
            st.sampled_from(
                ["", "By ", "ana lindqvist", "Ana Lindqvist", "ZOË ROE", "Zoe Roe", "A gull. ", "It (", "Gulls"]
            ),
            st.sampled_from(["", ",", ":", " reporter", "Photo: ", "Foto:", "Photo by ", "REUTERS/"]),
            st.sampled_from(
                ["", "Ana Lindqvist", "Ines Caldera)", "Ines Caldera.", "a boat", "Roe" * 300, "via Getty Images"]
            ),
        ).filter(str.strip),
        min_size=1,
        max_size=9,
    )
)
def test_few_lines_and_many_are_marked_alike(texts: list[str]) -> None:
    bylines = pl.Series(["Ana Lindqvist, Zoë Roe", "Zoe Ross", None] * 3)[: len(texts)]
    few = [list(byline_lines(frame(texts), bylines)), list(captions(frame(texts)))]
    story = ["The boat left the quay, and nobody waved."] * FEW
    many = pl.concat([bylines, pl.Series([None] * FEW, dtype=pl.String())])
    assert few == [list(byline_lines(frame(texts + story), many)), list(captions(frame(texts + story)))]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Home › News › Harbour", True), ("Startseite | Politik | Hafen", True), ("| Pos | Player | Points |", False),
        ("« Nous avons attendu », dit-elle » et rit", False), ("1 | 2 | 3", False), ("He said: up > down", False),
        ("quay.example / Ferries / Fares", True), ("Quay / Ferries / Fares", False), ("Politik · Kultur · Häfen", True),
        ("The sea is grey / The gulls are loud / The boat is late", False), ("Rom · Paris · Wien", False),
        ("Paris > London > Rome", False), ("SPD | CDU | Grüne", False), ("Team | Played | Points", False),
    ],
)  # fmt: skip
def test_breadcrumbs(line: str, found: bool) -> None:
    assert shapes.is_breadcrumb(line) is found


def test_breadcrumbs_stand_at_the_ends_of_a_body() -> None:
    story = ["The boat left.", "It was late.", "It rained.", "Nobody was cold.", "The band played.", "It came back."]
    for place, kinds in ((0, ["navigation"]), (3, []), (6, ["navigation"])):
        body = "\n".join([*story[:place], "Home | Ferry | Bus", *story[place:]])
        assert marked(_articles(body))["furniture_kinds"].to_list() == [kinds]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("window.dataLayer = window.dataLayer || [];", True), ('{"@type": "Person", "name": "Ana"}', True),
        (".teaser { color: red; margin: 0 }", True), ("{{ #verifyErrors }}", True), ("[button link=x]Go[/button]", True),
        ("The window. Outside, a document. Nothing moved; she (finally) slept.", False), ("f(x) = 3x, said the teacher", False),
        ("“var” is a river in France = true", False),
    ],
)  # fmt: skip
def test_code_lines(line: str, found: bool) -> None:
    assert shapes.is_code(line) is found


def test_a_label_takes_the_address_on_the_next_line_with_it() -> None:
    body = "The boat left.\nOriginal url:\nhttps://example.com/a\nThe end."
    mark = marked(_articles(body))["furniture"].to_list()[0][0]
    assert body[mark["start"] : mark["end"]] == "Original url:\nhttps://example.com/a"
    assert marked(_articles("Source:\nThe river rises in the hills."))["furniture_kinds"].to_list() == [[]]


@pytest.mark.parametrize(
    "phrase", [phrase for phrase in phrases() if phrase.risk == "low" and phrase.match == "line"][::7]
)
def test_a_phrase_that_is_a_line_marks_only_the_whole_line(phrase: object) -> None:
    text = phrase.text  # type: ignore[attr-defined]
    assert index().begins(text) is not None
    longer = index().begins(f"{text} zzz qqq")
    assert longer is None or longer.rest  # another phrase may begin it


def test_a_line_of_prose_that_is_long_is_never_marked() -> None:
    line = "Read more: " + "the boat " * 60
    assert len(line) > LONGEST
    assert SENTENCE_END.search(line) is None
    assert marked(_articles(line))["furniture_kinds"].to_list() == [[]]


def marked(articles: pl.DataFrame) -> pl.DataFrame:
    """``articles`` with their marks."""
    return marks.with_marks(articles, marks.mark(lines_of(articles["body"]), articles))


def _articles(body: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"body": [body], "byline": [None], "source": ["quay.example"]}, schema_overrides={"byline": pl.String}
    )


@pytest.mark.parametrize(
    "line",
    [
        # words of everyday's language that begin or stand in a sentence
        "Share the road, say the signs along the lane.", "The society first appeared on the island in 1912.",
        "By signing up to the code, forty mills have promised to rest on Sundays.", "Seguici, dice la guida, e la porta si apre.",
        "Según el boletín, las solicitudes se presentan en el puerto.", "El boletín de la cofradía",
        "Ett nyhetsbrev om båtar såg oskyldigt ut, säger skepparen.", "Fırında çerez ve simit satılıyor",
        "Şirket abonelerine kesintiyi bildirdi", "Рассылка писем началась зимой", "शेयर बाज़ार में तेज़ी",
        "구독 해지가 어렵다는 불만이 늘었다", "Chia sẻ yêu thương", "Theo Bộ Y tế, dịch đã giảm", "صورة كبيرة للشاعر عند المدخل",
        "หน่วยงานที่เกี่ยวข้องเร่งช่วยเหลือ", "Předplatné jízdenek od července podraží.",
        # a headline does not end with a full stop
        "Hintergrund: Die beiden Vereine streiten seit Jahren über den Platz am Hafen.",
        # the word goes on
        "Foto-Ausstellung im Hafenhaus", "Recevez-vous encore le journal ?",
        # what somebody is quoted with
        "“Subscribe to our newsletter,” the card had read, and four hundred people did.",
        "Er las vor: „Alle Rechte vorbehalten“, und die Klasse lachte.", "「会員登録はこちら」と書かれた紙が配られた。",
        # a source that is no agency
        "Source: the mill at Tarn", "Źródło: rzeka w górach", "Izvor: potok pod hribom",
        # words of pages in sentences
        "Olvassa el a feliratot a hídon, mondja az őr.", "Reklama na moście zniknęła po burzy.", "Jaga oma leiba naabriga, ütleb kirik.",
        "ما را در بندر تنها گذاشتند و رفتند.", "Piekrītu tiltam, teica mērs.", "Сподели и кметът, че мостът ще бъде боядисан.", "Aplikację dla żeglarzy pobrało tysiąc osób.",
    ],
)  # fmt: skip
def test_what_a_story_says_is_no_furniture(line: str) -> None:
    assert marked(_articles(f"The boat left at dawn.\n{line}"))["furniture_kinds"].to_list() == [[]]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        # the same words where they are meant so
        ("Share on Facebook", "social-share"), ("Seguici su Facebook e Instagram.", "social-share"), ("Chia sẻ", "social-share"),
        ("Suscríbete a nuestro boletín y recibe las noticias.", "newsletter"), ("Anmäl dig till vårt nyhetsbrev!", "newsletter"),
        ("Bu site çerez kullanır.", "cookie"), ("Deze website maakt gebruik van cookies.", "cookie"),
        ("Hintergrund: Warum die Fähre so oft ausfällt", "related-link"), ("ข่าวที่เกี่ยวข้อง", "related-link"),
        # signs around, and how many there are
        ("- Anzeige -", "advert"), ("[Advertisement]", "advert"), ("Kommentare (12)", "comment"), ("评论（3）", "comment"),
        # in languages of which little was known
        ("Olvassa el ezt is: Elkészült a híd", "related-link"), ("Най-четени", "related-link"),
        ("Nastavak članka ispod oglasa", "advert"), ("Sadržaj je dostupan samo pretplatnicima", "paywall"),
        ("Овај сајт користи колачиће", "cookie"), ("Sva prava zadržana", "copyright"), ("Čas branja: 4 min", "byline-noise"),
        ("Užsiprenumeruokite naujienlaiškį", "newsletter"), ("Šī vietne izmanto sīkdatnes", "cookie"), ("Jälgi meid Instagramis", "social-share"),
        ("Copiază linkul", "social-share"), ("یہ بھی پڑھیں: پل کھل گیا", "related-link"), ("تمامی حقوق محفوظ است", "copyright"),
        ("ছবি: রহিম মিয়া", "photo-credit"), ("தொடர்புடைய செய்திகள்", "related-link"), ("ಇದನ್ನೂ ಓದಿ", "related-link"),
        ("კომენტარები (3)", "comment"), ("Գովազդ", "advert"), ("ማስታወቂያ", "advert"), ("ဆက်စပ်သတင်းများ", "related-link"),
        ("ផ្សាយពាណិជ្ជកម្ម", "advert"), ("สมัครรับจดหมายข่าว", "newsletter"), ("Hak cipta terpelihara", "copyright"),
        ("Die Fähre im Hafen. (Symbolbild)", "photo-credit"), ("The boat at dawn. Photograph: Ines Caldera/The Quay", "photo-credit"),
        # a source that is an agency
        ("Źródło: PAP", "byline-noise"), ("Forrás: MTI", "byline-noise"), ("Πηγή: ΑΠΕ-ΜΠΕ", "byline-noise"),
        # either apostrophe
        ("Partager l'article", "social-share"), ("Partager l’article", "social-share"),
        # the first phrase lacks its address, the second one is meant
        ("Cet article est réservé aux abonnés.", "paywall"),
        # who may read the article, and not who may watch the match
        ("Nur für Abonnenten", "paywall"),
        ("Dieser Artikel ist exklusiv für Abonnenten.", "paywall"),
        ("Réservé aux abonnés", "paywall"),
        ("Este artículo es exclusivo para suscriptores.", "paywall"),
        ("Questo contenuto è riservato agli abbonati.", "paywall"),
        ("Este conteúdo é exclusivo para assinantes.", "paywall"),
        ("Dit artikel is alleen voor abonnees.", "paywall"),
        ("Artikeln är endast för prenumeranter.", "paywall"),
        ("Denne artikkelen er kun for abonnenter.", "paywall"),
        ("Denne artikel er kun for abonnenter.", "paywall"),
        ("Tämä juttu on vain tilaajille.", "paywall"),
        ("Artykuł dostępny tylko dla prenumeratorów.", "paywall"),
        ("Материал доступен только подписчикам.", "paywall"),
        ("Bu içerik abonelere özeldir.", "paywall"),
        ("この記事は有料会員限定です。", "paywall"),
        ("이 기사는 유료회원 전용입니다.", "paywall"),
        ("هذا المقال متاح للمشتركين فقط.", "paywall"),
        ("This article is for subscribers only.", "paywall"),
        ("Alla rättigheter förbehållna", "copyright"), ("Alle rettigheter", "copyright"),
        ("リンドビー港のフェリー（2025年6月14日撮影）。(c)AFP/Ines CALDERA", "photo-credit"),
        # the whole line is quoted
        ("“Subscribe to our newsletter”", "newsletter"),
    ],
)  # fmt: skip
def test_what_a_page_says_is_furniture(line: str, kind: str) -> None:
    assert marked(_articles(f"The boat left at dawn.\n{line}"))["furniture_kinds"].to_list() == [[kind]]


def test_a_word_that_a_verse_goes_on_with_is_no_menu() -> None:
    verse = "Home\nis where the rope is tied,\nwhere gulls have eaten from the tide."
    assert marked(_articles(verse))["furniture_kinds"].to_list() == [[]]
    for menu in ("Home\nThe boat left at dawn.", "Home\nnews\nferries"):
        assert marked(_articles(menu))["furniture_kinds"].to_list() == [["navigation"]]


def test_dates_of_a_life_are_text() -> None:
    life = [
        "Ana Roe, who built the quay, has died.",
        "She was born here.",
        "Her life in dates",
        "Born 3 March 1931",
        "Died 2 January 2026",
    ]
    assert marked(_articles("\n".join(life)))["furniture_kinds"].to_list() == [[]]
    assert marked(_articles("\n".join(life[:3] + life[4:])))["furniture_kinds"].to_list() == [["date-line"]]
    assert marked(_articles("\n".join(life[3:] + life[:3])))["furniture_kinds"].to_list() == [[]]
    assert marked(_articles("\n".join(["2 January 2026", *life])))["furniture_kinds"].to_list() == [["date-line"]]


@pytest.mark.parametrize("line", ["2 hours ago", "15 minutes ago", "vor 3 Tagen", "il y a 2 heures", "5分前"])
def test_an_age_is_a_date_line(line: str) -> None:
    assert marked(_articles(f"{line}\nThe boat left."))["furniture_kinds"].to_list() == [["date-line"]]


def test_times_of_day_that_head_a_ticker_are_text() -> None:
    ticker = "The storm has come.\n18:42\nThe road is closed.\n18:10\nThe boat is back.\n17:35\nSchools stay shut."
    assert marked(_articles(ticker))["furniture_kinds"].to_list() == [[]]
    assert marked(_articles("The boat left.\n10:30\nIt came back."))["furniture_kinds"].to_list() == [["date-line"]]


def test_times_of_day_tick_where_prose_follows_them() -> None:
    entries = [
        "07:40 Uhr",
        "Zwei Bäume sind umgestürzt.",
        "08:05 Uhr",
        "Die Schulen bleiben zu.",
        "09:30 Uhr",
        "Der Wind lässt nach.",
    ]
    assert shapes.ticking(frame(["\n".join(entries)])) == [0, 2, 4]
    assert shapes.ticking(frame(["\n".join(entries[:4])])) == []
    assert shapes.ticking(frame(["\n".join(entry.rstrip(".") for entry in entries)])) == []  # headlines of a list


@pytest.mark.parametrize("stop", ["۔", "։", "።", "။", "។", "॥"])
def test_sentences_end_in_every_script(stop: str) -> None:
    assert SENTENCE_END.search(f"…{stop}»")
