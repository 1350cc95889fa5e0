"""Geometry of the report's charts: numbers in, coordinates out. `charts.html.j2` draws them as SVG, with a text beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 240.0
HEIGHT: Final = 48.0
"""The box of a line in user units; it is stretched to where it stands."""

_PAD: Final = 3.0
"""Space for the width of the line and the last point."""


@dataclass(frozen=True)
class Line:
    """A line through values, first to last: the path of the line, that of the area below it (both SVG path data), its last point
    and the usual range as a band (top and height; None without). ``top`` is the value at the upper edge."""

    path: str
    area: str
    end: tuple[float, float] | None
    band: tuple[float, float] | None
    top: float


def line(values: Sequence[float | None], top: float | None = None, usual: Sequence[float] | None = None) -> Line:
    """A line from 0 at the foot to ``top`` (default: the largest value); it breaks where a value is missing."""
    known = [value for value in values if value is not None]
    highest = top or max([*known, *(usual or ())], default=0.0) or 1.0
    step = (WIDTH - 2 * _PAD) / max(1, len(values) - 1)

    def y(value: float) -> float:
        return round(HEIGHT - _PAD - (HEIGHT - 2 * _PAD) * min(value, highest) / highest, 2)

    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(_PAD + index * step, 2), y(value)))
    drawn = [run for run in runs if run]
    path = " ".join("M" + " L".join(f"{x} {at}" for x, at in (run if len(run) > 1 else run * 2)) for run in drawn)
    area = " ".join(
        f"M{run[0][0]} {HEIGHT} " + " ".join(f"L{x} {at}" for x, at in run) + f" L{run[-1][0]} {HEIGHT} Z"
        for run in drawn
    )
    end = runs[-1][-1] if runs[-1] else None
    band = None if usual is None else (y(usual[1]), round(max(1.0, y(usual[0]) - y(usual[1])), 2))
    return Line(path, area, end, band, highest)


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram: its label, how many it counts in each part, and their rectangles (y, height) from the foot up."""

    label: str
    counts: tuple[int, ...]
    x: float
    width: float
    parts: tuple[tuple[float, float], ...]


BARS_WIDTH: Final = 360.0
BARS_HEIGHT: Final = 120.0


def bars(labels: Sequence[str], counts: Sequence[tuple[int, ...]]) -> list[Bar]:
    """A histogram of stacked bars, as high as the largest of them."""
    highest = max((sum(parts) for parts in counts), default=0) or 1
    slot = BARS_WIDTH / max(1, len(labels))
    drawn = []
    for index, (label, parts) in enumerate(zip(labels, counts, strict=True)):
        foot, rectangles = BARS_HEIGHT, []
        for count in parts:
            # one article among a million stays visible
            height = max(1.5, BARS_HEIGHT * count / highest) if count else 0.0
            foot -= height
            rectangles.append((round(foot, 2), round(height, 2)))
        drawn.append(Bar(label, parts, round(index * slot + slot * 0.1, 2), round(slot * 0.8, 2), tuple(rectangles)))
    return drawn
