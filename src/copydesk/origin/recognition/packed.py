"""A page as bytes, for the cache: a mark with the version, then deflated JSON. Read with suspicion: the file may be anyone's."""

import zlib
from datetime import date, datetime
from typing import Any, Final

import orjson

from copydesk.errors import InputError
from copydesk.origin.recognition.page import Page
from copydesk.pages.facts import Facts
from copydesk.pages.rights import Rights
from copydesk.pages.visible import Line

_MARK: Final = b"copydesk page 1\n"
_PACKED: Final = 4_000_000
_UNPACKED: Final = 16_000_000
"""Bytes at most; the texts of a page have 0.5 million characters, escaped three million bytes."""

_VALUES: Final = 100_000
"""Items of one list at most."""


def packed(page: Page) -> bytes:
    """``page`` as bytes, from which `unpacked` makes an equal one. Typically 5 kB."""
    texts, kin, kinds = zip(*page.lines, strict=True) if page.lines else ((), (), ())
    values = {name: getattr(page, name) for name in Page.__dataclass_fields__ if name != "lines"}
    values |= {"rights": list(page.rights), "texts": texts, "kin": kin, "kinds": kinds}
    return _MARK + zlib.compress(orjson.dumps(values, default=list), 6)


def unpacked(data: bytes) -> Page:
    """The page that `packed` wrote. Raises InputError that says what is wrong with anything else."""
    if not data.startswith(_MARK):
        raise InputError("the cached page is of another version of copydesk, or damaged; it has to be fetched again")
    values = _json(data)
    try:
        return _page(values)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(f"{type(error).__name__}: {error}") from None


def _damaged(why: str) -> InputError:
    return InputError(f"the cached page is damaged ({why[:200]}); it has to be fetched again")


def _json(data: bytes) -> dict[str, Any]:
    if len(data) > _PACKED:
        raise _damaged(f"more than {_PACKED} bytes")
    inflate = zlib.decompressobj()
    try:
        text = inflate.decompress(data[len(_MARK) :], _UNPACKED)
    except zlib.error as error:
        raise _damaged(str(error)) from None
    if not inflate.eof:
        raise _damaged("cut off" if inflate.unconsumed_tail == b"" else f"more than {_UNPACKED} bytes of JSON")
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _damaged(str(error)) from None
    if not isinstance(values, dict):
        raise _damaged("not an object")
    return values


def _page(values: dict[str, Any]) -> Page:
    known = values["facts"]
    noindex, reserved, policy = values["rights"]
    return Page(
        url=_text(values["url"]),
        charset=_text(values["charset"]),
        language=_maybe(values["language"]),
        title=_text(values["title"]),
        headlines=_texts(values["headlines"]),
        canonical=_maybe(values["canonical"]),
        published_at=_instant(values["published_at"]),
        published_day=None if values["published_day"] is None else date.fromisoformat(values["published_day"]),
        modified_at=_instant(values["modified_at"]),
        authors=_texts(values["authors"]),
        site=_maybe(values["site"]),
        facts=Facts(
            **{name: _texts(known[name]) for name in _LISTS},
            free=None if known["free"] is None else bool(known["free"]),
            body=_text(known["body"]),
        ),
        body_length=int(values["body_length"]),
        rights=Rights(bool(noindex), _texts(reserved), _maybe(policy)),
        asks_password=bool(values["asks_password"]),
        lines=_lines(values),
    )


_LISTS: Final = ("addresses", "publishers", "organisations", "based_on", "named_sources", "licences", "copyrights")


def _lines(values: dict[str, Any]) -> tuple[Line, ...]:
    columns = (_list(values[name]) for name in ("texts", "kin", "kinds"))
    return tuple(Line(_text(text), int(kin), _text(kind)) for text, kin, kind in zip(*columns, strict=True))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _VALUES:
        raise TypeError("not a list, or a longer one than any page has")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where a text should be")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


def _maybe(value: Any) -> str | None:
    return None if value is None else _text(value)


def _instant(value: Any) -> datetime | None:
    if value is None:
        return None
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at
