"""Metadata of kept pages."""

import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.articles.kept import COLUMNS, columns


def metadata(html: str | None, language: str | None = None) -> dict[str, Any]:
    frame = pl.DataFrame(
        {"html": [html], "language": [language], "url_href": ["https://example.com/a"]},
        schema=dict.fromkeys(("html", "language", "url_href"), pl.String),
    )
    return pl.DataFrame(columns(frame)).to_dicts()[0]


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Ferry &amp; Gulls",
    "datePublished": "2025-06-14T00:30:00+02:00",
    "dateModified": "2025-06-15T08:00:00Z",
    "author": [{"@type": "Person", "name": "Ana Lindqvist"}, "Jo Marten", {"name": ["Li Wei"]}],
    "publisher": {"name": "Harbour Post"},
}
AT = datetime(2025, 6, 13, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        ARTICLE,
        [{"@type": "WebSite", "name": "x"}, ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "BreadcrumbList"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": {**ARTICLE, "@type": ["Article", "Thing"]}},
        {"@type": "ItemList", "itemListElement": [{**ARTICLE, "headline": "Another"}], "mainEntity": ARTICLE},
        {**ARTICLE, "@type": "http://schema.org/ReportageNewsArticle"},
    ],
    ids=["object", "list", "graph", "main entity", "not the list's", "long type"],
)
def test_linked_data(value: object) -> None:
    read = metadata(linked(value))
    assert read["page_published_at"] == AT
    assert read["page_published_day"] == date(2025, 6, 14)
    assert read["page_modified_at"] == datetime(2025, 6, 15, 8, tzinfo=UTC)
    assert read["page_title"] == "Ferry & Gulls"
    assert read["page_authors"] == ["Ana Lindqvist", "Jo Marten", "Li Wei"]
    assert read["page_site"] == "Harbour Post"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Ferry \\" Gulls", "datePublished": "2025-06-14T00:30:00+02:00",}',
        '<!-- {"@type": "NewsArticle", "datePublished": "2025-06-14T00:30:00+02:00"} -->',
        '{"@type": "NewsArticle", "articleBody": "a\nb", "datePublished": "2025-06-14T00:30:00+02:00"}',
        '{"@type": "NewsArticle", "datePublished": "2025-06-14T00:30:00+02:00", "articleBody": "he said "no"}',
    ],
    ids=["comma", "comment", "line break", "quotes"],
)
def test_invalid_linked_data_is_read_as_far_as_it_goes(script: str) -> None:
    assert metadata(f"<script type='application/ld+json'>{script}</script>")["page_published_at"] == AT


@pytest.mark.parametrize(
    "html",
    [
        '<meta property="article:published_time" content="2025-06-14T00:30:00+02:00">',
        "<META CONTENT='2025-06-14T00:30:00+02:00' NAME='parsely-pub-date'/>",
        "<meta name=sailthru.date content=2025-06-14T00:30:00+02:00 >",
        '<meta itemprop="datePublished" content="2025-06-14T00:30:00+02:00">',
        '<meta name="DC.date.issued" content="2025-06-14T00:30:00+02:00">',
        '<time pubdate datetime="2025-06-14T00:30:00+02:00">14 June</time>'.replace("pubdate", 'pubdate="pubdate"'),
        '<time itemprop="datePublished" datetime="2025-06-14T00:30:00+02:00">14 June</time>',
        '<meta name="description" content="a > b"><meta name="pubdate" content="2025-06-14T00:30:00+02:00">',
        '<meta name="date" content="soon"><meta name="date" content="2025-06-14T00:30:00+02:00">',
    ],
)
def test_dates_in_tags(html: str) -> None:
    assert metadata(html)["page_published_at"] == AT


def test_linked_data_come_before_tags() -> None:
    html = '<meta property="article:published_time" content="2025-06-20"><meta property="og:title" content="Other">'
    read = metadata(html + linked(ARTICLE))
    assert (read["page_published_at"], read["page_title"]) == (AT, "Ferry & Gulls")
    assert read["page_titles"] == ["Ferry & Gulls", "Other"]


def test_canonical_site_and_authors_of_tags() -> None:
    read = metadata(
        '<link rel="stylesheet" href="x"><link href="/ferry" rel="canonical"><meta property="og:site_name" content=" Harbour\n Post ">'
        '<meta name="author" content="Ana Lindqvist"><meta name="author" content="https://example.com/ana">'
    )
    assert (read["page_canonical"], read["page_site"], read["page_authors"]) == (
        "/ferry",
        "Harbour Post",
        ["Ana Lindqvist"],
    )


def test_commented_out_tags_and_bare_times_do_not_count() -> None:
    html = '<!-- <meta name="pubdate" content="2025-06-14"> --><time datetime="2025-06-14">of another story</time>'
    assert set(metadata(html).values()) == {None}


@pytest.mark.parametrize("html", [None, "", "plain", "<", "<meta", "<script type='application/ld+json'>", "<!--"])
def test_pages_without_metadata_give_null(html: str | None) -> None:
    assert metadata(html) == dict.fromkeys(COLUMNS)


@pytest.mark.parametrize(
    "html",
    [
        "<meta " * 300_000,
        '<meta content="' * 200_000,
        "<script type='application/ld+json'>" + "[" * 500_000,
        linked(ARTICLE).replace("</script>", "") * 3_000,
        "<script type='application/ld+json'>" + '{"@type":"NewsArticle","a":' * 100_000 + "</script>",
        "<h1>" * 300_000,
        "<!-" * 300_000,
        "<time datetime='x' " * 200_000,
        "<meta name='date' content='" + "9" * 1_000_000 + "'>",
    ],
    ids=["tags", "quotes", "brackets", "scripts", "nesting", "headings", "comments", "times", "number"],
)
def test_hostile_pages_take_no_time(html: str) -> None:
    metadata(html)


@given(st.text(alphabet="<>\"'=/ metascriptldjson{}[]:,!-", max_size=300))
def test_no_page_crashes(html: str) -> None:
    metadata(html + "<script type='application/ld+json'>" + html + "</script>")
