"""The line model: which lines of a body are page furniture. All stories are invented."""

import dataclasses
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from copydesk import vocabulary
from copydesk.furniture import page_evidence
from copydesk.furniture.candidates import candidates
from copydesk.furniture.characters import Floats
from copydesk.furniture.dom import FEATURES, dom_features
from copydesk.furniture.forest import Forest
from copydesk.furniture.judge import judge
from copydesk.furniture.lines import lines_of
from copydesk.furniture.model import FILE, Judgement, load
from copydesk.furniture.siblings import shared_texts, siblings


def beside(frame: pl.DataFrame) -> Floats:
    """What the other records of the frame show of each line of it."""
    urls = frame["original_url"].str.replace("#.*", "").hash()
    return siblings(lines_of(frame["body"]), urls, frame["body"], shared_texts(urls, frame["body"]))


ENGLISH = [
    "The harbour wall at Eastmere will be rebuilt by next summer after councillors voted on Monday to release the last part of the money.",
    "Engineers found cracks along forty metres of the wall in March, and ferries have landed at the fish quay since then.",
    "“We have waited long enough for this,” said Ada Holm, who runs the ticket office on the quay. “Passengers walk half a mile in the rain.”",
    "The council expects work to begin in January, when the fishing fleet is smallest, and to take about seven months in all.",
    "Two firms have offered to do the work, and the cheaper offer is a third above what the council had set aside a year ago.",
]  # fmt: skip
GERMAN = [
    "Die Hafenmauer von Ostmeer soll bis zum nächsten Sommer erneuert werden, nachdem der Rat am Montag den letzten Teil des Geldes freigegeben hat.",
    "Ingenieure hatten im März Risse auf vierzig Metern Länge gefunden, seither legen die Fähren am Fischkai an.",
    "„Wir haben lange genug gewartet“, sagte Ada Holm, die den Fahrkartenschalter am Kai leitet. „Die Leute laufen einen Kilometer durch den Regen.“",
    "Die Arbeiten beginnen im Januar, wenn die Fischerflotte am kleinsten ist, und dauern rund sieben Monate.",
    "Zwei Firmen haben sich beworben, das günstigere Angebot liegt um ein Drittel über dem, was der Rat vor einem Jahr veranschlagt hatte.",
]  # fmt: skip
SPANISH = [
    "El muro del puerto de Mareste será reconstruido antes del próximo verano, después de que el ayuntamiento aprobara el lunes la última parte del dinero.",
    "Los ingenieros encontraron grietas a lo largo de cuarenta metros en marzo, y desde entonces los barcos atracan en el muelle de pescadores.",
    "Las obras comenzarán en enero, cuando la flota pesquera es más pequeña, y durarán unos siete meses en total.",
]  # fmt: skip
RUSSIAN = [
    "Портовую стену в Восточном Море восстановят к следующему лету: в понедельник совет выделил последнюю часть денег на эти работы.",
    "В марте инженеры нашли трещины на протяжении сорока метров, и с тех пор паромы причаливают у рыбного причала.",
    "Работы начнутся в январе, когда рыболовный флот меньше всего, и займут около семи месяцев.",
]  # fmt: skip
JAPANESE = [
    "東浜港の防波堤は来年の夏までに再建されることになった。町議会が月曜日、最後の予算を認めたためで、工事は一月に始まる見通しだ。",
    "三月の調査で四十メートルにわたる亀裂が見つかり、フェリーはそれ以来、漁港の岸壁に着いている。",
    "町の担当者は「乗客には不便をかけているが、冬の間に工事を終えたい」と話し、住民への説明会を今月末に開くとしている。",
    "工事には約七か月かかる見込みで、二つの会社が名乗りを上げているが、費用は一年前の見積もりを三割ほど上回るという。",
]  # fmt: skip
PROSE = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "ru": RUSSIAN, "ja": JAPANESE}
TITLES = {
    "en": "Harbour wall to be rebuilt",
    "de": "Ostmeer erneuert seine Hafenmauer",
    "es": "Mareste reconstruirá el muro del puerto",
    "ru": "Портовую стену восстановят к лету",
    "ja": "東浜港の防波堤、来夏までに再建",
}
FLAGGED = 0.9
"""The score from which a line would be reported."""

