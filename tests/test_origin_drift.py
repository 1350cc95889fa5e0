"""What changed between a record and its page, and what the PRV rules say of it."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import record
from copydesk.articles.fields import FieldMap
from copydesk.captures.capture import Capture
from copydesk.origin.columns import COLUMNS
from copydesk.origin.judged import judged
from copydesk.origin.manners import Manners
from copydesk.origin.recognition.drift import edited, text_drift
from copydesk.origin.recognition.match import Shown
from copydesk.origin.recognition.page import Page, read_page
from copydesk.origin.stage import OriginStage
from copydesk.preparing import prepare
from copydesk.rules import REGISTRY
from copydesk.survey import Survey
from origin_pages import ARTICLES, OTHERS, URL, body, capture, claim, page, shown, source

LANGUAGES = list(ARTICLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unchanged_page_drifts_in_nothing(language: str) -> None:
    drift = text_drift(claim(language), shown(source(language)))
    assert drift.sentences >= 3
    assert not drift.text
    assert (drift.names, drift.missing_words) == ((), 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_taken_from_the_page_is_named(language: str) -> None:
    own = ARTICLES[language][1]
    drift = text_drift(claim(language), shown(source(language, paragraphs=[own[0], *own[2:]])))
    assert drift.names == ("text",)
    assert (drift.text.removed_count, drift.text.edited_count, drift.text.added_count) == (1, 0, 0)
    assert drift.text.removed[0] in own[1]


def test_one_word_is_an_edit_with_before_and_after() -> None:
    own = ARTICLES["en"][1]
    changed = own[1].replace("Forty", "Fourteen")
    drift = text_drift(claim(), shown(source(paragraphs=[own[0], changed, *own[2:]])))
    assert drift.text.edited == ((own[1], changed),)
    assert (drift.text.removed_count, drift.text.added_count) == (0, 0)


def test_what_extractors_do_to_lines_is_no_drift() -> None:
    own = ARTICLES["en"][1]
    for text in ("\n\n".join(own), " ".join(own), "".join(own), "Home\nBy Odd Vik\n" + "\n".join(own) + "\nShare"):
        assert text_drift(claim(body=text), shown(source())).names == ()
    inline = source().replace("two weeks in the dock", "<a href='/x'>two <b>weeks</b></a> in the&nbsp;dock")
    assert text_drift(claim(), shown(inline)).names == ()


def test_a_record_that_stops_early_is_told_from_one_that_leaves_furniture_out() -> None:
    own = ARTICLES["en"][1]
    drift = text_drift(claim(body="\n".join(own[:3])), shown(source(paragraphs=[*own, *OTHERS])))
    assert drift.names == ()
    assert drift.missing_words > 150
    assert drift.text.added[0] == own[3]
    more = "".join(f'<p class="par">{text}</p>' for text in OTHERS)
    following = source().replace("</main>", f'</main><main><h1>Next</h1><div class="text">{more}</div></main>')
    assert text_drift(claim(), shown(following)).missing_words == 0  # the next article on the same page
    boxes = source().replace("</main>", f'<div class="box">{more}</div></main>')
    assert text_drift(claim(), shown(boxes)).missing_words == 0
    declared = source(paragraphs=[*own, *OTHERS], articleBody=body())
    assert text_drift(claim(), shown(declared)).missing_words == 0


TEXTS = st.lists(st.sampled_from([*ARTICLES["en"][1], *OTHERS, "Home", "x", "", "A. B. C.", "«»", "ﬁ ﷺ"]), max_size=12)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_counts_agree_with_what_is_shown(own: list[str], there: list[str]) -> None:
    drift = text_drift(claim(body="\n".join(own)), shown(source(paragraphs=there)))
    change = drift.text
    assert len(change.removed) == min(change.removed_count, 5)
    assert len(change.edited) == min(change.edited_count, 5)
    assert change.removed_count + change.edited_count <= drift.sentences
    assert len(drift.json()) < 20_000


def test_edits_between_two_visits() -> None:
    own = ARTICLES["en"][1]
    before = shown(source(dateModified="2025-06-14T09:00:00Z"))
    assert edited(claim(), before, shown(source(dateModified="2025-06-15T09:00:00Z"))) is None
    teasers = source(dateModified="2025-06-14T09:00:00Z").replace(OTHERS[0], OTHERS[1])
    assert edited(claim(), before, shown(teasers)) is None
    changed = [own[0].replace("two weeks", "three weeks"), *own[1:]]
    silent = edited(claim(), before, shown(source(paragraphs=changed, dateModified="2025-06-14T09:00:00Z")))
    assert silent is not None
    assert (silent.text.edited, silent.declared) == (((own[0], changed[0]),), False)
    said = edited(claim(), before, shown(source(paragraphs=changed, dateModified="2025-06-15T09:00:00Z")))
    assert said is not None
    assert said.declared
    titled = edited(claim(), before, shown(source(title="Boat trouble ends", dateModified="2025-06-14T09:00:00Z")))
    assert titled is not None
    assert titled.title == (ARTICLES["en"][0], "Boat trouble ends")


@pytest.mark.parametrize(
    "text",
    ["This is a sentence of nine words and no more. " * 50_000, "A b c d e f g h. " * 100_000, "." * 1_000_000,
     "".join(f"Sentence {n} of a long list has nine words. " for n in range(50_000)), "。" * 300_000],
)  # fmt: skip
def test_hostile_texts_are_compared_in_linear_time(text: str) -> None:
    started = time.perf_counter()
    text_drift(claim(body=text), shown(source()))
    text_drift(claim(), shown(source(paragraphs=[*ARTICLES["en"][1], text])))
    text_drift(claim(body=text), shown(source(paragraphs=[text[::-1]])))
    assert time.perf_counter() - started < 6


RECORD = record(
    url=URL, title=ARTICLES["en"][0], text=body(), authors=["Ana Lindqvist"], date="2025-06-14T08:30:00Z", source="The Quay"
)  # fmt: skip


def frame(*records: dict[str, Any]) -> pl.DataFrame:
    scraped = FieldMap().frame(records).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
    return prepare(scraped, datetime(2025, 6, 20, tzinfo=UTC), survey=Survey.nothing())


def against(text: str | Capture, before: str | None = None, /, **fields: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The origin columns of `RECORD` changed by ``fields``, against the page ``text``; and what the PRV rules say."""
    answer = capture(text) if isinstance(text, str) else text
    earlier = {URL: page(before)} if before else None
    row = judged(frame(RECORD | fields), {URL: (answer, read_page(answer))}, earlier)
    said = {}
    for slug, rule in REGISTRY.items():
        if rule.code.startswith("PRV") and not row.select(rule().passes().alias("x"))["x"][0]:
            [spot] = rule().find(row.to_dicts()[0])
            said[slug] = spot.message
    return row.to_dicts()[0], said


