"""Trains the line model of copydesk on a corpus and writes its weights.

usage: python training/train_lines.py CORPUS_DIR [--html] [--out FILE] [--only-measure]

Publishers are never on both sides: linear models are stacked out of fold, forests are measured out of fold, and the scale
that turns log-odds into scores is measured on publishers that it was not made from.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import scipy.sparse
from catboost import CatBoostClassifier, Pool
from sklearn.linear_model import LogisticRegression

import corpus as corpora
import figures
from copydesk.furniture import features, model, ngrams, siblings
from copydesk.furniture.characters import Floats
from copydesk.furniture.forest import Forest
from copydesk.furniture.judge import chunks, dom_names

GROUPS = {
    "navigation": 1, "social": 1, "related_link": 2, "read_more": 2, "photo_credit/caption": 3, "byline": 4, "date/time": 4,
    "newsletter": 5, "paywall": 5, "advert": 5, "cookie": 5, "copyright": 5, "comment": 6,
}  # fmt: skip
"""Kinds of furniture that have a linear model of their own beside the one for all."""
HEADS = 1 + max(GROUPS.values())
FOLDS = 5
CONTEXTS = 2
"""Records of a page in which a line is trained on: extractors that share text would weigh too much."""
LEFT_OUT = ("_of_paragraphs",)
"""Features that describe the article rather than the line: forests learn publishers by heart with them."""

SETTINGS = {
    "iterations": 300, "depth": 6, "learning_rate": 0.1, "l2_leaf_reg": 8, "rsm": 0.3, "border_count": 64,
    "random_strength": 1, "bootstrap_type": "Bernoulli", "subsample": 0.7, "thread_count": 2, "verbose": 0,
    "allow_writing_files": False,
}  # fmt: skip
SEEDS = (0,)


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


def observe(corpus: corpora.Corpus, rarities: npt.NDArray[np.uint8]) -> Table:
    """The features of all lines, by the code that also runs in copydesk."""
    values, read, candidate, document, owners, buckets = [], [], [], [], [], []
    names: tuple[str, ...] = ()
    documents = 0
    for begin, end in chunks(corpus.lines):
        seen = features.observe(corpus.lines[begin:end], corpus.articles, rarities)
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


def forest(values: Floats, truth: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]) -> Forest:
    """The mean of one forest for each seed."""
    parts = []
    pool = Pool(values, truth.astype(int), weight=weight)
    for seed in SEEDS:
        fit = CatBoostClassifier(**SETTINGS, random_seed=seed).fit(pool)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "forest.json")
            fit.save_model(str(path), format="json")
            parts.append(json.loads(path.read_text()))
    return joined(parts)


def joined(parts: list[dict[str, object]]) -> Forest:
    """CatBoost's JSON of one or more forests as arrays."""
    levels = SETTINGS["depth"]
    number: dict[tuple[int, float], int] = {}
    trees, leaves, bias = [], [], 0.0
    for part in parts:
        scale, offset = part["scale_and_bias"][0], part["scale_and_bias"][1][0]
        bias += offset / len(parts)
        for tree in part["oblivious_trees"]:
            asked = [(split["float_feature_index"], split["border"]) for split in tree["splits"] or ()]
            values = np.array(tree["leaf_values"]) * scale / len(parts)
            values = np.tile(values, 1 << (levels - len(asked)))
            asked += [(0, float("inf"))] * (levels - len(asked))
            trees.append([number.setdefault(question, len(number)) for question in asked])
            leaves.append(values)
    return Forest(
        np.array([feature for feature, _ in number], np.int16),
        np.array([border for _, border in number], np.float32),
        np.array(trees, np.uint16),
        np.array(leaves, np.float32),
        bias,
    )


def rows_to_train(table: Table) -> npt.NDArray[np.int64]:
    """Every line in a few of the records that hold it."""
    place = table.truth.select(pl.int_range(pl.len()).shuffle(seed=1).over("page_id", "text"))["literal"].to_numpy()
    return np.flatnonzero(table.read & ~table.truth["open"].to_numpy() & (place < CONTEXTS))


