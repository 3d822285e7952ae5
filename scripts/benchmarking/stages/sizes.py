"""Every site cut down to 1, 2, 3, 5 and 10 pages: what little evidence is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarking import ours, plots, tables
from benchmarking.baselines import repeated_dropped
from benchmarking.bench import Bench
from benchmarking.cutting import SIZES, cut
from benchmarking.ours import Loaded
from benchmarking.pages import SEED, SETS, Page
from benchmarking.scoring import mean, of_set

KINDS = ("html", "text-full")
FEWEST = 20
"""Pages below which a mean is not shown: few sites of wcxb have two."""
OTHERS = {"html": "trafilatura", "text-full": "lines in ≥30% of pages dropped"}


def measure(bench: Bench) -> dict[str, Any]:
    """``{kind: {"scrubber" or other: {size: {page: score}}}}``; size 0 is the whole site."""
    result: dict[str, Any] = {}
    for kind in KINDS:
        mine: dict[str, Any] = {}
        other: dict[str, Any] = {}
        for name in bench.sets():
            sites = _sites(bench, name, kind)
            for size in (*SIZES, 0):
                dumps = [
                    (chunk.members, chunk.judged)
                    for group in sites
                    for chunk in cut(group, size or len(group), SEED + size)
                ]
                what = f"{name}, {kind}, {size or 'all'} pages a site"
                for found in ours.clean_dumps(dumps, bench.run(), bench.jobs, what):
                    mine.setdefault(str(size), {}).update(found)
                if kind != "html":
                    texts = [text for members, judged in dumps for text in _rule(members, judged, kind)]
                    other.setdefault(str(size), {}).update(
                        bench.score_texts(dict(texts), f"{what}, simple rule")
                    )
        if kind == "html":
            scores = bench.peer_scores(OTHERS[kind])
            other = {size: {page: scores[page] for page in pages} for size, pages in mine.items()}
        result[kind] = {"scrubber": mine, OTHERS[kind]: other}
    return result


def _sites(bench: Bench, name: str, kind: str) -> list[list[Loaded]]:
    groups: dict[str, list[Loaded]] = {}
    for one in bench.load(name, kind):
        groups.setdefault(one.page.site, []).append(one)
    return [group for _, group in sorted(groups.items())]


def _rule(members: tuple[Loaded, ...], judged: tuple[Loaded, ...], kind: str) -> list[tuple[str, str]]:
    texts = repeated_dropped([one.page.text(kind) for one in members])
    wanted = {one.page.name for one in judged}
    return [(one.page.name, t) for one, t in zip(members, texts, strict=True) if one.page.name in wanted]


def _means(bench: Bench, scores: dict[str, Any], name: str) -> dict[str, float]:
    """F1 by size, over the pages of sites that have so many."""
    means = {}
    for size in (*map(str, SIZES), "0"):
        pages: list[Page] = [p for p in of_set(bench.pages, name) if p.name in scores.get(size, {})]
        if len(pages) >= FEWEST:
            means[size] = mean(scores[size], pages)
    return means


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """``sizes``: a row for each set, input and cleaner."""
    rows = []
    for kind in KINDS:
        for name in bench.sets():
            for cleaner in ("scrubber", OTHERS[kind]):
                means = _means(bench, result[kind][cleaner], name)
                sizes = (*map(str, SIZES), "0")
                rows.append([kind, name, cleaner, *(f"{means[s]:.3f}" if s in means else "–" for s in sizes)])
    heads = ["input", "set", "F1 of", "1 page", *(f"{size} pages" for size in SIZES[1:]), "all"]
    return {"sizes": tables.table(heads, rows)}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """F1 over the number of pages, a panel for each set."""
    for kind in KINDS:
        figure, axes = plots.panels(len(bench.sets()), width=3.6)
        for axis, name in zip(axes, [s for s in SETS if s in bench.sets()], strict=True):
            series = {
                cleaner: _means(bench, result[kind][cleaner], name) for cleaner in ("scrubber", OTHERS[kind])
            }
            ticks = list(series["scrubber"])
            for cleaner, colour in (("scrubber", plots.OURS), (OTHERS[kind], plots.OTHER)):
                heights = [series[cleaner][size] for size in ticks]
                axis.plot(range(len(ticks)), heights, color=colour, marker="o", markersize=4, label=cleaner)
            axis.set_xticks(range(len(ticks)), ["all" if size == "0" else size for size in ticks])
            axis.set_title(name)
            axis.set_xlabel("pages of a site")
            axis.grid(axis="y", color="#e4e6ea", linewidth=0.8)
        axes[0].set_ylabel(f"F1, {kind}")
        axes[0].legend(frameon=False, fontsize=9, loc="best")
        plots.save(figure, folder / f"sizes-{kind}.svg")
