"""The JSON Schema of contracts, generated from the rules: editors complete by it, and contracts are validated with it.

`python -m copydesk.contract_schema > checks/article.schema.json` publishes it; files of rules may follow.
"""

import json
import sys
from pathlib import Path
from typing import Any

from copydesk.articles.frame import SCRAPED
from copydesk.rules import REGISTRY, Severity
from copydesk.rules.base import parameters
from copydesk.rules.catalogue import Catalogue
from copydesk.rules.catalogue import catalogue as all_rules
from copydesk.rules.documentation import documentation
from copydesk.texts import LANGUAGE
from copydesk.vocabulary.files import FILES

_SEVERITY = {
    "enum": [*map(str, Severity), "off", False, True],
    "description": "error quarantines the article, warning and info do not, off switches the rule off.",
}


_NAMES = {"type": "array", "items": {"type": "string"}}
_SECONDS = {"type": "number", "minimum": 0, "maximum": 86_400}
_HEADER = {"type": "string", "pattern": "^[!-~]([ -~]*[!-~])?$", "maxLength": 200}
"""What may stand in a header field: ASCII without line breaks."""


def _rules(catalogue: Catalogue) -> dict[str, Any]:
    """A setting for every rule: a severity, or a mapping of severity and parameters."""
    return {
        slug: {
            "description": f"{cls.code}: {documentation(cls).summary} Default: {cls.severity}.",
            "anyOf": [
                {"$ref": "#/$defs/severity"},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"severity": {"$ref": "#/$defs/severity"}, **parameters(cls)},
                },
            ],
        }
        for slug, cls in catalogue.items()
    }


def _origin() -> dict[str, Any]:
    """How the original URL is asked."""
    return {
        "description": "How the original URL is asked, with --online.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "allow_networks": {
                **_NAMES,
                "description": "Private networks that may be reached, e.g. 10.1.0.0/16.",
            },
            "timeout": {**_SECONDS, "exclusiveMinimum": 0, "description": "Seconds for one page, all told."},
            "budget": {
                **_SECONDS,
                "exclusiveMinimum": 0,
                "description": "Seconds for all pages of a run; what was not asked by then is unknown. No bound by default.",
            },
            "concurrency": {
                "type": "integer",
                "minimum": 1,
                "maximum": 256,
                "description": "Requests in flight.",
            },
            "per_host": {"type": "integer", "minimum": 1, "description": "Requests in flight for one host."},
            "delay": {**_SECONDS, "description": "Seconds between the starts of two requests to one host."},
            "retries": {
                "type": "integer",
                "minimum": 0,
                "maximum": 10,
                "description": "Further tries after time-outs, broken connections, server errors and 429.",
            },
            "robots": {"enum": ["obey", "ignore"], "description": "Whether robots.txt is obeyed."},
            "recognise": {
                "type": "boolean",
                "description": "Whether pages are fetched to be compared; without it, HEAD is enough where it is answered.",
            },
            "user_agent": {**_HEADER, "description": "How to introduce yourself instead of as copydesk."},
            "contact": {
                **_HEADER,
                "description": "An address or URL in the User-Agent, for sites that have questions.",
            },
            "cache": {
                "anyOf": [{"type": "string", "minLength": 1}, {"const": False}],
                "description": 'File that keeps answers between runs, or "off". By default below the user\'s cache folder.',
            },
            "dead_after": {
                "type": "integer",
                "minimum": 1,
                "maximum": 10,
                "description": "Failures, each three days after the one before, until a page that is gone counts as dead.",
            },
            "archive": {
                "type": "string",
                "pattern": "^https?://[^\\s/?#]+(/[^\\s?#]*)?$",
                "description": "Web archive to ask for pages that are gone, e.g. https://web.archive.org/web. None by default.",
            },
            "archive_rate": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 600,
                "description": "Requests a minute to the archive.",
            },
            "trust_txt": {"type": "boolean", "description": "Whether hosts are asked for their trust.txt."},
        },
    }


def _gate() -> dict[str, Any]:
    """When a run fails."""
    share = {"type": "number", "minimum": 0, "maximum": 1}
    return {
        "description": "When a run fails.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "fail_on": {"enum": ["error", "warning", "never"], "description": "The least severity that fails."},
            "quarantined": {**share, "description": "Share of records that may be quarantined."},
            "unreadable": {**share, "description": "Share of records that may be unreadable."},
            "drift": {
                "enum": ["critical", "warning", "never"],
                "description": "The least severity of drift against the source's own past that fails (docs/history.md).",
            },
        },
    }


