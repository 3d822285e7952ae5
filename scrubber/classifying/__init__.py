"""Evidence for a document's blocks -> scores -> labels: which blocks are chrome, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features import Measured, measure_document
from scrubber.classifying.guards import Guarded
from scrubber.classifying.judging import Subject, judge
from scrubber.classifying.model import Table, built_in, probability
from scrubber.classifying.reasons import Reasons, tell
from scrubber.classifying.spec import situation
from scrubber.config import Config
from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key
from scrubber.templates import View

__all__ = ["Subject", "Verdict", "classify"]

OVERRIDDEN = "by templates.overrides.toml"


@dataclass(frozen=True)
class Verdict:
    """The labels of a document's blocks, with all that led to them."""

    chrome: npt.NDArray[np.bool_]
    """True: the block goes; shape (blocks,)."""
    scores: npt.NDArray[np.int64]
    measured: Measured | None
    table: Table | None
    guarded: Guarded | None = None
    decided: Mapping[int, str] = field(default_factory=dict)
    """Blocks that go whatever their scores say, and why: people's overrides, a policy, a second copy."""
    overruled: tuple[int, ...] = ()
    """Blocks that would go, and that people keep."""

    @property
    def asked_extractor(self) -> bool:
        """Whether a single-page extractor had its say."""
        return self.measured is not None and self.measured.extracted

    def confidences(self, blocks: Sequence[int]) -> list[float]:
        """How sure the removal of each of some blocks is, 0.00 to 1.00."""
        scores = self.scores.tolist()
        return [1.0 if block in self.decided else probability(scores[block]) for block in blocks]

    def reasons(self, blocks: Sequence[int]) -> list[Reasons]:
        """What spoke most for chrome in each of some blocks."""
        if self.table is None or self.measured is None:
            return [()] * len(blocks)
        return tell(self.measured, self.table, blocks)


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
    measured = measure_document(prepared, record, view, subject.extracted)
    table = (weights or built_in())[situation(markup=len(record.paths) > 0, others=measured.others)]
    judgement = judge(subject, measured, table, config.chrome)
    chrome = judgement.chrome.copy()
    decided = dict(judgement.decided)
    for place, verdict in _overridden(record, view.overrides).items():
        chrome[place] = verdict == "drop"
        decided[place] = OVERRIDDEN
    overruled = tuple(np.flatnonzero(judgement.chrome & ~chrome).tolist())
    return Verdict(chrome, judgement.scores, measured, table, judgement.guarded, decided, overruled)


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
