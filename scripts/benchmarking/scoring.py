"""Scores of pages, by the functions of the shared `score.py`, and what is said of many of them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from types import ModuleType

from benchmarking.pages import POOLED, Page

LOST = 0.5
"""A page that keeps less than this share of its gold text is lost."""

Score = tuple[float, float, float]
"""Precision, recall, F1 of word 4-grams."""
Scores = Mapping[str, Sequence[float]]
"""Scores by page name."""


class NoScorerError(ValueError):
    """The shared `score.py` is not where it was looked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no {path}: name its folder with --bench")
        self.path = path


@lru_cache(maxsize=1)
def scorer(path: Path) -> ModuleType:
    """The shared `score.py` as a module. Raises NoScorerError."""
    spec = importlib.util.spec_from_file_location("shared_score", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise NoScorerError(path)
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


def score(path: Path, text: str, page: Page) -> Score:
    """The score of a text that is given out for the main text of a page."""
    precision, recall, f1 = scorer(path).page_score(text, page.gold())
    return round(precision, 6), round(recall, 6), round(f1, 6)


def mean(scores: Scores, pages: Iterable[Page], part: int = 2) -> float:
    """Mean over pages of precision (0), recall (1) or F1 (2). A page without a score has 0."""
    return fmean(scores.get(page.name, (0.0, 0.0, 0.0))[part] for page in pages)


def lost(scores: Scores, pages: Iterable[Page]) -> float:
    """Share of pages that are lost. A page without a score is."""
    return fmean(scores.get(page.name, (0.0, 0.0, 0.0))[1] < LOST for page in pages)


def of_set(pages: Iterable[Page], name: str) -> list[Page]:
    """The pages of a set."""
    return [page for page in pages if page.set == name]


def mean_of_sets(pages: Sequence[Page], value: Callable[[Sequence[Page]], float]) -> float:
    """A value's mean over the three sets of whole sites, each set counting alike."""
    return fmean(value(of_set(pages, name)) for name in POOLED)


def pooled(pages: Iterable[Page]) -> list[Page]:
    """The pages of the three sets of whole sites."""
    return [page for page in pages if page.set in POOLED]
