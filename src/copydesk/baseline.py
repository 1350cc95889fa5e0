"""A baseline: the findings of an earlier run, known by now, so that only new ones quarantine and gate.

A finding is recognised by its article (the record's own id, else its URL), rule, field and evidence, so that neither the order
of records nor a line that moves makes it new. How often it stands in the baseline is how often it is known.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import polars as pl

from copydesk.encoding import SURROGATE, short_digest
from copydesk.errors import ContractError, InputError, OutputError
from copydesk.wording import first_line, plural


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A known finding and how often it is known; ``evidence`` is for people, ``fingerprint`` what is compared."""

    article: str
    rule: str
    field: str
    evidence: str
    fingerprint: str
    count: int


def fingerprint(article: str | None, rule: str, field: str, evidence: str | None) -> str:
    """What a finding is recognised by: 16 hex digits."""
    return short_digest(article, rule, field, even(evidence))


def even(evidence: str | None) -> str:
    """Evidence without what changes for no reason: blanks, line ends, how accents are composed."""
    return " ".join(unicodedata.normalize("NFC", evidence or "").split())


def read(path: Path) -> list[Entry]:
    """Reads a baseline. Raises ContractError that names file and line where it is not one."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # not splitlines(): ids may hold line separators
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: cannot read the baseline: {getattr(error, 'strerror', None) or error}") from None
    entries = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line))
        except (ValueError, TypeError) as error:
            raise ContractError(
                f"{path}:{number}: not an entry of a baseline: {error}; write it anew with `copydesk baseline`"
            ) from None
    return entries


def _entry(line: str) -> Entry:
    """The entry that a line holds. Raises ValueError or TypeError that says why it is none."""
    try:
        data = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    keys = [key.name for key in fields(Entry)]
    if not isinstance(data, dict) or sorted(data) != sorted(keys):
        raise TypeError(f"it does not hold {', '.join(keys)} and nothing else")
    entry = Entry(**data)
    *texts, count = astuple(entry)
    if not all(isinstance(text, str) and not SURROGATE.search(text) for text in texts):
        raise TypeError("all but count must be text, without lone surrogates")
    if type(count) is not int or count < 1:
        raise TypeError("count must be a whole number from 1")
    return entry


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Writes a baseline, sorted, one finding a line, at once or not at all; returns how many entries it has."""
    lines = [json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in sorted(entries)]
    aside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text("".join(lines), encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write there: {error.strerror or error}") from None
    return len(lines)


def of_run(run: Path) -> list[Entry]:
    """The findings of the run directory ``run`` as entries, known ones included."""
    if not (run / "findings.parquet").exists():
        raise InputError(f"{run}: not a run directory: there is no findings.parquet in it")
    try:
        findings = pl.scan_parquet(run / "findings.parquet").select(
            "article_key", "rule", "field", "evidence", "fingerprint"
        )
        counted = findings.group_by("fingerprint").agg(pl.all().first(), pl.len().alias("count")).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{run}: not a run directory with findings: {first_line(error)}") from None
    return [
        Entry(
            row["article_key"] or "", row["rule"], row["field"], even(row["evidence"]), row["fingerprint"], row["count"]
        )
        for row in counted.iter_rows(named=True)
    ]


def pruned(entries: Iterable[Entry], run: Path) -> list[Entry]:
    """``entries`` without those that the run, checked against them, did not find any more. Nothing is added."""
    try:
        stale = json.loads((run / "summary.json").read_text(encoding="utf-8"))["baseline"]["stale"]
        gone = Counter[str]()
        for entry in stale:
            gone[entry["fingerprint"]] += entry["count"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{run}: not a run that was checked with --baseline") from None
    left = []
    for entry in entries:
        taken = min(entry.count, gone[entry.fingerprint])  # the same finding may stand in the file twice
        gone[entry.fingerprint] -= taken
        left += [replace(entry, count=entry.count - taken)] if taken < entry.count else []
    return left


@dataclass
class Ledger:
    """What a run takes from a baseline: each entry is good for ``count`` findings.

    ``seen`` are the baseline's articles that the run has come across: of the others nothing can be said.
    """

    path: Path
    entries: Sequence[Entry]
    matched: int = 0
    seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, path: Path | None) -> "Ledger | None":
        """The ledger of the baseline ``path``, None without one. Raises ContractError like `read`."""
        return None if path is None else cls(path, read(path))

    def __post_init__(self) -> None:
        self._left = Counter[str]()
        for entry in self.entries:
            self._left[entry.fingerprint] += entry.count
        self._articles = pl.Series([entry.article for entry in self.entries], dtype=pl.String()).unique()

    def see(self, keys: pl.Series) -> None:
        """Remembers which of the baseline's articles are among ``keys``."""
        self.seen.update(keys.filter(keys.is_in(self._articles.implode())).to_list())

    def takes(self, print_: str) -> bool:
        """Whether the finding with this fingerprint is known; it is then used up once."""
        if self._left[print_] <= 0:
            return False
        self._left[print_] -= 1
        self.matched += 1
        return True

    def summary(self) -> dict[str, Any]:
        """What `summary.json` says: entries that were found no more in articles that were checked, and of how many
        articles of the baseline nothing was seen."""
        left = dict(self._left)
        stale = []
        for entry in sorted(self.entries):
            unused = min(entry.count, left[entry.fingerprint])
            left[entry.fingerprint] -= unused
            if unused and entry.article in self.seen:
                stale.append(asdict(replace(entry, count=unused)))
        absent = {entry.article for entry in self.entries} - self.seen
        return {
            "path": str(self.path),
            "entries": len(self.entries),
            "matched": self.matched,
            "stale": stale,
            "articles_not_in_this_run": len(absent),
        }


def notes(summary: Mapping[str, Any] | None, stale: Sequence[Mapping[str, str]]) -> list[str]:
    """What a person should know of a run's known findings: ``summary`` is `Ledger.summary`, ``stale`` the suppressions."""
    said = []
    if summary and summary["matched"]:
        said.append(f"{summary['matched']:,} known findings stand in the baseline {summary['path']} and do not count")
    if summary and summary["stale"]:
        first, count = summary["stale"][0], len(summary["stale"])
        said.append(
            f"{count:,} {'entry' if count == 1 else 'entries'} of the baseline {summary['path']} found no more, the first is "
            f"{first['rule']} in {first['article']}; `copydesk baseline RUN_DIR -o {summary['path']} --prune` drops them"
        )
    if stale:
        said.append(
            f"{len(stale):,} {plural(len(stale), 'suppression')} of the contract found nothing any more, the first is "
            f"{stale[0]['rule']} in {stale[0]['id']}; take it out of `suppress`"
        )
    return said


def stale_suppressions(
    suppressed: Mapping[tuple[str, str], int], wanted: Iterable[tuple[str, str]], seen: set[str]
) -> list[dict[str, str]]:
    """The contract's suppressions of articles that were ``seen`` and had no such finding; ``suppressed`` counts the hits."""
    return [
        {"id": article, "rule": rule}
        for article, rule in sorted(wanted)
        if article in seen and not suppressed.get((article, rule))
    ]
