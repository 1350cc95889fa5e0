"""Which checks the rules and sources of a contract make."""

from collections.abc import Mapping
from typing import Any

from copydesk.rules import Rule, Severity
from copydesk.rules.catalogue import Catalogue
from copydesk.schema import Check

Setting = tuple[Severity, tuple[tuple[str, Any], ...]] | None
"""A rule's severity and parameters; None is off."""


def checks_of(data: Mapping[str, Any], known: Catalogue) -> list[Check]:
    """One check per rule and distinct setting: the general one, and one for each group of sources that differs."""
    general = data.get("rules", {})
    overrides = {source: entry.get("rules", {}) for source, entry in data.get("sources", {}).items()}
    checks = []
    for slug, cls in known.items():
        default = _setting(cls, general.get(slug))
        special: dict[Setting, list[str]] = {}
        for source, rules in overrides.items():
            if slug in rules:
                special.setdefault(_setting(cls, rules[slug], default), []).append(source)
        excepted = tuple(source for sources in special.values() for source in sources)
        if default is not None:
            checks.append(_check(cls, default, excepted, excepted=True))
        checks += [_check(cls, setting, tuple(group)) for setting, group in special.items() if setting is not None]
    return checks


def _check(cls: type[Rule], setting: tuple[Severity, Any], sources: tuple[str, ...], excepted: bool = False) -> Check:
    severity, chosen = setting
    return Check(cls(**dict(chosen)), severity, sources, excepted)


def _setting(cls: type[Rule], entry: Any, base: Setting = None) -> Setting:
    """``entry`` is off (YAML 1.1 reads it as false), a severity, or a mapping that changes ``base`` or the defaults."""
    severity, chosen = base or (cls.severity, ())
    if entry is None or entry is True:
        return severity, chosen
    if entry is False or entry == "off":
        return None
    if isinstance(entry, str):
        return Severity(entry), chosen
    own = {key: value for key, value in entry.items() if key != "severity"}
    if str(entry.get("severity", severity)).lower() in ("false", "off"):
        return None
    return Severity(entry.get("severity", severity)), tuple(sorted({**dict(chosen), **own}.items()))
