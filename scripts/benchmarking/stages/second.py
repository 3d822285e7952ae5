"""A second scrub of clean text without its provenance: what it would take of gold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarking import ours, parallel, plots, tables
from benchmarking.bench import Bench
from benchmarking.ours import Loaded
from benchmarking.pages import KINDS, Page
from benchmarking.scoring import of_set, scorer
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import examine

BAR = 0.002


def measure(bench: Bench) -> dict[str, Any]:
    """``{kind: {set: {"kept": 4-grams, "gone": 4-grams, "worst": [[page, gone], ...]}}}``."""
    result: dict[str, Any] = {}
    for kind in KINDS:
        result[kind] = {}
        for name in bench.sets():
            run = bench.run(look=ours.text_of)
            first = bench.clean(bench.load(name, kind), run, f"{name}, {kind}, first")
            again = [
                again_of(p, first[p.name]) for p in of_set(bench.pages, name) if first.get(p.name, "").strip()
            ]
            second = bench.clean(again, run, f"{name}, {kind}, second")
            triples = [(one.page, first[one.page.name], second[one.page.name]) for one in again]
            what = f"{name}, {kind}, counting"
            counts = list(parallel.spread(_counted, bench.scorer, triples, bench.jobs, what))
            gone = sorted(
                ([page.name, lost] for (page, _, _), (_, lost) in zip(triples, counts, strict=True) if lost),
                key=lambda row: (-row[1], row[0]),
            )
            result[kind][name] = {
                "kept": sum(kept for kept, _ in counts),
                "gone": sum(lost for _, lost in counts),
                "worst": gone[:20],
            }
    return result


def again_of(page: Page, text: str) -> Loaded:
    """The clean text as the plain file that somebody else finds in a dump."""
    document = RawDocument.from_text(text, id=f"{page.site}/{page.doc}.txt")
    return Loaded(page, examine(document, Config()))


def _counted(path: Path, triple: tuple[Page, str, str]) -> tuple[int, int]:
    page, first, second = triple
    return taken(path, page.gold(), first, second)


def taken(path: Path, gold: str, first: str, second: str) -> tuple[int, int]:
    """4-grams of gold in the first output, and how many of these the second output lacks."""
    shingles = scorer(path).shingles
    wanted = shingles(gold)
    kept = shingles(first) & wanted
    left = shingles(second) & kept
    return kept.total(), kept.total() - left.total()


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """``second``."""
    rows = []
    for kind in KINDS:
        cells = [_share(result[kind][name]) for name in bench.sets()]
        kept = sum(result[kind][name]["kept"] for name in bench.sets())
        gone = sum(result[kind][name]["gone"] for name in bench.sets())
        rows.append([kind, *(f"{cell:.2%}" for cell in cells), f"{gone / kept if kept else 0:.2%}"])
    return {"second": tables.table(["share of kept gold 4-grams gone", *bench.sets(), "all"], rows)}


def _share(row: dict[str, Any]) -> float:
    return float(row["gone"] / row["kept"]) if row["kept"] else 0.0


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """Bars by set and input, with the bar of 0.2%."""
    figure, axes = plots.panels(len(KINDS), width=3.6, height=2.6)
    for axis, kind in zip(axes, KINDS, strict=True):
        plots.bars(axis, {n: 100 * _share(result[kind][n]) for n in bench.sets()}, digits=".2f")
        axis.axvline(100 * BAR, color=plots.OTHER, linewidth=1, linestyle="--")
        axis.set_title(kind)
        axis.set_xlabel("% of kept gold gone (dashed: 0.2%)")
        axis.margins(x=0.25)
    plots.save(figure, folder / "second.svg")
