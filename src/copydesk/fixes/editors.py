"""The records of a batch, opened for editing: one editor per input format, each knows how to change single texts."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import polars as pl
import pyarrow as pa

from copydesk.articles import delimited, dialects, parquet, story
from copydesk.articles.fields import FieldMap
from copydesk.articles.frame import SCRAPED
from copydesk.articles.raw import RawBatch, Shape
from copydesk.encoding import marked
from copydesk.fixes import jsontext
from copydesk.fixes.leaves import Leaf, Path, leaves_of

EDITABLE: Final = ("jsonl", "json", "json-object", "csv", "parquet", "story")
"""The formats that there is an editor for."""

Changes = Mapping[Path, str | None]
"""Path of a text in the record -> the text it becomes; None takes a list's item out."""


class Editor(Protocol):
    """The readable records of a batch. Rows count them, as in the batch's frame."""

    def leaves(self, row: int, field: str) -> list[Leaf]:
        """The texts that ``field`` of the record is made of."""

    def change(self, row: int, changes: Changes) -> bool:
        """Changes texts of a record and nothing else; False, and nothing is changed, where the format cannot say it."""

    def snapshot(self, row: int) -> Any:
        """The record as it is, to be given to `restore`."""

    def restore(self, row: int, snapshot: Any) -> None:
        """Takes back what was changed since ``snapshot``."""

    def scraped(self, rows: Sequence[int]) -> pl.DataFrame:
        """The scraped columns of some records as they are now."""

    def raw(self) -> "list[bytes] | pa.Table":
        """All records as they are now, to be written."""


def editor(shape: Shape, batch: RawBatch, fields: FieldMap) -> Editor:
    """The editor for the records of ``batch``."""
    if isinstance(batch.raw, pa.Table):
        return _Rows(batch.raw, fields)
    kinds: dict[str, type[_Cells] | type[_Story]] = {"csv": _Cells, "story": _Story}
    return kinds.get(shape.format, _Objects)(list(batch.raw), shape, fields)


class _Texts:
    """Records kept as bytes in one encoding, with or without a byte order mark of their own."""

    def __init__(self, raws: list[bytes], shape: Shape, fields: FieldMap) -> None:
        self._raws, self._shape, self._fields = raws, shape, fields

    def _text(self, row: int) -> tuple[str, bytes, str]:
        """(text, byte order mark, encoding)"""
        raw = self._raws[row]
        if self._shape.whole:
            mark, encoding = marked(raw)
        else:
            encoding = self._shape.encoding
            mark = "\ufeff".encode(encoding)
            mark = mark if raw.startswith(mark) else b""
        return raw[len(mark) :].decode(encoding, "surrogatepass"), mark, encoding

    def _keep(self, row: int, text: str, mark: bytes, encoding: str) -> None:
        self._raws[row] = mark + text.encode(encoding, "surrogatepass")

    def snapshot(self, row: int) -> bytes:
        return self._raws[row]

    def restore(self, row: int, snapshot: bytes) -> None:
        self._raws[row] = snapshot

    def raw(self) -> list[bytes]:
        return self._raws


class _Objects(_Texts):
    """JSON objects."""

    def leaves(self, row: int, field: str) -> list[Leaf]:
        record = json.loads(self._text(row)[0])
        return leaves_of(record, field, self._fields, dialects.of(tuple(record)))

    def change(self, row: int, changes: Changes) -> bool:
        text, mark, encoding = self._text(row)
        self._keep(row, jsontext.changed(text, changes), mark, encoding)
        return True

    def scraped(self, rows: Sequence[int]) -> pl.DataFrame:
        return self._fields.frame([json.loads(self._text(row)[0]) for row in rows])


class _Cells(_Texts):
    """Rows of a table: cells that are not changed keep their quotes and blanks."""

    def __init__(self, raws: list[bytes], shape: Shape, fields: FieldMap) -> None:
        super().__init__(raws, shape, fields)
        mark, encoding = marked(shape.preamble)
        self._header, self._delimiter = delimited.header_of(shape.preamble[len(mark) :].decode(encoding, "replace"))
        # a field, and the delimiter or the line end behind it
        self._cell = re.compile(
            rf'("(?>[^"]|"")*+"[^{re.escape(self._delimiter)}\r\n]*|[^{re.escape(self._delimiter)}\r\n]*)'
        )

    def _parsed(self, row: str) -> list[str]:
        return next(csv.reader(io.StringIO(row, newline=""), delimiter=self._delimiter), [])

    def _record(self, row: int) -> dict[str, str]:
        # as the reader does it: of columns with one name the first counts
        cells = self._parsed(self._text(row)[0])
        return dict(zip(reversed(self._header), reversed(cells), strict=True))

    def leaves(self, row: int, field: str) -> list[Leaf]:
        return leaves_of(self._record(row), field, self._fields)

    def change(self, row: int, changes: Changes) -> bool:
        text, mark, encoding = self._text(row)
        meant = self._parsed(text)
        spans = self._spans(text)
        new = text
        for column in sorted((self._header.index(str(path[0])) for path in changes), reverse=True):
            meant[column] = changes[(self._header[column],)] or ""
            start, end = spans[column]
            new = new[:start] + self._written(meant[column], text[start:end]) + new[end:]
        if "\0" in text or self._parsed(new) != meant:
            return False
        self._keep(row, new, mark, encoding)
        return True

    def _spans(self, text: str) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        at = 0
        while len(spans) < len(self._header):
            found = self._cell.match(text, at)
            assert found is not None  # it matches nothing, too
            spans.append(found.span())
            at = found.end() + 1
        return spans

    def _written(self, value: str, before: str) -> str:
        """``value`` as a cell, in quotes if it needs them or was in quotes ``before``."""
        special = (self._delimiter, '"', "\n", "\r")
        if before.startswith('"') or any(char in value for char in special):
            return '"' + value.replace('"', '""') + '"'
        return value

    def scraped(self, rows: Sequence[int]) -> pl.DataFrame:
        return self._fields.frame([self._record(row) for row in rows])


