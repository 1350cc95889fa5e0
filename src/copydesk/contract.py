"""Reads a contract, and compiles it to one `pandera.polars` schema.

A contract is YAML for people; its JSON Schema (`checks/article.schema.json`) is generated from the rules, so that an
unknown rule or parameter is an error that names file, line and key.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from copydesk.contract_rules import checks_of
from copydesk.contract_schema import json_schema
from copydesk.errors import ContractError, UsageError
from copydesk.gate import Gate
from copydesk.notify import Notify
from copydesk.origin.manners import Manners
from copydesk.resources import shipped
from copydesk.rules import REGISTRY
from copydesk.rules.catalogue import Catalogue, catalogue
from copydesk.schema import Check, compile_schema, outcomes
from copydesk.texts import ENGLISH, languages, unknown
from copydesk.urls.addresses import Network
from copydesk.vocabulary import Vocabulary, default, using
from copydesk.yamlfile import Located, load

if TYPE_CHECKING:
    from pandera.polars import DataFrameSchema

DEFAULT = Path("checks", "article.yaml")


@dataclass(frozen=True)
class Contract:
    """A contract that has been read and found valid."""

    path: str
    sha256: str
    name: str
    fields: dict[str, list[str]]
    checks: tuple[Check, ...]
    gate: Gate
    origin: Manners
    suites: tuple[Path, ...]
    suppress: frozenset[tuple[str, str]]
    baseline: Path | None = None
    outputs: frozenset[str] = frozenset()
    notify: Notify | None = None
    history: str | None = None
    language: str = "en"
    rules: tuple[Path, ...] = ()
    catalogue: Catalogue = field(default_factory=lambda: REGISTRY)
    vocabulary: Vocabulary = field(default_factory=default)
    syndicates: bool = False
    """Whether copies are looked for among the articles of a run."""

    @property
    def identity(self) -> str:
        """Tells whether another process has read the same contract, and knows the same rules."""
        asked = [(check.slug, repr(check.rule), check.severity, check.sources, check.excepted) for check in self.checks]
        return hashlib.sha256(f"{self.sha256}{asked}{self.vocabulary.rows}".encode()).hexdigest()

    @cached_property
    def surveys(self) -> bool:
        """Whether a rule judges articles by the run's other articles, so that inputs are read twice."""
        with using(self.vocabulary):
            return self.syndicates or any(check.surveys for check in self.checks)

    def alone(self) -> "Contract":
        """This contract without the rules that have nothing to say of an article unless others stand beside it."""
        with using(self.vocabulary):
            checks = tuple(check for check in self.checks if check.rule.alone or not check.surveys)
        return dataclasses.replace(self, checks=checks)

    @cached_property
    def judges(self) -> bool:
        """Whether a rule rests on the line model, so that lines are judged."""
        return any(check.rule.judges for check in self.checks)

    @cached_property
    def kinds(self) -> frozenset[str] | None:
        """The marks of lines that the rules read; None for all, since a rule of the user's own may read any."""
        if any(check.slug not in REGISTRY for check in self.checks):
            return None
        return frozenset(kind for check in self.checks for kind in getattr(check.rule, "kinds", ()))

    @cached_property
    def schema(self) -> "DataFrameSchema":
        """The pandera schema: one column per scraped field, one check per rule."""
        return compile_schema(self.checks)

    @cached_property
    def outcomes(self) -> list[pl.Expr]:
        """What the schema's checks look at: an expression per rule with the contract's vocabulary, built once."""
        with using(self.vocabulary):
            return outcomes(self.checks)


def find(path: str | Path | None) -> Path:
    """The contract at ``path``; else `checks/article.yaml` in the working directory; else the one that ships."""
    if path is not None:
        return Path(path)
    return DEFAULT if DEFAULT.is_file() else shipped(*DEFAULT.parts)


