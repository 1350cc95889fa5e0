"""What is read of the page behind a URL, that it is kept small, and that no page or cache file does harm."""

import json
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.captures.capture import Capture
from copydesk.errors import InputError
from copydesk.origin.recognition.page import Page, read_page
from copydesk.pages.visible import Line
from origin_pages import ARTICLES, OTHERS, URL, capture, page, source


def test_the_page_says_what_it_is() -> None:
    read = page(source("en", isAccessibleForFree="False", dateModified="2025-06-15T09:00:00Z"))
    assert read.url == URL
    assert read.language == "en"
    assert read.title == f"{ARTICLES['en'][0]} | The Quay"
    assert read.headlines[0] == ARTICLES["en"][0]
    assert read.canonical == URL
    assert read.published_at == datetime(2025, 6, 14, 8, 30, tzinfo=UTC)
    assert read.modified_at == datetime(2025, 6, 15, 9, tzinfo=UTC)
    assert read.authors == ("Ana Lindqvist",)
    assert (read.site, read.facts.publishers) == ("The Quay", ("The Quay",))
    assert read.facts.free is False


def test_the_lines_are_what_a_reader_sees() -> None:
    lines = page(source("en")).lines
    assert [line.text for line in lines if line.kind == "h"] == [ARTICLES["en"][0]]
    assert [line.text for line in lines if line.kind == "p"] == ARTICLES["en"][1]
    assert len({line.kin for line in lines if line.kind == "p"}) == 1
    assert OTHERS[0] in [line.text for line in lines if line.kind == "l"]
    assert not any("NewsArticle" in line.text for line in lines)


def test_line_breaks_and_inline_tags() -> None:
    read = page("<p>One <b>bold</b>ly<br>two&nbsp;<i>three</i></p>four<p>five")
    assert [line.text for line in read.lines] == ["One boldly", "two three", "four", "five"]


def test_a_body_in_json_is_kept_only_where_it_is_not_shown() -> None:
    text = " ".join(ARTICLES["en"][1])
    repeated = page(source("en", articleBody=text))
    assert (repeated.facts.body, repeated.body_length) == ("", len(text))
    hidden = page(source("en", paragraphs=[], articleBody=f"<p>{text}</p>"))
    assert text in hidden.facts.body
    assert text in hidden.text


@pytest.mark.parametrize(
    ("encoded", "header", "declared", "read_as"),
    [
        ("utf-8", "text/html", "", "utf-8"),
        ("utf-8", "text/html; charset=iso-8859-1", "", "utf-8"),
        ("utf-8-sig", "text/html; charset=iso-8859-1", "", "utf-8"),
        ("utf-16", "text/html", "", "utf-16-le"),
        ("gb18030", "text/html; charset=GBK", "", "gb18030"),
        ("gb18030", "text/html", '<meta charset="gb2312">', "gb18030"),
        ("cp932", "text/html", '<meta http-equiv="Content-Type" content="text/html; charset=x-sjis">', "cp932"),
        ("euc_jp", "text/html;charset=EUC-JP", "", "euc_jp"),
    ],
)
def test_encodings(encoded: str, header: str, declared: str, read_as: str) -> None:
    text = "外岛渡轮恢复通航" if read_as == "gb18030" else "離島フェリー再開"
    body = f"{declared}<title>{text}</title><p>{text}</p>".encode(encoded)
    read = read_page(capture(body, content_type=header))
    assert read is not None
    assert (read.title, read.charset) == (text, read_as)


@pytest.mark.parametrize("codec", ["zip", "punycode", "unicode_escape", "rot13", "idna", "base64", "undefined", "\0"])
def test_codecs_that_are_no_encodings_of_texts_are_never_used(codec: str) -> None:
    read = read_page(capture(b"<p>abc \xff", content_type=f"text/html; charset={codec}"))
    assert read is not None
    assert "abc" in read.text


def test_a_body_cut_within_a_character_is_still_utf_8() -> None:
    read = read_page(capture("<p>fähre zur insel é".encode()[:-1]))
    assert read is not None
    assert (read.charset, read.text.strip()) == ("utf-8", "fähre zur insel")


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "video/mp4"])
def test_what_is_no_text_is_no_page(kind: str) -> None:
    assert read_page(capture(b"%PDF", content_type=kind)) is None
    assert read_page(capture(b"")) is None


def test_rights_are_read_from_headers_and_meta() -> None:
    head = '<meta name="robots" content="index, NOAI"><meta name="tdm-policy" content="https://quay.example/tdm.json">'
    read = page(source(head=head), tdm_reservation="1", x_robots_tag="noimageai, noindex")
    assert read.rights.reserved == ("noai", "noimageai", "tdm-reservation")
    assert read.rights.policy == "https://quay.example/tdm.json"
    assert read.rights.noindex
    other = page(source(head='<meta name="tdm-reservation" content="0">'), x_robots_tag="otherbot: noindex")
    assert (other.rights.reserved, other.rights.noindex) == ((), False)