def measure(
    name: str, table: Table, said: npt.NDArray[np.float32], extra: tuple[tuple[str, ...], list[Floats]] | None
) -> model.Judgement:
    """Prints the figures of one kind of evidence and returns its forest, trained on everything.

    ``extra`` are further columns, in one or more versions: lines are trained on in each of them and measured in the first.
    """
    furniture = table.truth["furniture"].to_numpy()
    weight = 1 / np.sqrt(table.truth.select(pl.len().over("page_id", "text"))["len"].to_numpy())
    train = rows_to_train(table)
    out = np.full(len(furniture), -99.0)
    seen = features.Observed(table.names, table.values, table.read, table.candidate, table.document, None)
    versions = extra[1] if extra else [None]
    has = ~np.isnan(versions[0]).all(axis=1) if extra else np.ones(len(furniture), np.bool_)
    judgeable = table.candidate & has
    if extra and "sibling_inside" in extra[0]:  # as in `judge`
        judgeable |= table.read & (versions[0][:, extra[0].index("sibling_inside")] < 0.5)
    final: model.Judgement | None = None
    for held in [*range(FOLDS), FOLDS]:
        names, wording = features.wording(seen, said[held])
        names = table.names + names
        keep = [index for index, column in enumerate(names) if not column.endswith(LEFT_OUT)]
        base = np.concatenate([table.values, wording], axis=1)[:, keep]
        tables = [base if version is None else np.concatenate([base, version], axis=1) for version in versions]
        parts, labels, weights = [], [], []
        for part in tables:
            rows = (
                train[(table.fold[train] != held) & ~np.isnan(part[train][:, base.shape[1] :]).all(axis=1)]
                if extra
                else (train[table.fold[train] != held])
            )
            parts.append(part[rows])
            labels.append(furniture[rows])
            weights.append(weight[rows])
        grown = forest(np.concatenate(parts), np.concatenate(labels), np.concatenate(weights))
        if held < FOLDS:
            judged = np.flatnonzero((table.fold == held) & judgeable)
            out[judged] = grown.log_odds(tables[0][judged])
        else:
            scale = _scale(out[has], table.truth.filter(has))
            columns = tuple(names[index] for index in keep) + (extra[0] if extra else ())
            final = model.Judgement(columns, grown, scale.odds.astype(np.float32), scale.scores.astype(np.float32))
    print("\n".join(figures.table(name, out[has], table.truth.filter(has), table.fold[has])), flush=True)
    assert final is not None
    return final


def _scale(log_odds: npt.NDArray[np.float64], truth: pl.DataFrame) -> figures.Scale:
    lines = figures.counted(truth, real=True)
    return figures.scale(log_odds[lines], truth["furniture"].to_numpy()[lines])


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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--html", action="store_true", help="also train on the features of the pages' HTML")
    arguments.add_argument("--out", type=Path, default=model.FILE)
    given = arguments.parse_args()
    corpus = corpora.read(given.corpus)
    rarities = corpora.rarities(given.corpus)
    table = observe(corpus, rarities)
    print(
        f"{corpus.lines.height} lines, {len(table.names)} features, {table.candidate.mean():.2f} candidates", flush=True
    )
    said = stacked(table)
    variants = {"text": measure("text", table, said, None)}
    known = sibling_versions(corpus)
    variants["text+siblings"] = measure("text+siblings", table, said, (siblings.NAMES, known))
    if given.html:
        from copydesk.furniture.dom import dom_features

        page = dom_features(corpora.pages(given.corpus, corpus.articles), corpus.lines)
        names = dom_names(page.shape[1])
        variants["text+dom"] = measure("text+dom", table, said, (names, [page]))
        both = [np.where(np.isnan(page).all(axis=1)[:, None], np.nan, np.hstack([page, version])) for version in known]
        variants["text+dom+siblings"] = measure("text+dom+siblings", table, said, ((*names, *siblings.NAMES), both))
    usable = np.flatnonzero(table.read & ~table.truth["open"].to_numpy())
    unique = table.truth[usable.tolist()].select(pl.struct("page_id", "text").is_first_distinct())["page_id"].to_numpy()
    weights, bias = linear(table, usable[unique])
    arrays = model.pack(model.Model(rarities, weights, bias, variants, {"lines": corpus.lines.height}))
    np.savez_compressed(given.out, **arrays)
    print(f"{given.out}: {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
