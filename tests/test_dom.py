"""What the page's HTML tells of a line: where the line stands, and that no page can make it slow or crash."""

import json
import time

import numpy as np
import polars as pl
import pytest

from copydesk.furniture import markup
from copydesk.furniture.dom import FEATURES, LINES, dom_features
from copydesk.furniture.lines import lines_of
from copydesk.furniture.markup import read_page, squeezed
from copydesk.furniture.matching import locate

FERRY = (
    "The ferry to Norrland sails again from Monday, two weeks after the storm tore off its ramp, the harbour office said.",
    "Forty passengers had waited on the quay each morning, and most of them were sent home by bus around the long bay.",
    "“We did what we could with the welders we had,” said Runa Holm, who runs the yard – and the café beside it.",
)
BRIDGE = "Bridge over the Tarn closes for repairs until the end of autumn"
PAGE = f"""<!DOCTYPE html><html><head><title>Ferry resumes | The Quay</title>
<meta property="og:description" content="The ferry to Norrland sails again.">
<link rel=canonical href="https://www.quay.example/ferry">
<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "articleBody": " ".join(FERRY), "author": {"name": "Odd Vik"}})}</script>
<script>if (a < b) document.write("<p>{FERRY[0]}</p>")</script></head>
<body><nav class="menu"><ul><li><a href="/">Home</a><li><a href="/sea">Sea</a></ul></nav>
<article><h1>Ferry resumes</h1><div class="byline">By <a rel=author href="/odd">Odd Vik</a></div>
<div class="story-body"><p>{FERRY[0]}
<p>Forty&nbsp;passengers had waited on the <a href="/quay">quay</a> each <b>morn&shy;ing</b>, and most of them were sent
home by bus around the long bay.</p>
<aside class="related"><h3>Read also</h3><ul><li><a href="https://quay.example/bridge">{BRIDGE}</a></li></ul></aside>
<h2>Two welders</h2>
<p>{FERRY[2].replace("“", "&ldquo;").replace("”", '"').replace("–", "&#8211;")}</p>
<figure><img src="q.jpg" alt="The quay at dawn"><figcaption>The quay at dawn. Photo: Odd Vik</figcaption></figure></div>
</article><footer><p hidden>© The Quay</p></footer></body></html>"""
BODY = "\n".join(
    (
        "Home",
        "By Odd Vik",
        FERRY[0],
        FERRY[1],
        BRIDGE,
        "Two welders",
        FERRY[2],
        "The quay at dawn. Photo: Odd Vik",
        "Nowhere on it",
    )
)


def features(*pairs: tuple[str | None, str | None]) -> pl.DataFrame:
    pages, bodies = zip(*pairs, strict=True)
    lines = lines_of(pl.Series(bodies, dtype=pl.String))
    values = dom_features(pl.Series(pages, dtype=pl.String), lines)
    assert values.dtype == np.float32
    assert values.shape == (lines.height, len(FEATURES))
    return lines.hstack(pl.DataFrame(values, schema=list(FEATURES)))


def of(line: str) -> dict[str, float]:
    return features((PAGE, BODY)).filter(pl.col("text") == line).row(0, named=True)


def test_names_are_unique() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


@pytest.mark.parametrize("line", BODY.split("\n")[:-1])
def test_each_line_is_found_whole(line: str) -> None:
    assert of(line)["found"] == 1


def test_a_line_that_is_not_on_the_page_is_said_so() -> None:
    line = of("Nowhere on it")
    assert line["found"] == 0
    assert np.isnan(line["module_linked"])


@pytest.mark.parametrize("line", FERRY)
def test_paragraphs_of_the_story_are_alike(line: str) -> None:
    paragraph = of(line)
    assert paragraph["is_paragraph"] == paragraph["same_parent"] == paragraph["module_is_block"] == 1
    assert paragraph["says_related"] == 0


def test_a_line_in_a_related_aside_is_told_from_a_paragraph() -> None:
    related = of(BRIDGE)
    assert related["is_paragraph"] == related["module_is_block"] == 0
    assert related["module_linked"] > 0.8
    assert related["tag_aside"] > 0
    assert related["says_related"] > 0
    assert related["link_elsewhere"] == 0
    assert related["link_words_in_text"] == 1
    assert (related["before_story"], related["after_story"]) == (0, 0)


def test_a_subheading_stands_among_the_paragraphs() -> None:
    heading = of("Two welders")
    assert heading["same_parent"] == heading["module_is_block"] == heading["tag_h2"] == 1


def test_a_caption_is_known_by_its_figure_and_the_image_text() -> None:
    caption = of("The quay at dawn. Photo: Odd Vik")
    assert caption["tag_figcaption"] == 1
    assert caption["module_images"] > 0
    assert caption["after_story"] == 1
    assert of("By Odd Vik")["says_byline"] == 1


@pytest.mark.parametrize(("line", "inside"), [(FERRY[0], 1), (FERRY[2], 1), (BRIDGE, 0)])
def test_lines_of_the_article_body_in_json_ld_are_seen(line: str, inside: float) -> None:
    assert of(line)["in_json_body"] == inside


def test_without_json_ld_nothing_is_said_of_it() -> None:
    bare = PAGE.replace("application/ld+json", "text/plain")
    assert features((bare, BODY))["in_json_body"].is_nan().all()


def test_a_body_without_a_page_has_no_features() -> None:
    values = features((None, BODY), (PAGE, None), ("", "One line"))
    assert values.select(pl.col(FEATURES).is_nan().all()).row(0) == (True,) * len(FEATURES)