FURNITURE = [
    "Sign up to our newsletter",
    "Share on Facebook",
    "Share on Twitter",
    "Read more: Ferry fares to rise in spring",
    "© 2024 Eastmere Post. All rights reserved.",
    "Advertisement",
    "Related articles",
]


def articles(bodies: list[str], urls: list[str] | None = None, title: str = TITLES["en"]) -> pl.DataFrame:
    count = len(bodies)
    return pl.DataFrame(
        {
            "title": [title] * count,
            "byline": ["Ada Holm"] * count,
            "source": ["eastmere-post.example"] * count,
            "url_host": ["www.eastmere-post.example"] * count,
            "original_url": urls or [f"https://www.eastmere-post.example/news/harbour-wall-{k}" for k in range(count)],
            "body": bodies,
        }
    )


def scores(bodies: list[str]) -> list[float]:
    frame = articles(bodies)
    return judge(lines_of(frame["body"]), frame).tolist()


def test_obvious_furniture_is_flagged() -> None:
    judged = scores(["\n".join(["Home", "News", "Sport", *ENGLISH, *FURNITURE])])[3 + len(ENGLISH) :]
    assert sum(score >= FLAGGED for score in judged) >= len(FURNITURE) - 1


@pytest.mark.parametrize("language", PROSE)
def test_prose_is_not_flagged(language: str) -> None:
    frame = articles(["\n".join(PROSE[language])], title=TITLES[language])
    assert np.nan_to_num(judge(lines_of(frame["body"]), frame)).max() < FLAGGED


def test_a_score_does_not_depend_on_the_batch() -> None:
    bodies = ["\n".join([*text, *FURNITURE]) for text in PROSE.values()] + ["", "One line.", "\n\n \n"]
    together = scores(bodies)
    apart = [score for k, body in enumerate(bodies) for score in _alone(body, k)]
    np.testing.assert_array_equal(together, apart)
    np.testing.assert_array_equal(together, scores(bodies))


def _alone(body: str, number: int) -> list[float]:
    frame = articles([body], [f"https://www.eastmere-post.example/news/harbour-wall-{number}"])
    return judge(lines_of(frame["body"]), frame).tolist()


def test_missing_metadata_and_empty_batches_are_judged() -> None:
    frame = articles(["\n".join([*ENGLISH, *FURNITURE])]).with_columns(
        pl.lit(None, pl.String()).alias(name) for name in ("title", "byline", "source", "url_host", "original_url")
    )
    assert np.nanmax(judge(lines_of(frame["body"]), frame)) > 0.9
    empty = frame.with_columns(pl.lit(None, pl.String()).alias("body"))
    assert judge(lines_of(empty["body"]), empty).tolist() == []
    assert judge(lines_of(empty.head(0)["body"]), empty.head(0)).tolist() == []


@pytest.mark.parametrize(
    "body",
    [
        "x" * 1_000_000,
        "(" * 200_000 + ")" * 200_000,
        "\u0301" * 300_000,
        "a\n" * 30_000,
        "share on facebook " * 20_000,
        "\U0001f600" * 100_000 + "\n" + "\ud7ff\uffff\u200d" * 1_000,
        "漢字" * 100_000,
    ],
    ids=["one line", "brackets", "marks", "short lines", "phrases", "astral", "ideographs"],
)
def test_hostile_text_is_not_slow(body: str) -> None:
    started = time.perf_counter()
    scores([body])
    assert time.perf_counter() - started < 20


def test_lines_that_siblings_lack_stand_out() -> None:
    page = "https://www.eastmere-post.example/news/harbour-wall"
    frame = articles(
        [
            "\n".join([*ENGLISH, "Ferry fares to rise in spring"]),
            "\n".join(ENGLISH),
            "\n".join(ENGLISH),
            " ".join(ENGLISH),
        ],
        [page, page + "#top", page, page],
    )
    seen = beside(frame)
    first = seen[: len(ENGLISH) + 1]
    assert first[:, 0].tolist() == [2.0] * 6  # two texts: equal ones count once
    assert first[:, 1].tolist() == [0.5] * 5 + [0.0]
    assert first[:, 2].tolist() == [1.0] * 5 + [0.0]


