"""Trains the line model of copydesk on a corpus and writes its weights.

usage: python training/train_lines.py CORPUS_DIR [--html] [--learned FILE] [--out FILE] [--scores FILE]

Publishers are never on both sides: linear models are stacked out of fold, forests are measured out of fold, and the scale
that turns log-odds into scores is measured on publishers that it was not made from.
"""

import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import scipy.sparse
from sklearn.linear_model import LogisticRegression

import corpus as corpora
import figures
import forests
from copydesk import vocabulary
from copydesk.furniture import features, model, ngrams, page_evidence, siblings
from copydesk.furniture.characters import Bools, Floats
from copydesk.furniture.dom import dom_features
from copydesk.furniture.judge import chunks, suspected
from copydesk.furniture.lexicon import Lexicon, lexicon
from copydesk.vocabulary import Phrase

GROUPS = {
    "navigation": 1, "social": 1, "related_link": 2, "read_more": 2, "photo_credit/caption": 3, "byline": 4, "date/time": 4,
    "newsletter": 5, "paywall": 5, "advert": 5, "cookie": 5, "copyright": 5, "comment": 6,
}  # fmt: skip
"""Kinds of furniture that have a linear model of their own beside the one for all."""
HEADS = 1 + max(GROUPS.values())
FOLDS = 5
CONTEXTS = 2
"""Records of a page in which a line is trained on, by real extractors and by the naive one each: extractors that share text
would weigh too much."""
LEFT_OUT = ("_of_paragraphs",)
"""Features that describe the article rather than the line: forests learn publishers by heart with them."""

REAL = 1.5
"""Weight of a line in a record of a real extractor: they are fewer and harder."""


@dataclass
class Table:
    """Everything known of the lines: features, the linear models' input, labels."""

    names: tuple[str, ...]
    values: Floats
    read: npt.NDArray[np.bool_]
    candidate: npt.NDArray[np.bool_]
    document: npt.NDArray[np.int64]
    runs: scipy.sparse.csr_matrix
    truth: pl.DataFrame
    fold: npt.NDArray[np.int64]


def observe(corpus: corpora.Corpus, rarities: npt.NDArray[np.uint8], known: Lexicon) -> Table:
    """The features of all lines, by the code that also runs in copydesk."""
    values, read, candidate, document, owners, buckets = [], [], [], [], [], []
    names: tuple[str, ...] = ()
    documents = 0
    for begin, end in chunks(corpus.lines):
        seen = features.observe(corpus.lines[begin:end], corpus.articles, rarities, known)
        names = seen.names
        values.append(seen.values)
        read.append(seen.read)
        candidate.append(seen.candidate)
        document.append(seen.document + documents)
        documents = int(document[-1][-1]) + 1
        for owner, bucket in ngrams.buckets(seen.text, np.flatnonzero(seen.read)):
            owners.append(owner + begin)
            buckets.append(bucket)
    shape = (corpus.lines.height, 1 << ngrams.BITS)
    at = (np.concatenate(owners), np.concatenate(buckets))
    runs = scipy.sparse.csr_matrix((np.ones(len(at[0]), np.float32), at), shape=shape)
    runs.sum_duplicates()
    size = np.maximum(np.asarray(runs.sum(axis=1)).ravel(), 1)
    runs = (scipy.sparse.diags((1 / np.sqrt(size)).astype(np.float32)) @ runs).tocsr()
    return Table(
        names, np.concatenate(values), np.concatenate(read), np.concatenate(candidate), np.concatenate(document), runs,
        corpus.truth, corpora.folds(corpus.truth, FOLDS),
    )  # fmt: skip


