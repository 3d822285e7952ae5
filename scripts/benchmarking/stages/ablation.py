"""What each part of the evidence adds: reads ``ablation.json``, which the fitting code writes.

``{"rows": [{"name", "what", "html": {"daniel": F1, …, "lost": share}, "html alone": {…}}]}``, whole
sites and pages alone; the first row is everything, each further one lacks a part.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.pages import POOLED, SETS
from benchmarking.progress import say


def measure(bench: Bench) -> dict[str, Any]:
    """What the file says; nothing where it is missing."""
    path = bench.store.folder / "ablation.json"
    if not path.is_file():
        say(f"  no {path.name} in {path.parent.name}: nothing to show")
        return {}
    return dict(json.loads(path.read_text("utf-8")))


def _kinds(result: dict[str, Any]) -> list[str]:
    return [kind for kind in ("html", "html alone") if kind in result["rows"][0]]


def _three(figures: dict[str, float]) -> float:
    return fmean(figures[name] for name in POOLED)


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``ablation``: F1 of everything, and what each row changes."""
    if not result:
        return {}
    rows = []
    for kind in _kinds(result):
        whole = result["rows"][0][kind]
        for place, row in enumerate(result["rows"]):
            if kind not in row:
                continue
            figures = row[kind]
            cells = [_cell(figures, whole, name, first=place == 0) for name in SETS]
            mean = f"{_three(figures):.3f}" if place == 0 else f"{_three(figures) - _three(whole):+.3f}"
            gone = f"{figures['lost']:.2%}" if "lost" in figures else None
            rows.append([kind, row["name"], row["what"], *cells[:3], mean, cells[3], gone])
    heads = ["input", "without", "what that is", *POOLED, "mean of the three", "wcxb", "lost"]
    return {"ablation": tables.table(heads, rows)}


def _cell(figures: dict[str, float], whole: dict[str, float], name: str, *, first: bool) -> str | None:
    if name not in figures:
        return None
    return f"{figures[name]:.3f}" if first else f"{figures[name] - whole[name]:+.3f}"


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """What leaving a part out changes, a panel for each input."""
    kinds, rows = _kinds(result), result["rows"][1:]
    figure, axes = plots.panels(len(kinds), width=5.2, height=0.32 * len(rows) + 1.3)
    for axis, kind in zip(axes, kinds, strict=True):
        whole = _three(result["rows"][0][kind])
        values = {r["name"]: _three(r[kind]) - whole for r in rows if kind in r}
        plots.bars(axis, values, digits="+.3f")
        axis.axvline(0, color="black", linewidth=0.8)
        axis.set_title(f"{kind}: everything {whole:.3f}")
        axis.set_xlabel("F1 without it − F1 with it, mean of the three sets")
        axis.margins(x=0.2)
    plots.save(figure, folder / "ablation.svg")
