"""Answers of news APIs and search engines, saved as they came: each article of the list that they wrap is a record."""

import contextlib
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Finished, copydesk, record
from copydesk.articles import jsonarray, wrapped
from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import RawBatch, Shape
from copydesk.articles.wrapped import wrapping
from copydesk.articles.writers import Outputs
from copydesk.cli import main
from copydesk.errors import InputError

GOOD, MORE, BAD = record(id="good"), record(id="more"), record(id="bad", title="")
LIST = [GOOD, BAD, MORE]


def ids(path: Path, name: str, encoding: str = "utf-8") -> list[str]:
    """The ids below ``name`` in the document at ``path``."""
    value = json.loads(path.read_text(encoding))
    for key in name.split("."):
        value = value[key]
    return [entry["id"] for entry in value]


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"status": "ok", "totalResults": 3, "articles": LIST}, "articles"),
        ({"pagination": {"limit": 3, "total": 3}, "data": LIST}, "data"),
        ({"articles": {"results": LIST, "page": 1}}, "articles.results"),
        ({"response": {"status": "ok", "results": LIST, "facets": []}}, "response.results"),
        ({"took": 3, "hits": {"total": {"value": 3}, "hits": LIST}, "suggest": {}}, "hits.hits"),
        ({"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", **entry} for entry in LIST]}, "@graph"),
        ({"content": LIST, "pageable": {"sort": [{"property": "date"}]}, "last": True}, "content"),
        ({"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "authors": [{"name": "Ana"}], "items": LIST}, "items"),
        ({"title": "Quay", "link": "https://example.com", "description": "News", "items": LIST}, "items"),
    ],
    ids=["articles", "data", "results", "response", "hits", "graph", "content", "a feed with a title", "a feed with a link"],
)  # fmt: skip
def test_each_article_of_a_wrapped_list_is_a_record(
    document: dict[str, Any], name: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "answer.json"
    source.write_text(json.dumps(document, indent=2), encoding="utf-8")
    done = check(source)
    assert done.summary["counts"] == {"read": 3, "accepted": 2, "quarantined": 1, "unreadable": 0}
    assert ids(done.run / "accepted.json", name) == ["good", "more"]
    assert ids(done.run / "quarantined.json", name) == ["bad"]
    first = source.read_text(encoding="utf-8")[: -len(source.read_text(encoding="utf-8").partition('"good"')[2])]
    assert done.articles["position"][0] == first[: first.rindex("{")].count("\n") + 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([GOOD, BAD, {"title": 'a ] } , \\" b', "url": "https://example.com/x", "date": "d"}]),
        min_size=1,
    ),
    st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.integers(), st.text(max_size=5)), max_size=3),
    st.dictionaries(st.text(min_size=9, max_size=9), st.recursive(st.booleans(), st.lists, max_leaves=4), max_size=3),
    st.sampled_from([None, 1]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_surrounds_the_list_and_the_records_are_the_document(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Any], before: Any, behind: Any, indent: Any, encoding: str
) -> None:
    from copydesk.articles.inputs import Input, reading

    source = tmp_path_factory.mktemp("in") / "answer.json"
    text = json.dumps({**before, "articles": entries, **behind}, indent=indent, ensure_ascii=False)
    source.write_bytes(text.encode(encoding, "surrogatepass"))
    with reading(Input(source, "answer.json"), FieldMap()) as (_, read):
        raws = [raw for batch in read.batches for raw in batch.raw]
        shape = read.shape
    pieces = [shape.preamble, *raws, shape.epilogue]
    kept = [piece.decode(shape.encoding, "surrogatepass").removeprefix("\ufeff") for piece in pieces]
    rest = text
    for piece in kept[:-1]:
        gap, found, rest = rest.partition(piece)
        assert found
        assert not gap.strip(" ,\n")
    assert rest.strip() == kept[-1].strip()


