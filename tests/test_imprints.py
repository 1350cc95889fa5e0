"""What law and habit put below the text in each country is furniture; stories that speak of it are not."""

import pytest

from conftest import TEXT, record
from copydesk.rules import REGISTRY
from test_rules import OFFLINE, articles, passes

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
]


@pytest.mark.parametrize("line", IMPRINTS)
def test_an_imprint_is_found(line: str) -> None:
    frame = articles(record(text=f"{TEXT}\n{line}"))
    number = frame["body"][0].count("\n") + 1
    rules = [REGISTRY[slug]() for slug in ("copyright", "navigation", "byline-line", "social", "advert")]
    spots = [spot for rule in rules if not passes(rule, frame)[0] for spot in rule.find(frame.to_dicts()[0])]
    assert [frame["body"][0].count("\n", 0, spot.start) + 1 for spot in spots] == [number]


@pytest.mark.parametrize("line", PROSE)
def test_a_story_that_speaks_of_imprints_is_left_alone(line: str) -> None:
    frame = articles(record(text=f"{TEXT}\n{line}\n{TEXT}"))
    assert [rule.slug for rule in OFFLINE if rule.code.startswith("RES") and not passes(rule(), frame)[0]] == []
