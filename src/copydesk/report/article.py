"""One article as the page shows it: everything that the run's tables know of it, cut to what fits."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from copydesk.articles.frame import FIELDS, TEXTS
from copydesk.findings import CONTEXT, EVIDENCE
from copydesk.origin.columns import COLUMNS as PAGES
from copydesk.origin.stage import COLUMNS as ANSWERS
from copydesk.report.chain import COLUMNS as CHAIN
from copydesk.report.chain import chain
from copydesk.report.differences import differences
from copydesk.report.plain import NAME, cut
from copydesk.report.selection import UNKNOWN
from copydesk.texts import Texts

LONGEST: Final = 1_000
"""Characters of a field that are shown; the record itself has them all."""

FINDINGS: Final = 40
"""Findings of an article that are shown; the others are counted."""

_URL: Final = 2_000
"""Characters of a URL that are shown; a longer one is no link, for it would lead elsewhere."""

_JSON: Final = frozenset(("origin_drift", "origin_edit"))
_UNSAID: Final = ("", "not-checked", "[]")
_LINK: Final = re.compile(r"(?i)https?://[^\s<>\"'\\^`{|}\x00-\x20]+")
_HEAD: Final = frozenset(("article_id", "source"))


def article(
    row: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], example: Mapping[str, Any] | None, t: Texts
) -> dict[str, Any]:
    """``row`` of `articles.parquet`, its rows of `findings.parquet` and, if it is an example, its row of `examples.parquet`;
    ``t`` has the words for what is told of them."""
    fields = [(name, text) for name in FIELDS if name not in TEXTS and (text := _text(row.get(name))) is not None]
    shown: dict[str, Any] = {
        "record": row["record"],
        "id": cut(row["article_id"], LONGEST),
        "source": named(cut(row["source"] or UNKNOWN, NAME), t),
        "title": cut(row["title"] or "", 400),
        "language": cut(row.get("language") or "", 35),
        "date": row["published_at"].isoformat() if row.get("published_at") else "",
        "verdict": row["verdict"],
        "errors": row["errors"],
        "warnings": row["warnings"],
        "place": [cut(row["input"], 300), *_place(row["input"], row["position"])],
        "url": cut(row["original_url"] or "", _URL),
        "link": len(row["original_url"] or "") <= _URL and bool(_LINK.fullmatch(row["original_url"] or "")),
        "fields": [entry for entry in fields if entry[0] not in _HEAD],
        "findings": [_finding(finding) for finding in findings[:FINDINGS]],
        "more": max(0, len(findings) - FINDINGS),
        "origin": [
            (name, text) for name in (*ANSWERS, *PAGES) if (text := _text(_told(name, row.get(name)))) is not None
        ],
        "chain": chain(row, t) if set(CHAIN) <= row.keys() else [],
        "provenance": row.get("provenance"),
    }
    return shown | (_example(example) if example else {})


def named(source: str, t: Texts) -> str:
    """A source's label in the words of ``t``: that of articles without a source is no name."""
    return str(t("source.unknown")) if source == UNKNOWN else source


def _finding(row: Mapping[str, Any]) -> dict[str, Any]:
    """A finding without what is null."""
    names = (
        "rule",
        "severity",
        "field",
        "line",
        "start",
        "end",
        "evidence",
        "before",
        "after",
        "message",
        "suggestion",
    )
    kept = {name: row[name] for name in names if row[name] is not None}
    if row["start"] is not None:  # the table keeps what is beside a span cut, without a sign of it
        if row["start"] > len(row["before"] or ""):
            kept["before"] = "…" + (row["before"] or "")
        if len(row["after"] or "") >= CONTEXT:
            kept["after"] = row["after"] + "…"
    length = row["end"] - row["start"] if row["start"] is not None else 0
    if len(row["evidence"] or "") < length or (not length and len(row["evidence"] or "") >= EVIDENCE):
        kept["cut"] = True
    kept["message"] = cut(kept["message"], 500)
    return kept | ({"known": True} if row["baseline"] else {})


def _example(example: Mapping[str, Any]) -> dict[str, Any]:
    extra = _loaded(example["extra"])
    return {
        "body": [[piece["start"], piece["text"]] for piece in example["body"]],
        "length": example["body_characters"],
        "extra": [(cut(str(name), 100), _text(value) or "") for name, value in extra.items()]
        if isinstance(extra, dict)
        else [("extra", cut(example["extra"], LONGEST))]
        if example["extra"]
        else [],
        "html": example["html_characters"],
        "fixes": example["fixes"],
    }


def _loaded(extra: str | None) -> Any:
    """What was kept of the further fields; null where they were cut."""
    try:
        return json.loads(extra or "null")
    except (ValueError, RecursionError):
        return None


def _told(name: str, value: Any) -> Any:
    """What a column says of the page, for people."""
    return differences(value) if value is not None and name in _JSON else value


def _text(value: Any) -> str | None:
    """A value in words; None where it says nothing."""
    if value is None:
        return None
    if isinstance(value, datetime):
        text = f"{value:%Y-%m-%d %H:%M:%S} UTC"
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, list):
        text = "; ".join(map(str, value))
    elif isinstance(value, bool):
        text = "true" if value else "false"  # as in the table, not as in Python
    elif isinstance(value, float):
        text = f"{value:.3g}"
    else:
        text = str(value)
    return None if text in _UNSAID else cut(text, LONGEST)


def _place(name: str, position: int) -> tuple[()] | tuple[str, int]:
    """Where in its input a record stands; a story is the whole of its file."""
    suffixes = str(name).lower().split(".")[1:]
    if "txt" in suffixes or "text" in suffixes:
        return ()
    return ("row" if "parquet" in suffixes else "line"), position
