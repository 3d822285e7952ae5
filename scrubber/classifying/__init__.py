"""Evidence for documents' blocks -> scores -> labels: which blocks are chrome, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.measured import Measured, measure
from scrubber.classifying.features.sets import model_of
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.forest import Forest
from scrubber.classifying.guards import Guarded
from scrubber.classifying.judging import Judgement, judge
from scrubber.classifying.model import built_in
from scrubber.classifying.reasons import Reasons, tell
from scrubber.classifying.weighing import probability
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
    forest: Forest | None
    guarded: Guarded | None = None
    decided: Mapping[int, str] = field(default_factory=dict)
    """Blocks that go whatever their scores say, and why: people's overrides, a policy, a second copy."""
    overruled: tuple[int, ...] = ()
    """Blocks that would go, and that people keep."""
    spared: Mapping[int, str] = field(default_factory=dict)
    """Blocks that would go, and that a guard kept: why."""

    @property
    def asked_extractor(self) -> bool:
        """Whether a single-page extractor had its say."""
        return self.measured is not None and self.measured.extracted[0]

    def confidences(self, blocks: Sequence[int]) -> list[float]:
        """How sure the removal of each of some blocks is, 0.00 to 1.00."""
        scores = self.scores.tolist()
        return [1.0 if block in self.decided else probability(scores[block]) for block in blocks]

    def reasons(self, blocks: Sequence[int]) -> list[Reasons]:
        """What spoke most for chrome in each of some blocks."""
        if self.forest is None or self.measured is None:
            return [()] * len(blocks)
        return tell(self.measured, self.forest, blocks)


def classify(
    subjects: Sequence[Subject],
    views: Sequence[View],
    config: Config,
    weights: Mapping[str, Forest] | None = None,
) -> list[Verdict]:
    """Label every block of some documents. Pure: the index is seen through `views` only.

    The verdict on a document does not depend on those that are judged with it. Without `weights`
    the committed ones judge; others are read by `model.parse`.
    """
    nothing = np.zeros(0, dtype=np.int64)
    verdicts = [Verdict(nothing.astype(np.bool_), nothing, None, None)] * len(subjects)
    together: dict[str, list[int]] = defaultdict(list)
    for place, subject in enumerate(subjects):
        if subject.prepared.blocks:
            together[model_of(markup=subject.has_markup)].append(place)
    for name, places in together.items():
        forest = (weights if weights is not None else built_in())[name]
        some = [subjects[place] for place in places], [views[place] for place in places]
        blocks = BlockTable.of(*some, forest.words)
        measured = measure(blocks, name)
        judgements = judge(blocks, measured, forest, config.chrome)
        for number, (place, judgement) in enumerate(zip(places, judgements, strict=True)):
            overrides = _find_overrides(subjects[place].record, views[place].overrides)
            verdicts[place] = _verdict(judgement, measured.document(number), forest, overrides)
    return verdicts


def _verdict(
    judgement: Judgement, measured: Measured, forest: Forest, overrides: Mapping[int, str]
) -> Verdict:
    """What is known of a judgement, where people's overrides (by block) have the last word."""
    chrome, decided = judgement.chrome.copy(), dict(judgement.decided)
    for place, wanted in overrides.items():
        chrome[place] = wanted == "drop"
        decided[place] = OVERRIDDEN
    overruled = tuple(np.flatnonzero(judgement.chrome & ~chrome).tolist())
    spared = {place: why for place, why in judgement.spared.items() if place not in overrides}
    return Verdict(chrome, judgement.scores, measured, forest, judgement.guarded, decided, overruled, spared)


def _find_overrides(record: DocumentEvidence, overrides: Mapping[Key, str]) -> dict[int, str]:
    """What people say of a document's blocks: place -> ``keep`` or ``drop``."""
    if not overrides:
        return {}
    found: dict[int, str] = {}
    for place, key in enumerate(record.keys.tolist()):
        for id in (key, *record.bands_by_key.get(key, ())):
            if id in overrides:
                found[place] = overrides[id]
                break
    return found
