"""F1 of a tool's texts on the dump, by the shared `score.py`, on a sample of its documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

from benchmarking.scoring import LOST, scorer

SAMPLE = 2000
"""Documents that are scored, spread evenly over the dump."""


def sample(gold: Path) -> dict[str, str]:
    """Gold texts by name."""
    paths = sorted(gold.rglob("*.txt"))
    step = -(-len(paths) // SAMPLE)
    return {
        path.relative_to(gold).as_posix().removesuffix(".txt"): path.read_text("utf-8")
        for path in paths[::step]
    }


def score(bench: Path, gold: dict[str, str], texts: Iterator[tuple[str, str]]) -> dict[str, float]:
    """Means over the sample of precision, recall and F1, and the share of documents lost.

    A document that the tool gave no text for scores as empty.
    """
    found = {name: text for name, text in texts if name in gold}
    page_score = scorer(bench / "score.py").page_score
    rows = [page_score(found.get(name, ""), text) for name, text in gold.items()]
    return {
        "documents": len(rows),
        "missing": sum(name not in found for name in gold),
        "precision": round(fmean(row[0] for row in rows), 4),
        "recall": round(fmean(row[1] for row in rows), 4),
        "f1": round(fmean(row[2] for row in rows), 4),
        "lost": round(fmean(row[1] < LOST for row in rows), 4),
    }
