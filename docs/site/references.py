"""Reference pages made from the program: the contract from its schema, the commands from their help, Python from docstrings."""

import argparse
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import copydesk
import copydesk.rules
from copydesk.cli import parser

MODULES: Final[tuple[ModuleType, ...]] = (copydesk, copydesk.rules)
"""What users import: the names in their `__all__` are documented."""


def pages(root: Path) -> dict[str, str]:
    """File name -> Markdown."""
    schema = json.loads((root / "checks" / "article.schema.json").read_text(encoding="utf-8"))
    example = (root / "checks" / "article.yaml").read_text(encoding="utf-8")
    return {"contract.md": contract(schema, example), "commands.md": commands(parser()), "python.md": python(MODULES)}


def contract(schema: Mapping[str, Any], example: str) -> str:
    """A whole contract, and what its keys are."""
    told = "This one ships, and `copydesk init` writes it. Editors complete it by the JSON Schema that its first line names:"
    lines = ["# Contract", "", schema["description"], "", told, "", "```yaml", example.rstrip(), "```", ""]
    for key, entry in schema["properties"].items():
        lines += [f"## `{key}`", "", entry.get("description", ""), ""]
        if key == "rules":
            lines += _rules(schema["$defs"]["rules"]["properties"])
        elif "properties" in entry:
            lines += _table(entry["properties"])
    return "\n".join(lines)


def _rules(rules: Mapping[str, Any]) -> Iterator[str]:
    """Each rule with its parameters; the sentence about it stands on its own page."""
    yield "A rule is set by its slug: a severity, or a mapping of severity and parameters.\n"
    yield "| rule | parameters |"
    yield "|---|---|"
    for slug, entry in sorted(rules.items()):
        mapping = entry["anyOf"][1]["properties"]
        told = [
            f"`{name}` ({_type(of)}): {of.get('description', '')}" for name, of in mapping.items() if name != "severity"
        ]
        yield f"| [{slug}](../rules/{slug}.md) | {'<br>'.join(map(_cell, told)) or '–'} |"
    yield ""


def _table(properties: Mapping[str, Any]) -> Iterator[str]:
    yield "| key | takes | |"
    yield "|---|---|---|"
    for name, entry in properties.items():
        yield f"| `{name}` | {_cell(_type(entry))} | {_cell(entry.get('description', ''))} |"
    yield ""


def _type(entry: Mapping[str, Any]) -> str:
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "anyOf" in entry:
        return " or ".join(dict.fromkeys(_type(choice) for choice in entry["anyOf"]))
    if "$ref" in entry:
        return "as above"
    if entry.get("type") == "array" and "type" in entry.get("items", {}):
        return f"list of {entry['items']['type']}s"
    kind = entry.get("type", "a value")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def commands(parser: argparse.ArgumentParser) -> str:
    """The help of every command, as the terminal shows it at 84 columns: what the page holds without scrolling."""
    lines = ["# Commands", "", *_help(parser)]
    [choices] = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for name, command in choices.items():
        lines += [f"## copydesk {name}", "", *_help(command)]
    return "\n".join(lines)


def _help(parser: argparse.ArgumentParser) -> list[str]:
    kind = parser.formatter_class
    parser.formatter_class = lambda prog: kind(prog, width=84)  # type: ignore[assignment]
    return ["```text", parser.format_help().rstrip(), "```", ""]


def python(modules: tuple[ModuleType, ...]) -> str:
    """The names that modules publish."""
    lines = ["# Python", ""]
    for module in modules:
        lines += [f"## {module.__name__}", "", (inspect.getdoc(module) or "").split("\n\n")[0], ""]
        published = [(name, getattr(module, name)) for name in sorted(module.__all__, key=str.lower)]
        for name, thing in published:
            if (inspect.isclass(thing) or inspect.isroutine(thing)) and not name.startswith("_"):
                lines += _object(name, thing)
    return "\n".join(lines)


def _object(name: str, thing: Any) -> Iterator[str]:
    yield f"### {name}\n"
    if inspect.isclass(thing):
        yield f"{inspect.getdoc(thing) or ''}\n"
        members = [(key, value) for key, value in vars(thing).items() if not key.startswith("_")]
        for key, value in members:
            inner = value.fget if isinstance(value, property) else getattr(value, "func", value)
            if callable(inner) and (told := inspect.getdoc(inner)):
                called = "" if isinstance(value, property) or inner is not value else _signature(inner)
                yield f"- **`{key}{called}`**: {told.replace(chr(10), ' ')}"
        yield ""
    elif inspect.isroutine(thing):
        yield f"```python\n{name}{_signature(thing)}\n```\n"
        yield f"{inspect.getdoc(thing) or ''}\n"


def _signature(thing: Callable[..., Any]) -> str:
    """Types by their own names; a line for each parameter where one line would not fit the page."""
    signature = inspect.signature(thing)
    taken = [parameter for parameter in signature.parameters.values() if parameter.name != "self"]
    parameters = [_short(str(parameter)) for parameter in taken]
    named = [parameter.kind is parameter.KEYWORD_ONLY for parameter in taken]
    if any(named):
        parameters.insert(named.index(True), "*")
    returned = _short(str(signature.replace(parameters=())))[2:]
    one = f"({', '.join(parameters)}){returned}"
    return one if len(one) <= 70 else f"(\n    {f',{chr(10)}    '.join(parameters)},\n){returned}"


def _short(text: str) -> str:
    return re.sub(
        r"\b(?:\w+\.)+(?=[A-Z])", "", (text if "Literal[" in text else text.replace("'", "")).replace("~", "")
    )
