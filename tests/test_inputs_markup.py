"""Feeds, sitemaps, NewsML-G2, ninjs and the records of scrapers that nest theirs: read by field, written again byte for byte."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, Finished, record
from copydesk.articles.elements import _spans
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.articles.parquet import scraped
from copydesk.articles.raw import RawBatch, Shape
from copydesk.errors import InputError

CLEAN, DEFECTS = ROOT / "fixtures" / "clean", ROOT / "fixtures" / "defects"
EXTRAS = ROOT / "tests" / "extras"

HEAD = b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>The Harbour Post</title>\n'
END = b"</channel></rss>\n"
ITEM = b"<item><title>Ferry</title><link>https://example.com/a</link><description>It runs.</description></item>\n"


def read(folder: Path, data: bytes, name: str = "in.xml", form: str | None = None) -> tuple[Shape, list[RawBatch]]:
    """The shape and batches of a file with ``data``."""
    path = folder / name
    path.write_bytes(data)
    with reading(Input(path, name, form), FieldMap()) as (_, found):
        return found.shape, list(found.batches)


def fields(folder: Path, data: bytes, name: str = "in.xml") -> list[dict[str, Any]]:
    """The scraped fields of all records that are there."""
    return pl.concat([batch.scraped for batch in read(folder, data, name)[1]]).to_dicts()


@pytest.mark.parametrize(
    "path", [EXTRAS / "defects" / "headlines.rss", DEFECTS / "wire.xml"], ids=lambda path: path.name
)
def test_accepted_quarantined_and_unreadable_are_the_document(
    path: Path, check: Callable[..., Finished], tmp_path: Path
) -> None:
    done = check(path)
    name, source = path.name, path.read_bytes()
    accepted, quarantined = ((done.run / f"{verdict}.xml").read_bytes() for verdict in ("accepted", "quarantined"))
    shape, batches = read(tmp_path, source, name)
    own = len(shape.preamble) + len(shape.epilogue)
    bad = [entry["raw"].encode() for entry in done.unreadable]
    assert len(accepted) + len(quarantined) + sum(map(len, bad)) - 2 * own == len(source) - own
    for written in (accepted, quarantined):
        assert written.startswith(shape.preamble)
        assert written.endswith(shape.epilogue)
        assert read(tmp_path, written, name)[1], "what comes out is an input again"
    assert all(raw in source for raw in (*bad, *(raw for batch in batches for raw in batch.raw)))


def test_a_single_news_item_comes_out_as_the_file_that_it_is(check: Callable[..., Finished]) -> None:
    done = check(DEFECTS / "single-item.xml")
    assert (done.run / "quarantined" / "single-item.xml").read_bytes() == (DEFECTS / "single-item.xml").read_bytes()


PIECES = st.lists(
    st.sampled_from(
        [ITEM, b"<item>", b"</item>", b"<item/>", b"<!-- <item> -->", b"<![CDATA[ <item> ]]>", b"<!--", b"<![CDATA[", b"]]>",
         b"<item><title>&nbsp; \xff\x00 & <b></title></item>", b"<items>", b"text", b"<item", b">", b"\r\n"]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(PIECES, st.booleans())
def test_whatever_a_feed_holds_nothing_of_it_is_lost(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], closed: bool
) -> None:
    data = HEAD + b"".join(pieces) + (END if closed else b"")
    path = tmp_path_factory.getbasetemp() / "in.rss"
    path.write_bytes(data)
    batches: list[RawBatch] = []
    with suppress(InputError), reading(Input(path, "in.rss"), FieldMap()) as (_, found):
        for batch in found.batches:  # cut off, perhaps, after what is there was given
            batches.append(batch)  # noqa: PERF402 -- all that precedes an error
    raws = {
        number: raw
        for batch in batches
        for number, raw in (*zip(batch.numbers, batch.raw, strict=True), *((bad.number, bad.raw) for bad in batch.unreadable))
    }  # fmt: skip
    assert sorted(raws) == list(range(len(raws)))
    between = b"".join(raws[number] for number in sorted(raws))
    assert found.shape.preamble + between + found.shape.epilogue == data


@pytest.mark.parametrize("end", [END, b"</channel>\n</rss >\n"])
def test_a_last_entry_that_is_not_closed_takes_no_part_of_the_end_with_it(end: bytes, tmp_path: Path) -> None:
    broken = b"<item><title>Harbour</title>\n"
    shape, [batch] = read(tmp_path, HEAD + ITEM + broken + end)
    assert (batch.raw, [bad.raw for bad in batch.unreadable]) == ([ITEM], [broken])
    assert (shape.preamble, shape.epilogue) == (HEAD, end)


def test_a_feed_gives_the_full_content_its_author_and_its_origin(tmp_path: Path) -> None:
    data = (EXTRAS / "clean" / "desk.atom").read_bytes()
    first, second = fields(tmp_path, data, "desk.atom")
    assert (first["source"], first["language"], second["language"]) == ("Річка Новини", "uk", "ar")
    assert (first["body"].count("\n"), first["modified"]) == (2, "2025-06-16T09:00:00+03:00")
    only = fields(tmp_path, HEAD + ITEM + END)[0]
    assert (only["body"], only["source"], only["original_url"]) == (
        "It runs.",
        "The Harbour Post",
        "https://example.com/a",
    )


def test_a_feed_that_is_not_well_formed_is_read_all_the_same(tmp_path: Path) -> None:
    head = HEAD.replace(b"Harbour Post", b"Harbour&nbsp;Post & Mail")
    item = ITEM.replace(b"It runs.", b"Bread & butter &mdash; and tea")
    only = fields(tmp_path, head + item + END)[0]
    assert (only["source"], only["body"]) == ("The Harbour\xa0Post & Mail", "Bread & butter \u2014 and tea")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"Ahoy &#55357;&#56834;", "Ahoy \U0001f602"),
        (b"Ahoy &#xD83D;&#xDE02; & more", "Ahoy \U0001f602 & more"),
        (b"<![CDATA[Ahoy &#55357;&#56834;]]>", "Ahoy \U0001f602"),
        (b"Ahoy &#xD800; &#1114112; &#x" + b"9" * 20 + b";", "Ahoy \ufffd \ufffd \ufffd"),
    ],
)
def test_characters_that_a_feed_writes_in_halves_are_put_together(written: bytes, meant: str, tmp_path: Path) -> None:
    only = fields(tmp_path, HEAD.replace(b"The Harbour Post", written) + ITEM.replace(b"It runs.", written) + END)[0]
    assert (only["source"], only["body"]) == (meant, meant)


def test_an_entry_at_which_feedparser_breaks_costs_itself(tmp_path: Path) -> None:
    breaks = b"<item><textinput><link>a</textinput></item>\n"
    _, [batch] = read(tmp_path, HEAD + ITEM + breaks + ITEM + END)
    assert (batch.numbers, [bad.raw for bad in batch.unreadable]) == ([0, 2], [breaks])
    assert "feedparser fails on it" in batch.unreadable[0].reason


def test_a_namespace_with_a_brace_in_it_costs_its_record(tmp_path: Path) -> None:
    record = b"<item><title>Ferry</title></item>\n"
    braced = record.replace(b"<title>", b'<title xmlns="a}b">')
    _, [batch] = read(tmp_path, b"<items>\n" + record + braced + record + b"</items>\n")
    assert (batch.numbers, [bad.raw for bad in batch.unreadable]) == ([0, 2], [braced])


def test_rss_1_has_its_items_beside_the_channel(tmp_path: Path) -> None:
    data = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel><title>港日報</title></channel>"
        "<item><title>渡船復航</title><link>https://example.com/a</link></item></rdf:RDF>"
    )
    assert [(entry["title"], entry["source"]) for entry in fields(tmp_path, data.encode())] == [("渡船復航", "港日報")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "koi8-r"])
def test_a_feed_says_its_own_encoding(encoding: str, tmp_path: Path) -> None:
    text = HEAD.decode().replace('"1.0"?', f'"1.0" encoding="{encoding}"?', 1) + ITEM.decode() + END.decode()
    data = text.replace("Ferry", "Паром снова ходит").encode(encoding)
    shape, [batch] = read(tmp_path, data)
    assert batch.scraped["title"].to_list() == ["Паром снова ходит"]
    assert batch.scraped["decoding"].null_count() == 1
    assert shape.preamble + b"".join(batch.raw) + shape.epilogue == data


def test_nitf_xhtml_and_prefixed_news_items_give_their_text(tmp_path: Path) -> None:
    data = (CLEAN / "wire.xml").read_bytes()
    bath, station = fields(tmp_path, data)
    assert bath["body"].startswith("Den gamla bastun")
    assert station["body"].count("\n") == 2
    prefixed = data.replace(b"<newsItem xmlns", b"<newsItem xmlns:n").replace(
        b"<newsMessage xmlns", b"<n:newsMessage xmlns:n"
    )
    for tag in (
        b"newsItem",
        b"itemMeta",
        b"contentMeta",
        b"contentSet",
        b"inlineXML",
        b"headline",
        b"by",
        b"newsMessage",
        b"itemSet",
        b"header",
    ):
        prefixed = (
            prefixed.replace(b"<" + tag + b">", b"<n:" + tag + b">")
            .replace(b"<" + tag + b" ", b"<n:" + tag + b" ")
            .replace(b"</" + tag, b"</n:" + tag)
        )
    again = fields(tmp_path, prefixed)
    assert [(entry["title"], entry["body"]) for entry in again] == [
        (entry["title"], entry["body"]) for entry in (bath, station)
    ]


SCRAPY = b"""<?xml version="1.0" encoding="utf-8"?>
<items>
<item><title>Ferry &amp; tram</title><url>https://example.com/a</url><authors><value>Ana Roe</value><value>Bo</value></authors><text>It runs.
Every day.</text><empty></empty></item>
<item><title>Night bus</title><author><name>Cy</name><id>7</id></author><tags><value>bus</value></tags></item>
<item>no fields</item>
<item><title>cut</item>
</items>"""


@pytest.mark.parametrize("renamed", [None, (b"data", b"row"), (b"articles", b"article")])
def test_records_of_plain_xml_are_read_and_written_as_they_came(
    renamed: tuple[bytes, bytes] | None, check: Callable[..., Finished], tmp_path: Path
) -> None:
    root, tag = renamed or (b"items", b"item")
    data = SCRAPY.replace(b"items>", root + b">").replace(b"item>", tag + b">")
    first, second = fields(tmp_path, data)
    assert (first["title"], first["byline"], first["body"]) == ("Ferry & tram", "Ana Roe; Bo", "It runs.\nEvery day.")
    assert (second["title"], second["byline"], second["body"]) == ("Night bus", "Cy", None)
    assert json.loads(second["extra"]) == {"tags": ["bus"]}
    shape, batches = read(tmp_path, data)
    raws = [raw for batch in batches for raw in batch.raw]
    bad = [entry for batch in batches for entry in batch.unreadable]
    assert shape.preamble + b"".join([*raws, *(entry.raw for entry in bad)]) + shape.epilogue == data
    assert [entry.reason.partition(":")[0] for entry in bad] == [
        "the element holds no others, which would be its fields",
        "not well-formed XML",
    ]
    done = check(tmp_path / "in.xml")
    assert (done.run / "quarantined.xml").read_bytes() == shape.preamble + b"".join(raws) + shape.epilogue


def test_a_sitemap_of_news_is_checked_for_what_it_says(tmp_path: Path) -> None:
    first, second = fields(tmp_path, (DEFECTS / "news-sitemap.xml").read_bytes())
    assert (first["title"], first["source"], first["language"]) == (
        "Farol de Monte Redondo volta a acender à mão",
        "Folha do Farol",
        "pt",
    )
    assert (second["title"], second["modified"]) == (None, "2025-06-15")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("bomb.xml", b'<!DOCTYPE rss [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + HEAD[22:] + ITEM + END, "declares entities"),
        ("file.xml", b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD[22:] + ITEM + END, "declares entities"),
        ("index.xml", b"<sitemapindex><sitemap><loc>https://example.com/a</loc></sitemap></sitemapindex>", "fetch the sitemaps"),
        ("odd.xml", b"<?xml version='1.0'?><invoice/>", "<invoice>); if it is a known one all the same, say which with --format"),
        ("text.xml", b"no mark-up", "not XML, though its name says so; if it is another format, say which with --format"),
        ("cut.xml", HEAD + ITEM, "cut off; fetch it again"),
        ("package.xml", b"<packageItem/>", "packageItem"),
        ("long.xml", b"<rss " + b"a" * 10_000 + b"><item/></rss>", "does not end within"),
        ("none.rss", HEAD + END, "no record"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_document_is_said_with_a_remedy(
    name: str, data: bytes, says: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    done = check(tmp_path / name)
    assert done.code == 3
    assert name in done.err
    assert says in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "inside",
    [b"<b>" * 300_000, b"<b>" * 100_000 + b"</b>" * 100_000, b"<" * 500_000, b"<a " + b" ".join(b'a%d="x"' % n for n in range(50_000)) + b"/>", b"<author>a</author>" * 30_000, b"<author>" + b"a" * 400_000 + b"</author>", b"<author><b/>" + b"&#97;" * 100_000 + b"</author>",
        b"<author>" + b"&#97;" * 5_000 + b"</author> & <"],
    ids=["unclosed", "deep", "brackets", "attributes", "elements", "author", "author in parts", "author of a broken entry"],
)  # fmt: skip
def test_an_entry_made_to_be_slow_costs_itself_and_no_time(inside: bytes, tmp_path: Path) -> None:
    began = time.process_time()
    _, batches = read(tmp_path, HEAD + b"<item>" + inside + b"</item>" + ITEM + END)
    assert [(len(batch.numbers), len(batch.unreadable)) for batch in batches] == [(1, 1)]
    assert time.process_time() - began < 5


def test_format_wins_over_content(check: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "feed.txt").write_bytes(HEAD + ITEM + END)
    with reading(Input(tmp_path / "feed.txt", "feed.txt", "story"), FieldMap()) as (_, found):
        assert found.shape.format == "story"
    with reading(Input(tmp_path / "feed.txt", "feed.txt"), FieldMap()) as (_, found):
        assert found.shape.format == "feed"
    done = check(tmp_path / "feed.txt", "--format", "atom")
    assert (done.code, "known are jsonl" in done.err) == (2, True)


NESTED = [
    ("datatrove", {"text": "T", "id": "d", "media": [], "metadata": {"url": "https://a.com/x", "title": "H", "date": "2025-06-14", "id": 7}},
     {"body": "T", "article_id": "d", "original_url": "https://a.com/x", "title": "H", "published": "2025-06-14"}),
    ("zyte item", {"headline": "H", "articleBody": "T", "authors": [{"name": "A"}], "metadata": {"dateDownloaded": "2025-06-15T00:00:00Z"}},
     {"title": "H", "body": "T", "byline": "A", "fetched": "2025-06-15T00:00:00Z"}),
    ("zyte api", {"url": "https://a.com/x", "statusCode": 200, "article": {"headline": "H", "articleBody": "T", "inLanguage": "fr", "metadata": {"dateDownloaded": "d"}}},
     {"original_url": "https://a.com/x", "title": "H", "body": "T", "language": "fr", "fetched": "d"}),
    ("goose", {"title": "H", "cleaned_text": "T", "opengraph": {}, "publish_date": "June 14", "meta": {"lang": "de", "canonical": "https://a.com/x"}},
     {"language": "de", "canonical_url": "https://a.com/x", "extractor": "goose3", "published": "June 14"}),
    ("fundus", {"title": "H", "body": {"summary": [], "sections": [{"headline": [], "paragraphs": ["p"]}]}, "publishing_date": "d", "free_access": True,
                "html": {"responded_url": "https://a.com/x", "content": "<p>p", "crawl_date": "c"}},
     {"body": "p", "original_url": "https://a.com/x", "html": "<p>p", "fetched": "c", "extractor": "fundus"}),
    ("news-please", {"title": "H", "maintext": "T", "date_publish": "None", "date_download": "2025-06-15", "title_rss": "None", "source_domain": "a.com"},
     {"body": "T", "published": None, "source": "a.com", "extractor": "news-please"}),
    ("trafilatura", {"title": "H", "hostname": "a.com", "fingerprint": "f", "excerpt": "", "source": "https://a.com/x", "source-hostname": "A", "text": "T"},
     {"original_url": "https://a.com/x", "source": "a.com", "extractor": "trafilatura"}),
    ("newspaper4k", {"title": "H", "text": "T", "read_more_link": "", "meta_site_name": "A", "canonical_link": "c", "top_image": "", "meta_lang": "en"},
     {"source": "A", "canonical_url": "c", "language": "en", "extractor": "newspaper4k"}),
    ("cc_news", {"title": "H", "text": "T", "domain": "a.com", "date": "2017-06-14 00:00:00", "description": "", "url": "u", "image_url": None},
     {"source": "a.com", "published": "2017-06-14 00:00:00", "original_url": "u", "extractor": None}),
    ("realnews", {"title": "H", "text": "T", "domain": "a.com", "publish_date": "04-05-2019", "url": "u", "warc_date": "20190424183041"},
     {"published": "2019-04-05", "fetched": "20190424183041"}),
    ("ninjs 1", {"uri": "tag:a.com,2025:x", "versioncreated": "2025-06-14T09:00:00Z", "headline": "H", "byline": "A", "body_html": "<p>T</p><p>U</p>"},
     {"article_id": "tag:a.com,2025:x", "original_url": None, "title": "H", "byline": "A", "body": "T\nU", "published": "2025-06-14T09:00:00Z", "modified": None}),
    ("ninjs 2", {"uri": "https://a.com/x", "contentCreated": "c", "versionCreated": "v", "by": "A", "headlines": [{"role": "short", "value": "S"}, {"role": "main", "value": "H"}],
                 "bodies": [{"role": "main", "contentType": "text/html", "value": "<p>T"}, {"contentType": "text/plain", "value": "T."}]},
     {"original_url": "https://a.com/x", "title": "H", "byline": "A", "body": "T.", "published": "c", "modified": "v"}),
    ("ninjs 3", {"uri": "urn:x", "standard": {"name": "ninjs", "version": "3.0"}, "altIds": [{"role": "web", "value": "https://a.com/x"}], "infoSources": [{"name": "A"}],
                 "associations": [{"name": "main", "type": "picture", "creditLine": "C"}]},
     {"article_id": "urn:x", "original_url": "https://a.com/x", "source": "A", "image_credit": "C"}),
    ("elasticsearch", {"_index": "news", "_id": "7", "_score": 1.0, "_source": {"title": "H", "text": "T", "url": "https://a.com/x"}},
     {"article_id": "7", "title": "H", "body": "T", "original_url": "https://a.com/x", "source": None}),
    ("json:api", {"id": "7", "type": "articles", "attributes": {"title": "H", "body": {"value": "<p>T", "format": "full", "processed": "<p>T</p><p>U</p>"}}},
     {"article_id": "7", "title": "H", "body": "T\nU"}),
    ("graphql", {"cursor": "c", "node": {"title": "H", "text": "T"}}, {"title": "H", "body": "T"}),
    ("wordpress", {"id": 7, "date": "2025-06-14T11:00:00", "date_gmt": "2025-06-14T09:00:00", "link": "https://a.com/x", "author": 5, "categories": [3],
                   "title": {"rendered": "Tom &amp; Jerry&#8217;s"}, "content": {"rendered": "<p>T</p>\n<p>U &amp; V</p>", "protected": False}},
     {"title": "Tom & Jerry’s", "body": "T\nU & V", "published": "2025-06-14T09:00:00Z", "byline": None, "section": None, "original_url": "https://a.com/x"}),
    ("wordpress, embedded", {"link": "https://a.com/x", "author": 5, "title": {"rendered": "H"}, "yoast_head_json": {"author": "B", "og_site_name": "A"},
                             "_embedded": {"author": [{"id": 5, "name": "Ana"}], "wp:term": [[{"name": "tag", "taxonomy": "post_tag"}], [{"name": "City", "taxonomy": "category"}]]}},
     {"title": "H", "byline": "Ana", "section": "City", "source": "A"}),
    ("guardian", {"id": "city/x", "sectionName": "City", "webPublicationDate": "d", "webTitle": "Web", "webUrl": "https://a.com/x",
                  "fields": {"headline": "H", "byline": "Ana", "body": "<p>T</p>", "bodyText": "T", "lastModified": "m"}},
     {"article_id": "city/x", "title": "H", "byline": "Ana", "body": "T", "published": "d", "modified": "m", "section": "City", "original_url": "https://a.com/x"}),
    ("guardian, marked up", {"id": "city/x", "webTitle": "Web", "webUrl": "https://a.com/x", "fields": {"body": "<p>T</p><p>U</p>"}},
     {"title": "Web", "body": "T\nU", "byline": None}),
    ("new york times", {"_id": "nyt://article/7", "uri": "nyt://article/7", "web_url": "https://a.com/x", "headline": {"main": "H", "print_headline": "P"}, "pub_date": "d",
                        "byline": {"original": "By Ana", "person": [{"firstname": "Ana"}]}, "section_name": "City", "snippet": "s"},
     {"title": "H", "byline": "By Ana", "published": "d", "section": "City", "original_url": "https://a.com/x", "body": None}),
    ("event registry", {"uri": "78", "date": "2025-06-14", "time": "09:00:00", "dateTimePub": "2025-06-14T08:58:00Z", "source": {"uri": "a.com", "dataType": "news", "title": "A"}, "authors": [{"uri": "ana@a.com", "name": "Ana"}]},
     {"published": "2025-06-14T08:58:00Z", "source": "A", "byline": "Ana"}),
    ("json feed", {"id": "7", "url": "https://a.com/x", "title": "H", "content_html": "<p>T</p><p>U</p>", "date_published": "d", "authors": [{"name": "Ana"}]},
     {"title": "H", "body": "T\nU", "published": "d", "byline": "Ana"}),
    ("json-ld", {"@type": "NewsArticle", "headline": "H", "articleBody": "T", "mainEntityOfPage": {"@type": "WebPage", "@id": "https://a.com/x"}, "publisher": {"@type": "Organization", "name": "A"}},
     {"title": "H", "body": "T", "original_url": "https://a.com/x", "source": "A"}),
    ("json-ld, a graph", {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "@id": "#site", "name": "A"}, {"@type": "Person", "@id": "#ana", "name": "Ana"},
                          {"@type": "NewsArticle", "@id": "#x", "url": "https://a.com/x", "headline": "H", "articleBody": "T", "author": {"@id": "#ana"}, "publisher": {"@id": "#site"}}]},
     {"title": "H", "body": "T", "byline": "Ana", "source": "A", "original_url": "https://a.com/x"}),
    ("names in parts", {"title": "H", "authors": [{"firstName": "Ana", "lastName": "Roe"}, {"display_name": "Bo"}]}, {"byline": "Ana Roe; Bo"}),
    ("an author's number", {"title": "H", "author": 7, "writer": "Ana"}, {"byline": "Ana"}),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "expected"), [case[1:] for case in NESTED], ids=[case[0] for case in NESTED])
def test_nested_records_are_read_the_same_in_json_and_parquet(entry: dict[str, Any], expected: dict[str, Any]) -> None:
    frame = FieldMap().frame([entry])
    assert {name: frame[name][0] for name in expected} == expected
    # Parquet has no empty list of unknown type, nor an empty struct
    table = pa.Table.from_pylist([{key: value for key, value in entry.items() if value not in ([], {})}])
    if set(table.column_names) == set(entry):
        assert {name: scraped(table, FieldMap())[name][0] for name in expected} == expected


LEAVES = st.one_of(st.none(), st.integers(), st.text(max_size=5))
NAMES = st.sampled_from(
    ["title", "url", "metadata", "meta", "article", "html", "source_info", "name", "content", "id", "x"]
)
RECORDS = st.dictionaries(
    NAMES, st.recursive(LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=6), max_size=5
)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    return [repr(value)]


@settings(max_examples=200, deadline=None)
@given(RECORDS)
def test_seeing_a_nested_record_under_plain_names_loses_no_value(entry: dict[str, Any]) -> None:
    from copydesk.articles import dialects

    view = dialects.of(tuple(entry))
    assert sorted(leaves(dict(view(entry) if view else entry))) == sorted(leaves(entry))


def test_a_folder_of_hugging_face_is_read_without_its_own_descriptions(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    rows = [
        {
            **{key: record()[key] for key in ("title", "text", "url")},
            "domain": "example.com",
            "date": "2025-06-14 08:30:00",
            "description": "",
            "image_url": "",
        }
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "data" / "train-00000-of-00001.parquet")
    (tmp_path / "dataset_infos.json").write_text(json.dumps({"plain_text": {"features": {}}}))
    done = check(tmp_path / "data", tmp_path)
    assert done.summary["counts"]["read"] == 1, done.err
    assert done.articles["source"].to_list() == ["example.com"]


def test_what_is_not_rewritten_is_not_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from copydesk.cli import main

    assert main(["fix", str(EXTRAS / "clean" / "quai.xml"), "-o", str(tmp_path / "out.xml")]) == 2
    assert "are not rewritten" in capsys.readouterr().err


def test_tags_that_never_end_are_looked_at_once() -> None:
    class Counted(bytes):
        looked = 0

        def find(self, sub: Any, start: Any = None, end: Any = None) -> int:
            Counted.looked += 1
            return super().find(sub, start, end)

    spans = _spans(Counted(b"<rss>" + b"<item " * 1_000), {b"item"}, 5)
    assert spans == [(5 + 6 * number, None) for number in range(1_000)]
    assert Counted.looked == 1
