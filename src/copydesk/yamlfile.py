"""YAML that remembers where everything stands, so that an error can name file, line and key."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.constructor import SafeConstructor

from copydesk.encoding import SURROGATE
from copydesk.errors import ContractError
from copydesk.wording import near

Path = tuple[str | int, ...]

_DEEPEST: Final = 20
_MOST: Final = 100_000
"""Entries of a contract, which has some hundreds, or thousands with suppressions; an alias counts as what it stands for."""

_FEW: Final = 15
"""Names that a message can list."""

_KINDS: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping",
    "string": "a text",
}
"""JSON Schema's types, as one who writes YAML calls them."""

_FLOAT: Final = "tag:yaml.org,2002:float"
_NO_TEXT: Final = {
    "tag:yaml.org,2002:bool": "yes or no",
    _FLOAT: "a number",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
}
"""What YAML 1.1 takes words for that stand without quotes: a source called 2024, or no."""

_LIBYAML: Any = getattr(yaml, "CSafeLoader", None)
"""PyYAML's loader in C, which is not everywhere."""

_LENIENT: Final = re.compile(r"[\t\ufeff]|[|>][-+0-9]*#")
"""What libyaml reads where PyYAML finds an error, or another text; so it is with a question mark between brackets."""


@dataclass(frozen=True)
class Located:
    """Parsed YAML with the 1-based line of every key and item."""

    file: str
    data: Any
    lines: Mapping[Path, int]

    def message(self, path: Sequence[str | int], text: str) -> str:
        """``file:line: key: text`` for the entry at ``path``, or for the nearest entry above it."""
        where = tuple(path)
        while where and where not in self.lines:
            where = where[:-1]
        key = ".".join(map(str, path))
        return f"{self.file}:{self.lines.get(where, 1)}: {key + ': ' if key else ''}{text}"

    def validate(self, schema: Mapping[str, Any]) -> None:
        """Raises a ContractError that lists everything ``schema`` (JSON Schema) rejects."""
        from jsonschema import Draft202012Validator
        from jsonschema.validators import extend

        # JSON Schema takes 2.0 for an integer; whoever counts with it does not
        types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
        validator = extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
        errors = sorted(validator(schema).iter_errors(self.data), key=lambda error: list(map(str, error.path)))
        if errors:
            raise ContractError("\n".join(dict.fromkeys(line for error in errors for line in self._explain(error))))

    def _explain(self, error: Any) -> list[str]:
        path = list(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            unknown = [key for key in error.instance if key not in known]
            return [self.message([*path, key], f"unknown key{_hint(key, known)}") for key in unknown]
        if error.validator == "anyOf" and error.context:
            deepest = max(
                error.context, key=lambda inner: (len(inner.absolute_path), inner.validator == "additionalProperties")
            )
            if isinstance(error.instance, dict) or deepest.validator != "type":
                return self._explain(deepest)
        if error.validator == "enum":
            wanted = [str(value) for value in error.validator_value if not isinstance(value, bool)]
            said = (
                f"is none of {', '.join(wanted)}"
                if len(wanted) < _FEW
                else f"is not known{near(error.instance, wanted)}"
            )
            return [self.message(path, f"{error.instance!r} {said}")]
        if error.validator == "type":
            kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            return [self.message(path, f"{error.instance!r} is not {' or '.join(_KINDS[kind] for kind in kinds)}")]
        if error.validator == "required":
            return [self.message(path, error.message.replace("is a required property", "is missing"))]
        return [self.message(path, error.message)]


def _hint(key: object, known: Mapping[str, Mapping[str, Any]]) -> str:
    """What may have been meant by ``key``, which is none of ``known``, the JSON Schema of each key: reports show rules with their
    codes, which a schema has at the head of its description, and a contract takes slugs."""
    for name, schema in known.items():
        if schema.get("description", "").startswith(f"{key}: "):
            return f"; did you mean {name}?"
    return near(key, known) or (f"; known are {', '.join(known)}" if known and len(known) < _FEW else "")


def load(text: str, file: str) -> Located:
    """Parses ``text``; no tag runs code, and a key that stands twice is an error."""
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{file}:{line}: not valid YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ContractError(f"{file}: not valid YAML: {error}") from None
    if node is None:
        raise ContractError(f"{file}:1: the file is empty")
    lines: dict[Path, int] = {}
    _locate(node, (), lines, file, 0)
    try:
        data = _constructed(node, text)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise ContractError(f"{file}: not valid YAML: {error}") from None
    if not isinstance(data, dict):
        raise ContractError(f"{file}:1: a contract is a mapping of keys, not {type(data).__name__}")
    return Located(file, data, lines)


def parsed(text: str) -> Any:
    """What ``text`` holds, without the lines. Raises what `yaml.safe_load` does."""
    node = _composed(text)
    return None if node is None else _constructed(node, text)


def _composed(text: str) -> yaml.Node | None:
    """The nodes of ``text``: by libyaml, ten times as fast, where nothing is wrong, else by Python, which says what is."""
    try:
        if _LIBYAML is not None and not _LENIENT.search(text) and _plain(text):
            return yaml.compose(text, Loader=_LIBYAML)
    except (yaml.YAMLError, ValueError):
        pass
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _plain(text: str) -> bool:
    """Whether libyaml may compose ``text``: it takes stack for each level, and ends the process where there is none left."""
    depth, asks = 0, "?" in text
    for event in yaml.parse(text, Loader=_LIBYAML):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or (asks and getattr(event, "flow_style", False)):
            return False
    return True


def _constructed(node: yaml.Node, text: str) -> Any:
    try:
        return SafeConstructor().construct_document(node)
    except yaml.YAMLError:
        return yaml.safe_load(text)  # fails as well, and shows the place


def _locate(node: yaml.Node, path: Path, lines: dict[Path, int], file: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise ContractError(f"{file}:{node.start_mark.line + 1}: nested too deeply")
    if len(lines) > _MOST:
        raise ContractError(
            f"{file}:{node.start_mark.line + 1}: more than {_MOST:,} entries; are there aliases of aliases?"
        )
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = getattr(key, "value", None)
            if not isinstance(name, str):
                raise ContractError(f"{file}:{key.start_mark.line + 1}: a key must be a word")
            name = _whole(key, file)
            if key.tag in _NO_TEXT:
                raise ContractError(
                    f"{file}:{key.start_mark.line + 1}: the key {name!r} is read as {_NO_TEXT[key.tag]}: put it in quotes"
                )
            if name in seen:
                raise ContractError(f"{file}:{key.start_mark.line + 1}: the key {name!r} stands twice")
            seen.add(name)
            lines[*path, name] = key.start_mark.line + 1
            _locate(value, (*path, name), lines, file, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _locate(value, (*path, index), lines, file, depth + 1)
    else:
        text = _whole(node, file)
        if node.tag == _FLOAT and "nan" in text.lower():  # neither above nor below any bound of the schema
            raise ContractError(f"{file}:{node.start_mark.line + 1}: {'.'.join(map(str, path))}: not a number")


def _whole(node: yaml.Node, file: str) -> str:
    """The text of ``node``, in which two escapes of one character, as JSON has them ("\\ud83d\\udcf0"), become that character."""
    if SURROGATE.search(node.value):
        try:
            node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            line = node.start_mark.line + 1
            raise ContractError(
                f"{file}:{line}: {node.value!a} holds half a character: write the character itself"
            ) from None
    return str(node.value)
