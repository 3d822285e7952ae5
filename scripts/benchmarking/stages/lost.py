"""Every page that ours lost, and whether anybody could have kept it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.pages import POOLED
from benchmarking.scoring import LOST
from benchmarking.stages import sets

KINDS = {
    "html": ("trafilatura", "trafilatura"),
    "text-full": (sets.RULE_NAMES["repeated"], "simple rule"),
}
"""What each input is compared with, and what that is called in the table."""
ABSENT, BOTH, OURS = "gold is not in the page", "the other loses it too", "ours alone"


def measure(bench: Bench) -> dict[str, Any]:
    """``{kind: [{"page", "f1", "recall", "untouched", "other", "cause"}, ...]}``, worst recall first."""
    scores = sets.made(bench)["scores"]
    result: dict[str, Any] = {}
    for kind, (other, _) in KINDS.items():
        rows = []
        for page in bench.pages:
            _, recall, f1 = scores[kind]["scrubber"].get(page.name, (0.0, 0.0, 0.0))
            if recall < LOST:
                whole = scores[kind][sets.UNTOUCHED].get(page.name, (0.0, 0.0, 0.0))[1]
                theirs = scores[kind][other][page.name][1]
                row = {"page": page.name, "f1": f1, "recall": recall, "untouched": whole, "other": theirs}
                rows.append({**row, "cause": cause(whole, theirs)})
        result[kind] = sorted(
            rows, key=lambda row: (row["page"].startswith("wcxb/"), row["recall"], row["page"])
        )
    return result


def cause(untouched: float, other: float) -> str:
    """Why a page is lost, as far as recalls tell."""
    if untouched < LOST:
        return ABSENT
    return BOTH if other < LOST else OURS


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``lost-html``, ``lost-text-full``: the pages; ``lost``: how many, by cause."""
    found = {}
    counts = []
    for kind, (_, called) in KINDS.items():
        rows = [
            [r["page"], *(f"{r[name]:.2f}" for name in ("f1", "recall", "untouched", "other")), r["cause"]]
            for r in result[kind]
        ]
        heads = [f"page lost, {kind}", "F1", "recall", "recall of the untouched page", f"recall of {called}"]
        found[f"lost-{kind}"] = tables.table([*heads, "cause"], rows)
        for where, chosen in _groups(result[kind]).items():
            causes = [sum(r["cause"] == c for r in chosen) for c in (ABSENT, BOTH, OURS)]
            counts.append([kind, where, len(chosen), *causes])
    heads = ["input", "sets", "lost pages", ABSENT, BOTH, OURS]
    return {**found, "lost": tables.table(heads, counts)}


def _groups(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    three = [row for row in rows if row["page"].split("/")[0] in POOLED]
    return {"daniel, dragnet, fundus": three, "wcxb": [row for row in rows if row not in three]}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """Lost pages by cause."""
    figure, axes = plots.panels(len(KINDS), width=5.2, height=2.2)
    for axis, kind in zip(axes, KINDS, strict=True):
        names = list(_groups(result[kind]))
        left = [0] * len(names)
        for cause_of, colour in zip(
            (ABSENT, BOTH, OURS), (plots.QUIET, plots.OTHER, plots.OURS), strict=True
        ):
            values = [sum(r["cause"] == cause_of for r in _groups(result[kind])[name]) for name in names]
            axis.barh(names, values, left=left, color=colour, label=cause_of, height=0.6)
            for place, (start, value) in enumerate(zip(left, values, strict=True)):
                if value:
                    axis.text(
                        start + value / 2, place, value, ha="center", va="center", color="white", fontsize=9
                    )
            left = [a + b for a, b in zip(left, values, strict=True)]
        axis.set_title(kind)
        axis.set_xlabel("pages lost")
    axes[0].invert_yaxis()  # the panels share it
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, frameon=False, fontsize=9, loc="outside lower center", ncols=3)
    plots.save(figure, folder / "lost.svg")
