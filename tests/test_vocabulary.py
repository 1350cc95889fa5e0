"""A contract adds words of its own, and no other contract sees them."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from conftest import TEXT, Finished, record, write_jsonl
from copydesk import api
from copydesk import contract as contracts
from copydesk.errors import ContractError
from copydesk.furniture.lexicon import KINDS
from copydesk.rules.base import asked
from copydesk.vocabulary import (
    agencies,
    byline_words,
    current,
    default,
    function_words,
    months,
    page_phrases,
    phrases,
    title_words,
    url_words,
    using,
)
from copydesk.vocabulary.files import FILES

Check = Callable[..., Finished]
RESIDUE = "language,phrase,kind,match,risk\n"
AGENCIES = "id,name,country,languages,website,bylines,signatures,ambiguity,note\n"


def contract(tmp_path: Path, **files: str) -> Path:
    """A contract that names one vocabulary file of each kind given."""
    lines = ["contract: x", "vocabulary:"]
    for kind, text in files.items():
        (tmp_path / f"my-{kind}.csv").write_text(text, encoding="utf-8")
        lines.append(f"  {kind}: [my-{kind}.csv]")
    (tmp_path / "c.yaml").write_text("\n".join(lines) + "\n")
    return tmp_path / "c.yaml"


def test_phrases_agencies_and_byline_words_of_ones_own_are_used(check: Check, tmp_path: Path) -> None:
    path = contract(
        tmp_path,
        residue=RESIDUE + "en,From our attic:,related-link,prefix,low\n",
        agencies=AGENCIES + "quill,Quill Wire,XX,en,quill.example,QUILL;Quill Wire,,low,\n",
        bylines="kind,language,phrase\nprefix,en,Penned:\n",
        months="language,month,name\nxx,6,brumax\n",
    )
    entry = record(
        authors=["Penned: Ana Lindqvist", "QUILL"],
        date="14 brumax 2025",
        text=f"{TEXT}\nFrom our attic: The old mill",
    )
    source = write_jsonl(tmp_path / "in.jsonl", [entry])
    done = check(source, "-c", path, out=tmp_path / "with")
    assert done.rules() == {"related-link", "byline-prefix", "date-written-out"}
    assert done.articles["agency"].to_list() == ["quill"]
    assert check(source, out=tmp_path / "without").rules() == {"date-unparseable"}


def test_what_ships_can_be_switched_off_and_replaced(check: Check, tmp_path: Path) -> None:
    path = contract(
        tmp_path,
        residue=RESIDUE + "en,related article:,related-link,off,\nen,Related article,related-link,off,\n",
        agencies=AGENCIES + "afp,,,,,,,off,\ndpa,Desk Press,,,,Desk Press,,low,ours\n",
        bylines="kind,language,phrase\noff,en,By\n",
    )
    vocabulary = contracts.read(path).vocabulary
    with using(vocabulary):
        assert "afp" not in {agency.id for agency in agencies()}
        assert [agency.name for agency in agencies() if agency.id == "dpa"] == ["Desk Press"]
        assert "By" not in byline_words("prefix")
        assert not {phrase.text for phrase in phrases("related-link")} & {"Related article:", "Related article"}
    source = write_jsonl(tmp_path / "in.jsonl", [record(text=f"{TEXT}\nRelated article: The old mill")])
    assert "related-link" not in check(source, "-c", path, out=tmp_path / "with").rules()
    assert "related-link" in check(source, out=tmp_path / "without").rules()


def test_what_is_switched_off_by_its_kind_is_out_in_every_kind(tmp_path: Path) -> None:
    path = contract(
        tmp_path,
        titles="kind,language,phrase\noff,en,News\nsection,en,Tides\n",
        urls="kind,match,text\noff,prefix,UTM_\n",
        pages="language,phrase,kind,strength\nen,Page not found,off,\n",
        languages="language,words\nis,off\n",
    )
    assert "News" in title_words("outlet")
    assert "News" in title_words("section")
    assert "utm_" in url_words("tracking")
    assert "Page not found" in page_phrases("gone")
    assert "is" in function_words()
    with using(contracts.read(path).vocabulary):
        assert "News" not in title_words("outlet") + title_words("section")
        assert title_words("section")[0] == "Tides"
        assert "utm_" not in url_words("tracking")
        assert "Page not found" not in page_phrases("gone")
        assert "is" not in function_words()


def test_a_row_of_ones_own_replaces_the_one_of_its_kind_only(tmp_path: Path) -> None:
    before = title_words("outlet"), title_words("section")
    with using(contracts.read(contract(tmp_path, titles="kind,language,phrase\nsection,en,news\n")).vocabulary):
        assert title_words("outlet") == before[0]
        assert title_words("section") == ("news", *(word for word in before[1] if word.casefold() != "news"))


def test_two_contracts_do_not_see_each_others_words(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        contract(tmp_path / name, residue=RESIDUE + f"en,Attic {name}:,related-link,prefix,low\n")
    frame = pl.DataFrame(
        [record(id=name, text=f"{TEXT}\nAttic {name}: The old mill") for name in ("one", "two", "three")]
    )

    def bad(name: str) -> list[str]:
        return list(api.split(frame, tmp_path / name / "c.yaml")[1]["id"])

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(bad, ["one", "two"] * 3)) == [["one"], ["two"]] * 3
    assert api.split(frame)[1].is_empty()
    assert current() is default()


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("residue", "phrase,kind\nx,y\n", "my-residue.csv:1: the columns must be language,phrase,kind,match,risk"),
        (
            "residue",
            RESIDUE + "en,x,related-link,prefix,low\nen,y,related-link,prefix\n",
            ":3: the row has more or fewer",
        ),
        ("residue", RESIDUE + "en,x,related-link,begins,low\n", ":2: match is 'begins'; it must be prefix, line"),
        ("residue", RESIDUE + "en, ,related-link,prefix,low\n", ":2: phrase is empty"),
        ("residue", RESIDUE + "en,(x,related-link,regex,low\n", ":2: '(x' is not a regular expression"),
        ("residue", RESIDUE + "en,(?<=x)y,related-link,regex,low\n", ":2: '(?<=x)y' cannot be matched in linear time"),
        ("residue", RESIDUE + "en,x\u2028y,related-link,begins,low\n", ":2: match is 'begins'"),
        ("residue", RESIDUE + "en,no such phrase at all,,off,\n", ":2: 'no such phrase at all' is switched off, but"),
        ("agencies", AGENCIES + "x,X,,,,; ;,X writes,low,\n", ":2: bylines is empty"),
        ("agencies", AGENCIES + "x,X,,,,X,[,low,\n", ":2: '[' is not a regular expression"),
        ("months", "language,month,name\nxx,13,thirteenth\n", ":2: month is '13'"),
        ("bylines", 'kind,language,phrase\nrole,en,"x\n', "not valid CSV"),
        (
            "residue",
            RESIDUE + "en,x,related-links,prefix,low\n",
            ":2: kind is 'related-links'; it must be advert, byline-noise",
        ),
        ("titles", "kind,language,phrase\noff,en,Quayword\n", ":2: 'Quayword' is switched off, but it is not there"),
        ("urls", "kind,match,text\noff,,home\n", ":2: match is empty"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, kind: str, text: str, says: str) -> None:
    with pytest.raises(ContractError) as error:
        contracts.read(contract(tmp_path, **{kind: text}))
    assert says in str(error.value)


def test_a_file_that_is_missing_is_named_by_the_contracts_line(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("contract: x\nvocabulary:\n  residue: [nowhere.csv]\n")
    with pytest.raises(
        ContractError, match=r"c\.yaml:3: vocabulary\.residue\.0: the vocabulary .*nowhere\.csv does not exist"
    ):
        contracts.read(tmp_path / "c.yaml")


def test_what_ships_is_what_it_would_have_to_be_if_a_user_had_written_it(tmp_path: Path) -> None:
    from copydesk.resources import shipped
    from copydesk.vocabulary import Vocabulary
    from copydesk.vocabulary.files import FILES

    empty = Vocabulary(dict.fromkeys(FILES, ()))
    read = empty.extended({kind: [shipped("checks", "vocabulary", f"{kind}.csv")] for kind in FILES})
    with using(read):
        found = (len(agencies()), len(phrases("related-link")), len(months()))
    assert found == (len(agencies()), len(phrases("related-link")), len(months()))


def test_python_that_an_expression_asks_goes_by_the_vocabulary_that_it_was_built_with(tmp_path: Path) -> None:
    ours = contracts.read(contract(tmp_path, months="language,month,name\nxx,6,brumax\n")).vocabulary

    def knows(values: pl.Series) -> pl.Series:
        return pl.Series(values.name, ["brumax" in months()] * len(values))

    with using(ours):
        expression = asked(pl.col("x"), knows)
    assert pl.LazyFrame({"x": [1, 2]}).select(expression).collect()["x"].to_list() == [True, True]
    assert "brumax" not in months()


def test_the_line_model_knows_every_kind_of_phrase() -> None:
    assert set(KINDS) == set(FILES["residue"].choices["kind"])


def test_no_phrase_counts_further_than_the_regex_engine_has_memory_for() -> None:
    """A few of `.{1,200}` make of all phrases an automaton that no longer fits: a run then takes seventeen times as long."""
    counted = {row.text: re.findall(r",([0-9]+)\}", row.text) for row in phrases() if row.match == "regex"}
    assert [phrase for phrase, ends in counted.items() if any(int(end) > 120 for end in ends)] == []
