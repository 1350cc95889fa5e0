"""Contracts compile to pandera, and errors name file, line and key."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conftest import ROOT, Finished, record, write_jsonl
from copydesk import contract as contracts
from copydesk import yamlfile
from copydesk.errors import ContractError
from copydesk.rules import REGISTRY

ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
"""Nine lines that stand for four hundred million entries."""


def read(tmp_path: Path, text: str) -> contracts.Contract:
    path = tmp_path / "contract.yaml"
    path.write_text(text, encoding="utf-8")
    return contracts.read(path)


def test_the_shipped_contract_is_valid_and_asks_every_offline_rule() -> None:
    contract = contracts.read(ROOT / "checks" / "article.yaml")
    asked = {slug for slug, rule in REGISTRY.items() if not rule.online and not rule.syndicates}
    assert {check.slug for check in contract.checks} == asked
    assert len(contract.schema.columns["record"].checks) == len(contract.checks)


def test_the_published_json_schema_is_the_generated_one() -> None:
    published = json.loads((ROOT / "checks" / "article.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)
    assert published == contracts.json_schema(), "run: python -m copydesk.contract_schema > checks/article.schema.json"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("contract: x\nruls: {}\n", ":2: ruls: unknown key; did you mean rules?"),
        (
            "contract: x\nrules:\n  date-mising: error\n",
            ":3: rules.date-mising: unknown key; did you mean date-missing?",
        ),
        (
            "contract: x\nrules:\n  date-missing: fatal\n",
            ":3: rules.date-missing: 'fatal' is none of error, warning, info, off",
        ),
        (
            "contract: x\nrules:\n  body-too-short: {minimun: 3}\n",
            ":3: rules.body-too-short.minimun: unknown key; did you mean minimum?",
        ),
        (
            "contract: x\nrules:\n  body-too-short:\n    minimum: 0\n",
            ":4: rules.body-too-short.minimum: 0 is less than the minimum of 1",
        ),
        ("contract: x\ngate:\n  unreadable: 2\n", ":3: gate.unreadable: 2 is greater than the maximum of 1"),
        ("contract: x\nsources:\n  a.com:\n    rule: {}\n", ":4: sources.a.com.rule: unknown key"),
        ("contract: x\nsuppress:\n  - {id: 1, rule: date-missing}\n", ":3: suppress.0: 'reason' is missing"),
        (
            "contract: x\norigin:\n  allow_networks:\n    - 10.0.0.0/99\n",
            ":4: origin.allow_networks.0: '10.0.0.0/99' does not",
        ),
        ("contract: x\nrules: {RES001: off}\n", ":2: rules.RES001: unknown key; did you mean related-link?"),
        ("contract: x\nsuites: nowhere.json\n", ":2: suites: 'nowhere.json' is not a list"),
        (
            "contract: x\nsuppress:\n  - {id: 1, rule: date-mising, reason: y}\n",
            ":3: suppress.0.rule: 'date-mising' is not known; did you mean date-missing?",
        ),
        ("contract: x\nsuites: [nowhere.json]\n", ":2: suites.0: the suite"),
        ("contract: x\ncontract: y\n", ":2: the key 'contract' stands twice"),
        ("contract: x\nfields: {title: []}\n", ":2: fields.title"),
        ("contract: x\ngate: {quarantined: .nan}\n", ":2: gate.quarantined: not a number"),
        ("contract: x\norigin:\n  timeout: .NaN\n", ":3: origin.timeout: not a number"),
        ("contract: x\norigin: {concurrency: 2.0}\n", ":2: origin.concurrency: 2.0 is not a whole number"),
        ("contract: x\nsources:\n  2024: {}\n", ":3: the key '2024' is read as a number: put it in quotes"),
        ("contract: x\nsources:\n  no: {}\n", ":3: the key 'no' is read as yes or no: put it in quotes"),
        ('contract: x\nsources:\n  "\\ud83d": {}\n', ":3: '\\ud83d' holds half a character"),
        ('contract: x\nfields:\n  title: ["a", "\\udcf0"]\n', ":3: '\\udcf0' holds half a character"),
        ("version: 1\n", "'contract' is missing"),
        ("contract: [x\n", "not valid YAML"),
        ("- a\n", "a contract is a mapping"),
        ("", "the file is empty"),
        ("contract: !!python/object/apply:os.system [ls]\n", "not valid YAML"),
        ("contract: !!int ''\n", "not valid YAML"),
        ("contract: x\ngate:\tx\n", ":2: not valid YAML: found character '\\t'"),
        ("contract: x\ngate: " + "[" * 30 + "]" * 30, ":2: nested too deeply"),
        ("contract: x\n" + ALIASES, "more than 100,000 entries; are there aliases of aliases?"),
        ("contract: x\ngate: " + "[" * 300_000, "not valid YAML"),
    ],
)
def test_errors_name_file_line_and_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ContractError) as error:
        read(tmp_path, text)
    assert says in str(error.value)
    assert "contract.yaml" in str(error.value)


def test_a_contract_may_be_json_whose_characters_are_escaped(tmp_path: Path) -> None:
    text = json.dumps(
        {"contract": "📰", "fields": {"title": "📰 headline"}, "sources": {"📰": {"rules": {"read-more": "off"}}}}
    )
    contract = read(tmp_path, text)
    assert "\\ud83d" in text
    assert (contract.name, contract.fields) == ("📰", {"title": ["📰 headline"]})
    assert ("📰",) in {check.sources for check in contract.checks if check.excepted}


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: [x, {c: 2025-01-01}]\n\nd:\n  - e: |\n      f\n    g:\n  - on\n",
        "base: &base {a: 1}\nb:\n  <<: *base\n  c: 'd'\n",
        "a: [b?]\nc: x\n",
        "a:\tb\n",
        "a: |# no comment\n  b\n",
        "a: b\n\ufeff",
        "a: [b\n",
        "a: *nowhere\n",
        "a: &a [*a]\n",
        "<<: a\n",
        "a: b\n--- c\n",
    ],
)
def test_yaml_is_the_same_with_and_without_libyaml(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome() -> object:
        try:
            return yamlfile.load(text, "contract.yaml")
        except ContractError as error:
            return str(error)

    assert yamlfile._LIBYAML is not None
    fast = outcome()
    monkeypatch.setattr(yamlfile, "_LIBYAML", None)
    assert fast == outcome()


def test_a_contract_with_a_typo_exits_2(check: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("contract: x\nrules:\n  date-mising: error\n")
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", tmp_path / "c.yaml")
    assert done.code == 2
    assert "c.yaml:3" in done.err
    assert not done.run.exists()


def test_a_rule_can_be_switched_off_or_weakened(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="", authors=[])])
    (tmp_path / "c.yaml").write_text("contract: x\nrules:\n  byline-missing: off\n  title-missing: info\n")
    done = check(source, "-c", tmp_path / "c.yaml")
    assert done.code == 0
    assert done.findings.select("rule", "severity").rows() == [("title-missing", "info")]
    assert "byline-missing" not in done.summary["rules"]


def test_sources_override_severity_and_parameters(check: Callable[..., Finished], tmp_path: Path) -> None:
    records = [
        record(
            id=source,
            source=source,
            url=f"https://{source}/a",
            text="A flash of fifty characters, more or less, I think.",
        )
        for source in ("flash.example", "quiet.example", "other.example")
    ]
    (tmp_path / "c.yaml").write_text(
        "contract: x\nrules: {body-too-short: {minimum: 60}}\nsources:\n"
        "  flash.example: {rules: {body-too-short: {minimum: 20}}}\n"
        "  quiet.example: {rules: {body-too-short: warning}}\n"
    )
    done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", tmp_path / "c.yaml")
    assert done.findings.select("source", "severity").rows() == [
        ("quiet.example", "warning"),
        ("other.example", "error"),
    ]
    assert done.summary["rules"]["body-too-short"]["checked"] == 3


def test_a_contract_may_name_no_suite(tmp_path: Path) -> None:
    assert read(tmp_path, "contract: x\nsuites: []\norigin: {allow_networks: []}\n").suites == ()


def test_fields_can_be_mapped(check: Callable[..., Finished], tmp_path: Path) -> None:
    entry = record()
    entry["kop"] = entry.pop("title")
    (tmp_path / "c.yaml").write_text("contract: x\nfields: {title: [titre, kop]}\n")
    assert check(write_jsonl(tmp_path / "in.jsonl", [entry]), "-c", tmp_path / "c.yaml").code == 0


def test_suppressed_findings_do_not_gate(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(id="a", title=""), record(id="b")])
    (tmp_path / "c.yaml").write_text("contract: x\nsuppress: [{id: a, rule: title-missing, reason: a photo}]\n")
    done = check(source, "-c", tmp_path / "c.yaml")
    assert done.code == 0
    assert done.summary["suppressed"] == 1


def test_an_opened_network_is_no_defect(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(url="http://10.1.2.3/2025/06/14/ferry")])
    assert check(source).code == 1
    (tmp_path / "c.yaml").write_text("contract: x\norigin: {allow_networks: [10.1.0.0/16]}\n")
    assert check(source, "-c", tmp_path / "c.yaml").code == 0


def test_the_contract_of_the_working_directory_comes_before_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert contracts.find(None) == ROOT / "checks" / "article.yaml"
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "article.yaml").write_text("contract: mine\n")
    assert contracts.read().name == "mine"
