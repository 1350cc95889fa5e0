"""The words of the report, in the language of its readers: catalogues in `reports/texts/`, one YAML file a language.

A text is a string with placeholders in braces, or a mapping of `one` and `other` where it counts ``n``. A user's own catalogue in
`reports/texts/` below the working directory comes first, then the one that ships; what both lack is said in English.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from markupsafe import Markup, escape

from copydesk.errors import UsageError
from copydesk.resources import is_copy, shipped
from copydesk.yamlfile import parsed

ENGLISH: Final = "en"
LANGUAGE: Final = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""What names a language: a tag of BCP 47, short enough to be a file's name and nothing else."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SCRIPT: Final = "script."
Entry = str | dict[str, str]


@dataclass(frozen=True)
class Texts:
    """The texts of one language. Called with a key and values it gives the text as safe HTML: the values are escaped, numbers are
    written as the language does."""

    language: str
    entries: Mapping[str, Entry]

    def __call__(self, key: str, **values: object) -> Markup:
        entry = self.entries[key]
        text = entry if isinstance(entry, str) else entry["one" if values["n"] == 1 else "other"]

        def value(found: re.Match[str]) -> str:
            given = values[found[1]]
            return self.number(given) if isinstance(given, int) else str(escape(given))

        return Markup(_PLACEHOLDER.sub(value, str(escape(text))))  # noqa: S704 -- both sides are escaped

    def number(self, value: int) -> str:
        """A whole number with its thousands apart."""
        return f"{value:,}".replace(",", str(self.entries["number.thousands"]))

    def decimal(self, value: float, digits: int = 1) -> str:
        """A number with a fraction."""
        whole, _, fraction = f"{value:.{digits}f}".partition(".")
        return self.number(int(whole)) + (str(self.entries["number.decimal"]) + fraction if fraction else "")

    def percent(self, part: float, whole: float) -> str:
        """A share for people: never "0 %" or "100 %" for what is not exactly that."""
        share = 100 * part / whole if whole else 0.0
        if 0 < share < 0.1:
            return str(self("number.below", share=self.decimal(0.1)))
        if 99.9 < share < 100:
            return str(self("number.above", share=self.decimal(99.9)))
        return self.decimal(share, 0 if share >= 10 or round(share, 1) == round(share) else 1) + " %"

    def range(self, low: str, high: str) -> str:
        """What lies between two numbers in words; one of them where both read the same."""
        return low if low == high else str(self("number.range", low=low, high=high))

    def when(self, time: str | datetime) -> str:
        """A moment in UTC, to the minute."""
        moment = datetime.fromisoformat(time) if isinstance(time, str) else time
        return f"{moment:{self.entries['date.minute']}} UTC"

    def day(self, time: datetime) -> str:
        """A day of the year."""
        return f"{time:{self.entries['date.day']}}"

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl"."""
        return str(self.entries["direction"])

    def for_script(self) -> dict[str, Entry]:
        """What the page's script says."""
        wanted = (_SCRIPT, "number.", "severity.", "verdict.", "field.", "chain.")
        return {key: entry for key, entry in self.entries.items() if key.startswith(wanted)}


def texts(language: str = ENGLISH) -> Texts:
    """The catalogue of ``language``. Raises UsageError where there is none, or it does not parse."""
    if language not in languages():
        raise UsageError(unknown(language))
    entries: dict[str, Entry] = {}
    for name in dict.fromkeys((ENGLISH, language)):
        for folder in reversed(_folders()):
            if (path := folder / f"{name}.yaml").is_file() and not is_copy(path):
                entries |= _fitting(_read(path), path)
    return Texts(language, entries)


def _fitting(own: Mapping[str, Entry], path: Path) -> Mapping[str, Entry]:
    """``own``, whose texts ask for no other values than the English ones that ship, which name all that there is.

    Raises UsageError otherwise."""
    english = _read(shipped("reports", "texts") / f"{ENGLISH}.yaml")
    for key in own.keys() & english.keys():
        told = _named(english[key])
        if unknown := _named(own[key]) - told:
            there = ", ".join(f"{{{name}}}" for name in sorted(told)) or "nothing"
            wrong = f"{path}: {key}: there is no {{{min(unknown)}}} to put in; there is {there}"
            raise UsageError(f"{wrong} (delete the file if it is a copy from an older version)")
    return own


def _named(entry: Entry) -> set[str]:
    """The values that a text asks for."""
    said = [entry] if isinstance(entry, str) else ["{n}", *entry.values()]
    return {name for text in said for name in _PLACEHOLDER.findall(text)}


def languages() -> set[str]:
    """The languages that there are texts in."""
    return {path.stem for folder in _folders() for path in folder.glob("*.yaml") if re.fullmatch(LANGUAGE, path.stem)}


def unknown(language: str) -> str:
    """What to say of a language that there are no texts in."""
    known = ", ".join(sorted(languages()))
    return f"there are no texts in {language!r}, only in {known}; reports/texts/{language}.yaml can hold your own"


def _folders() -> list[Path]:
    return [folder for folder in (Path("reports", "texts"), shipped("reports", "texts")) if folder.is_dir()]


def _read(path: Path) -> Mapping[str, Entry]:
    try:
        data = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: cannot read the texts: {error}") from None
    if not isinstance(data, dict):
        raise UsageError(f"{path}: a catalogue is a mapping of keys to texts")
    for key, entry in data.items():
        if not isinstance(entry, str) and not (
            isinstance(entry, dict)
            and entry.keys() == {"one", "other"}
            and all(isinstance(v, str) for v in entry.values())
        ):
            raise UsageError(f"{path}: {key}: a text, or a mapping of `one` and `other`, is wanted")
    return data


@lru_cache(maxsize=8)
def _parsed(text: str) -> Any:
    """What a catalogue holds, which nobody may change. One run reads the same text several times: for each report, and from the
    checkout both as its own and as the one that ships."""
    return parsed(text)
