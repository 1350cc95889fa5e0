"""What a house changes in a story is no change of fact, and a change of fact is none of the house: in many languages."""

import unicodedata

import pytest

from copydesk.syndication.changes import changes

HOUSE = [
    ("The council approved 1.5 million crowns for the harbour wall after a long debate on Monday.", "1.5 million", "1.5m"),
    ("The council approved 1.5 billion crowns for the harbour wall after a long debate on Monday.", "1.5 billion", "1,500 million"),
    ("At the end of the week, as it is told, The council approved 1.50 crowns per ton for the harbour wall after a long debate on Monday.", "1.50", "1.5"),
    ("At the end of the week, as it is told, The council approved 3.0 per cent for the harbour wall after a long debate on Monday.", "3.0", "3"),
    ("At the end of the week, as it is told, The harbour wall moved by 1.500 tons in the night that the storm came to the coast.", "1.500", "1.5"),
    ("At the end of the week, as it is told, The harbour wall cost 1,000.50 crowns when the storm came to the coast in the night.", "1,000.50", "1.000,5"),
    ("At the end of the week, as it is told, The harbour wall cost 1,00,000 crowns when the storm came to the coast in the night.", "1,00,000", "100,000"),
    ("قال رئيس المجلس إن ١٢ شخصا أصيبوا في الحادث الذي وقع في الميناء صباح اليوم", "١٢", "12"),
    ("قال رئيس المجلس إن ١٬٢٠٠ شخصا أصيبوا في الحادث الذي وقع في الميناء صباح اليوم", "١٬٢٠٠", "1,200"),
    ("At the end of the week, as it is told, The train left the station at 5:30 p.m. and came to the harbour before dark on Monday.", "5:30 p.m.", "17:30"),
    ("At the end of the week, as it is told, The train left the station at 16:30 GMT and came to the harbour before dark on Monday.", "16:30 GMT", "18:30 CEST"),
    ("At the end of the week, as it is told, The train left the station at 1630 GMT and came to the harbour before dark on Monday.", "1630 GMT", "1930 local time"),
    ("At the end of the week, as it is told, The wall of the harbour will cost $1,200 a yard when it is built in the summer.", "$1,200", "€1,100"),
    ("At the end of the week, as it is told, The plan of the harbour, which Mr Smith had drawn on a napkin, was laid before the council.", "Mr Smith", "John Smith"),
    ("At the end of the week, as it is told, The plan of the harbour, which President Smith had drawn on a napkin, was laid before the council.", "President Smith", "John Smith"),
    ("At the end of the week, as it is told, The plan of the harbour, which Lt. Smith had drawn on a napkin, was laid before the council.", "Lt. Smith", "Lieutenant Smith"),
    ("At the end of the week, as it is told, The plan of the harbour, which the clerk of Erie, Pa., had drawn on a napkin, was laid before them.", "Pa.", "Pennsylvania"),
    ("À la fin de la semaine, dit-on, Le plan du port, que Mme Dupont avait dessiné sur une nappe, est passé devant le conseil. ensuite", "Mme Dupont", "Marie Dupont"),
    ("À la fin de la semaine, dit-on, Le plan du port a été présenté le 5 mai devant le conseil de la ville et les marins. ensuite", "5 mai", "5 juin"),
    ("À la fin de la semaine, dit-on, Le plan du port est prêt avant qu'il ne soit présenté devant le conseil de la ville. ensuite", "ne ", ""),
    ("Der Plan für den Hafen wird am 5. Mai dem Rat der Stadt von den Fischern gezeigt.", "5. Mai", "5. Juni"),
    ("Der Rat hat mit den Fischern nicht einen Plan für den Hafen der Stadt und das Land.", "nicht einen", "keinen"),
    ("Het plan voor de haven is nu klaar en de raad van de stad zal het zien met een bril.", "nu ", ""),
    ("Planen för hamnen är nu klar och rådet i staden ska se den med sina fiskare på måndag.", "nu ", ""),
    ("Fiskaren tog sin båt ut på havet och det var en stor dag för hela staden och hamnen.", "sin", "en"),
    ("O plano do porto será visto no domingo pelo conselho da cidade que não quer uma ponte.", "no domingo", "domingo"),
    ("Alla fine della settimana, come si racconta, Il sindaco ne ha parlato con il consiglio della città che è nel porto per una festa.", "ne ", ""),
    ("Báturinn sem kom í höfnina er að mestu heill og það var gott við mann í bænum.", "sem", "er"),
    ("Kuģis ir atnācis no ostas un tas arī bija labi par visu, kas ir pilsētā ar tiltu.", "no ostas", "ostas"),
    ("Planul portului este mai bun și nu a fost văzut de consiliu în oraș la masă cu pescarii.", "mai ", ""),
    ("Planen for havnen er klar og hun leser ei bok på kaia med det som ikke er til salgs.", "ei", "en"),
    ("Planen for havnen er nem og den er klar til at se på kajen med det som er til salg.", "nem", "let"),
    ("At the end of the week, as it is told, The plan for the harbour did not show the mill nor the council that had to wait for it.", "nor", "or"),
    ("At the end of the week, as it is told, The plan for the harbour has no name and was drawn at No. 5 of the long street.", "No. 5", "number 5"),
    ("Рыбаки сказали, что план готов и что это показал Иван Петров на совете в городе для всех.", "Иван Петров", "Ивану Петрову"),
    ("Kalastajat kertovat, että suunnitelma esiteltiin kaupungissa ja se on Helsingissä valmis kun se oli.", "Helsingissä", "Helsingin"),
    ("Haftanın son günü olan pazar sabahı Balıkçılar planın hazır olduğunu ve bu işin Ankara'da bir kurul için çok iyi olduğunu söyledi. ve sonra eve gitti", "Ankara'da", "Ankara'nın"),
    ("渔民们星期一在港口对记者说，新的海港计划已经得到议会批准，工程将在夏天开始。", "已经", "没有"),
    ("渔民们星期一在港口对记者说，新的海港计划有12人反对，工程将在夏天开始施工。", "12", "１２"),
    ("At the end of the week, as it is told, The road to Kiev was open again after the storm that came over the hills on Sunday.", "Kiev", "Kyiv"),
    ("At the end of the week, as it is told, The road to Peking was open again after the storm that came over the hills on Sunday.", "Peking", "Beijing"),
    ("At the end of the week, as it is told, The road was open on Monday for the first time since the storm came over the hills.", "on Monday", "on June 16"),
    ("At the end of the week, as it is told, The price rose to 3,500,000 crowns after the storm that came over the hills on Sunday.", "3,500,000", "3.5 million"),
    ("At the end of the week, as it is told, The price rose by 1k crowns after the storm that came over the hills on Sunday.", "1k", "1,000"),
    ("At the end of the week, as it is told, The price rose by 12 crowns after the storm that came over the hills on Sunday.", "12", "twelve"),
    ("At the end of the week, as it is told, The price rose by 10-15 crowns after the storm that came over the hills on Sunday.", "10-15", "10 to 15"),
    ("At the end of the week, as it is told, The price rose on 16.06.2025 after the storm that came over the hills on Sunday.", "16.06.2025", "16.6.2025"),
    ("At the end of the week, as it is told, The price rose on 6/16/2025 after the storm that came over the hills on Sunday.", "6/16/2025", "16/6/2025"),
    ("At the end of the week, as it is told, The envoy of the U.S. came to the harbour in the storm that came over the hills.", "U.S.", "United States"),
    ("At the end of the week, as it is told, The envoy of the UK came to the harbour in the storm that came over the hills.", "UK", "Britain"),
    ("इस बड़े शहर के लोग कहते हैं नाविकों ने कहा कि नाव में १२ लोग हैं और यह बंदरगाह पर सोमवार को आई है", "१२", "12"),
    ("ماهیگیران گفتند که طرح بندر را ۱۲ نفر در شهر با این رای برای آن از به است", "۱۲", "12"),
]  # fmt: skip