def test_a_page_that_is_based_on_itself_is_based_on_nothing() -> None:
    own = page(source(isBasedOn="/2025/06/14/ferry-resumes?utm_source=rss", sourceOrganization={"name": "The Quay"}))
    assert (own.facts.based_on, own.facts.organisations) == ((), ())
    other = page(source(isBasedOn={"@id": "https://wire.example/a"}, sourceOrganization={"name": "Coast Wire"}))
    assert (other.facts.based_on, other.facts.organisations) == (("https://wire.example/a",), ("Coast Wire",))


def test_a_page_of_usual_size_is_small_in_the_cache() -> None:
    assert len(page(source("en")).dump()) < 10_000


LINES = st.builds(
    Line, st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 99), st.sampled_from(["", "h", "p", "l"])
)


@given(
    st.lists(LINES, max_size=5),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.none() | st.datetimes(),
)
def test_a_page_survives_the_cache(lines: list[Line], title: str, at: datetime | None) -> None:
    made = Page(url=URL, title=title, lines=tuple(lines), modified_at=at and at.replace(tzinfo=UTC))
    assert Page.load(made.dump()) == made


def test_a_real_page_survives_the_cache() -> None:
    for language in ARTICLES:
        made = page(source(language, license="https://quay.example/terms", isBasedOn="https://wire.example/1"))
        assert Page.load(made.dump()) == made


MARK = b"copydesk page 1\n"
GOOD = json.loads(zlib.decompress(page(source()).dump()[len(MARK) :]))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x", MARK, MARK + b"no zlib", page(source()).dump()[:-20], MARK + zlib.compress(b"[1, 2]"),
        MARK + zlib.compress(b"{"), MARK + zlib.compress(b"{}"), MARK + zlib.compress(b"[" * 100_000),
        MARK + zlib.compress(b"0" * 50_000_000), b"copydesk page 0\n" + zlib.compress(json.dumps(GOOD).encode()),
        *(MARK + zlib.compress(json.dumps(GOOD | bad).encode()) for bad in (
            {"title": 1}, {"texts": "abc"}, {"kin": []}, {"rights": [1]}, {"facts": None}, {"published_at": "yesterday"},
            {"modified_at": "2025-06-14T08:30:00"}, {"headlines": [None]}, {"published_day": 3}, {"texts": [[]] * 9},
        )),
    ],
)  # fmt: skip
def test_a_hostile_cache_file_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(InputError, match="fetched again"):
        Page.load(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet="<>/!-=\"' aph1itlescrd&;#x0{}[]:,\n", max_size=400).map(str.encode))
def test_any_bytes_are_a_page(data: bytes) -> None:
    read = read_page(capture(b"<html>" + data, content_type="text/html"))
    assert read is not None
    assert Page.load(read.dump()) == read


MILLION = 1_000_000
HOSTILE = {
    "one word": "a" * 4 * MILLION,
    "words": "word " * MILLION,
    "unclosed tags": "<div>" * MILLION,
    "unclosed inline tags": "<b><i>" * 500_000,
    "mis-nested": "<a><p></a><table></p>" * 200_000,
    "brackets": "<" * 4 * MILLION,
    "half tags": "<a " * MILLION,
    "open quotes": '<p class="' * 500_000,
    "attributes": "<p " + "a=b " * MILLION + ">x",
    "one huge attribute": "<p class='" + "x " * MILLION + "'>x</p>",
    "classes": "".join(f"<p class='c{n}'>{n}</p>" for n in range(100_000)),
    "headings": "<h1>x" * 300_000,
    "json depth": '<script type="application/ld+json">' + '{"a":' * 500_000,
    "json articles": '<script type="application/ld+json">['
    + '{"@type":"NewsArticle","url":"/a"},' * 100_000
    + "{}]</script>",
    "entities": "&amp;" * MILLION,
    "combining": "<p>" + "a" + "\u0301\u0323" * MILLION,
    "line breaks": "x<br>" * 500_000,
    "scripts": "<script>" * 500_000,
    "comments": "<!--" * MILLION,
    "metas": '<meta name="robots" content="noai">' * 100_000,
    "not utf-8": b"\xe9\xff\xa4<p>" * 500_000,
    "nulls": b"\0" * 4 * MILLION,
    "sentences": "This is a sentence of nine words and no more. " * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_page_is_read_in_linear_time(text: str | bytes) -> None:
    raw = text.encode() if isinstance(text, str) else text
    started = time.perf_counter()
    read = read_page(capture(raw, content_type="text/html"))
    assert read is not None
    dump = read.dump()
    Page.load(dump)
    assert time.perf_counter() - started < 4  # the slowest takes a second on an idle machine
    assert len(dump) < 2_000_000


def test_a_capture_without_headers_is_read() -> None:
    answer = Capture(URL, URL, datetime(2025, 6, 20, tzinfo=UTC), 200, body=b"<title>x</title>")
    read = read_page(answer)
    assert read is not None
    assert replace(read, lines=()).title == "x"