def linear(table: Table, chosen: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Weights (buckets × heads) and bias of the linear models over runs of characters."""
    kind = _groups(table.truth)[chosen]
    # lines of real extractors are fewer and harder
    weight = np.where(table.truth["real"].to_numpy()[chosen], 2.0, 1.0)
    weights, bias = [], []
    for head in range(HEADS):
        fit = LogisticRegression(C=3.0, solver="liblinear", tol=1e-2, max_iter=200)
        fit.fit(table.runs[chosen], kind > 0 if head == 0 else kind == head, sample_weight=weight)
        weights.append(fit.coef_[0])
        bias.append(fit.intercept_[0])
    return np.array(weights, np.float32).T, np.array(bias, np.float32)


def _groups(truth: pl.DataFrame) -> npt.NDArray[np.int64]:
    group = truth.select(
        pl.when("furniture").then(pl.col("kind").replace_strict(GROUPS, default=0)).otherwise(0).alias("kind")
    )
    return group["kind"].to_numpy().astype(np.int64)


def stacked(table: Table) -> npt.NDArray[np.float32]:
    """folds × lines × heads: what linear models say that saw neither the line's fold nor the fold that is held out."""
    usable = table.truth.with_row_index("index").filter(~pl.col("open") & pl.Series(table.read))
    # the record of a real extractor comes first: it is the harder case
    unique = usable.sort("real", "index", descending=[True, False]).unique(
        ["page_id", "text"], keep="first", maintain_order=True
    )
    lines = np.sort(unique["index"].to_numpy().astype(np.int64))
    said = np.full((FOLDS + 1, len(table.fold), HEADS), np.nan, np.float32)
    for a in range(FOLDS):
        for b in range(a, FOLDS):
            own = table.fold[lines]
            weights, bias = linear(table, lines[(own != a) & (own != b)])
            for held, judged in {(a, b), (b, a)}:
                rows = np.flatnonzero((table.fold == judged) & table.read)
                said[held, rows] = table.runs[rows] @ weights + bias
                if held == judged:
                    said[FOLDS, rows] = said[held, rows]
    return said


@dataclass
class Evidence:
    """What is known of lines beside their text: ``names`` of further columns and ``versions`` of them (what siblings show when
    all are known and when some are): lines are trained on in each version and measured in the first. ``has`` marks the
    lines that have this evidence, ``suspected`` those that are judged whatever their text."""

    names: tuple[str, ...]
    versions: list[Floats]
    has: Bools
    suspected: Bools


def rows_to_train(table: Table, judged: Bools) -> npt.NDArray[np.int64]:
    """The lines that are read or judged, in a few of the records that hold them."""
    place = table.truth.select(pl.int_range(pl.len()).shuffle(seed=1).over("page_id", "text", "real"))[
        "literal"
    ].to_numpy()
    return np.flatnonzero((table.read | judged) & ~table.truth["open"].to_numpy() & (place < CONTEXTS))


def line_weights(truth: pl.DataFrame) -> npt.NDArray[np.float64]:
    """A line that many records of a page hold counts more than one, but not as much as so many lines."""
    held = truth.select(pl.len().over("page_id", "text"))["len"].to_numpy()
    weights: npt.NDArray[np.float64] = np.where(truth["real"].to_numpy(), REAL, 1.0) / np.sqrt(held)
    return weights


def measure(
    name: str, table: Table, asked: Table, said: npt.NDArray[np.float32], evidence: Evidence
) -> tuple[model.Judgement, npt.NDArray[np.float64]]:
    """Prints the figures of one kind of evidence; returns its forest, trained on everything, and the scores out of fold.

    Forests are grown on ``table`` and asked with the features of ``asked``, of the same lines.
    """
    furniture = table.truth["furniture"].to_numpy()
    weight = line_weights(table.truth)
    has = evidence.has
    train = rows_to_train(table, (table.candidate | evidence.suspected) & has)
    train = train[has[train]]
    judgeable = (asked.candidate | evidence.suspected) & has
    out = np.full(len(furniture), -99.0)
    for held in [*range(FOLDS), FOLDS]:
        names, text = seen(table, said[held])
        rows = train[table.fold[train] != held]
        # in a version without evidence a line would teach the forest to do without
        parts = [
            rows[~np.isnan(version[rows]).all(axis=1)] if evidence.names else rows for version in evidence.versions
        ]
        every = np.concatenate(parts)
        values = np.concatenate(
            [np.hstack([text[part], version[part]]) for part, version in zip(parts, evidence.versions, strict=True)]
        )
        grown = forests.forest(values, furniture[every], weight[every])
        if held < FOLDS:
            judged = np.flatnonzero((table.fold == held) & judgeable)
            out[judged] = grown.log_odds(np.hstack([seen(asked, said[held])[1][judged], evidence.versions[0][judged]]))
    truth, fold = table.truth.filter(has), table.fold[has]
    print("\n".join(figures.table(name, out[has], truth, fold)), flush=True)
    lines = figures.counted(truth, real=True)
    scale = figures.scale(out[has][lines], furniture[has][lines])
    scores = np.full(len(out), np.nan)
    scores[has] = figures.nested(out[has], truth, fold)
    scores[~judgeable] = np.nan
    used, small = forests.pruned(grown, names + evidence.names)
    return model.Judgement(used, small, scale.odds.astype(np.float32), scale.scores.astype(np.float32)), scores


def seen(table: Table, said: npt.NDArray[np.float32]) -> tuple[tuple[str, ...], Floats]:
    """What a forest sees of the lines of ``table`` and of what linear models ``said`` of them: names and values."""
    observed = features.Observed(table.names, table.values, table.read, table.candidate, table.document, None)
    spoken, wording = features.wording(observed, said)
    names = table.names + spoken
    keep = [index for index, column in enumerate(names) if not column.endswith(LEFT_OUT)]
    return tuple(names[index] for index in keep), np.concatenate([table.values, wording], axis=1)[:, keep]


def sibling_versions(corpus: corpora.Corpus) -> list[Floats]:
    """What siblings show when all records of a page are known, and when only some are."""
    random = np.random.default_rng(0).integers(0, 4, corpus.articles.height)
    page, body = corpus.articles["original_url"], corpus.articles["body"]
    apart = page + "?part=" + pl.Series(random).cast(pl.String)
    versions = []
    for addresses in (page, apart):
        urls = addresses.hash()
        versions.append(siblings.siblings(corpus.lines, urls, body, siblings.shared_texts(urls, body)))
    return versions


def evidences(table: Table, beside: list[Floats], dom: Floats | None) -> dict[str, Evidence]:
    """The evidence of each variant of the model."""
    count = len(table.fold)
    every, none = np.ones(count, np.bool_), np.zeros(count, np.bool_)
    shared = ~np.isnan(beside[0]).all(axis=1)
    lacked = suspected({"+dom": None, "+siblings": beside[0]}, count)
    found = {
        "text": Evidence((), [np.zeros((count, 0), np.float32)], every, none),
        "text+siblings": Evidence(siblings.NAMES, beside, shared, lacked),
    }
    if dom is not None:
        has = page_evidence.known(dom)
        page = page_evidence.evidence(dom, table.document)
        found["text+dom"] = Evidence(page_evidence.NAMES, [page], has, has)
    return found


def phrases(file: Path) -> tuple[Phrase, ...]:
    """The phrases of a vocabulary file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Phrase(row["language"], row["phrase"], row["kind"], row["match"], row["risk"])
            for row in csv.DictReader(lines)
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--html", action="store_true", help="also train on the features of the pages' HTML")
    arguments.add_argument(
        "--learned",
        type=Path,
        help="a residue.csv with whose phrases forests are grown (default: those that ship, as lines are judged)",
    )
    arguments.add_argument("--out", type=Path, default=model.FILE)
    arguments.add_argument("--scores", type=Path, help="write the scores of all lines, each out of fold, as Parquet")
    given = arguments.parse_args()
    corpus = corpora.read(given.corpus)
    rarities = corpora.rarities(given.corpus)
    known = lexicon(vocabulary.phrases())
    table = asked = observe(corpus, rarities, known)
    if given.learned:
        table = observe(corpus, rarities, lexicon(phrases(given.learned)))
    print(
        f"{corpus.lines.height} lines, {len(table.names)} features, {table.candidate.mean():.2f} candidates", flush=True
    )
    said = stacked(table)
    dom = dom_features(corpora.pages(given.corpus, corpus.articles), corpus.lines) if given.html else None
    variants, scores = {}, []
    for name, evidence in evidences(table, sibling_versions(corpus), dom).items():
        variants[name], own = measure(name, table, asked, said, evidence)
        line = corpus.truth.select("article_id", "line_no", pl.lit(name).alias("variant"), pl.Series("score", own))
        scores.append(line.filter(pl.col("score").is_not_nan()))
    if given.scores:
        pl.concat(scores).write_parquet(given.scores)
    usable = np.flatnonzero(table.read & ~table.truth["open"].to_numpy())
    unique = table.truth[usable.tolist()].select(pl.struct("page_id", "text").is_first_distinct())["page_id"].to_numpy()
    weights, bias = linear(table, usable[unique])
    arrays = model.pack(model.Model(rarities, known, weights, bias, variants, {"lines": corpus.lines.height}))
    np.savez_compressed(given.out, **arrays)
    print(f"{given.out}: {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