FACTS = [
    ("The council approved 1.5 million crowns for the harbour wall after a long debate on Monday.", "million", "billion"),
    ("Der Rat gab nach langer Beratung am Montag 1,5 Mio. Kronen für die Mauer des Hafens frei.", "Mio.", "Mrd."),
    ("At the end of the week, as it is told, The council approved 1.5 million crowns for the harbour wall after a long debate on Monday.", "1.5", "15"),
    ("قال رئيس المجلس إن ١٢ شخصا أصيبوا في الحادث الذي وقع في الميناء صباح اليوم", "١٢", "13"),
    ("At the end of the week, as it is told, The train left the station at 16:30 and came to the harbour before dark on Monday.", "16:30", "16:45"),
    ("At the end of the week, as it is told, The team from the harbour won 2-1 at home against the visitors from the mill on Sunday.", "2-1", "1-2"),
    ("À la fin de la semaine, dit-on, Le plan du port n'a pas été présenté devant le conseil de la ville et les marins. ensuite", "n'a pas", "a"),
    ("À la fin de la semaine, dit-on, Le conseil de la ville ne veut pas du plan que les marins ont dessiné sur une nappe. ensuite", "ne veut pas", "veut"),
    ("Der Plan für den Hafen wird nicht dem Rat der Stadt von den Fischern gezeigt.", "nicht ", ""),
    ("Der Rat hat mit den Fischern keinen Plan für den Hafen der Stadt und das Land.", "keinen", "einen"),
    ("Het plan voor de haven is niet klaar en de raad van de stad zal het zien met een bril.", "niet ", ""),
    ("O plano do porto não será visto domingo pelo conselho da cidade que quer uma ponte.", "não ", ""),
    ("Alla fine della settimana, come si racconta, Il sindaco non ha parlato con il consiglio della città che è nel porto per una festa.", "non ", ""),
    ("At the end of the week, as it is told, The plan for the harbour was not ready and the council had to wait for the drawing.", "not ", ""),
    ("Plán přístavu se na radě města v pondělí neschválil a je to z velké části dobře.", "neschválil", "schválil"),
    ("Рыбаки сказали, что план не готов и что это было на совете в городе для всех.", "не ", ""),
    ("Рыбаки сказали, что план готов и что это показал Иван Петров на совете в городе для всех.", "Иван Петров", "Сергей Кузнецов"),
    ("Kalastajat kertovat, että suunnitelma ei valmistunut kaupungissa ja se on kun se oli.", "ei ", ""),
    ("Kalurid ütlesid, et plaan ei valmis linnas ja see on kui ta oli aga mis ka.", "ei ", ""),
    ("Haftanın son günü olan pazar sabahı Balıkçılar planın hazır değil ve bu işin bir kurul için çok iyi olduğunu söyledi. ve sonra eve gitti", "değil ", ""),
    ("渔民们星期一在港口对记者说，新的海港计划没有得到议会批准，工程将在夏天开始。", "没有", ""),
    ("漁師たちは月曜日に港で、新しい計画は議会に承認されなかったと記者団に語った。", "されなかった", "された"),
    ("渔民们星期一在港口对记者说，新的海港计划有12人反对，工程将在夏天开始施工。", "12", "21"),
    ("ชาวประมงบอกนักข่าวที่ท่าเรือว่าแผนใหม่ไม่ได้รับการอนุมัติจากสภาเมืองในวันจันทร์", "ไม่ได้รับ", "ได้รับ"),
    ("इस बड़े शहर के लोग कहते हैं नाविकों ने कहा कि नाव नहीं आई और यह बंदरगाह पर सोमवार को है", "नहीं ", ""),
    ("Οι ψαράδες είπαν ότι το σχέδιο δεν είναι έτοιμο και ότι θα το δουν στο λιμάνι με τον δήμαρχο.", "δεν ", ""),
    ("Rybacy powiedzieli, że plan nie jest gotowy i że to się na to przez zimę zmieni od wiosny.", "nie ", ""),
    ("A halászok azt mondták, hogy a terv nem kész és ez is egy nagy baj a városban.", "nem ", ""),
    ("지난 주 마지막 날 어부들은 월요일 항구에서 기자들에게 새 계획에 12명이 반대한다고 말했다. 그리고 배는 다시 바다로 나갔다 .", "12명", "21명"),
    ("הדייגים אמרו כי התכנית לא אושרה על ידי המועצה של העיר וגם זה היה עם הנמל.", "לא ", ""),
    ("Ngư dân nói kế hoạch không được duyệt và của là có trong cho với các một thành phố.", "không ", ""),
    ("Nelayan mengatakan bahwa rencana itu tidak disetujui dan dewan kota yang akan dalam ini pada.", "tidak ", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "here", "there"), HOUSE)
