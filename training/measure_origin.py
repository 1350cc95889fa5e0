"""Scores how the page behind a URL is recognised, and prints the tables of `docs/accuracy.md`.

usage: python training/measure_origin.py CORPUS_DIR [--warc] [--shown]

The corpus is laid out as `training/README.md` says, with its folder `html`. Its pages are served on loopback and fetched as
a run fetches them, with ``--warc`` recorded and read again from the WARC file; then every text of a page (each extractor's
and the true one) is judged against its own page, and every text of another page of the same site against it as well, as if
its URL were wrong. Drift is made: sentences are taken out of the page, its titles and its date are changed. ``--shown``
prints what was judged wrongly.
"""

import argparse
import html
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from changed_pages import reworded, teased_page, without
from copydesk.captures.capture import Capture
from copydesk.captures.recording import Recording
from copydesk.captures.warc import WarcFiles
from copydesk.origin.recognition.drift import text_drift
from copydesk.origin.recognition.fields import differences
from copydesk.origin.recognition.match import Claim, Shown
from copydesk.origin.recognition.page import Page, read_page
from copydesk.origin.recognition.story import sentences
from copydesk.origin.recognition.verdict import Verdict, judge
from copydesk.origin.web.fetch import Fetcher
from copydesk.origin.web.guard import Guard
from copydesk.press import dates

MATCHED = ("same", "same-teaser", "probably-same")
SHARES = (0.1, 0.3, 0.6)
STRANGERS = 40
"""Texts of other sites that each page is judged against."""

SEED = 4


@dataclass(frozen=True)
class Record:
    """A page as one extractor gave it (or the truth, as "gold"); ``row`` has what `differences` reads."""

    extractor: str
    claim: Claim
    row: dict[str, Any]
    recall: float | None


@dataclass
class Tally:
    """How often something was right, by any key."""

    right: Counter[str]
    all: Counter[str]

    @staticmethod
    def new() -> "Tally":
        return Tally(Counter(), Counter())

    def add(self, key: str, right: bool) -> None:
        self.all[key] += 1
        self.right[key] += right

    def lines(self) -> Iterator[str]:
        for key, count in sorted(self.all.items()):
            yield f"| {key} | {count} | {self.right[key]} | {self.right[key] / count:.3f} |"


