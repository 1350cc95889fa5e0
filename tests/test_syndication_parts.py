"""Copies may be looked for in parts, as many tasks do it: what is found is the same."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import write_jsonl
from copydesk import contract as contracts
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.engines.judging import Judge
from copydesk.syndication.alignment import gaps, stretches
from copydesk.syndication.candidates import DAYS, Index, joined
from copydesk.syndication.clusters import LINK, clustered
from copydesk.syndication.comparing import Comparison, looked
from copydesk.syndication.copies import Copies
from copydesk.syndication.merging import merged
from copydesk.syndication.suspects import Suspects, standing
from copydesk.syndication.texts import distinct
from test_syndication import FIXTURE, FIXTURE_CONTRACT, article, words


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=120),
    st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 2)), min_size=31, max_size=31),
    st.integers(1, 4),
)
@settings(max_examples=80, deadline=None)
def test_runs_bring_together_the_same_texts_wherever_they_are_joined(
    held: list[tuple[int, int]], known: list[tuple[int, int]], parts: int
) -> None:
    days, sources = np.array(sorted(known)).T  # rows are in the order of their days
    hashes, rows = np.array(held, dtype=np.int64).reshape(-1, 2).T
    pairs: Counter[tuple[int, int]] = Counter()
    templates: Counter[int] = Counter()
    for part in range(parts):
        here = hashes % parts == part
        found = joined(hashes[here].astype(np.uint64), rows[here], days, sources)
        pairs.update(zip(found.first.tolist(), found.second.tolist(), strict=True))
        templates.update(found.rows[found.templates].tolist())
    whole = joined(hashes.astype(np.uint64), rows, days, sources)
    assert pairs == Counter(zip(whole.first.tolist(), whole.second.tolist(), strict=True))
    assert templates == Counter(whole.rows[whole.templates].tolist())
    assert all(one < other and abs(days[one] - days[other]) <= DAYS for one, other in pairs)


@given(
    st.lists(st.integers(0, 12), max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=20),
    st.integers(1, 9),
)
@settings(max_examples=80, deadline=None)
def test_parts_hold_all_that_may_be_copies_and_what_belongs_together_once(
    found: list[int], linked: list[tuple[int, int]], size: int
) -> None:
    keys = sorted(found)
    texts = pl.DataFrame(
        {"record": range(len(keys)), "text": keys, "row": np.unique(keys, return_inverse=True)[1].astype(np.int64)},
        schema={"record": pl.Int64(), "text": pl.UInt64(), "row": pl.Int64()},
    )
    rows = texts["row"].n_unique()
    pairs = np.unique(
        [sorted(pair) for pair in linked if max(pair) < rows and pair[0] != pair[1]] or np.zeros((0, 2)), axis=0
    )
    suspects = Suspects.of(texts, *pairs.astype(np.int64).T)
    parts = list(suspects.parts(size))
    assert (
        sorted(record for part in parts for record in part.texts["record"])
        == suspects.wanted()["record"].sort().to_list()
    )
    again = [
        (part.texts.filter(pl.col("row") == one)["text"][0], part.texts.filter(pl.col("row") == other)["text"][0])
        for part in parts
        for one, other in part.pairs.tolist()
    ]
    names = texts.unique("row", keep="first", maintain_order=True)["text"].to_list()
    assert sorted(again) == sorted((names[one], names[other]) for one, other in suspects.pairs.tolist())
    assert sum(part.texts["text"].n_unique() for part in parts) == suspects.wanted()["text"].n_unique()


def test_parts_say_together_what_a_comparison_of_all_says(tmp_path: Path) -> None:
    stories = [
        article(f"{site}{number}", words(number, 4)[: 3 + (site == "b")], site) for site in "abc" for number in range(9)
    ]
    lines = [json.loads(line) for line in FIXTURE.read_text(encoding="utf-8").splitlines()]
    contract = contracts.read(FIXTURE_CONTRACT)
    judge = Judge(contract, datetime(2025, 6, 20, tzinfo=UTC))
    source = write_jsonl(tmp_path / "in.jsonl", [*stories[:15], *lines, *stories[15:]])
    with reading(Input(source, "in"), FieldMap(contract.fields)) as (_, read):
        [batch] = read.batches
    scraped = batch.scraped.with_columns(pl.Series("record", batch.numbers, pl.Int64()))
    *_, sketched, samples = judge.note(scraped)
    index = Index(tmp_path)
    index.add(samples)
    texts = distinct(sketched.lazy())
    suspects = Suspects.of(texts, *index.pairs(standing(texts)))
    credited = judge.credit(scraped)

    def compared(name: str, suspects: Suspects) -> Copies:
        (tmp_path / name).mkdir()
        comparison = Comparison(tmp_path / name, suspects)
        comparison.look(looked(credited.filter(pl.col("record").is_in(comparison.wanted.implode()))))
        return comparison.copies()

    whole = compared("whole", suspects)
    parts = [compared(str(number), part) for number, part in enumerate(suspects.parts(3))]
    together = merged(parts, texts, tmp_path / "together")
    assert whole.counts()["clusters"] == 11
    assert len(parts) > 5
    assert together.counts() == whole.counts()
    assert pl.read_parquet(together.table).equals(pl.read_parquet(whole.table))
    one, other = (pl.read_parquet(copies.facts).drop("start") for copies in (whole, together))
    assert one.equals(other.drop("part"))


WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


@given(WORDS, WORDS, WORDS, st.integers(1, 4))
def test_what_parts_two_texts_lies_between_words_that_are_the_same(
    one: list[str], same: list[str], two: list[str], run: int
) -> None:
    mine, other = one + same + two, two + same + one
    last = (-1, -1)
    for before, after in gaps(stretches(mine, other, run)):
        assert last <= before
        assert all(first < second for first, second in zip(before, after, strict=True))
        assert after != (before[0] + 1, before[1] + 1)  # else nothing would stand between them
        for here, there in (before, after):
            assert mine[here] == other[there]
        last = after


def test_stretches_that_are_the_same_are_found_whole() -> None:
    mine, other = list("abcdXefghYZijkl"), list("abcdefghWijkl")
    assert list(gaps(stretches(mine, other, 4))) == [((3, 3), (5, 4)), ((8, 7), (11, 9))]
    assert list(gaps(stretches(mine, mine, 4))) == []
    assert list(gaps(stretches(mine, list("zyxwv"), 4))) == []
    assert list(gaps(stretches(list("ab"), list("ab"), 4))) == []
    assert (
        list(gaps(stretches(list("abcdXefgh"), list("efghXabcd"), 4))) == []
    )  # one of the two stretches, for they change places


@pytest.mark.parametrize(("shared", "clusters"), [(0.0, [0, 0, 2, 3, 3]), (0.4, [0, 0, 0, 3, 3])])
def test_a_digest_that_is_mostly_one_story_takes_no_other(shared: float, clusters: list[int]) -> None:
    """Row 0 is a digest, or a long story; row 1 shares most of it, row 2 is short and in it, 3 and 4 are a story of their own."""
    found = np.array([(0, 1, 0.9, 0.5), (0, 2, 1.0, 0.2), (3, 4, 1.0, 0.9)], LINK)
    sizes = np.array([700, 350, 140, 200, 190])
    assert clustered(found, sizes, lambda one, other: shared).tolist() == clusters
