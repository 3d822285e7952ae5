"""What each kind of evidence adds on HTML: fitted without it, judged on sites that were not seen.

Whole sites of five pages and more, no cut-down ones, so that a variant takes a minute: figures
differ a little from those of the benchmark's other tables. Text is left out: its forest learns from
page sets, dumps and planted pages together, and one that lacks a feature asks for its like.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np
import training
from benchmarking.pages import POOLED

from scrubber.classifying import judging
from scrubber.classifying.features.context import CONTEXT
from scrubber.classifying.features.markup import MARKUP
from scrubber.classifying.features.own import OWN
from scrubber.classifying.features.sets import HTML, features_of
from scrubber.config import Config, Templates

INPUT = "html"
TABLE = "html many"


@dataclass(frozen=True)
class Variant:
    """A measurement with something left out."""

    name: str
    what: str
    without: frozenset[str] = frozenset()
    """Features whose columns are emptied."""
    load: str = ""
    """How the pages are fingerprinted: `plain` without folding, `unsigned` without MinHash."""
    steps: bool = True
    """Whether the steps behind the sum of weights are taken."""
    decoded: bool = True
    words: bool = True


def _named(*wanted: Callable[[str], bool]) -> frozenset[str]:
    return frozenset(name for name in HTML.names if any(test(name) for test in wanted))


EXACT = _named(lambda n: n.startswith("ratio ") or n == "support")
NEAR = _named(lambda n: n.startswith("near "))
ORDER = _named(lambda n: n.startswith("pair "))
REGIONS = _named(lambda n: " at " in n or n in ("path ratio", "placed ratio"))
CONTEXT_ONLY = frozenset(f.name for f in CONTEXT) - NEAR
TAGS = frozenset(f.name for f in MARKUP) - REGIONS
VARIANTS = (
    Variant("everything", "as it is"),
    Variant(
        "no own recurrence",
        "what recurs of the block itself; its neighbours, decoding and steps still know",
        EXACT | NEAR | ORDER | REGIONS | {"elsewhere"},
    ),
    Variant("no exact keys", "support and ratios of exact keys: near-duplicates only", EXACT),
    Variant("no folding", "digits, months and weekdays kept apart", load="plain"),
    Variant("no MinHash", "exact keys only", frozenset({"near gain"}), load="unsigned"),
    Variant("no order", "pairs of neighbours", ORDER),
    Variant("no regions", "evidence by DOM path", REGIONS),
    Variant("no context", "neighbours, windows, place on the page", CONTEXT_ONLY),
    Variant("no own looks", "length, ending, digits, capitals", frozenset(f.name for f in OWN)),
    Variant("no elements", "tags, links, landmarks, comments", TAGS),
    Variant("no words", "words of short lines, names in the DOM", words=False),
    Variant("no decoding", "every block by its own score", decoded=False),
    Variant("no steps", "lists, kin, ends, guards, headline, policies", steps=False),
)


def ablate(pagesets: Path, switch: int, jobs: int) -> list[dict[str, object]]:
    """A row a variant: F1 by set, their mean, and the share of lost pages."""
    samples: dict[str, list[training.Sample]] = {}
    rows: list[dict[str, object]] = []
    for variant in VARIANTS:
        if variant.load not in samples:
            samples[variant.load] = _gather(pagesets, variant.load)
        figures = _measure(samples[variant.load], variant, switch, jobs)
        rows.append({"name": variant.name, "what": variant.what, INPUT: figures})
        print(f"{INPUT}, {variant.name}: {figures}", file=sys.stderr, flush=True)
    return rows


def _gather(pagesets: Path, load: str) -> list[training.Sample]:
    found = []
    with _fingerprinted(load):
        for name in POOLED:
            found += training.samples(training.load(pagesets, INPUT, name), chunks=(10_000,))
    return [sample for sample in found if sample.table == TABLE]


@contextmanager
def _fingerprinted(load: str):
    if load == "plain":
        with mock.patch("scrubber.evidence.fold", lambda text: " ".join(text.casefold().split()) or text):
            yield
    elif load == "unsigned":
        config = replace(Config(), templates=Templates(minimum_signed=10**9))
        with mock.patch("training.pages.Config", return_value=config):
            yield
    else:
        yield


def _measure(found: list[training.Sample], variant: Variant, switch: int, jobs: int) -> dict[str, float]:
    wordless = {id(s.page): replace(s.page, lexicon=((),) * len(s.page.words)) for s in found}
    emptied = [_emptied(s, variant, s.page if variant.words else wordless[id(s.page)]) for s in found]
    fitted = {fold: {} for fold in range(training.FOLDS)}
    for (fold, name), table in training.fit_all(emptied, range(training.FOLDS), jobs):
        fitted[fold][name] = replace(table, switch=switch if variant.decoded else 0)
    with _stepping(steps=variant.steps):
        rows = training.judge_unseen(emptied, fitted)
    best = {row[0].page.name: row for row in rows}
    by_set: dict[str, list[tuple]] = {}
    for name, row in best.items():
        by_set.setdefault(name.split("/")[0], []).append(row)
    scores = {name: round(float(np.mean([r[3] for r in group])), 4) for name, group in by_set.items()}
    pooled = [row for name in POOLED for row in by_set.get(name, [])]
    scores["mean"] = round(float(np.mean([scores[n] for n in POOLED if n in scores])), 4)
    scores["lost"] = round(float(np.mean([r[2] < 0.5 for r in pooled])), 4)
    return scores


def _emptied(sample: training.Sample, variant: Variant, page: training.Page) -> training.Sample:
    places = features_of(sample.table).places
    bins = sample.bins.copy()
    bins[:, [place for name, place in places.items() if name in variant.without]] = 0
    return replace(sample, bins=bins, page=page)


@contextmanager
def _stepping(*, steps: bool):
    """With `steps` as it is; else nothing but scores and decoding."""
    if steps:
        yield
        return

    def bare(_blocks, measured, table, settings):
        scores = table.score(measured) - judging.logit(settings.threshold)
        chrome = judging.decode(scores, table.switch, measured.repeated, measured.segments)
        return [judging.Judgement(chrome, scores, None)]

    with mock.patch("training.judging.judge", bare):
        yield