def test_a_page_without_another_text_has_no_siblings() -> None:
    frame = articles(["One line."] * 2, ["https://eastmere-post.example/a"] * 2)
    assert np.isnan(beside(frame)).all()


def test_a_page_recorded_thousands_of_times_is_not_slow() -> None:
    frame = articles([f"{k}\n" + "\n".join(ENGLISH) for k in range(2_000)], ["https://eastmere-post.example/"] * 2_000)
    started = time.perf_counter()
    beside(frame)
    assert time.perf_counter() - started < 10


def test_a_forest_answers_as_written() -> None:
    """Two trees of two levels by hand: bit 0 is the first question, and a missing number is above no border."""
    forest = Forest(
        np.array([0, 1, 0], np.int16),
        np.array([0.5, 10.0, np.inf], np.float32),
        np.array([[0, 1], [1, 2]], np.uint16),
        np.array([[1.0, 2.0, 4.0, 8.0], [0.0, 16.0, 99.0, 99.0]], np.float32),
        0.25,
    )
    table = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 11.0], [1.0, 11.0], [np.nan, np.nan]], np.float32)
    assert forest.log_odds(table).tolist() == [1.25, 2.25, 20.25, 24.25, 1.25]


def test_forests_answer_as_the_library_that_grew_them() -> None:
    catboost = pytest.importorskip("catboost", reason="only training needs it")
    pytest.importorskip("sklearn")
    sys.path.insert(0, str(Path(__file__).parents[1] / "training"))
    import forests

    random = np.random.default_rng(0)
    table = random.normal(size=(800, 12)).astype(np.float32)
    table[random.random(table.shape) < 0.1] = np.nan
    truth = np.nan_to_num(table[:, 0]) * np.nan_to_num(table[:, 1]) > 0.2
    grown = forests.forest(table, truth, np.ones(800))
    expected = np.mean(
        [
            catboost.CatBoostClassifier(**forests.SETTINGS, random_seed=seed)
            .fit(table, truth.astype(int))
            .predict(table, "RawFormulaVal")
            for seed in forests.SEEDS
        ],
        axis=0,
    )
    np.testing.assert_allclose(grown.log_odds(table), expected, atol=1e-5)


def test_a_line_is_judged_by_the_most_evidence_that_it_has() -> None:
    model = load()
    sure = Forest(
        np.array([0], np.int16),
        np.array([0.5], np.float32),
        np.array([[0]], np.uint16),
        np.array([[-9.0, 9.0]], np.float32),
        0.0,
    )
    page = Judgement(("dom:aligned",), sure, np.array([-9.0, 9.0], np.float32), np.array([0.0, 0.999], np.float32))
    model = dataclasses.replace(model, variants={**model.variants, "text+dom": page})
    frame = articles(["\n".join([*ENGLISH, *FURNITURE])] * 2)
    lines = lines_of(frame["body"])
    dom = np.full((lines.height, len(FEATURES)), np.nan, np.float32)
    dom[:2] = 0.0
    dom[0, FEATURES.index("aligned")] = 1.0
    judged = judge(lines, frame, dom=dom, model=model)
    assert judged[:2].tolist() == pytest.approx([0.999, 0.0])
    np.testing.assert_array_equal(judged[2:], judge(lines, frame)[2:])


LINKED = ["Ferry fares to rise in spring", "Fish prices fall for a third month"]
PAGE = """<!doctype html><html><head><title>{title}</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><article><h1>{title}</h1>{story}
<aside class="related"><h2>More from Eastmere</h2><ul>{links}</ul></aside></article></main>
<footer><p>Eastmere Post, Harbour Street</p></footer></body></html>"""


def invented_page() -> tuple[pl.DataFrame, pl.DataFrame, Floats]:
    """An article with two related links below, its lines, and what its page shows of them."""
    story = "".join(f"<p>{text}</p>" for text in ENGLISH)
    links = "".join(f'<li><a href="/news/{k}">{text}</a></li>' for k, text in enumerate(LINKED))
    frame = articles(["\n".join([*ENGLISH, *LINKED])])
    lines = lines_of(frame["body"])
    page = PAGE.format(title=TITLES["en"], story=story, links=links)
    return frame, lines, dom_features(pl.Series([page]), lines)