class Site:
    """The corpus' pages on loopback, each under the number of its line in the index."""

    def __init__(self, files: list[Path]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = files[int(self.path[1:])].read_bytes()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

        loopback = (ip_network("127.0.0.0/8"),)
        self._fetcher = Fetcher(Guard(loopback), "copydesk (measures itself)", allow=loopback)

    def capture(self, number: int, url: str) -> Capture:
        """What the page answers, as if it stood at ``url``."""
        capture = self._fetcher.get(f"http://127.0.0.1:{self._server.server_port}/{number}", 30)
        return replace(capture, url=url, final_url=url)


def replayed(captures: list[Capture]) -> list[Capture]:
    """``captures`` as a WARC file gives them back that they were recorded in."""
    with TemporaryDirectory(prefix="copydesk-") as folder:
        path = Path(folder, "pages.warc.gz")
        with Recording(path) as recording:
            for capture in captures:
                recording.take(capture)
            recording.commit()
        with WarcFiles([path], Path(folder, "scratch")) as files:
            return list(files.captures([capture.url for capture in captures]))


def records(folder: Path) -> dict[str, list[Record]]:
    """The records of each page: every extractor's and the true one."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for row in pl.read_parquet(folder / "groundtruth.parquet").iter_rows(named=True):
        if row["gt_body"]:
            when = row["gt_date_iso"] or row["gt_date"]
            found[row["page_id"]].append(_record("gold", row, row["gt_title"], row["gt_authors"], when, row["gt_body"]))
    scraped = pl.read_parquet(folder / "articles.parquet").filter(pl.col("text").str.len_chars() > 0)
    for row in scraped.iter_rows(named=True):
        offered = {name: row[f"{name}_status"] != "not_offered" for name in ("title", "authors", "date")}
        title = row["title"] if offered["title"] else None
        authors = row["authors"] if offered["authors"] else None
        when = (row["date_raw"] or row["date_iso"]) if offered["date"] else None
        found[row["page_id"]].append(_record(row["extractor"], row, title, authors, when, row["text"]))
    return found


def _record(name: str, row: dict[str, Any], title: str | None, authors: Any, when: str | None, body: str) -> Record:
    url = row["url"] or f"https://{row['source_domain']}/"
    host = url.split("/")[2]
    read = dates.parse(when, row["language"]) if when else None
    fields = {
        "url_host": host, "source": row["source_domain"], "byline": "; ".join(authors or ()) or None,
        "published_at": read and read.at, "published_precision": read and read.precision,
        "published_day": dates.written_day(when, read) if when and read else None,
    }  # fmt: skip
    claim = Claim(url, host, row["source_domain"], title, body)
    return Record(name, claim, fields, row.get("body_recall"))


class Measured:
    """All figures, page by page."""

    def __init__(self, shown: bool) -> None:
        self.own, self.scripts, self.others, self.strangers, self.drift, self.kept = (Tally.new() for _ in range(6))
        self.pairs: set[tuple[str, str]] = set()
        self.false: Counter[str] = Counter()
        self.teasers: Counter[str] = Counter()
        self.cut: list[tuple[str, float | None]] = []
        self.sizes: list[int] = []
        self._shown = shown
        self._random = random.Random(SEED)  # noqa: S311 -- the same changes in every run

    def page(
        self, name: str, capture: Capture, own: list[Record], others: dict[str, list[Record]], strangers: list[Record]
    ) -> None:
        """Judges a page against its own records, those of ``others`` of the same site, and ``strangers`` of other sites."""
        page = read_page(capture)
        assert page is not None
        self.sizes.append(len(page.dump()))
        shown = Shown(page)
        for record in own:
            verdict = judge(record.claim, capture, shown)
            self._say(name, record, verdict, verdict.match in MATCHED)
            self.own.add(record.extractor, verdict.match in MATCHED)
            self.scripts.add(f"own page, {_units(record)}", verdict.match in MATCHED)
            self._unchanged(record, shown)
        for other, wrong in others.items():
            self.pairs.add((name, other))
            for record in wrong:
                verdict = judge(replace(record.claim, url=capture.url), capture, shown)
                self._say(name, record, verdict, verdict.match not in MATCHED)
                self.others.add(record.extractor, verdict.match not in MATCHED)
                self.scripts.add(f"another page, {_units(record)}", verdict.match not in MATCHED)
                self.false[verdict.match] += 1
        for record in strangers:
            verdict = judge(replace(record.claim, url=capture.url), capture, shown)
            self._say(name, record, verdict, verdict.match not in MATCHED)
            self.strangers.add("gold", verdict.match not in MATCHED)
            self.false[verdict.match] += 1
        for record in own:
            if record.extractor == "gold":
                self._changed(record, capture, page)

    def _say(self, name: str, record: Record, verdict: Verdict, right: bool) -> None:
        if self._shown and not right:
            print(name, record.extractor, verdict.match, verdict.evidence, verdict.likeness)

    def _unchanged(self, record: Record, shown: Shown) -> None:
        """Nothing may be named where nothing changed (what an extractor got wrong differs, and counts here)."""
        drift = text_drift(record.claim, shown)
        names = set(differences({**record.row}, record.claim, shown))
        for what in ("title", "date", "byline", "publisher"):
            self.kept.add(f"{what}, {'gold' if record.extractor == 'gold' else 'extractors'}", what not in names)
        changed = bool(drift.text.removed_count or drift.text.edited_count)
        self.kept.add(f"text, {'gold' if record.extractor == 'gold' else 'extractors'}", not changed)
        if drift.missing_words:
            self.cut.append((record.extractor, record.recall))

    def _changed(self, record: Record, capture: Capture, page: Page) -> None:
        """Changes the page, and looks whether exactly that is named."""
        texts = [sentence.text for sentence in sentences(record.claim.body or "", record.claim.tokens.dense)]
        before = Shown(page)
        if record.claim.title is None or len(texts) < 5 or text_drift(record.claim, before).text.removed_count:
            return
        base = set(differences(record.row, record.claim, before))
        for share in SHARES:
            gone = self._random.sample(texts, max(1, round(share * len(texts))))
            after = Shown(without(page, gone))
            verdict, drift = judge(record.claim, capture, after), text_drift(record.claim, after)
            named = drift.text.removed_count + drift.text.edited_count
            close = abs(named - len(gone)) <= max(1, 0.2 * len(gone))
            self.drift.add(f"{share:.0%} of the sentences removed: text named", bool(named))
            self.drift.add(f"{share:.0%} of the sentences removed: number right within a fifth", close)
            self.drift.add(f"{share:.0%} of the sentences removed: still recognised", verdict.match in MATCHED)
        teased = judge(record.claim, capture, Shown(teased_page(page, texts)))
        self.drift.add("page shows the beginning only: still recognised", teased.match in MATCHED)
        self.teasers[teased.match] += 1
        other = " ".join(self._random.sample(texts[-1].split(), k=len(texts[-1].split())))[:80]
        titled = Shown(replace(page, title=other, headlines=(other,)))
        names = set(differences(record.row, record.claim, titled)) - base
        self.drift.add("title changed: title named, nothing else", names == {"title"})
        self.drift.add("title changed: still recognised", judge(record.claim, capture, titled).match in MATCHED)
        worded = [reworded(title, self._random) for title in page.headlines]
        edited = Shown(replace(page, title="", headlines=tuple(worded)))
        names = set(differences(record.row, record.claim, edited)) - base
        self.drift.add("one word of the title changed: title named, nothing else", names == {"title"})
        if page.published_day is not None and page.published_at is not None and record.row["published_day"] is not None:
            days = timedelta(days=self._random.choice((-30, -7, -2, 2, 3, 9)))
            moved = replace(page, published_day=page.published_day + days, published_at=page.published_at + days)
            names = set(differences(record.row, record.claim, Shown(moved))) - base
            self.drift.add("date changed: date named, nothing else", names == {"date"})


def _units(record: Record) -> str:
    return "letters (no blanks between words)" if record.claim.tokens.dense else "words"


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--warc", action="store_true", help="record the pages and read them from the WARC file")
    arguments.add_argument("--shown", action="store_true", help="print what was judged wrongly")
    given = arguments.parse_args()
    index = pl.read_csv(given.corpus / "html" / "index.csv")
    truth = pl.read_parquet(given.corpus / "groundtruth.parquet")
    domains = dict(truth.select("page_id", "source_domain").iter_rows())
    every = records(given.corpus)
    site = Site([given.corpus / "html" / file for file in index["file"]])
    measured = Measured(given.shown)
    gold = [(name, record) for name, own in every.items() for record in own if record.extractor == "gold"]
    chance = random.Random(SEED)  # noqa: S311 -- the same texts in every run
    captures = [site.capture(number, html.unescape(url)) for number, url in enumerate(index["url"])]
    if given.warc:
        captures = replayed(captures)
    for name, capture in zip(index["page_id"], captures, strict=True):
        others = {page: every[page] for page, domain in domains.items() if domain == domains[name] and page != name}
        strangers = [record for page, record in chance.sample(gold, STRANGERS) if domains[page] != domains[name]]
        measured.page(name, capture, every[name], others, strangers)
    print(report(measured, index.height))


def report(measured: Measured, pages: int) -> str:
    """The figures as Markdown."""
    sizes = sorted(measured.sizes)
    tables = (
        (f"Own text on its own page ({pages} pages): recognised", measured.own),
        ("True text of a page of another site: told apart", measured.strangers),
        (f"Text of another page of the same site ({len(measured.pairs)} pairs of pages): told apart", measured.others),
        ("Both by what a shingle is made of", measured.scripts),
        ("Made drift, named", measured.drift),
        ("Nothing changed, nothing named", measured.kept),
    )
    lines: list[str] = []
    for title, tally in tables:
        total, right = sum(tally.all.values()), sum(tally.right.values())
        lines += [
            f"{title}: {right} of {total} ({right / max(total, 1):.4f})",
            "",
            "| | cases | right | share |",
            "|---|---|---|---|",
        ]
        lines += [*tally.lines(), ""]
    lines.append(f"Others were judged: {dict(measured.false)}; beginnings: {dict(measured.teasers)}")
    recalls = [recall for _, recall in measured.cut if recall is not None]
    lines.append(
        f"Truncated against the page: {len(measured.cut)}, by {dict(Counter(name for name, _ in measured.cut))}; "
        f"highest share of the true text among the extractors' {max(recalls, default=0):.2f}"
    )
    lines.append(
        f"Bytes of a page in the cache: median {sizes[len(sizes) // 2]}, 95 % below {sizes[int(0.95 * len(sizes))]}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
