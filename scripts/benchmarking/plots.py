"""Plots as SVG that are the same for the same figures: no date, no random ids, text as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

OURS = "#0b5fa5"
OTHER = "#d1691b"
QUIET = "#8a8f98"
PALETTE = (OURS, OTHER, "#3a8f5c", "#8e4a9e", "#a88a1f", "#4aa3b8", "#b0415a")
_SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "scrubber",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def panels(
    count: int, *, width: float = 4.6, height: float = 3.6, share_y: bool = True
) -> tuple[Any, list[Any]]:
    """A figure with so many panels side by side: (figure, axes)."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update(_SETTINGS)
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(
        1, count, figsize=(width * count, height), sharey=share_y, squeeze=False, layout="constrained"
    )
    return figure, list(axes[0])


def save(figure: Any, path: Path) -> None:
    """Write a figure and forget it."""
    from matplotlib import pyplot as plt

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    # One line end at the end, none of the spaces that matplotlib leaves before others.
    lines = path.read_text("utf-8").splitlines()
    path.write_text("".join(f"{line.rstrip()}\n" for line in lines), "utf-8")


def bars(axis: Any, values: Mapping[str, float], *, digits: str = ".3f") -> None:
    """Horizontal bars from zero, the first on top, each with its figure."""
    places = _rows(axis, list(values))
    colours = [_colour(name) if _two_sides(values) else OURS for name in values]
    axis.barh(places, list(values.values()), color=colours, height=0.66)
    for place, value in zip(places, values.values(), strict=True):
        side = (-4, "right") if value < 0 else (4, "left")
        _figure(axis, value, place, digits, side)
    axis.locator_params(axis="x", nbins=6)


def dots(axis: Any, values: Mapping[str, float], *, digits: str = ".3f") -> None:
    """A dot a row, the first on top, each with its figure: for values whose zero is far away."""
    places = _rows(axis, list(values))
    axis.hlines(places, 0, list(values.values()), color="#e4e6ea", linewidth=1, zorder=1)
    axis.scatter(list(values.values()), places, color=[_colour(name) for name in values], zorder=2)
    for place, value in zip(places, values.values(), strict=True):
        _figure(axis, value, place, digits, (7, "left"))
    low, high = min(values.values()), max(values.values())
    axis.set_xlim(low - 0.15 * (high - low or 1), high + 0.35 * (high - low or 1))
    axis.locator_params(axis="x", nbins=6)


def _rows(axis: Any, names: Sequence[str]) -> list[int]:
    places = list(range(len(names), 0, -1))
    axis.set_yticks(places, names)
    axis.tick_params(axis="y", left=False)
    return places


def _two_sides(values: Mapping[str, float]) -> bool:
    return any(name.startswith("scrubber") for name in values)


def _colour(name: str) -> str:
    return OURS if name.startswith("scrubber") else QUIET


def _figure(axis: Any, value: float, place: float, digits: str, side: tuple[int, str]) -> None:
    shift, align = side
    axis.annotate(
        f"{value:{digits}}",
        (value, place),
        xytext=(shift, 0),
        textcoords="offset points",
        ha=align,
        va="center",
        fontsize=9,
    )


def spread_labels(heights: Sequence[float], least: float) -> list[float]:
    """Heights moved apart so that neighbours are `least` away, in the same order and near their own."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    moved = list(heights)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    drift = (sum(moved) - sum(heights)) / len(heights) if heights else 0.0
    return [height - drift for height in moved]


def curves(
    axis: Any, x: Sequence[float], series: Mapping[str, Sequence[float]], colours: Mapping[str, str]
) -> None:
    """Several lines, their names at the right end, moved apart where they would meet."""
    values = [v for y in series.values() for v in y]
    room = (max(values) - min(values) or 1.0) * 0.065
    ends = spread_labels([y[-1] for y in series.values()], room)
    for (name, y), end in zip(series.items(), ends, strict=True):
        colour = colours[name]
        axis.plot(x[: len(y)], y, color=colour, marker="o", markersize=3.5, linewidth=1.6)
        axis.annotate(
            name,
            (x[len(y) - 1], end),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=9,
            annotation_clip=False,
        )
    axis.grid(axis="y", color="#e4e6ea", linewidth=0.8)
    axis.set_axisbelow(True)
