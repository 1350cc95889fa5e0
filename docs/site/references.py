"""Reference pages made from the program: the contract from its schema, the commands from their help, Python from docstrings."""

import argparse
import ast
import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import copydesk
import copydesk.rules
from copydesk.articles.fields import NAMES
from copydesk.cli import parser
from copydesk.gate import Gate
from copydesk.notify import Notify
from copydesk.origin.manners import Manners
from copydesk.vocabulary import FILES

MODULES: Final[tuple[ModuleType, ...]] = (copydesk, copydesk.rules)
"""What users import: the names in their `__all__` are documented."""

READ: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "copydesk.checker": (("checker.py",), ("Verdict", "Finding")),
    "copydesk.notify": (("notify.py",), ("Notify", "notify")),
    "copydesk.engines.spark": (("engines/spark/__init__.py",), ("run_many",)),
    "copydesk.integrations.scrapy": (
        ("integrations/scrapy.py", "integrations/desk.py"),
        ("CopydeskPipeline", "CloseBrokenSource", "Judgement"),
    ),
    "copydesk.integrations.dagster": (("integrations/dagster.py",), ("articles_check",)),
    "copydesk.integrations.airflow": (("integrations/airflow.py",), ("CopydeskOperator",)),
    "copydesk.integrations.prefect": (("integrations/prefect.py",), ("check_articles",)),
    "copydesk.batch.expectations": (
        tuple(f"batch/expectations/{name}.py" for name in ("__init__", "columns", "pairs", "sources")),
        (),
    ),
}
"""What users import besides, by module: its files below src/copydesk and the names in them (none: the expectations). They are
read and not imported, for the programs that they are made for need not be there."""

DEFAULTS: Final[Mapping[str, type]] = {"origin": Manners, "gate": Gate, "notify": Notify}
"""Keys of a contract whose defaults stand in a dataclass and not in the schema."""


def pages(root: Path) -> dict[str, str]:
    """File name -> Markdown."""
    schema = json.loads((root / "checks" / "article.schema.json").read_text(encoding="utf-8"))
    example = (root / "checks" / "article.yaml").read_text(encoding="utf-8")
    return {
        "contract.md": contract(schema, example),
        "commands.md": commands(parser()),
        "python.md": python(MODULES) + read(root / "src" / "copydesk"),
    }


def contract(schema: Mapping[str, Any], example: str) -> str:
    """A whole contract, and what its keys are."""
    told = "This one ships, and `copydesk init` writes it. Editors complete it by the JSON Schema that its first line names:"
    lines = ["# Contract", "", schema["description"], "", told, "", "```yaml", example.rstrip(), "```", ""]
    for key, entry in schema["properties"].items():
        lines += [f"## `{key}`", "", entry.get("description", ""), ""]
        if key == "rules":
            lines += _rules(schema["$defs"]["rules"]["properties"])
        else:
            lines += _table(list(_keys(key, entry)))
    return "\n".join(lines)


