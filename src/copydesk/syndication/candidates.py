"""Which texts of a run may share half of the shorter one: found by the runs in their samples, never by comparing all with all."""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.syndication.buckets import BUCKETS, Buckets
from copydesk.syndication.fingerprints import Flags, Numbers, Places
from copydesk.syndication.sketches import UNDATED, rates

SHARED: Final = 0.5
"""Share of the shorter text's runs that is in the other where two outlets print the same story: "same wire" of the experiment
with 3,390 real texts that `docs/syndication.md` tells of."""

REPEATED: Final = 0.8
"""The same within one source, and of the longer text too: an outlet's reports of two days share their form."""

DAYS: Final = 3
"""Days that may lie between two copies, by what their records say; one that says nothing is compared with all."""

TEMPLATE_DAYS: Final = 3
"""Different days on which a source prints a run until it is taken for its template: forecasts, market reports, appeals."""

COMMON: Final = 10_000
"""Different texts within `DAYS` that hold a run until it is taken for a phrase. Equal texts count once."""

FEWEST: Final = 2
"""Runs that two samples share at least before a pair is looked at."""

_ALL: Final = 8
"""Texts that hold a run up to which each is paired with each; in longer lists with the first and with the one before."""

_SIGMAS: Final = 3
"""Standard deviations by which a sample may fall short of `SHARED` before a pair is let go."""

_SAMPLE: Final = np.dtype([("hash", "<u8"), ("record", "<u4")])


class Index:
    """The sampled runs of a whole run, on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._samples = Buckets(folder, "samples", _SAMPLE)

    def add(self, samples: pl.DataFrame) -> None:
        """Takes the `copydesk.syndication.sketches.SAMPLES` of a batch."""
        rows = np.empty(samples.height, _SAMPLE)
        rows["hash"], rows["record"] = samples["hash"].to_numpy(), samples["record"].to_numpy()
        self._samples.put(rows, rows["hash"] % BUCKETS)

    def pairs(self, texts: pl.DataFrame) -> tuple[Places, Places]:
        """Pairs of rows of ``texts``, the first before the second, whose samples look as if they shared enough.

        ``texts``: record, units, day (days since 1970, or `UNDATED`) and source (a number, -1 for none), ordered by day.
        """
        rows = np.full(int(texts["record"].max() or 0) + 1, -1, np.int32)  # type: ignore[arg-type]
        rows[texts["record"].to_numpy()] = np.arange(texts.height, dtype=np.int32)
        days, sources, units = (texts[name].to_numpy() for name in ("day", "source", "units"))
        held = np.zeros(texts.height, np.int64)
        pairs = Buckets(self._folder, "pairs", np.uint64)
        for samples in self._samples.take():
            samples = samples[samples["record"] < len(rows)]
            found = joined(samples["hash"], rows[samples["record"]], days, sources)
            held += np.bincount(found.rows[~found.templates], minlength=len(held))
            packed = found.first.astype(np.uint64) << np.uint64(32) | found.second.astype(np.uint64)
            pairs.put(packed, found.first.astype(np.uint64) % BUCKETS)
        kept = []
        for packed in pairs.take():
            both, hits = np.unique(packed, return_counts=True)
            first, second = (both >> np.uint64(32)).astype(np.int64), (both & np.uint64(2**32 - 1)).astype(np.int64)
            enough = likely(first, second, hits, held, units, sources)
            kept.append((first[enough], second[enough]))
        first, second = (np.concatenate(part) for part in zip(*kept, strict=True))
        order = np.lexsort((second, first))
        return first[order], second[order]


class Joined(NamedTuple):
    """``first`` and ``second``: pairs of rows, a pair once for each run that brings it together; ``rows``: the rows of all runs,
    each run of a row once; ``templates``: which of them are their source's template, and bring nobody together."""

    first: Places
    second: Places
    rows: Places
    templates: Flags


def joined(hashes: Numbers, rows: npt.NDArray[np.signedinteger], days: Places, sources: Places) -> Joined:
    """What runs say that many texts hold: ``hashes`` and the ``rows`` that hold them (negative: nobody), in any order, all rows
    of each hash; ``days`` and ``sources`` by row. Which other hashes come with them changes nothing."""
    lists = _lists(hashes, rows)
    templates = _templates(lists, days, sources)
    return Joined(*_paired(lists.only(~templates), days), lists.rows, templates)


