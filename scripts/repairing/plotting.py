"""The plot of the planted cases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarking import plots

from repairing.cases import KINDS
from repairing.cutting import STYLES
from repairing.reading import Record, counts, is_

_SERIES = (("donor there", True, plots.OURS), ("no donor", False, plots.OTHER))


def recall_by_kind(cases: Sequence[Record], path: Path, half: str) -> None:
    """A panel for each way of planting, a pair of bars for each place and mark."""
    figure, axes = plots.panels(len(KINDS), width=3.6, height=3.8)
    names = [f"{place},\n{mark}" for place, mark in STYLES]
    for axis, kind in zip(axes, KINDS, strict=True):
        for shift, (name, donor, colour) in zip((0.2, -0.2), _SERIES, strict=True):
            groups = [counts(cases, is_(kind=kind, place=p, mark=m), is_(donor=donor)) for p, m in STYLES]
            values = [100 * (group.recall or 0.0) for group in groups]
            places = [len(STYLES) - n + shift for n in range(len(STYLES))]
            axis.barh(places, values, height=0.36, color=colour, label=name)
            for place, value, group in zip(places, values, groups, strict=True):
                if group.cases:
                    axis.annotate(
                        f"{value:.0f}",
                        (value, place),
                        xytext=(3, 0),
                        textcoords="offset points",
                        va="center",
                        fontsize=8,
                    )
        axis.set_yticks(range(len(STYLES), 0, -1), names)
        axis.set_xlim(0, 112)
        axis.set_title(kind)
        axis.set_xlabel(f"% of cuts found, half “{half}”")
    for axis in axes:
        axis.tick_params(axis="y", left=False)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, frameon=False, fontsize=9, loc="outside lower center", ncols=2)
    plots.save(figure, path)
