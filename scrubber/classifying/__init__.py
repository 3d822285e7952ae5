"""Evidence for a document's blocks -> scores -> labels: which blocks are chrome, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features import Measured, measure_document
from scrubber.classifying.guards import Guarded
from scrubber.classifying.judging import Subject, judge
from scrubber.classifying.model import Table, built_in, probability, situation
from scrubber.config import Config
from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key
from scrubber.templates import View

__all__ = ["Subject", "Verdict", "classify"]

REASONS = 4
"""Features that are kept with a removal, at most."""


@dataclass(frozen=True)
class Verdict:
    """The labels of a document's blocks, with all that led to them."""

    chrome: npt.NDArray[np.bool_]
    """True: the block goes; shape (blocks,)."""
    scores: npt.NDArray[np.int64]
    measured: Measured | None
    table: Table | None
    guarded: Guarded | None = None
    overridden: Mapping[int, str] | None = None
    """Blocks whose label people's overrides decided: place -> ``keep`` or ``drop``."""

    def confidence(self, block: int) -> float:
        """How sure the removal of a block is, 0.00 to 1.00."""
        if self.overridden and block in self.overridden:
            return 1.0
        return probability(int(self.scores[block]))

    def reasons(self, block: int) -> tuple[tuple[str, int], ...]:
        """What spoke most for chrome: (in words, weight in hundredths of a logit)."""
        if self.table is None or self.measured is None:
            return ()
        weights = self.table.contributions_of(self.measured, block)
        bins = self.measured.bins[block]
        # Few of the features are told: find them before they are put into words.
        features = np.argsort(-weights, kind="stable")[:REASONS].tolist()
        said = [(self.measured.features[f].describe(int(bins[f])), int(weights[f])) for f in features]
        said += [
            (f"holds the word “{word}”" if word[0] != "@" else f"stands in “{word[1:]}”", weight)
            for word in self.measured.words[block]
            if (weight := self.table.words.get(word, 0)) > 0
        ]
        heaviest = sorted(said, key=lambda item: (-item[1], item[0]))[:REASONS]
        return tuple(item for item in heaviest if item[1] > 0)


def classify(
    subject: Subject, view: View, config: Config, weights: Mapping[str, Table] | None = None
) -> Verdict:
    """Label every block of a document. Pure: the index is seen through `view` only.

    Without `weights` the committed ones judge; others are read by `model.parse`.
    """
    prepared, record = subject.prepared, subject.record
    if not prepared.blocks:
        nothing = np.zeros(0, dtype=np.int64)
        return Verdict(nothing.astype(np.bool_), nothing, None, None)
    measured = measure_document(prepared, record, view)
    table = (weights or built_in())[situation(markup=len(record.paths) > 0, others=measured.others)]
    judgement = judge(subject, measured, table, config.chrome)
    chrome = judgement.chrome.copy()
    overridden = _overridden(record, view.overrides)
    for place, verdict in overridden.items():
        chrome[place] = verdict == "drop"
    return Verdict(chrome, judgement.scores, measured, table, judgement.guarded, overridden)


def _overridden(record: DocumentEvidence, overrides: Mapping[Key, str]) -> dict[int, str]:
    if not overrides:
        return {}
    found: dict[int, str] = {}
    for place, key in enumerate(record.keys.tolist()):
        for id in (key, *record.bands_by_key.get(key, ())):
            if id in overrides:
                found[place] = overrides[id]
                break
    return found