def test_features_do_not_depend_on_the_other_articles() -> None:
    other = PAGE.replace("story-body", "text").replace("<p>", "<div class=x>").replace("</p>", "</div>")
    alone = features((PAGE, BODY)).drop("row")
    among = features((other, BODY), (None, BODY), (PAGE, BODY), (PAGE, BRIDGE)).filter(pl.col("row") == 2).drop("row")
    assert alone.equals(among, null_equal=True)


def test_of_several_places_the_one_after_the_line_before_is_taken() -> None:
    page = read_page("<p>Sea</p><p>First line of it</p><p>Sea</p><p>Last line of it</p><p>Sea</p>")
    places = locate(page, squeezed(["First line of it", "Sea", "Last line of it"]))
    assert [place.begin for place in places if place] == sorted(place.begin for place in places if place)
    assert places[1] is not None
    assert page.tags[page.owner[page.node_at(places[1].begin)]] == "p"
    assert places[1].begin == len("seafirstlineofit")


@pytest.mark.parametrize(
    ("source", "tags", "text"),
    [
        ("<ul><li>a<li>b</ul>c", ["ul", "li", "li"], "abc"),
        ("<p>a<p>b<div>c</div>", ["p", "p", "div"], "abc"),
        ("<b>a</i></b></div>b<p>", ["b", "p"], "ab"),
        ("<img alt='a > b'>c<br/>", ["img", "br"], "c"),
        ("a <!-- <p>b</p> --> c<p>", ["p"], "ac"),
        ("<script>'</p><p>a'</SCRIPT >b<p>", ["p"], "b"),
        ("no tag at all < here", [], "notagatall"),
        ("1 < 2 &lt; 3 &amp;amp;<p>", ["p"], "1<2<3&amp;"),
        ("<P CLASS=x>It&#8217;s</P>", ["p"], "it's"),
        ("<svg><title>icon</title><path d='' /><path/></svg>x<p>", ["svg", "title", "path", "path", "p"], "iconx"),
    ],
)
def test_broken_markup_is_read_as_browsers_do(source: str, tags: list[str], text: str) -> None:
    page = read_page(source)
    assert page.tags[1:] == tags
    assert page.keys == text


def test_no_element_is_its_own_sibling_or_outside_its_parent() -> None:
    page = read_page(PAGE)
    for element in range(1, len(page.tags)):
        above = page.parent[element]
        assert above < element < page.end[element] <= page.end[above]
        assert page.first[above] <= page.first[element] <= page.last[element] <= page.last[above]


HOSTILE = {
    "nested": "<div>",
    "nested inline": "<b><p>",
    "links": "<a href=x>y",
    "mis-nested": "<b><i>x</b></i>",
    "tables": "<table>x",
    "never closed list": "<ul><li>x",
    "end tags": "</div>",
    "comments": "<!--",
    "brackets": "<",
    "unclosed quotes": '<a title="',
    "quoted brackets": """<a x='>"<b y="'""",
    "equals": """<a =">"="'""",
    "NUL": "\0",
    "ampersands": "&",
    "entities": "&#1114112;&nbsp;&NotEqualTilde;x<p>",
    "scripts": "<script>",
    "data": '<script type="application/ld+json">[[[[',
    "same line": "<p>The ferry sails again</p>",
    "joined by nothing": "The ferry sails again",
    "combining marks": "\u0301",
    "classes": "<p class='related-x aB'>",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_page_is_slow(piece: str) -> None:
    source = piece * (1_500_000 // len(piece)) + "<p>The ferry sails again</p>"
    body = "The ferry sails again\n" * 50 + "x\n" * 50 + "The\u0301 ferry " * 10_000
    begun = time.process_time()
    features((source, body))
    assert time.process_time() - begun < 15


def test_a_huge_attribute_and_thousands_of_them_are_bounded() -> None:
    many = "".join(f" a{number}='{number}'" for number in range(200_000))
    huge = f"<p class='{'related ' * 200_000}'{many} style='{'display:' * 100_000}'>The ferry sails again</p>"
    begun = time.process_time()
    values = features((huge, "The ferry sails again"))
    assert values["found"].to_list() == [1]
    assert time.process_time() - begun < 5


def test_what_is_read_of_a_page_is_bounded() -> None:
    page = read_page("<p>word</p>" * 5_000_000)
    assert len(page.tags) <= markup.TAGS


@pytest.mark.parametrize(
    ("line", "quality"),
    [
        ("• Two welders", 1),
        ("1. Two welders, ferry quay", 0.75),
        (f"{BRIDGE} was closed by the extractor's own words", 0.5),
    ],
)
def test_lines_that_the_extractor_changed_are_placed_by_what_is_left(line: str, quality: float) -> None:
    page = f"<p>{FERRY[0]}</p><p>1) Two welders</p><p>| Ferry quay |</p><p>Two welders</p><p>{BRIDGE}</p>"
    assert features((page, line))["found"].to_list() == [quality]


def test_thousands_of_lines_on_a_huge_page_are_bounded() -> None:
    images = "".join(f'<img alt="A ferry at quay number {number}, seen from the sea">' for number in range(2_000))
    page = images + "".join(
        f"<p class=a{number % 7}>The ferry sails from quay {number}.</p>" for number in range(20_000)
    )
    body = "".join(f"The ferry sails from quay {number}, and nowhere.\nThe ferry\n" for number in range(1_500))
    begun = time.process_time()
    found = features((page, body))["found"]
    assert found.is_nan().sum() == 3_000 - LINES
    assert time.process_time() - begun < 30
