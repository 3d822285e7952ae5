"""What the one threshold does: recall for precision, from 0.1 to 0.95."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.scoring import lost, mean, mean_of_sets, of_set, pooled
from scrubber.config import Chrome, Config

KINDS = ("html", "text-full")
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def measure(bench: Bench) -> dict[str, Any]:
    """``{kind: {threshold: {"precision", "recall", "f1", "lost", and F1 by set}}}``."""
    result: dict[str, Any] = {}
    for kind in KINDS:
        scores: dict[str, dict[str, Any]] = {str(value): {} for value in THRESHOLDS}
        for name in bench.sets():
            loaded = bench.load(name, kind)
            for value in THRESHOLDS:
                config = Config(chrome=replace(Chrome(), threshold=value))
                found = bench.clean(loaded, bench.run(config), f"{name}, {kind}, threshold {value}")
                scores[str(value)].update(found)
        result[kind] = {value: _summary(bench, found) for value, found in scores.items()}
    return result


def _summary(bench: Bench, scores: dict[str, Any]) -> dict[str, float]:
    parts = {"precision": 0, "recall": 1, "f1": 2}
    means = {
        name: mean_of_sets(bench.pages, lambda some, part=part: mean(scores, some, part))
        for name, part in parts.items()
    }
    by_set = {name: mean(scores, of_set(bench.pages, name)) for name in bench.sets()}
    return {**means, **by_set, "lost": lost(scores, pooled(bench.pages))}


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """``threshold``."""
    rows = []
    for kind in KINDS:
        for value in THRESHOLDS:
            row = result[kind][str(value)]
            shown = ("precision", "recall", "f1", *bench.sets())
            figures = [f"{row[name]:.3f}" for name in shown]
            usual = " (default)" if value == Chrome().threshold else ""
            rows.append([kind, f"{value}{usual}", *figures, f"{row['lost']:.2%}"])
    means = ["precision, mean of the three", "recall", "F1"]
    heads = ["input", "threshold", *means, *(f"F1 {name}" for name in bench.sets()), "lost"]
    return {"threshold": tables.table(heads, rows)}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """Precision, recall and F1 over the threshold; recall over precision."""
    figure, axes = plots.panels(len(KINDS) + 1, share_y=False)
    colours = {"precision": plots.OTHER, "recall": plots.PALETTE[2], "F1": plots.OURS}
    for axis, kind in zip(axes, KINDS, strict=False):
        rows = [result[kind][str(value)] for value in THRESHOLDS]
        series = {name: [row[name.lower()] for row in rows] for name in colours}
        plots.curves(axis, THRESHOLDS, series, colours)
        axis.axvline(Chrome().threshold, color=plots.QUIET, linewidth=0.8, linestyle="--")
        axis.set_title(f"{kind} (dashed: default)")
        axis.set_xlabel("threshold")
        axis.set_xlim(0.08, 1.15)
    axes[0].set_ylabel("mean of daniel, dragnet, fundus")
    last = axes[-1]
    for kind, colour in zip(KINDS, plots.PALETTE, strict=False):
        rows = [result[kind][str(value)] for value in THRESHOLDS]
        last.plot(
            [r["precision"] for r in rows], [r["recall"] for r in rows],
            color=colour, marker="o", markersize=3.5, label=kind,
        )  # fmt: skip
        for value, row in zip(THRESHOLDS, rows, strict=True):
            if value in {0.1, 0.6, 0.95}:
                last.annotate(
                    str(value), (row["precision"], row["recall"]), xytext=(4, 4),
                    textcoords="offset points", fontsize=8, color=colour,
                )  # fmt: skip
    last.set_xlabel("precision")
    last.set_ylabel("recall")
    last.set_title("one for the other, by threshold")
    last.legend(frameon=False, fontsize=9)
    last.grid(color="#e4e6ea", linewidth=0.8)
    plots.save(figure, folder / "threshold.svg")
