"""From weights to labels: scores, companions, decoding over the sequence, guards, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.companions import (
    shared_scores,
    with_enclosed,
    with_ends,
    with_kin,
    with_preformatted,
)
from scrubber.classifying.copies import find_second_copy
from scrubber.classifying.decoding import decode
from scrubber.classifying.features import Measured
from scrubber.classifying.guards import Guarded, guard
from scrubber.classifying.headlines import find_headline
from scrubber.classifying.measures import Ints
from scrubber.classifying.model import Table, logit
from scrubber.classifying.policy import apply_policy
from scrubber.config import Chrome
from scrubber.evidence import DocumentEvidence
from scrubber.preparing import Prepared

UBIQUITOUS: Final = 700
"""Permille of a site's other pages from which a block is chrome, whatever it looks like ..."""
OTHERS: Final = 4
"""... where there are so many other pages at least."""
SURE: Final = 300
"""The score it then has at least."""
UNSEEN: Final = 100
"""What more is asked of chrome in a text of which no other page of its site is known."""
COPIED: Final = "stands earlier on this page: most of its text is there twice"
DROPPED: Final = "dropped by the policy for its kind"


@dataclass(frozen=True)
class Subject:
    """What is judged: a prepared document, its fingerprints, and the title it gives itself."""

    prepared: Prepared
    record: DocumentEvidence
    title: str | None = None
    extracted: str | None = None
    """What a single-page extractor made of the page; None where it was not asked."""


@dataclass(frozen=True)
class Judgement:
    """Labels and scores of a document's blocks, arrays of shape (blocks,)."""

    chrome: npt.NDArray[np.bool_]
    scores: Ints
    guarded: Guarded | None
    decided: Mapping[int, str] = field(default_factory=dict)
    """Blocks that go, whatever their scores, and why."""


def at_least_where_ubiquitous(measured: Measured, scores: Ints) -> Ints:
    """The scores, where what stands on most pages of a site is chrome beyond doubt."""
    if measured.others < OTHERS:
        return scores
    return np.where(measured.near_ratio >= UBIQUITOUS, np.maximum(scores, SURE), scores)


def judge(subject: Subject, measured: Measured, table: Table, settings: Chrome) -> Judgement:
    """Label the blocks of a document."""
    prepared, record, title = subject.prepared, subject.record, subject.title
    bar, anchors = logit(settings.threshold), measured.repeated.tolist()
    if not measured.others and not measured.has_markup:
        bar += UNSEEN

    known = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)

    def labels(scores: Ints) -> npt.NDArray[np.bool_]:
        nonlocal known  # most steps change no score: the labels stand
        if not np.array_equal(scores, known[0]):
            known = scores, decode((scores - bar).tolist(), table.switch, anchors)
        return known[1]

    scores = shared_scores(prepared, measured, at_least_where_ubiquitous(measured, table.score(measured)))
    scores = with_kin(prepared, record.paths, measured, (scores, labels(scores)))
    scores = with_enclosed(prepared, measured, (scores, labels(scores)))
    scores = with_preformatted(prepared, measured, scores)
    scores = with_ends(prepared, measured, (scores, labels(scores)))
    if settings.threshold >= 1:
        return Judgement(np.zeros(len(scores), dtype=np.bool_), scores, None)
    chrome = labels(scores)
    guarded = guard(measured, scores, chrome)
    if guarded is not None:
        chrome = guarded.chrome
    copied = find_second_copy(record, measured, chrome)
    chrome = chrome | copied
    decided = dict.fromkeys(np.flatnonzero(copied).tolist(), COPIED)
    headline = find_headline(prepared, measured, chrome, title)
    if headline is not None:
        chrome[headline] = False
    for place, removed in apply_policy(prepared, measured, chrome, settings).items():
        if removed and not chrome[place]:
            decided[place] = DROPPED
        chrome[place] = removed
    return Judgement(chrome, scores, guarded, {place: why for place, why in decided.items() if chrome[place]})