def _keys(key: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(name, type, default, description) of the keys below ``key``, those of list items and of named mappings included."""
    inner, prefix = entry, ""
    if "properties" in entry.get("items", {}):
        inner, prefix = entry["items"], "- "
    elif isinstance(entry.get("additionalProperties"), dict):
        inner, prefix = entry["additionalProperties"], "NAME: "
    given = {field.name: field.default for field in dataclasses.fields(DEFAULTS[key])} if key in DEFAULTS else {}
    required = inner.get("required", ())
    for name, told in inner.get("properties", {}).items():
        default = told.get("default", given.get(name, dataclasses.MISSING))
        shown = "needed" if name in required else _default(default)
        yield prefix + name, _type(told), shown, told.get("description") or _words(key, name)


def _default(value: Any) -> str:
    if value is dataclasses.MISSING:
        return ""
    if value in (None, ()):
        return "none"
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _words(key: str, name: str) -> str:
    """What the schema leaves to other places: names that are known without a mapping, and the columns of vocabularies."""
    if key == "fields":
        return "known without it: " + ", ".join(f"`{known}`" for known in NAMES[name])
    if key == "vocabulary":
        return "columns: " + ", ".join(f"`{column}`" for column in FILES[name].columns)
    return {"rules": "As `rules`, for this source.", "rule": "The rule's slug.", "reason": "Why."}.get(name, "")


def _rules(rules: Mapping[str, Any]) -> Iterator[str]:
    """Each rule with its parameters; the sentence about it stands on its own page."""
    yield "A rule is set by its slug: a severity (`error`, `warning`, `info`, `off`), or a mapping of severity and parameters."
    yield "A rule that is not named is on, with its own severity.\n"
    yield "| rule | parameters |"
    yield "|---|---|"
    for slug, entry in sorted(rules.items()):
        mapping = entry["anyOf"][1]["properties"]
        told = [
            f"`{name}` ({_type(of)}, default {_default(of['default'])}): {of.get('description', '')}"
            for name, of in mapping.items()
            if name != "severity"
        ]
        yield f"| [{slug}](../rules/{slug}.md) | {'<br>'.join(map(_cell, told)) or '–'} |"
    yield ""


def _table(keys: list[tuple[str, str, str, str]]) -> Iterator[str]:
    if not keys:
        return
    defaults = any(default for _, _, default, _ in keys)
    yield f"| key | takes |{' default |' if defaults else ''} |"
    yield f"|---|---|{'---|' if defaults else ''}---|"
    for name, kind, default, told in keys:
        yield f"| `{name}` | {_cell(kind)} |{f' {default} |' if defaults else ''} {_cell(told)} |"
    yield ""


def _type(entry: Mapping[str, Any]) -> str:
    if len(entry.get("enum", ())) > len(DEFAULTS) * 4:
        return "string"  # every rule there is
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "anyOf" in entry:
        return " or ".join(dict.fromkeys(_type(choice) for choice in entry["anyOf"]))
    if "$ref" in entry:
        return "mapping"
    if entry.get("const") is False:
        return "`off`"
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


def read(package: Path) -> str:
    """The names of `READ`, from their files below ``package``."""
    lines = []
    for module, (files, names) in READ.items():
        trees = [ast.parse((package / file).read_text(encoding="utf-8")) for file in files]
        there = {
            node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)
        }
        lines += [f"## {module}", "", (ast.get_docstring(trees[0]) or "").split("\n\n")[0], ""]
        for name in names or sorted(name for name in there if name.startswith("Expect")):
            lines += _node(there[name])
    return "\n".join(lines)


def _node(node: ast.ClassDef | ast.FunctionDef) -> Iterator[str]:
    yield f"### {node.name}\n"
    if isinstance(node, ast.FunctionDef):
        yield f"```python\n{node.name}{_called(node)}\n```\n"
    yield f"{ast.get_docstring(node) or ''}\n"
    if isinstance(node, ast.ClassDef):
        for member in node.body:
            if isinstance(member, ast.AnnAssign) and "ClassVar" not in (text := ast.unparse(member)):
                yield f"- `{text}`"
            elif isinstance(member, ast.FunctionDef) and member.name == "__init__" and member.args.kwonlyargs:
                yield f"```python\n{node.name}{_called(member).removesuffix(' -> None')}\n```\n"
            elif isinstance(member, ast.FunctionDef) and not member.name.startswith("_") and ast.get_docstring(member):
                called = "" if "property" in map(ast.unparse, member.decorator_list) else _called(member)
                yield f"- **`{member.name}{called}`**: {' '.join(str(ast.get_docstring(member)).split())}"
        yield ""


def _called(node: ast.FunctionDef) -> str:
    """The signature as it is written, a line for each parameter where one line would not fit the page."""
    given = node.args
    plain = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(plain) - len(given.defaults)) + given.defaults
    parameters = [_written(*pair) for pair in zip(plain, defaults, strict=True) if pair[0].arg != "self"]
    if given.kwonlyargs:
        parameters += ["*", *map(_written, given.kwonlyargs, given.kw_defaults)]
    parameters += [f"**{ast.unparse(given.kwarg)}"] if given.kwarg else []
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    one = f"({', '.join(parameters)}){returned}"
    return one if len(one) <= 70 else f"(\n    {f',{chr(10)}    '.join(parameters)},\n){returned}"


def _written(parameter: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(parameter) + (f" = {ast.unparse(default)}" if default is not None else "")
