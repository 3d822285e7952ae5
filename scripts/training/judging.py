"""Samples judged by weights that never saw their sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.judging import judge
from scrubber.classifying.weighing import Weigher
from scrubber.config import Config
from training.pages import Page, fold_of
from training.sampling import CHUNKS, Sample


def shingle_counts(words: list[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def page_score(page: Page, removed: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 of word 4-grams, as the public benchmarks count them."""
    kept = [w for block, gone in zip(page.words, removed, strict=True) if not gone for w in block]
    found, wanted = shingle_counts(kept), shingle_counts(page.gold)
    hits = sum((found & wanted).values())
    p = hits / sum(found.values()) if found else 0.0
    r = hits / sum(wanted.values()) if wanted else 1.0
    return p, r, (2 * p * r / (p + r) if p + r else 0.0)


def judge_unseen(
    found: Sequence[Sample], fitted: Mapping[int, Mapping[str, Weigher]]
) -> list[tuple[Sample, float, float, float]]:
    """Every sample judged by weights that never saw its site: (sample, precision, recall, F1)."""
    rows = []
    for sample in found:
        page = sample.page
        table = fitted[fold_of(page.site)][sample.table]
        blocks = BlockTable.of([Subject(page.prepared, page.record)], [sample.view])
        (verdict,) = judge(blocks, sample.measured, table, Config().chrome)
        rows.append((sample, *page_score(page, verdict.chrome)))
    return rows


def summary(rows: Sequence[tuple[Sample, float, float, float]]) -> list[str]:
    """A Markdown row for every input and set: whole sites, then cut down to 1, 2, 3, 5 pages."""
    lines = [
        "| input | set | precision | recall | F1 | lost | 1 page | 2 | 3 | 5 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind, name in sorted({(r[0].page.kind, r[0].page.name.split("/")[0]) for r in rows}):
        mine = [r for r in rows if (r[0].page.kind, r[0].page.name.split("/")[0]) == (kind, name)]
        largest: dict[str, tuple[Sample, float, float, float]] = {}
        for row in mine:
            known = largest.get(row[0].page.name)
            if known is None or known[0].chunk < row[0].chunk:
                largest[row[0].page.name] = row
        whole = np.array([r[1:] for r in largest.values()])
        cut = [[r[3] for r in mine if r[0].chunk == size] for size in CHUNKS[:-1]]
        cells = [f"{np.mean(c):.3f}" if c else "" for c in cut]
        p, r, f = whole.mean(axis=0)
        lost = (whole[:, 1] < 0.5).mean()
        lines.append(f"| {kind} | {name} | {p:.3f} | {r:.3f} | {f:.3f} | {lost:.1%} | {' | '.join(cells)} |")
    return lines
