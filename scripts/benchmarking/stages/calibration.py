"""Whether confidence means what it says: of the words removed at 0.8, are four fifths not in gold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training import tokens

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.pages import POOLED, Page
from scrubber.documents import CleanDocument
from scrubber.edits import Layer, apply_layer
from scrubber.rules.boilerplate import RULE

KINDS = ("html", "text-full")
DECILES = 10


def measure(bench: Bench) -> dict[str, Any]:
    """``{kind: {"deciles": [[words, rightly removed, sum of confidence], ...], "error": ECE}}``.

    Words of all pages of the three sets of whole sites; `wcxb` apart under ``KIND wcxb``.
    """
    result: dict[str, Any] = {}
    for kind in KINDS:
        for group, names in ((kind, POOLED), (f"{kind} wcxb", ("wcxb",))):
            rows = [[0, 0, 0.0] for _ in range(DECILES)]
            for name in names:
                found = bench.clean(
                    bench.load(name, kind), bench.run(look=removals), f"{name}, {kind}, removals"
                )
                for removed in found.values():
                    for confidence, words, right in removed:
                        row = rows[decile(confidence)]
                        row[0] += words
                        row[1] += right
                        row[2] += confidence * words
            result[group] = {"deciles": rows, "error": expected_error(rows)}
    return result


def decile(confidence: float) -> int:
    """0 for 0.00 to 0.09, … 9 for 0.90 to 1.00."""
    return min(DECILES - 1, round(confidence * 100) // 10)


def expected_error(rows: list[list[float]]) -> float:
    """Expected calibration error: the mean distance of confidence from truth, by removed words."""
    words = sum(row[0] for row in rows)
    return sum(abs(row[1] - row[2]) for row in rows) / words if words else 0.0


def removals(page: Page, document: CleanDocument, scorer: Path) -> list[tuple[float, int, int]]:  # noqa: ARG001
    """A look: of each removed block, its confidence, its words, and how many of these gold lacks.

    A word is in gold where it lies on the longest common subsequence of the page's words and the
    gold text's, the alignment that training labels blocks by.
    """
    text = document.raw.text
    for layer in document.ledger.layers:
        if layer.name == RULE:
            return _judged(text, layer, page)
        text = apply_layer(text, layer)
    return []


def _judged(text: str, layer: Layer, page: Page) -> list[tuple[float, int, int]]:
    from rapidfuzz.distance import LCSseq

    words: list[str] = []
    spans, at = [], 0
    for edit in layer.edits:
        words += tokens(text[at : edit.start])
        own = tokens(text[edit.start : edit.end])
        spans.append((edit, len(words), len(words) + len(own)))
        words += own
        at = edit.end
    words += tokens(text[at:])
    in_gold = bytearray(len(words))
    ids: dict[str, int] = {}
    ours = [ids.setdefault(w, len(ids)) for w in words]
    gold = [ids.setdefault(w, len(ids)) for w in tokens(page.gold())]
    for op in LCSseq.opcodes(ours, gold):
        if op.tag == "equal":
            in_gold[op.src_start : op.src_end] = b"\1" * (op.src_end - op.src_start)
    return [(e.confidence, end - start, end - start - sum(in_gold[start:end])) for e, start, end in spans]


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``calibration``."""
    groups = [group for group in _groups() if group in result]
    rows = []
    for place in range(DECILES):
        cells: list[object] = [f"{place / 10:.1f} to {(place + 1) / 10:.1f}"]
        for group in groups:
            words, right, confidence = result[group]["deciles"][place]
            shown = (
                (f"{confidence / words:.2f}", f"{right / words:.2f}", f"{words:,}") if words else ("–",) * 3
            )
            cells += shown
        rows.append(cells)
    heads = ["confidence"]
    for group in groups:
        heads += [f"{group}: mean", "not in gold", "words"]
    errors: list[object] = ["expected calibration error"]
    for group in groups:
        errors += [f"{result[group]['error']:.3f}", "", f"{sum(r[0] for r in result[group]['deciles']):,}"]
    return {"calibration": tables.table(heads, [*rows, errors])}


def _groups() -> list[str]:
    return [f"{kind}{part}" for kind in KINDS for part in ("", " wcxb")]


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """Truth over confidence, the size of a dot by its words."""
    groups = [group for group in _groups() if group in result]
    figure, axes = plots.panels(len(groups), width=3.4, height=3.6)
    for axis, group in zip(axes, groups, strict=True):
        rows = [row for row in result[group]["deciles"] if row[0]]
        total = sum(row[0] for row in rows)
        axis.plot([0, 1], [0, 1], color=plots.QUIET, linewidth=0.8, linestyle="--")
        x, y = [r[2] / r[0] for r in rows], [r[1] / r[0] for r in rows]
        axis.plot(x, y, color=plots.OURS, linewidth=1)
        axis.scatter(x, y, s=[12 + 400 * r[0] / total for r in rows], color=plots.OURS, alpha=0.7)
        axis.set_title(f"{group}: error {result[group]['error']:.3f}")
        axis.set_xlabel("confidence in the ledger")
        axis.set_xlim(0, 1.05)
        axis.set_ylim(0, 1.05)
    axes[0].set_ylabel("share of removed words not in gold")
    plots.save(figure, folder / "calibration.svg")
