"""Great Expectations itself: one context for all suites of a run, and the Data Docs site of what it found."""

import os
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copydesk.errors import ContractError

if TYPE_CHECKING:
    import pandas as pd

    from copydesk.batch.suites import Suite

_UNSAFE: Final = re.compile(r"[^\w .,:;/%+\-()\[\]#@=…]")
"""What no value in a Data Docs site may hold: Great Expectations does not escape unexpected values."""

_LONGEST: Final = 200

_LOGO: Final = re.compile(
    r"<img\b[^>]*//great-expectations-web-assets[^>]*>|url\('https://great-expectations-web-assets[^)]*\)"
)
"""The logos of a page, one in its styles: each tells its host when the page is looked at, one of them when it was made."""


@dataclass(frozen=True)
class _Validated:
    """A suite, what Great Expectations made of it and of the frame, and the names of the frame's rows."""

    number: int
    suite: "Suite"
    loaded: Any
    validation: Any
    names: Sequence[str] | None

    def neutral(self) -> Any:
        """The validation with nothing in it that could mean anything in a page; rows are told by their names."""
        for entry in self.validation.results:
            entry.result = _neutral(self._named(entry.result))
        return self.validation

    def _named(self, result: Mapping[str, Any]) -> dict[str, Any]:
        lists = ("unexpected_index_list", "partial_unexpected_index_list")
        named = {
            key: [
                {self.suite.over: self.names[found["row"]], **{k: v for k, v in found.items() if k != "row"}}
                for found in result[key]
            ]
            for key in lists
            if self.names is not None and result.get(key)
        }
        return {**result, **named, **({"unexpected_index_column_names": [self.suite.over]} if named else {})}


class Validator:
    """A context of Great Expectations that outlives single suites: making one costs as much as ten expectations."""

    def __init__(self) -> None:
        _give_back_memory()
        os.environ["GX_ANALYTICS_ENABLED"] = "false"  # copydesk reports to nobody
        import logging

        logging.getLogger("great_expectations").setLevel(
            logging.CRITICAL
        )  # before its import, which logs hundreds of lines
        import great_expectations as gx

        from copydesk.batch import expectations  # noqa: F401 -- suites may name them

        logging.getLogger("great_expectations.data_context.types.base").setLevel(
            logging.CRITICAL
        )  # the import set its own
        self._gx = gx
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
        self._source = self._context.data_sources.add_pandas("copydesk")
        self._validated: list[_Validated] = []

    def validate(
        self, suite: "Suite", frame: "pd.DataFrame", names: Sequence[str] | None = None
    ) -> list[Mapping[str, Any]]:
        """The results of ``suite`` over ``frame``, in Great Expectations' own form.

        With ``names``, those of the frame's rows, every unexpected row is told by its number in the column ``row``. Raises
        ContractError where the suite cannot be loaded.
        """
        loaded = self._load(suite)
        number = len(self._validated)
        definition = self._source.add_dataframe_asset(f"{suite.over}-{number}").add_batch_definition_whole_dataframe(
            "all"
        )
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        wanted: Any = "BASIC"
        if names is not None:
            wanted = {
                "result_format": "COMPLETE",
                "unexpected_index_column_names": ["row"],
                "return_unexpected_index_query": False,
            }
        validation = batch.validate(loaded, result_format=wanted)
        self._validated.append(_Validated(number, suite, loaded, validation, names))
        return [entry.to_json_dict() for entry in validation.results]

    def _load(self, suite: "Suite") -> Any:
        try:
            loaded = self._gx.ExpectationSuite(
                name=suite.name, expectations=suite.data["expectations"], meta=suite.data.get("meta") or {}
            )
        except Exception as error:  # whatever it rejects, the file is at fault
            raise ContractError(f"{suite.path}: Great Expectations cannot load it: {error}") from None
        kept = Counter(expectation.expectation_type for expectation in loaded.expectations)
        if dropped := Counter(entry["type"] for entry in suite.data["expectations"]) - kept:
            # Great Expectations logs what it cannot load and goes on without it: that would pass silently
            raise ContractError(
                f"{suite.path}: Great Expectations cannot load {', '.join(dropped)}: unknown, or wrong kwargs"
            )
        return loaded

    def write_docs(self, folder: Path, run_name: str) -> None:
        """Writes a Data Docs site of all validations so far below ``folder``. What was found stands there neutralised: letters,
        digits and plain punctuation."""
        from great_expectations.core import RunIdentifier
        from great_expectations.data_context.types.resource_identifiers import (
            ExpectationSuiteIdentifier,
            ValidationResultIdentifier,
        )

        run_id = RunIdentifier(run_name=_plain_name(run_name))
        for validated in self._validated:
            validation = validated.neutral()
            validation.meta["run_id"] = run_id
            name = _plain_name(f"{validated.suite.name}-{validated.number}")
            validated.loaded.name = validation.suite_name = name
            self._context.suites.add(validated.loaded)
            key = ValidationResultIdentifier(ExpectationSuiteIdentifier(name), run_id, validated.suite.over)
            self._context.validation_results_store.set(key=key, value=validation)
        for site in list(self._context.list_data_docs_sites()):
            self._context.delete_data_docs_site(site)
        self._context.add_data_docs_site("data_docs", _site(folder))
        self._context.build_data_docs()
        for page in folder.rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            page.write_text(
                _LOGO.sub(lambda found: "none" if found.group().startswith("url") else "", text), encoding="utf-8"
            )


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.resolve())},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def _neutral(value: Any) -> Any:
    """``value`` without any character that could mean something in a page or a template."""
    if isinstance(value, str):
        return _UNSAFE.sub("·", value[:_LONGEST])
    if isinstance(value, Mapping):
        return {_neutral(key): _neutral(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_neutral(item) for item in value]
    return value


def _plain_name(name: str) -> str:
    """``name`` as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)[:100]


def _give_back_memory() -> None:
    """Returns to the system what the run has freed: Great Expectations and pandas need some 200 MB of their own."""
    import ctypes
    import gc

    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
        if trim is not None:
            trim(0)
