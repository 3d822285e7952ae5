"""Plots of the figures, as PNG files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarking import plots

from speed.records import Record

_DOTS = 144
"""Dots an inch."""


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot as plt

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="png", dpi=_DOTS, metadata={"Software": None})
    plt.close(figure)


def _largest(records: Sequence[Record]) -> list[Record]:
    """Those of the largest dump that did not fail."""
    most = max(one.documents for one in records)
    return [one for one in records if one.documents == most and not one.failed]


def _sides(
    records: Sequence[Record], path: Path, value: Callable[[Record], float], label: str, digits: str
) -> None:
    """Cost, memory and quality side by side, a bar a tool."""
    shown = _largest(records)
    if not shown:
        return
    figure, axes = plots.panels(3, width=4.2, height=0.6 + 0.4 * len(shown), share_y=True)
    panels = (
        (label, {one.tool: value(one) for one in shown}, digits),
        ("peak memory, MiB", {one.tool: one.peak / 2**20 for one in shown}, ".0f"),
        ("F1", {one.tool: one.quality["f1"] if one.quality else 0.0 for one in shown}, ".3f"),
    )
    for axis, (name, values, form) in zip(axes, panels, strict=True):
        plots.bars(axis, values, digits=form)
        axis.set_xlabel(name)
        axis.margins(x=0.2)
    figure.suptitle(f"{shown[0].documents:,} documents, {shown[0].input_bytes / 1e6:.0f} MB", fontsize=11)
    _save(figure, path)


def _text(records: Sequence[Record], path: Path) -> None:
    _sides(records, path, lambda one: one.cpu, "CPU seconds (less is better)", ".0f")


def _html(records: Sequence[Record], path: Path) -> None:
    _sides(records, path, lambda one: one.documents / one.cpu, "pages per CPU second (more is better)", ".1f")


def _growth(records: Sequence[Record], path: Path) -> None:
    """CPU a document and peak memory over the size of the dump."""
    figure, axes = plots.panels(2, width=4.8, height=3.2, share_y=False)
    kinds = ((False, "sites known", plots.OURS), (True, "flat, shuffled", plots.OTHER))
    panels: tuple[tuple[str, Callable[[Record], float]], ...] = (
        ("CPU milliseconds a document", lambda one: one.cpu / one.documents * 1000),
        ("peak memory, MiB", lambda one: one.peak / 2**20),
    )
    for axis, (name, value) in zip(axes, panels, strict=True):
        for flat, label, colour in kinds:
            line = [one for one in records if one.flat == flat and not one.failed]
            axis.plot([one.documents for one in line], [value(one) for one in line],
                      marker="o", color=colour, label=label)  # fmt: skip
        axis.set_xscale("log")
        axis.set_xticks(sorted({one.documents for one in records}))
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.minorticks_off()
        axis.set_ylim(bottom=0)
        axis.set_xlabel("documents")
        axis.set_title(name)
    axes[0].legend(frameon=False)
    _save(figure, path)


PLOTS: Mapping[str, Callable[[Sequence[Record], Path], None]] = {
    "text": _text,
    "html": _html,
    "growth": _growth,
}
"""By mode."""
