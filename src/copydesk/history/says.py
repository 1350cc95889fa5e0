"""Numbers as sentences have them."""

from collections.abc import Callable
from typing import Final

from copydesk.wording import percent

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def share(part: float) -> str:
    """A share in per cent; never "0 %" or "100 %" for what is not exactly that."""
    return percent(part, 1)


def range_said(low: float, high: float) -> str:
    """A range of shares: "0–2 %"."""
    first, last = f"{100 * low:.0f}", f"{100 * high:.0f}"
    return f"{first} %" if first == last else f"{first}–{last} %"


def count_range(low: float, high: float) -> str:
    """A range of counts: "90–130"."""
    return range_said_of((low, high), lambda value: f"{value:,.0f}")


def range_said_of(usual: tuple[float, float], said: Callable[[float], str]) -> str:
    """A range of what ``said`` puts into words."""
    first, last = (said(value) for value in usual)
    return first if first == last else f"{first}–{last}"


def hours(value: float) -> str:
    """An age: "5 hours", "3 days"."""
    return f"{value:,.0f} hours" if value < 72 else f"{value / 24:,.0f} days"