def test_a_page_that_agrees_gives_no_finding() -> None:
    row, said = against(source())
    assert said == {}
    assert (row["origin_match"], row["origin_standing"], row["origin_containment"]) == ("same", "alive", 1.0)
    assert (row["origin_differs"], row["origin_elsewhere"], row["origin_edit"]) == ([], None, None)
    assert row["origin_publisher"] == "The Quay"


def test_what_was_not_read_of_a_page_is_not_gone_from_it() -> None:
    cut = replace(capture(source(paragraphs=ARTICLES["en"][1][:4])), truncated=True)
    row, said = against(cut, source())
    assert (row["origin_match"], row["origin_differs"], row["origin_edit"], said) == ("same", [], None, {})
    row, _ = against(replace(cut, truncated=False), source())
    assert (row["origin_differs"], bool(row["origin_edit"])) == (["text"], True)


def test_columns_are_there_and_null_where_nothing_was_asked() -> None:
    asked = judged(frame(RECORD, record()), {URL: (capture(source()), page(source()))})
    assert {name: asked.schema[name] for name in COLUMNS} == COLUMNS
    other = asked.to_dicts()[1]
    assert other["origin_match"] == "not-checked"
    assert all(other[name] is None for name in COLUMNS if name != "origin_match")
    offline = OriginStage(Manners()).add(frame(RECORD))
    assert {name: offline.schema[name] for name in COLUMNS} == COLUMNS
    for rule in REGISTRY.values():
        if rule.code.startswith("PRV"):
            assert offline.select(rule().passes().alias("x"))["x"].to_list() == [True]


def test_another_text_is_an_error() -> None:
    row, said = against(source("de", paragraphs=[*ARTICLES["de"][1], *OTHERS]))
    assert set(said) == {"origin-different"}
    assert "0% of the text is on the page" in said["origin-different"]
    assert row["origin_differs"] is None


@pytest.mark.parametrize(
    ("changed", "slug", "words"),
    [
        ({"title": "Harbour office opens a museum of knots"}, "origin-title-differs", "museum of knots"),
        ({"date": "2025-06-11T08:30:00Z"}, "origin-date-differs", "2025-06-14"),
        ({"authors": ["Odd Vik"]}, "origin-byline-differs", "Ana Lindqvist"),
        ({"source": "Mountain Herald"}, "origin-publisher-differs", "The Quay"),
    ],
)
def test_fields_that_differ(changed: dict[str, Any], slug: str, words: str) -> None:
    row, said = against(source(), **changed)
    assert set(said) == {slug}
    assert words in said[slug]
    assert row["origin_match"] == "same"
    assert len(row["origin_differs"]) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"title": f"{ARTICLES['en'][0]} - The Quay"}, {"title": ARTICLES["en"][0].upper()}, {"title": None},
        {"date": "2025-06-14"}, {"date": "2025-06-15T01:00:00+10:00"}, {"date": None}, {"authors": ["By ANA LINDQVIST", "AFP"]},
        {"authors": ["The Quay"]}, {"authors": []}, {"source": "quay.example"}, {"source": None}, {"source": "the quay"},
    ],
)  # fmt: skip
def test_fields_that_agree_or_are_missing(changed: dict[str, Any]) -> None:
    assert against(source(), **changed)[1] == {}


