"""Samples judged by weights that never saw their sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.forest import Forest
from scrubber.classifying.judging import judge
from scrubber.config import Config
from training.pages import Page, fold_of
from training.sampling import Sample


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
    found: Sequence[Sample], fitted: Mapping[int, Mapping[str, Forest]]
) -> list[tuple[Sample, float, float, float]]:
    """Every sample judged by weights that never saw its site: (sample, precision, recall, F1).

    `fitted` is forests by fold and name. A sample's words are weighed anew, by those of its forest.
    """
    rows = []
    for sample in found:
        forest = fitted[fold_of(sample.page.site)][sample.model]
        blocks = BlockTable.of([sample.subject], [sample.view], forest.words)
        (verdict,) = judge(blocks, measure(blocks, sample.model), forest, Config().chrome)
        rows.append((sample, *page_score(sample.page, verdict.chrome)))
    return rows
