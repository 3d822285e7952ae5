"""Samples: pages as they look among 1, 2, 3, 5 and all pages of their site.

Weights that saw whole sites only would not know what to do with little evidence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.sets import FEW, model_of
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.documents import Site
from scrubber.evidence import Evidence, Head
from scrubber.postings import Lists
from scrubber.sites import Cluster
from scrubber.slices import slice_of
from scrubber.templates import TemplateIndex, View, find_hubs
from training.lots import PAGE, Lot, Row, shares_of
from training.pages import UNKNOWN, Page, fold_of

CHUNKS = (1, 2, 3, 5, 10_000)
UNASKED = 0.15
"""Share of the samples in which the single-page extractor is not asked."""


@dataclass
class Sample:
    """A page as it looks among so many pages of its site."""

    page: Page
    chunk: int
    model: str
    """The name of the model that judges it."""
    bins: np.ndarray
    """Shape (blocks, features); words are weighed by nothing."""
    subject: Subject
    view: View

    @property
    def others(self) -> int:
        """Other pages of its site."""
        return self.view.site.documents


def samples(pages: Sequence[Page], *, seed: int = 7, chunks: Iterable[int] = CHUNKS) -> list[Sample]:
    """Every page among chunks of its site's pages; half of them not knowing other sites."""
    random = np.random.default_rng(seed)
    by_site: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        by_site[page.site].append(page)
    evidence = Evidence.of(page.record for page in pages)
    whole = [Cluster(f"folder:{s}", "folder", _heads(group)) for s, group in by_site.items()]
    hubs = find_hubs(whole, evidence)
    found: list[Sample] = []
    for site, group in sorted(by_site.items()):
        sizes = sorted({min(c, len(group)) for c in chunks})
        for size in sizes:
            order = random.permutation(len(group))
            for start in range(0, len(group), size):
                part = [group[i] for i in order[start : start + size]]
                if len(part) < size and size != sizes[-1] and start:
                    part = [group[i] for i in order[len(group) - size :]]
                cluster = Cluster(f"folder:{site}", "folder", _heads(part))
                for known in (hubs, Lists()):
                    if known is hubs and size != sizes[-1] and random.random() < 0.5:
                        continue
                    if known is not hubs and random.random() < 0.5:
                        continue
                    index = TemplateIndex({cluster.id: slice_of(cluster, evidence)}, hubs=known)
                    asked = [random.random() >= UNASKED for _ in part]
                    found += _samples(part, index, cluster.id, size, asked)
    return found


def _heads(pages: Sequence[Page]) -> tuple[Head, ...]:
    return tuple(Head.of(page.record) for page in pages)


def _samples(
    pages: Sequence[Page], index: TemplateIndex, site: str, size: int, asked: Sequence[bool]
) -> Iterator[Sample]:
    """Pages of a site as they look among `size` of its pages, measured together where one model judges them."""
    views = [_view(page, index, site) for page in pages]
    together: dict[str, list[int]] = defaultdict(list)
    for place, page in enumerate(pages):
        together[model_of(markup=len(page.record.paths) > 0)].append(place)
    found: dict[int, Sample] = {}
    for name, places in together.items():
        subjects = [
            Subject(
                pages[i].prepared,
                pages[i].record,
                extracted=pages[i].extracted if asked[i] and views[i].site.documents < FEW else None,
                stated=pages[i].stated,
            )
            for i in places
        ]
        measured = measure(BlockTable.of(subjects, [views[i] for i in places]), name)
        for number, i in enumerate(places):
            bins = measured.document(number).bins
            found[i] = Sample(pages[i], size, name, bins, subjects[number], views[i])
    return (found[i] for i in range(len(pages)))


def _view(page: Page, index: TemplateIndex, site: str) -> View:
    others, support = index.sites[site].support(page.record)
    elsewhere = index.elsewhere_of(page.record, site)
    return View(Site(site, "folder", others), support, None, page.record, elsewhere, {})


def lot_of(name: str, found: Sequence[Sample]) -> Lot:
    """The lot of samples: a page counts once, in however many of them it stands."""
    counts = Counter(id(sample.page) for sample in found)
    return Lot.of(
        name,
        (
            Row(
                sample.bins,
                sample.page.labels,
                block_weights(sample.page) * sample.page.weight / counts[id(sample.page)],
                fold_of(sample.page.site),
                sample.page.site,
                sample.page.lexicon,
            )
            for sample in found
        ),
    )


def block_weights(page: Page) -> np.ndarray:
    """A page counts as one, its blocks of known label by their words, with a floor for short ones."""
    shares = np.where(page.labels == UNKNOWN, 0.0, shares_of([len(words) for words in page.words]))
    return np.asarray(shares / max(shares.sum(), 1e-9)) * PAGE