def test_text_that_differs_and_text_that_is_cut() -> None:
    own = ARTICLES["en"][1]
    changed = source(paragraphs=[own[0], own[1].replace("Forty", "Fourteen"), *own[2:]])
    row, said = against(changed)
    assert set(said) == {"origin-text-differs"}
    assert "1 sentence edited" in said["origin-text-differs"]
    assert "Fourteen" in said["origin-text-differs"]
    assert orjson.loads(row["origin_drift"])["text"]["edited_count"] == 1
    assert set(against(source(paragraphs=[*own, *OTHERS]), text="\n".join(own[:3]))[1]) == {"truncated-against-page"}


def test_silent_edits_since_the_last_run() -> None:
    own = ARTICLES["en"][1]
    before = source(
        paragraphs=[own[0].replace("two weeks", "three weeks"), *own[1:]], dateModified="2025-06-14T09:00:00Z"
    )
    _, said = against(source(dateModified="2025-06-14T09:00:00Z"), before)
    assert set(said) == {"silent-edit"}
    assert "three weeks" in said["silent-edit"]
    assert against(source(dateModified="2025-06-16T09:00:00Z"), before)[1] == {}


@pytest.mark.parametrize(
    ("canonical", "domain"),
    [
        ("https://coast-wire.example/ferry", "coast-wire.example"), ("https://amp.example.com/x", None),
        ("https://example.org/x", None), ("/elsewhere", None), ("https://web.archive.org/web/2025/x", None),
        ("mailto:x@coast-wire.example", None), ("https://coast-wire.example:80\\@example.com/", "coast-wire.example"),
    ],
)  # fmt: skip
def test_canonical_elsewhere(canonical: str, domain: str | None) -> None:
    text = source().replace("/2025/06/14/ferry-resumes", canonical, 1)
    row, said = against(capture(text, final="https://www.example.com/ferry"))
    assert row["origin_elsewhere"] == domain
    assert set(said) == ({"canonical-elsewhere"} if domain else set())


@pytest.mark.parametrize(
    "linked",
    [
        {"isBasedOn": "https://coast-wire.example/1"}, {"isBasedOn": [{"@type": "NewsArticle", "url": "https://www.ansa.it/1"}]},
        {"sourceOrganization": {"@type": "NewsMediaOrganization", "name": "Reuters"}},
    ],
)  # fmt: skip
def test_syndicated_articles(linked: dict[str, Any]) -> None:
    assert set(against(source(**linked))[1]) == {"page-says-syndicated"}


def test_a_canonical_link_on_the_site_of_an_agency() -> None:
    _, said = against(source().replace("/2025/06/14/ferry-resumes", "https://www.afp.com/en/ferry", 1))
    assert set(said) == {"canonical-elsewhere", "page-says-syndicated"}
    assert "the agency afp" in said["page-says-syndicated"]


def test_reserved_rights_and_licences() -> None:
    head = '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="https://quay.example/tdm">'
    _, said = against(source(head=head, license="https://quay.example/terms"))
    assert set(said) == {"rights-reserved"}
    for words in ("tdm-reservation", "https://quay.example/tdm", "https://quay.example/terms"):
        assert words in said["rights-reserved"]


def test_many_sources_with_one_target_are_counted_over_the_batch() -> None:
    final = "https://www.quay.example/2025/06/14/we-have-moved-to-a-new-site"
    text = f"<title>We have moved</title>{''.join(f'<p>{text}</p>' for text in OTHERS)}"
    urls = [f"{URL}-{number}" for number in range(3)]
    captures = {url: (replace(capture(text, url, final)), page(text)) for url in urls}
    found = judged(frame(*(RECORD | {"id": url, "url": url} for url in urls)), captures)
    assert found["origin_match"].to_list() == ["redirected-away"] * 3
    assert found["origin_standing"].to_list() == ["dead"] * 3


def test_the_page_from_the_cache_is_judged_like_the_fetched_one() -> None:
    answer = capture(source())
    read = page(source())
    cached = {URL: (replace(answer, body=b""), Page.load(read.dump()))}
    assert judged(frame(RECORD), cached).equals(judged(frame(RECORD), {URL: (answer, read)}))


def test_one_page_serves_any_number_of_records() -> None:
    shared = Shown(page(source()))
    assert shared.shingles(False) is shared.shingles(False)
    found = judged(frame(*(RECORD | {"id": str(n)} for n in range(50))), {URL: (capture(source()), page(source()))})
    assert set(found["origin_match"]) == {"same"}
