"""Pages per CPU second of one process, ours and trafilatura's on the same pages in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.pages import POOLED, SEED, Page, by_site
from benchmarking.progress import watched
from benchmarking.weights import Weights
from scrubber.config import Config, LedgerMode
from scrubber.documents import RawDocument
from scrubber.evidence import Evidence, examine
from scrubber.judged import Judge
from scrubber.pipeline import scrub_by
from scrubber.reading import ReadingError, read_path
from scrubber.templates import resolve
from scrubber.writing import provenance

ROUNDS = 3
PAGES = 150
"""Pages a case, about: whole sites, drawn once."""
LARGE = 5
"""Pages of a site from which a case of whole sites takes it."""
CASES = {
    "html, sites of 5 pages and more": ("html", True),
    "html, single pages": ("html", False),
    "text-full, sites of 5 pages and more": ("text-full", True),
}


def measure(bench: Bench) -> dict[str, Any]:
    """``{case: {"pages": n, "ours": [seconds a round], "trafilatura": [...]}}``, CPU seconds."""
    result = {}
    for case, (kind, whole) in CASES.items():
        dumps = _dumps(bench.pages, whole=whole)
        if not dumps:
            continue  # a share of the pages may hold no such site
        pages = [page for dump in dumps for page in dump]
        _ours([dumps[0][:3]], kind, bench.weights)  # imports, tables, compiled patterns
        _trafilatura(pages[:3])
        jobs: list[tuple[str, Callable[[], None]]] = [
            ("ours", partial(_ours, dumps, kind, bench.weights)),
            ("trafilatura", partial(_trafilatura, pages)),
        ]
        seconds: dict[str, list[float]] = {name: [] for name, _ in jobs}
        for name, job in watched(jobs * ROUNDS, len(jobs) * ROUNDS, case):
            seconds[name].append(_timed(job))
        result[case] = {"pages": len(pages), **seconds}
    return result


def _timed(job: Callable[[], None]) -> float:
    begun = time.process_time()
    job()
    return time.process_time() - begun


def _dumps(pages: Sequence[Page], *, whole: bool) -> list[list[Page]]:
    """Whole sites of the three sets, in one dump each set; or the single pages of wcxb, in one."""
    if whole:
        sites = [g for g in by_site(pages).values() if g[0].set in POOLED and len(g) >= LARGE]
    else:
        sites = [g for g in by_site(pages).values() if g[0].set == "wcxb" and len(g) == 1]
    chosen: list[list[Page]] = []
    for place in np.random.default_rng(SEED).permutation(len(sites)):
        if sum(map(len, chosen)) < PAGES:
            chosen.append(sites[place])
    dumps: dict[str, list[Page]] = {}
    for group in chosen:
        dumps.setdefault(group[0].set, []).extend(group)
    return [sorted(dump) for _, dump in sorted(dumps.items())]


def _ours(dumps: Sequence[Sequence[Page]], kind: str, weights: Weights) -> None:
    """All that a batch run does but writing files: read, examine, resolve, scrub, provenance."""
    config = Config()
    for pages in dumps:
        read = [(page, _read(page, kind)) for page in pages]
        examined = [(page, examine(document, config)) for page, document in read if document is not None]
        index = resolve(Evidence.of(one.record for _, one in examined), config)
        for page, one in examined:
            clean = scrub_by(one.document, Judge(index, config, weights.of(page.site)), one)
            provenance.to_json(provenance.describe(clean, clean.text, LedgerMode.FULL))


def _read(page: Page, kind: str) -> RawDocument | None:
    try:
        return read_path(page.path(kind), id=page.id(kind))
    except ReadingError:
        return None


def _trafilatura(pages: Sequence[Page]) -> None:
    from trafilatura import extract

    for page in pages:
        extract(page.text("html"), with_metadata=True, output_format="txt")


def _rates(row: dict[str, Any]) -> tuple[float, float, float]:
    """Pages per CPU second (ours, trafilatura's), and the ratio; medians of the rounds."""
    ours, other = row["pages"] / median(row["ours"]), row["pages"] / median(row["trafilatura"])
    return ours, other, ours / other


def _cases(result: dict[str, Any]) -> list[str]:
    return [case for case in CASES if case in result]


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``speed``."""
    rows = []
    for case in _cases(result):
        ours, other, ratio = _rates(result[case])
        rows.append([case, result[case]["pages"], f"{ours:.1f}", f"{other:.1f}", f"{ratio:.2f}"])
    heads = ["one process", "pages", "scrubber, pages per CPU second", "trafilatura with metadata", "ratio"]
    return {"speed": tables.table(heads, rows)}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """Bars of pages per CPU second."""
    figure, axes = plots.panels(len(_cases(result)), width=3.8, height=1.9, share_y=False)
    for axis, case in zip(axes, _cases(result), strict=True):
        ours, other, ratio = _rates(result[case])
        plots.bars(axis, {"scrubber": ours, "trafilatura": other}, digits=".0f")
        axis.set_title(f"{case}: ×{ratio:.1f}", fontsize=9)
        axis.set_xlabel("pages per CPU second")
        axis.margins(x=0.2)
    plots.save(figure, folder / "speed.svg")
