"""From weights to labels: scores, companions, decoding over the sequence, guards, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from scrubber.classifying.companions import (
    shared_scores,
    with_enclosed,
    with_ends,
    with_kin,
    with_preformatted,
)
from scrubber.classifying.copies import find_second_copies
from scrubber.classifying.decoding import decode, decode_one
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.guards import Guarded, guard
from scrubber.classifying.headlines import find_headline
from scrubber.classifying.weighing import Weigher
from scrubber.classifying.weighing import logit
from scrubber.classifying.policy import apply_policy, apply_to_front_matter
from scrubber.classifying.second_halves import SECOND_HALF, Sequel
from scrubber.classifying.section_heads import SECTION_HEAD, find_section_heads
from scrubber.classifying.segments import Ints, Marks
from scrubber.classifying.stretches import KEPT as ONE_LINE
from scrubber.classifying.stretches import find_lines
from scrubber.classifying.unique_text import UNIQUE_TEXT, find_unique_text
from scrubber.config import Chrome

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
class Judgement:
    """Labels and scores of a document's blocks, arrays of shape (blocks,)."""

    chrome: Marks
    scores: Ints
    guarded: Guarded | None
    decided: Mapping[int, str] = field(default_factory=dict)
    """Blocks that go, whatever their scores, and why."""
    spared: Mapping[int, str] = field(default_factory=dict)
    """Blocks that would have gone, and why they stay."""


def at_least_where_ubiquitous(measured: Measured, scores: Ints) -> Ints:
    """The scores, where what stands on most pages of a site is chrome beyond doubt."""
    others = measured.others[measured.segments.document]
    ubiquitous = (others >= OTHERS) & (measured.near_ratio >= UBIQUITOUS)
    return np.where(ubiquitous, np.maximum(scores, SURE), scores)


def judge(table: BlockTable, measured: Measured, weights: Weigher, settings: Chrome) -> list[Judgement]:
    """Label the blocks of some documents: a judgement for each of them."""
    labels = _Labels(measured, weights, settings)
    scores = _scores(table, measured, weights, labels)
    if settings.threshold >= 1:
        none = np.zeros(len(scores), dtype=np.bool_)
        return [Judgement(none[part], scores[part], None) for part in table.segments.slices]
    chrome = labels.of(scores).copy()
    guarded = guard(measured, scores, chrome)
    for part, milder in zip(table.segments.slices, guarded, strict=True):
        if milder is not None:
            chrome[part] = milder.chrome
    unique = find_unique_text(table, measured, scores, chrome)
    chrome &= ~unique
    lines = find_lines(table, chrome)
    chrome &= ~lines
    copied = find_second_copies(table, measured, chrome)
    chrome |= copied
    decided = dict.fromkeys(np.flatnonzero(copied).tolist(), COPIED)
    for number, part in enumerate(table.segments.slices):
        subject = table.subjects[number]
        headline = find_headline(subject.prepared, measured.document(number), chrome[part], subject.title)
        if headline is not None:
            chrome[part.start + headline] = False
    policies = apply_policy(table, measured, chrome, settings)
    policies |= apply_to_front_matter(table, chrome, settings.front_matter)
    for place, removed in policies.items():
        if removed and not chrome[place]:
            decided[place] = DROPPED
        chrome[place] = removed
    heads = find_section_heads(table, chrome)
    heads[list(decided)] = False
    chrome &= ~heads
    spared = [_spare(table, measured, chrome, decided, number) for number in range(len(table.segments))]
    return [
        Judgement(
            chrome[part],
            scores[part],
            milder,
            _decided_in(part, decided, chrome),
            {
                **dict.fromkeys(np.flatnonzero(unique[part] & ~chrome[part]).tolist(), UNIQUE_TEXT),
                **dict.fromkeys(np.flatnonzero(lines[part] & ~chrome[part]).tolist(), ONE_LINE),
                **dict.fromkeys(np.flatnonzero(heads[part]).tolist(), SECTION_HEAD),
                **halves,
            },
        )
        for part, milder, halves in zip(table.segments.slices, guarded, spared, strict=True)
    ]


def _spare(
    table: BlockTable, measured: Measured, chrome: Marks, decided: Mapping[int, str], number: int
) -> dict[int, str]:
    """Keep the second halves of a document's kept sentences, changing `chrome`; places in the document, and why."""
    part, prepared = table.segments.slices[number], table.subjects[number].prepared
    fixed = {place - part.start for place in decided if part.start <= place < part.stop}
    seen = chrome[part].tolist(), measured.near[part].tolist(), measured.repeated[part].tolist()
    found = Sequel(prepared.text, prepared.blocks, *seen, fixed).find()
    for place in found:
        chrome[part.start + place] = False
    return dict.fromkeys(found, SECOND_HALF)


def _decided_in(part: slice, decided: Mapping[int, str], chrome: Marks) -> dict[int, str]:
    """What was decided of the blocks of one document, and stands."""
    return {
        place - part.start: why
        for place, why in decided.items()
        if part.start <= place < part.stop and chrome[place]
    }


def _scores(table: BlockTable, measured: Measured, weights: Weigher, labels: _Labels) -> Ints:
    """The scores of all blocks, with what their company adds."""
    scores = at_least_where_ubiquitous(measured, weights.score(measured))
    scores = shared_scores(table, measured, scores)
    scores = with_kin(table, measured, scores, labels.of(scores))
    scores = with_enclosed(table, measured, scores, labels.of(scores))
    scores = with_preformatted(table, measured, scores)
    return with_ends(table, measured, scores, labels.of(scores))


class _Labels:
    """Decodes scores into labels. Most steps change the scores of few documents: the others keep their labels."""

    def __init__(self, measured: Measured, weights: Weigher, settings: Chrome) -> None:
        self._measured = measured
        self._switch = weights.switch
        bars = np.full(len(measured.segments), logit(settings.threshold), dtype=np.int64)
        if not measured.has_markup:
            bars[measured.others == 0] += UNSEEN
        self._bars = bars[measured.segments.document]
        self._known: tuple[Ints, Marks] | None = None

    def of(self, scores: Ints) -> Marks:
        """The labels that these scores give; shape (blocks,)."""
        segments, repeated = self._measured.segments, self._measured.repeated
        margins = scores - self._bars
        if self._known is None:
            labels = decode(margins, self._switch, repeated, segments)
        else:
            before, labels = self._known[0], self._known[1].copy()
            for number in np.flatnonzero(segments.totals(margins != before)).tolist():
                part = segments.slices[number]
                labels[part] = decode_one(margins[part].tolist(), self._switch, repeated[part].tolist())
        self._known = margins, labels
        return labels