def read(path: str | Path | None = None, online: bool = False, rules: Sequence[str | Path] = ()) -> Contract:
    """Reads the contract at ``path`` (see `find`); without ``online``, rules that need the network are left out.

    ``rules`` are files of further rules. They and the contract's ``plugins`` are run as Python; so that nothing runs just
    because it lies in the working directory, a contract with plugins must be named by its path.
    """
    file = find(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{file}: cannot read the contract: {getattr(error, 'strerror', None) or error}") from None
    located = load(text, str(file))
    data = located.data
    known = catalogue([*map(Path, rules), *_plugins(file, located, named=path is not None)])
    _refuse_addresses(located)
    located.validate(json_schema(known))
    networks = _networks(located)
    manners = _manners(file, data.get("origin", {}))
    gate = data.get("gate", {})
    syndicates = data.get("syndication") in (True, "on")  # YAML 1.1 reads on as true
    return Contract(
        path=str(file),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        name=data["contract"],
        fields={field: [names] if isinstance(names, str) else names for field, names in data.get("fields", {}).items()},
        checks=tuple(
            check
            for check in checks_of(data, known)
            if (online or not check.rule.online) and (syndicates or not check.rule.syndicates)
        ),
        syndicates=syndicates,
        gate=Gate(**gate),
        origin=Manners(allow_networks=networks, **manners),
        suites=tuple(
            _named(file, name, located, ["suites", index], "suite") for index, name in enumerate(data.get("suites", []))
        ),
        suppress=frozenset((str(item["id"]), item["rule"]) for item in data.get("suppress", [])),
        baseline=_named(file, data["baseline"], located, ["baseline"], "baseline") if "baseline" in data else None,
        outputs=frozenset(data.get("outputs", ())),
        notify=Notify(**data["notify"]) if "notify" in data else None,
        history=_kept(file, data.get("history")),
        language=_language(located),
        rules=tuple(map(Path, rules)),
        catalogue=known,
        vocabulary=_vocabulary(file, located),
    )


def _vocabulary(file: Path, located: Located) -> Vocabulary:
    """The vocabulary that ships, with what the contract adds to it."""
    added = located.data.get("vocabulary")
    if not added:
        return default()
    return default().extended(
        {
            kind: [
                _named(file, name, located, ["vocabulary", kind, index], "vocabulary")
                for index, name in enumerate(names)
            ]
            for kind, names in added.items()
        }
    )


def _language(located: Located) -> str:
    """The language of the report, which must be one that there are texts in."""
    language = str(located.data.get("language", ENGLISH))
    if language not in languages():
        raise ContractError(located.message(["language"], unknown(language)))
    return language


def _plugins(file: Path, located: Located, named: bool) -> list[Path]:
    plugins = located.data.get("plugins")
    if not isinstance(plugins, list) or not all(isinstance(name, str) for name in plugins):
        return []  # if it is there, the schema says what is wrong with it
    if plugins and not named:
        raise ContractError(
            located.message(
                ["plugins"], f"these files would be run: pass the contract with -c {file} if you trust them"
            )
        )
    return [_named(file, name, located, ["plugins", index], "file of rules") for index, name in enumerate(plugins)]


def _named(contract: Path, name: str, located: Located, key: list[str | int], what: str) -> Path:
    """The file that the contract names at ``key``, relative to itself."""
    path = contract.parent / name
    if not path.is_file():
        raise ContractError(located.message(key, f"the {what} {path} does not exist"))
    return path


def _refuse_addresses(located: Located) -> None:
    """A webhook's address in the place of its variable's name is a secret that no message may repeat, not the schema's either."""
    told = located.data.get("notify") if isinstance(located.data, dict) else None
    name = told.get("url_env") if isinstance(told, dict) else None
    if isinstance(name, str) and not (name.isidentifier() and name.isascii()):
        said = "not the name of an environment variable (what stands there is not shown)"
        raise ContractError(located.message(["notify", "url_env"], said))


def _manners(contract: Path, origin: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of `origin` but the networks."""
    manners = {key: value for key, value in origin.items() if key != "allow_networks"}
    return {**manners, "cache": _kept(contract, manners["cache"])} if "cache" in manners else manners


def _kept(contract: Path, setting: str | bool | None) -> str | None:
    """A file that outlives runs, relative to the contract, or "off" (in YAML 1.1 false); None where nothing is said."""
    if setting is None:
        return None
    return str(contract.parent / Path(str(setting)).expanduser()) if setting not in (False, "off") else "off"


def _networks(located: Located) -> tuple[Network, ...]:
    import ipaddress

    networks = []
    for index, text in enumerate(located.data.get("origin", {}).get("allow_networks", [])):
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError as error:
            raise ContractError(located.message(["origin", "allow_networks", index], str(error))) from None
    return tuple(networks)


def with_options(
    contract: Contract,
    fail_on: str | None,
    baseline: str | Path | None = None,
    *,
    outputs: Iterable[str] = (),
    notify_url_env: str | None = None,
    language: str | None = None,
) -> Contract:
    """``contract`` with the command line's `--fail-on`, `--baseline`, `--notify-url-env` and `--language`, which win over the
    file, and with the further outputs that it asks for. Raises UsageError where there are no texts in ``language``."""
    if language is not None:
        if language not in languages():
            raise UsageError(unknown(language))
        contract = dataclasses.replace(contract, language=language)
    if fail_on is not None:
        contract = dataclasses.replace(contract, gate=dataclasses.replace(contract.gate, fail_on=fail_on))
    if baseline is not None:
        contract = dataclasses.replace(contract, baseline=Path(baseline))
    if notify_url_env is not None:
        told = contract.notify or Notify(notify_url_env)
        contract = dataclasses.replace(contract, notify=dataclasses.replace(told, url_env=notify_url_env))
    return dataclasses.replace(contract, outputs=contract.outputs.union(outputs))