class _Story(_Texts):
    """A story: its fields are spans of the file, counted as if every line break were one character."""

    def _normal(self, row: int) -> str:
        return self._text(row)[0].replace("\r\n", "\n").replace("\r", "\n")

    def leaves(self, row: int, field: str) -> list[Leaf]:
        text = self._normal(row)
        spans = story.layout(text).get(field, [])
        if len(spans) > 1:  # credits, joined by the reader
            return []
        return [Leaf((start,), text[start:end], in_file=True, base=start) for start, end in spans]

    def change(self, row: int, changes: Changes) -> bool:
        text, mark, encoding = self._text(row)
        breaks = {"\r\n", "\r", "\n"} & set(re.findall(r"\r\n|\r|\n", text))
        if len(breaks) > 1:
            return False
        new = self._normal(row)
        ends = dict(span for spans in story.layout(new).values() for span in spans)
        for (start,), value in sorted(changes.items(), reverse=True):
            assert isinstance(start, int)
            new = new[:start] + (value or "") + new[ends[start] :]
        self._keep(row, new.replace("\n", breaks.pop() if breaks else "\n"), mark, encoding)
        return True

    def scraped(self, rows: Sequence[int]) -> pl.DataFrame:
        stories = [{**dict.fromkeys(SCRAPED), **story.parse(self._normal(row))} for row in rows]
        return pl.DataFrame(stories, schema=SCRAPED)


class _Rows:
    """Rows of a Parquet file: columns keep their types."""

    def __init__(self, table: pa.Table, fields: FieldMap) -> None:
        self._table, self._fields = table, fields
        self._nested = parquet.nested(table.schema)
        self._changed: dict[int, dict[str, Any]] = {}

    def _values(self, row: int) -> "_Row":
        return _Row(self._table, row, self._changed.get(row, {}))

    def leaves(self, row: int, field: str) -> list[Leaf]:
        record, view = self._values(row), dialects.of(tuple(self._table.column_names), self._nested)
        return leaves_of(dict(record) if view else record, field, self._fields, view)

    def change(self, row: int, changes: Changes) -> bool:
        try:
            values = self._with(row, changes)
        except (pa.ArrowException, TypeError, ValueError):
            return False
        self._changed[row] = {**self._changed.get(row, {}), **values}
        return True

    def _with(self, row: int, changes: Changes) -> dict[str, Any]:
        record = self._values(row)
        columns = {str(path[0]) for path in changes}
        new = {name: {name: record[name]} for name in columns}
        for path, text in sorted(changes.items(), key=lambda item: str(item[0])):
            name = str(path[0])
            new[name] = _with(new[name], path, text)
        values = {name: _compact(new[name][name]) for name in columns}
        for name in columns:
            kind = self._table.schema.field(name).type
            old = self._table[name][row]
            [same, new_one] = pa.array([old.as_py(), values[name]], kind)
            if (same != old and not pa.types.is_dictionary(kind)) or new_one.as_py() != values[name]:
                raise ValueError("what does not survive the way through Python is not touched")
        return values

    def snapshot(self, row: int) -> dict[str, Any]:
        return dict(self._changed.get(row, {}))

    def restore(self, row: int, snapshot: dict[str, Any]) -> None:
        self._changed[row] = snapshot

    def scraped(self, rows: Sequence[int]) -> pl.DataFrame:
        return parquet.scraped(self._rebuilt(parquet.taken(self._table, rows), rows), self._fields)

    def raw(self) -> pa.Table:
        return self._rebuilt(self._table, range(self._table.num_rows))

    def _rebuilt(self, table: pa.Table, rows: Sequence[int]) -> pa.Table:
        """``table``, the rows numbered ``rows`` as they came, with what has been changed in them."""
        places = {row: place for place, row in enumerate(rows) if row in self._changed}
        for name in sorted({name for row in places for name in self._changed[row]}):
            changed = {row: self._changed[row][name] for row in places if name in self._changed[row]}
            field = table.schema.field(name)
            both = pa.chunked_array([*table[name].chunks, pa.array(list(changed.values()), field.type)], field.type)
            order = list(range(table.num_rows))
            for number, row in enumerate(changed):
                order[places[row]] = table.num_rows + number
            column = parquet.taken(both.unify_dictionaries(), order)
            table = table.set_column(table.column_names.index(name), field, column)
        return table


class _Row(Mapping[str, Any]):
    """One row of a table as a record; only what is asked for is turned into Python."""

    def __init__(self, table: pa.Table, row: int, changed: Mapping[str, Any]) -> None:
        self._table, self._row, self._changed = table, row, changed

    def __getitem__(self, name: str) -> Any:
        if name in self._changed:
            return self._changed[name]
        try:
            return self._table[name][self._row].as_py()
        except (ValueError, OverflowError, UnicodeDecodeError, pa.ArrowException):
            return None

    def __iter__(self) -> Any:
        return iter(self._table.column_names)

    def __len__(self) -> int:
        return int(self._table.num_columns)


_GONE = object()


def _with(value: Any, path: Path, text: str | None) -> Any:
    """``value`` with the text at ``path`` replaced, or marked as gone."""
    if not path:
        return _GONE if text is None else text
    step, *rest = path
    if isinstance(value, Mapping):
        return {name: _with(item, tuple(rest), text) if name == step else item for name, item in value.items()}
    return [_with(item, tuple(rest), text) if index == step else item for index, item in enumerate(value)]


def _compact(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _compact(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_compact(item) for item in value if item is not _GONE]
    return value