def test_one_broken_article_costs_itself(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = tmp_path / "answer.json"
    good = json.dumps(GOOD)
    source.write_text(f'{{"articles": [{good}, {{"cut": nonsense}}, {good.replace("good", "more")}], "page": 1}}')
    done = check(source)
    assert ids(done.run / "accepted.json", "articles") == ["good", "more"]
    assert [bad["raw"] for bad in done.unreadable] == ['{"cut": nonsense}']


@pytest.mark.parametrize(
    "document",
    [
        {**GOOD, "related": [MORE, MORE]},
        {**GOOD, "text": "", "related": [{"title": "Tram", "url": "https://example.com/tram"}]},
        {**GOOD, "comments": [{"author": "Ana", "text": "So it is.", "date": "2025-06-14"}] * 3},
        {"headline": "Ferry", "body": {"sections": [{"headline": ["a"], "paragraphs": ["b"]}]}, "publishing_date": "d"},
        {"title": "Ferry", "url": "https://example.com", "body": [{"type": "text", "text": "It runs."}] * 3},
        {"url": "https://example.com", "article": {"headline": "Ferry", "articleBody": "It runs.", "related": [MORE]}},
        {"@graph": [{"@type": "WebSite", "name": "Quay"}, {"@type": "NewsArticle", **GOOD}, {"@type": "Person"}]},
        {"titel": "Fähre", "inhalt": "Sie fährt.", "bilder": [{"title": "Bug", "url": "https://example.com/a.jpg"}]},
        {
            "title": "Fähre",
            "inhalt": "Sie fährt.",
            "mehr": [{"title": "Tram", "url": "https://example.com", "date": "d"}],
        },
        {**GOOD, "results": []},
        {"status": "error", "message": "no key"},
    ],
    ids=[
        "related",
        "no body",
        "comments",
        "sections",
        "paragraphs",
        "an article's",
        "graph",
        "pictures",
        "links",
        "empty list",
        "error",
    ],
)
def test_an_article_with_lists_of_its_own_is_one_record(document: dict[str, Any]) -> None:
    assert wrapping("in.json", json.dumps(document).encode(), FieldMap()) is None


def test_names_of_the_contract_tell_articles_and_their_lists() -> None:
    rows = json.dumps({"artikel": [{"titel": "Fähre", "adres": "https://example.com", "date": "d"}]}).encode()
    fields = FieldMap({"title": ["titel"], "original_url": ["adres"]})
    assert wrapping("in.json", rows, FieldMap()) is None
    found = wrapping("in.json", rows, fields)
    assert found is not None
    assert found.name == "artikel"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"sport": LIST, "city": LIST}, "several lists of articles (sport, city)"),
        ({"title": {"0": "A", "1": "B"}, "text": {"0": "a", "1": "b"}}, 'orient="records"'),
        ({"columns": ["title"], "index": [0], "data": [["A"]]}, 'orient="records"'),
        ({"a1": GOOD, "a2": MORE}, "jq -c '.[]'"),
    ],
    ids=["several lists", "columns", "split", "by key"],
)
def test_other_layouts_are_refused_with_a_remedy(
    document: dict[str, Any], message: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps(document))
    done = check(source)
    assert done.code == 3
    assert message in done.err
    assert "in.json" in done.err


