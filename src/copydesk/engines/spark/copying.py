"""Finds the copies among the articles of a run on Spark, seen from the driver.

    job      each task reads                     and leaves                         for
    look     its share                           sketches and samples of texts      the driver, the join
    pairs    samples, shuffled by their hashes   pairs that share sampled runs      the driver
    credit   its share                           articles that may be copies        the tasks that compare
    compare  of all shares one part of these     clusters, facts, texts             the driver, the tasks that judge
    judge    its share, what its members hear    its part of the run

In between the driver has a few numbers of each text in memory, some 70 bytes: which texts are equal, which stand for others, and
whether a pair shares enough of its samples to be looked at. What hangs together by such pairs is compared by one task, and no
cluster reaches further: so pairs are verified, clusters made and members told of by the code and in the order of one machine, and
all that is left is to number the clusters and to hand every share what its members hear. Tasks that are tried again leave
another folder; the driver knows those of the attempts that Spark calls successful.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import polars as pl

from copydesk.engines.spark.asking import Asker
from copydesk.engines.spark.bands import Looked, pairs
from copydesk.engines.spark.comparing import SAID
from copydesk.syndication.copies import Copies
from copydesk.syndication.merging import merged
from copydesk.syndication.suspects import Suspects, standing
from copydesk.syndication.texts import distinct

_ARTICLE: Final = 4_096
"""Bytes of an article: as many of them are compared by one task as another reads of the input."""


def find(asker: Asker, looked: Looked, folder: Path, size: int) -> Copies:
    """The copies of a run, in files below ``folder``, which must not be there; from now on tasks that judge hear of them.

    ``size`` is how many bytes of input one task gets; what is found does not depend on it.
    """
    texts = _texts(asker, looked)
    suspects = Suspects.of(texts, *pairs(asker, looked, standing(texts)))
    parts = list(suspects.parts(max(1, size // _ARTICLE)))
    compared = _compared(asker, looked, parts)
    copies = merged([_fetched(asker, place, number) for number, place in enumerate(compared)], texts, folder)
    asker.learn(handed=asker.hand("facts", _facts(copies, looked)), folders=compared)
    return copies


def _texts(asker: Asker, looked: Looked) -> pl.DataFrame:
    """The texts of the run, numbered as in all of it."""
    shares = enumerate(zip(looked.firsts, looked.folders, strict=True))
    return distinct(
        pl.concat(
            pl.scan_parquet(asker.fetched(place, "sketched.parquet", number)).with_columns(pl.col("record") + first)
            for number, (first, place) in shares
        )
    )


def _compared(asker: Asker, looked: Looked, parts: list[Suspects]) -> tuple[str, ...]:
    """The folders with what tasks say of each of ``parts``."""
    if not parts:
        return ()
    of = [part.texts.select("record", pl.lit(number, pl.Int64()).alias("part")) for number, part in enumerate(parts)]
    shares = dict(looked.sliced(pl.concat(of).sort("record")))
    asked = [number for number, own in shares.items() if own.height]
    handed = asker.hand("wanted", ((f"{number:06}", shares[number]) for number in asked))
    credited = asker.ask("credit", looked.shares, asked, handed=handed)
    handed = asker.hand("parts", _told(parts))
    folders = tuple(credited[number]["folder"] if number in credited else "" for number in range(len(looked.shares)))
    answers = asker.ask("compare", looked.shares, range(len(parts)), handed=handed, folders=folders)
    return tuple(answers[number]["folder"] for number in range(len(parts)))


def _told(parts: list[Suspects]) -> Iterator[tuple[str, pl.DataFrame]]:
    for number, part in enumerate(parts):
        yield f"{number:06}-texts", part.texts
        yield f"{number:06}-pairs", pl.DataFrame(part.pairs, schema={"first": pl.Int64(), "second": pl.Int64()})


def _fetched(asker: Asker, place: str, number: int) -> Copies:
    """What was said of a part, on this machine; the texts stay where they are."""
    paths = [asker.fetched(place, name, number) for name in SAID]
    return Copies(paths[0].parent)


def _facts(copies: Copies, looked: Looked) -> Iterator[tuple[str, pl.DataFrame]]:
    """What the members of each share hear."""
    facts, record = pl.scan_parquet(copies.facts), pl.col("record")
    for number, (first, end) in enumerate(pairwise([*looked.firsts, None])):
        own = record >= first if end is None else record.is_between(first, end - 1)
        yield f"{number:06}", facts.filter(own).collect()
