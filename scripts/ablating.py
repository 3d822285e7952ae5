"""What each kind of evidence adds on HTML: forests fitted without it, judged on sites that were not seen.

Forests learn from the three page sets alone, outside fold 0, and judge the pages of fold 0, whole
sites and pages alone: figures differ from those of the benchmark's other tables. Guards and policies
still see what a forest lacks. Text is left out: its forest learns from page sets, dumps and planted
pages together, and one that lacks a feature asks for its like.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np
import training
from benchmarking.pages import POOLED
from training.forest import fit_forest
from training.lots import Lot
from training.sampling import lot_of

from scrubber.classifying.features.comments import PLAIN
from scrubber.classifying.features.context import CONTEXT
from scrubber.classifying.features.extractor import EXTRACTED
from scrubber.classifying.features.layout import LAYOUT
from scrubber.classifying.features.lexicon import LEXICON
from scrubber.classifying.features.links import LINKS
from scrubber.classifying.features.markup import MARKUP
from scrubber.classifying.features.own import OWN
from scrubber.classifying.features.registry import Feature
from scrubber.classifying.features.sets import HTML
from scrubber.classifying.features.shown import SHOWN
from scrubber.classifying.features.stated import STATED
from scrubber.classifying.features.targets import TARGETS
from scrubber.config import Config, Templates

MODEL = "html"
WHOLE, ALONE = "html", "html alone"
"""Pages as they look among all pages of their site, and by themselves."""
FOLD = 0


@dataclass(frozen=True)
class Variant:
    """A measurement with something left out."""

    name: str
    what: str
    without: frozenset[str] = frozenset()
    """Features that the forest may not ask for."""
    load: str = ""
    """How the pages are fingerprinted: `plain` without folding, `unsigned` without MinHash."""


def _named(wanted: Callable[[str], bool]) -> frozenset[str]:
    return frozenset(name for name in HTML.names if wanted(name))


def _all_of(*groups: Iterable[Feature]) -> frozenset[str]:
    return frozenset(feature.name for group in groups for feature in group) & frozenset(HTML.names)


EXACT = _named(lambda name: name.startswith("ratio ") or name == "support")
NEAR = _named(lambda name: name.startswith("near ") and (name == "near gain" or "ratio" in name)) | {
    "witnesses"
}
ORDER = _named(lambda name: name.startswith("pair "))
REGIONS = _named(lambda name: " at " in name or name in ("path ratio", "placed ratio"))
VARIANTS = (
    Variant("everything", "as it is"),
    Variant(
        "no own recurrence",
        "what recurs of the block itself and its run; its neighbours and guards still know",
        EXACT | NEAR | ORDER | REGIONS | {"elsewhere"},
    ),
    Variant("no exact keys", "support and ratios of exact keys: near-duplicates only", EXACT),
    Variant("no folding", "digits, months and weekdays kept apart", load="plain"),
    Variant("no MinHash", "exact keys only", frozenset({"near gain"}), load="unsigned"),
    Variant("no order", "pairs of neighbours", ORDER),
    Variant("no regions", "evidence by DOM path", REGIONS),
    Variant("no context", "neighbours, windows, place on the page", _all_of(CONTEXT, PLAIN) - NEAR),
    Variant("no own looks", "length, ending, digits, capitals", _all_of(OWN)),
    Variant("no layout", "gaps, sizes, stretches, blocks of one form", _all_of(LAYOUT) - NEAR),
    Variant(
        "no elements", "tags, links, landmarks, comments, what is hidden", _all_of(MARKUP, SHOWN) - REGIONS
    ),
    Variant("no link targets", "where links lead and what for, headings", _all_of(TARGETS, LINKS)),
    Variant("no stated text", "what the page's markup says that its text is", _all_of(STATED)),
    Variant("no extractor", "what trafilatura makes of a page of few", _all_of(EXTRACTED)),
    Variant("no words", "words of short lines, names in the DOM", _all_of(LEXICON)),
)


def ablate(pagesets: Path, jobs: int) -> list[dict[str, object]]:
    """A row a variant: for whole sites and for pages alone F1 by set, their mean, and the share of lost pages."""
    rows: dict[str, dict[str, object]] = {}
    for load in sorted({variant.load for variant in VARIANTS}):
        chosen = [variant for variant in VARIANTS if variant.load == load]
        with _fingerprinted(load):
            sets = {name: training.samples(training.load(pagesets, "html", name)) for name in POOLED}
        for variant, figures in zip(chosen, _measured(sets, chosen, jobs), strict=True):
            rows[variant.name] = {"name": variant.name, "what": variant.what, **figures}
            print(f"{variant.name}: {figures}", file=sys.stderr, flush=True)
    return [rows[variant.name] for variant in VARIANTS]


@contextmanager
def _fingerprinted(load: str) -> Iterator[None]:
    if load == "plain":
        with mock.patch("scrubber.evidence.fold", lambda text: " ".join(text.casefold().split()) or text):
            yield
    elif load == "unsigned":
        config = replace(Config(), templates=Templates(minimum_signed=10**9))
        with mock.patch("training.pages.Config", return_value=config):
            yield
    else:
        yield


_lots: list[Lot] = []
_unseen: list[training.Sample] = []


def _measured(
    sets: dict[str, list[training.Sample]], variants: Sequence[Variant], jobs: int
) -> Iterator[dict[str, dict[str, float]]]:
    """The figures of each variant, fitted and judged on these samples by set."""
    global _lots, _unseen  # noqa: PLW0603 - forked workers read them where they lie
    _lots = [lot_of(f"pages {name}", found) for name, found in sets.items()]
    _unseen = [s for found in sets.values() for s in found if training.fold_of(s.page.site) == FOLD]
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(_figures, [variant.without for variant in variants])


def _figures(without: frozenset[str]) -> dict[str, dict[str, float]]:
    forest = fit_forest(_lots, MODEL, FOLD, without)
    largest: dict[str, training.Sample] = {}
    for sample in _unseen:
        known = largest.setdefault(sample.page.name, sample)
        largest[sample.page.name] = max(known, sample, key=lambda one: one.others)
    parts = {WHOLE: list(largest.values()), ALONE: [sample for sample in _unseen if not sample.others]}
    return {
        kind: _scores(training.judge_unseen(some, {FOLD: {MODEL: forest}})) for kind, some in parts.items()
    }


def _scores(rows: Sequence[tuple[training.Sample, float, float, float]]) -> dict[str, float]:
    """Mean F1 by set, the mean of those, and the share of pages of which most is lost."""
    by_set: dict[str, list[float]] = {}
    for sample, _, _, f1 in rows:
        by_set.setdefault(sample.page.name.split("/")[0], []).append(f1)
    scores = {name: round(float(np.mean(found)), 4) for name, found in sorted(by_set.items())}
    scores["mean"] = round(float(np.mean(list(scores.values()))), 4)
    scores["lost"] = round(float(np.mean([recall < 0.5 for _, _, recall, _ in rows])), 4)
    return scores