def test_the_way_of_a_house_is_no_changed_fact(text: str, here: str, there: str) -> None:
    other = text.replace(here, there, 1)
    assert other != text
    assert changes(text, other) == changes(other, text) == []


@pytest.mark.parametrize(("text", "here", "there"), FACTS)
def test_a_changed_fact_is_told_in_every_language(text: str, here: str, there: str) -> None:
    other = text.replace(here, there, 1)
    [one], [back] = changes(text, other), changes(other, text)
    assert one.kind == back.kind
    assert text[one.start : one.end] == one.here
    assert other[back.start : back.end] == back.here


def test_other_names_beside_the_same_title_are_told() -> None:
    text = "The plan of the harbour, which Mr Smith had drawn on a napkin, was laid before the council."
    assert [found.kind for found in changes(text, text.replace("Mr Smith", "Mr Caldera"))] == ["name"]
    assert [found.kind for found in changes(text, text.replace("Mr Smith", "Jo Caldera"))] == ["name"]
    assert [found.kind for found in changes(text, text.replace("Smith", "Olund"))] == ["name"]  # as many letters


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("At least 12 people drowned", "At least 17 people drowned"),
        ("LINDBY (AFP) — At least 12 people drowned", "Mindestens: At least 17 people drowned"),
        ("12 people drowned", "17 people drowned"),
    ],
)
def test_a_toll_in_the_first_words_is_told(here: str, there: str) -> None:
    rest = " when a ferry struck the pier of the harbour, the coast guard said."
    assert [(found.kind, found.here, found.there) for found in changes(here + rest, there + rest)] == [
        ("number", "12", "17")
    ]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("16 June 2025, 10:45\n", "17 June 2025, 8:30\n"),
        ("LINDBY, June 14 — ", "LINDBY, June 15 — "),
        ("By Jo Marten\n", "By Ines Caldera\n"),
    ],
)
def test_what_stands_before_the_first_sentence_is_no_fact(here: str, there: str) -> None:
    text = "A ferry struck the pier of the harbour on Monday, the coast guard said."
    assert changes(here + text, there + text) == []


def test_letters_and_their_accents_may_be_apart() -> None:
    text = "Le maire a présenté à 12 élus le projet de la jetée, très attendu près de l'été."
    [found] = changes(text, unicodedata.normalize("NFD", text.replace("12", "15")))
    assert (found.kind, found.here, found.there) == ("number", "12", "15")
