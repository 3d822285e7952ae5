"""From scores to labels: the threshold, guards, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.cards import CARDS, REST_OF_CARDS, find_cards, find_rest_of_cards
from scrubber.classifying.copies import find_second_copies
from scrubber.classifying.drafts import Draft, Guard, Removal, Step, run_steps
from scrubber.classifying.enclosed import ENCLOSED, IN_REGION, find_enclosed, find_in_regions
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.forest import Forest
from scrubber.classifying.guards import Guarded, guard
from scrubber.classifying.headlines import find_headline
from scrubber.classifying.labels import LABEL, find_labels
from scrubber.classifying.passages import (
    HEAD_OF_PASSAGE,
    PASSAGE,
    find_heads_of_passages,
    find_passages,
)
from scrubber.classifying.policy import apply_policy, apply_to_front_matter
from scrubber.classifying.rows import (
    FIGURES,
    LAST_SECTION,
    RESTS,
    ROWS,
    find_figures,
    find_last_sections,
    find_rests,
    find_rows,
)
from scrubber.classifying.running_heads import RUNNING_HEAD, find_running_heads
from scrubber.classifying.second_halves import SECOND_HALF, Sequel
from scrubber.classifying.section_heads import SECTION_HEAD, find_section_heads
from scrubber.classifying.section_menus import SECTION_MENU, find_section_menus
from scrubber.classifying.segments import Ints, Marks
from scrubber.classifying.stretches import KEPT as ONE_LINE
from scrubber.classifying.stretches import find_lines
from scrubber.classifying.text_ends import with_ends
from scrubber.classifying.unique_text import UNIQUE_TEXT, find_unique_text
from scrubber.classifying.weighing import logit
from scrubber.config import Chrome, Policy

COPIED: Final = "stands earlier on this page: most of its text is there twice"
DROPPED: Final = "dropped by the policy for its kind"
HEADLINE: Final = "headline: says in other order what the text says"
BY_POLICY: Final = "policy: a caption, a credit, a byline or a comment of this page"


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


def judge(table: BlockTable, measured: Measured, forest: Forest, settings: Chrome) -> list[Judgement]:
    """Label the blocks of some documents: a judgement for each of them."""
    bar = logit(settings.threshold)
    scores = _scores(table, measured, forest, bar)
    if settings.threshold >= 1:
        none = np.zeros(len(scores), dtype=np.bool_)
        return [Judgement(none[part], scores[part], None) for part in table.segments.slices]
    chrome = scores > bar
    guarded = guard(measured, scores, chrome)
    for part, milder in zip(table.segments.slices, guarded, strict=True):
        if milder is not None:
            chrome[part] = milder.chrome
    nothing = np.zeros(len(chrome), dtype=np.bool_)
    draft = run_steps(STEPS, Draft(table, measured, scores, chrome, nothing, settings))
    return [
        Judgement(
            draft.chrome[part],
            scores[part],
            milder,
            _of_document(part, draft.decided),
            _of_document(part, draft.kept),
        )
        for part, milder in zip(table.segments.slices, guarded, strict=True)
    ]


def _of_document(part: slice, notes: Mapping[int, str]) -> dict[int, str]:
    """What is noted of the blocks of one document, by their places in it."""
    return {place - part.start: why for place, why in notes.items() if part.start <= place < part.stop}


def _find_headlines(draft: Draft) -> Marks:
    """The headline of each document, where it would go."""
    found = np.zeros_like(draft.chrome)
    for number, (part, subject) in enumerate(
        zip(draft.table.segments.slices, draft.table.subjects, strict=True)
    ):
        measured = draft.measured.document(number)
        headline = find_headline(subject.prepared, measured, draft.chrome[part], subject.title)
        if headline is not None:
            found[part.start + headline] = True
    return found


def _by_policy(draft: Draft, *, removed: bool) -> Marks:
    """What policies keep, or remove."""
    found = np.zeros_like(draft.chrome)
    table, chrome, settings = draft.table, draft.chrome, draft.settings
    drops = Policy.DROP in (settings.comments, settings.credits, settings.bylines)
    policies = apply_policy(table, draft.measured, chrome, settings) if drops or not removed else {}
    policies |= apply_to_front_matter(table, chrome, settings.front_matter)
    found[[place for place, gone in policies.items() if gone is removed]] = True
    return found


def _find_second_halves(draft: Draft) -> Marks:
    """The second halves of each document's kept sentences."""
    found = np.zeros_like(draft.chrome)
    measured = draft.measured
    for part, subject in zip(draft.table.segments.slices, draft.table.subjects, strict=True):
        if draft.chrome[part].any():
            prepared, fixed = subject.prepared, frozenset(np.flatnonzero(draft.fixed[part]).tolist())
            seen = draft.chrome[part].tolist(), measured.near[part].tolist(), measured.repeated[part].tolist()
            found[
                [part.start + place for place in Sequel(prepared.text, prepared.blocks, *seen, fixed).find()]
            ] = True
    return found


STEPS: Final[tuple[Step, ...]] = (
    Guard(
        UNIQUE_TEXT, lambda draft: find_unique_text(draft.table, draft.measured, draft.scores, draft.chrome)
    ),
    Guard(ENCLOSED, lambda draft: find_enclosed(draft.measured, draft.scores, draft.chrome)),
    Guard(CARDS, lambda draft: find_cards(draft.table, draft.measured, draft.scores, draft.chrome)),
    Removal(
        REST_OF_CARDS,
        lambda draft: find_rest_of_cards(draft.table, draft.measured, draft.scores, draft.chrome),
    ),
    Removal(IN_REGION, lambda d: find_in_regions(d.table, d.measured, d.scores, d.chrome)),
    Guard(ONE_LINE, lambda draft: find_lines(draft.table, draft.chrome)),
    Removal(RUNNING_HEAD, lambda draft: find_running_heads(draft.table)),
    Removal(SECTION_MENU, lambda draft: find_section_menus(draft.table, draft.measured, draft.chrome)),
    Removal(COPIED, lambda draft: find_second_copies(draft.table, draft.measured, draft.chrome)),
    Guard(HEADLINE, _find_headlines),
    Removal(DROPPED, partial(_by_policy, removed=True)),
    Guard(BY_POLICY, partial(_by_policy, removed=False)),
    Guard(FIGURES, lambda draft: find_figures(draft.table, draft.measured, draft.chrome)),
    Guard(LAST_SECTION, lambda draft: find_last_sections(draft.table, draft.measured, draft.chrome)),
    Guard(ROWS, lambda draft: find_rows(draft.table, draft.measured, draft.chrome)),
    Removal(RESTS, lambda draft: find_rests(draft.table, draft.measured, draft.chrome)),
    Guard(PASSAGE, lambda draft: find_passages(draft.table, draft.measured, draft.chrome)),
    Guard(HEAD_OF_PASSAGE, lambda draft: find_heads_of_passages(draft.table, draft.measured, draft.chrome)),
    Guard(SECTION_HEAD, lambda draft: find_section_heads(draft.table, draft.chrome)),
    Guard(LABEL, lambda draft: find_labels(draft.table, draft.chrome)),
    Guard(SECOND_HALF, _find_second_halves),
)
"""Guards and removals, in the order in which they act."""


def _scores(table: BlockTable, measured: Measured, forest: Forest, bar: int) -> Ints:
    """The scores of all blocks; of texts with what speaks for the ends of articles."""
    scores = forest.score(measured)
    return scores if table.has_markup else with_ends(table, measured, scores, scores > bar)