def likely(first: Places, second: Places, hits: Places, held: Places, units: Places, sources: Places) -> Flags:
    """Of which pairs enough sampled runs are shared: ``hits`` of them are. By row: ``held``, the runs in its sample, templates
    not counted, ``units`` and ``sources``."""
    rate = rates(units)
    common = np.minimum(rate[first], rate[second])
    expected = np.minimum(held[first] * common / rate[first], held[second] * common / rate[second])
    within = (sources[first] == sources[second]) & (sources[first] >= 0)
    share = np.where(within, REPEATED, SHARED)
    least = share * expected - _SIGMAS * np.sqrt(share * (1 - share) * expected)
    enough: Flags = hits >= np.maximum(FEWEST, least)
    return enough


class _Lists(NamedTuple):
    """For each run the ``rows`` of the texts that hold it, in order and once each; ``numbers`` tell the runs apart."""

    numbers: Places
    rows: Places

    def only(self, kept: Flags) -> "_Lists":
        return _Lists(self.numbers[kept], self.rows[kept])

    def sizes(self) -> Places:
        """Per entry: how many its list has."""
        return (
            np.bincount(self.numbers, minlength=int(self.numbers[-1]) + 1)[self.numbers]
            if len(self.rows)
            else self.rows
        )


def _lists(hashes: Numbers, rows: npt.NDArray[np.signedinteger]) -> _Lists:
    ordered = pl.DataFrame({"hash": hashes, "row": rows}).filter(pl.col("row") >= 0).sort("hash", "row")
    hashes, places = ordered["hash"].to_numpy(), ordered["row"].to_numpy().astype(np.int64)
    if not len(places):
        return _Lists(places, places)
    other = np.concatenate([[True], hashes[1:] != hashes[:-1]])
    once = other | (np.diff(places, prepend=-1) != 0)
    return _Lists((np.cumsum(other) - 1)[once], places[once])


def _templates(lists: _Lists, days: Places, sources: Places) -> Flags:
    """Which entries are of a source that prints their run on `TEMPLATE_DAYS` days; each undated text counts as a day."""
    flags = np.zeros(len(lists.rows), np.bool_)
    often = np.flatnonzero((lists.sizes() >= TEMPLATE_DAYS) & (sources[lists.rows] >= 0))
    if not len(often):
        return flags
    order = often[np.lexsort((sources[lists.rows[often]], lists.numbers[often]))]  # stable: days stay in order
    number, source, day = lists.numbers[order], sources[lists.rows[order]], days[lists.rows[order]]
    begins = np.concatenate([[True], (number[1:] != number[:-1]) | (source[1:] != source[:-1])])
    another = begins | (np.diff(day, prepend=-1) != 0) | (day == UNDATED)
    group = np.cumsum(begins) - 1
    flags[order] = np.bincount(group[another], minlength=group[-1] + 1)[group] >= TEMPLATE_DAYS
    return flags


def _paired(lists: _Lists, days: Places) -> tuple[Places, Places]:
    """Pairs of rows that stand in one list within `DAYS`: all of a short list, of a long one each with the first and the one
    before; linear in the lists."""
    lists = lists.only(lists.sizes() > 1)
    number, row, day = lists.numbers, lists.rows, days[lists.rows]
    short = lists.sizes() <= _ALL
    first, second = [], []
    for step in range(1, min(_ALL, len(row))):
        near = short[step:] & (number[step:] == number[:-step])
        near &= (day[step:] - day[:-step] <= DAYS) | (day[step:] == UNDATED)
        places = np.flatnonzero(near)
        first.append(row[places])
        second.append(row[places + step])
    places = np.flatnonzero(~short)
    if len(places):
        scale = 2 * UNDATED
        line = number * scale + day
        oldest = np.where(day == UNDATED, number * scale, line - DAYS)
        earliest = np.searchsorted(line, oldest[places])
        linked = (earliest < places) & (places - earliest <= COMMON)
        places, earliest = places[linked], earliest[linked]
        apart = earliest < places - 1
        first += [row[earliest], row[places[apart] - 1]]
        second += [row[places], row[places[apart]]]
    nothing = np.zeros(0, np.int64)
    return np.concatenate([nothing, *first]), np.concatenate([nothing, *second])