def test_an_answer_without_articles_holds_no_record(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = tmp_path / "page9.json"
    source.write_text('{"status": "ok", "totalResults": 0, "articles": [ ]}')
    done = check(source)
    assert done.code == 3
    assert "page9.json: there is no record in it" in done.err


def test_an_answer_in_one_line_is_known_without_a_name(tmp_path: Path) -> None:
    raw = json.dumps({"status": "ok", "articles": LIST}).encode()
    done = copydesk("check", "-", "-o", tmp_path / "r", "--json", stdin=raw)
    assert json.loads(done.stdout)["counts"]["read"] == 3
    assert ids(tmp_path / "r" / "accepted.json", "articles") == ["good", "more"]


def test_lines_that_wrap_articles_are_noted_with_a_remedy(check: Callable[..., Finished], tmp_path: Path) -> None:
    answer = json.dumps({"response": {"docs": LIST}})
    (tmp_path / "in.jsonl").write_text(f"{answer}\n{answer}\n")
    done = check(tmp_path / "in.jsonl")
    assert done.summary["counts"]["read"] == 2
    assert "jq -c '.response.docs[]'" in str(done.summary["notes"])
    (tmp_path / "in.jsonl").write_text(json.dumps({**GOOD, "related": LIST}) + "\n")
    assert "jq" not in str(check(tmp_path / "in.jsonl").summary["notes"])


@pytest.mark.parametrize("joint", ["", "\n", "\n\n"])
def test_objects_one_behind_another_are_named(joint: str, check: Callable[..., Finished], tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(joint.join(json.dumps(entry, indent=2) for entry in (GOOD, MORE)))
    done = check(source)
    assert "jq -c . makes JSON Lines" in done.unreadable[0]["reason"]
    assert done.unreadable[0]["raw"] == source.read_text()


def test_answers_with_the_same_other_keys_share_an_output(check: Callable[..., Finished], tmp_path: Path) -> None:
    for page, entry in (("1", GOOD), ("2", MORE)):
        (tmp_path / f"{page}.json").write_text(json.dumps({"status": "ok", "articles": [entry]}))
    done = check(tmp_path / "*.json")
    assert ids(done.run / "accepted.json", "articles") == ["good", "more"]


def test_outputs_beyond_what_a_process_may_open_are_written(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        outputs = Outputs(tmp_path)
        for _ in range(2):
            for number in range(300):
                page = Shape("json", ".json", f'{{"page": {number}, "articles": ['.encode(), epilogue=b"]}")
                batch = RawBatch(FieldMap().frame([GOOD]), [0], [1], [b"{}"])
                outputs.write(page, batch, "accepted", [0], "in.json")
        outputs.flush()
        outputs.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    pages = [json.loads(path.read_bytes()) for path in tmp_path.iterdir()]
    assert sorted(page["page"] for page in pages) == list(range(300))
    assert all(page["articles"] == [{}, {}] for page in pages)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_fixed_answer_keeps_all_that_surrounds_its_articles(encoding: str, tmp_path: Path) -> None:
    document = {"status": "ok", "articles": [record(title="A &amp; Ü"), GOOD, "text"], "page": {"next": 2}}
    (tmp_path / "in.json").write_bytes(json.dumps(document, indent=1, ensure_ascii=False).encode(encoding))
    assert main(["fix", str(tmp_path / "in.json"), "-o", str(tmp_path / "out.json"), "-q"]) == 0
    after = json.loads((tmp_path / "out.json").read_text(encoding))
    assert after == {"status": "ok", "articles": [record(title="A & Ü"), GOOD, "text"], "page": {"next": 2}}


def test_an_answer_of_several_batches_keeps_its_order(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonarray, "_PER_BATCH", 4)
    source = tmp_path / "in.json"
    source.write_text(json.dumps({"articles": [record(id=f"a{number}") for number in range(11)]}))
    done = check(source)
    assert ids(done.run / "accepted.json", "articles") == [f"a{number}" for number in range(11)]


@pytest.mark.parametrize(
    "document",
    [
        b'{"a":' * 100_000,
        b'{"a":[' * 100_000,
        b'{"a":"' + b"\\" * 1_000_000,
        b"{" + b'"a":[{}],' * 200_000 + b'"b":1}',
        b"{" + b'"a":{"b":{"c":[{"title":"t","url":"u"}],"title":"x","text":"y"}},' * 20_000 + b'"b":1}',
        b"{" + b'"title":"T","text":"B",' * 50_000 + b'"b":[' + b'{"title":"t","url":"u"},' * 50_000 + b"{}]}",
    ],
    ids=["objects", "lists", "backslashes", "small lists", "articles", "members"],
)
def test_hostile_objects_take_no_time(document: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(InputError):
        wrapping("in.json", document, FieldMap())
    wrapped.begins_wrapping(document)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("opening", [b'{"a": {"b": "', b'{"articles": [{"title": "'])
def test_a_text_that_is_never_closed_is_passed_once_whatever_quotes_are_in_it(opening: bytes) -> None:
    document = opening + b'\\"' * 50_000
    began = time.process_time()
    assert wrapping("answer.json", document, FieldMap()) is None
    assert time.process_time() - began < 2