def test_the_page_tells_links_from_the_story() -> None:
    frame, lines, dom = invented_page()
    judged = judge(lines, frame, dom=dom)
    assert not np.isnan(judged).any()  # where there is HTML every line is judged
    assert judged[: len(ENGLISH)].max() < 0.7
    assert judged[len(ENGLISH) :].min() >= FLAGGED


def test_columns_of_a_page_go_by_their_names() -> None:
    frame, lines, dom = invented_page()
    with pytest.raises(ValueError, match="columns of a page"):
        judge(lines, frame, dom=dom[:, 1:])
    known = set(page_evidence.NAMES)
    asked = {name for kind in load().variants.values() for name in kind.names if name.startswith("dom")}
    assert asked
    assert asked <= known


def test_the_lines_around_are_those_of_the_same_article() -> None:
    dom = np.arange(3, dtype=np.float32)[:, None] * np.ones((1, len(FEATURES)), np.float32)
    table = page_evidence.evidence(dom, np.array([0, 0, 1]))
    before = table[:, page_evidence.NAMES.index("dom-1:aligned")]
    after = table[:, page_evidence.NAMES.index("dom+1:aligned")]
    np.testing.assert_array_equal(before, [np.nan, 0.0, np.nan])
    np.testing.assert_array_equal(after, [1.0, np.nan, np.nan])


def test_an_article_of_paragraphs_alone_is_not_looked_at() -> None:
    long = [" ".join([text, text]) for text in ENGLISH]
    lines = lines_of(pl.Series(["\n".join(long), "\n".join([*long, "Share on Facebook"])]))
    assert candidates(lines).tolist() == [False] * 2 * len(long) + [True]
    frame = articles(["\n".join(long)])
    assert np.isnan(judge(lines_of(frame["body"]), frame)).all()


@pytest.mark.parametrize(
    ("line", "judged"),
    [
        ("وقال رئيس البلدية إن المشروع كلف ثلاثة ملايين دينار هذا العام.", False),
        ("سیاحتی دفتر کے مطابق عمارت کی چھت پر ایک کروڑ روپے خرچ ہوئے۔", False),
        ("ماذا ستأخذين معك من المنارة بعد كل هذه السنين الطويلة؟", True),  # headlines ask, too
        ("اقرأ أيضا: إصلاح السور القديم قبل موسم الشتاء القادم", True),
        ("The ferry to the outer island runs again on Sunday.", True),
    ],
)
def test_sentences_in_letters_that_the_model_hardly_knows_are_not_judged(line: str, judged: bool) -> None:
    assert candidates(lines_of(pl.Series([line]))).tolist() == [judged]


def test_a_contract_s_phrases_do_not_change_a_score() -> None:
    """The model was scored with the vocabulary that ships."""
    frame = articles(["\n".join([*ENGLISH, "Ferry fares to rise in spring"])])
    lines = lines_of(frame["body"])
    shipped = judge(lines, frame)
    rows = dict(vocabulary.default().rows)
    rows["residue"] = (
        *rows["residue"],
        {"language": "en", "phrase": "Ferry fares", "kind": "related-link", "match": "prefix", "risk": "low"},
    )
    with vocabulary.using(vocabulary.Vocabulary(rows)):
        np.testing.assert_array_equal(judge(lines, frame), shipped)


def test_siblings_change_a_score() -> None:
    page = "https://www.eastmere-post.example/news/harbour-wall"
    doubtful = "Ferry fares to rise in spring"
    frame = articles(["\n".join([*ENGLISH, doubtful]), "\n".join(ENGLISH), "\n".join(ENGLISH[:-1])], [page] * 3)
    lines = lines_of(frame["body"])
    judged = judge(lines, frame, siblings=beside(frame))[len(ENGLISH)]
    assert judged > judge(lines, frame)[len(ENGLISH)]


def test_the_weights_are_small_plain_data() -> None:
    assert FILE.stat().st_size < 1_000_000
    model = load()
    assert {"text", "text+siblings", "text+dom"} <= set(model.variants)
    for kind in model.variants.values():
        assert np.all(np.diff(kind.odds) > 0)
        assert np.all(np.diff(kind.scores) >= 0)
        assert not any(word in name for name in kind.names for word in ("extractor", "publisher"))
