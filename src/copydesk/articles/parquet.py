"""Parquet: columns of any type, read row group by row group."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.articles import dialects
from copydesk.articles.fields import JOINTS, NOTHING, WEB_ADDRESS, FieldMap, as_json, as_text, is_marked_up, rendered
from copydesk.articles.fragments import text_of
from copydesk.articles.frame import SCRAPED
from copydesk.articles.literals import LISTED, unlisted
from copydesk.articles.raw import RawBatch, Reading, Shape
from copydesk.articles.streams import Stream, seekable
from copydesk.errors import InputError, UsageError

_ROWS = 2_048
_BYTES = 64 * 2**20
_BUFFER = 2**18
_LONGEST_NOTHING = max(map(len, NOTHING))


def read(stream: Stream, fields: FieldMap, path: Path | None) -> Reading:
    """Reads a Parquet file; rows are written again with the same schema."""
    with ExitStack() as stack:
        found = read_groups(stream.name, stack.enter_context(seekable(stream, path)), fields)
        return Reading(found.shape, _closing(found.batches, stack.pop_all()))
    raise AssertionError  # the block above returns or raises


def read_groups(name: str, source: Path | BinaryIO, fields: FieldMap, groups: Sequence[int] | None = None) -> Reading:
    """Reads consecutive row groups of the Parquet file ``source`` (None: all), which messages call ``name``.

    Numbers count from the first of these rows, positions from the file's.
    """
    file = opened(name, source)
    schema = file.schema_arrow
    if twice := sorted({column for column in schema.names if schema.names.count(column) > 1}):
        raise InputError(f"{name}: several columns are called {', '.join(twice)[:120]}; rename them")
    if not _is_known(schema, fields):
        raise InputError(
            f"{name}: no column is known ({', '.join(schema.names)[:120]}); "
            "name your columns under `fields` in the contract"
        )
    return Reading(Shape("parquet", ".parquet", schema=schema), _batches(name, fields, file, groups))


def frame_of(table: pa.Table, fields: FieldMap) -> pl.DataFrame:
    """The scraped columns and `copydesk.articles.frame.POSITION` of a table that is a run by itself, in memory.

    Raises UsageError where none of its columns is known.
    """
    if not _is_known(table.schema, fields):
        names = ", ".join(map(str, table.column_names))[:200]
        raise UsageError(f"no column is known ({names}); name your columns under `fields` in the contract")
    number = pl.int_range(pl.len(), dtype=pl.Int64)
    place = (number.alias("record"), pl.lit("frame").alias("input"), (number + 1).alias("position"))
    return scraped(table, fields).with_columns(place)


def _is_known(schema: pa.Schema, fields: FieldMap) -> bool:
    """Whether a column is known by its own name, or all of them by the tool that writes them."""
    return bool(fields.plan(schema.names)) or dialects.of(tuple(schema.names), nested(schema)) is not None


def opened(name: str, source: Path | BinaryIO) -> pq.ParquetFile:
    """The Parquet file ``source``. Raises InputError where it is none."""
    try:
        # pre_buffer would load whole row groups, and without a size whole columns of them: flat memory matters more
        return pq.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{name}: not a readable Parquet file: {error}") from None


def _closing(batches: Iterator[RawBatch], stack: ExitStack) -> Iterator[RawBatch]:
    with stack:
        yield from batches


def _batches(name: str, fields: FieldMap, file: pq.ParquetFile, groups: Sequence[int] | None) -> Iterator[RawBatch]:
    before = sum(file.metadata.row_group(group).num_rows for group in range(groups[0])) if groups else 0
    rows_at_once = _rows_at_once(file.metadata)
    first = 0
    try:
        for batch in file.iter_batches(batch_size=rows_at_once, row_groups=groups):
            table = pa.Table.from_batches([batch])
            rows = range(first, first + table.num_rows)
            first += table.num_rows
            positions = range(before + rows.start + 1, before + rows.stop + 1)
            yield RawBatch(scraped(table, fields), rows, positions, table, notes=fields.take_notes())
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name}: damaged after row {before + first}: {error}") from None


def _rows_at_once(metadata: pq.FileMetaData) -> int:
    """Rows of one batch: fewer where they are long, so that a batch of bodies of megabytes is no longer than others."""
    sizes = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
    longest = max((group.total_byte_size / max(1, group.num_rows) for group in sizes), default=0.0)
    return max(1, min(_ROWS, int(_BYTES / max(1.0, longest))))


def taken(rows: "pa.Table | pa.ChunkedArray", numbers: Sequence[int]) -> "pa.Table | pa.ChunkedArray":
    """Some rows of a table or column, of any type."""
    chosen = pl.Series(numbers, dtype=pl.Int64()).to_arrow()  # pa.array imports pandas: the list might be from there
    try:
        return rows.take(chosen)
    except pa.ArrowNotImplementedError:  # Arrow cannot take from its own text views
        slices = [rows.slice(number, 1) for number in numbers]
        if isinstance(rows, pa.Table):
            return pa.concat_tables(slices) if slices else rows.slice(0, 0)
        return pa.chunked_array([chunk for part in slices for chunk in part.chunks], rows.type)


def nested(schema: pa.Schema) -> tuple[str, ...]:
    """The columns whose values can hold others."""
    return tuple(column.name for column in schema if pa.types.is_nested(column.type))


def scraped(table: pa.Table, fields: FieldMap) -> pl.DataFrame:
    """The scraped columns of a table of any names and types, row by row."""
    names = tuple(table.column_names)
    if dialects.of(names, nested(table.schema)) is not None:
        columns = [_values(table[name]) for name in names]
        return fields.frame([dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)])
    plan = fields.plan(table.column_names)
    texts = {(field, key): _text(table[key], key, field, fields) for field, keys in plan.items() for key in keys}
    candidates = {field: [texts[field, key] for key in plan.get(field, ())] for field in SCRAPED}
    addresses = [series.str.contains(WEB_ADDRESS) for series in candidates["source"]]
    for series, is_address in zip(list(candidates["source"]), addresses, strict=True):
        candidates["original_url"].append(series.set(~is_address.fill_null(False), None))
    candidates["source"] = [
        series.set(is_address.fill_null(False), None)
        for series, is_address in zip(candidates["source"], addresses, strict=True)
    ]
    frame = pl.DataFrame({field: _first(found, table.num_rows) for field, found in candidates.items()}, schema=SCRAPED)
    rest = [name for name in table.column_names if name not in {keys[0] for keys in plan.values()}]
    if rest:
        columns = [_values(table[name]) for name in rest]
        rows = [as_json(dict(zip(rest, row, strict=True))) for row in zip(*columns, strict=True)]
        frame = frame.with_columns(pl.Series("extra", rows, pl.String()))
    if (tool := dialects.extractor_of(names)) is not None:
        frame = frame.with_columns(pl.col("extractor").fill_null(tool))
    return frame


def _first(candidates: list[pl.Series], height: int) -> pl.Series:
    """The first value that is not null, row by row."""
    if not candidates:
        return pl.Series(values=[None], dtype=pl.String()).new_from_index(0, height)
    return pl.select(pl.coalesce(candidates)).to_series() if len(candidates) > 1 else candidates[0]


def _text(column: pa.ChunkedArray, key: str, field: str, fields: FieldMap) -> pl.Series:
    """A column as text, whatever its type; words for "nothing" become null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if _holds_text(kind):
        series = _strings(column)
    elif (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and _holds_text(kind.value_type) and _is_text(column):
        series = _joined(pl.Series(values=column), JOINTS.get(field, ", "))
    else:
        values = _values(column)
        if field == "body" and pa.types.is_nested(kind) and not all(rendered(value) for value in values if value):
            fields.note_nested(key)
        series = pl.Series(values=[as_text(value, JOINTS.get(field, ", ")) for value in values], dtype=pl.String())
    if field in LISTED:
        listed = series.str.starts_with("[").arg_true()
        joint = JOINTS.get(field, ", ")
        series = (
            series.scatter(listed, [unlisted(text, joint) for text in series.gather(listed)]) if len(listed) else series
        )
    if is_marked_up(field, key):
        series = pl.Series(values=[text_of(text) if text else None for text in series], dtype=pl.String())
    bare = series.str.strip_chars()
    short = (bare.str.len_bytes() <= _LONGEST_NOTHING).arg_true()  # so that no long text is compared with words
    nothing = short.filter(bare.gather(short).is_in(NOTHING))
    return series.scatter(nothing, None) if len(nothing) else series


def _strings(column: pa.ChunkedArray) -> pl.Series:
    """A text column; bytes that are not UTF-8, which Parquet does not prevent, become U+FFFD."""
    if _is_text(column):
        return pl.Series(values=column)
    raws = [value.as_buffer() if value.is_valid else None for value in column]
    return pl.Series(
        values=[None if raw is None else raw.to_pybytes().decode("utf-8", "replace") for raw in raws],
        dtype=pl.String(),
    )


def _holds_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_text(column: pa.ChunkedArray) -> bool:
    """Whether all text of a column is UTF-8."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _joined(lists: pl.Series, joint: str) -> pl.Series:
    """What `as_text` makes of lists of texts: their parts that are not blank."""
    part = pl.element()
    parts = pl.DataFrame({"parts": lists}).select(pl.col("parts").list.eval(part.filter(part.str.strip_chars() != "")))
    return parts.select(pl.when(pl.col("parts").list.len() > 0).then(pl.col("parts").list.join(joint)))["parts"]


_UNHOLDABLE = (ValueError, OverflowError, UnicodeDecodeError, LookupError, pa.ArrowException)
"""What Arrow raises where Python has no such value: a date beyond its years, a time zone that there is not."""


def _values(column: pa.ChunkedArray) -> list[object]:
    """The values of a column of any type as Python objects; what Python cannot hold comes as text."""
    try:
        return list(column.to_pylist())
    except _UNHOLDABLE:
        return [_value(value) for value in column]


def _value(value: pa.Scalar) -> object:
    try:
        return value.as_py()
    except _UNHOLDABLE:
        pass
    try:
        if pa.types.is_timestamp(value.type):  # of a zone that nobody knows: the instant is known all the same
            return value.cast(pa.timestamp(value.type.unit, "UTC")).as_py()
    except _UNHOLDABLE:
        pass
    try:
        return str(value.cast(pa.int64()).as_py())
    except (ValueError, pa.ArrowException):
        return None
