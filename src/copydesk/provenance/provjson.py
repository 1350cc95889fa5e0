"""`provenance.jsonl`: per article a document in W3C PROV-JSON, which the `prov` package and other tools of PROV read.

Whatever came from outside stands in values only. Names of things are made here: record numbers, ids of agencies, digests.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson
import polars as pl

from copydesk import __version__
from copydesk.encoding import short_digest
from copydesk.press.agencies import display_name
from copydesk.provenance import LEVELS

NAMESPACE: Final = "urn:copydesk:terms:"
_VALUE: Final = 2_000
"""Characters of a value that are kept."""

_CLAIMS: Final = ("article_id", "title", "original_url", "source", "byline", "published", "input")
_READ: Final = (
    "record", "position", *_CLAIMS, "fetched_at", "extractor", "extractor_version", "publisher", "likely_agency",
    "likely_agency_confidence", "likely_agency_signals", "origin_status", "origin_match", "origin_by", "origin_sha256",
    "origin_fetched_at", "origin_peer", "final_url", "provenance", "provenance_evidence", "rights_reserved",
    *(f"provenance_{level}" for level in LEVELS),
)  # fmt: skip


class ProvenanceFile:
    """Streams articles into ``path``; ``run_id`` and ``started`` are the run's."""

    def __init__(self, path: Path, run_id: str, started: datetime) -> None:
        self._file: BinaryIO = path.open("wb")
        self._prefix = {"copydesk": NAMESPACE, "run": f"urn:copydesk:run:{run_id}:"}
        self._started = _time(started)

    def write(self, articles: pl.DataFrame) -> None:
        """Appends a line for each of ``articles`` (columns of `articles.parquet`)."""
        lines = (orjson.dumps(self.document(row)) for row in articles.select(_READ).iter_rows(named=True))
        self._file.writelines(line + b"\n" for line in lines)

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()

    def document(self, row: dict[str, Any]) -> dict[str, Any]:
        """The PROV-JSON document for one article."""
        number = row["record"]
        article, verdict = f"run:record-{number}", f"run:verdict-{number}"
        scrape, check, program = f"run:scrape-{number}", "run:check", "run:copydesk"
        made = _Document(self._prefix)
        made.add("entity", article, _typed("Article", {name: row[name] for name in _CLAIMS}, position=row["position"]))
        made.add("entity", verdict, _typed("Verdict", _verdict(row)))
        made.add("activity", scrape, _timed(None, row["fetched_at"]))
        made.add("activity", check, {"prov:startTime": self._started})
        made.add("agent", program, _agent("prov:SoftwareAgent", "copydesk", version=__version__))
        made.relate("wasGeneratedBy", entity=article, activity=scrape)
        made.relate("wasGeneratedBy", entity=verdict, activity=check)
        made.relate("used", activity=check, entity=article)
        made.relate("wasDerivedFrom", generatedEntity=verdict, usedEntity=article)
        made.relate("wasAssociatedWith", activity=check, agent=program)
        if row["extractor"]:
            scraper = f"run:scraper-{short_digest(row['extractor'], row['extractor_version'])}"
            made.add("agent", scraper, _agent("prov:SoftwareAgent", row["extractor"], version=row["extractor_version"]))
            made.relate("wasAssociatedWith", activity=scrape, agent=scraper)
        self._origin(made, row, article, check, program)
        _people(made, row, article)
        return made.parts

    @staticmethod
    def _origin(made: "_Document", row: dict[str, Any], article: str, check: str, program: str) -> None:
        if row["origin_by"] is None:
            return
        number = row["record"]
        fetch = f"run:fetch-{number}"
        made.add("activity", fetch, _timed(row["origin_fetched_at"], row["origin_fetched_at"], by=row["origin_by"]))
        if row["origin_by"] == "network":  # somebody else fetched what files and archives hold
            made.relate("wasAssociatedWith", activity=fetch, agent=program)
        if row["origin_sha256"] is None:
            return
        capture = f"run:capture-{row['origin_sha256']}"
        held = {"url": row["final_url"], "sha256": row["origin_sha256"], "peer": row["origin_peer"]}
        made.add("entity", capture, _typed("Capture", held))
        made.relate("wasGeneratedBy", entity=capture, activity=fetch, **{"prov:time": _time(row["origin_fetched_at"])})
        made.relate("used", activity=check, entity=capture)
        if row["provenance_matched"] == "pass":
            source = {"$": "prov:PrimarySource", "type": "prov:QUALIFIED_NAME"}
            made.relate("wasDerivedFrom", generatedEntity=article, usedEntity=capture, **{"prov:type": source})


def _people(made: "_Document", row: dict[str, Any], article: str) -> None:
    """Who printed and who probably wrote the article; what is only probable says how probable."""
    if row["publisher"]:
        publisher = f"run:publisher-{short_digest(row['publisher'])}"
        made.add("agent", publisher, _agent("prov:Organization", row["publisher"]))
        made.relate("wasAttributedTo", entity=article, agent=publisher, **{"copydesk:role": "publisher"})
    if row["likely_agency"]:
        agency = f"run:agency-{short_digest(row['likely_agency'])}"
        made.add("agent", agency, _agent("prov:Organization", display_name(row["likely_agency"])))
        why = _filled({"confidence": row["likely_agency_confidence"], "signals": row["likely_agency_signals"]})
        made.relate("wasAttributedTo", entity=article, agent=agency, **{"copydesk:role": "agency"}, **why)


class _Document:
    """A PROV-JSON document in the making."""

    def __init__(self, prefix: dict[str, str]) -> None:
        self.parts: dict[str, Any] = {"prefix": prefix}
        self._relations = 0

    def add(self, kind: str, name: str, attributes: dict[str, Any]) -> None:
        self.parts.setdefault(kind, {})[name] = attributes

    def relate(self, kind: str, **parts: Any) -> None:
        """A relation; names without a prefix are PROV's own."""
        self._relations += 1
        named = {name if ":" in name else f"prov:{name}": value for name, value in parts.items()}
        self.parts.setdefault(kind, {})[f"_:r{self._relations}"] = named


def _verdict(row: dict[str, Any]) -> dict[str, Any]:
    levels = {level: row[f"provenance_{level}"] for level in LEVELS}
    whole = {"level": row["provenance"], "evidence": row["provenance_evidence"]}
    found = {"origin_status": row["origin_status"], "origin_match": row["origin_match"]}
    return {**whole, **levels, **found, "rights_reserved": row["rights_reserved"]}


def _typed(kind: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"prov:type": {"$": f"copydesk:{kind}", "type": "prov:QUALIFIED_NAME"}, **_filled({**values, **more})}


def _agent(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"prov:type": {"$": kind, "type": "prov:QUALIFIED_NAME"}, **_filled({"name": name, **more})}


def _timed(start: datetime | None, end: datetime | None, **more: Any) -> dict[str, Any]:
    times = (("prov:startTime", start), ("prov:endTime", end))
    return {**{name: _time(when) for name, when in times if when is not None}, **_filled(more)}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` that are there, under our prefix."""
    return {f"copydesk:{name}": _value(value) for name, value in values.items() if value not in (None, "", [])}


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return value[:_VALUE]
    return [_value(item) for item in value] if isinstance(value, list) else value


def _time(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()