def _notify() -> dict[str, Any]:
    """Whom to tell how a run went."""
    return {
        "description": "A webhook that is told how a run went (docs/notifications.md).",
        "type": "object",
        "additionalProperties": False,
        "required": ["url_env"],
        "properties": {
            "url_env": {
                "type": "string",
                "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
                "maxLength": 100,
                "description": "The environment variable that holds the webhook's address, which is a secret.",
            },
            "when": {
                "enum": ["change", "failure", "always"],
                "description": "When it is told: when the gate's state changes (the default), when it fails, or always.",
            },
            "style": {
                "enum": ["json", "slack"],
                "description": "What is posted: all of it, or a text as Slack takes it.",
            },
        },
    }


def _suppress(catalogue: Catalogue) -> dict[str, Any]:
    """Findings that are known and accepted."""
    return {
        "description": "Findings that are known and accepted.",
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id", "rule", "reason"],
            "properties": {
                "id": {"type": ["string", "integer"], "description": "The article's id."},
                "rule": {"enum": list(catalogue)},
                "reason": {"type": "string", "minLength": 1},
            },
        },
    }


def json_schema(catalogue: Catalogue = REGISTRY) -> dict[str, Any]:
    """The JSON Schema of contracts, generated from the rules of ``catalogue`` and their parameters."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "copydesk contract",
        "description": "What must hold for each article: rules, severities, thresholds.",
        "type": "object",
        "additionalProperties": False,
        "required": ["contract"],
        "properties": {
            "contract": {"type": "string", "description": "The contract's name."},
            "version": {"type": ["integer", "string"], "description": "Your own version of it."},
            "fields": {
                "description": "Canonical field: the name or names your records use for it.",
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    field: {"anyOf": [{"type": "string"}, {**_NAMES, "minItems": 1}]}
                    for field in SCRAPED
                    if field not in ("extra", "decoding")
                },
            },
            "rules": {"$ref": "#/$defs/rules"},
            "sources": {
                "description": "Settings for single sources, on top of `rules`; a source is called as in the report, "
                "such as example.com.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"rules": {"$ref": "#/$defs/rules"}},
                },
            },
            "origin": _origin(),
            "gate": _gate(),
            "syndication": {
                "enum": ["on", "off", True, False],
                "description": "Whether copies are looked for among all articles of a run (the rules SYN...). Off by default.",
            },
            "plugins": {
                **_NAMES,
                "description": "Python files that declare further rules, relative to this file. They are run: trust them.",
            },
            "vocabulary": {
                "description": "CSV files, relative to this file, whose rows are added to the vocabularies that ship. "
                'The same columns; "off" in match, kind, ambiguity or month takes a row that ships out.',
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(FILES, _NAMES),
            },
            "suites": {**_NAMES, "description": "Great Expectations suites over the run, relative to this file."},
            "outputs": {
                "type": "array",
                "uniqueItems": True,
                "items": {"enum": ["data-docs", "openlineage"]},
                "description": "Further files of the run directory: Great Expectations' Data Docs, an OpenLineage event.",
            },
            "notify": _notify(),
            "baseline": {
                "type": "string",
                "description": "Known findings that do not gate, written by `copydesk baseline`, relative to this file.",
            },
            "history": {
                "anyOf": [{"type": "string", "minLength": 1}, {"const": False}],
                "description": 'File, relative to this one, that keeps the counts of runs, or "off". By default '
                "reports/runs/history.sqlite below the working directory.",
            },
            "language": {
                "type": "string",
                "pattern": LANGUAGE,
                "description": "Language of report.html: one of those in reports/texts/, en by default.",
            },
            "suppress": _suppress(catalogue),
        },
        "$defs": {
            "severity": _SEVERITY,
            "rules": {"type": "object", "additionalProperties": False, "properties": _rules(catalogue)},
        },
    }


if __name__ == "__main__":
    known = all_rules(map(Path, sys.argv[1:])) if sys.argv[1:] else REGISTRY
    sys.stdout.write(json.dumps(json_schema(known), ensure_ascii=False, indent=2) + "\n")
