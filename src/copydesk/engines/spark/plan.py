"""How the inputs of a run are cut into what single tasks read: `Share`s of `Piece`s, in the order of the run.

Where an input is cut depends on nothing but the files and the wanted size, and nothing that a run finds depends on where.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from copydesk.articles import inputs, jsonl, parquet
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input
from copydesk.articles.raw import Reading
from copydesk.articles.recognise import recognise
from copydesk.articles.streams import COMPRESSIONS, streamed
from copydesk.engines.spark import files
from copydesk.engines.spark.lines import LineRange
from copydesk.errors import InputError, UsageError

LARGEST: Final = 64 * 2**20
"""Bytes of an input that one task reads at most, where it can be cut: some 10 to 20 seconds of work."""

SMALLEST: Final = 4 * 2**20
"""Bytes below which cutting costs more than it saves."""

_HEAD: Final = 2**20
"""Bytes of a file that are looked at to recognise it."""

_OPENED: Final = 16
"""Files that are opened at a time: most of the time they are waited for."""


@dataclass(frozen=True)
class Piece:
    """A part of an input: bytes ``start`` to ``end`` of JSON lines, or these row groups of a Parquet file; ``end`` None: all.

    ``entry`` is the input's number, ``name`` what tables call it, ``place`` where it lies; ``size`` in bytes.
    """

    entry: int
    name: str
    place: str
    format: str
    size: int
    start: int = 0
    end: int | None = None

    @property
    def whole(self) -> bool:
        """Whether it is all of its input."""
        return self.end is None


@dataclass(frozen=True)
class Share:
    """What one task reads: several whole inputs that are written alike, or one piece of an input; or (``digest``) an input
    whose digest is asked for and nothing else."""

    pieces: tuple[Piece, ...]
    shape: str = ""
    digest: bool = False

    @property
    def divided(self) -> bool:
        """Whether other shares read the rest of the same input."""
        return not self.digest and not self.pieces[0].whole


@dataclass(frozen=True)
class Found:
    """An input: its name, its place, the format that was asked for, and why there is nothing to open, if so."""

    name: str
    place: str
    format: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Plan:
    """The inputs, their shares in order, and per input what is wrong with it (None: nothing)."""

    entries: tuple[Found, ...]
    shares: tuple[Share, ...]
    problems: tuple[str | None, ...]


def found(names: Sequence[str], format_name: str | None) -> list[Found]:
    """The inputs behind files, folders, globs and URIs, in the order given. Raises UsageError for what is none of these."""
    entries: list[Found] = []
    for name in names:
        if name == "-":
            raise UsageError("--engine spark cannot read standard input, which only this machine has: name a file")
        if files.is_uri(name):
            try:
                entries += [Found(place, place, format_name) for place in files.listed(name)]
            except InputError as error:
                entries.append(Found(name, name, format_name, str(error).removeprefix(f"{name}: ")))
            continue
        for entry in inputs.expand([name], format_name):
            if entry.path is None:
                raise UsageError(f"{entry.name}: --engine spark reads no databases: take --engine local for it")
            entries.append(Found(entry.name, files.absolute(entry.path), format_name, entry.problem))
    return list({entry.name: entry for entry in entries}.values())


def plan(entries: Sequence[Found], fields: FieldMap, size: int) -> Plan:
    """Opens every input once, and cuts them into shares of about ``size`` bytes.

    Raises UsageError for a format that this engine does not read.
    """
    with ThreadPoolExecutor(_OPENED) as pool:
        opened = list(pool.map(lambda item: _pieces(item[0], item[1], fields, size), enumerate(entries)))
    shares: list[Share] = []
    group: list[Piece] = []
    shape = ""
    for pieces, own, _ in opened:
        for piece in pieces:
            if group and (not piece.whole or own != shape or sum(known.size for known in group) + piece.size > size):
                shares.append(Share(tuple(group), shape))
                group = []
            if piece.whole:
                group, shape = [*group, piece], own
            else:
                shares.append(Share((piece,), own))
    if group:
        shares.append(Share(tuple(group), shape))
    return Plan(tuple(entries), tuple(shares), tuple(problem for _, _, problem in opened))


def undivided(plan: Plan, entry: int) -> Plan:
    """``plan`` with the input ``entry`` read by a single task."""
    first = next(share for share in plan.shares if share.pieces[0].entry == entry)
    piece = first.pieces[0]
    size = sum(share.pieces[0].size for share in plan.shares if share.pieces[0].entry == entry)
    whole = Share((replace(piece, start=0, end=None, size=size),), first.shape)
    shares = [whole if share is first else share for share in plan.shares
              if share is first or share.pieces[0].entry != entry]  # fmt: skip
    return replace(plan, shares=tuple(shares))


def _pieces(entry: int, what: Found, fields: FieldMap, size: int) -> tuple[list[Piece], str, str | None]:
    """(the pieces of an input, how its records are written again, what is wrong with it)."""
    try:
        if what.problem is not None:
            raise InputError(f"{what.name}: {what.problem}")
        try:
            known = files.size(what.place)
            if known is None:
                raise InputError(f"{what.name}: cannot be opened: not a file")
            return (*_cut(entry, what, known, fields, size), None)
        except OSError as error:
            raise InputError(f"{what.name}: cannot be opened: {error.strerror or error}") from None
    except InputError as error:
        return [], "", str(error)


def _cut(entry: int, what: Found, known: int, fields: FieldMap, size: int) -> tuple[list[Piece], str]:
    own = FieldMap(fields.mapping)  # inputs are looked at in several threads
    with files.reading(what.place) as file:
        head = file.read(_HEAD)
        packed = head.startswith(tuple(COMPRESSIONS.values()))
        stream = streamed(BytesIO(head), what.name, known)
        named = Input(Path(what.place), what.name, what.format)
        form = named.format or recognise(named.name, stream.head())
        if form not in ("jsonl", "parquet"):
            raise UsageError(
                f"--engine spark reads JSON Lines and Parquet; {what.name} is {form}: take --engine local for it, "
                "or say --format jsonl if that is what it holds"
            )
        piece = Piece(entry, what.name, what.place, form, known)
        if form == "parquet":
            if packed:
                raise UsageError(
                    f"{what.name}: --engine spark cannot jump around in a Parquet file that is compressed as a whole: unpack it"
                )
            reading = parquet.read_groups(what.name, file, own)
            return _groups(piece, parquet.opened(what.name, file), size), _key(reading)
        reading = inputs.reader(named, stream, own)
        if packed or stream.encoding != "utf-8" or known <= size:
            return [piece], _key(reading)
    parts = max(1, -(-known // size))
    bounds = [known * part // parts for part in range(parts + 1)]
    return [replace(piece, start=start, end=end, size=end - start) for start, end in pairwise(bounds)], _key(reading)


def _groups(piece: Piece, file: Any, size: int) -> list[Piece]:
    """Consecutive row groups of a Parquet file, of ``size`` bytes together where they are not larger alone."""
    pieces, start, held = [], 0, 0
    count = file.metadata.num_row_groups
    for group in range(count):
        own = file.metadata.row_group(group)
        packed = sum(own.column(column).total_compressed_size for column in range(own.num_columns))
        if held and held + packed > size:
            pieces.append(replace(piece, start=start, end=group, size=held))
            start, held = group, 0
        held += packed
    if not pieces:
        return [piece]
    return [*pieces, replace(piece, start=start, end=count, size=held)]


def _key(reading: Reading) -> str:
    """The same for inputs that are written alike."""
    return sha256(repr(reading.shape.key).encode()).hexdigest()


@dataclass(frozen=True)
class Opened:
    """A piece that is being read. ``lines`` are those of JSON lines that were read of a divided input so far."""

    reading: Reading
    parser: jsonl.Parser | None = None
    range: LineRange | None = None

    @property
    def lines(self) -> int:
        return self.range.newlines if self.range is not None else 0

    @property
    def guessed(self) -> bool:
        """Whether an encoding was guessed, so that what follows must be read by whoever reads this."""
        return self.parser is not None and self.parser.guessed


@contextmanager
def opened(piece: Piece, fields: FieldMap, first: int = 1) -> Iterator[Opened]:
    """Reads a piece, which begins at line ``first`` of its input.

    Raises InputError where the input itself is broken, and OSError where it cannot be reached.
    """
    with files.reading(piece.place) as file:
        if piece.format == "parquet":
            groups = None if piece.end is None else range(piece.start, piece.end)
            yield Opened(parquet.read_groups(piece.name, file, fields, groups))
            return
        parser = jsonl.Parser()
        lines = None if piece.end is None else LineRange(file, piece.start, piece.end)
        stream = streamed(file, piece.name, piece.size) if lines is None else lines.stream(piece.name)
        yield Opened(jsonl.read(stream, fields, first, parser), parser, lines)
